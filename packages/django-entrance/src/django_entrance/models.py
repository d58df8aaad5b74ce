"""Stores the link between a user and an identity of Entra, and what happened at sign-ins."""

from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from django_entrance.verification.errors import every_reason


def shortened(value: object) -> str:
    """Return the parts of an id that people compare."""
    text = str(value)
    return f"{text[:8]}…{text[-4:]}"


class EntraAccount(models.Model):
    """The link between an identity and a user.

    Tenant id and object id together never change and are never reused (Microsoft, access token claims reference).
    Names and addresses can change and be reused, so they are not stored here. ``settled`` has digests of the mapped
    claims that the user's row does not keep, because the user model or the database stores another value. ``access``
    has the rights that were last applied, and those of them that ``ACCESS`` gave (``accounts.access``).
    """

    tenant_id = models.UUIDField(_("tenant id"))
    object_id = models.UUIDField(_("object id"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="entra_accounts")
    settled = models.TextField(_("settled"), default="", blank=True, editable=False)
    access = models.TextField(_("access"), default="", blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("Entra account")
        verbose_name_plural = _("Entra accounts")
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "object_id"), name="entrance_one_account_per_identity"),
        )

    def __str__(self) -> str:
        return shortened(self.object_id)


class EntraSession(models.Model):
    """A Django session that a sign-in with Entra started, so that it can be ended without its cookie.

    The Django session has ``id``; without this row it is over, whichever session engine keeps it. ``sid`` is Entra's
    own id of the session in the browser, by which the front channel ends it (OpenID Connect Front-Channel Logout 1.0).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    account = models.ForeignKey(EntraAccount, models.CASCADE, related_name="sessions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="entra_sessions")
    sid = models.CharField(_("session at Microsoft"), max_length=64, blank=True, default="", db_index=True)
    door = models.CharField(_("door"), max_length=16)
    authority = models.CharField(_("authority"), max_length=100, blank=True, default="")
    started_at = models.DateTimeField(_("started at"), default=timezone.now)
    expires_at = models.DateTimeField(_("ends at"), db_index=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        return str(self.id)


class ExpectedPerson(models.Model):
    """A person who may enter as an existing user at their first sign-in, named before their object id is known.

    ``username`` is the user principal name in the tenant, in lower case. The row goes when the person has come. After
    ``ends_at`` it lets no person in: a name may be given to another person. An administrator's row has no end.
    ``may_be_staff``: a superuser wrote the row, or a command that names staff, so it stays when the user becomes staff.
    """

    tenant_id = models.UUIDField(_("tenant id"))
    username = models.CharField(_("user principal name"), max_length=254)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True, editable=False)
    may_be_staff = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("expected person")
        verbose_name_plural = _("expected people")
        constraints = (models.UniqueConstraint(fields=("tenant_id", "username"), name="entrance_one_user_per_upn"),)

    def __str__(self) -> str:
        return self.username

    def clean(self) -> None:
        """Refuse a user who has an account: names are given to others. Entra allows ASCII alone in these names."""
        self.username = as_principal_name(self.username)
        if not self.username.isascii():
            raise ValidationError({"username": _("Enter a user principal name in ASCII letters.")})
        if EntraAccount.objects.filter(user=self.user_id).exists():
            raise ValidationError(_("This user has a Microsoft account already."))

    def save(self, *args: object, **kwargs: object) -> None:
        self.username = as_principal_name(self.username)
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments


def as_principal_name(text: str) -> str:
    """Return a name in lower case; one that is not ASCII stays, since its letters may become those of another name."""
    name = text.strip()
    return name.lower() if name.isascii() else name


class DisconnectedUser(models.Model):
    """A user who had an Entra account that was deleted. No rule ties another one to it: names are given to others."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="entra_disconnected"
    )
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("disconnected user")
        verbose_name_plural = _("disconnected users")

    def __str__(self) -> str:
        return str(self.pk)


class UsedTicket(models.Model):
    """The digest of what works once: a ticket to connect, the state of a sign-in. Or the key of a session that ended.

    Rows go after 20 minutes, when nothing asks for them any more.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    used_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("used ticket")
        verbose_name_plural = _("used tickets")

    def __str__(self) -> str:
        return self.digest[:8]


class SignInEvent(models.Model):
    """One thing that happened at a sign-in: who, by which door, through which client, and how it ended.

    It never has a token, a claim or an address. ``correlation_id`` is the token's ``uti``, by which Microsoft's sign-in
    log finds the same sign-in. The user may be deleted before the event is written, so the database asks for none.
    """

    class Outcome(models.TextChoices):
        SIGNED_IN = "signed_in", _("signed in")
        REFUSED = "refused", _("refused")
        CREATED = "created", _("created")
        ADOPTED = "adopted", _("adopted")
        CONNECTED = "connected", _("connected")
        DISCONNECTED = "disconnected", _("disconnected")

    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome)
    reason = models.CharField(_("reason"), max_length=40, blank=True, default="")
    door = models.CharField(_("door"), max_length=16, blank=True, default="")
    authority = models.CharField(_("authority"), max_length=100, blank=True, default="")
    tenant_id = models.UUIDField(_("tenant id"), null=True, blank=True)
    object_id = models.UUIDField(_("object id"), null=True, blank=True, db_index=True)
    client_id = models.CharField(_("client application"), max_length=36, blank=True, default="")
    agent_id = models.CharField(_("agent"), max_length=36, blank=True, default="")
    correlation_id = models.CharField(_("correlation id"), max_length=64, blank=True, default="")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False
    )

    class Meta:
        verbose_name = _("sign-in event")
        verbose_name_plural = _("sign-in events")
        ordering = ("-at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("correlation_id",),
                condition=models.Q(outcome="signed_in") & ~models.Q(correlation_id=""),
                name="entrance_one_sign_in_per_token",
            ),
        )

    def __str__(self) -> str:
        return f"{self.outcome} {self.reason}".strip()

    @property
    def explanation(self) -> str:
        """What the reason of a refusal means, and the remedy; empty for other outcomes."""
        refusal = next((each for each in every_reason() if each.reason == self.reason), None)
        return "" if refusal is None else f"{refusal.title}. {refusal.remedy}"
