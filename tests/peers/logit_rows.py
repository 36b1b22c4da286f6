"""The lines of the tables for what takes logits, and for gradients; as those of ``table.py``.

``z`` (N, K) are logits, ``v`` (N,) those of the first of two classes. ``grad(f, x)`` is the peer's own derivative of
f at x.
"""

from row import Row

NONE = "none"


def logits(package: str, theirs: str, ours: str, mean: str, within: float = 1e-14) -> Row:
    """There are no probabilities, and so neither a clip nor zeros."""
    return Row(package, theirs, ours, NONE, mean, within, zeros=False)


LOGIT_ROWS = [
    # torch
    logits(
        "torch",
        "F.cross_entropy(z, labels)",
        'xentc.cross_entropy_labels(labels, z, from_logits=True, reduction="mean")',
        "N",
    ),
    logits(
        "torch",
        'F.cross_entropy(z, labels, reduction="sum")',
        'xentc.cross_entropy_labels(labels, z, from_logits=True, reduction="sum")',
        "1",
    ),
    logits(
        "torch",
        'F.cross_entropy(z, labels, reduction="none")',
        "xentc.cross_entropy_labels(labels, z, from_logits=True)",
        "1",
    ),
    logits(
        "torch",
        "F.cross_entropy(z, labels, ignore_index=2)",
        'xentc.cross_entropy_labels(labels, z, from_logits=True, ignore_index=2, reduction="mean")',
        "number of labels not ignored",
    ),
    logits(
        "torch",
        "F.cross_entropy(z, labels, weight=w, ignore_index=2)",
        "xentc.cross_entropy_labels(labels, z, from_logits=True, class_weight=w, ignore_index=2,"
        ' reduction="weighted_mean")',
        "sum of w of the labels not ignored",
    ),
    logits(
        "torch",
        "F.cross_entropy(z, labels, label_smoothing=0.1)",
        'xentc.cross_entropy_labels(labels, z, from_logits=True, label_smoothing=0.1, reduction="mean")',
        "N",
    ),
    logits(
        "torch",
        "F.cross_entropy(z, labels, weight=w, label_smoothing=0.1)",
        'xentc.cross_entropy_labels(labels, z, from_logits=True, class_weight=w, label_smoothing=0.1, reduction="sum")'
        " / w[labels].sum()",
        "sum of w of the labels, not smoothed",
    ),
    logits(
        "torch",
        "F.cross_entropy(z, q)",
        'xentc.cross_entropy(q, z, from_logits=True, reduction="mean")',
        "N",
    ),
    logits(
        "torch",
        "F.cross_entropy(z, q, weight=w, label_smoothing=0.1)",
        'xentc.cross_entropy(q, z, from_logits=True, class_weight=w, label_smoothing=0.1, reduction="mean")',
        "N, whatever w",
    ),
    logits(
        "torch",
        "F.binary_cross_entropy_with_logits(v, b, weight=s)",
        'xentc.binary_cross_entropy(b, v, from_logits=True, sample_weight=s, reduction="mean")',
        "N, whatever s",
    ),
    logits(
        "torch",
        "F.binary_cross_entropy_with_logits(v, b, pos_weight=torch.tensor(3.0))",
        'xentc.binary_cross_entropy(b, v, from_logits=True, pos_weight=3.0, reduction="mean")',
        "N",
    ),
    logits(
        "torch",
        "grad(lambda v: F.binary_cross_entropy_with_logits(v, b), v)",
        'xentc.binary_cross_entropy_and_grad(b, v, from_logits=True, reduction="mean")[1]',
        "N",
    ),
    logits(
        "torch",
        'grad(lambda v: F.binary_cross_entropy_with_logits(v, b, pos_weight=torch.tensor(3.0), reduction="sum"), v)',
        "xentc.sigmoid_objective(b, v, pos_weight=3.0)[0]",
        "1",
    ),
    logits(
        "torch",
        "grad(lambda z: F.cross_entropy(z, labels), z)",
        'xentc.cross_entropy_labels_and_grad(labels, z, from_logits=True, reduction="mean")[1]',
        "N",
    ),
    logits(
        "torch",
        "grad(lambda z: F.cross_entropy(z, labels, weight=w, ignore_index=2), z)",
        "xentc.cross_entropy_labels_and_grad(labels, z, from_logits=True, class_weight=w, ignore_index=2,"
        ' reduction="weighted_mean")[1]',
        "sum of w of the labels not ignored",
    ),
    logits(
        "torch",
        "grad(lambda z: F.cross_entropy(z, q, label_smoothing=0.1), z)",
        'xentc.cross_entropy_and_grad(q, z, from_logits=True, label_smoothing=0.1, reduction="mean")[1]',
        "N",
    ),
    logits(
        "torch",
        "grad(lambda y: F.nll_loss(y.log(), labels), y)",
        'xentc.cross_entropy_labels_and_grad(labels, y, eps=0, reduction="mean")[1]',
        "N",
    ),
    # Keras
    logits(
        "keras",
        "losses.categorical_crossentropy(q, z, from_logits=True)",
        "xentc.cross_entropy(q, z, from_logits=True)",
        "1; its class CategoricalCrossentropy: N",
    ),
    logits(
        "keras",
        "losses.categorical_crossentropy(t, z, from_logits=True, label_smoothing=0.1)",
        "xentc.cross_entropy(t, z, from_logits=True, label_smoothing=0.1)",
        "1",
    ),
    logits(
        "keras",
        "losses.sparse_categorical_crossentropy(labels, z, from_logits=True)",
        "xentc.cross_entropy_labels(labels, z, from_logits=True)",
        "1",
    ),
    logits(
        "keras",
        "losses.SparseCategoricalCrossentropy(from_logits=True)(labels, z, sample_weight=s)",
        'xentc.cross_entropy_labels(labels, z, from_logits=True, sample_weight=s, reduction="mean")',
        "N, whatever s",
        within=1e-7,  # its means are float32
    ),
    logits(
        "keras",
        "losses.binary_crossentropy(b, v, from_logits=True)",
        'xentc.binary_cross_entropy(b, v, from_logits=True, reduction="mean")',
        "length of the last axis",
        within=1e-7,
    ),
    logits(
        "keras",
        "losses.binary_crossentropy(b, v, from_logits=True, label_smoothing=0.1)",
        'xentc.binary_cross_entropy(b, v, from_logits=True, label_smoothing=0.1, reduction="mean")',
        "length of the last axis",
        within=1e-7,
    ),
    # TensorFlow
    logits(
        "tensorflow",
        "nn.sparse_softmax_cross_entropy_with_logits(labels, z)",
        "xentc.cross_entropy_labels(labels, z, from_logits=True)",
        "1",
    ),
    logits(
        "tensorflow",
        "nn.softmax_cross_entropy_with_logits(q, z)",
        "xentc.cross_entropy(q, z, from_logits=True)",
        "1",
    ),
    logits(
        "tensorflow",
        "nn.sigmoid_cross_entropy_with_logits(b.astype(float), v)",
        "xentc.binary_cross_entropy(b, v, from_logits=True)",
        "1",
    ),
    # optax
    logits(
        "optax",
        "softmax_cross_entropy_with_integer_labels(z, labels)",
        "xentc.cross_entropy_labels(labels, z, from_logits=True)",
        "1",
    ),
    logits(
        "optax",
        "softmax_cross_entropy(z, q)",
        "xentc.cross_entropy(q, z, from_logits=True)",
        "1",
    ),
    logits(
        "optax",
        "sigmoid_binary_cross_entropy(v, b)",
        "xentc.binary_cross_entropy(b, v, from_logits=True)",
        "1",
    ),
    logits(
        "optax",
        "grad(lambda v: sigmoid_binary_cross_entropy(v, b).mean(), v)",
        'xentc.binary_cross_entropy_and_grad(b, v, from_logits=True, reduction="mean")[1]',
        "N",
    ),
    logits(
        "optax",
        "grad(lambda z: softmax_cross_entropy_with_integer_labels(z, labels).mean(), z)",
        'xentc.cross_entropy_labels_and_grad(labels, z, from_logits=True, reduction="mean")[1]',
        "N",
    ),
]
