"""``reason`` is stable, because programs branch on it; so are the status and the OAuth error that go with it."""

from django_entrance.verification.errors import Refused, every_reason

INVALID_TOKEN = """
    token_malformed token_too_large algorithm_refused header_refused graph_token refresh_token authority_not_here
    signing_key_unknown signature_wrong token_expired token_not_yet_valid time_refused tenant_refused personal_account
    user_flow_refused version_refused key_issuer_refused audience_refused id_token proof_of_possession
    development_token object_id_refused subject_refused not_an_id_token nonce_refused issuer_unknown
"""
INSUFFICIENT_SCOPE = """
    scope_missing app_role_missing authentication_context_missing
    client_refused application_refused device_refused guest_refused agent_refused
"""
ACCESS_DENIED = """
    user_disabled account_missing account_exists user_not_creatable overage_unresolved ticket_refused password_needed
    already_connected last_way_in
"""

REASONS = {
    "authorization_malformed": (400, "invalid_request"),
    "token_in_query": (400, "invalid_request"),
    "too_many_fields": (400, "invalid_request"),
    **dict.fromkeys(["not_signed_in", "session_stale", "session_ended"], (401, "")),
    **dict.fromkeys(["origin_refused", "session_too_large"], (403, "invalid_request")),
    **dict.fromkeys(["sign_in_state", "sign_in_used", "sign_in_issuer", "sign_in_malformed"], (400, "invalid_request")),
    "sign_in_denied": (403, "access_denied"),
    "sign_in_loop": (429, "invalid_request"),
    **dict.fromkeys(INVALID_TOKEN.split(), (401, "invalid_token")),
    **dict.fromkeys(INSUFFICIENT_SCOPE.split(), (403, "insufficient_scope")),
    **dict.fromkeys(ACCESS_DENIED.split(), (403, "access_denied")),
    **dict.fromkeys(
        [
            "authority_unreachable",
            "authority_mismatch",
            "graph_unreachable",
            "sign_in_unanswered",
            "sign_in_misconfigured",
            "sign_in_unavailable",
        ],
        (503, "temporarily_unavailable"),
    ),
    "token_missing": (403, "access_denied"),
    "consent_missing": (403, "access_denied"),
    "on_behalf_of_refused": (403, "access_denied"),
    "on_behalf_of_expired": (401, "invalid_token"),
    "on_behalf_of_misconfigured": (503, "temporarily_unavailable"),
    "further_proof_needed": (403, "insufficient_scope"),
    "graph_unanswered": (503, "temporarily_unavailable"),
}

SIGN_IN = {
    "invalid_request": {
        400: "sign_in_state sign_in_used sign_in_issuer sign_in_malformed",
        429: "sign_in_loop",
    },
    "access_denied": {403: "sign_in_denied other_person proof_not_given"},
    "temporarily_unavailable": {503: "sign_in_unanswered sign_in_misconfigured sign_in_unavailable"},
}
"""Of page sign-in: error → status → reasons."""

REASONS |= {
    reason: (status, error) for error, by in SIGN_IN.items() for status, names in by.items() for reason in names.split()
}


def test_no_reason_changes() -> None:
    assert {refusal.reason: (refusal.status, refusal.error) for refusal in every_reason()} == REASONS


def test_what_has_no_reason_of_its_own_says_nothing() -> None:
    assert (Refused.reason, Refused.title, Refused.remedy) == ("", "", "")
