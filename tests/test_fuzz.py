"""Many random small calls (fuzz.py): the reference's value, or the right error. XENTC_FUZZ=100000 for that many."""

import collections
import os

import numpy as np
import pytest
from crossing import slow_beyond
from fuzz import FUNCTIONS, call_of, check_call
from ways import N_THREADS, TIERS, way

pytest.importorskip("scipy.sparse")
N_CALLS = int(os.environ.get("XENTC_FUZZ", "1500"))


def run(first, n_calls):
    """Of these numbers, on a way that each hundred of them has for itself; how many calls ended how."""
    found = collections.Counter()
    for start in range(first, first + n_calls, 100):
        rng = np.random.default_rng([92, start])
        tier, n_threads, general = str(rng.choice(TIERS)), int(rng.choice(N_THREADS)), bool(rng.random() < 0.7)
        with way(tier, n_threads, general=general):
            for seed in range(start, min(start + 100, first + n_calls)):
                try:
                    found[check_call(seed)] += 1
                except Exception as error:
                    call = call_of(seed)
                    arrays = f"{call.first.dtype} {call.first.shape}, {call.y.dtype} {call.y.shape}, {call.form}"
                    error.add_note(f"call {seed} on {tier}, {n_threads}: {call.name} of {arrays}, {call.options}")
                    raise
    return found


@pytest.mark.parametrize("part", slow_beyond([0, 1], range(5)))
def test_random_calls(part):
    n_calls = N_CALLS // 5
    found = run(part * n_calls, n_calls)
    assert found["computed"] > n_calls / 3
    assert found["refused"] > n_calls / 50
    assert found["wrong argument"] > n_calls / 50


@pytest.mark.exhaustive
def test_random_calls_by_the_hundred_thousand():
    print(run(10**6, 100_000))


def test_all_functions_are_called():
    assert {call_of(seed).name for seed in range(300)} == set(FUNCTIONS)
