"""Lets two threads that start at the same moment both be measured.

Before Python 3.12 one of them dies with "Cannot install a trace function while another trace function is being
installed" (https://github.com/python/cpython/issues/98257), and with it the request that it was to answer.
"""

import sys
from collections.abc import Callable
from typing import Any

install = sys.settrace


def settrace(function: Callable[..., Any] | None) -> None:
    """Install a trace function, once no other thread is installing one."""
    while True:
        try:
            return install(function)
        except RuntimeError:
            continue


if sys.version_info < (3, 12) and sys.gettrace() is not None:  # coverage measures
    sys.settrace = settrace
