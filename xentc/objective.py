"""softmax_objective: the derivatives that gradient boosters ask of a custom objective."""

from typing import Any

import numpy as np
import numpy.typing as npt

from ._arguments import ClassWeight
from ._gradients import gradients_and_hessians

Array = np.ndarray[Any, Any]


def softmax_objective(
    labels: npt.ArrayLike,
    z: npt.ArrayLike,
    *,
    sample_weight: npt.ArrayLike | None = None,
    class_weight: ClassWeight = None,
    layout: str = "rows",
) -> tuple[Array, Array]:
    r"""First and second derivatives of the softmax cross-entropy by each logit, as boosters take them.

    .. math:: g_{ik} = s_i w_{c_i} (p_{ik} - [k = c_i]), \qquad h_{ik} = s_i w_{c_i}\, p_{ik} (1 - p_{ik}),
        \qquad p_{ik} = \frac{e^{z_{ik}}}{\sum_j e^{z_{ij}}}

    h is the diagonal of the Hessian as it is, without the factor that a booster has in its own objective (see
    the notes).

    Parameters
    ----------
    labels : array_like, (rows,)
        c: the class of each row, from 0 to K - 1, of any integer dtype, bool, or floats that are whole, as boosters
        keep them.
    z : array_like
        Logits, which boosters call margins or raw scores: float16, float32 or float64; integers are read as
        float64.
    sample_weight : array_like, (rows,), optional
        s.
    class_weight : array_like, (K,), or dict with every class, optional
        w.
    layout : {"rows", "classes"}
        "rows": z has the shape (rows, K), in any order of memory. "classes": it has the shape (K, rows), or is
        flat in that order, the element of row i and class k being ``z[k * rows + i]``.

    Returns
    -------
    grad, hess : ndarray
        In the shape, the dtype (float64 where that is not floating) and the memory order of z.

    Raises
    ------
    IndexError
        If a label is not in [0, K): which, where, and K.
    ValueError
        If shapes do not match, or ``layout`` is unknown.
    TypeError
        If an argument has a dtype other than those above.

    See Also
    --------
    cross_entropy_labels_and_grad : The loss, with its gradient.

    Notes
    -----
    A row with NaN, inf or only -inf has NaN in all entries of both. Entries of g and h are within 4 ulp (float64
    ones with weights within 5), also where p is near 1.

    What the boosters' own objectives take as h:

    * XGBoost 3.2, "multi:softprob" and "multi:softmax": ``max(2 p (1 - p) s, 1e-16)``; so
      ``np.maximum(2 * hess, 1e-16)`` gives its trees. (Its development version of 2026 has
      ``np.maximum(abs(grad), 1e-16)`` instead.)
    * LightGBM 4, "multiclass": ``K / (K - 1) p (1 - p) s``; so ``hess * (K / (K - 1))`` gives its trees, with
      ``boost_from_average=False``, as a custom objective starts from 0.

    Both call a custom objective with z of the shape (rows, K), LightGBM in Fortran order: "rows" fits both.

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
    ...     grad, hess = xentc.softmax_objective(data.get_label(), z)
    ...     return grad, np.maximum(2 * hess, 1e-16)
    """
    return gradients_and_hessians(labels, z, sample_weight, class_weight, layout)
