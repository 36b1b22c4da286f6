"""What the expressions of the table see of each peer: its functions, its arrays; imported when first asked for."""

import importlib
import os
from typing import Any

import numpy as np

Arrays = dict[str, np.ndarray]


def namespace(package: str, arrays: Arrays) -> dict[str, Any]:
    """Names for `theirs`. ImportError where the peer is not installed."""
    return {"scikit-learn": _sklearn, "scipy": _scipy, "torch": _torch, "keras": _keras, "tensorflow": _tensorflow,
            "optax": _optax, "xgboost": _xgboost, "lightgbm": _lightgbm}[package](arrays)  # fmt: skip


def _sklearn(arrays: Arrays) -> dict[str, Any]:
    return {"log_loss": importlib.import_module("sklearn.metrics").log_loss, **arrays}


def _scipy(arrays: Arrays) -> dict[str, Any]:
    special, stats = importlib.import_module("scipy.special"), importlib.import_module("scipy.stats")
    return {"xlogy": special.xlogy, "rel_entr": special.rel_entr, "entropy": stats.entropy, **arrays}


def _torch(arrays: Arrays) -> dict[str, Any]:
    torch = importlib.import_module("torch")
    tensors = {name: torch.from_numpy(array) for name, array in arrays.items()}

    def grad(f: Any, x: Any) -> Any:
        x = x.clone().requires_grad_()
        return torch.autograd.grad(f(x), x)[0]

    names = {"F": torch.nn.functional, "torch": torch, "grad": grad}
    return names | tensors | {"b": tensors["b"].to(torch.float64)}


def _keras(arrays: Arrays) -> dict[str, Any]:
    # On TensorFlow or NumPy it turns float64 arrays into float32; the losses are the same.
    os.environ.setdefault("KERAS_BACKEND", "torch")
    keras = importlib.import_module("keras")
    keras.config.set_floatx("float64")
    return {"losses": keras.losses, **arrays}


def _tensorflow(arrays: Arrays) -> dict[str, Any]:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    tf = importlib.import_module("tensorflow")
    return {"tf": tf, "nn": tf.nn, "compat": tf.compat, **arrays}


def _optax(arrays: Arrays) -> dict[str, Any]:
    jax = importlib.import_module("jax")
    losses = importlib.import_module("optax").losses
    jax.config.update("jax_enable_x64", True)
    names = ("softmax_cross_entropy", "softmax_cross_entropy_with_integer_labels", "safe_softmax_cross_entropy",
             "sigmoid_binary_cross_entropy")  # fmt: skip

    def grad(f: Any, x: np.ndarray) -> Any:
        return jax.grad(f)(jax.numpy.asarray(x))

    functions = {name: getattr(losses, name) for name in names}
    # Asked for an integer array of its own, where it is indexed by a traced one.
    return {"jnp": jax.numpy, "grad": grad, **functions, **arrays, "labels": jax.numpy.asarray(arrays["labels"])}


def _margin(y: np.ndarray) -> np.ndarray:
    """What a booster's softmax or sigmoid makes y of."""
    with np.errstate(divide="ignore"):
        if y.ndim == 1:
            return np.clip(np.log(y) - np.log1p(-y), -80, 80)  # 1 / (1 + exp(80)) is below every clip
        return np.maximum(np.log(y), -80)


def _xgboost(arrays: Arrays) -> dict[str, Any]:
    xgboost = importlib.import_module("xgboost")

    def evaluate(metric: str, y: np.ndarray, labels: np.ndarray, weight: np.ndarray) -> float:
        data = xgboost.DMatrix(np.zeros((len(y), 1)), labels, weight=weight, base_margin=_margin(y))
        classes = (
            {"objective": "multi:softprob", "num_class": y.shape[1]}
            if y.ndim == 2
            else {"objective": "binary:logistic"}
        )
        result: dict[str, Any] = {}
        options = {**classes, "eval_metric": metric, "learning_rate": 1e-30, "verbosity": 0}
        xgboost.train(options, data, 1, evals=[(data, "all")], evals_result=result, verbose_eval=False)
        return float(result["all"][metric][0])

    return {"evaluate": evaluate, **arrays}


def _lightgbm(arrays: Arrays) -> dict[str, Any]:
    lightgbm = importlib.import_module("lightgbm")

    def evaluate(metric: str, y: np.ndarray, labels: np.ndarray, weight: np.ndarray) -> float:
        score = _margin(y).ravel(order="F")
        data = lightgbm.Dataset(
            np.zeros((len(y), 1)), labels, weight=weight, init_score=score, params={"verbosity": -1}
        )
        classes = {"objective": "multiclass", "num_class": y.shape[1]} if y.ndim == 2 else {"objective": "binary"}
        result: dict[str, Any] = {}
        options = {**classes, "metric": metric, "learning_rate": 1e-30, "verbosity": -1, "boost_from_average": False}
        lightgbm.train(options, data, 1, valid_sets=[data], callbacks=[lightgbm.record_evaluation(result)])
        return float(result["training"][metric][0])

    return {"evaluate": evaluate, **arrays}
