"""Stores the log: entries and their tags."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Tag(models.Model):
    """A tag in lower case."""

    name = models.CharField(max_length=30, unique=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """An entry of the log. Pages are ordered by id: the newest has the highest."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="entries")
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    text = models.TextField(max_length=2000)
    tags = models.ManyToManyField(Tag, related_name="entries", blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M} {self.text[:60]}"
