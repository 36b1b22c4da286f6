"""The commands and their options: what ``xentc --help`` shows."""

import argparse
import csv
import math
from collections.abc import Callable, Sequence
from typing import NoReturn, TypeVar

from .._version import __version__
from . import commands

EVALUATE = """\
Evaluate predictions: cross-entropy with its standard error, perplexity,
accuracy, Brier score, calibration, and what looks wrong with the data, in one
pass over files of any size.

FILE is a .npy, .npz, Parquet, Arrow or CSV file (also .gz and .zst), a folder
or a pattern of such files, or - for standard input. The labels are a column of
the same file, or the last FILE. The first line of the answer says what was
taken for what; where a guess could be wrong, the command stops and names the
option that settles it.
"""

EVALUATE_EXAMPLES = """\
examples:
  xentc evaluate predictions.csv
  xentc evaluate predictions.parquet labels.csv --id id --by-class --worst 5
  xentc evaluate logits.npy labels.npy --logits --html report.html
  xentc evaluate 'parts/*.parquet' --state run.state --fail-above 0.35

exit codes: 0; 1 if the loss is above --fail-above; 2 for bad usage or bad
data; 130 if interrupted
"""

COMPARE = """\
Compare the predictions of two models for the same rows: the mean difference of
their losses with its standard error and 95 % interval, and how many rows each
of them predicts better.
"""

MERGE = """\
Add up what 'xentc evaluate --state' saved, on one machine or on many, and
report on all of it. The result is, to the last bit, that of one evaluation of
all the files.
"""

