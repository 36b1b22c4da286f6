"""Evaluations add up: any split, order, thread, tier and fork gives the bytes of one pass, and a failed update none."""

import itertools
import math
import os
import signal
import sys
import threading

import numpy as np
import pytest
from cases import label_numbers, probabilities
from hypothesis import given, settings
from hypothesis import strategies as st
from logit_cases import logits
from test_accumulator import often_switched  # noqa: F401
from ways import TIERS, way

import xentc

N, K = 240, 5
DAYS = np.array(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])


def rng():
    return np.random.default_rng(21)


def rows(from_logits=False, weighted=True):
    """Of every kind: losses that tie, that are not finite, weights 0, masked rows, faults."""
    labels = label_numbers(31, N, K, "int64")
    y = logits("normal", 32, N, K, "float32") if from_logits else probabilities(32, N, K, "float32")
    y[::9] = 0.2
    y[100] = np.nan
    y[101:103, :] = [0, 0, 0, 0, 1]
    y[110, 0] = -3
    s = np.ldexp(rng().integers(0, 5, N) / 4, rng().integers(-3, 3, N)) if weighted else None
    return labels, y, s, rng().random(N) < 0.9, rng().integers(0, 7, N)


def evaluation(from_logits=False, **options):
    return xentc.Evaluation(**{"check": False, "from_logits": from_logits, "worst": 12, "bins": 6, **options})


def update(made, data, part, numbers=None):
    labels, y, s, where, by = data
    numbers = np.arange(N)[part] if numbers is None else numbers
    return made.update(
        labels[part],
        y[part],
        sample_weight=None if s is None else s[part],
        where=where[part],
        by=DAYS[by[part]].tolist(),
        row=numbers,
    )


@settings(max_examples=60, deadline=None)
@given(
    st.booleans(),
    st.lists(st.integers(0, N), max_size=6),
    st.randoms(use_true_random=False),
    st.sampled_from(TIERS),
    st.integers(1, 3),
    st.booleans(),
)
def test_any_split_in_any_order(from_logits, cuts, random, tier, n_threads, through_bytes):
    data = rows(from_logits, weighted=random.random() < 0.5)
    want = update(evaluation(from_logits), data, slice(None)).to_bytes()
    order = np.array(random.sample(range(N), N))
    parts = [order[a:b] for a, b in itertools.pairwise([0, *sorted(cuts), N])]
    with way(tier, n_threads):
        made = []
        for part in parts:
            into = random.choice(made) if made and random.random() < 0.4 else evaluation(from_logits)
            update(into, data, part)
            if not any(into is one for one in made):
                made.append(into)
        while len(made) > 1:  # as any tree
            random.shuffle(made)
            one, other = made.pop(), made.pop()
            if through_bytes:
                one = xentc.Evaluation.from_bytes(one.to_bytes())
            if random.random() < 0.3:
                one.report()
            made.append(one + other if random.random() < 0.5 else one.merge(other))
    assert made[0].to_bytes() == want


def test_weights_of_1_are_as_none():
    """Of some batches only: the others are widened, whatever their sums are held in."""
    labels, y, _, where, by = rows(weighted=False)
    ones = np.ones(N)
    want = evaluation().update(labels, y, where=where, by=by, sample_weight=ones).to_bytes()
    some = evaluation().update(labels[:50], y[:50], where=where[:50], by=by[:50], sample_weight=ones[:50])
    some.update(labels[50:], y[50:], where=where[50:], by=by[50:])
    assert some.to_bytes() == want
    none = evaluation().update(labels, y, where=where, by=by)
    assert none.to_bytes() != want
    empty = evaluation().update(labels[:0], y[:0], by=by[:0], sample_weight=ones[:0])
    assert (none + empty).to_bytes() == want
    got, said = none.report(), xentc.Evaluation.from_bytes(want).report()
    for one, other in zip(got.by, said.by, strict=True):
        assert (one.variance, one.sum, one.accuracy) == (
            other.variance,
            other.sum,
            other.accuracy,
        ) or one.sum != one.sum
        assert one.mean == pytest.approx(other.mean, rel=2e-16, nan_ok=True)  # a sum over a count, and a quotient


def test_widened_losses_of_all_sizes():
    z = np.zeros((60, 2))
    z[:, 1] = np.ldexp(1.5, np.arange(60) * 17 % 1000)
    z[50, 0], z[51], labels, by = -np.inf, np.nan, np.zeros(60, int), np.arange(60) % 3
    want = evaluation(True).update(labels, z, by=by, sample_weight=np.ones(60)).to_bytes()
    some = evaluation(True).update(labels[:30], z[:30], by=by[:30])
    some.update(labels[30:], z[30:], by=by[30:], sample_weight=np.ones(30))
    assert some.to_bytes() == want


