"""The data that come with the package, against scikit-learn's own."""

import numpy as np
from sklearn.datasets import load_digits as theirs

import xentc


def test_digits_are_those_of_scikit_learn():
    pixels, labels = theirs(return_X_y=True)
    ours = xentc.load_digits()
    assert ours.pixels.dtype == ours.labels.dtype == np.uint8
    assert np.array_equal(ours.pixels.reshape(-1, 64), pixels)
    assert np.array_equal(ours.labels, labels)


def test_each_call_has_arrays_of_its_own():
    first = xentc.load_digits()
    first.pixels[:] = 99
    assert xentc.load_digits().pixels.max() == 16
