"""Django Ninja: authentication classes, sync and async, and answers to refusals as problem documents."""

from django_entrance.contrib.ninja.authentication import AsyncEntraAuth, EntraAuth
from django_entrance.contrib.ninja.docs import EntraSwagger
from django_entrance.contrib.ninja.refusals import answer_refusals

__all__ = ["AsyncEntraAuth", "EntraAuth", "EntraSwagger", "answer_refusals"]
