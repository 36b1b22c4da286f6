"""softmax_objective in the real XGBoost and LightGBM: the model is that of their own objective, within rounding."""

import numpy as np
import pytest

import xentc

N, K, ROUNDS = 400, 4, 12
TREES = {"max_depth": 4, "learning_rate": 0.3, "seed": 1}
WITHIN = 1e-6  # of raw scores up to 4: float32 in XGBoost, and in the histograms of LightGBM


@pytest.fixture(scope="module")
def problem():
    """Features, labels that they tell of, sample weights."""
    rng = np.random.default_rng(251)
    x = rng.normal(size=(N, 6))
    labels = np.argmax(x[:, :K] + 0.7 * rng.normal(size=(N, K)), axis=1)
    return x, labels, rng.uniform(0.2, 2, N)


def xgboost_scores(x, labels, weight, objective=None):
    """Raw scores after training, with this objective or the built-in one; and the features that trees split at."""
    xgboost = pytest.importorskip("xgboost")
    data = xgboost.DMatrix(x, labels, weight=weight)
    options = TREES | {"num_class": K, "base_score": 0.5, "nthread": 1, "verbosity": 0}
    if objective is None:
        model = xgboost.train(options | {"objective": "multi:softprob"}, data, ROUNDS)
    else:
        options["disable_default_eval_metric"] = True
        model = xgboost.train(
            options, data, ROUNDS, obj=lambda z, given: objective(given.get_label().astype(int), z, given.get_weight())
        )
    return model.predict(data, output_margin=True), model.trees_to_dataframe()["Feature"].tolist()


def lightgbm_scores(x, labels, weight, objective=None):
    lightgbm = pytest.importorskip("lightgbm")
    data = lightgbm.Dataset(x, labels, weight=weight, params={"verbosity": -1})
    options = TREES | {"num_class": K, "num_threads": 1, "verbosity": -1, "deterministic": True}
    if objective is None:
        options |= {"objective": "multiclass", "boost_from_average": False}
    else:
        options["objective"] = lambda z, given: objective(given.get_label().astype(int), z, given.get_weight())
    model = lightgbm.train(options, data, ROUNDS)
    features = [tree["split_feature"] for tree in model.trees_to_dataframe().to_dict("records")]
    return model.predict(x, raw_score=True), [f for f in features if isinstance(f, str)]


# What they apply to the Hessian of softmax, as the docstring says.
FACTORS = {
    xgboost_scores: lambda hess: np.maximum(2 * hess, 1e-16),
    lightgbm_scores: lambda hess: hess * (K / (K - 1)),
}
# XGBoost's scores are float32, LightGBM's float64. (Rounded to float32 they may decide a near tie of two splits.)
FORMS = {
    "rows": lambda labels, z, s: xentc.softmax_objective(labels, z, sample_weight=s),
    "classes": lambda labels, z, s: [
        flat.reshape(K, N).T
        for flat in xentc.softmax_objective(labels, z.ravel(order="F"), sample_weight=s, layout="classes")
    ],
    "float64": lambda labels, z, s: xentc.softmax_objective(labels, z.astype("float64"), sample_weight=s),
}


def weights_of(s):
    """Sample weights as xentc takes them: a booster has none where none were given, or an empty array."""
    return s if s is not None and np.size(s) else None


@pytest.mark.parametrize("booster", FACTORS, ids=lambda f: f.__name__.split("_")[0])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("weighted", [False, True])
def test_the_model_is_that_of_the_built_in_objective(problem, booster, form, weighted):
    x, labels, s = problem
    s = s if weighted else None

    def objective(labels, z, given):
        assert z.shape == (N, K)
        grad, hess = FORMS[form](labels, z, weights_of(given))
        return grad, FACTORS[booster](hess)

    want, want_features = booster(x, labels, s)
    got, features = booster(x, labels, s, objective)
    assert abs(want).max() > 2
    assert features == want_features
    assert len(set(features)) > 4
    assert abs(got - want).max() <= WITHIN * abs(want).max()


@pytest.mark.parametrize("booster", FACTORS, ids=lambda f: f.__name__.split("_")[0])
def test_without_the_factor_it_is_another_model(problem, booster):
    """The factor is theirs; and so is the test above no comparison of anything with itself."""
    x, labels, s = problem
    want, _ = booster(x, labels, s)
    got, _ = booster(x, labels, s, lambda labels, z, given: FORMS["rows"](labels, z, weights_of(given)))
    assert abs(got - want).max() > 0.05


@pytest.mark.parametrize("booster", FACTORS, ids=lambda f: f.__name__.split("_")[0])
def test_class_weights_are_sample_weights_of_the_class(problem, booster):
    x, labels, _ = problem
    w = np.array([0.5, 1, 2, 3])

    def objective(labels, z, given):
        grad, hess = xentc.softmax_objective(labels, z, class_weight=w)
        return grad, FACTORS[booster](hess)

    want, _ = booster(x, labels, w[labels])
    got, _ = booster(x, labels, w[labels], objective)  # handed over as well, since XGBoost makes its bins by them
    assert abs(got - want).max() <= WITHIN * abs(want).max()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_derivatives_are_theirs(problem, dtype):
    """At scores of 0, where a booster begins, both derivatives are known."""
    _, labels, s = problem
    grad, hess = xentc.softmax_objective(labels, np.zeros((N, K), dtype), sample_weight=s)
    np.testing.assert_allclose(grad, s[:, np.newaxis] * (1 / K - np.eye(K)[labels]), rtol=4 * np.finfo(dtype).eps)
    np.testing.assert_allclose(hess, np.tile(s[:, np.newaxis] * (1 / K) * (1 - 1 / K), K), rtol=4 * np.finfo(dtype).eps)


def test_the_factors_are_in_the_docstring():
    text = " ".join(xentc.softmax_objective.__doc__.split())
    assert "np.maximum(2 * hess, 1e-16)" in text
    assert "hess * (K / (K - 1))" in text
