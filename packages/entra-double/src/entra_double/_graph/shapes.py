"""Shows users, groups, directory roles and tenants as Microsoft Graph does.

https://learn.microsoft.com/graph/api/resources/user
https://learn.microsoft.com/graph/api/resources/group
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from entra_double._graph.bodies import Json
from entra_double._world.directory import Directory, Principal
from entra_double._world.ids import derived_id
from entra_double._world.principals import Group, Person, Tenant

USER_DEFAULT: Mapping[str, Callable[[Person], object]] = {
    "businessPhones": lambda person: [],
    "displayName": lambda person: person.name,
    "givenName": lambda person: person.given_name,
    "jobTitle": lambda person: None,
    "mail": lambda person: person.address,
    "mobilePhone": lambda person: None,
    "officeLocation": lambda person: None,
    "preferredLanguage": lambda person: person.language,
    "surname": lambda person: person.family_name,
    "userPrincipalName": lambda person: person.user_principal_name,
    "id": lambda person: person.object_id,
}
"""The properties of a user without `$select`."""

USER_BASIC = ("displayName", "givenName", "mail", "surname", "userPrincipalName", "id")

_USER_UNKNOWN = """
    aboutMe ageGroup authorizationInfo birthday city companyName consentProvidedForMinor createdDateTime creationType
    customSecurityAttributes deletedDateTime department employeeHireDate employeeId employeeLeaveDateTime
    employeeOrgData employeeType externalUserState externalUserStateChangeDateTime faxNumber hireDate
    isManagementRestricted isResourceAccount lastPasswordChangeDateTime legalAgeGroupClassification mailboxSettings
    mailNickname mySite onPremisesDistinguishedName onPremisesDomainName onPremisesExtensionAttributes
    onPremisesImmutableId onPremisesLastSyncDateTime onPremisesSamAccountName onPremisesSecurityIdentifier
    onPremisesSyncEnabled onPremisesUserPrincipalName passwordPolicies passwordProfile postalCode preferredDataLocation
    preferredName securityIdentifier showInAddressList signInActivity signInSessionsValidFromDateTime state
    streetAddress usageLocation
""".split()  # noqa: SIM905  # as a list it would be a page long
"""Properties that Graph declares and this directory does not keep: null where `$select` names them."""

_USER_EMPTY = """
    assignedLicenses assignedPlans identities imAddresses interests licenseAssignmentStates onPremisesProvisioningErrors
    otherMails pastProjects provisionedPlans proxyAddresses responsibilities schools serviceProvisioningErrors skills
""".split()  # noqa: SIM905
"""Declared collections, which are empty in this directory."""

_TYPE = "@odata.type"


def user(person: Person) -> dict[str, object]:
    """Return all declared properties of a user."""
    return {
        **{name: read(person) for name, read in USER_DEFAULT.items()},
        "accountEnabled": person.enabled,
        "country": person.country,
        "userType": "Guest" if person.is_guest else "Member",
        **dict.fromkeys(_USER_UNKNOWN),
        **{name: [] for name in _USER_EMPTY},
    }


def group(known: Group) -> dict[str, object]:
    return {
        "id": known.object_id,
        "description": None,
        "displayName": known.name,
        "groupTypes": [],
        "mail": known.mail,
        "mailEnabled": known.mail is not None,
        "mailNickname": known.sam_account_name or known.name.replace(" ", ""),
        "onPremisesDomainName": known.dns_domain,
        "onPremisesNetBiosName": known.netbios_domain,
        "onPremisesSamAccountName": known.sam_account_name,
        "onPremisesSyncEnabled": known.sam_account_name is not None or None,
        "securityEnabled": known.security,
    }


def directory_role(person: Person, template_id: str) -> dict[str, object]:
    """Return a role of the directory itself, such as that of an administrator."""
    return {
        _TYPE: "#microsoft.graph.directoryRole",
        "id": derived_id("directory role", person.tenant_id, template_id),
        "displayName": None,
        "description": None,
        "roleTemplateId": template_id,
    }


def organization(tenant: Tenant) -> dict[str, object]:
    domains = (tenant.domain, *tenant.domains)
    return {
        "id": tenant.id,
        "displayName": tenant.name,
        "countryLetterCode": tenant.country,
        "tenantType": "AAD",
        "verifiedDomains": [
            {"name": name, "isDefault": name == tenant.domain, "isInitial": name == tenant.domain, "type": "Managed"}
            for name in domains
        ],
    }


def member(directory: Directory, known: Principal) -> dict[str, object]:
    """Return a directory object with its kind, as a list of several kinds shows it."""
    match known:
        case Person():
            return {_TYPE: "#microsoft.graph.user", **{name: read(known) for name, read in USER_DEFAULT.items()}}
        case Group():
            return {_TYPE: "#microsoft.graph.group", **group(known)}
    name = directory.client_name(known.client_id)
    return {_TYPE: "#microsoft.graph.servicePrincipal", "id": known.id, "appId": known.client_id, "displayName": name}


def without_names(known: Json) -> dict[str, object]:
    """Return what callers see of an object that they may not read: its id and its kind."""
    return {name: value if name in ("id", _TYPE) else None for name, value in known.items()}
