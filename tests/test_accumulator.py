"""CrossEntropy: any split and any order of merging gives the bits of one pass; a failed update changes nothing."""

import itertools
import math
import pickle
import signal
import sys
import threading
import warnings

import numpy as np
import pytest
from cases import FLOATS, LAYOUTS, label_numbers, one_hot_of, probabilities, targets
from hypothesis import given, settings
from hypothesis import strategies as st
from ways import TIERS, assert_same_bits, way

import xentc

FIELDS = ("sum", "mean", "weighted_mean", "weight", "count", "clipped", "perplexity")
N, K = 60, 7


def fields(total):
    """All of a result, with a stand-in for NaN that is equal to itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        result = total.result()
    return tuple(
        "nan" if np.isnan(v) else (type(v).__name__, float(v).hex()) for v in (getattr(result, f) for f in FIELDS)
    )


def data(dtype="float64", *, special=False):
    """t, labels, y, sample weights and a mask of the same rows."""
    t, labels, y = targets("soft", 131, N, K, dtype), label_numbers(131, N, K, "int64"), probabilities(131, N, K, dtype)
    if special:
        y[::9, 2] = 0.0
    rng = np.random.default_rng(132)
    return t, labels, y, rng.uniform(0, 2, N), rng.random(N) < 0.7


OPTIONS = [
    {},
    {"eps": 0},
    {"label_smoothing": 0.1},
    {"class_weight": [1.0, 0, 2, 0.1, 3, 0, 1 / 3]},
    {"label_smoothing": 0.3, "class_weight": [1.0, 0, 2, 0.1, 3, 0, 1 / 3], "eps": 0.01, "ignore_index": 2},
]


LOGIT_OPTIONS = [
    {"from_logits": True},
    {"from_logits": True, "label_smoothing": 0.3, "class_weight": [1.0, 0, 2, 0.1, 3, 0, 1 / 3], "ignore_index": 2},
]


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(OPTIONS + LOGIT_OPTIONS),
    st.sampled_from(FLOATS),
    st.lists(st.integers(0, N), max_size=6),
    st.randoms(use_true_random=False),
    st.sampled_from(TIERS),
)
def test_any_split_and_any_order(options, dtype, cuts, random, tier):
    t, labels, y, s, where = data(dtype, special="eps" in options)
    whole = xentc.CrossEntropy(**options)
    whole.update(t, y, sample_weight=s, where=where).update_labels(labels, y, sample_weight=s, where=where)
    edges = [0, *sorted(cuts), N]
    parts = []
    with way(tier, 2):
        for start, stop in itertools.pairwise(edges):
            at = slice(start, stop)
            for method, first in (("update", t), ("update_labels", labels)):
                part = xentc.CrossEntropy(**options)
                getattr(part, method)(first[at], y[at], sample_weight=s[at], where=where[at])
                parts.append(pickle.loads(pickle.dumps(part)))
    while len(parts) > 1:
        random.shuffle(parts)
        one, other = parts.pop(), parts.pop()
        how = random.choice("m+i")
        if how == "m":
            one.merge(other)
        elif how == "+":
            one = one + other
        else:
            one += other
        parts.append(one)
    assert fields(parts[0]) == fields(whole)


@pytest.mark.parametrize("options", OPTIONS + LOGIT_OPTIONS, ids=str)
def test_the_result_is_that_of_the_rows(every_way, options):
    """Every attribute against math.fsum, or the function's own reductions, to the last bit."""
    _, labels, y, s, where = data(special=True)
    y = np.maximum(y, 1e-5)
    rows = xentc.cross_entropy_labels(labels, y, sample_weight=s, where=where, **options)
    result = xentc.CrossEntropy(**options).update_labels(labels, y, sample_weight=s, where=where).result()
    counted = where & (labels != options.get("ignore_index"))
    assert result.count == counted.sum()
    assert isinstance(result.count, int)
    assert_same_bits(result.sum, np.float64(math.fsum(rows)))
    assert_same_bits(result.mean, np.float64(math.fsum(rows) / counted.sum()))
    assert_same_bits(result.perplexity, np.exp(result.mean))
    for reduction in ("mean", "weighted_mean"):
        want = xentc.cross_entropy_labels(labels, y, sample_weight=s, where=where, reduction=reduction, **options)
        assert_same_bits(getattr(result, reduction), want)
    assert result.weighted_mean == pytest.approx(result.sum / result.weight, rel=2**-51)
    if "label_smoothing" not in options:
        w = np.array(options.get("class_weight", np.ones(K)))
        assert_same_bits(result.weight, np.float64(math.fsum((s * w[labels])[counted])))


