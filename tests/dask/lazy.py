"""Arrays cut into chunks, and comparison of bits."""

import dask
import dask.array as da
import numpy as np
import pytest

# With Dask's new arrays, where it lacks boolean masks, blocks and frames of unknown lengths.
PLANNED = bool(dask.config.get("array.query-planning", False))
not_yet_planned = pytest.mark.skipif(PLANNED, reason="Dask cannot do that with array.query-planning")

N, K = 23, 5
CHUNKS = ((23,), (1, 22), (5, 5, 6, 7), (0, 20, 3), (1,) * 23)


def cut(array, chunks=(5, 5, 6, 7), classes=1):
    """In chunks along the first axis, the others whole; as it is if it is not of the rows."""
    array = np.asarray(array)
    return da.from_array(array, chunks=(chunks, *((n,) for n in array.shape[1:])))


def data(seed=0, dtype=np.float64, n=N, k=K):
    """Everything that functions take, by its name."""
    rng = np.random.default_rng(seed)
    y = rng.dirichlet(np.ones(k), n).astype(dtype)
    return {
        "t": rng.dirichlet(np.ones(k), n).astype(dtype),
        "one_hot": np.eye(k, dtype=np.int8)[rng.integers(0, k, n)],
        "labels": rng.integers(0, k, n),
        "y": y,
        "z": rng.normal(size=(n, k)).astype(dtype) * 5,
        "b": rng.random(n) < 0.5,
        "p": y[:, 0].copy(),
        "v": rng.normal(size=n).astype(dtype),
        "s": rng.random(n),
        "m": rng.random(n) < 0.8,
        "w": rng.random(k) + 0.5,
        "by": np.array(["mon", "tue", "wed"], object)[rng.integers(0, 3, n)],
    }


def same_bits(expected, lazy):
    """Whether what is computed has the shape, dtype and bits of what is expected, and promised so."""
    if isinstance(expected, tuple):
        assert len(expected) == len(lazy)
        for one, other in zip(expected, lazy, strict=True):
            same_bits(one, other)
        return
    assert isinstance(lazy, da.Array)
    got = lazy.compute()
    if not isinstance(expected, (np.ndarray, np.generic, float)):
        assert type(got) is type(expected)
        assert got.to_json() == expected.to_json()  # where NaN is what it is
        return
    expected, got = np.asarray(expected), np.asarray(got)
    assert lazy.dtype == expected.dtype == got.dtype
    assert all(np.isnan(a) or a == b for a, b in zip(lazy.shape, expected.shape, strict=True))
    assert got.shape == expected.shape
    assert got.tobytes() == expected.tobytes()
