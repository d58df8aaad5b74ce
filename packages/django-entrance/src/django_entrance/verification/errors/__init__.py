"""Names every refusal once: status, OAuth error, reason, title and remedy.

    Refused
    ├── MalformedRequest                    400 invalid_request
    │   └── TokenInQuery, TooManyFields
    ├── TokenRefused                        401 invalid_token
    │   ├── MalformedToken                  Entra does not issue such a token
    │   │   ├── TokenTooLarge
    │   │   ├── AlgorithmRefused
    │   │   ├── HeaderRefused
    │   │   ├── GraphToken
    │   │   └── RefreshTokenRefused
    │   ├── IssuerUnknown, AuthorityNotHere
    │   ├── UnknownSigningKey
    │   ├── BadSignature
    │   └── ClaimRefused                    the signature is right, a claim is not
    │       ├── TokenExpired, TokenNotYetValid, TimeRefused
    │       ├── TenantRefused, PersonalAccountRefused, UserFlowRefused
    │       ├── VersionRefused, KeyIssuerRefused
    │       ├── AudienceRefused, IdTokenRefused, ProofOfPossessionRefused, DevelopmentTokenRefused
    │       ├── NotAnIdToken, NonceRefused      of page sign-in
    │       └── ObjectIdRefused, SubjectRefused
    ├── AccessRefused                       403 insufficient_scope
    │   ├── NotSignedIn, SessionStale       401, without an error: the request has no token
    │   ├── ScopeMissing                    of a token; for callers without one:
    │   │   └── SessionWithoutScopes, LoginWithoutScopes, OtherWithoutScopes
    │   ├── AppRoleMissing
    │   │   └── SessionWithoutAppRoles, LoginWithoutAppRoles, OtherWithoutAppRoles
    │   ├── AuthenticationContextMissing
    │   │   ├── ClaimsChallenged            401 insufficient_claims, with the claims to request
    │   │   └── SessionWithoutAuthenticationContext, LoginWithout…, OtherWithoutAuthenticationContext
    │   ├── ClientRefused, ApplicationRefused, DeviceRefused, GuestRefused, AgentRefused, OriginRefused
    │   │   SessionTooLarge
    │   ├── ConsentMissing, OnBehalfRefused     of calls to other APIs
    │   ├── OnBehalfExpired                 401 invalid_token
    │   ├── TokenMissing
    │   │   └── LoginWithoutToken, OtherWithoutToken
    │   └── InteractionRequired
    │       ├── InteractionChallenged       401 insufficient_claims, with the claims to request
    │       └── InteractionOfPage           in a page session
    │           └── InteractionInVain
    ├── ProvisioningRefused                 403 access_denied
    │   ├── UserDisabled, AccountMissing, AccountExists, UserNotCreatable, OverageUnresolved
    │   └── TicketRefused, PasswordNeeded, AlreadyConnected, LastWayIn
    ├── AuthorityUnreachable                503 temporarily_unavailable
    │   ├── AuthorityMismatch, GraphUnreachable, SignInUnanswered
    │   └── CallUnanswered                  of calls to other APIs
    │       └── OnBehalfMisconfigured, GraphUnanswered, TokensCacheDown
    └── SignInRefused                       400 invalid_request; page sign-in was broken off
        ├── SignInStateRefused, SignInUsed, SignInIssuerRefused, SignInMalformed
        ├── SignInDenied                    403 access_denied
        │   └── OtherPersonRefused, ProofNotGiven
        ├── SignInMisconfigured             503 temporarily_unavailable
        │   └── SignInUnavailable
        ├── SignInLoop                      429
        └── SessionEnded                    401, without an error

``reason`` is stable: programs may branch on it, and ``docs/reference/refusals.md`` lists every one.
"""

