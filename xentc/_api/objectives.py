"""The derivatives that gradient boosters ask of a custom objective, of any number of classes and of two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.derivatives import sigmoid_derivatives, softmax_derivatives
from .._core.options import Options
from .._core.public import public

if TYPE_CHECKING:
    from .._core.types import ArrayLike, ClassWeight, Floats, Hessian, Layout


Array = np.ndarray[Any, Any]


@public
def softmax_objective(
    labels: ArrayLike,
    z: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    class_weight: ClassWeight = None,
    label_smoothing: float = 0.0,
    layout: Layout = "rows",
    hessian: Hessian = "exact",
) -> tuple[Floats, Floats]:
    r"""First and second derivatives of the softmax cross-entropy by each logit, as boosters take them.

    .. math:: g_{ik} = s_i \left( W_i\, p_{ik} - w_k t'_{ik} \right), \qquad h_{ik} = s_i W_i\, p_{ik} (1 - p_{ik}),
        \qquad p_{ik} = \frac{e^{z_{ik}}}{\sum_j e^{z_{ij}}}

    with :math:`t'_{ik} = (1 - a) [k = c_i] + a / K` and :math:`W_i = \sum_k w_k t'_{ik}`; without smoothing,
    :math:`g_{ik} = s_i w_{c_i} (p_{ik} - [k = c_i])` and :math:`h_{ik} = s_i w_{c_i}\, p_{ik} (1 - p_{ik})`.

    Parameters
    ----------
    labels : array_like, (rows,)
        c: the class of each row, from 0 to K - 1, in any integer dtype, bool, or as floats that are whole numbers,
        which is how boosters keep them.
    z : array_like
        Logits, which boosters call margins or raw scores: bfloat16, float16, float32 or float64; integers are
        read as float64.
    sample_weight : array_like, (rows,), optional
        s.
    class_weight : array_like, (K,), or dict with every class, optional
        w.
    label_smoothing : float
        a in [0, 1].
    layout : {"rows", "classes"}
        "rows": z has the shape (rows, K), in any order of memory. "classes": it has the shape (K, rows), or is
        flat in that order, the element of row i and class k being ``z[k * rows + i]``.
    hessian : {"exact", "xgboost", "lightgbm"}
        "exact" is h. Boosters use another value in their own objectives, and the model depends on it: "xgboost" is
        ``max(2 h, 1e-16)``, as in "multi:softprob"; "lightgbm" is ``K / (K - 1) h``, as in "multiclass".

    Returns
    -------
    grad, hess : ndarray
        In the shape, the dtype (float64 if that is not floating) and the memory order of z.

    Raises
    ------
    IndexError
        If a label is not in [0, K); the message names it, its position and K.
    ValueError
        If shapes do not match, ``label_smoothing`` is outside [0, 1], or ``layout`` or ``hessian`` is unknown.
    TypeError
        If an argument has a dtype other than those above.

    See Also
    --------
    sigmoid_objective : The same for two classes.
    cross_entropy_labels_and_grad : The loss, with its gradient.

    Notes
    -----
    A row with NaN, inf or only -inf has NaN in all entries of both. Entries of g and h are within 4 ulp (5 for float64
    ones with weights), even if p is near 1.

    With the ``hessian`` of a booster the trees are those of its own objective: of XGBoost 3.2 (a development version of
    2026 takes ``max(abs(grad), 1e-16)`` instead), and of LightGBM 4 with ``boost_from_average=False``, as a custom
    objective starts from 0.

    Both call a custom objective with z of the shape (rows, K), LightGBM in Fortran order: "rows" is right for both.

    References
    ----------
    J. H. Friedman, "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29 (2001),
    section 4.6, for the derivatives and the factor K / (K - 1); XGBoost, src/objective/multiclass_obj.cu (3.2) and
    multiclass_obj.cc (development version); LightGBM, src/objective/multiclass_objective.hpp.

    Examples
    --------
    >>> import numpy as np, xentc
    >>> z = np.log([[0.5, 0.25, 0.25], [0.5, 0.25, 0.25]])
    >>> grad, hess = xentc.softmax_objective([0, 2], z)
    >>> grad.round(6)
    array([[-0.5 ,  0.25,  0.25],
           [ 0.5 ,  0.25, -0.75]])
    >>> hess.round(6)
    array([[0.25  , 0.1875, 0.1875],
           [0.25  , 0.1875, 0.1875]])

    XGBoost's own objective, as ``xgboost.train(..., obj=objective)``:

    >>> def objective(z, data):
    ...     return xentc.softmax_objective(data.get_label(), z, hessian="xgboost")
    """
    options = Options(
        from_logits=True, label_smoothing=label_smoothing, class_weight=class_weight, sample_weight=sample_weight
    )
    return softmax_derivatives(labels, z, options, layout, hessian)


@public
def sigmoid_objective(
    t: ArrayLike,
    z: ArrayLike,
    *,
    pos_weight: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    sample_weight: ArrayLike | None = None,
    hessian: Hessian = "exact",
) -> tuple[Floats, Floats]:
    r"""First and second derivatives of the binary cross-entropy by each logit, as boosters take them.

    .. math:: g = s \left[ (1 - t')\, p - w\, t' (1 - p) \right], \qquad h = s\, (w\, t' + 1 - t')\, p (1 - p), \qquad
        p = \frac{1}{1 + e^{-z}}

    with :math:`t' = (1 - a)\, t + a / 2`; without options, :math:`g = p - t` and :math:`h = p (1 - p)`.

    Parameters
    ----------
    t : array_like
        Targets in [0, 1], of the shape of ``z`` or broadcast to it: bool, any integer, bfloat16, float16,
        float32 or float64.
    z : array_like
        Logits, which boosters call margins or raw scores: bfloat16, float16, float32 or float64; integers are
        read as float64.
    pos_weight : array_like, optional
        w, the weight of the class that t = 1 stands for, which boosters call ``scale_pos_weight``; broadcast to the
        shape of ``z``.
    label_smoothing : float
        a in [0, 1].
    sample_weight : array_like, optional
        s, broadcast to the shape of ``z``.
    hessian : {"exact", "xgboost", "lightgbm"}
        "exact" is h, and so is "lightgbm", whose objectives "binary" and "cross_entropy" use it. "xgboost" has
        ``max(p (1 - p), 1e-16)`` in place of p (1 - p), as in "binary:logistic".

    Returns
    -------
    grad, hess : ndarray or scalar
        In the shape, the dtype (float64 if that is not floating) and the memory order of z.

    Raises
    ------
    ValueError
        If an element of ``t`` is outside [0, 1]; the message names it and its position. Or if shapes do not match,
        ``label_smoothing`` is outside [0, 1], or ``hessian`` is unknown.
    TypeError
        If an argument has a dtype other than those above.

    See Also
    --------
    softmax_objective : The same for any number of classes.
    binary_cross_entropy_and_grad : The loss, with its gradient.

    Notes
    -----
    z = inf and z = -inf are p = 1 and p = 0; NaN in t or z gives NaN. Entries are within 4 ulp (5 for float64 ones with
    weights): those of h, and of g if t is 0 or 1 and nothing is smoothed, of the entry itself, even if p is near t;
    otherwise those of g are, of the larger of its two terms.

    References
    ----------
    J. H. Friedman, "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29 (2001),
    section 4.5; XGBoost, src/objective/regression_loss.h; LightGBM, src/objective/binary_objective.hpp.

    Examples
    --------
    >>> import numpy as np, xentc
    >>> xentc.sigmoid_objective([0, 1, 0.5], [0.0, 0.0, 0.0])
    (array([ 0.5, -0.5,  0. ]), array([0.25, 0.25, 0.25]))
    >>> grad, hess = xentc.sigmoid_objective(1, 50.0)  # p - 1 keeps its digits
    >>> float(grad), float(hess)
    (-1.9287498479639178e-22, 1.9287498479639178e-22)

    XGBoost's own objective, as ``xgboost.XGBClassifier(objective=objective, base_score=0)`` (``base_score`` is a raw
    score with a custom objective, and a probability with its own):

    >>> def objective(t, z, sample_weight=None):
    ...     return xentc.sigmoid_objective(t, z, sample_weight=sample_weight, hessian="xgboost")
    """
    options = Options(
        from_logits=True, label_smoothing=label_smoothing, sample_weight=sample_weight, pos_weight=pos_weight
    )
    return sigmoid_derivatives(t, z, options, hessian)
