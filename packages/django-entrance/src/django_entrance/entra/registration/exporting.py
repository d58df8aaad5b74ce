"""Writes the registrations as files, for those who may not run the command: Terraform, Bicep, or az."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django_entrance.entra.registration.export_az import az_script
from django_entrance.entra.registration.export_bicep import bicep_file
from django_entrance.entra.registration.export_terraform import terraform_file
from django_entrance.entra.registration.wanted import Wanted

EXPORTS: Mapping[str, Callable[[Wanted], str]] = {
    "terraform": terraform_file,
    "bicep": bicep_file,
    "az": az_script,
}
