"""A workload made real: its arrays, the candidates that run on them, and the check of every result.

The rule of the whole suite is here: ``verify`` comes before any timing, and a wrong result is never timed.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from typing import Any
from unittest.mock import patch

import numpy as np

import xentc
from bench import facts, judge, peers
from bench.floor import Array, Copy, Floor, can_stream, streamed
from bench.kinds import Inputs
from bench.workloads import WORKLOADS, Layout, Workload
from xentc._core import config, threads

Candidate = Callable[[], Any]

SEED = 20261101
# Terms judged by mpmath for each workload, about a fifth of a second of its time; some rows at least.
JUDGED_TERMS = 20_000
JUDGED_ROWS = 4
# Agreement asked of those that are not judged in ulp: NumPy and peers, in the precision they compute in.
TOLERANCE = {"float32": 2e-5, "float64": 1e-11}
# Entries of a gradient compared at a time: comparing makes temporaries.
COMPARED = 1 << 22


def lay_out(array: Array, layout: Layout) -> Array:
    if array.ndim < 2 or layout == "C":
        return array
    return np.asfortranarray(array) if layout == "Fortran" else np.ascontiguousarray(array.T)


def copied(result: Any) -> tuple[Array, Array | None]:
    """Loss and gradient, or the loss alone. Copies: with out= every call returns the one array."""
    loss, grad = result if isinstance(result, tuple) else (result, None)
    return np.asarray(loss).copy(), None if grad is None else np.asarray(grad).copy()


class Problem:
    """The arrays of a workload and what is timed on them. ``candidates`` maps names to plain calls."""

    def __init__(self, workload: Workload, scale: float = 1.0, with_peers: Sequence[str] = ()) -> None:
        self.workload = workload
        self.n_rows = max(round(workload.n_rows * scale), 1)
        self.n_classes = workload.n_classes
        self.result_dtype = np.result_type(workload.t_dtype, workload.y_dtype)
        if np.dtype(workload.t_dtype).kind != "f":
            self.result_dtype = np.dtype(workload.y_dtype)
        self.threads = workload.threads or xentc.get_num_threads()

        rng = np.random.default_rng(SEED)
        base = workload.kind.make(rng, self.n_rows, self.n_classes, workload.t_dtype, workload.y_dtype)
        # Written, not only asked for: so that all pages are there.
        if "out" in workload.named:
            base["out"] = np.full(self.n_rows, np.nan, self.result_dtype)
        if "grad_out" in workload.named:
            base["grad_out"] = np.full((self.n_rows, self.n_classes), np.nan, workload.y_dtype)
        self.inputs = {name: lay_out(array, workload.layout) for name, array in base.items()}
        self.error_ulp = self.gradient_ulp = math.nan
        self.skipped: dict[str, str] = {}
        self.peer_calls: dict[str, str] = {}
        self.candidates: dict[str, Candidate] = {"xentc": self._call(xentc, workload, self.inputs)}
        if workload.of == "twin":
            twin = WORKLOADS[str(workload.twin)]
            twin_inputs = {name: lay_out(array, twin.layout) for name, array in base.items()}
            self.candidates["twin"] = self._call(xentc, twin, twin_inputs)
        if workload.of != "us":  # a call on six numbers is no reading of memory
            steps = workload.kind.floor(self.by_rows)
            self.candidates["floor"] = Floor(steps, self._threads_of_floor())
            if can_stream() and any(isinstance(step, Copy) for step in steps):
                self.candidates["floor, streaming"] = Floor(streamed(steps), self._threads_of_floor())
        self.candidates["reference"] = self._call(xentc.reference, workload, self.inputs)
        self.candidates["numpy"] = self._reduced(partial(workload.kind.numpy, self.by_rows))
        self._add_peers(with_peers)

    def _call(self, module: Any, workload: Workload, inputs: Inputs) -> Candidate:
        arrays = [inputs[name] for name in workload.arguments]
        named = {name: inputs[name] for name in workload.named}
        return partial(getattr(module, workload.function), *arrays, **named, **workload.keywords)

    @contextmanager
    def settings(self) -> Iterator[None]:
        """The tier and the threads of this workload, while it is verified and timed."""
        tier, n_threads = facts.tier(), xentc.get_num_threads()
        config.use_tier(self.workload.tier or tier)
        xentc.set_num_threads(self.threads)
        try:
            yield
        finally:
            config.use_tier(tier)
            xentc.set_num_threads(n_threads)

    def _threads_of_floor(self) -> int:
        """As many as xentc uses."""
        numbers = []

        def noted(job: Any) -> None:
            numbers.append(threads.threads_for(job))
            job.run(numbers[-1])

        with self.settings(), patch.object(threads, "run", noted):
            self.candidates["xentc"]()
        return max(numbers, default=1)

    def _reduced(self, rows: Candidate) -> Candidate:
        return (lambda: np.mean(rows(), dtype=np.float64)) if self.workload.reduction == "mean" else rows

    def _add_peers(self, names: Sequence[str]) -> None:
        for name in names:
            try:
                peer = peers.make(name, self.workload.kind.name, self.by_rows, self.threads)
            except peers.Unavailable as reason:
                self.skipped[name] = str(reason)
                continue
            self.candidates[name] = peer.call if peer.is_mean else self._reduced(peer.call)
            self.peer_calls[name] = peer.text

    @cached_property
    def by_rows(self) -> Inputs:
        """The arrays with their classes last: views."""
        axis = self.workload.axis
        return {name: np.moveaxis(a, axis, -1) if a.ndim > 1 else a for name, a in self.inputs.items()}

    def verify(self) -> None:
        """Raise AssertionError unless every candidate is right; candidates whose pages were cold are warm now."""
        loss, grad = copied(self.candidates["xentc"]())
        rows = self._verified_mean(loss) if self.workload.reduction == "mean" else loss
        self._judge(rows, grad)
        for name, call in self.candidates.items():
            if isinstance(call, Floor):
                call.verify()
            elif name != "xentc":
                self._compare(name, copied(call()), loss, rows, grad)

    def _verified_mean(self, mean: Array) -> Array:
        """The rows behind a mean, which must be their exact sum divided once."""
        keywords = {k: v for k, v in self.workload.keywords.items() if k != "reduction"}
        arrays = [self.inputs[name] for name in self.workload.arguments]
        rows = np.empty(self.n_rows)  # float64, as they are summed
        getattr(xentc, self.workload.rows_by or self.workload.function)(*arrays, out=rows, **keywords)
        want = math.fsum(rows) / self.n_rows
        assert float(mean) == want, f"the mean is {float(mean).hex()}, that of the rows {want.hex()}"
        return rows.astype(self.result_dtype)

    def _judge(self, rows: Array, grad: Array | None) -> None:
        assert rows.dtype == self.result_dtype, f"the result is {rows.dtype}, not {self.result_dtype}"
        kind = self.workload.kind
        terms = 1 if kind.name in ("one-hot", "labels", "checked labels") else self.n_classes
        n_judged = min(max(JUDGED_TERMS // terms, JUDGED_ROWS), self.n_rows)
        chosen = np.random.default_rng(SEED).choice(self.n_rows, n_judged, replace=False)
        errors = [judge.ulp_error(rows[i], kind.exact(self.by_rows, int(i)), rows.dtype) for i in chosen]
        self.error_ulp = max(errors)
        bound = judge.BOUNDS[self.result_dtype.name, kind.name]
        worst = int(chosen[int(np.argmax(errors))])
        assert self.error_ulp <= bound, f"row {worst} is {self.error_ulp} ulp off; the bound is {bound}"
        assert (grad is None) == (kind.gradient is None), "a gradient where none belongs, or none where one does"
        if grad is not None:
            self._judge_gradient(grad, chosen)

    def _judge_gradient(self, grad: Array, chosen: Array) -> None:
        """All entries of the chosen rows, or as many as there is time for, the labels' own among them."""
        want = self.workload.y_dtype, (self.n_rows, self.n_classes)
        assert (grad.dtype, grad.shape) == want, f"the gradient is {grad.dtype} {grad.shape}, not {want}"
        if "grad_out" in self.workload.named:
            written = self.inputs["grad_out"]
            assert np.array_equal(written, grad), "the gradient was not written where it belongs"
        exact = self.workload.kind.gradient
        assert exact is not None
        n_columns = min(JUDGED_TERMS // len(chosen), self.n_classes)
        self.gradient_ulp = 0.0
        for i in chosen.tolist():
            columns = np.random.default_rng(SEED + i).choice(self.n_classes, n_columns, replace=False)
            columns = np.union1d(columns, self.by_rows["labels"][i])
            for k, entry in zip(columns.tolist(), exact(self.by_rows, i, columns), strict=True):
                error = judge.ulp_error(grad[i, k], entry, grad.dtype)
                self.gradient_ulp = max(self.gradient_ulp, error)
                bound = judge.GRADIENT_BOUND
                assert error <= bound, f"the gradient of row {i}, class {k} is {error} ulp off; the bound is {bound}"

    def _compare(
        self, name: str, result: tuple[Array, Array | None], loss: Array, rows: Array, grad: Array | None
    ) -> None:
        """All rows and entries of another candidate with xentc's."""
        other, other_grad = result
        if name == "twin":
            np.testing.assert_array_equal(loss, other, "layouts and checks change no bit")
            np.testing.assert_array_equal(grad, other_grad, "layouts and checks change no bit")
            return
        what = f"{name} and xentc disagree"
        relative = TOLERANCE[self.result_dtype.name]
        # A loss from logits is the difference of two numbers of the size of 1 to 20, which NumPy and peers round.
        absolute = relative if "z" in self.inputs else 0.0
        # Some peers know the mean only.
        ours = loss if other.ndim else rows.mean(dtype=np.float64)
        np.testing.assert_allclose(other, ours, rtol=relative, atol=absolute, err_msg=what)
        if grad is None:
            return
        assert other_grad is not None, f"{name} returned no gradient"
        assert other_grad.shape == grad.shape, f"{name} returned a gradient of the shape {other_grad.shape}"
        labels = self.by_rows["labels"]
        step = max(COMPARED // self.n_classes, 1)
        for i in range(0, self.n_rows, step):
            a, b = other_grad[i : i + step].copy(), grad[i : i + step].copy()
            at_label = np.arange(len(a)), labels[i : i + step]
            # p - 1: here too a difference.
            np.testing.assert_allclose(a[at_label], b[at_label], rtol=relative, atol=relative, err_msg=what)
            a[at_label] = b[at_label] = 0
            np.testing.assert_allclose(a, b, rtol=relative, err_msg=what)
