"""A local Microsoft Entra ID for development and tests: unmodified Microsoft clients sign in against it.

Names are imported when they are first used, so that the pytest plugin costs nothing in sessions that do not need it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from entra_double._testing.app import make_app as make_app
    from entra_double._testing.entra import Entra as Entra
    from entra_double._testing.entra import EntraDown as EntraDown
    from entra_double._testing.entra import RunningEntra as RunningEntra
    from entra_double._testing.forgeries import FORGERIES as FORGERIES
    from entra_double._testing.forgeries import Forgery as Forgery
    from entra_double._testing.server import EntraServer as EntraServer
    from entra_double._tokens.emulator import Emulator as Emulator
    from entra_double._world.directory import Directory as Directory
    from entra_double._world.directory_file.problems import DirectoryError as DirectoryError
    from entra_double._world.directory_file.read import read_directory as read_directory
    from entra_double._world.errors import Refusal as Refusal
    from entra_double._world.outages import Outage as Outage
    from entra_double._world.policies import Assignment as Assignment
    from entra_double._world.policies import ConditionalAccess as ConditionalAccess
    from entra_double._world.policies import Demand as Demand
    from entra_double._world.policies import PermissionGrant as PermissionGrant
    from entra_double._world.principals import Group as Group
    from entra_double._world.principals import Person as Person
    from entra_double._world.registration import AppRegistration as AppRegistration
    from entra_double._world.registration import Platform as Platform
    from entra_double._world.registration import RedirectUri as RedirectUri
    from entra_double._world.seed import seed as seed

_HOMES = {
    "FORGERIES": "_testing.forgeries",
    "AppRegistration": "_world.registration",
    "Assignment": "_world.policies",
    "ConditionalAccess": "_world.policies",
    "Demand": "_world.policies",
    "Directory": "_world.directory",
    "DirectoryError": "_world.directory_file.problems",
    "Emulator": "_tokens.emulator",
    "Entra": "_testing.entra",
    "EntraDown": "_testing.entra",
    "EntraServer": "_testing.server",
    "Forgery": "_testing.forgeries",
    "Group": "_world.principals",
    "Outage": "_world.outages",
    "PermissionGrant": "_world.policies",
    "Person": "_world.principals",
    "Platform": "_world.registration",
    "RedirectUri": "_world.registration",
    "Refusal": "_world.errors",
    "RunningEntra": "_testing.entra",
    "make_app": "_testing.app",
    "read_directory": "_world.directory_file.read",
    "seed": "_world.seed",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    """Import a public name when it is first used (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