DEMO = """\
Compute cross-entropy as people write it with NumPy, in the fastest way that
NumPy has, and with xentc; check that they agree; print the time and memory of
each. The data are random, and the predictions of a classifier for 1,797
handwritten digits. The default size needs half a gigabyte and two seconds.
The exit code is 1 if anything disagrees.
"""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Exit with the code of bad usage."""
        self.exit(2, f"xentc: {' '.join(message.split())}; see '{self.prog} --help'\n")


Number = TypeVar("Number", int, float)


def _number(kind: Callable[[str], Number], text: str, what: str) -> Number:
    try:
        return kind(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a {what}, got {text!r}") from None


def natural(text: str, least: int = 0) -> int:
    """A whole number from 0 on."""
    number = _number(int, text, "whole number")
    if number < least:
        raise argparse.ArgumentTypeError(f"must be at least {least}, got {number}")
    return number


def positive(text: str) -> int:
    """A whole number from 1 on."""
    return natural(text, 1)


def real(text: str) -> float:
    """A number that is not NaN."""
    number = _number(float, text, "number")
    if math.isnan(number):
        raise argparse.ArgumentTypeError(f"must be a number, got {text!r}")
    return number


def tolerance(text: str) -> float:
    """How far from 1 the sum of a row may be."""
    number = _number(float, text, "tolerance such as 1e-4 (to check without one, put --check last)")
    if not 0 <= number < 1:
        raise argparse.ArgumentTypeError(f"must be a tolerance from 0 to less than 1, got {text}")
    return number


def names(text: str) -> list[str]:
    """Names between commas; one that has a comma itself stands in double quotes."""
    found = next(csv.reader([text], skipinitialspace=True), [])
    if not found or not all(found):
        raise argparse.ArgumentTypeError(f"must be names between commas, got {text!r}")
    return found


def _add_reading(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what the files hold")
    ids = group.add_mutually_exclusive_group()
    ids.add_argument(
        "--id", metavar="COLUMN", help="join files on this column, which is in all of them (default: id, if it is)"
    )
    ids.add_argument(
        "--no-id", dest="id", action="store_false", default=None, help="the rows of all files have the same order"
    )
    group.add_argument(
        "--label", type=names, metavar="COLUMN", help="the column of labels; 't_*' or several names are 0/1 columns"
    )
    group.add_argument(
        "--probs", type=names, metavar="COLUMN", help="the columns of predictions: a list column, names, or 'p_*'"
    )
    group.add_argument("--weight", metavar="COLUMN", help="weigh rows by this column")
    group.add_argument(
        "--classes", type=names, metavar="A,B,…", help="the names of the classes, in the order of their columns"
    )
    group.add_argument("--logits", action="store_true", help="the predictions are logits, not probabilities")
    group.add_argument(
        "--header",
        action=argparse.BooleanOptionalAction,
        help="whether CSV files begin with a line of column names; by default that line tells",
    )


def _add_meaning(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is computed")
    group.add_argument(
        "--eps", type=real, metavar="X", help="clip probabilities from below at X (default: the eps of their dtype)"
    )
    checks = group.add_mutually_exclusive_group()
    checks.add_argument(
        "--check",
        nargs="?",
        const=True,
        type=tolerance,
        metavar="TOLERANCE",
        help="refuse rows that are no distributions (default: what cannot be a probability)",
    )
    checks.add_argument("--no-check", dest="check", action="store_false", default=None, help="refuse nothing")
    group.add_argument("--ignore-index", type=int, metavar="N", help="leave out the rows whose label is N")


def _add_showing(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """The group, for options that only some commands have."""
    group = parser.add_argument_group("what is shown")
    group.add_argument("--by-class", action="store_true", help="a table of the classes")
    group.add_argument("--calibration", action="store_true", help="a table of the calibration")
    group.add_argument("--markdown", action="store_true", help="print Markdown")
    group.add_argument("--json", nargs="?", const="-", metavar="FILE.json", help="print JSON, or write it to a file")
    group.add_argument("--html", metavar="FILE", help="write a page with pictures and all tables")
    group.add_argument("--plot", metavar="FILE", help="write the pictures alone, as .png, .svg or .pdf")
    group.add_argument("--quiet", action="store_true", help="print nothing but errors, and JSON if asked for")
    group.add_argument("--fail-above", type=real, metavar="X", help="exit with code 1 if the loss is above X")
    group.add_argument("--worst", type=natural, metavar="N", help="a table of the N rows with the largest losses")
    return group


def _add_running(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--threads", type=positive, metavar="N", help="use N threads")


def _parser() -> Parser:
    parser = Parser(
        "xentc",
        description="Cross-entropy at the speed of memory, exact.",
        epilog="xentc COMMAND --help has the options of each.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"xentc {__version__}")
    parser.set_defaults(run=lambda options: commands.usage(parser))
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", prog="xentc", parser_class=Parser)

    def command(name: str, summary: str, description: str, epilog: str | None = None) -> Parser:
        made: Parser = subparsers.add_parser(
            name,
            help=summary,
            description=description,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        made.set_defaults(run=getattr(commands, name))
        return made

    evaluate = command("evaluate", "evaluate predictions in files", EVALUATE, EVALUATE_EXAMPLES)
    evaluate.add_argument("files", nargs="+", metavar="FILE", help="predictions, and last of all the labels")
    evaluate.add_argument("--labels", metavar="FILE", help="labels, if the last FILE is one of predictions")
    _add_reading(evaluate)
    _add_meaning(evaluate)
    showing = _add_showing(evaluate)
    showing.add_argument("--by", metavar="COLUMN", help="a table of the groups of rows that share a value of COLUMN")
    showing.add_argument("--bins", type=positive, default=15, metavar="N", help="bins of the calibration (default: 15)")
    evaluate.add_argument(
        "--state", metavar="FILE", help="save the totals here, and go on from them if the file exists"
    )
    _add_running(evaluate)

    compare = command("compare", "compare two models on the same rows", COMPARE)
    compare.add_argument("a", metavar="A", help="predictions of one model")
    compare.add_argument("b", metavar="B", help="predictions of the other")
    compare.add_argument("labels", nargs="?", metavar="LABELS", help="labels, if they are not a column of A")
    _add_reading(compare)
    _add_meaning(compare)
    compare.add_argument("--markdown", action="store_true", help="print Markdown")
    compare.add_argument("--json", nargs="?", const="-", metavar="FILE.json", help="print JSON, or write it to a file")
    compare.add_argument("--quiet", action="store_true", help="print nothing but errors, and JSON if asked for")
    _add_running(compare)

    merge = command("merge", "add up saved states", MERGE)
    merge.add_argument("files", nargs="+", metavar="STATE", help="files that --state wrote")
    _add_showing(merge).add_argument("--by", action="store_true", help="a table of the groups")
    merge.add_argument("--state", metavar="FILE", help="save the sum here")

    demo = command("demo", "compare xentc with NumPy in result, time and memory", DEMO)
    demo.add_argument("--rows", type=positive, default=100_000, help="random rows (default: %(default)s)")
    demo.add_argument("--classes", type=positive, default=100, help="their classes (default: %(default)s)")

    command("config", "show how xentc was built and what it runs on", "Show how xentc was built and what it runs on.")
    return parser


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options of one command; ``run`` is what does it."""
    return _parser().parse_args(arguments)
