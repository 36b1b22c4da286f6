"""A workload made real: its arrays, the candidates that run on them, and the check of every result.

The rule of the whole suite is here: ``verify`` comes before any timing, and a wrong result is never timed.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from typing import Any

import numpy as np

import xentc
from bench import facts, judge, peers
from bench.floor import Array, Floor
from bench.kinds import Inputs
from bench.workloads import WORKLOADS, Layout, Workload
from xentc import _config, _parallel

Candidate = Callable[[], Any]

SEED = 20261101
# Terms judged by mpmath for each workload, about a fifth of a second of its time.
JUDGED_TERMS = 20_000
# Agreement asked of those that are not judged in ulp: NumPy and peers, in the precision they compute in.
TOLERANCE = {"float32": 2e-5, "float64": 1e-11}


def lay_out(array: Array, layout: Layout) -> Array:
    if array.ndim < 2 or layout == "C":
        return array
    return np.asfortranarray(array) if layout == "Fortran" else np.ascontiguousarray(array.T)


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
        if "out" in workload.named:
            base["out"] = np.full(self.n_rows, np.nan, self.result_dtype)
        self.inputs = {name: lay_out(array, workload.layout) for name, array in base.items()}
        self.error_ulp = math.nan
        self.skipped: dict[str, str] = {}
        self.candidates: dict[str, Candidate] = {"xentc": self._call(xentc, workload, self.inputs)}
        if workload.of == "twin":
            twin = WORKLOADS[str(workload.twin)]
            twin_inputs = {name: lay_out(array, twin.layout) for name, array in base.items()}
            self.candidates["twin"] = self._call(xentc, twin, twin_inputs)
        if workload.of != "us":  # a call on six numbers is no reading of memory
            self.candidates["floor"] = Floor(workload.kind.floor(self.by_rows), self._threads_of_floor())
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
        tier, threads = facts.tier(), xentc.get_num_threads()
        _config.use_tier(self.workload.tier or tier)
        xentc.set_num_threads(self.threads)
        try:
            yield
        finally:
            _config.use_tier(tier)
            xentc.set_num_threads(threads)

    def _threads_of_floor(self) -> int:
        """As many as xentc uses on this many elements."""
        return max(min(self.threads, self.n_rows * self.n_classes // _parallel.ELEMENTS_PER_THREAD), 1)

    def _reduced(self, rows: Candidate) -> Candidate:
        return (lambda: np.mean(rows(), dtype=np.float64)) if self.workload.reduction == "mean" else rows

    def _add_peers(self, names: Sequence[str]) -> None:
        for name in names:
            try:
                rows, is_mean = peers.make(name, self.workload.kind.name, self.by_rows, self.threads)
            except peers.Unavailable as reason:
                self.skipped[name] = str(reason)
                continue
            self.candidates[name] = rows if is_mean else self._reduced(rows)

    @cached_property
    def by_rows(self) -> Inputs:
        """The arrays with their classes last: views."""
        axis = self.workload.axis
        return {name: np.moveaxis(a, axis, -1) if a.ndim > 1 else a for name, a in self.inputs.items()}

    def verify(self) -> None:
        """Raise AssertionError unless every candidate is right; candidates whose pages were cold are warm now."""
        # A copy: with out= every call returns the one array.
        results = {name: np.array(call()) for name, call in self.candidates.items() if name != "floor"}
        rows = np.asarray(results["xentc"])
        if self.workload.reduction == "mean":
            rows = self._verified_mean(results["xentc"])
        self._judge(rows)
        if "twin" in results:
            np.testing.assert_array_equal(results["xentc"], results["twin"], "layouts and checks change no bit")
        tolerance = TOLERANCE[self.result_dtype.name]
        for name, result in results.items():
            # Some peers know the mean only.
            ours = results["xentc"] if result.ndim else rows.mean(dtype=np.float64)
            np.testing.assert_allclose(result, ours, rtol=tolerance, err_msg=f"{name} and xentc disagree")
        floor = self.candidates.get("floor")
        if isinstance(floor, Floor):
            floor.verify()

    def _verified_mean(self, mean: Array) -> Array:
        """The rows behind a mean, which must be their exact sum divided once."""
        keywords = {k: v for k, v in self.workload.keywords.items() if k != "reduction"}
        arrays = [self.inputs[name] for name in self.workload.arguments]
        rows: Array = getattr(xentc, self.workload.function)(*arrays, **keywords)
        want = math.fsum(rows) / self.n_rows
        assert float(mean) == want, f"the mean is {float(mean).hex()}, that of the rows {want.hex()}"
        return rows

    def _judge(self, rows: Array) -> None:
        assert rows.dtype == self.result_dtype, f"the result is {rows.dtype}, not {self.result_dtype}"
        terms = 1 if self.workload.kind.name in ("one-hot", "labels") else self.n_classes
        n_judged = min(JUDGED_TERMS // terms, self.n_rows)
        chosen = np.random.default_rng(SEED).choice(self.n_rows, n_judged, replace=False)
        errors = [judge.ulp_error(rows[i], self.workload.kind.exact(self.by_rows, int(i)), rows.dtype) for i in chosen]
        self.error_ulp = max(errors)
        bound = judge.BOUNDS[self.result_dtype.name, self.workload.kind.name]
        worst = int(chosen[int(np.argmax(errors))])
        assert self.error_ulp <= bound, f"row {worst} is {self.error_ulp} ulp off; the bound is {bound}"
