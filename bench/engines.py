"""``python -m bench.engines dask spark``: what an engine adds to the work itself.

Dask: a reduction of 10^7 x 10 float32 in 20 chunks, against the call in memory, and against the same graph whose tasks
do nothing. Spark: an evaluation of the rows of Parquet files, against a mapInArrow over the same columns that counts
them. Each in interleaved rounds; the medians, their ratio, and the target.
"""

import argparse
import functools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

import xentc

CLASSES = 10


def medians(rounds: int, **calls: Callable[[], Any]) -> dict[str, float]:
    """Seconds of each, in turn, every second round backwards; the first round is not counted."""
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for i in range(rounds + 1):
        for name in [*calls][:: 1 if i % 2 else -1]:
            start = time.perf_counter()
            calls[name]()
            if i:
                taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(times) for name, times in taken.items()}


def of_dask(rows: int, rounds: int) -> None:
    """Three functions."""
    import dask
    import dask.array as da

    from xentc._core.options import Options
    from xentc._core.targets import Labels
    from xentc._core.totals import Totals, reduced
    from xentc._dask.chunks import added_up, states_of
    from xentc._dask.operands import plan

    rng = np.random.default_rng(0)
    y = rng.random((rows, CLASSES), np.float32)
    y /= y.sum(axis=1, keepdims=True)
    labels = rng.integers(0, CLASSES, rows)
    lazy = (
        da.from_array(labels, chunks=rows // 20, name="labels"),
        da.from_array(y, chunks=(rows // 20, CLASSES), name="y"),
    )
    finish = functools.partial(reduced, reduction="sum")

    def empty() -> Any:
        planned = plan(Labels, *lazy, Options())
        return added_up(states_of(planned.operands, _nothing), Totals.merge, finish, np.dtype(float)).compute()

    with dask.config.set(scheduler="threads"):
        for name, call in (
            ("labels, mean", lambda *of: xentc.cross_entropy_labels(*of, reduction="mean")),
            ("logits, mean", lambda *of: xentc.cross_entropy_labels(*of, from_logits=True, reduction="mean")),
            ("evaluate", lambda *of: xentc.evaluate(*of)),
        ):
            found = medians(
                rounds,
                memory=functools.partial(call, labels, y),
                dask=lambda call=call: call(*lazy).compute(),
                empty=empty,
            )
            ratio = (found["dask"] - found["empty"]) / found["memory"]
            shown = ", ".join(f"{key} {value * 1e3:.1f} ms" for key, value in found.items())
            print(f"dask: {name}: {shown}; (dask - empty) / memory = {ratio:.2f} (target 1.3)")


def _nothing(**blocks: Any) -> Any:
    from xentc._core.totals import Totals

    return Totals()


def _count(batches: Iterable[Any]) -> Iterator[Any]:
    import pyarrow as pa

    yield pa.RecordBatch.from_pydict({"n": [sum(batch.num_rows for batch in batches)]})


def of_spark(rows: int, rounds: int) -> None:
    """One function, on two cores of this machine."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pyspark.sql import SparkSession

    import xentc.spark

    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        for i in range(8):
            y = rng.random((rows // 8, CLASSES), np.float32)
            y /= y.sum(axis=1, keepdims=True)
            columns = {f"p_{k}": y[:, k] for k in range(CLASSES)}
            table = pa.table({"label": rng.integers(0, CLASSES, len(y)), **columns})
            pq.write_table(table, Path(folder) / f"{i}.parquet")
        spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
        df = spark.read.parquet(folder)
        found = medians(
            rounds,
            count=lambda: df.mapInArrow(_count, "n long").collect(),
            spark=lambda: xentc.spark.evaluate(df, label="label", probs="p_*"),
            mean=lambda: xentc.spark.cross_entropy(df, label="label", probs="p_*", reduction="mean"),
        )
        spark.stop()
    shown = ", ".join(f"{key} {value:.2f} s" for key, value in found.items())
    for name in ("spark", "mean"):
        print(f"spark: {shown}; {name} / count = {found[name] / found['count']:.2f} (target 1.3)")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", nargs="+", choices=["dask", "spark"])
    parser.add_argument("--rows", type=int)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    for engine in options.engine:
        if engine == "dask":
            of_dask(options.rows or 10**7, options.rounds)
        else:
            of_spark(options.rows or 4 * 10**6, options.rounds)


if __name__ == "__main__":
    main()
