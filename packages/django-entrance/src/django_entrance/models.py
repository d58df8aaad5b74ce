"""Stores the link between a user and an identity of Entra."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class EntraAccount(models.Model):
    """The link between an identity and a user.

    Tenant id and object id together never change and are never reused (Microsoft, access token claims reference).
    Names and addresses can change and be reused, so they are not stored here. ``settled`` has digests of the mapped
    claims that the user's row does not keep, because the user model or the database stores another value.
    """

    tenant_id = models.UUIDField(_("tenant id"))
    object_id = models.UUIDField(_("object id"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="entra_accounts")
    settled = models.TextField(_("settled"), default="", blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("Entra account")
        verbose_name_plural = _("Entra accounts")
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "object_id"), name="entrance_one_account_per_identity"),
        )

    def __str__(self) -> str:
        return f"{self.object_id} in {self.tenant_id}"
