"""The command line: ``python -m xentc``."""

import argparse
import sys
from collections.abc import Sequence

from ._config import show_config
from ._version import __version__


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {number}")
    return number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m xentc", description="Cross-entropy of NumPy arrays at the speed of memory."
    )
    parser.add_argument("--version", action="version", version=f"xentc {__version__}")
    commands = parser.add_subparsers(dest="command", title="commands", metavar="")
    demo = commands.add_parser(
        "demo",
        help="compute one-hot and real data with the NumPy reference and with xentc, check, and compare",
        description="Compute cross-entropy with the NumPy reference and with xentc, check that they agree, and print"
        " time and memory of both: for random one-hot rows (the default size needs 5 GB, mostly for the reference), and"
        " for what a real classifier said of 1,797 handwritten digits. Exit code 1 if anything disagrees.",
    )
    demo.add_argument("--rows", type=_positive, default=1_000_000, help="random one-hot rows (default: %(default)s)")
    demo.add_argument("--classes", type=_positive, default=100, help="their classes (default: %(default)s)")
    commands.add_parser("config", help="show how xentc was built and what it runs on")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command == "config":
        show_config()
    elif options.command == "demo":
        from . import demo  # not at the top: the others need not wait for it

        return 0 if demo.run(options.rows, options.classes) else 1
    else:
        parser.print_help()
    return 0


if __name__ == "__main__":
    sys.exit(main())
