"""Where the chunks are computed: threads, processes, a cluster; on how many threads, in how much memory."""

import subprocess
import sys
import time
import tracemalloc

import dask
import dask.array as da
import numpy as np
import pytest
from lazy import PLANNED, cut, data, same_bits

import xentc


@pytest.fixture(scope="module")
def values():
    return data()


def everything(values, lazy=np.asarray):
    """Rows, gradients, reductions, a report."""
    labels, y, s, by = (lazy(values[name]) for name in ("labels", "y", "s", "by"))
    rows = xentc.cross_entropy_labels_and_grad(labels, y, sample_weight=s)
    mean = xentc.cross_entropy_labels_and_grad(labels, y, sample_weight=s, reduction="weighted_mean")
    return (*rows, *mean, xentc.evaluate(labels, y, by=by), xentc.compare(labels, y, y), xentc.log_loss(labels, y))


@pytest.mark.parametrize("scheduler", ["synchronous", "threads"])
def test_in_this_process(scheduler, values):
    with dask.config.set(scheduler=scheduler):
        same_bits(everything(values), everything(values, cut))


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("processes", [False, True], ids=["threads", "processes"])
def test_on_a_cluster(processes, values):
    distributed = pytest.importorskip("distributed")
    labels = values["labels"].copy()
    labels[13] = 7
    with (
        dask.config.set({"distributed.admin.tick.interval": "1s"}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=processes, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster),
        dask.config.set(scheduler=None),
    ):
        same_bits(everything(values), everything(values, cut))
        ours, theirs = (xentc.Evaluation().update(of(values["labels"]), values["y"]) for of in (cut, np.asarray))
        assert ours.to_bytes() == theirs.to_bytes()
        with pytest.raises(IndexError, match=r"got 7 at position 3 \(within its chunk\)$"):
            xentc.cross_entropy_labels(cut(labels), values["y"], reduction="mean").compute()


def test_a_chunk_has_one_thread(monkeypatch):
    """The scheduler's threads are busy with other chunks, and set no variable that says so."""
    from xentc._core import threads

    asked = []
    run = threads.run
    monkeypatch.setattr(threads, "run", lambda job: asked.append(threads.get_num_threads()) or run(job))
    before = xentc.get_num_threads()
    y = da.full((1000, 10), 0.1, chunks=(100, 10))
    dask.compute(xentc.cross_entropy_labels_and_grad(3, y), xentc.evaluate(3, y), scheduler="threads")
    assert asked == [1] * len(asked)
    assert len(asked) >= 20
    assert xentc.get_num_threads() == before


@pytest.mark.parametrize("function", [xentc.cross_entropy_labels, xentc.cross_entropy_labels_and_grad, xentc.evaluate])
def test_a_graph_of_10000_chunks(function):
    n = 10_000
    labels, y = da.zeros(n * 10, int, chunks=10), da.full((n * 10, 3), 0.25, chunks=(10, 3))
    options = {} if function is xentc.evaluate else {"reduction": "weighted_mean"}
    start = time.perf_counter()
    lazy = function(labels, y, **options)
    loss = lazy[0] if isinstance(lazy, tuple) else lazy
    assert time.perf_counter() - start < 2
    assert loss.shape == ()


@pytest.mark.parametrize("reduction", ["mean", "report"])
def test_memory_does_not_grow_with_the_number_of_chunks(reduction):
    """A chunk is gone when its state is made; states are added up as they come."""

    def peak(n_chunks):
        y = da.full((n_chunks * 20_000, 10), 0.2, chunks=(20_000, 10)) / 2  # of 1.6 MB each
        lazy = xentc.evaluate(3, y) if reduction == "report" else xentc.cross_entropy_labels(3, y, reduction=reduction)
        tracemalloc.start()
        lazy.compute()
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(2)
    assert peak(64) < peak(8) + 1.6e6 < 64 * 1.6e6 / 10


def test_nothing_is_gathered_here(values):
    """What a task gives to another, or to the caller, is never more than a chunk."""
    seen = []

    class Look(dask.callbacks.Callback):
        def _posttask(self, key, result, dsk, state, worker_id):
            seen.append(len(result) if isinstance(result, np.ndarray) and result.ndim else 1)

    with Look():
        xentc.cross_entropy_labels(cut(values["labels"]), cut(values["y"]), reduction="mean").compute()
        xentc.evaluate(cut(values["labels"]), cut(values["y"]), by=cut(values["by"])).compute()
    assert 1 <= max(seen) <= 7


def test_dask_is_not_imported_before_it_is_used():
    code = """
import sys, numpy as np, xentc
xentc.evaluate(xentc.cross_entropy_labels([0], np.array([[0.5, 0.5]])).astype(int), np.array([[0.5, 0.5]]))
assert not [name for name in sys.modules if name.partition(".")[0] in ("dask", "distributed", "pandas")]
import dask.array as da
assert not [name for name in sys.modules if name.startswith("xentc._dask")]
print(xentc.cross_entropy_labels([0], da.ones((1, 2))).compute())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[0.]\n", "")


@pytest.mark.skipif(PLANNED, reason="this is that mode")
def test_planned_arrays(values, monkeypatch):
    """Dask's new arrays, which are another class, of which the option is read when Dask is imported."""
    code = """
import numpy as np, dask.array as da, xentc
assert "_array_expr" in da.Array.__module__
rng = np.random.default_rng(0)
y, labels, s = rng.dirichlet(np.ones(4), 50), rng.integers(0, 4, 50), rng.random(50)
lazy = da.from_array(labels, chunks=7), da.from_array(y, chunks=(9, 4))
for reduction in ("none", "sum", "mean", "weighted_mean"):
    ours = xentc.cross_entropy_labels_and_grad(*lazy, sample_weight=s, reduction=reduction)
    theirs = xentc.cross_entropy_labels_and_grad(labels, y, sample_weight=s, reduction=reduction)
    for our, their in zip(ours, theirs):
        assert our.dtype == their.dtype and our.compute().tobytes() == their.tobytes()
assert xentc.evaluate(*lazy).compute() == xentc.evaluate(labels, y)
assert xentc.log_loss(*lazy).compute() == xentc.log_loss(labels, y)
"""
    monkeypatch.setenv("DASK_ARRAY__QUERY_PLANNING", "True")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("", "")
