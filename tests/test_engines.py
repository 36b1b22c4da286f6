"""States between the processes and threads of the standard library and of joblib: the bits are those of one call.

Each worker makes a state of its part, and whoever asked adds them up, in the order in which they come.
"""

import asyncio
import multiprocessing
import os
import random
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed

import numpy as np
import pytest
from command import failed, here

import xentc
from xentc._cli import main

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
N_PARTS, ROWS, K = 24, 40, 4
CLASSES = ["ant", "bee", "cat", "dog"]


def part(i):
    """Labels, probabilities, weights, groups of a part."""
    rng = np.random.default_rng(i)
    groups = np.array(["mon", "tue", f"day {i % 5}"])[rng.integers(0, 3, ROWS)]
    return rng.integers(0, K, ROWS), rng.dirichlet(np.ones(K), ROWS), rng.random(ROWS), groups


def states(i):
    """Of a part: an evaluation, its rows numbered as in the whole, and a total."""
    labels, y, s, groups = part(i)
    evaluation = xentc.Evaluation(by="day").update(labels, y, sample_weight=s, by=groups, row=i * ROWS)
    return evaluation, xentc.CrossEntropy(variance=True).update_labels(labels, y, sample_weight=s)


def bytes_of_states(i):
    return tuple(state.to_bytes() for state in states(i))


@pytest.fixture(scope="module")
def whole():
    """Both of one call with all rows."""
    labels, y, s, groups = (np.concatenate(column) for column in zip(*map(part, range(N_PARTS)), strict=True))
    evaluation = xentc.Evaluation(by="day").update(labels, y, sample_weight=s, by=groups, row=0)
    return evaluation, xentc.CrossEntropy(variance=True).update_labels(labels, y, sample_weight=s)


def assert_whole(found, whole):
    """What workers gave, in any order, adds up to the whole."""
    found = list(found)
    random.Random(0).shuffle(found)
    for kind, parts, expected in zip(
        (xentc.Evaluation, xentc.CrossEntropy), zip(*found, strict=True), whole, strict=True
    ):
        total = sum(kind.from_bytes(each) if isinstance(each, bytes) else each for each in parts)
        assert total.to_bytes() == expected.to_bytes()


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(method, whole):
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} on this system")
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert_whole(pool.imap_unordered(states, range(N_PARTS), chunksize=3), whole)
        assert_whole(pool.imap_unordered(bytes_of_states, range(N_PARTS), chunksize=3), whole)


def test_loky(whole):
    joblib = pytest.importorskip("joblib")
    with joblib.parallel_config("loky", n_jobs=2):
        assert_whole(
            joblib.Parallel(return_as="generator_unordered")(map(joblib.delayed(states), range(N_PARTS))), whole
        )
    with joblib.parallel_config("threading", n_jobs=3):
        assert_whole(joblib.Parallel()(map(joblib.delayed(states), range(N_PARTS))), whole)


def test_threads_of_callers(whole):
    """Each with states of its own, and all with the same."""
    with ThreadPoolExecutor(6) as pool:
        assert_whole((done.result() for done in as_completed(pool.submit(states, i) for i in range(N_PARTS))), whole)
        together = xentc.Evaluation(by="day"), xentc.CrossEntropy(variance=True)

        def update(i):
            labels, y, s, groups = part(i)
            together[0].update(labels, y, sample_weight=s, by=groups, row=i * ROWS)
            together[1].update_labels(labels, y, sample_weight=s)

        list(pool.map(update, range(N_PARTS)))
    assert_whole([together], whole)


def test_asyncio(whole):
    """A task's number of threads goes with it into the thread that it waits for."""

    async def one(i):
        with xentc.num_threads(i % 3 + 1):
            assert await asyncio.to_thread(xentc.get_num_threads) == i % 3 + 1
            return await asyncio.to_thread(states, i)

    async def everything():
        return [await done for done in asyncio.as_completed(map(one, range(N_PARTS)))]

    assert_whole(asyncio.run(everything()), whole)


def evaluate_file(name):
    return main(["evaluate", name, "--by", "day", "--state", f"{name}.xent", "--quiet"])


@pytest.mark.parametrize("n_files", [100, pytest.param(1000, marks=pytest.mark.exhaustive)])
def test_states_from_files(n_files, tmp_path, monkeypatch):
    """Evaluated by processes, merged in any order: the report is that of all files at once."""
    parquet = pytest.importorskip("pyarrow.parquet")
    arrow = pytest.importorskip("pyarrow")
    monkeypatch.chdir(tmp_path)
    labels, y, _, groups = (np.concatenate(column) for column in zip(*map(part, range(n_files // 10)), strict=True))
    columns = {
        "label": np.array(CLASSES)[labels],
        **{f"p_{name}": y[:, k] for k, name in enumerate(CLASSES)},
        "day": groups,
    }
    table = arrow.table(columns)
    names = [f"part-{i}.parquet" for i in range(n_files)]
    for i, name in enumerate(names):
        parquet.write_table(table.slice(4 * i, 4), name)
    with ProcessPoolExecutor(2, multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")) as pool:
        assert not any(pool.map(evaluate_file, names, chunksize=25))
    saved = [f"{name}.xent" for name in names]
    random.Random(1).shuffle(saved)
    ran = here("merge", *saved, "--quiet", "--state", "all.xent", cwd=tmp_path)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    merged = xentc.Evaluation.from_bytes((tmp_path / "all.xent").read_bytes()).report()
    at_once = xentc.evaluate(table, by="day")
    assert merged.count == 4 * n_files
    for name in ("sum", "mean", "variance", "brier", "accuracy", "calibration", "losses", "by_class", "by"):
        assert getattr(merged, name) == getattr(at_once, name)
    assert [row.loss for row in merged.worst] == [row.loss for row in at_once.worst]
    assert "part-7.parquet" in failed(here("merge", *saved, "part-7.parquet.xent", cwd=tmp_path))
