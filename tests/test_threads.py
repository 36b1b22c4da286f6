"""Threads: how many, that they are used, and that nesting and callers in parallel do not disturb them."""

import asyncio
import math
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from cases import probabilities, targets
from ways import TIERS, assert_same_bits, first_way, general_route, way

import xentc
from xentc import _kernels
from xentc._core import threads

# 2^21 elements, some 5 ms: enough for many threads by the rule as it is.
LARGE = targets("half_and_half", 61, 1 << 15, 64, "float64"), probabilities(61, 1 << 15, 64, "float64")


@pytest.fixture(autouse=True)
def same_number_afterwards():
    before = xentc.get_num_threads()
    yield
    xentc.set_num_threads(before)


@pytest.fixture
def asked(monkeypatch):
    """On how many threads each call was to run, and on how many it did."""
    numbers = []
    run = threads.run

    def noted(job):
        run(job)
        numbers.append((threads.threads_for(job), job.n_threads))

    monkeypatch.setattr(threads, "run", noted)
    return numbers


def test_large_calls_use_helpers_and_small_ones_do_not(asked):
    t, y = LARGE
    for n in (1, 2, 3, 4, 10):
        asked.clear()
        with xentc.num_threads(n):
            xentc.cross_entropy(t, y)
        ((wanted, had),) = asked
        assert wanted == n
        assert 1 <= had <= n
    asked.clear()
    with xentc.num_threads(8), general_route():
        xentc.cross_entropy(t[:1000], y[:1000])
        xentc.cross_entropy(t[:2], y[:2])
    assert asked == [(1, 1), (1, 1)]
    asked.clear()
    xentc.cross_entropy(t[:2], y[:2])  # the short way has no threads
    assert asked == []


def jobs_of(call):
    """What the kernels are asked for by a call, which is not done."""
    jobs = []

    def keep(job):
        jobs.append(job)
        raise InterruptedError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threads, "run", keep)
        with pytest.raises(InterruptedError):
            call()
    return jobs


