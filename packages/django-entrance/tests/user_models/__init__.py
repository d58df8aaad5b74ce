"""A Django application whose user model is the one that ``USER_MODEL`` names; ``story`` signs people in to it."""
