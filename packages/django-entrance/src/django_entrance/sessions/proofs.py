"""Names what a session is to prove at Microsoft: an authentication context of ours, or what another API asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import QueryDict

from django_entrance.conf.loading import current_settings
from django_entrance.entra.asked_claims import kept_claims
from django_entrance.entra.sign_in_client import claims_of
from django_entrance.verification.identity import Identity

CLAIMS_NAME = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """``context`` is a name in ``AUTHENTICATION_CONTEXTS``, ``asked`` that of claims that are kept. One is empty."""

    context: str = ""
    asked: str = ""

    @property
    def context_id(self) -> str:
        """Entra's id of the context; empty without one, or where the setting no longer has its name."""
        return current_settings().AUTHENTICATION_CONTEXTS.get(self.context, "")

    def is_given(self, identity: Identity) -> bool:
        """Return whether the person has the authentication context."""
        return self.context_id in identity.authentication_contexts

    def claims(self, session_id: str) -> str:
        """Return the claims to ask Microsoft for, as JSON; an empty text where the session no longer has them."""
        return kept_claims(session_id, self.asked) if self.asked else claims_of(self.context_id)


def sent_proof(sent: QueryDict) -> Proof | None:
    """Return the proof that a request names. A context that the setting has not counts as none."""
    proof = Proof(context=sent.get("step_up", ""), asked=sent.get("asked", ""))
    if proof.context_id:
        return Proof(context=proof.context)
    return Proof(asked=proof.asked) if CLAIMS_NAME.fullmatch(proof.asked) else None


def proof_fields(proof: Proof | None, next_page: str, prompt: str = "") -> dict[str, str]:
    """Return what a form sends to have Microsoft asked for a proof; nothing without one."""
    if proof is None:
        return {}
    fields = {"step_up": proof.context, "asked": proof.asked, "next": next_page, "prompt": prompt}
    return {name: value for name, value in fields.items() if value}
