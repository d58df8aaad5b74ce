"""Lets something happen once, in all processes: a ticket that connects, an answer to a sign-in, a session that ends."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.db import IntegrityError, router, transaction
from django.utils import timezone

from django_entrance.models import UsedTicket

KEPT = 20 * 60
"""Seconds for which the digests are kept: twice as long as anything that is used once is good for."""


def use_once(kind: str, text: str) -> bool:
    """Return whether this is the first time: the primary key lets in one of several requests at once.

    ``kind`` keeps the texts of one purpose from using up those of another.
    """
    alias = router.db_for_write(UsedTicket)
    try:
        with transaction.atomic(using=alias):
            UsedTicket.objects.using(alias).create(digest=digest_of(kind, text))
    except IntegrityError:
        return False
    return True


def was_used(kind: str, text: str) -> bool:
    """Return whether ``use_once`` has had this text; what has ended is forgotten."""
    used = UsedTicket.objects.using(router.db_for_write(UsedTicket))
    return used.filter(digest=digest_of(kind, text)).exists()


def digest_of(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}:{text}".encode("utf-8", "replace")).hexdigest()


def forget_used() -> int:
    """Delete the digests of what has ended, since its age refuses it; return how many there were."""
    ended = timezone.now() - timedelta(seconds=KEPT)
    return UsedTicket.objects.using(router.db_for_write(UsedTicket)).filter(used_at__lt=ended).delete()[0]
