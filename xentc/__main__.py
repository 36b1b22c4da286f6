"""``python -m xentc``: the same as the command ``xentc``."""

import sys

from ._cli import main

if __name__ == "__main__":
    sys.exit(main())
