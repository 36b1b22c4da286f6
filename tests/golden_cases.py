"""What the files of tests/golden hold: bytes of this version, and what they must say to every later one.

``python tests/golden_cases.py`` writes the files that are not there. One that is there is never written again: a later
version has to read it. Where the form changes, new cases are added beside the old ones, with a number in their name.
"""

import datetime
import json
import warnings
from pathlib import Path

import numpy as np

import xentc

FOLDER = Path(__file__).with_name("golden")
# Of these the last bits are the C library's (exp and log), which differ between systems; and texts may change.
NEARLY, TEXTS = ("perplexity", "guessing", "class_frequencies_loss", "low", "high"), ("message",)
N, K = 60, 4


def labels():
    return np.arange(N) * 7 % 11 % K


def probabilities():
    """Sums, quotients and all that are exact, of no random generator."""
    weights = 1.0 + np.arange(N * K).reshape(N, K) * 37 % 101 % 29
    return weights / weights.sum(1, keepdims=True)


def weights():
    return 0.25 + np.arange(N) * 5 % 13 / 8


def total(**options):
    return xentc.CrossEntropy(**options)


def evaluation(**options):
    return xentc.Evaluation(**options)


def _logits(dtype):
    return (np.log(probabilities()) * 64).round().astype(dtype) / 4


def _of_all_sizes():
    """Losses from 2^-1060 to 2^1000, infinite and NaN: of logits 0 and z the loss of class 0 is z, nearly."""
    z = np.zeros((N, 2))
    z[:, 1] = np.ldexp(1.0, np.arange(N) * 17 % 1000)
    z[50, 0] = -np.inf
    z[51] = np.nan
    return evaluation(from_logits=True, worst=3).update(np.zeros(N, int), z, by=np.arange(N) % 3)


def _of_weights_of_all_sizes():
    s = np.ldexp(1.0, np.arange(N) * 34 % 2000 - 1060)
    return evaluation(worst=4).update(labels(), probabilities(), sample_weight=s, by=np.arange(N) % 3)


def _of_keys():
    """Groups of every kind of value."""
    made = evaluation(by="kind", worst=0, check=False)
    start = datetime.date(2024, 2, 28)
    for by in (
        np.arange(N) % 3 - 1,
        np.arange(N) % 3 + 2**40,
        np.uint64(2**63) + np.arange(N, dtype="uint64") % 2,
        np.arange(N) % 4 / 8,
        np.arange(N) % 2 == 0,
        np.array(["", "a", "ä", "\N{SNOWMAN}\0", "long " * 20])[np.arange(N) % 5].tolist(),
        [start + datetime.timedelta(days=i % 3) for i in range(N)],
        np.datetime64("2024-02-28T23:59:59.999999") + np.arange(N) % 2,
        np.timedelta64(-1, "us") + np.arange(N) % 2,
    ):
        made.update(labels(), probabilities(), by=by)
    return made


CASES = {
    "total_empty": total,
    "total_of_labels": lambda: total().update_labels(labels(), probabilities()),
    "total_with_variance": lambda: total(
        variance=True, ignore_index=2, label_smoothing=0.125, eps=2.0**-40
    ).update_labels(labels(), probabilities(), sample_weight=weights()),
    "total_weighted": lambda: total(class_weight=[1, 0.5, 0, 3], check=1e-6).update(
        np.eye(K)[labels()], probabilities(), sample_weight=weights()
    ),
    "total_infinite": lambda: total(eps=0, variance=True).update_labels([0, 1], np.array([[0.0, 1.0], [0.5, 0.5]])),
    "evaluation_empty": lambda: evaluation(classes=["cat", "dog"], by="day", bins=3),
    "evaluation": lambda: evaluation().update(labels(), probabilities()),
    "evaluation_of_float32": lambda: evaluation(worst=1).update(labels(), probabilities().astype("float32")),
    "evaluation_of_float32_2": lambda: evaluation(worst=1).update(labels(), probabilities().astype("float32")),
    "evaluation_named": lambda: evaluation(classes=["a", "b", "ç", "a b"], ignore_index=0, bins=7, worst=5).update(
        labels(), probabilities(), sample_weight=weights()
    ),
    "evaluation_logits": lambda: evaluation(from_logits=True).update(labels(), _logits("float32"), by=labels() * 2),
    "evaluation_logits_2": lambda: evaluation(from_logits=True).update(labels(), _logits("float32"), by=labels() * 2),
    "evaluation_with_faults": lambda: evaluation(check=False, eps=0.125).update(
        np.arange(4), np.array([[2, -1, 0, 0], [0, 0, 0, 1], [0.5, 0.5, 0.5, 0.5], [np.nan, 1, 0, 0]]), row=10**15
    ),
    "evaluation_of_all_sizes": _of_all_sizes,
    "evaluation_of_weights_of_all_sizes": _of_weights_of_all_sizes,
    "evaluation_of_keys": _of_keys,
}

# Of float32 rows, whose last bits another logarithm and another exponential made: read, and not made again.
OF_OTHER_BITS = ("evaluation_of_float32", "evaluation_logits")


def from_bytes(name, data):
    return (xentc.CrossEntropy if name.startswith("total") else xentc.Evaluation).from_bytes(data)


def said(made):
    """All that it says, as JSON has it; float64 there is exact."""
    if isinstance(made, xentc.Evaluation):
        return _without_texts(made.report().to_dict())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of no rows
        result = made.result()
    names = ["sum", "mean", "weighted_mean", "weight", "count", "clipped", "perplexity"]
    if result._squares is not None:
        names += ["variance", "standard_error", "weighted_standard_error"]
    return {name: _number(getattr(result, name)) for name in names}


def _without_texts(made):
    if isinstance(made, list):
        return [_without_texts(item) for item in made]
    if not isinstance(made, dict):
        return made
    return {name: _without_texts(value) for name, value in made.items() if name not in TEXTS}


def _number(x):
    return x if isinstance(x, int) else float(x) if np.isfinite(x) else repr(float(x))


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, make in CASES.items():
        path = FOLDER / f"{name}.bin"
        if not path.exists():
            made = make()
            path.write_bytes(made.to_bytes())
            text = json.dumps(said(made), allow_nan=False, ensure_ascii=False, sort_keys=True)
            path.with_suffix(".json").write_text(f"{text}\n", encoding="utf-8")
            print(f"wrote {path.name}")
