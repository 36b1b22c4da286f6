"""What each command does. They import what they need when they are run: ``xentc --help`` need not wait for it."""

import contextlib
from argparse import ArgumentParser, Namespace
from typing import Any

from . import OK, THRESHOLD


def usage(parser: ArgumentParser) -> int:
    """Without a command, the help."""
    parser.print_help()
    return OK


def demo(options: Namespace) -> int:
    """Compare with NumPy."""
    from . import demo as demonstration

    return OK if demonstration.run(options.rows, options.classes) else THRESHOLD


def config(options: Namespace) -> int:
    """Show the build and the machine."""
    from .._core.config import show_config

    show_config()
    return OK


def evaluate(options: Namespace) -> int:
    """Evaluate files."""
    from . import evaluation

    with _threads(options):
        return evaluation.run(options)


def compare(options: Namespace) -> int:
    """Compare two models."""
    from . import comparison

    with _threads(options):
        return comparison.run(options)


def merge(options: Namespace) -> int:
    """Add up states."""
    from . import merging

    return merging.run(options)


def _threads(options: Namespace) -> contextlib.AbstractContextManager[Any]:
    from .._core.threads import num_threads

    return contextlib.nullcontext() if options.threads is None else num_threads(options.threads)
