"""Shows people, groups and tenants as Microsoft Graph does.

https://learn.microsoft.com/graph/api/resources/user
https://learn.microsoft.com/graph/api/resources/group
"""

from __future__ import annotations

from collections.abc import Mapping

from entra_double._world.directory import Directory, Principal
from entra_double._world.ids import derived_id
from entra_double._world.principals import Group, Person, Tenant

USER_DEFAULT = (
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
)
USER_BASIC = ("displayName", "givenName", "mail", "surname", "userPrincipalName", "id")

_USER_UNKNOWN = [
    "aboutMe",
    "ageGroup",
    "authorizationInfo",
    "birthday",
    "city",
    "companyName",
    "consentProvidedForMinor",
    "createdDateTime",
    "creationType",
    "customSecurityAttributes",
    "deletedDateTime",
    "department",
    "employeeHireDate",
    "employeeId",
    "employeeLeaveDateTime",
    "employeeOrgData",
    "employeeType",
    "externalUserState",
    "externalUserStateChangeDateTime",
    "faxNumber",
    "hireDate",
    "isManagementRestricted",
    "isResourceAccount",
    "lastPasswordChangeDateTime",
    "legalAgeGroupClassification",
    "mailboxSettings",
    "mailNickname",
    "mySite",
    "onPremisesDistinguishedName",
    "onPremisesDomainName",
    "onPremisesExtensionAttributes",
    "onPremisesImmutableId",
    "onPremisesLastSyncDateTime",
    "onPremisesSamAccountName",
    "onPremisesSecurityIdentifier",
    "onPremisesSyncEnabled",
    "onPremisesUserPrincipalName",
    "passwordPolicies",
    "passwordProfile",
    "postalCode",
    "preferredDataLocation",
    "preferredName",
    "securityIdentifier",
    "showInAddressList",
    "signInActivity",
    "signInSessionsValidFromDateTime",
    "state",
    "streetAddress",
    "usageLocation",
]
"""Properties that Graph declares and this directory does not know: null where `$select` names them."""

_USER_EMPTY = [
    "assignedLicenses",
    "assignedPlans",
    "identities",
    "imAddresses",
    "interests",
    "licenseAssignmentStates",
    "onPremisesProvisioningErrors",
    "otherMails",
    "pastProjects",
    "provisionedPlans",
    "proxyAddresses",
    "responsibilities",
    "schools",
    "serviceProvisioningErrors",
    "skills",
]
"""Declared collections, of which this directory knows none to have members."""

_TYPE = "@odata.type"
_TELLING = frozenset({"id", _TYPE})


def user(person: Person) -> dict[str, object]:
    """Give all members that the directory knows, and the empty ones that Graph always shows."""
    return {
        "businessPhones": [],
        "displayName": person.name,
        "givenName": person.given_name,
        "jobTitle": None,
        "mail": person.address,
        "mobilePhone": None,
        "officeLocation": None,
        "preferredLanguage": person.language,
        "surname": person.family_name,
        "userPrincipalName": person.user_principal_name,
        "id": person.object_id,
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


def directory_role(tenant_id: str, template_id: str) -> dict[str, object]:
    """Give a role of the directory itself, such as that of an administrator."""
    return {
        _TYPE: "#microsoft.graph.directoryRole",
        "id": directory_role_id(tenant_id, template_id),
        "displayName": None,
        "description": None,
        "roleTemplateId": template_id,
    }


def directory_role_id(tenant_id: str, template_id: str) -> str:
    return derived_id("directory role", tenant_id, template_id)


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
    """Give a member of a group with its kind."""
    if isinstance(known, Person):
        whole = user(known)
        return {_TYPE: "#microsoft.graph.user", **{name: whole[name] for name in USER_DEFAULT}}
    if isinstance(known, Group):
        return group_object(known)
    name = directory.client_name(known.client_id)
    return {_TYPE: "#microsoft.graph.servicePrincipal", "id": known.id, "appId": known.client_id, "displayName": name}


def group_object(known: Group) -> dict[str, object]:
    return {_TYPE: "#microsoft.graph.group", **group(known)}


def without_names(known: Mapping[str, object]) -> dict[str, object]:
    """Give what callers see of an object that they may not read: that it is there, and what it is."""
    return {name: value if name in _TELLING else None for name, value in known.items()}
