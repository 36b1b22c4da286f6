"""Floating dtypes: NumPy's own and bfloat16, of which NumPy knows little."""

from typing import Any

import numpy as np


def is_float(a: Any) -> bool:
    return bool(a.dtype.kind == "f" or a.dtype.name == "bfloat16")


def eps_of(dtype: Any) -> float:
    return 2.0**-7 if getattr(dtype, "name", "") == "bfloat16" else float(np.finfo(dtype).eps)


def common_dtype(t: Any, y: Any) -> Any:
    """The dtype that holds both; of bfloat16 and float16, which NumPy may not tell, float32."""
    names = {t.dtype.name, y.dtype.name}
    return (
        y.dtype
        if names == {"bfloat16"}
        else np.result_type(*(np.float32 if a.dtype.name == "bfloat16" else a for a in (t, y)))
    )
