"""Both objectives in the real XGBoost and LightGBM: the model is that of their own objective, within rounding."""

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


def xgboost_scores(x, labels, weight, objective, options):
    """Raw scores after training, with this objective or, by its name, a built-in one; and the features of splits."""
    xgboost = pytest.importorskip("xgboost")
    data = xgboost.DMatrix(x, labels, weight=weight)
    options = TREES | {"base_score": 0.5, "nthread": 1, "verbosity": 0} | options
    if isinstance(objective, str):
        model = xgboost.train(options | {"objective": objective}, data, ROUNDS)
    else:
        options["disable_default_eval_metric"] = True
        call = lambda z, given: objective(given.get_label(), z, given.get_weight())  # noqa: E731
        model = xgboost.train(options, data, ROUNDS, obj=call)
    return model.predict(data, output_margin=True), model.trees_to_dataframe()["Feature"].tolist()


def lightgbm_scores(x, labels, weight, objective, options):
    lightgbm = pytest.importorskip("lightgbm")
    data = lightgbm.Dataset(x, labels, weight=weight, params={"verbosity": -1})
    options = TREES | {"num_threads": 1, "verbosity": -1, "deterministic": True} | options
    if isinstance(objective, str):
        options |= {"objective": objective, "boost_from_average": False}
    else:
        options["objective"] = lambda z, given: objective(given.get_label(), z, given.get_weight())
    model = lightgbm.train(options, data, ROUNDS)
    features = [tree["split_feature"] for tree in model.trees_to_dataframe().to_dict("records")]
    return model.predict(x, raw_score=True), [f for f in features if isinstance(f, str)]


BOOSTERS = {"xgboost": xgboost_scores, "lightgbm": lightgbm_scores}
CLASSES = {"num_class": K}
SOFTMAX = {"xgboost": "multi:softprob", "lightgbm": "multiclass"}
# XGBoost's scores are float32, LightGBM's float64. (Rounded to float32 they may decide a near tie of two splits.)
FORMS = {
    "rows": lambda labels, z, **options: xentc.softmax_objective(labels, z, **options),
    "classes": lambda labels, z, **options: [
        flat.reshape(K, N).T
        for flat in xentc.softmax_objective(labels, z.ravel(order="F"), layout="classes", **options)
    ],
    "float64": lambda labels, z, **options: xentc.softmax_objective(labels, z.astype("float64"), **options),
}


def weights_of(s):
    """Sample weights as xentc takes them: a booster has none where none were given, or an empty array."""
    return s if s is not None and np.size(s) else None


def assert_same_model(got, want):
    scores, features = want
    assert abs(scores).max() > 2
    assert got[1] == features
    assert len(set(features)) >= 4
    assert abs(got[0] - scores).max() <= WITHIN * abs(scores).max()


