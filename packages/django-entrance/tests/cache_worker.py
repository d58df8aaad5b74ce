"""Runs one process of a site for tests of the shared cache: it prints when it is ready, and gets one request.

It has as many workers as the case requires: threads with their own signing keys. With a second argument it creates
the table of the cache instead.
"""

import json
import os
import sys
import threading


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "project_settings"
    import django
    from django.conf import settings

    case = json.loads(sys.argv[1])
    settings.ENTRANCE, settings.CACHES, settings.DEBUG = case["entrance"], case["caches"], True
    settings.DATABASES["default"] |= {"ENGINE": "django.db.backends.sqlite3", "NAME": case["database"]}
    django.setup()
    if len(sys.argv) > 2:
        from django.core.management import call_command

        call_command("createcachetable")
        return
    answer(case["workers"])


def answer(workers: int) -> None:
    from django_entrance.entra.authorities import configured_authorities
    from django_entrance.verification import AuthorityUnreachable, identify

    authorities = [configured_authorities.function() for _ in range(workers)]
    print("ready", flush=True)
    text, found = sys.stdin.readline().strip(), []

    def work(number: int) -> None:
        """Retry when refused: workers in their own process would be allowed to wait."""
        try:
            identity = identify(text, authorities[number])
        except AuthorityUnreachable:
            for fetch in list(authorities[number][0].keys.state.pending):
                fetch.done.wait(20)
            identity = identify(text, authorities[number])
        found.append(identity.object_id if identity else "nobody")

    threads = [threading.Thread(target=work, args=[number]) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(" ".join(found), flush=True)


if __name__ == "__main__":
    main()
