"""Signals in a long call, and threads or memory that cannot be had: never a wrong number, and nothing left running."""

import gc
import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest
from test_environment import python
from ways import TIERS, assert_same_bits, way

import xentc

# gcc's sanitizer makes everything several times slower, and ends a process that is out of memory.
SANITIZED = "libasan" in os.environ.get("LD_PRELOAD", "")
SECONDS = 10 if SANITIZED else 1  # within which a signal must be noticed

# Rows that are one row in memory: a call of seconds that needs none.
N_ROWS, N_CLASSES = 1 << 20, 4000
LONG = {
    "soft": (np.full(N_CLASSES, 1.0 / N_CLASSES), np.full(N_CLASSES, 1.0 / N_CLASSES)),
    "logits": (np.full(N_CLASSES, 1.0 / N_CLASSES), np.zeros(N_CLASSES)),
}


def call_long(out, kind="soft", n_rows=N_ROWS):
    """rows of ln N_CLASSES, into out"""
    t, y = (np.broadcast_to(row, (n_rows, N_CLASSES)) for row in LONG[kind])
    return xentc.cross_entropy(t, y, out=out[:n_rows], from_logits=kind == "logits")


class Interrupt(Exception):
    pass


@pytest.fixture(autouse=True)
def no_collections():
    """What a handler raises within a callback of the garbage collector, as hypothesis has one, goes nowhere."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def alarm():
    """Sets a handler, and when it is called."""
    before = signal.getsignal(signal.SIGALRM)

    def set_alarm(handler, seconds):
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, seconds)

    yield set_alarm
    # A handler that sets the alarm anew may be due right now, and an alarm without a handler ends the process.
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def raise_it(*_):
    raise Interrupt


def caught(n, function, wait):
    """n exceptions of handlers are caught, the first in the function, the others wherever they come until wait ends."""
    try:
        if n > 1:
            caught(n - 1, function, wait)
            wait()
        else:
            function()
    except Interrupt:
        pass


@pytest.mark.parametrize("n_threads", [1, 3])
@pytest.mark.parametrize("kind", LONG)
def test_a_signal_ends_a_long_call_within_a_second_and_out_is_left_alone(alarm, kind, n_threads):
    for tier in TIERS:
        out = np.zeros(N_ROWS)
        with way(tier, n_threads, general=False):
            start = time.monotonic()
            alarm(raise_it, 0.2)
            with pytest.raises(Interrupt):
                call_long(out, kind)
        assert time.monotonic() - start < 0.2 + SECONDS
        left = out.copy()
        assert 0 < np.count_nonzero(left) < N_ROWS
        time.sleep(0.02)
        assert_same_bits(out, left)


@pytest.mark.parametrize("n_signals", [1, 5])
def test_no_helper_is_left_running_by_any_of_many_signals(alarm, n_signals):
    """Also when the next ones come at once, while the helpers are waited for."""
    out, left = np.zeros(N_ROWS), []
    n = 0

    def handler(*_):
        nonlocal n
        n += 1
        if n < n_signals:
            signal.setitimer(signal.ITIMER_REAL, 0.00005 * (1 + i % 5))
        raise Interrupt

    def interrupted():
        try:
            call_long(out)
        finally:
            left.append(out.copy())

    def wait():
        while n < n_signals:
            time.sleep(0.001)

    with xentc.num_threads(3):
        for i in range(20):  # the handler's
            left.clear()
            n = 0
            alarm(handler, 0.01 + 0.0053 * i)
            caught(n_signals, interrupted, wait)
            assert n == n_signals
            time.sleep(0.005)
            for copy in left:
                assert_same_bits(out, copy)
    assert (np.abs(call_long(out, n_rows=1000) - np.log(N_CLASSES)) < 1e-12).all()


def test_handlers_that_do_not_raise_change_nothing(alarm):
    """One of them calls xentc itself, another forks."""
    done = []

    def handler(*_):
        done.append(xentc.cross_entropy(*LONG["soft"]))
        child = os.fork() if len(done) == 2 and hasattr(os, "fork") else -1
        if child == 0:
            os._exit(7)
        if child > 0:
            done.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        if len(done) < 3:
            signal.setitimer(signal.ITIMER_REAL, 0.05)

    out = np.zeros(1 << 17)
    want = xentc.cross_entropy(*LONG["soft"])
    with xentc.num_threads(3):
        alarm(handler, 0.05)
        while len(done) < 3:
            out[:] = 0
            call_long(out, n_rows=len(out))
            assert_same_bits(out, np.full(len(out), want))
    assert done[:2] == [want, want]
    assert done[2] == (7 if hasattr(os, "fork") else want)


FORKING = """
import os, signal, sys, warnings
import numpy as np, xentc

warnings.simplefilter("ignore")
N = 1 << 18
row = np.full(1000, 1e-3)
rows = np.broadcast_to(row, (N, 1000))
pids = []
signal.signal(signal.SIGALRM, lambda *_: pids.append(os.fork()))
xentc.set_num_threads(THREADS)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    while not pids:
        right = xentc.cross_entropy(rows, rows, reduction="sum") == N * xentc.cross_entropy(row, row)
    said = "right" if right else "wrong"
except RuntimeError as error:
    said = str(error)
if pids[0] == 0:
    print("child:", said, flush=True)
    os._exit(0)
