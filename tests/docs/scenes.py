"""What some pages take for given: files and names of the reader's own."""

import csv
from pathlib import Path

import numpy as np


def readme():
    return {"labels": np.array([0, 2])}


def files():
    """Predictions of 30 pictures, in every form that docs/files.md reads."""
    import pandas as pd

    rng = np.random.default_rng(0)
    labels, y = rng.integers(0, 3, 30), rng.dirichlet(np.ones(3), 30).round(6)
    y[:, 2] = 1 - y[:, 0] - y[:, 1]
    images = [f"{i:05}.png" for i in range(30)]
    frame = pd.DataFrame(y, columns=["p_0", "p_1", "p_2"])
    frame.assign(label=labels).to_csv("predictions.csv", index=False)
    frame.assign(image=images).to_parquet("predictions.parquet")
    with Path("labels.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("image", "label"), *zip(images, labels.tolist(), strict=True)])
    np.save("labels.npy", labels)
    np.save("logits.npy", np.log(np.maximum(y, 1e-9)))
    Path("parts").mkdir()
    for i in range(3):
        part = frame.assign(label=labels, country=["no", "jp", "de"][i], w=1.5)[10 * i : 10 * i + 10]
        part.to_parquet(f"parts/part-{i}.parquet")
    return {"frame": frame.assign(species=labels)}


SCENES = {"README.md": readme, "docs/files.md": files}
