"""A local Microsoft Entra ID for development and tests: unmodified Microsoft clients sign in against it.

Names are imported when they are first used: the pytest plugin costs a session nothing that does not need it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from entra_double._app import make_app as make_app
    from entra_double._directory import Directory as Directory
    from entra_double._directory_file.problems import DirectoryError as DirectoryError
    from entra_double._directory_file.read import read_directory as read_directory
    from entra_double._emulator import Emulator as Emulator
    from entra_double._entra import Entra as Entra
    from entra_double._entra import EntraDown as EntraDown
    from entra_double._entra import RunningEntra as RunningEntra
    from entra_double._errors import Refusal as Refusal
    from entra_double._forgeries import FORGERIES as FORGERIES
    from entra_double._forgeries.forgery import Forgery as Forgery
    from entra_double._outages import Outage as Outage
    from entra_double._policies import Assignment as Assignment
    from entra_double._policies import ConditionalAccess as ConditionalAccess
    from entra_double._policies import Demand as Demand
    from entra_double._policies import PermissionGrant as PermissionGrant
    from entra_double._principals import Group as Group
    from entra_double._principals import Person as Person
    from entra_double._registration import AppRegistration as AppRegistration
    from entra_double._registration import Platform as Platform
    from entra_double._registration import RedirectUri as RedirectUri
    from entra_double._seed import seed as seed
    from entra_double._server import EntraServer as EntraServer

_HOMES = {
    "FORGERIES": "_forgeries",
    "AppRegistration": "_registration",
    "Assignment": "_policies",
    "ConditionalAccess": "_policies",
    "Demand": "_policies",
    "Directory": "_directory",
    "DirectoryError": "_directory_file.problems",
    "Emulator": "_emulator",
    "Entra": "_entra",
    "EntraDown": "_entra",
    "EntraServer": "_server",
    "Forgery": "_forgeries.forgery",
    "Group": "_principals",
    "Outage": "_outages",
    "PermissionGrant": "_policies",
    "Person": "_principals",
    "Platform": "_registration",
    "RedirectUri": "_registration",
    "Refusal": "_errors",
    "RunningEntra": "_entra",
    "make_app": "_app",
    "read_directory": "_directory_file.read",
    "seed": "_seed",
}

__all__ = [
    "FORGERIES",
    "AppRegistration",
    "Assignment",
    "ConditionalAccess",
    "Demand",
    "Directory",
    "DirectoryError",
    "Emulator",
    "Entra",
    "EntraDown",
    "EntraServer",
    "Forgery",
    "Group",
    "Outage",
    "PermissionGrant",
    "Person",
    "Platform",
    "RedirectUri",
    "Refusal",
    "RunningEntra",
    "make_app",
    "read_directory",
    "seed",
]


def __getattr__(name: str) -> object:
    """Import what is asked for (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
