"""Imports the functions that settings name by dotted paths, to say what is wrong with them."""

from asgiref.sync import iscoroutinefunction
from django.utils.module_loading import import_string

from django_entrance.conf.advice import type_with_article
from django_entrance.verification.errors import shown


def why_not_a_function(path: str) -> str:
    """Import a dotted path; return why it is not a function, or an empty string if it is one."""
    try:
        found = import_string(path)
    except ImportError as error:
        return f"{type(error).__name__}: {shown(str(error)).rstrip('.')}"
    except Exception as error:  # the project's own module may raise any error, with a secret in its text
        return f"importing it raised {type(error).__name__}"
    if iscoroutinefunction(found):
        return f"{path} is async, and the middleware calls it in sync code"
    return "" if callable(found) else f"{path} is {type_with_article(found)}"
