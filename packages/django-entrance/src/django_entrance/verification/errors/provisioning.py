"""Defines the refusals of known people: 403, this project has no active user for the identity."""

from django_entrance.verification.errors.base import ProvisioningRefused


class UserDisabled(ProvisioningRefused):
    reason = "user_disabled"
    title = "This user is deactivated here"
    remedy = "An administrator of this application can activate the user again."


class AccountMissing(ProvisioningRefused):
    reason = "account_missing"
    title = "This person has no account here"
    remedy = "An administrator of this application must add the person first."


class AccountExists(ProvisioningRefused):
    reason = "account_exists"
    title = "An existing user has this person's address"
    remedy = (
        "If this user is yours: log in as that user, and connect this Microsoft account at entrance/account/. An "
        "administrator of this application can connect the two as well."
    )


class InactiveUserExists(AccountExists):
    remedy = "That user cannot log in here. An administrator of this application can connect or rename the user."


class NoSuchAccount(AccountMissing):
    status = 404
    error = "invalid_request"
    title = "The user has no such Microsoft account"
    remedy = "Send the id of one of the accounts that GET entrance/account/ lists."


class UserNotCreatable(ProvisioningRefused):
    reason = "user_not_creatable"
    title = "No user could be created for this person"
    remedy = "The user model rejected the new row: map its required and unique fields in CLAIM_MAPPING."
    redacted_as = AccountMissing


class OverageUnresolved(ProvisioningRefused):
    reason = "overage_unresolved"
    title = "The person is in too many groups to list them in a token"
    remedy = (
        "Give the API client credentials, so that it asks Microsoft Graph; or limit the token to groups that are "
        "assigned to the application (groupMembershipClaims ApplicationGroup), or use app roles."
    )


class TicketRefused(ProvisioningRefused):
    reason = "ticket_refused"
    title = "The ticket to connect the account is not valid"
    remedy = "Ask for a new ticket as the user to connect. A ticket works once, for five minutes."


class BodyRefused(TicketRefused):
    status = 400
    error = "invalid_request"
    title = "The body of the request cannot be read"
    remedy = "Send a JSON object, a form, or no body."


class PasswordNeeded(ProvisioningRefused):
    reason = "password_needed"
    title = "Confirm the password first"
    remedy = "Send the user's current password with the request."


class PasswordWrong(PasswordNeeded):
    title = "The password is wrong"


class SignInNeeded(PasswordNeeded):
    title = "Sign in again first"
    remedy = "The user has no password to confirm: sign in again, and repeat this within five minutes."


class NoPasswordToConfirm(PasswordNeeded):
    title = "This user has no password to confirm"
    remedy = "Set a password first, or ask an administrator of this application to connect the account."


class AlreadyConnected(ProvisioningRefused):
    reason = "already_connected"
    title = "This Microsoft account is connected to another user"
    remedy = "Sign in as that user and disconnect it there, or ask an administrator."


class LastWayIn(ProvisioningRefused):
    reason = "last_way_in"
    title = "This Microsoft account is the only way to sign in"
    remedy = "Set a password first."