def clipped_of(t, y, eps, a, w, where):
    c = (np.ones(K) if w is None else np.asarray(w)) * ((1 - a) * t.astype(float) + a / K)
    return int(((c != 0) & (y.astype(float) < eps))[where].sum())


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("dtype", FLOATS)
def test_clipped_terms(every_tier, options, dtype):
    """As NumPy counts them, whatever the form, the layout and the kind of rows; never those of masked rows."""
    sparse = pytest.importorskip("scipy.sparse")
    a, w, eps = options.get("label_smoothing", 0), options.get("class_weight"), options.get("eps")
    limit = (
        float(np.finfo(dtype).eps) if eps is None else float(np.dtype("f8" if dtype == "float64" else "f4").type(eps))
    )
    options = {k: v for k, v in options.items() if k != "ignore_index"} | {"check": False}
    labels, y = label_numbers(133, 300, K, "int64"), probabilities(133, 300, K, dtype)
    y[::3] = np.random.default_rng(1).choice(np.array([0, 1e-30, 0.5, -1, 0.005], dtype), (100, K))
    mask = np.random.default_rng(134).random(300) < 0.5
    for where in (None, mask):
        counted = np.ones(300, bool) if where is None else where
        for kind in ("soft", "one_hot", "half_and_half", "sparse"):
            t = targets(kind, 135, 300, K, dtype)
            want = clipped_of(t, y, limit, a, w, counted)
            assert want > 0
            for layout in ("c_order", "class_axis_first", "strided_classes"):
                for t_view, y_view in (
                    (LAYOUTS[layout](t), y),
                    (t, LAYOUTS[layout](y)),
                    [LAYOUTS[layout](x) for x in (t, y)],
                ):
                    total = xentc.CrossEntropy(**options).update(t_view, y_view, where=where)
                    assert total.result().clipped == want, (kind, layout)
            if dtype != "float16":
                total = xentc.CrossEntropy(**options).update(sparse.csr_array(t), y, where=where)
                assert total.result().clipped == want
        want = clipped_of(one_hot_of(labels, K), y, limit, a, w, counted)
        assert xentc.CrossEntropy(**options).update_labels(labels, y, where=where).result().clipped == want


@pytest.mark.parametrize("n_entries", [4096, 4097])
def test_clipped_terms_of_long_rows(every_tier, n_entries):
    sparse = pytest.importorskip("scipy.sparse")
    t, y = np.zeros((3, 20_000)), np.zeros((3, 20_000))
    t[:, 2 : 2 + 4 * n_entries : 4] = 1
    y[:, ::8] = 0.5
    want = int(((t != 0) & (y < 1e-9)).sum())
    for form in (t, sparse.csr_array(t), np.asfortranarray(t)):
        assert xentc.CrossEntropy().update(form, y).result().clipped == want
        where = np.array([True, False, True])
        assert xentc.CrossEntropy().update(form, y, where=where).result().clipped == want // 3 * 2


@pytest.mark.parametrize("options", LOGIT_OPTIONS, ids=str)
def test_logits_are_never_clipped(every_tier, options):
    t, labels, y, s, where = data(special=True)
    total = xentc.CrossEntropy(**options).update(t, -y).update_labels(labels, y, sample_weight=s, where=where)
    assert total.result().clipped == 0