def test_ties_of_the_worst_rows_in_any_order_of_merging():
    y, labels = np.full((40, 2), 0.5), np.zeros(40, int)
    y[::4] = 0.25, 0.75
    y[[6, 33]] = np.nan
    want = [6, 33, *range(0, 40, 4), 1, 2, 3]
    for order in (range(40), range(39, -1, -1), rng().permutation(40).tolist()):
        made = sum(xentc.Evaluation(worst=15).update(labels[i : i + 1], y[i : i + 1], row=i) for i in order)
        assert [row.row for row in made.report().worst] == want


def test_itself_and_an_empty_one():
    data = rows()
    made = update(evaluation(), data, slice(None))
    before = made.to_bytes()
    assert (made + evaluation()).to_bytes() == (evaluation() + made).to_bytes() == before
    assert made.merge(evaluation()).to_bytes() == before
    twice = update(update(evaluation(), data, slice(None)), data, slice(None))
    assert (made + made).to_bytes() == twice.to_bytes()
    assert made.to_bytes() == before
    assert made.merge(made).to_bytes() == twice.to_bytes()
    assert (evaluation() + evaluation()).to_bytes() == evaluation().to_bytes()
    assert made.reset().to_bytes() == evaluation().to_bytes()


def test_sum_and_plus_leave_their_parts():
    data = rows()
    parts = [update(evaluation(), data, slice(i, None, 3)) for i in range(3)]
    before = [part.to_bytes() for part in parts]
    want = update(evaluation(), data, slice(None)).to_bytes()
    assert sum(parts).to_bytes() == (parts[2] + parts[0] + parts[1]).to_bytes() == want
    assert [part.to_bytes() for part in parts] == before
    into = parts[1]
    parts[1] += parts[0]
    assert parts[1] is into
    for wrong in (1, "a", xentc.CrossEntropy()):
        with pytest.raises(TypeError):
            parts[0] + wrong
        with pytest.raises(TypeError):
            parts[0] += wrong
    with pytest.raises(TypeError):
        5 + parts[0]
    with pytest.raises(TypeError, match="other must be an Evaluation, not CrossEntropy"):
        parts[0].merge(xentc.CrossEntropy())


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("classes", (None, ["a", "b"], ["b", "a"], [0, 1])),
        ("axis", (-1, 0)),
        ("eps", (None, 0.0, 1e-7)),
        ("from_logits", (False, True)),
        ("ignore_index", (None, -1, 0)),
        ("check", (None, False, True, 1e-4)),
        ("bins", (15, 10)),
        ("worst", (10, 0)),
        ("by", (None, "day", "hour")),
    ],
)
def test_other_options_are_refused_by_name(name, values):
    for mine, theirs in itertools.permutations(values, 2):
        one, other = xentc.Evaluation(**{name: mine}), xentc.Evaluation(**{name: theirs})
        with pytest.raises(ValueError, match=rf"other must have the options of this evaluation, .*\b{name}="):
            one.merge(other)
    for value in values:
        same = xentc.Evaluation(**{name: value})
        same.merge(xentc.Evaluation.from_bytes(xentc.Evaluation(**{name: value}).to_bytes()))


def test_other_shapes_are_refused():
    labels, y = np.array([0, 1]), np.array([[0.5, 0.5], [0.25, 0.75]])
    made, wide = xentc.Evaluation().update(labels, y), xentc.Evaluation().update(labels, np.ones((2, 3)) / 3)
    before = made.to_bytes()
    with pytest.raises(ValueError, match="the same number of classes in every batch; it had 2, and now 3"):
        made.merge(wide)
    with pytest.raises(ValueError, match="by must be given with every batch, or with none; there are rows without it"):
        made.merge(xentc.Evaluation().update(labels, y, by=labels))
    assert made.to_bytes() == before