from django_entrance.verification.errors.access import (
    AgentRefused,
    ApplicationRefused,
    AppRoleMissing,
    AuthenticationContextMissing,
    ClaimsChallenged,
    ClientRefused,
    DeviceRefused,
    GuestRefused,
    LoginWithoutAppRoles,
    LoginWithoutAuthenticationContext,
    LoginWithoutScopes,
    NotSignedIn,
    OriginRefused,
    OtherWithoutAppRoles,
    OtherWithoutAuthenticationContext,
    OtherWithoutScopes,
    ScopeMissing,
    SessionStale,
    SessionTooLarge,
    SessionWithoutAppRoles,
    SessionWithoutAuthenticationContext,
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
    TokenInQuery,
    TokenRefused,
    TooManyFields,
    every_reason,
    shown,
    unverified_caller,
)
from django_entrance.verification.errors.calling import (
    CallUnanswered,
    ConsentMissing,
    GraphUnanswered,
    InteractionChallenged,
    InteractionInVain,
    InteractionOfPage,
    InteractionRequired,
    LoginWithoutToken,
    OnBehalfExpired,
    OnBehalfMisconfigured,
    OnBehalfRefused,
    OtherWithoutToken,
    TokenMissing,
    TokensCacheDown,
)
from django_entrance.verification.errors.claims import (
    AudienceRefused,
    DevelopmentTokenRefused,
    IdTokenRefused,
    KeyIssuerRefused,
    NonceRefused,
    NotAnIdToken,
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
    PasswordWrong,
    SignInNeeded,
    TicketRefused,
    UserDisabled,
    UserNotCreatable,
)
from django_entrance.verification.errors.sign_in import (
    OtherPersonRefused,
    ProofNotGiven,
    SessionEnded,
    SignInDenied,
    SignInIssuerRefused,
    SignInLoop,
    SignInMalformed,
    SignInMisconfigured,
    SignInRefused,
    SignInStateRefused,
    SignInUnanswered,
    SignInUnavailable,
    SignInUsed,
)
from django_entrance.verification.errors.tokens import (
    AlgorithmRefused,
    AuthorityNotHere,
    BadSignature,
    ClaimRefused,
    GraphToken,
    HeaderRefused,
    IssuerUnknown,
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
    "AuthenticationContextMissing",
    "AuthorityMismatch",
    "AuthorityNotHere",
    "AuthorityUnreachable",
    "BadSignature",
    "BodyRefused",
    "CallUnanswered",
    "Caller",
    "ClaimRefused",
    "ClaimsChallenged",
    "ClientRefused",
    "ConsentMissing",
    "DevelopmentTokenRefused",
    "DeviceRefused",
    "GraphToken",
    "GraphUnanswered",
    "GraphUnreachable",
    "GuestRefused",
    "HeaderRefused",
    "IdTokenRefused",
    "InactiveUserExists",
    "InteractionChallenged",
    "InteractionInVain",
    "InteractionOfPage",
    "InteractionRequired",
    "IssuerUnknown",
    "KeyIssuerRefused",
    "LastWayIn",
    "LoginWithoutAppRoles",
    "LoginWithoutAuthenticationContext",
    "LoginWithoutScopes",
    "LoginWithoutToken",
    "MalformedRequest",
    "MalformedToken",
    "NoPasswordToConfirm",
    "NoSuchAccount",
    "NonceRefused",
    "NotAnIdToken",
    "NotSignedIn",
    "ObjectIdRefused",
    "OnBehalfExpired",
    "OnBehalfMisconfigured",
    "OnBehalfRefused",
    "OriginRefused",
    "OtherPersonRefused",
    "OtherWithoutAppRoles",
    "OtherWithoutAuthenticationContext",
    "OtherWithoutScopes",
    "OtherWithoutToken",
    "OverageUnresolved",
    "PasswordNeeded",
    "PasswordWrong",
    "PersonalAccountRefused",
    "PolicyFacts",
    "ProofNotGiven",
    "ProofOfPossessionRefused",
    "ProvisioningRefused",
    "RefreshTokenRefused",
    "Refused",
    "ScopeMissing",
    "SessionEnded",
    "SessionStale",
    "SessionTooLarge",
    "SessionWithoutAppRoles",
    "SessionWithoutAuthenticationContext",
    "SessionWithoutScopes",
    "SignInDenied",
    "SignInIssuerRefused",
    "SignInLoop",
    "SignInMalformed",
    "SignInMisconfigured",
    "SignInNeeded",
    "SignInRefused",
    "SignInStateRefused",
    "SignInUnanswered",
    "SignInUnavailable",
    "SignInUsed",
    "SubjectRefused",
    "TenantRefused",
    "TicketRefused",
    "TimeRefused",
    "TokenExpired",
    "TokenInQuery",
    "TokenMissing",
    "TokenNotYetValid",
    "TokenRefused",
    "TokenTooLarge",
    "TokensCacheDown",
    "TooManyFields",
    "UnknownSigningKey",
    "UserDisabled",
    "UserFlowRefused",
    "UserNotCreatable",
    "VersionRefused",
    "every_reason",
    "shown",
    "unverified_caller",
]
