"""``grad_out``: written where it is and nowhere else, in place of z too, and whatever it overlaps."""

import itertools

import numpy as np
import pytest
from bounds import GRADIENT
from cases import FLOATS, LAYOUTS, label_numbers, one_hot_of, probabilities, targets
from logit_cases import logits
from logit_oracle import assert_gradients, exact_gradients
from test_out import assert_only_view_written, guarded
from ways import TIERS, assert_same_bits, way

import xentc

WRITEABLE = [name for name in LAYOUTS if name not in ("read_only", "memory_mapped")]
# How the arguments of one call may differ: reduction, and a mask, which is known only after a pass of its own.
CALLS = [{}, {"reduction": "mean"}, {"reduction": "weighted_mean", "label_smoothing": 0.1}]


def problem(n_rows, n_classes, dtype, *, from_logits=True):
    """labels, t and y of the same rows."""
    labels = label_numbers(211, n_rows, n_classes, "int64")
    make = logits if from_logits else None
    y = make("normal", 211, n_rows, n_classes, dtype) if make else probabilities(211, n_rows, n_classes, dtype)
    return labels, targets("soft", 211, n_rows, n_classes, dtype), y


@pytest.mark.crossing(1)
@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_of_grad_out(every_tier, layout, from_logits):
    for dtype in FLOATS:
        labels, t, y = problem(60, 7, dtype, from_logits=from_logits)
        for options in CALLS:
            options = options | {"from_logits": from_logits, "where": np.arange(60) % 4 != 1}
            want_loss, want = xentc.cross_entropy_and_grad(t, y, **options)
            if layout in ("read_only", "memory_mapped"):
                with pytest.raises(ValueError, match="^grad_out must be writeable; it is read-only"):
                    xentc.cross_entropy_and_grad(t, y, grad_out=LAYOUTS[layout](np.zeros_like(y)), **options)
                continue
            grad = LAYOUTS[layout](np.full_like(y, 7))
            loss, got = xentc.cross_entropy_and_grad(t, y, grad_out=grad, **options)
            assert got is grad
            assert_same_bits(got.astype(dtype), want)
            assert_same_bits(loss, want_loss)
            grad = LAYOUTS[layout](np.full_like(y, 7))
            _, got = xentc.cross_entropy_labels_and_grad(labels, y, grad_out=grad, **options)
            assert got is grad
            assert_same_bits(got.astype(dtype), xentc.cross_entropy_labels_and_grad(labels, y, **options)[1])


STRIDES = {
    "rows apart": lambda item: (11 * item, item),
    "classes apart": lambda item: (14 * item, 2 * item),
    "class axis first": lambda item: (item, 300 * item),
    "reversed": lambda item: (-7 * item, -item),
    "misaligned": lambda item: (7 * item + 1, item),
}


@pytest.mark.parametrize("form", STRIDES)
@pytest.mark.parametrize("n_rows", [1, 3, 255, 257])
def test_guard_bytes(every_tier, form, n_rows):
    for dtype in FLOATS:
        for from_logits in (False, True):
            _, t, y = problem(n_rows, 7, dtype, from_logits=from_logits)
            want = xentc.cross_entropy_and_grad(t, y, from_logits=from_logits)[1]
            grad, room = guarded((n_rows, 7), dtype, STRIDES[form](np.dtype(dtype).itemsize))
            xentc.cross_entropy_and_grad(t, y, from_logits=from_logits, grad_out=grad)
            assert_same_bits(grad.copy(), want)
            assert_only_view_written(grad, room)


@pytest.mark.parametrize("n_classes", [1, 2, 7, 8, 9, 31, 64, 100, 1030])
def test_guard_bytes_of_every_tail(every_tier, n_classes):
    """Rows of any length, starting at any element of a cache line: no store reaches beyond."""
    for dtype, offset in itertools.product(FLOATS, (64, 72, 80, 104)):
        _, t, z = problem(5, n_classes, dtype)
        want = xentc.cross_entropy_and_grad(t, z, from_logits=True)[1]
        grad, room = guarded((5, n_classes), dtype, offset=offset)
        xentc.cross_entropy_and_grad(t, z, from_logits=True, grad_out=grad)
        assert_same_bits(grad, want)
        assert_only_view_written(grad, room)


