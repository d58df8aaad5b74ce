"""Lets the role Admin see and delete entries in Django's admin."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

MAY = ("view_entry", "delete_entry")


def give_permissions(apps, schema_editor):
    logbook = apps.get_app_config("logbook")
    logbook.models_module = True  # else Django makes no permissions here, but after all migrations
    create_permissions(logbook, apps=apps, verbosity=0)
    logbook.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.filter(codename__in=MAY, content_type__app_label="logbook")
    apps.get_model("auth", "Group").objects.get(name="Admin").permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [
        ("logbook", "0002_roles"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(give_permissions, migrations.RunPython.noop)]
