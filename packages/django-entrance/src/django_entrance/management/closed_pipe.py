"""Ends a command quietly when the reader of its output has left, as ``entrance explain … | head -1`` does."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def until_reader_leaves() -> Iterator[None]:
    """Exit with 1 when standard output is closed (Python's documentation, "Note on SIGPIPE").

    What is still in the buffer is written here: at the end of the process its failure would be a traceback.
    """
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