@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize("grad_dtype", [*FLOATS, ">f8", ">f2"])
def test_other_dtypes_of_grad_out(every_tier, grad_dtype, from_logits):
    """Within the bound of the narrower of y and grad_out; a number too large is inf, without a warning."""
    for dtype in FLOATS:
        _, t, y = problem(20, 9, dtype, from_logits=from_logits)
        grad = np.empty(y.shape, grad_dtype)
        assert xentc.cross_entropy_and_grad(t, y, from_logits=from_logits, grad_out=grad)[1] is grad
        narrower = min(np.dtype(dtype), grad.dtype.newbyteorder("="), key=lambda d: d.itemsize)
        exact = exact_gradients(t, y, from_logits=from_logits)
        assert_gradients(grad.astype(grad.dtype.newbyteorder("=")), exact, narrower, GRADIENT)
    _, grad = xentc.cross_entropy_and_grad([[1e6]], [[0.5]], grad_out=np.empty((1, 1), grad_dtype))
    assert grad[0, 0] == (-np.inf if np.dtype(grad_dtype).itemsize == 2 else -2e6)


@pytest.mark.crossing
@pytest.mark.parametrize("reduction", ["none", "mean", "weighted_mean"])
@pytest.mark.parametrize("layout", WRITEABLE)
def test_in_place_of_z(every_way, layout, reduction):
    """grad_out=z: the one input that may be overwritten, because it was asked for."""
    for dtype in FLOATS:
        labels, t, z = problem(300, 7, dtype)
        where = np.arange(300) % 5 != 2
        options = {"from_logits": True, "reduction": reduction, "where": where, "label_smoothing": 0.1}
        for call, first in ((xentc.cross_entropy_and_grad, t), (xentc.cross_entropy_labels_and_grad, labels)):
            want_loss, want = call(first, z, **options)
            own = LAYOUTS[layout](z.copy())
            loss, got = call(first, own, grad_out=own, **options)
            assert got is own
            assert_same_bits(loss, want_loss)
            assert_same_bits(got.astype(dtype), want)


@pytest.mark.parametrize("n_classes", [1025, 16400])
def test_in_place_of_long_rows(every_tier, n_classes):
    for dtype in FLOATS:
        for from_logits in (True, False):
            _, t, y = problem(5, n_classes, dtype, from_logits=from_logits)
            for layout in ("c_order", "class_axis_first"):
                want = xentc.cross_entropy_and_grad(t, y, from_logits=from_logits)[1]
                own = LAYOUTS[layout](y.copy())
                assert_same_bits(xentc.cross_entropy_and_grad(t, own, from_logits=from_logits, grad_out=own)[1], want)


def test_in_place_of_probabilities_and_of_t(every_way):
    for dtype in FLOATS:
        _, t, y = problem(300, 7, dtype, from_logits=False)
        want = xentc.cross_entropy_and_grad(t, y)[1]
        own = y.copy()
        assert_same_bits(xentc.cross_entropy_and_grad(t, own, grad_out=own)[1], want)
        own = t.copy()
        assert_same_bits(xentc.cross_entropy_and_grad(own, y, grad_out=own)[1], want)
        both = y.copy()
        want = xentc.cross_entropy_and_grad(y, y, from_logits=True)[1]
        assert_same_bits(xentc.cross_entropy_and_grad(both, both, from_logits=True, grad_out=both)[1], want)


@pytest.mark.parametrize("shift", [-14, -7, -1, 1, 6, 7])
@pytest.mark.parametrize("over", ["t", "z"])
def test_partly_over_an_input(every_way, over, shift):
    """grad_out begins some elements before or after t or z in the same memory: a copy is made."""
    for dtype in ("float64", "float32"):
        _, t, z = problem(300, 7, dtype)
        want = xentc.cross_entropy_and_grad(t, z, from_logits=True)[1]
        room = np.empty(14 + 300 * 7 + 7, dtype)
        own, grad = (room[first : first + 300 * 7].reshape(300, 7) for first in (14, 14 + shift))
        own[...] = t if over == "t" else z
        first, second = (own, z) if over == "t" else (t, own)
        got = xentc.cross_entropy_and_grad(first, second, from_logits=True, grad_out=grad)[1]
        assert got is grad
        assert_same_bits(got, want)


