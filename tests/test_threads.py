"""Threads: how many, that they are used, and that forks, nesting and callers in parallel do not disturb them."""

import asyncio
import math
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from cases import probabilities, targets
from ways import TIERS, assert_same_bits, first_way, way

import xentc
from xentc import _parallel

# 2^21 elements in 8 units: enough for four threads by the rule as it is.
LARGE = targets("half_and_half", 61, 1 << 15, 64, "float64"), probabilities(61, 1 << 15, 64, "float64")


@pytest.fixture(autouse=True)
def same_number_afterwards():
    before = xentc.get_num_threads()
    yield
    xentc.set_num_threads(before)


@pytest.fixture
def submitted(monkeypatch):
    """How many helpers each call asked the pool for."""
    sizes = []
    pool_of = _parallel._pool_of
    monkeypatch.setattr(_parallel, "_pool_of", lambda n: sizes.append(n) or pool_of(n))
    return sizes


def test_large_calls_use_the_pool_and_small_ones_do_not(submitted):
    t, y = LARGE
    for n, helpers in ((1, []), (2, [1]), (3, [2]), (4, [3]), (64, [3])):
        submitted.clear()
        with xentc.num_threads(n):
            xentc.cross_entropy(t, y)
        assert submitted == helpers
    submitted.clear()
    with xentc.num_threads(8):
        xentc.cross_entropy(t[:9000], y[:9000])
        xentc.cross_entropy(t[:2], y[:2])
    assert submitted == []


def test_every_way_uses_its_threads(submitted):
    """The fixture's promise: rows that do not join in memory are several units however few they are."""
    t, y = np.ones((5, 4, 3)), np.full((5, 8, 3), 0.5)[:, ::2]
    for n in (2, 3):
        submitted.clear()
        with way(TIERS[0], n):
            xentc.cross_entropy(t[:, :3], y[:, :3])
        assert submitted == [n - 1]


def test_units_shared_by_threads_that_start_together():
    """Five threads at one job, released by a barrier: each row is done once, and the sum is that of all."""
    from xentc import _kernels

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

        threads = [threading.Thread(target=one) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_parallel, "run", run_together)
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
        patch.setattr(_parallel, "ELEMENTS_PER_THREAD", 1000)
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


def wait_for(child: int) -> int:
    """The child's exit code; a child that hangs is killed and fails the test."""
    for _ in range(600):
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        threading.Event().wait(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("held", [False, True])
def test_fork_after_the_pool_was_used(held):
    """The child has the pool's object but not its threads, and perhaps its lock in another's hands."""
    t, y = LARGE
    with first_way():
        want = xentc.cross_entropy(t, y)
    with xentc.num_threads(3):
        xentc.cross_entropy(t, y)
        assert _parallel._pool is not None
        if held:
            _parallel._pool_lock.acquire()
        child = os.fork()
        if child == 0:
            code = 3
            try:
                alone = _parallel._pool is None
                same = xentc.cross_entropy(t, y).tobytes() == want.tobytes()
                again = _parallel._pool is not None
                code = 0 if alone and same and again else 2
            finally:
                os._exit(code)
        if held:
            _parallel._pool_lock.release()
        assert wait_for(child) == 0
        assert_same_bits(xentc.cross_entropy(t, y), want)


def test_an_error_in_a_helper_reaches_the_caller(monkeypatch):
    class Job:
        n_elements, n_units = 1 << 30, 100

        def run(self) -> None:
            if threading.current_thread() is not threading.main_thread():
                raise MemoryError("in a helper")
            threading.Event().wait(0.2)  # so that the helper has begun

    with xentc.num_threads(2), pytest.raises(MemoryError, match="in a helper"):
        _parallel.run(Job())


def test_no_more_threads_at_shutdown(monkeypatch):
    """The interpreter refuses new threads at its end: the calling thread does it all."""

    def refuse(n: int) -> None:
        raise RuntimeError("cannot schedule new futures after shutdown")

    t, y = LARGE
    want = xentc.cross_entropy(t, y)
    monkeypatch.setattr(_parallel, "_pool_of", refuse)
    with xentc.num_threads(3):
        assert_same_bits(xentc.cross_entropy(t, y), want)
