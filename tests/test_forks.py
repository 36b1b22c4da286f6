"""Forked processes: a child has none of the helpers and of the other threads, and never waits for them."""

import ctypes
import os
import signal
import threading

import pytest
from cases import probabilities, targets
from test_environment import python
from ways import assert_same_bits, first_way

import xentc
from xentc import _kernels
from xentc._core import threads

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]
LARGE = targets("half_and_half", 61, 1 << 15, 64, "float64"), probabilities(61, 1 << 15, 64, "float64")


def wait_for(child: int) -> int:
    """The child's exit code; a child that hangs is killed and fails the test."""
    for _ in range(1200):
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        threading.Event().wait(0.025)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -1


@pytest.mark.parametrize("held", [False, True])
def test_fork_after_helpers_were_used(held):
    """The helpers are those of the parent, and so may be the lock of the pool."""
    pool = ctypes.CDLL(_kernels.__file__)
    t, y = LARGE
    with first_way():
        want = xentc.cross_entropy(t, y)
    with xentc.num_threads(3):
        xentc.cross_entropy(t, y)
        before = _kernels.n_helpers()
        assert before >= 2
        if held:
            pool.xentc_pool_lock()
        child = os.fork()
        if child == 0:
            code = 3
            try:
                alone = _kernels.n_helpers() == 0
                same = xentc.cross_entropy(t, y).tobytes() == want.tobytes()
                again = _kernels.n_helpers() == 2
                code = 0 if alone and same and again else 2
            finally:
                os._exit(code)
        if held:
            pool.xentc_pool_unlock()
        assert wait_for(child) == 0
        assert _kernels.n_helpers() == before
        assert_same_bits(xentc.cross_entropy(t, y), want)


STORM = """
import os, signal, sys, threading, time, warnings
import numpy as np
import xentc

warnings.simplefilter("ignore")  # of forks beside threads, which are the matter, and of means of no rows
rng = np.random.default_rng(5)
y = rng.random((8192, 65)) * 0.98 + 0.01
labels = rng.integers(0, 65, 8192)
part = xentc.CrossEntropy().update_labels(labels, y)
one, soft = part.result().sum, xentc.cross_entropy(y, y, reduction="sum")
units = part._totals.loss.units
total = xentc.CrossEntropy()
stop = False


def calling():
    while not stop:
        xentc.cross_entropy(y, y, reduction="sum")
        xentc.cross_entropy_labels_and_grad(labels, y, reduction="mean")


def updating():
    while not stop:
        total.update_labels(labels, y)


def merging():
    while not stop:
        total.merge(part)
        part + total
        total.result()


def resetting():
    while not stop:
        time.sleep(0.01)
        total.reset()


def child():
    seen = total._totals
    assert seen.loss.units * 8192 == seen.count * units     # as many losses as rows: of before, or after
    assert xentc.cross_entropy(y, y, reduction="sum") == soft
    total.reset().update_labels(labels, y).merge(part)
    assert total.result().count == 16384 and (total + part).result().sum == 3 * one
    total.reset()
    return 0


def outcome(pid):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.0005)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return "hangs"


xentc.set_num_threads(3)
xentc._core.threads.NANOSECONDS_PER_THREAD = 1000
threads = [threading.Thread(target=f) for f in (calling, calling, updating, updating, merging, merging, resetting)]
for thread in threads:
    thread.start()
sys.setswitchinterval(1e-5)
codes = {}
for _ in range(N_FORKS):
    pid = os.fork()
    if pid == 0:
        code = 9
        try:
            code = child()
        finally:
            os._exit(code)
    code = outcome(pid)
    codes[code] = codes.get(code, 0) + 1
stop = True
for thread in threads:
    thread.join()
print(codes, xentc._kernels.n_helpers())
"""


@pytest.mark.parametrize("n_forks", [30, pytest.param(200, marks=pytest.mark.slow)])
def test_forks_under_threads_that_call_update_and_merge(n_forks):
    """Each child finishes calls and updates of its own, and finds the total as it was at some moment."""
    code = STORM.replace("N_FORKS", str(n_forks))
    assert python(code, timeout=300) == (f"{{0: {n_forks}}} 2", "", 0)


def test_fork_while_another_thread_has_the_lock():
    total, part = xentc.CrossEntropy(), xentc.CrossEntropy().update_labels([0], [[0.5, 0.5]])
    has, done = threading.Event(), threading.Event()

    def hold():
        with threads.lock():
            has.set()
            done.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    has.wait(60)
    child = os.fork()
    if child == 0:
        code = 3
        try:
            code = total.merge(part).result().count - 1
        finally:
            os._exit(code)
    try:
        assert wait_for(child) == 0
    finally:
        done.set()
        holder.join()
