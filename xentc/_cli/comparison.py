"""``xentc compare``."""

from argparse import Namespace


def run(options: Namespace) -> int:
    """Read both, compare row by row, show."""
    raise NotImplementedError
