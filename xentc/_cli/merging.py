"""``xentc merge``."""

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from .._evaluation.figures import plural
from .._files import FileError
from .show import Source, check_outputs, show
from .state import Keeper, State


def run(options: Namespace) -> int:
    """Add up, save, show."""
    check_outputs(options, options.files)
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
    if options.state is not None:
        keeper = Keeper(Path(options.state), first.reading)
        keeper.keep(evaluation, done)
        keeper.write()
    report = evaluation.report()
    if options.by and report.by is None:
        raise FileError("--by: these states have no groups; evaluate with --by COLUMN")
    if options.worst is not None:
        report = replace(report, worst=report.worst[: options.worst])
    return show(report, Source(plural(len(options.files), "state")), options)
