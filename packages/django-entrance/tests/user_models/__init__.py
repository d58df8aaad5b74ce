"""A Django application with the user model of ``USER_MODEL``; ``story`` signs people in."""
