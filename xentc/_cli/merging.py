"""``xentc merge``."""

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from .._evaluation.figures import plural
from .._files import FileError
from . import together
from .show import Source, show
from .state import Keeper, State


def run(options: Namespace) -> int:
    """Add up, save, show."""
    together.check(options, options.files)
    first = State.read(Path(options.files[0]))
    evaluation, done = first.evaluation, first.done
    for file in options.files[1:]:  # one at a time, however many there are
        other = State.read(Path(file))
        other.check_reading(Path(file), first.reading)
        try:
            evaluation.merge(other.evaluation)
            done = done.merge(other.done)
        except ValueError as error:
            raise FileError(f"{options.files[0]} and {file}: {error}") from None
    report = evaluation.report()
    if options.by and report.by is None:
        raise FileError("--by: these states have no groups; evaluate with --by COLUMN")
    if options.worst is not None:
        if len(report.worst) < min(options.worst, report.count):
            raise FileError(
                f"--worst {options.worst}: these states keep {len(report.worst)} rows; evaluate with"
                f" --worst {options.worst}"
            )
        report = replace(report, worst=report.worst[: options.worst])
    if options.state is not None:
        keeper = Keeper(Path(options.state), first.reading)
        keeper.keep(evaluation, done)
        keeper.write()
    return show(report, Source(plural(len(options.files), "state")), options)