@pytest.mark.parametrize("booster", BOOSTERS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("weighted", [False, True])
def test_the_model_is_that_of_the_built_in_objective(problem, booster, form, weighted):
    x, labels, s = problem
    s = s if weighted else None

    def objective(labels, z, given):
        assert z.shape == (N, K)
        return FORMS[form](labels, z, sample_weight=weights_of(given), hessian=booster)

    train = BOOSTERS[booster]
    assert_same_model(train(x, labels, s, objective, CLASSES), train(x, labels, s, SOFTMAX[booster], CLASSES))


@pytest.mark.parametrize("booster", BOOSTERS)
@pytest.mark.parametrize("hessian", ["exact", "xgboost", "lightgbm"])
def test_without_its_own_factor_it_is_another_model(problem, booster, hessian):
    """The factor is theirs; and so is the test above no comparison of anything with itself."""
    x, labels, s = problem
    train = BOOSTERS[booster]
    want, _ = train(x, labels, s, SOFTMAX[booster], CLASSES)
    got, _ = train(
        x, labels, s, lambda labels, z, s: xentc.softmax_objective(labels, z, sample_weight=s, hessian=hessian), CLASSES
    )
    assert (abs(got - want).max() > 0.05) == (hessian != booster)


@pytest.mark.parametrize("booster", BOOSTERS)
def test_class_weights_are_sample_weights_of_the_class(problem, booster):
    x, labels, _ = problem
    w = np.array([0.5, 1, 2, 3])

    def objective(labels, z, given):
        return xentc.softmax_objective(labels, z, class_weight=w, hessian=booster)

    train = BOOSTERS[booster]
    want, _ = train(x, labels, w[labels], SOFTMAX[booster], CLASSES)
    # Handed over as well, since XGBoost makes its bins by them.
    got, _ = train(x, labels, w[labels], objective, CLASSES)
    assert abs(got - want).max() <= WITHIN * abs(want).max()


TWO_CLASSES = {
    "xgboost": [("binary:logistic", {}), ("binary:logistic", {"scale_pos_weight": 3.0}), ("reg:logistic", {})],
    "lightgbm": [("binary", {}), ("binary", {"scale_pos_weight": 3.0}), ("cross_entropy", {})],
}


@pytest.mark.parametrize(
    ("booster", "name", "options"),
    [(booster, *case) for booster, cases in TWO_CLASSES.items() for case in cases],
    ids=lambda v: v if isinstance(v, str) else "weighted" if v else "plain",
)
@pytest.mark.parametrize("weighted", [False, True])
def test_two_classes(problem, booster, name, options, weighted):
    """Whole labels; in the objectives of regression, any in [0, 1]."""
    x, labels, s = problem
    s = s if weighted else None
    t = (labels < 2).astype(float) if name.startswith("binary") else 1 / (1 + np.exp(-2 * x[:, 0] + x[:, 1]))

    def objective(t, z, given):
        w = options.get("scale_pos_weight")
        return xentc.sigmoid_objective(t, z, pos_weight=w, sample_weight=weights_of(given), hessian=booster)

    train = BOOSTERS[booster]
    want = train(x, t, s, name, options)
    # XGBoost takes base_score for a probability, 0.5, and with a custom objective for a raw score.
    start = {"base_score": 0.0} if booster == "xgboost" else {}
    assert_same_model(train(x, t, s, objective, start), want)
    plain, _ = train(x, t, s, lambda t, z, s: xentc.sigmoid_objective(t, z, sample_weight=weights_of(s)), start)
    assert (abs(plain - want[0]).max() > 0.05) == bool(options)


def test_xgboost_keeps_the_second_derivative_of_two_classes_from_0():
    """A leaf of sure predictions alone: its value is G / (H + lambda), which H below 1e-16 would leave to lambda."""
    xgboost = pytest.importorskip("xgboost")
    x, t = np.zeros((4, 1)), np.array([0.0, 0.0, 0.0, 1.0])
    margin = np.full(4, 80.0)
    data = xgboost.DMatrix(x, t, base_margin=margin)
    options = {"max_depth": 1, "reg_lambda": 1e-16, "min_child_weight": 0, "learning_rate": 1.0, "verbosity": 0}
    want = xgboost.train(options | {"objective": "binary:logistic"}, data, 1).predict(data, output_margin=True)
    got = {
        hessian: xgboost.train(
            options, data, 1, obj=lambda z, given, h=hessian: xentc.sigmoid_objective(given.get_label(), z, hessian=h)
        ).predict(data, output_margin=True)
        for hessian in ("exact", "xgboost")
    }
    np.testing.assert_allclose(got["xgboost"], want, rtol=1e-5)
    assert not np.allclose(got["exact"], want, rtol=1e-2)


@pytest.mark.parametrize("hessian", ["xgboost", "lightgbm"])
def test_the_derivatives_at_0_are_theirs(problem, hessian):
    """At scores of 0, where a booster begins, both derivatives are known."""
    _, labels, s = problem
    factor = {"xgboost": 2, "lightgbm": K / (K - 1)}[hessian]
    for dtype in ("float32", "float64"):
        within = {"rtol": 4 * np.finfo(dtype).eps}
        grad, hess = xentc.softmax_objective(labels, np.zeros((N, K), dtype), sample_weight=s, hessian=hessian)
        np.testing.assert_allclose(grad, s[:, np.newaxis] * (1 / K - np.eye(K)[labels]), **within)
        np.testing.assert_allclose(hess, np.tile(factor * s[:, np.newaxis] * (1 / K) * (1 - 1 / K), K), **within)