FAILURES = {
    "shapes": lambda total, y: total.update(np.ones((3, 9)), y),
    "dtype": lambda total, y: total.update(y.astype(complex), y),
    "label": lambda total, y: total.update_labels([0] * (len(y) - 1) + [K], y),
    "negative label": lambda total, y: total.update_labels([0] * (len(y) - 1) + [-1], y),
    "fractions": lambda total, y: total.update_labels(np.r_[np.zeros(len(y) - 1), 0.5], y),
    "no distribution": lambda total, y: total.update(y, np.concatenate([y[:-1], y[-1:] * 2])),
    "where": lambda total, y: total.update(y, y, where=np.ones(4, bool)),
    "where of integers": lambda total, y: total.update(y, y, where=np.ones(len(y), int)),
    "sample_weight": lambda total, y: total.update(y, y, sample_weight=np.ones(4)),
    "text weights": lambda total, y: total.update_labels([0] * len(y), y, sample_weight="a"),
    "number of classes": lambda total, y: total.update(np.ones((3, 4)), np.ones((3, 4)) / 4),
    "axis": lambda total, y: total.update(1.0, 1.0),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failed_update_leaves_it_as_it_was(every_way, name):
    rng = np.random.default_rng(136)
    y = rng.dirichlet(np.ones(K), 3000)
    total = xentc.CrossEntropy(check=True, class_weight=np.arange(K)).update(y[:5], y[:5])
    before, shown, state = fields(total), repr(total), pickle.dumps(total)
    with pytest.raises((TypeError, ValueError, IndexError)):
        FAILURES[name](total, y)
    assert (fields(total), repr(total), pickle.dumps(total)) == (before, shown, state)
    assert total.update(y[5:9], y[5:9]).result().count == 9


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("axis", (-1, 0)),
        ("eps", (None, 0.0, 0.1)),
        ("from_logits", (False, True)),
        ("label_smoothing", (0.0, 0.1)),
        ("class_weight", (None, [1.0, 2.0], [2.0, 1.0], [1.0, 2.0 + 2**-51])),
        ("ignore_index", (None, -1, 0)),
        ("check", (False, True)),
    ],
)
def test_other_options_are_refused(name, values):
    for i, mine in enumerate(values):
        for j, other in enumerate(values):
            one, two = xentc.CrossEntropy(**{name: mine}), xentc.CrossEntropy(**{name: other})
            if i == j:
                one.merge(two)
                continue
            for merge in (lambda a, b: a.merge(b), lambda a, b: a + b, lambda a, b: a.__iadd__(b)):
                with pytest.raises(ValueError, match=rf"^other must have the options of this accumulator.*{name}"):
                    merge(one, two)


def test_the_same_options_however_they_are_written():
    """NumPy scalars are the numbers they are."""
    one = xentc.CrossEntropy(
        axis=np.int64(-1), eps=np.float64(0.125), label_smoothing=np.float32(0.5), ignore_index=np.int8(-1)
    )
    two = xentc.CrossEntropy(axis=-1, eps=0.125, label_smoothing=0.5, ignore_index=-1)
    assert repr(one.merge(two)) == repr(two) == "CrossEntropy(eps=0.125, label_smoothing=0.5, ignore_index=-1): 0 rows"
    weights = np.array([1, 2], "int8")
    one, two = xentc.CrossEntropy(from_logits=np.bool_(True)), xentc.CrossEntropy(from_logits=True)
    assert repr(one.merge(two)) == repr(pickle.loads(pickle.dumps(one))) == "CrossEntropy(from_logits=True): 0 rows"
    one = xentc.CrossEntropy(eps=0, class_weight=weights)
    weights[:] = 9  # the caller's array is his own
    one.merge(xentc.CrossEntropy(eps=0.0, class_weight=[1.0, 2.0]))


def test_merging_what_is_no_accumulator():
    total = xentc.CrossEntropy()
    with pytest.raises(TypeError, match="^other must be a CrossEntropy, not float$"):
        total.merge(1.0)
    for bad in (lambda: total + 1, lambda: 1 + total, lambda: sum([total, 1])):
        with pytest.raises(TypeError):
            bad()


def test_plus_leaves_both_and_iadd_changes_one():
    _, labels, y, _, _ = data()
    one, two = (xentc.CrossEntropy().update_labels(labels[at], y[at]) for at in (slice(9), slice(9, None)))
    kept = fields(one), fields(two)
    both, same = one + two, one
    assert (fields(one), fields(two)) == kept
    one += two
    assert one is same
    assert fields(one) == fields(both)
    assert fields(two) == kept[1]
    assert one.merge(one).result().count == 2 * N


def test_pickles_small():
    _, labels, y, s, _ = data(special=True)
    total = xentc.CrossEntropy(eps=1e-300, ignore_index=3)
    t = np.array([[1e300], [1e-300], [5e-324], [np.inf], [np.nan]])
    total.update(np.pad(t, ((0, 0), (0, K - 1))), np.full(K, 0.5)).update_labels(labels, y, sample_weight=s * 1e200)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        stored = pickle.dumps(total, protocol)
        assert len(stored) < 1024
        again = pickle.loads(stored)
        assert (fields(again), repr(again)) == (fields(total), repr(total))
        assert again.merge(total).result().count == 2 * total.result().count
        assert again.update_labels(labels, y).result().count > 0


