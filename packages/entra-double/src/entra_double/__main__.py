"""Starts the command line."""

import sys

from entra_double._cli import main

if __name__ == "__main__":
    sys.exit(main())
