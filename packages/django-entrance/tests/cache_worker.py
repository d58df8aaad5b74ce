"""One process of a site, for the tests of the shared cache: it says when it is ready, and is asked once.

With a second argument it makes the table of the cache instead.
"""

import json
import os
import sys


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "project_settings"
    import django
    from django.conf import settings

    case = json.loads(sys.argv[1])
    settings.ENTRANCE, settings.CACHES, settings.DEBUG = case["entrance"], case["caches"], True
    settings.DATABASES["default"] = {"ENGINE": "django.db.backends.sqlite3", "NAME": case["database"]}
    django.setup()
    if len(sys.argv) > 2:
        from django.core.management import call_command

        call_command("createcachetable")
        return
    from django_entrance.authentication import identify_token

    print("ready", flush=True)
    identity = identify_token(sys.stdin.readline().strip())
    print(identity.object_id if identity else "nobody", flush=True)


if __name__ == "__main__":
    main()
