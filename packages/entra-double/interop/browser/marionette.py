"""Client for Marionette, Firefox's remote protocol: JSON over TCP on this machine."""

from __future__ import annotations

import json
import socket
from typing import Any

_LEAVING = ("unknown error", "javascript error")


class MarionetteError(Exception):
    """Firefox refused a command."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name

    @property
    def is_navigation(self) -> bool:
        """Whether the page was navigating."""
        return self.name in _LEAVING


class Marionette:
    """A session with Firefox on `port`. It sends one WebDriver command at a time."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._stream = self._socket.makefile("rb")
        self._number = 0
        self._read()  # its greeting
        self.say("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {"timeouts": {"script": 30_000}}}})

    def say(self, command: str, parameters: dict[str, Any] | None = None) -> Any:
        """Send a command and return its result.

        Raises:
            MarionetteError: Firefox refuses it.
        """
        self._number += 1
        message = json.dumps([0, self._number, command, parameters or {}]).encode()
        self._socket.sendall(f"{len(message)}:".encode() + message)
        _, _, error, result = self._read()
        if error:
            raise MarionetteError(error["error"], error["message"])
        return result["value"] if isinstance(result, dict) and set(result) == {"value"} else result

    def execute(self, script: str, *arguments: object) -> Any:
        return self.say("WebDriver:ExecuteScript", {"script": script, "args": list(arguments), "sandbox": None})

    def navigate(self, address: str) -> None:
        self.say("WebDriver:Navigate", {"url": address})

    def handles(self) -> set[str]:
        return set(self.say("WebDriver:GetWindowHandles"))

    def switch_to(self, handle: str) -> None:
        self.say("WebDriver:SwitchToWindow", {"handle": handle})

    def close(self, handle: str) -> None:
        self.switch_to(handle)
        self.say("WebDriver:CloseWindow")

    def quit(self) -> None:
        self.say("Marionette:Quit", {"flags": ["eForceQuit"]})
        self._stream.close()
        self._socket.close()

    def _read(self) -> Any:
        length = b""
        while (byte := self._stream.read(1)) != b":":
            length += byte
        return json.loads(self._stream.read(int(length)))
