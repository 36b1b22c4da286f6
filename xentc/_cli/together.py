"""Options that do not go together, and files that cannot be written: found before anything is read."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from .._files import FileError

OUTPUTS = ("json", "html", "plot", "state")


def check(options: Namespace, inputs: Sequence[str]) -> None:
    """Raise for what would go wrong at the end, or do something else than was asked for."""
    if getattr(options, "logits", False) and options.eps is not None:
        raise FileError("--eps does not go with --logits, where nothing is clipped")
    if options.json == "-" and options.markdown:
        raise FileError("--json and --markdown would both be printed; write one of them to a file: --json FILE.json")
    if options.json not in (None, "-") and not options.json.endswith(".json"):
        raise FileError(
            f"--json writes a file whose name ends in .json, not {options.json}; to print JSON, put --json last"
        )
    _check_outputs(options, inputs)
    if getattr(options, "plot", None) is not None:
        _check_plot(options.plot)


def _check_outputs(options: Namespace, inputs: Sequence[str]) -> None:
    read = {path.resolve() for path in map(Path, inputs)}
    written: dict[Path, str] = {}
    for option in OUTPUTS:
        name = getattr(options, option, None)
        if name is None or (option, name) == ("json", "-"):
            continue
        path = Path(name)
        if name == "-" or path.is_dir():
            raise FileError(f"--{option} writes a file, and {name} is {'none' if name == '-' else 'a folder'}")
        if option != "state" and path.resolve() in read:
            raise FileError(f"--{option} {name} would overwrite a file that is read")
        if not path.absolute().parent.is_dir():
            raise FileError(f"--{option} {name}: there is no folder {path.parent}")
        other = written.setdefault(path.resolve(), option)
        if other != option:
            raise FileError(f"--{other} and --{option} would both write {name}")


def _check_plot(name: str) -> None:
    try:
        from matplotlib.backend_bases import FigureCanvasBase
    except ImportError:
        raise FileError("--plot needs matplotlib, which is not installed: pip install 'xentc[plot]'") from None
    kinds = FigureCanvasBase.get_supported_filetypes()
    if Path(name).suffix[1:].lower() not in kinds:
        raise FileError(f"--plot {name}: the name must end in one of {', '.join(f'.{kind}' for kind in sorted(kinds))}")
