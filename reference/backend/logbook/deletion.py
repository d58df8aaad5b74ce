"""Asks for a second proof before an entry is deleted: of people who have signed in with Microsoft.

Logbook's own login has no second proof. Its people answer Django's questions alone, here that of their role.
"""

from accounts.signed_in import identity_of
from django.http import HttpRequest
from django_entrance.permissions import require_authentication_context

CONTEXT = "delete"
BECAUSE = "To delete an entry, confirm with Microsoft that it is you."


def require_second_proof(request: HttpRequest) -> None:
    """Require the authentication context of deletions from a person of Microsoft's.

    Raises:
        AuthenticationContextMissing: the person has not proved it. The answer says how, or leads there.
    """
    if identity_of(request) is not None:
        require_authentication_context(request, CONTEXT, BECAUSE)
