"""One total that many threads add to: none undoes what another has added between its reading and its writing."""

import threading
import time

import numpy as np
import pytest
from cases import label_numbers, probabilities

import xentc
from xentc._core.totals import Totals
from xentc._evaluation.accumulator import Held

N, K, THREADS, ROUNDS = 40, 5, 6, 5
LABELS, Y = label_numbers(1, N, K, "int64"), probabilities(1, N, K, "float64")


def turned_over(function):
    """The same, but every other thread has its turn before the caller goes on."""

    def slow(*arguments, **options):
        answer = function(*arguments, **options)
        time.sleep(0.0002)
        return answer

    return slow


@pytest.mark.parametrize("how", ["update", "merge"])
@pytest.mark.parametrize("kind", ["CrossEntropy", "Evaluation"])
def test_nothing_is_lost(monkeypatch, kind, how):
    make = getattr(xentc, kind)
    update = "update_labels" if kind == "CrossEntropy" else "update"
    part, total, barrier = make(), make(), threading.Barrier(THREADS)
    getattr(part, update)(LABELS, Y)
    if kind == "CrossEntropy":
        monkeypatch.setattr(Totals, "merge", turned_over(Totals.merge))
    else:
        monkeypatch.setattr(Held, "plus", turned_over(Held.plus))

    def work():
        barrier.wait(timeout=60)
        for _ in range(ROUNDS):
            if how == "update":
                getattr(total, update)(LABELS, Y)
            else:
                total.merge(part)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    n = THREADS * ROUNDS
    rows = xentc.cross_entropy_labels(np.tile(LABELS, n), np.tile(Y, (n, 1)), reduction="sum")
    if kind == "CrossEntropy":
        assert (total.result().count, total.result().sum) == (n * N, rows)
    else:
        report = total.report()
        assert report.count == n * N
        assert report.mean == rows / (n * N)
