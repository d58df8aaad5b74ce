"""Answers Microsoft Graph v1.0, as far as sign-in, groups and registration need it."""

from __future__ import annotations

from entra_double._graph import (
    applications,
    assignments,
    contexts,
    directory_objects,
    grants,
    memberships,
    service_principals,
)

OPERATIONS = (
    *directory_objects.OPERATIONS,
    *memberships.OPERATIONS,
    *applications.OPERATIONS,
    *service_principals.OPERATIONS,
    *assignments.OPERATIONS,
    *grants.OPERATIONS,
    *contexts.OPERATIONS,
)
"""All that Graph can do here; the permissions of each stand beside it."""
