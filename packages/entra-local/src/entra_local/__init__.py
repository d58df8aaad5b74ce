"""A local Microsoft Entra ID for development and tests: unmodified Microsoft clients sign in against it."""

from entra_local._app import make_app
from entra_local._emulator import Emulator
from entra_local._seed import seed
from entra_local._server import EntraServer

__all__ = ["Emulator", "EntraServer", "make_app", "seed"]
