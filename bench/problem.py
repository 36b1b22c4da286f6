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
from bench.workload import Layout, Workload
from bench.workloads import WORKLOADS
from xentc._core import config, threads

Candidate = Callable[[], Any]

SEED = 20261101
# Terms judged by mpmath for each workload and candidate, a tenth of a second each; some rows at least.
JUDGED_TERMS = 6_000
JUDGED_ROWS = 4
# And entries of a gradient, of every candidate that has one.
JUDGED_ENTRIES = 2000
# Agreement asked of those that are not judged in ulp: NumPy and peers, in the precision they compute in.
TOLERANCE = {"float32": 2e-5, "float64": 1e-11}
# Entries of a gradient compared at a time: comparing makes temporaries. Of a peer's gradient so many pieces are, the
# first and the last among them.
COMPARED = 1 << 22
PIECES_OF_PEERS = 4
# No losses come from these.
OTHER_WORK = ("floor", "floor, streaming", "np.add")


def lay_out(array: Array, layout: Layout) -> Array:
    if array.ndim < 2 or layout == "C":
        return array
    return np.asfortranarray(array) if layout == "Fortran" else np.ascontiguousarray(array.T)


def copied(result: Any) -> tuple[Array, Array | None]:
    """Loss and gradient, or the loss alone. Copies: with out= every call returns the one array."""
    loss, grad = result if isinstance(result, tuple) else (result, None)
    return np.asarray(loss).copy(), None if grad is None else np.asarray(grad).copy()


