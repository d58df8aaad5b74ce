"""Names every refusal once: status, OAuth error, reason, title and remedy.

    Refused
    ├── MalformedRequest                    400 invalid_request
    ├── TokenRefused                        401 invalid_token
    │   ├── MalformedToken                  Entra does not issue such a token
    │   │   ├── TokenTooLarge
    │   │   ├── AlgorithmRefused
    │   │   ├── HeaderRefused
    │   │   ├── GraphToken
    │   │   └── RefreshTokenRefused
    │   ├── AuthorityNotHere
    │   ├── UnknownSigningKey
    │   ├── BadSignature
    │   └── ClaimRefused                    the signature is right, a claim is not
    │       ├── TokenExpired, TokenNotYetValid, TimeRefused
    │       ├── TenantRefused, PersonalAccountRefused, UserFlowRefused
    │       ├── VersionRefused, KeyIssuerRefused
    │       ├── AudienceRefused, IdTokenRefused, ProofOfPossessionRefused, DevelopmentTokenRefused
    │       └── ObjectIdRefused, SubjectRefused
    ├── AccessRefused                       403 insufficient_scope
    │   ├── NotSignedIn                     401, without an error: the request has no token
    │   ├── ScopeMissing                    of a token; for callers without one:
    │   │   └── SessionWithoutScopes, LoginWithoutScopes, OtherWithoutScopes
    │   ├── AppRoleMissing
    │   │   └── SessionWithoutAppRoles, LoginWithoutAppRoles, OtherWithoutAppRoles
    │   └── ClientRefused, ApplicationRefused, DeviceRefused, GuestRefused, AgentRefused
    ├── ProvisioningRefused                 403 access_denied
    │   ├── UserDisabled, AccountMissing, AccountExists, UserNotCreatable, OverageUnresolved
    │   └── TicketRefused, PasswordNeeded, AlreadyConnected, LastWayIn
    └── AuthorityUnreachable                503 temporarily_unavailable
        └── AuthorityMismatch, GraphUnreachable

``reason`` is stable: programs may branch on it, and ``docs/reference/refusals.md`` lists every one.
"""

from django_entrance.verification.errors.access import (
    AgentRefused,
    ApplicationRefused,
    AppRoleMissing,
    ClientRefused,
    DeviceRefused,
    GuestRefused,
    LoginWithoutAppRoles,
    LoginWithoutScopes,
    NotSignedIn,
    OtherWithoutAppRoles,
    OtherWithoutScopes,
    ScopeMissing,
    SessionWithoutAppRoles,
    SessionWithoutScopes,
)
from django_entrance.verification.errors.base import (
    AccessRefused,
    AuthorityMismatch,
    AuthorityUnreachable,
    Caller,
    GraphUnreachable,
    MalformedRequest,
    PolicyFacts,
    ProvisioningRefused,
    Refused,
    TokenRefused,
    every_reason,
    shown,
    unverified_caller,
)
from django_entrance.verification.errors.claims import (
    AudienceRefused,
    DevelopmentTokenRefused,
    IdTokenRefused,
    KeyIssuerRefused,
    ObjectIdRefused,
    PersonalAccountRefused,
    ProofOfPossessionRefused,
    SubjectRefused,
    TenantRefused,
    TimeRefused,
    TokenExpired,
    TokenNotYetValid,
    UserFlowRefused,
    VersionRefused,
)
from django_entrance.verification.errors.provisioning import (
    AccountExists,
    AccountMissing,
    AlreadyConnected,
    BodyRefused,
    InactiveUserExists,
    LastWayIn,
    NoPasswordToConfirm,
    NoSuchAccount,
    OverageUnresolved,
    PasswordNeeded,
    SignInNeeded,
    TicketRefused,
    UserDisabled,
    UserNotCreatable,
)
from django_entrance.verification.errors.tokens import (
    AlgorithmRefused,
    AuthorityNotHere,
    BadSignature,
    ClaimRefused,
    GraphToken,
    HeaderRefused,
    MalformedToken,
    RefreshTokenRefused,
    TokenTooLarge,
    UnknownSigningKey,
)

__all__ = [
    "AccessRefused",
    "AccountExists",
    "AccountMissing",
    "AgentRefused",
    "AlgorithmRefused",
    "AlreadyConnected",
    "AppRoleMissing",
    "ApplicationRefused",
    "AudienceRefused",
    "AuthorityMismatch",
    "AuthorityNotHere",
    "AuthorityUnreachable",
    "BadSignature",
    "BodyRefused",
    "Caller",
    "ClaimRefused",
    "ClientRefused",
    "DevelopmentTokenRefused",
    "DeviceRefused",
    "GraphToken",
    "GraphUnreachable",
    "GuestRefused",
    "HeaderRefused",
    "IdTokenRefused",
    "InactiveUserExists",
    "KeyIssuerRefused",
    "LastWayIn",
    "LoginWithoutAppRoles",
    "LoginWithoutScopes",
    "MalformedRequest",
    "MalformedToken",
    "NoPasswordToConfirm",
    "NoSuchAccount",
    "NotSignedIn",
    "ObjectIdRefused",
    "OtherWithoutAppRoles",
    "OtherWithoutScopes",
    "OverageUnresolved",
    "PasswordNeeded",
    "PersonalAccountRefused",
    "PolicyFacts",
    "ProofOfPossessionRefused",
    "ProvisioningRefused",
    "RefreshTokenRefused",
    "Refused",
    "ScopeMissing",
    "SessionWithoutAppRoles",
    "SessionWithoutScopes",
    "SignInNeeded",
    "SubjectRefused",
    "TenantRefused",
    "TicketRefused",
    "TimeRefused",
    "TokenExpired",
    "TokenNotYetValid",
    "TokenRefused",
    "TokenTooLarge",
    "UnknownSigningKey",
    "UserDisabled",
    "UserFlowRefused",
    "UserNotCreatable",
    "VersionRefused",
    "every_reason",
    "shown",
    "unverified_caller",
]
