"""What the project knows about its users: every row, with groups and password."""

from django.contrib.auth import get_user_model


def rows():
    return {
        user.username: {
            "pk": user.pk,
            "password": user.password,
            "is_staff": user.is_staff,
            "name": user.get_full_name(),
            "email": user.email,
            "groups": sorted(group.name for group in user.groups.all()),
        }
        for user in get_user_model().objects.all()
    }