class Problem:
    """The arrays of a workload and what is timed on them. ``candidates`` maps names to plain calls.

    ``errors`` holds what ``verify`` found: of each candidate the largest error in ulp, of the loss and the gradient.
    """

    def __init__(self, workload: Workload, scale: float = 1.0, with_peers: Sequence[str] = ()) -> None:
        self.workload = workload
        self.n_rows = workload.rows_at(scale)
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
        if workload.kind.gradient is not None:
            base["grad_out"] = np.full_like(base["z"], np.nan)
        self.inputs = {name: lay_out(array, workload.layout) for name, array in base.items()}
        self.errors: dict[str, dict[str, float]] = {}
        self.skipped: dict[str, str] = {}
        self.peer_calls: dict[str, str] = {}
        self.candidates: dict[str, Candidate] = {"xentc": self._call(workload, self.inputs)}
        if workload.of == "twin":
            twin = WORKLOADS[str(workload.twin)]
            twin_inputs = {name: lay_out(array, twin.layout) for name, array in base.items()}
            self.candidates["twin"] = self._call(twin, twin_inputs)
        if workload.of == "add":
            second = self.inputs[workload.arguments[1]]
            first = self.inputs.get("t", second)
            self.candidates["np.add"] = partial(np.add, first, second)
        if not workload.short:  # a call on a few numbers is no reading of memory
            steps = workload.kind.floor(self.by_rows)
            self.candidates["floor"] = Floor(steps, self._threads_of_floor())
            if can_stream() and any(isinstance(step, Copy) for step in steps):
                self.candidates["floor, streaming"] = Floor(streamed(steps), self._threads_of_floor())
        self.candidates["one line"] = self._reduced(partial(workload.kind.one_line, self.by_rows))
        self.candidates["numpy"] = self._reduced(partial(workload.kind.numpy, self.by_rows))
        self._add_peers(with_peers if workload.with_peers else ())

    def _call(self, workload: Workload, inputs: Inputs) -> Candidate:
        arrays = [inputs[name] for name in workload.arguments]
        named = {name: inputs[name] for name in workload.named}
        return partial(getattr(xentc, workload.function), *arrays, **named, **workload.keywords)

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

    def _reduced_by_peer(self, rows: Candidate) -> Candidate:
        """A tensor or an array has a mean of its own."""
        return (lambda: float(rows().mean())) if self.workload.reduction == "mean" else rows

    def _add_peers(self, names: Sequence[str]) -> None:
        for name in names:
            try:
                peer = peers.make(name, self.workload.kind.name, self.by_rows, self.threads)
            except peers.Unavailable as reason:
                self.skipped[name] = str(reason)
                continue
            self.candidates[name] = peer.call if peer.is_mean else self._reduced_by_peer(peer.call)
            self.peer_calls[name] = peer.text

    @cached_property
    def by_rows(self) -> Inputs:
        """The arrays with their classes last: views."""
        axis = self.workload.axis
        return {name: np.moveaxis(a, axis, -1) if a.ndim > 1 else a for name, a in self.inputs.items()}

    def verify(self) -> None:
        """Raise AssertionError unless every candidate is right; candidates whose pages were cold are warm now.

        A peer that is wrong, or that fails, takes no part, and ``skipped`` says so.
        """
        loss, grad = copied(self.candidates["xentc"]())
        rows = self._verified_mean(loss) if self.workload.reduction == "mean" else loss
        self._judge(rows, grad)
        for name, call in list(self.candidates.items()):
            if isinstance(call, Floor):
                call.verify()
            elif name in self.peer_calls:
                try:
                    self._compare(name, copied(call()), loss, rows, grad)
                except Exception as error:  # whatever another package raises, the others are still to be timed
                    del self.candidates[name]
                    self.skipped[name] = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
            elif name not in ("xentc", *OTHER_WORK):
                self._compare(name, copied(call()), loss, rows, grad)

    def _verified_mean(self, mean: Array) -> Array:
        """The rows behind a mean, which must be their exact sum divided once."""
        keywords = {k: v for k, v in self.workload.keywords.items() if k != "reduction" and not self.workload.rows_by}
        arrays = [self.inputs[name] for name in self.workload.arguments]
        rows = np.empty(self.n_rows)  # float64, as they are summed
        getattr(xentc, self.workload.rows_by or self.workload.function)(*arrays, out=rows, **keywords)
        want = math.fsum(rows) / self.n_rows
        assert float(mean) == want, f"the mean is {float(mean).hex()}, that of the rows {want.hex()}"
        return rows.astype(self.result_dtype)

    @cached_property
    def _exact(self) -> dict[int, Any]:
        """The losses of some rows, by mpmath."""
        kind = self.workload.kind
        one_term = ("one-hot", "labels", "checked labels", "binary", "binary logits", "binary gradient")
        terms = 1 if kind.name in one_term else self.n_classes
        # A logarithm of many digits takes longer than that of a few.
        n_judged = min(max(JUDGED_TERMS // terms, JUDGED_ROWS), self.n_rows)
        chosen = np.random.default_rng(SEED).choice(self.n_rows, n_judged, replace=False)
        return {int(i): kind.exact(self.by_rows, int(i)) for i in chosen}

    @cached_property
    def _exact_gradient(self) -> dict[tuple[int, int], Any]:
        """All entries of these rows, or as many as there is time for, the labels' own among them; by row and column."""
        exact = self.workload.kind.gradient
        assert exact is not None
        n_columns = min(max(JUDGED_ENTRIES // len(self._exact), 1), self.n_classes)
        entries = {}
        for i in self._exact:
            columns = np.random.default_rng(SEED + i).choice(self.n_classes, n_columns, replace=False)
            if "labels" in self.inputs:
                columns = np.union1d(columns, self.by_rows["labels"][i])
            entries |= {(i, int(k)): entry for k, entry in zip(columns, exact(self.by_rows, i, columns), strict=True)}
        return entries

    def _judge(self, rows: Array, grad: Array | None) -> None:
        assert rows.dtype == self.result_dtype, f"the result is {rows.dtype}, not {self.result_dtype}"
        kind = self.workload.kind
        worst, error = self._worst(rows)
        bound = judge.BOUNDS[self.result_dtype.name, kind.name]
        assert error <= bound, f"row {worst} is {error} ulp off; the bound is {bound}"
        self.errors["xentc"] = {"loss": error}
        assert (grad is None) == (kind.gradient is None), "a gradient where none belongs, or none where one does"
        if grad is None:
            return
        want = self.workload.y_dtype, self.by_rows["z"].shape
        assert (grad.dtype, grad.shape) == want, f"the gradient is {grad.dtype} {grad.shape}, not {want}"
        if "grad_out" in self.workload.named:
            written = self.inputs["grad_out"]
            assert np.array_equal(written, grad), "the gradient was not written where it belongs"
        (i, k), error = self._worst_entry(grad)
        bound = judge.GRADIENT_BOUND
        assert error <= bound, f"the gradient of row {i}, class {k} is {error} ulp off; the bound is {bound}"
        self.errors["xentc"]["gradient"] = error

    def _worst(self, rows: Array) -> tuple[int, float]:
        """Of the rows that are judged: the one that is most ulp off, and how many."""
        errors = {i: judge.ulp_error(rows[i], want, self.result_dtype) for i, want in self._exact.items()}
        return max(errors.items(), key=lambda item: item[1])

    def _worst_entry(self, grad: Array) -> tuple[tuple[int, int], float]:
        table = grad.reshape(self.n_rows, -1)
        errors = {at: judge.ulp_error(table[at], want, table.dtype) for at, want in self._exact_gradient.items()}
        return max(errors.items(), key=lambda item: item[1])

    def _compare(
        self, name: str, result: tuple[Array, Array | None], loss: Array, rows: Array, grad: Array | None
    ) -> None:
        """All rows and entries of another candidate with xentc's, and its errors."""
        other, other_grad = result
        if name == "twin":
            np.testing.assert_array_equal(loss, other, "layouts and checks change no bit")
            np.testing.assert_array_equal(grad, other_grad, "layouts and checks change no bit")
            return
        what = f"{name} and xentc disagree"
        relative = TOLERANCE[self.result_dtype.name]
        # A loss from logits is the difference of two numbers of the size of 1 to 20, which NumPy and peers round, as
        # they do 1 - p.
        absolute = relative if "z" in self.inputs or "p" in self.inputs else 0.0
        # Some peers know the mean only.
        ours = loss if other.ndim else rows.mean(dtype=np.float64)
        np.testing.assert_allclose(other, ours, rtol=relative, atol=absolute, err_msg=what)
        # Of a mean: in ulp of the dtype of its rows, whose exact sum is known.
        mean = judge.mp.mpf(float(loss)) if not other.ndim else None
        error = self._worst(other)[1] if mean is None else judge.ulp_error(other, mean, self.result_dtype)
        self.errors[name] = {"loss": error}
        if grad is None:
            return
        assert other_grad is not None, f"{name} returned no gradient"
        assert other_grad.shape == grad.shape, f"{name} returned a gradient of the shape {other_grad.shape}"
        self.errors[name]["gradient"] = self._worst_entry(other_grad)[1]
        step = max(COMPARED // self.n_classes, 1)
        starts = range(0, self.n_rows, step)
        if name in self.peer_calls:
            starts = starts[:: max(len(starts) // PIECES_OF_PEERS, 1)]
        for i in [*starts, max(self.n_rows - step, 0)]:
            a, b = other_grad[i : i + step].copy(), grad[i : i + step].copy()
            if "labels" not in self.inputs:
                np.testing.assert_allclose(a, b, rtol=relative, atol=relative, err_msg=what)
                continue
            at_label = np.arange(len(a)), self.by_rows["labels"][i : i + step]
            # p - 1: here too a difference.
            np.testing.assert_allclose(a[at_label], b[at_label], rtol=relative, atol=relative, err_msg=what)
            a[at_label] = b[at_label] = 0
            np.testing.assert_allclose(a, b, rtol=relative, err_msg=what)
