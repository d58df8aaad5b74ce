"""Deletes sign-in events that are older than ``KEEP_EVENTS``."""

from datetime import timedelta

from django.db import router
from django.utils import timezone

from django_entrance.conf.loading import current_settings
from django_entrance.models import SignInEvent


def prune() -> int:
    """Delete events older than ``KEEP_EVENTS`` seconds, and return how many. With 0, all are deleted."""
    oldest = timezone.now() - timedelta(seconds=current_settings().KEEP_EVENTS)
    deleted, _ = SignInEvent.objects.using(router.db_for_write(SignInEvent)).filter(at__lt=oldest).delete()
    return deleted