def test_threads_are_for_work_and_not_for_elements():
    """A million labels and a million elements of a soft float64 row are not the same."""
    n = 1_000_000
    t, p, labels = np.broadcast_to(0.5, n), np.broadcast_to(np.float64(0.5), n), np.broadcast_to(1, n)
    rows = np.broadcast_to(np.full(10, 0.1), (n // 10, 10))
    calls = {
        "labels": lambda: xentc.cross_entropy_labels(labels[: n // 10], rows),
        "one-hot": lambda: xentc.cross_entropy(np.eye(10)[np.zeros(n // 10, int)], rows),
        "soft": lambda: xentc.cross_entropy(rows, rows),
        "logits": lambda: xentc.cross_entropy(rows, rows, from_logits=True),
        "gradient": lambda: xentc.cross_entropy_and_grad(rows, rows, from_logits=True),
        "objective": lambda: xentc.softmax_objective(labels[: n // 10], rows),
        "binary": lambda: xentc.binary_cross_entropy(t, p),
    }
    cost = {name: jobs_of(call)[0].nanoseconds for name, call in calls.items()}
    assert cost["labels"] < cost["one-hot"] < cost["soft"] < cost["logits"] < cost["gradient"]
    assert cost["labels"] < cost["binary"]
    # More of any kind is more work: options add to it, rows multiply it.
    smoothed = jobs_of(lambda: xentc.cross_entropy_labels(labels[: n // 10], rows, label_smoothing=0.1))
    checked = jobs_of(lambda: xentc.cross_entropy_labels(labels[: n // 10], rows, check=True))
    half = jobs_of(lambda: xentc.cross_entropy_labels(labels[: n // 20], rows[: n // 20]))
    assert smoothed[0].nanoseconds > cost["labels"]
    assert checked[0].nanoseconds > cost["labels"]
    assert half[0].nanoseconds == cost["labels"] / 2


def test_units_are_cut_by_shape_and_options_alone():
    """By no content (half of the rows one-hot), no tier and no number of threads; and there are enough of them."""
    t, y = LARGE
    units = set()
    for tier in TIERS:
        for n in (1, 4):
            with way(tier, n):
                for targets_of_rows in (t, np.ones_like(t), np.zeros_like(t)):
                    units |= {job.n_units for job in jobs_of(lambda: xentc.cross_entropy(targets_of_rows, y))}  # noqa: B023
    assert len(units) == 1
    assert units.pop() >= 16
    for rows, n_classes in ((300, 1000), (3000, 100), (30_000, 10), (300_000, 1)):
        p = np.broadcast_to(np.full(n_classes, 1 / n_classes, np.float32), (rows, n_classes))
        (job,) = jobs_of(lambda: xentc.cross_entropy(p, p))  # noqa: B023
        assert job.n_units >= 8, (rows, n_classes)


def test_helpers_do_their_part(asked):
    """Not in every call, as they may be late; but hardly ever in none of many, even on a busy machine."""
    t, y = LARGE
    with xentc.num_threads(3):
        for _ in range(1000):
            xentc.cross_entropy(t, y, reduction="sum")
            if asked[-1] == (3, 3):
                break
    assert asked[-1] == (3, 3)
    assert _kernels.n_helpers() >= 2


def test_every_way_uses_its_threads(asked):
    """The fixture's promise: rows that do not join in memory are several units however few they are."""
    t, y = np.ones((5, 4, 3)), np.full((5, 8, 3), 0.5)[:, ::2]
    for n in (2, 3):
        asked.clear()
        with way(TIERS[0], n):
            xentc.cross_entropy(t[:, :3], y[:, :3])
        assert [wanted for wanted, _ in asked] == [n]


def test_units_shared_by_threads_that_start_together():
    """Five threads at one job, released by a barrier: each row is done once, and the sum is that of all."""
    t, y = LARGE
    with first_way():
        want = xentc.cross_entropy(t, y), xentc.cross_entropy(t, y, reduction="sum")
        logits = xentc.cross_entropy_and_grad(t, y, from_logits=True)
    ran = []

    def run_together(job: _kernels.Job) -> None:
        barrier = threading.Barrier(5)

        def one() -> None:
            barrier.wait(timeout=60)
            job.run()
            ran.append(1)

        workers = [threading.Thread(target=one) for _ in range(5)]
        for thread in workers:
            thread.start()
        for thread in workers:
            thread.join()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threads, "run", run_together)
        for _ in range(5):
            out = np.full(len(t), np.nan)
            assert_same_bits(xentc.cross_entropy(t, y, out=out), want[0])
            assert_same_bits(xentc.cross_entropy(t, y, reduction="sum"), want[1])
            own = y.copy()
            got = xentc.cross_entropy_and_grad(t, own, from_logits=True, grad_out=own)
            for a, b in zip(got, logits, strict=True):
                assert_same_bits(a, b)
    assert len(ran) == 75


def test_calls_from_eight_threads_at_once():
    t, y = LARGE
    cases = [(t[i * 4000 : (i + 1) * 4000], y[i * 4000 : (i + 1) * 4000]) for i in range(8)]
    with first_way():
        want = [xentc.cross_entropy(*case) for case in cases]
    barrier = threading.Barrier(8)
    numbers = []

    def call(i: int) -> None:
        barrier.wait(timeout=60)
        with way_threads(1 + i % 3):
            for _ in range(5):
                numbers.append(xentc.get_num_threads() == 1 + i % 3)
                assert_same_bits(xentc.cross_entropy(*cases[i]), want[i])
                assert xentc.cross_entropy(*cases[i], reduction="sum") == math.fsum(want[i])

    way_threads = xentc.num_threads
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(8) as pool:
        patch.setattr(threads, "NANOSECONDS_PER_THREAD", 1000)
        for future in [pool.submit(call, i) for i in range(8)]:
            future.result(timeout=120)
    assert numbers == [True] * 40


def test_order_of_the_settings():
    xentc.set_num_threads(3)
    assert xentc.get_num_threads() == 3
    with xentc.num_threads(2):
        assert xentc.get_num_threads() == 2
        with xentc.num_threads(5):
            assert xentc.get_num_threads() == 5
            xentc.set_num_threads(4)  # for the process; the block stays
            assert xentc.get_num_threads() == 5
        assert xentc.get_num_threads() == 2
    assert xentc.get_num_threads() == 4
    with pytest.raises(RuntimeError, match="from inside"), xentc.num_threads(2):
        raise RuntimeError("from inside")
    assert xentc.get_num_threads() == 4
    assert xentc.show_config(mode="dicts")["threads"] == 4


def test_a_block_is_of_its_own_thread_and_task():
    xentc.set_num_threads(3)
    seen = {}

    def other() -> None:
        seen["thread"] = xentc.get_num_threads()

    async def task(n: int) -> int:
        with xentc.num_threads(n):
            await asyncio.sleep(0.001)
            return xentc.get_num_threads()

    async def tasks() -> list[int]:
        return await asyncio.gather(*(task(n) for n in (1, 2, 7)))

    with xentc.num_threads(2):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert seen["thread"] == 3
    assert asyncio.run(tasks()) == [1, 2, 7]


@pytest.mark.parametrize("n", [0, -1, True, False])
def test_bad_numbers(n):
    before = xentc.get_num_threads()
    with pytest.raises(ValueError, match=rf"^n must be at least 1, got {n}$"):
        xentc.set_num_threads(n)
    with pytest.raises(ValueError, match=rf"^n must be at least 1, got {n}$"), xentc.num_threads(n):
        pass
    assert xentc.get_num_threads() == before


@pytest.mark.parametrize("n", [1.0, "2", None, [1], np.float64(2)])
def test_bad_types(n):
    with pytest.raises(TypeError, match=rf"^n must be an integer, not {type(n).__name__}$"):
        xentc.set_num_threads(n)
    with pytest.raises(TypeError, match="^n must be an integer"), xentc.num_threads(n):
        pass


def test_numpy_integers_are_numbers():
    xentc.set_num_threads(np.int8(2))
    assert xentc.get_num_threads() == 2