FAILURES = {
    "label in the middle": lambda e, k, y, s: e.update(np.where(np.arange(len(k)) == 1500, K, k), y),
    "negative label": lambda e, k, y, s: e.update(np.where(np.arange(len(k)) == 2999, -1, k), y),
    "y above 1": lambda e, k, y, s: e.update(k, np.where(np.arange(len(k))[:, None] == 1500, 2.0, y)),
    "rows that do not sum to 1": lambda e, k, y, s: e.update(k, np.where(np.arange(len(k))[:, None] == 1500, 0.5, y)),
    "wrong K": lambda e, k, y, s: e.update(k, np.ones((len(k), K + 1)) / (K + 1)),
    "lengths": lambda e, k, y, s: e.update(k[1:], y),
    "dtype": lambda e, k, y, s: e.update(k, y.astype(complex)),
    "infinite weight": lambda e, k, y, s: e.update(k, y, sample_weight=np.where(np.arange(len(k)) == 1500, np.inf, s)),
    "mask of integers": lambda e, k, y, s: e.update(k, y, where=np.ones(len(k), int)),
    "missing group": lambda e, k, y, s: e.update(k, y, by=np.where(np.arange(len(k)) == 1500, np.nan, 1.0)),
    "no group": lambda e, k, y, s: e.update(k, y),
    "row of fractions": lambda e, k, y, s: e.update(k, y, row=k / 2),
    "rows of other shape": lambda e, k, y, s: e.update(k, y, row=k[:7]),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failed_update_leaves_it_as_it_was(every_way, name):
    k, y, s = label_numbers(31, 3000, K, "int64"), rng().dirichlet(np.ones(K), 3000), rng().random(3000)
    groups = {"by": k[:7]} if "group" in name else {}
    made = xentc.Evaluation(check=True).update(k[:7], y[:7], sample_weight=s[:7], **groups)
    before, shown = made.to_bytes(), repr(made)
    with pytest.raises((TypeError, ValueError, IndexError)):
        FAILURES[name](made, k, y, s)
    assert (made.to_bytes(), repr(made)) == (before, shown)
    more = {"by": k[7:9]} if groups else {}
    assert made.update(k[7:9], y[7:9], **more).report().count == 9


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers on this system")
@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
def test_an_interrupted_update_leaves_it_as_it_was():
    """At whatever point a signal comes: the update is there in full, or not at all."""
    k, y = label_numbers(31, 60_000, K, "int64"), probabilities(32, 60_000, K, "float64")
    one = xentc.Evaluation().update(k, y, by=k)
    states = one.to_bytes(), xentc.Evaluation().update(k, y, by=k).update(k, y, by=k, row=0).to_bytes()
    armed, interrupted = [False], 0

    def handler(*_):
        if armed[0]:  # not after the update: nothing catches it there
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, handler)
    try:
        for delay in np.linspace(1e-4, 6e-3, 40):
            made = xentc.Evaluation.from_bytes(states[0])
            try:
                armed[0] = True
                signal.setitimer(signal.ITIMER_REAL, delay)
                made.update(k, y, by=k, row=0)
                armed[0] = False
            except KeyboardInterrupt:
                armed[0] = False
                interrupted += 1
            signal.setitimer(signal.ITIMER_REAL, 0)
            assert made.to_bytes() in states
    finally:
        signal.signal(signal.SIGALRM, before)
    assert interrupted


def test_updates_from_eight_threads(often_switched):  # noqa: F811
    """While others report, merge and take its bytes."""
    data = rows()
    made, errors = evaluation(), []
    stop = threading.Event()

    def add(i):
        for part in range(i, N, 8):
            update(made, data, slice(part, part + 1))

    def look():
        while not stop.is_set():
            count = made.report().count
            assert xentc.Evaluation.from_bytes(made.to_bytes()).report().count >= count
            evaluation().merge(made)

    def run(function, *arguments):
        try:
            function(*arguments)
        except BaseException as error:
            errors.append(error)

    lookers = [threading.Thread(target=run, args=(look,)) for _ in range(2)]
    adders = [threading.Thread(target=run, args=(add, i)) for i in range(8)]
    for thread in lookers + adders:
        thread.start()
    for thread in adders:
        thread.join()
    stop.set()
    for thread in lookers:
        thread.join()
    assert not errors
    assert made.to_bytes() == update(evaluation(), data, slice(None)).to_bytes()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_forks_while_it_is_updated():
    """A child has a whole state: some number of whole batches, to which it can add."""
    k, y = label_numbers(31, 500, K, "int64"), probabilities(32, 500, K, "float64")
    made, stop = xentc.Evaluation(), threading.Event()
    one = xentc.Evaluation().update(k, y, row=0).report()

    def add():
        while not stop.is_set():
            made.update(k, y, row=0)

    thread = threading.Thread(target=add)
    thread.start()
    try:
        for _ in range(25):
            child = os.fork()
            if child == 0:
                code = 1
                try:
                    report = made.update(k, y, row=0).report()
                    n = report.count // 500
                    right = (
                        report.count == n * 500
                        and report.hits == n * one.hits
                        and math.isclose(report.mean, one.mean, rel_tol=1e-15)
                    )
                    code = 0 if right else 2
                finally:
                    os._exit(code)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        stop.set()
        thread.join()


def test_columns_of_many_groups_are_as_one_by_one():
    """Each group's figures are those of an evaluation of its rows alone."""
    data = rows()
    labels, y, s, where, by = data
    groups = by * 10 + np.arange(N) % 10
    report = evaluation().update(labels, y, sample_weight=s, where=where, by=groups).report()
    assert len(report.by) > 30
    for group in report.by:
        of = groups == group.name
        alone = evaluation().update(labels[of], y[of], sample_weight=s[of], where=where[of]).report()
        assert {n: str(getattr(group, n)) for n in ("count", "sum", "mean", "variance", "standard_error", "brier")} == {
            n: str(getattr(alone, n)) for n in ("count", "sum", "mean", "variance", "standard_error", "brier")
        }
