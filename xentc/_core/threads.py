"""On how many threads a call runs. The threads themselves are those of ``src/pool.c``.

No OpenMP: its runtime hangs after a fork, and two of them in one process crash on some systems.
"""

import math
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from operator import index
from typing import Protocol

from xentc import _kernels

from .public import public

# A thread is added for each so much work (src/tuning.h); tests set another.
NANOSECONDS_PER_THREAD = _kernels.nanoseconds_per_thread


class Job(Protocol):
    """What can be shared by threads."""

    @property
    def nanoseconds(self) -> float: ...
    @property
    def n_units(self) -> int: ...
    def run(self, n_threads: int) -> None: ...


def _positive(name: str, value: object) -> int:
    try:
        n = index(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{name} must be an integer, not {type(value).__name__}") from None
    if isinstance(value, bool) or n < 1:
        raise ValueError(f"{name} must be at least 1, got {value!r}")
    return n


def _text(path: str) -> str:
    """The content of a file. Importing pathlib takes longer than all the rest of this module."""
    with open(path) as file:  # noqa: PTH123
        return file.read()


def _cgroup_quota() -> float:
    """CPUs that the control group allows (version 2, else 1), infinite without a limit."""
    try:
        quota, period = _text("/sys/fs/cgroup/cpu.max").split()
        return math.inf if quota == "max" else int(quota) / int(period)
    except (OSError, ValueError):
        pass
    try:
        microseconds = int(_text("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"))
        period_us = int(_text("/sys/fs/cgroup/cpu/cpu.cfs_period_us"))
        return microseconds / period_us if microseconds > 0 else math.inf
    except (OSError, ValueError):
        return math.inf


def _machine_threads() -> int:
    try:
        n = len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS
        n = os.cpu_count() or 1
    return max(1, math.ceil(min(n, _cgroup_quota())))


def _initial_threads() -> int:
    """XENTC_NUM_THREADS, OMP_NUM_THREADS, then what the machine lends this process; an empty one is as none."""
    own = os.environ.get("XENTC_NUM_THREADS", "")
    if own.strip():
        if not own.strip().isdecimal() or int(own) < 1:
            raise ValueError(f"the environment variable XENTC_NUM_THREADS must be a positive integer, got {own!r}")
        return int(own)
    # OpenMP allows a list, one number for each level of nesting; a malformed value is not ours to refuse.
    first = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()
    if first.isdecimal() and int(first) >= 1:
        return int(first)
    return _machine_threads()


_n_threads = _initial_threads()
_in_context: ContextVar[int | None] = ContextVar("xentc_num_threads", default=None)


@public
def set_num_threads(n: int) -> None:
    """Set how many threads a call may use, for the whole process.

    Parameters
    ----------
    n : int
        At least 1. Small calls stay on one thread whatever it is; results never depend on it.

    Raises
    ------
    TypeError, ValueError
        If ``n`` is not an integer, or below 1.

    Notes
    -----
    A call uses one more thread for each 0.2 ms of work that it is estimated to have. Threads are started when they are
    first needed and sleep between calls; the call goes on without one that cannot be started. A forked child starts
    its own.

    While it computes, a call on the main thread lets signal handlers run, about every tenth of a second. If one of them
    raises, as that of Ctrl-C does, all threads are stopped before the call raises it. The content of ``out`` is then
    unspecified, and an accumulator is as it was.

    Examples
    --------
    >>> import xentc
    >>> before = xentc.get_num_threads()
    >>> xentc.set_num_threads(1)
    >>> xentc.get_num_threads()
    1
    >>> xentc.set_num_threads(before)
    """
    global _n_threads
    _n_threads = _positive("n", n)


@public
def get_num_threads() -> int:
    """Return how many threads a call may use here.

    The first of these that is there: the innermost :func:`num_threads` block, :func:`set_num_threads`, the environment
    variables ``XENTC_NUM_THREADS`` and ``OMP_NUM_THREADS`` as they were at import; otherwise the number of CPUs this
    process may run on, or its cgroup quota if that is smaller.

    Examples
    --------
    >>> import xentc
    >>> xentc.get_num_threads() >= 1
    True
    """
    return _in_context.get() or _n_threads


@public
@contextmanager
def num_threads(n: int) -> Iterator[None]:
    """Use at most n threads in a ``with`` block, for calls from this thread or task only.

    Parameters
    ----------
    n : int
        At least 1: the calling thread, and n - 1 others.

    Examples
    --------
    >>> import xentc
    >>> with xentc.num_threads(1):
    ...     xentc.get_num_threads()
    1
    """
    token = _in_context.set(_positive("n", n))
    try:
        yield
    finally:
        _in_context.reset(token)


_lock = threading.RLock()


def _renew_lock() -> None:
    """A forked child has none of the other threads, one of which may have held it."""
    global _lock
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


def lock() -> "threading.RLock":
    """The one lock of the package's Python, for moments in which what threads share is replaced.

    Never held for longer, nor while anything is called: whoever has it, a forked child included, sees the object as it
    was before or after. (The compiled part has its own, in ``src/pool.c``.)
    """
    return _lock


def threads_for(job: Job) -> int:
    """On how many threads it is worth running the job."""
    return max(1, min(get_num_threads(), int(job.nanoseconds / NANOSECONDS_PER_THREAD), job.n_units))


def run(job: Job) -> None:
    """Do all of a job: on this thread, with helpers where the work is worth it."""
    job.run(threads_for(job))
