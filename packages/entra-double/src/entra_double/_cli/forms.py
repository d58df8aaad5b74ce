"""Checks the form of what is typed for options that several commands have."""

from __future__ import annotations

import argparse
import re
import ssl
from pathlib import Path
from urllib.parse import urlsplit

_LABEL = "[A-Za-z0-9_-]{1,63}"
_ADDRESS = re.compile(rf"https?://({_LABEL}(\.{_LABEL})*\.?|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?/?")


def address(text: str) -> str:
    """Give the address of a server, a scheme, a host and perhaps a port, without the slash at its end."""
    if not _is_address(text):
        raise argparse.ArgumentTypeError(f"{text} is no address, such as http://localhost:8400")
    return text.rstrip("/")


def _is_address(text: str) -> bool:
    try:
        return _ADDRESS.fullmatch(text) is not None and urlsplit(text).port != 0
    except ValueError:
        return False


def host_name(text: str) -> str:
    """Give the name of a host, in lower case."""
    if not re.fullmatch(rf"{_LABEL}(\.{_LABEL})*", text):
        raise argparse.ArgumentTypeError(f"{text} is no host name, such as graph.microsoft.com")
    return text.lower()


def authority(text: str) -> Path:
    """Give a file that holds a certificate."""
    try:
        ssl.create_default_context(cafile=text)
    except FileNotFoundError:
        raise argparse.ArgumentTypeError(f"there is no file {text}") from None
    except OSError:
        raise argparse.ArgumentTypeError(f"{text} holds no certificate") from None
    return Path(text)
