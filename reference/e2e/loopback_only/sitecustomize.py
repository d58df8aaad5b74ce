"""Notes every address beyond loopback that a process of the tests calls, and refuses the call."""

import ipaddress
import os
import sys
from pathlib import Path
from typing import Any

LOG = Path(os.environ["LOOPBACK_ONLY_LOG"])


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
    elif event == "socket.getaddrinfo":
        address = arguments[:2]
    else:
        return
    if isinstance(address, tuple) and address[0] and not is_loopback(str(address[0])):
        with LOG.open("a") as log:
            log.write(f"{address[0]}\n")
        raise PermissionError(f"the tests call loopback only, not {address[0]}")


sys.addaudithook(watch)
