"""The data that come with the package: real digits, small enough to ship, to learn and to try things on."""

import os
from typing import Any, NamedTuple

import numpy as np

from .._core.public import public

_PACKAGE = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120 - pathlib takes 3 ms to import
PATH = os.path.join(_PACKAGE, "data", "digits.npz")  # noqa: PTH118


class Digits(NamedTuple):
    """What `load_digits` returns."""

    pixels: np.ndarray[Any, np.dtype[np.uint8]]
    labels: np.ndarray[Any, np.dtype[np.uint8]]


@public
def load_digits() -> Digits:
    """Return images of 1,797 handwritten digits, and which digits they are.

    The test part of "Optical Recognition of Handwritten Digits" (E. Alpaydin and C. Kaynak, UCI Machine Learning
    Repository, 1998, CC BY 4.0), in the order in which scikit-learn has them.

    Returns
    -------
    pixels : ndarray, (1797, 8, 8), uint8
        From 0 (paper) to 16 (ink), by rows from the top.
    labels : ndarray, (1797,), uint8
        From 0 to 9.

    See Also
    --------
    cross_entropy_labels : The loss of a classifier of such labels.

    Notes
    -----
    Both come with the package; nothing is downloaded. Each call reads them anew, so you may modify what it returns.

    Examples
    --------
    >>> import xentc
    >>> pixels, labels = xentc.load_digits()
    >>> pixels.shape, int(labels[0])
    ((1797, 8, 8), 0)
    >>> for row in pixels[0]:
    ...     print("|" + "".join(" .+#"[value // 5] for value in row) + "|")
    |  .+.   |
    |  +#+#. |
    |  #  +. |
    |  +  .. |
    | ..  .. |
    |  +  +. |
    |  +.++  |
    |  .++   |
    """
    with np.load(PATH) as data:
        return Digits(data["pixels"], data["labels"])
