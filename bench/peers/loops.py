"""The loops that one writes by hand, compiled by numba, rows in parallel."""

import numba as nb  # type: ignore[import-not-found]
import numpy as np

# mypy: disable-error-code="no-untyped-def,untyped-decorator"


@nb.njit(parallel=True)
def dense(t, y, eps, out):
    for i in nb.prange(y.shape[0]):
        total = eps * 0
        for k in range(y.shape[1]):
            if t[i, k] != 0:
                total -= t[i, k] * np.log(max(y[i, k], eps))
        out[i] = total
    return out


@nb.njit(parallel=True)
def labels(index, y, eps, out):
    for i in nb.prange(y.shape[0]):
        out[i] = -np.log(max(y[i, index[i]], eps))
    return out


@nb.njit(parallel=True)
def smoothed(index, y, eps, smoothing, out):
    for i in nb.prange(y.shape[0]):
        total = eps * 0
        for k in range(y.shape[1]):
            total -= np.log(max(y[i, k], eps))
        out[i] = smoothing / y.shape[1] * total - (1 - smoothing) * np.log(max(y[i, index[i]], eps))
    return out


@nb.njit(parallel=True)
def logits(index, z, out):
    for i in nb.prange(z.shape[0]):
        top = z[i].max()
        total = top * 0
        for k in range(z.shape[1]):
            total += np.exp(z[i, k] - top)
        out[i] = np.log(total) + top - z[i, index[i]]
    return out


@nb.njit(parallel=True)
def soft_logits(t, z, out):
    for i in nb.prange(z.shape[0]):
        top = z[i].max()
        total, weight, linear = top * 0, top * 0, top * 0
        for k in range(z.shape[1]):
            total += np.exp(z[i, k] - top)
            weight += t[i, k]
            linear += t[i, k] * (z[i, k] - top)
        out[i] = weight * np.log(total) - linear
    return out


@nb.njit(parallel=True)
def gradient(index, z, out, grad):
    for i in nb.prange(z.shape[0]):
        top = z[i].max()
        total = top * 0
        for k in range(z.shape[1]):
            grad[i, k] = np.exp(z[i, k] - top)
            total += grad[i, k]
        out[i] = np.log(total) + top - z[i, index[i]]
        for k in range(z.shape[1]):
            grad[i, k] /= total
        grad[i, index[i]] -= 1
    return out, grad


@nb.njit(parallel=True)
def binary(t, p, eps, out):
    for i in nb.prange(p.shape[0]):
        if t[i] == 1:
            out[i] = -np.log(max(p[i], eps))
        elif t[i] == 0:
            out[i] = -np.log(max(1 - p[i], eps))
        else:
            out[i] = -t[i] * np.log(max(p[i], eps)) - (1 - t[i]) * np.log(max(1 - p[i], eps))
    return out


@nb.njit(parallel=True)
def binary_logits(t, z, out):
    for i in nb.prange(z.shape[0]):
        out[i] = max(z[i], 0) - t[i] * z[i] + np.log1p(np.exp(-abs(z[i])))
    return out


@nb.njit(parallel=True)
def binary_gradient(t, z, out, grad):
    for i in nb.prange(z.shape[0]):
        e = np.exp(-abs(z[i]))
        out[i] = max(z[i], 0) - t[i] * z[i] + np.log1p(e)
        grad[i] = (1 if z[i] >= 0 else e) / (1 + e) - t[i]
    return out, grad
