"""``xentc compare``: two streams of predictions for the same rows, joined by their order or by an id."""

from argparse import Namespace

from .._evaluation import text
from .._evaluation.comparison import Comparison, Pairs
from .._evaluation.figures import plural
from .._evaluation.layout import grid
from .._evaluation.pairing import add_pairs, both
from .._files import Predictions
from . import OK, console, reading, together
from .progress import Progress
from .show import write_json


def run(options: Namespace) -> int:
    """Read both, pair their rows, show."""
    together.check(options, [options.a, options.b, *filter(None, [options.labels])])
    names = options.a, options.b
    with both(*names, options.labels, names=names, **reading.told(options)) as (a, b):
        pairs = Pairs()
        with Progress(a.n_rows, quiet=options.quiet) as progress:
            for n in add_pairs(
                pairs, a, b, eps=options.eps, from_logits=options.logits, check=options.check, names=names
            ):
                progress.add(n)
    return _show(pairs.result(), a, b, options)


def _show(compared: Comparison, a: Predictions, b: Predictions, options: Namespace) -> int:
    names = options.a, options.b
    size = f"{plural(compared.count, 'row')}, {plural(a.n_classes, 'class')}"
    of_b = [each if each.startswith("joined") else f"{each} of {names[1]}" for each in b.taken if each not in a.taken]
    taken = [*a.taken, *of_b]
    head = "   ".join(filter(None, [f"{names[0]} against {names[1]}", size, ", ".join(taken)]))
    if options.json is not None:
        write_json({**compared.to_dict(), "a": names[0], "b": names[1], "taken": taken}, options.json)
    if options.quiet or options.json == "-":
        return OK
    cells = text.comparison(compared, "A", "B")
    if options.markdown:
        console.write("\n".join(text.markdown_of(head, cells)))
    else:
        console.write_screen([head, *grid(cells, console.width())])
    return OK
