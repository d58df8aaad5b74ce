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
    remedy = "An administrator of this application can connect the existing user with this person."


class UserNotCreatable(ProvisioningRefused):
    reason = "user_not_creatable"
    title = "No user could be created for this person"
    remedy = "The user model rejected the new row: map its required and unique fields in CLAIM_MAPPING."
    redacted_as = AccountMissing
