"""Make ``xentc/data/digits.npz``: pictures of digits, what they are, and the probabilities that a real classifier gave.

    python tools/make_digits.py

The data are the 1,797 handwritten digits (8 x 8 pixels) that come with scikit-learn: the test part of "Optical
Recognition of Handwritten Digits", E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, 1998 (CC BY 4.0). The
classifier is a multinomial logistic regression, and every digit's probabilities come from a model that has not seen
it (5-fold cross-validation), so its cross-entropy says how well the classifier does on new digits.

Nothing is random but the split, whose seed is fixed, and linear algebra runs on one thread: the same versions on the
same kind of CPU give the same file to the last byte; others may differ in the last digits of the probabilities.
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from threadpoolctl import threadpool_limits

PATH = Path(__file__).parents[1] / "xentc" / "data" / "digits.npz"

SPLIT = StratifiedKFold(5, shuffle=True, random_state=0)


def folds(labels: np.ndarray) -> np.ndarray:
    """Which of the five folds (0 to 4) each digit is in, (1797,) uint8: the model that has not seen it."""
    numbers = np.empty(len(labels), np.uint8)
    for number, (_, held_out) in enumerate(SPLIT.split(labels, labels)):
        numbers[held_out] = number
    return numbers


def predict() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels, (1797,) uint8, probabilities of the ten digits, (1797, 10) float32, and pixels, (1797, 8, 8) uint8."""
    pixels, labels = load_digits(return_X_y=True)
    with threadpool_limits(1):  # the number of threads decides the order of sums
        probabilities = cross_val_predict(
            LogisticRegression(max_iter=1000),
            pixels / 16,  # from 0..16 to 0..1, where the solver converges well
            labels,
            cv=SPLIT,
            method="predict_proba",
        )
    return labels.astype(np.uint8), probabilities.astype(np.float32), pixels.astype(np.uint8).reshape(-1, 8, 8)


def main() -> None:
    labels, probabilities, pixels = predict()
    PATH.parent.mkdir(exist_ok=True)
    np.savez_compressed(PATH, labels=labels, probabilities=probabilities, pixels=pixels)
    accuracy = np.mean(probabilities.argmax(axis=1) == labels)
    print(f"{PATH.name}: {PATH.stat().st_size} bytes, {len(labels)} digits, accuracy {accuracy:.4f}")


if __name__ == "__main__":
    main()
