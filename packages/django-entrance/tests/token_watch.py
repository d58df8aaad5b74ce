"""Watches what is logged for parts of tokens."""

import logging
import re


class TokenWatch(logging.Handler):
    """Notes who logged a part of a token: the JSON of a header or of claims begins with eyJ in base64url."""

    part = re.compile(r"eyJ[\w-]{17,}")

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.loggers: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if self.part.search(self.format(record)):
            self.loggers.append(record.name)
