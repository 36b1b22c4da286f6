"""Which call of xentc gives the number of which peer: the data of docs/peers.md, and of the tests that hold it true.

Both calls are Python expressions, evaluated as they are printed. ``python tests/peers/table.py`` writes the tables
of docs/peers.md anew.

Names in them: ``labels`` (N,), ``t`` their one-hot rows, ``q`` distributions (N, K), ``y`` predicted probabilities
(N, K) whose rows sum to 1, ``b`` (N,) and ``p`` (N,) the same for two classes, ``s`` (N,) sample weights, ``w`` (K,)
class weights. Logits and gradients are in ``logit_rows.py``. What a peer is handed is made of them by its own array
type, in ``modules.py``.
"""

import re
from pathlib import Path

from logit_rows import LOGIT_ROWS
from row import Row

DOCS = Path(__file__).parents[2] / "docs" / "peers.md"

EPS = "to [eps, 1 - eps], eps of the dtype"
KERAS = "rows renormalised, then to [1e-7, 1 - 1e-7]"
LOG = "none: it takes log y"
NEAR_ONE = 3e-16  # what an upper clip at 1 - eps adds to a row with y = 1

ROWS = [
    # scikit-learn
    Row("scikit-learn", "log_loss(labels, y)", "xentc.log_loss(labels, y)", EPS, "N"),
    Row(
        "scikit-learn",
        "log_loss(labels, y)",
        'xentc.cross_entropy_labels(labels, y, reduction="mean")',
        EPS,
        "N",
        within=1e-14 + NEAR_ONE,
    ),
    Row(
        "scikit-learn",
        "log_loss(labels, y, sample_weight=s)",
        'xentc.cross_entropy_labels(labels, y, sample_weight=s, reduction="weighted_mean")',
        EPS,
        "sum of s",
        within=1e-14 + NEAR_ONE,
    ),
    Row(
        "scikit-learn",
        "log_loss(labels, y, normalize=False, sample_weight=s)",
        'xentc.cross_entropy_labels(labels, y, sample_weight=s, reduction="sum")',
        EPS,
        "1",
        within=1e-14 + 100 * NEAR_ONE,
    ),
    Row("scikit-learn", "log_loss(t, y)", 'xentc.cross_entropy(t, y, reduction="mean")', EPS, "N", 1e-14 + NEAR_ONE),
    Row(
        "scikit-learn",
        "log_loss(b, p)",
        'xentc.binary_cross_entropy(b, p, reduction="mean")',
        EPS,
        "N",
        1e-14 + NEAR_ONE,
    ),
    # SciPy
    Row("scipy", "-xlogy(t, y).sum(axis=-1)", "xentc.cross_entropy(t, y, eps=0)", "none", "1"),
    Row("scipy", "xlogy(q, y).sum(axis=-1)", "xentc.log_likelihood(q, y, eps=0)", "none", "1", zeros=False),
    Row(
        "scipy",
        "entropy(q, axis=-1)",
        "xentc.cross_entropy(q, q, eps=0)",
        "none; rows renormalised",
        "1",
    ),
    Row(
        "scipy",
        "entropy(q, y, axis=-1)",
        "xentc.cross_entropy(q, y, eps=0) - xentc.cross_entropy(q, q, eps=0)",
        "none; rows of both renormalised",
        "1",
    ),
    Row(
        "scipy",
        "rel_entr(q, y).sum(axis=-1)",
        "xentc.cross_entropy(q, y, eps=0) - xentc.cross_entropy(q, q, eps=0)",
        "none",
        "1",
    ),
    # torch
    Row(
        "torch",
        "F.nll_loss(y.log(), labels)",
        'xentc.cross_entropy_labels(labels, y, eps=0, reduction="mean")',
        LOG,
        "N",
        zeros=False,
    ),
    Row(
        "torch",
        "F.nll_loss(y.log(), labels, weight=w, ignore_index=2)",
        "xentc.cross_entropy_labels(labels, y, eps=0, class_weight=w, ignore_index=2, reduction='weighted_mean')",
        LOG,
        "sum of w of the labels not ignored",
        zeros=False,
    ),
    Row(
        "torch",
        "F.cross_entropy(y.log(), labels, weight=w)",
        'xentc.cross_entropy_labels(labels, y, eps=0, class_weight=w, reduction="weighted_mean")',
        "none: softmax(log y) = y",
        "sum of w of the labels",
        zeros=False,
    ),
    Row(
        "torch",
        "F.cross_entropy(y.log(), labels, label_smoothing=0.1)",
        'xentc.cross_entropy_labels(labels, y, eps=0, label_smoothing=0.1, reduction="mean")',
        "none: softmax(log y) = y",
        "N",
        zeros=False,
    ),
    Row(
        "torch",
        "F.cross_entropy(y.log(), labels, weight=w, label_smoothing=0.1)",
        "xentc.cross_entropy_labels(labels, y, eps=0, class_weight=w, label_smoothing=0.1, reduction='sum')"
        " / w[labels].sum()",
        "none: softmax(log y) = y",
        "sum of w of the labels, not smoothed",
        zeros=False,
    ),
    Row(
        "torch",
        "F.cross_entropy(y.log(), q, weight=w)",
        'xentc.cross_entropy(q, y, eps=0, class_weight=w, reduction="mean")',
        "none: softmax(log y) = y",
        "N, whatever w",
        zeros=False,
    ),
    Row(
        "torch",
        "F.binary_cross_entropy(p, b, weight=s)",
        'xentc.binary_cross_entropy(b, p, eps=math.exp(-100), sample_weight=s, reduction="mean")',
        "log p >= -100",
        "N, whatever s",
    ),
    Row(
        "torch",
        'F.kl_div(y.log(), q, reduction="batchmean")',
        "(xentc.cross_entropy(q, y, eps=0) - xentc.cross_entropy(q, q, eps=0)).mean()",
        LOG,
        "N",
        zeros=False,
    ),
    # Keras
    Row(
        "keras",
        "losses.categorical_crossentropy(t, y)",
        "xentc.cross_entropy(t, y / y.sum(axis=-1, keepdims=True), eps=1e-7)",
        KERAS,
        "1; its class CategoricalCrossentropy: N",
        within=1.1e-7,
    ),
    Row(
        "keras",
        "losses.categorical_crossentropy(t, y)",
        "xentc.cross_entropy(t, np.minimum(y / y.sum(axis=-1, keepdims=True), 1 - 1e-7), eps=1e-7)",
        KERAS,
        "1",
    ),
    Row(
        "keras",
        "losses.categorical_crossentropy(t, y, label_smoothing=0.1)",
        "xentc.cross_entropy(t, y / y.sum(axis=-1, keepdims=True), eps=1e-7, label_smoothing=0.1)",
        KERAS,
        "1",
        within=1.1e-7,
    ),
    Row(
        "keras",
        "losses.sparse_categorical_crossentropy(labels, y, ignore_class=2)",
        "xentc.cross_entropy_labels(labels, y / y.sum(axis=-1, keepdims=True), eps=1e-7, ignore_index=2)",
        KERAS,
        "1",
        within=1.1e-7,
    ),
    Row(
        "keras",
        "losses.CategoricalCrossentropy()(t, y, sample_weight=s)",
        "xentc.cross_entropy(t, y / y.sum(axis=-1, keepdims=True), eps=1e-7, sample_weight=s, reduction='mean')",
        KERAS,
        "N, whatever s",
        within=1.1e-7,
    ),
    Row(
        "keras",
        "losses.binary_crossentropy(b, p)",
        'xentc.binary_cross_entropy(b, p, eps=1e-7, reduction="mean")',
        "to [1e-7, 1 - 1e-7]",
        "length of the last axis",
        within=1.1e-7,
    ),
    # TensorFlow; its tf.keras.losses are Keras'
    Row(
        "tensorflow",
        "nn.sparse_softmax_cross_entropy_with_logits(labels, tf.math.log(y))",
        "xentc.cross_entropy_labels(labels, y, eps=0)",
        "none: softmax(log y) = y",
        "1",
        zeros=False,
    ),
    Row(
        "tensorflow",
        "nn.softmax_cross_entropy_with_logits(q, tf.math.log(y))",
        "xentc.cross_entropy(q, y, eps=0)",
        "none: softmax(log y) = y",
        "1",
        zeros=False,
    ),
    Row(
        "tensorflow",
        "compat.v1.losses.log_loss(b, p, weights=s)",
        "xentc.cross_entropy(np.stack((b, 1 - b), -1), np.stack((p + 1e-7, 1 - p + 1e-7), -1), eps=0,"
        " sample_weight=s, check=False).sum() / np.count_nonzero(s)",
        "1e-7 is added to p and to 1 - p",
        "number of s that are not 0",
        within=2e-5,
    ),
    # optax
    Row(
        "optax",
        "softmax_cross_entropy_with_integer_labels(jnp.log(y), labels)",
        "xentc.cross_entropy_labels(labels, y, eps=0)",
        "none: softmax(log y) = y",
        "1",
        zeros=False,
    ),
    Row(
        "optax",
        "safe_softmax_cross_entropy(jnp.log(y), q)",
        "xentc.cross_entropy(q, y, eps=0)",
        "none: softmax(log y) = y",
        "1",
        zeros=False,
    ),
    Row(
        "optax",
        "sigmoid_binary_cross_entropy(jnp.log(p / (1 - p)), b)",
        "xentc.binary_cross_entropy(b, p, eps=0)",
        "none: sigmoid of the logit is p",
        "1",
        within=1e-13,
        zeros=False,
    ),
    # XGBoost and LightGBM: metrics of a booster that was handed log y as its margin
    Row(
        "xgboost",
        'evaluate("mlogloss", y, labels, weight=s)',
        'xentc.cross_entropy_labels(labels, y, eps=1e-16, sample_weight=s, reduction="weighted_mean")',
        "to 1e-16 from below",
        "sum of s",
        within=1e-5,
    ),
    Row(
        "xgboost",
        'evaluate("logloss", p, b, weight=s)',
        'xentc.binary_cross_entropy(b, p, eps=1e-16, sample_weight=s, reduction="weighted_mean")',
        "p and 1 - p to 1e-16 from below",
        "sum of s",
        within=1e-5,
    ),
    Row(
        "lightgbm",
        'evaluate("multi_logloss", y, labels, weight=s)',
        'xentc.cross_entropy_labels(labels, y, eps=1e-15, sample_weight=s, reduction="weighted_mean")',
        "to 1e-15 from below",
        "sum of s",
        within=1e-6,
    ),
    Row(
        "lightgbm",
        'evaluate("binary_logloss", p, b, weight=s)',
        'xentc.binary_cross_entropy(b, p, eps=1e-15, sample_weight=s, reduction="weighted_mean")',
        "p and 1 - p to 1e-15 from below",
        "sum of s",
        within=1e-6,
    ),
    *LOGIT_ROWS,
]
TITLES = {
    "scikit-learn": "scikit-learn (`from sklearn.metrics import log_loss`)",
    "scipy": "SciPy (`scipy.special.xlogy`, `rel_entr`; `scipy.stats.entropy`)",
    "torch": "torch (`import torch.nn.functional as F`)",
    "keras": "Keras (`keras.losses`)",
    "tensorflow": "TensorFlow (`tf.`; its `tf.keras.losses` are Keras')",
    "optax": "optax (`optax.losses`)",
    "xgboost": "XGBoost (the `eval_metric` of that name, of a booster that predicts `y`)",
    "lightgbm": "LightGBM (the `metric` of that name, of a booster that predicts `y`)",
}


def markdown() -> str:
    """The tables of docs/peers.md."""
    parts = []
    for package, title in TITLES.items():
        parts += [f"## {title}", "", "| theirs | xentc | their clip | divided by | agree within |"]
        parts.append("|---|---|---|---|---|")
        for row in ROWS:
            if row.package == package:
                cells = (f"`{row.theirs}`", f"`{row.ours}`", row.clip, row.mean, f"{row.within:.1g}")
                parts.append(f"| {' | '.join(cells)} |")
        parts.append("")
    return "\n".join(parts)


def with_tables(text: str) -> str:
    """The page with its tables as they are here."""
    return re.sub(
        r"(<!-- tables -->\n).*(<!-- end of tables -->)", lambda m: m[1] + markdown() + m[2], text, flags=re.DOTALL
    )


if __name__ == "__main__":
    DOCS.write_text(with_tables(DOCS.read_text()))
