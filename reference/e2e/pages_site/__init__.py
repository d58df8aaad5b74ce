"""A Django site without React: a login page with Microsoft's button beside the password form, and a page behind it.

    DJANGO_SETTINGS_MODULE=e2e.pages_site.settings FOLDER=… uvicorn e2e.pages_site.asgi:application

`FOLDER` is the place of the database. The environment has the registration: `ENTRANCE_TENANT_ID` and so on.
"""
