"""torch's tensors in every argument of every function: the bits that plain arrays give, and what is refused."""

import subprocess
import sys

import numpy as np
import pytest
from arguments import CALLS, good
from ways import assert_same_bits

import xentc
from xentc._core.arrays import as_array

torch = pytest.importorskip("torch")


def address(array):
    return array.__array_interface__["data"][0]


@pytest.mark.parametrize(("function", "name"), [key for key in CALLS if key[1] not in ("out", "grad_out")])
def test_every_argument(function, name):
    call, arguments = CALLS[function, name]
    array = good(name, function)
    want, got = (call(**(arguments | {name: a})) for a in (array, torch.from_numpy(array)))
    for a, b in zip(*(r if isinstance(r, tuple) else (r,) for r in (got, want)), strict=True):
        assert type(a) is type(b)
        assert_same_bits(np.asarray(a), np.asarray(b))


def test_no_copy():
    tensor = torch.rand(7, 5, dtype=torch.float64)
    for view in (tensor, tensor.T, tensor[::2], tensor[:, 1:3], tensor.half(), tensor.float(), tensor > 0.5):
        got = as_array("t", view)
        assert address(got) == view.data_ptr()
        np.testing.assert_array_equal(got, view.numpy())
    stack = as_array("t", [tensor[0], tensor[1]])
    np.testing.assert_array_equal(stack, tensor[:2].numpy())


def test_parameters_and_lazy_signs():
    complex_pair = torch.tensor([[1 + 2j, 3 - 4j]])
    assert complex_pair.conj().imag.is_neg()
    np.testing.assert_array_equal(as_array("t", complex_pair.conj().imag), [[-2, 4]])
    with torch.no_grad():
        assert as_array("t", torch.ones(2)).shape == (2,)


@pytest.mark.parametrize("loaded", [True, False])
def test_bfloat16(loaded):
    """By its bits, whether or not NumPy has a dtype for them: the values of float32, and no copy."""
    script = """
import torch, numpy as np, xentc, sys
from xentc._core.arrays import as_array
LOAD
y = torch.tensor([[0.5, 0.25, 0.25], [0.1, 0.2, 0.7]], dtype=torch.bfloat16)
t, w = torch.eye(3)[:2].bfloat16(), torch.tensor([1.0, 3.140625]).bfloat16()
assert ("ml_dtypes" in sys.modules) == LOADED
for a, b in ((y, y.float()), (y.T.contiguous().T, y.float()), (y[:, ::2], y[:, ::2].float())):
    k = a.shape[1]
    assert as_array("y", a).__array_interface__["data"][0] == a.data_ptr()
    assert as_array("y", a).strides == tuple(2 * step for step in a.stride())
    result = xentc.cross_entropy_labels([0, 1], a)
    assert result.dtype.name == ("bfloat16" if LOADED else "float32")
    wide = xentc.cross_entropy_labels([0, 1], b, eps=2**-7)
    assert np.array_equal(result, wide.astype(result.dtype))
    pairs = [(xentc.cross_entropy(u[:, :k], x, eps=2**-7)) for u, x in ((t, a), (t.float(), b))]
    pairs += [xentc.cross_entropy_labels([0, 1], x, eps=2**-7, sample_weight=s) for x, s in ((a, w), (b, w.float()))]
    for got, want in (pairs[:2], pairs[2:]):
        assert np.array_equal(got.astype(np.float32), want.astype(got.dtype).astype(np.float32)), (got, want)
"""
    script = script.replace("LOADED", str(loaded)).replace("LOAD", "import ml_dtypes" if loaded else "")
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)


def test_what_is_refused():
    tensor = torch.rand(3, 2)
    for value, words in (
        (tensor.clone().requires_grad_(), r"^y must be data, .* requires a gradient; pass y.detach\(\)$"),
        (torch.nn.Parameter(tensor), r"^y must be data, and is a tensor that requires a gradient"),
        (tensor.to_sparse(), r"^y must be a dense tensor, not torch.sparse_coo; pass y.to_dense\(\)$"),
        (tensor.to("meta"), r"^y must be on the CPU, not on meta; pass y.cpu\(\)$"),
        (tensor.to(torch.float8_e5m2), r"^y must have a dtype .* got torch.float8_e5m2; convert it, as by y.to\("),
        (tensor.to(torch.complex64), r"^y must have a dtype .* got complex64; convert it, as by y.astype\("),
    ):
        with pytest.raises(TypeError, match=words):
            xentc.cross_entropy(np.eye(3, 2), value)
