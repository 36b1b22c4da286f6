"""Reading on a thread of its own while what was read is evaluated."""

import atexit
import contextlib
import queue
import threading
import weakref
from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")
DEPTH = 2  # blocks that wait
PATIENCE = 1.0  # seconds for a thread to end; it may wait for a pipe that nothing comes through any more

_threads: weakref.WeakKeyDictionary[threading.Thread, threading.Event] = weakref.WeakKeyDictionary()


@atexit.register
def _end_all() -> None:
    """No thread may be within a library when Python ends: coming back, it would abort the process."""
    running = list(_threads.items())
    for _, stop in running:
        stop.set()
    for thread, _ in running:
        thread.join(PATIENCE)


def read_ahead(source: Generator[T], depth: int = DEPTH) -> Generator[T]:
    """The items of an iterator, which runs on a thread; closing this one ends it and closes that."""
    ready: queue.Queue[tuple[T | None, BaseException | None]] = queue.Queue(depth)
    stop = threading.Event()

    def hand_over(item: T | None, error: BaseException | None) -> bool:
        while not stop.is_set():
            try:
                ready.put((item, error), timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def run() -> None:
        error: BaseException | None = None
        try:
            for item in source:
                if not hand_over(item, None):
                    break
        except BaseException as caught:
            error = caught
        finally:
            source.close()
        if not hand_over(None, error or StopIteration()):
            with contextlib.suppress(queue.Full):  # for who waits while all threads are ended
                ready.put_nowait((None, StopIteration()))

    thread = threading.Thread(target=run, name="xentc-reader", daemon=True)
    _threads[thread] = stop
    thread.start()
    try:
        while True:
            item, error = ready.get()
            if isinstance(error, StopIteration):
                return
            if error is not None:
                raise error
            yield item  # type: ignore[misc]  # there is one where there is no error
            del item  # not kept while the next is waited for
    finally:
        stop.set()
        thread.join(PATIENCE)