def test_reset_and_repr():
    _, labels, y, _, _ = data()
    total = xentc.CrossEntropy(label_smoothing=0.25, class_weight=np.ones(K))
    empty = repr(total)
    assert empty == f"CrossEntropy(label_smoothing=0.25, class_weight={[1.0] * K}): 0 rows"
    mean = total.update_labels(labels, y).result().mean
    assert repr(total) == f"{empty[:-6]}{N} rows, mean {mean:.6g}"
    assert total.reset() is total
    assert repr(total) == empty
    assert repr(xentc.CrossEntropy().update_labels([0], [[1.0]])) == "CrossEntropy(): 1 row, mean 0"
    assert len(repr(xentc.CrossEntropy(class_weight=np.ones(10_000)))) < 300


def test_no_rows():
    with pytest.warns(RuntimeWarning, match="mean of no rows") as caught:
        result = xentc.CrossEntropy().result()
    assert [w.filename for w in caught] == [__file__]
    assert (result.sum, result.weight, result.count, result.clipped) == (0, 0, 0, 0)
    assert all(math.isnan(v) for v in (result.mean, result.weighted_mean, result.perplexity))
    with pytest.warns(RuntimeWarning, match="weighted mean of rows whose weights sum to 0") as caught:
        result = xentc.CrossEntropy().update([[1.0]], [[0.5]], sample_weight=0).result()
    assert [w.filename for w in caught] == [__file__]
    assert result.mean == 0


@pytest.fixture
def often_switched():
    """Threads take turns after every few instructions."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_updates_from_eight_threads(often_switched):
    _, labels, y, s, where = data()
    total, barrier = xentc.CrossEntropy(label_smoothing=0.1), threading.Barrier(8)
    part = xentc.CrossEntropy(label_smoothing=0.1).update_labels(labels, y, sample_weight=s, where=where)

    def update(i):
        barrier.wait(timeout=60)
        for _ in range(100):
            total.update_labels(labels[i::8], y[i::8], sample_weight=s[i::8], where=where[i::8])
            total.merge(part)

    threads = [threading.Thread(target=update, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    want = xentc.CrossEntropy(label_smoothing=0.1)
    for _ in range(900):
        want += part
    assert fields(total) == fields(want)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers on this system")
def test_updates_of_a_signal_handler():
    """One that comes in the middle of an update, or of a merge, is neither lost nor does it lose that one."""
    _, labels, y, _, _ = data()
    one, total = xentc.CrossEntropy().update_labels(labels, y), xentc.CrossEntropy()
    n_handled = n_merged = 0

    def handler(*_):
        nonlocal n_handled
        n_handled += 1
        total.merge(one)

    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.0002, 0.0002)
        while n_handled < 300:
            total.merge(one)
            n_merged += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert total.result().count == N * (n_handled + n_merged)


def test_sum_of_accumulators():
    """sum() begins with 0; what it is given stays as it is."""
    t, _, y, _, _ = data()
    parts = [xentc.CrossEntropy(eps=0.01).update(t[i::3], y[i::3]) for i in range(3)]
    before = [fields(part) for part in parts]
    assert fields(sum(parts)) == fields(xentc.CrossEntropy(eps=0.01).update(t, y))
    assert [fields(part) for part in parts] == before
    alone = sum(parts[:1])
    assert alone is not parts[0]
    assert fields(alone.update(t, y)) != before[0] == fields(parts[0])
    for other in (1, 0.5, None, "0", np.zeros(())):
        with pytest.raises(TypeError):
            other + parts[0]


def test_batches_have_one_number_of_classes():
    t, labels, y, _, _ = data()
    other = np.full((4, K + 1), 0.1)
    for first in ("update", "update_labels"):
        total = xentc.CrossEntropy()
        getattr(total, first)(t if first == "update" else labels, y)
        before = fields(total)
        for change in (
            lambda: total.update(other, other),  # noqa: B023
            lambda: total.update_labels([0, 1, 2, 3], other),  # noqa: B023
            lambda: total.update(other[:0], other[:0]),  # noqa: B023
            lambda: total.merge(xentc.CrossEntropy().update(other, other)),  # noqa: B023
            lambda: pickle.loads(pickle.dumps(total)).update(other, other),  # noqa: B023
            lambda: total + xentc.CrossEntropy().update(other, other),  # noqa: B023
        ):
            with pytest.raises(
                ValueError, match=rf"^y must have the same number of classes in every batch; it had {K}, and now 8$"
            ):
                change()
            assert fields(total) == before
        total.merge(xentc.CrossEntropy()).update(t, y)
    assert total.reset().update(other, other).result().count == 4
    assert xentc.CrossEntropy().merge(total).result().count == 4
    # The class axis need not be the last one.
    with pytest.raises(ValueError, match="it had 7, and now 8$"):
        xentc.CrossEntropy(axis=0).update(t.T, y.T).update(other.T, other.T)