os.waitpid(pids[0], 0)
print("parent:", said)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_handler_that_forks_and_goes_on():
    """The child has no helpers to go on with: with them it raises, alone it finishes."""
    out, err, code = python(FORKING.replace("THREADS", "1"))
    assert (out.splitlines(), err, code) == (["child: right", "parent: right"], "", 0)
    out, err, code = python(FORKING.replace("THREADS", "2"))
    child, parent = out.splitlines()
    assert (parent, err, code) == ("parent: right", "", 0)
    assert child.startswith("child: the process was forked by a signal handler during a computation")


KEYBOARD = """
import os, signal, threading, time
import numpy as np, xentc

rows = np.broadcast_to(np.full(1000, 1e-3), (1 << 22, 1000))
xentc.set_num_threads(THREADS)
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
start = time.monotonic()
try:
    CALL
except KeyboardInterrupt:
    print("interrupted", time.monotonic() - start < 0.3 + SECONDS)
"""


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize(
    "call",
    [
        "xentc.cross_entropy(rows, rows, reduction='sum')",
        "xentc.CrossEntropy().update(rows, rows)",
        "xentc.binary_cross_entropy(rows, rows, reduction='sum')",
    ],
)
def test_keyboard_interrupt(call, n_threads):
    code = KEYBOARD.replace("THREADS", str(n_threads)).replace("SECONDS", str(SECONDS)).replace("CALL", call)
    assert python(code) == ("interrupted True", "", 0)


LIMITED = """
import os, resource, sys
import numpy as np, xentc
from xentc import _kernels
from xentc._core import threads

threads.NANOSECONDS_PER_THREAD = 1
rng = np.random.default_rng(3)
y = rng.random((30_000, 100)) * 0.98 + 0.01
labels = rng.integers(0, 100, 30_000)
total = xentc.CrossEntropy()
want, got = np.empty((2, len(y))), np.zeros((2, len(y)))


def values(rows):
    xentc.cross_entropy(y, y, out=rows[0])
    xentc.cross_entropy_labels(labels, y, out=rows[1])
    return xentc.cross_entropy(y, y, reduction="sum"), total.reset().update(y, y).result()


def evaluation():
    try:
        return xentc.Evaluation(check=False).update(labels, y).to_bytes()
    except MemoryError:  # of the totals, for which each thread needs its own
        return state


xentc.set_num_threads(1)
sums, state = values(want), None
state = evaluation()
xentc.set_num_threads(9)


def limited_child(limit):
    # 0: right, else what failed; and the number of helpers there were.
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 9
        try:
            limit()
            right = values(got) == sums and all((got == want).all(axis=1)) and evaluation() == state
            code = 0 if right else 1
            os.write(write, bytes([_kernels.n_helpers()]))
        finally:
            os._exit(code)
    os.close(write)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    n_helpers = os.read(read, 1)
    os.close(read)
    return code, n_helpers[0] if n_helpers else None
"""


def limited(code):
    out, err, exit_code = python(LIMITED + code)
    assert (err, exit_code) == ("", 0)
    return out


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no /proc on this system")
@pytest.mark.skipif(SANITIZED, reason="the sanitizer ends a process that is out of memory")
def test_a_limited_address_space_means_fewer_threads():
    """The limit is moved past each place where a thread, or its working space, may fail."""
    out = limited("""
def limit(extra):
    pages = int(open("/proc/self/statm").read().split()[0])
    bound = pages * resource.getpagesize() + extra
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))

found = [limited_child(lambda: limit(extra << 17)) for extra in range(3, 163, 4)]
print({code for code, _ in found}, *sorted({n for _, n in found}))
""")
    codes, *numbers = out.split()
    assert codes == "{0}"
    assert numbers[0] == "0"
    assert numbers[-1] == "8"
    assert len(numbers) > 3


def test_a_limited_number_of_processes_means_fewer_threads():
    """Of a user of its own where that can be had; else of one that may start none."""
    out = limited("""
def limit(n):
    if os.getuid() == 0:
        os.setuid(54321)
    else:
        n = 0
    resource.setrlimit(resource.RLIMIT_NPROC, (n, n))

for n in (1, 3, 30):
    print(*limited_child(lambda: limit(n)))
""")
    found = out.splitlines()
    assert found in (["0 0", "0 2", "0 8"], ["0 0", "0 0", "0 0"])


HELPERS = """
import os, signal, threading, time
import numpy as np, xentc
from xentc import _kernels

rows = np.broadcast_to(np.full(1000, 1e-3), (1 << 15, 1000))
xentc.set_num_threads(3)
xentc.cross_entropy(rows, rows)
masks = {}
for task in os.listdir("/proc/self/task"):
    if int(task) != threading.get_native_id():
        status = dict(line.split(":", 1) for line in open(f"/proc/self/task/{task}/status"))
        masks[task] = {n for n in range(1, 32) if int(status["SigBlk"], 16) >> (n - 1) & 1}
ours = {signal.SIGINT, signal.SIGTERM, signal.SIGALRM, signal.SIGUSR1, signal.SIGCHLD, signal.SIGHUP}
its_own = {signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT, signal.SIGTRAP, signal.SIGPROF}
helpers = [mask for mask in masks.values() if ours <= mask]
print(len(helpers) - _kernels.n_helpers(), any(mask & its_own for mask in helpers), signal.pthread_sigmask(0, []))
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc on this system")
def test_signals_are_for_the_callers_threads():
    """One that the system gives to a helper would not wake whom it is for: a sleep, a read, a wait."""
    assert python(HELPERS, OPENBLAS_NUM_THREADS="1") == ("0 False set()", "", 0)
