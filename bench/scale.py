"""``python -m bench.scale``: what it costs to add up the states of very many chunks, measured on this machine.

``--json FILE`` measures and writes what was found; ``--page`` puts bench/results/scale.json into docs/scale.md. The
states are those of real chunks, a few hundred different ones, handed out again and again. Times are the processor's, so
that other programs on the machine change them little.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import xentc
from bench import facts

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "scale.json"
PAGE = HERE.parent / "docs" / "scale.md"
BEGIN, END = "<!-- figures:begin -->", "<!-- figures:end -->"
CLASSES, GROUPS = (2, 10, 100, 1000), (0, 100, 1000, 10_000)
N_STATES, K = 100_000, 10
ARITIES = (4, 16, N_STATES)
ROWS, CHUNK = 10**12, 10**7
Result = dict[str, Any]


def states(n_different: int, k: int, groups: int, n_rows: int = 2000) -> list[bytes]:
    """Of real chunks; every group and every class has rows in each."""
    rng = np.random.default_rng(0)
    n_rows = max(n_rows, 2 * groups, 2 * k)
    found = []
    for i in range(n_different):
        y = rng.random((n_rows, k), np.float32) + np.float32(0.01)
        y /= y.sum(axis=1, keepdims=True)
        labels = rng.permutation(np.arange(n_rows) % k)
        by = {"by": rng.permutation(np.arange(n_rows) % groups)} if groups else {}
        found.append(xentc.Evaluation(check=False).update(labels, y, row=i * n_rows, **by).to_bytes())
    return found


def costs(k: int, groups: int) -> Result:
    """Seconds of this process to add one state to a total, from its bytes, and to write it; the best of several."""
    some = states(3, k, groups)
    total, add, write = xentc.Evaluation.from_bytes(some[0]), math.inf, math.inf
    total.merge(xentc.Evaluation.from_bytes(some[1]))
    repeats = 40 if groups < 1000 else 5
    for _ in range(repeats):
        start = time.process_time()
        for data in some:
            total.merge(xentc.Evaluation.from_bytes(data))
        between = time.process_time()
        total.to_bytes()
        add, write = min(add, (between - start) / len(some)), min(write, time.process_time() - between)
    return {"classes": k, "groups": groups, "bytes": len(some[0]), "add": add, "write": write}


def fitted(measured: list[Result], what: str) -> tuple[list[float], float]:
    """(a, b, c) of a + b K + c G by least squares of relative errors, and the largest of these."""
    truth = np.array([one[what] for one in measured])
    terms = np.array([[1.0, one["classes"], one["groups"]] for one in measured])
    found = np.linalg.lstsq(terms / truth[:, None], np.ones(len(truth)), rcond=None)[0]
    return found.tolist(), float(np.abs(terms @ found / truth - 1).max())


def tree(arity: int, n: int) -> Result:
    """All states added up by a tree, node by node as their children are there; time, bytes moved, memory."""
    leaves = states(200, K, 0)
    moved = writes = adds = 0
    before, start = memory(), time.process_time()

    def node(first: int, last: int) -> bytes:
        nonlocal moved, writes, adds
        if last - first == 1:
            return leaves[first % len(leaves)]
        total = xentc.Evaluation(check=False)
        step = max(arity ** (math.ceil(math.log(last - first, arity) - 1e-9) - 1), 1)
        for child in range(first, last, step):
            data = node(child, min(child + step, last))
            moved, adds = moved + len(data), adds + 1
            total.merge(xentc.Evaluation.from_bytes(data))
        writes += 1
        return total.to_bytes()

    root = node(0, n)
    seconds = time.process_time() - start
    count = xentc.Evaluation.from_bytes(root).report().count
    return {
        "arity": arity,
        "seconds": seconds,
        "bytes": moved,
        "adds": adds,
        "writes": writes,
        "memory": max(memory() - before, 0),
        "root": root.hex(),
        "count": count,
    }


def memory() -> int:
    """The peak of this process so far, in bytes."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def rates() -> Result:
    """Rows a second on one thread: of an evaluation in memory, and of reading Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from xentc._files import open_predictions

    rng = np.random.default_rng(0)
    n = 1_000_000
    y, labels = rng.random((n, K), np.float32), rng.integers(0, K, n)
    y /= y.sum(axis=1, keepdims=True)
    with xentc.num_threads(1), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        pq.write_table(pa.table({"label": labels, **{f"p_{k}": y[:, k] for k in range(K)}}), path)
        evaluating = best(lambda: xentc.Evaluation().update(labels, y))

        def read() -> None:
            with open_predictions(str(path), label="label", probs="p_*") as predictions:
                for _ in predictions:
                    pass

        return {"evaluate": n / evaluating, "read": n / best(read), "bytes": path.stat().st_size / n}


def best(call: Any, rounds: int = 5) -> float:
    """Seconds."""
    found = math.inf
    for _ in range(rounds):
        start = time.process_time()
        call()
        found = min(found, time.process_time() - start)
    return found


def measure(n: int) -> Result:
    """Everything; each tree in a process of its own, whose memory is its own."""
    trees = []
    for arity in (*ARITIES[:-1], n):
        code = f"import json; from bench import scale; print(json.dumps(scale.tree({arity}, {n})))"
        ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        trees.append(json.loads(ran.stdout))
        print(f"arity {arity}: {trees[-1]['seconds']:.1f} s", file=sys.stderr)
    if len({each.pop("root") for each in trees}) != 1:
        raise SystemExit("the trees do not agree to the last bit")
    measured = [costs(k, groups) for k in CLASSES for groups in GROUPS]
    return {"machine": facts.machine(), "n": n, "costs": measured, "trees": trees, "rates": rates()}


def seconds(value: float) -> str:
    """As people say it."""
    for unit, size in (
        ("years", 365 * 86400),
        ("days", 86400),
        ("hours", 3600),
        ("minutes", 60),
        ("s", 1),
        ("ms", 1e-3),
    ):
        if value >= (2 if size > 1 else 1) * size or unit == "ms":
            return f"{value / size:.3g} {unit}"
    raise AssertionError


def size(value: float) -> str:
    """Of bytes."""
    for unit, bytes_ in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if value >= bytes_:
            return f"{value / bytes_:.3g} {unit}"
    return f"{value:.0f} B"


def page(result: Result) -> Iterator[str]:
    """What the figures say, as Markdown."""
    fits = {what: fitted(result["costs"], what) for what in ("add", "write", "bytes")}

    def of(what: str, k: float, groups: float) -> float:
        return float(np.dot(fits[what][0], (1.0, k, groups)))

    yield f"Measured: {facts.sentence(result['machine'])}; times of the processor.\n"
    yield f"**{result['n']:,} states** of {K} classes, added up by a tree; every tree gave the same bytes.\n"
    yield "| children of a node | one process | by the model below | bytes moved | memory above that of 200 states |"
    yield "|---|---|---|---|---|"
    for each in result["trees"]:
        arity = "all: no tree" if each["arity"] == result["n"] else each["arity"]
        model = each["adds"] * of("add", K, 0) + each["writes"] * of("write", K, 0)
        cells = (arity, seconds(each["seconds"]), seconds(model), size(each["bytes"]), size(each["memory"]))
        yield f"| {' | '.join(map(str, cells))} |"
    yield "\n**One state** of K classes and G groups, fitted as a + b K + c G:\n"
    yield "| | a | b, for each class | c, for each group | largest error of the fit |"
    yield "|---|---|---|---|---|"
    for what, name, unit in (("add", "add it to a total", 1e6), ("write", "write a total", 1e6), ("bytes", "bytes", 1)):
        (a, b, c), error = fits[what]
        shown = (f"{x * unit:.3g}{' µs' if unit > 1 else ''}" for x in (a, b, c))
        yield f"| {name} | {' | '.join(shown)} | {error:.0%} |"
    yield "\n| K | G | bytes | add: measured | fit | write: measured | fit |"
    yield "|---|---|---|---|---|---|---|"
    for one in result["costs"]:
        k, g = one["classes"], one["groups"]
        cells = [f"{k}", f"{g:,}", f"{one['bytes']:,}"]
        cells += [seconds(x) for x in (one["add"], of("add", k, g), one["write"], of("write", k, g))]
        yield f"| {' | '.join(cells)} |"
    chunks, rate = ROWS // CHUNK, result["rates"]
    depth = math.ceil(math.log(chunks, 8))
    path = depth * (8 * of("add", K, 0) + of("write", K, 0))
    yield f"\n**10^12 rows** of {K} float32 classes, in {chunks:,} chunks of 10^7, on 1,000 cores like these:\n"
    yield "| | work of one core | on 1,000 cores |"
    yield "|---|---|---|"
    for name, per_second in (("read Parquet", rate["read"]), ("evaluate", rate["evaluate"])):
        alone = ROWS / per_second
        yield f"| {name}: {per_second / 1e6:.3g} million rows/s | {seconds(alone)} | {seconds(alone / 1000)} |"
    work = chunks * 8 / 7 * of("add", K, 0) + chunks / 7 * of("write", K, 0)
    yield f"| add up, by a tree of 8 | {seconds(work)} | {seconds(max(path, work / 1000))} ({depth} levels) |"
    yield f"| the same, all on the client | {seconds(chunks * of('add', K, 0))} | |"
    groups = 100_000
    one, alone = of("bytes", K, groups), of("add", K, groups)
    yield f"\n**10^5 groups** in each of {chunks:,} chunks: a state has {size(one)}, all of them {size(one * chunks)};"
    yield f"to add them up takes {seconds(alone * chunks)} of one core, {seconds(alone * chunks / 1000)} of 1,000, and"
    yield f"the last node alone {seconds(8 * alone)}."
    few = of("bytes", K, groups / 1000) * 1000
    yield "With the rows brought together by group in 1,000 partitions, the states of all partitions have"
    yield f"{size(few)} together, and to add them up takes {seconds(1000 * of('add', K, groups / 1000))} of one core."


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="measure, and write it here")
    parser.add_argument("--states", type=int, default=N_STATES)
    parser.add_argument("--page", action="store_true", help=f"put {RESULTS.name} into {PAGE.name}")
    options = parser.parse_args()
    if options.json is not None:
        options.json.write_text(json.dumps(measure(options.states), indent=1) + "\n", encoding="utf-8")
    if options.page:
        text = PAGE.read_text(encoding="utf-8")
        head, _, rest = text.partition(BEGIN)
        figures = "\n".join(page(json.loads(RESULTS.read_text(encoding="utf-8"))))
        PAGE.write_text(f"{head}{BEGIN}\n{figures}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
