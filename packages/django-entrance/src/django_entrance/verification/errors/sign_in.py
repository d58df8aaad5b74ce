"""Defines the refusals of page sign-in: the browser, Entra or the settings broke it off. A page shows them."""

from django_entrance.verification.errors.base import AuthorityUnreachable, Refused


class SignInRefused(Refused):
    """Base class: 400, this sign-in cannot be completed; the person may begin another.

    ``code`` is Entra's own (AADSTS…), ``correlation_id`` finds the sign-in in Microsoft's log, and ``sentence`` and
    ``own_remedy`` say what the code means. All may be empty.
    """

    status = 400
    error = "invalid_request"
    code: str = ""
    correlation_id: str = ""
    sentence: str = ""
    own_remedy: str = ""

    @property
    def advice(self) -> str:
        """The remedy for the code, or the general one."""
        return self.own_remedy or self.remedy


class SignInStateRefused(SignInRefused):
    reason = "sign_in_state"
    title = "This answer belongs to no sign-in of this browser"
    remedy = "Sign in again in this browser, within ten minutes, and allow cookies."


class SignInUsed(SignInRefused):
    reason = "sign_in_used"
    title = "This sign-in was completed or broken off before"
    remedy = "Continue, or sign in again. A page of the sign-in cannot be loaded twice."


class SignInIssuerRefused(SignInRefused):
    reason = "sign_in_issuer"
    title = "The answer comes from another authority than the sign-in was begun at"
    remedy = "Sign in again."


class SignInMalformed(SignInRefused):
    reason = "sign_in_malformed"
    title = "The answer has neither a code nor an error"
    remedy = "Sign in again."


class SignInDenied(SignInRefused):
    status = 403
    error = "access_denied"
    reason = "sign_in_denied"
    title = "Microsoft did not let this person in"
    remedy = "Try again. If it does not help, send the code and the correlation id to an administrator."


class OtherPersonRefused(SignInDenied):
    reason = "other_person"
    title = "Another person confirmed this at Microsoft than the one who is signed in here"
    remedy = "Confirm it with the account that you are signed in with here, or sign out and in again."


class ProofNotGiven(SignInDenied):
    reason = "proof_not_given"
    title = "Microsoft gave no further proof"
    remedy = (
        "An administrator must add the optional claim acrs to the ID token of this application's registration, and a"
        " Conditional Access policy for the authentication context."
    )


class SignInMisconfigured(SignInRefused):
    status = 503
    error = "temporarily_unavailable"
    reason = "sign_in_misconfigured"
    title = "Microsoft does not accept this application"
    remedy = "An administrator of this application must correct its registration or its settings."


class SignInUnavailable(SignInMisconfigured):
    reason = "sign_in_unavailable"
    title = "This site has no credential to sign people in with on its own pages"
    remedy = "Set CLIENT_SECRET, CLIENT_CERTIFICATE or CLIENT_ASSERTION of the authority."


class SignInUnanswered(AuthorityUnreachable):
    reason = "sign_in_unanswered"
    title = "Microsoft cannot be reached to complete the sign-in"
    remedy = "Try again in a moment."


class SignInLoop(SignInRefused):
    status = 429
    reason = "sign_in_loop"
    title = "This sign-in goes round in circles"
    remedy = (
        "Allow cookies for this site. If it does not help: the session does not reach the browser, so compare"
        " SESSION_COOKIE_SECURE, SESSION_COOKIE_DOMAIN and SESSION_COOKIE_PATH with the address of the site."
    )


class SessionEnded(SignInRefused):
    status = 401
    error = ""
    reason = "session_ended"
    title = "Your session has ended"
    remedy = "Sign in again."