def test_over_z_in_another_order_or_dtype(every_way):
    """The same memory but not the same elements in their places."""
    for dtype, narrow in (("float64", "float32"), ("float32", "float16")):
        _, t, z = problem(300, 6, dtype)
        want = xentc.cross_entropy_and_grad(t, z, from_logits=True)[1]
        for view in (lambda a: a[::-1], lambda a: a[:, ::-1], lambda a: a.reshape(6, 300).T):
            own = z.copy()
            grad = view(own)
            assert_same_bits(xentc.cross_entropy_and_grad(t, own, from_logits=True, grad_out=grad)[1], want)
        own, narrower = z.copy(), np.empty((300, 6), narrow)
        xentc.cross_entropy_and_grad(t, z, from_logits=True, grad_out=narrower)
        grad = own.view(narrow)[:, ::2]
        assert_same_bits(xentc.cross_entropy_and_grad(t, own, from_logits=True, grad_out=grad)[1], narrower)
        grad = own.view(narrow).reshape(-1)[: 300 * 6].reshape(300, 6)
        own[...] = z
        assert_same_bits(xentc.cross_entropy_and_grad(t, own, from_logits=True, grad_out=grad)[1], narrower)


def test_over_the_other_inputs(every_way):
    """Labels, weights of rows and classes, masks and the arrays of a CSR matrix may lie in grad_out's memory."""
    sparse = pytest.importorskip("scipy.sparse")
    n, k = 64, 8
    labels, _, z = problem(n, k, "float64")
    s, w, where = np.linspace(0.5, 2, n), np.linspace(1, 3, k), np.arange(n) % 3 != 0
    options = {"from_logits": True, "label_smoothing": 0.1}
    given = {"sample_weight": s, "class_weight": w, "where": where}
    want = xentc.cross_entropy_labels_and_grad(labels, z, **options, **given)[1]
    for name, value in (given | {"labels": labels}).items():
        grad = np.empty((n, k))
        own = grad.reshape(-1).view(value.dtype)[3 : 3 + value.size]
        own[...] = value
        changed = given | ({} if name == "labels" else {name: own})
        first = own if name == "labels" else labels
        got = xentc.cross_entropy_labels_and_grad(first, z, grad_out=grad, **options, **changed)[1]
        assert got is grad
        assert_same_bits(got, want)
    t = sparse.csr_array(one_hot_of(labels, k))
    want = xentc.cross_entropy_and_grad(t, z, from_logits=True)[1]
    for name in ("data", "indices", "indptr"):
        grad, t = np.empty((n, k)), sparse.csr_array(one_hot_of(labels, k))
        own = grad.reshape(-1).view(getattr(t, name).dtype)[: getattr(t, name).size]
        own[...] = getattr(t, name)
        setattr(t, name, own)
        assert_same_bits(xentc.cross_entropy_and_grad(t, z, from_logits=True, grad_out=grad)[1], want)


def test_out_and_grad_out(every_way):
    """Both may be given, in any place but one another's."""
    _, t, z = problem(300, 7, "float64")
    want_loss, want = xentc.cross_entropy_and_grad(t, z, from_logits=True)
    own, out = z.copy(), np.empty(300)
    loss, grad = xentc.cross_entropy_and_grad(t, own, from_logits=True, out=out, grad_out=own)
    assert loss is out
    assert grad is own
    assert_same_bits(out, want_loss)
    assert_same_bits(own, want)
    own = z.copy()
    out, grad = own[:, 3], np.empty((300, 7))
    xentc.cross_entropy_and_grad(t, own, from_logits=True, out=out, grad_out=grad)
    assert_same_bits(out.copy(), want_loss)
    assert_same_bits(grad, want)
    room = np.full(2400, 7.0)
    grad = room[:2100].reshape(300, 7)
    for out in (room[:300], room[2099:2399], grad[:, 2]):
        with pytest.raises(ValueError, match="^grad_out must not overlap out"):
            xentc.cross_entropy_and_grad(t, z, from_logits=True, out=out, grad_out=grad)
    assert (room == 7).all()
    xentc.cross_entropy_and_grad(t, z, from_logits=True, out=room[2100:], grad_out=grad)
    assert_same_bits(room[2100:], want_loss)


@pytest.mark.parametrize("tier", TIERS)
def test_units_do_not_read_what_others_have_written(tier):
    """In place, on three threads, above the threshold as it is."""
    labels, z = label_numbers(212, 1 << 15, 64, "int32"), logits("normal", 212, 1 << 15, 64, "float32")
    with way(tier, 1):
        want = xentc.cross_entropy_labels_and_grad(labels, z, from_logits=True)
    with way(tier, 3, general=False):
        loss, grad = xentc.cross_entropy_labels_and_grad(labels, z, from_logits=True, grad_out=z)
    assert grad is z
    assert_same_bits(loss, want[0])
    assert_same_bits(grad, want[1])
