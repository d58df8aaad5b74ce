"""A project that signs people in with django-auth-adfs moves over to django-entrance."""
