"""torch: tensors on the CPU. bfloat16, which NumPy has not, by its bits."""

import sys
from typing import Any

import numpy as np

from .._core import dtypes
from .missing import Array


def read(name: str, value: Any) -> Array | None:
    torch: Any = sys.modules["torch"]
    if not isinstance(value, torch.Tensor):
        return None
    if value.requires_grad:
        raise TypeError(f"{name} must be data, and is a tensor that requires a gradient; pass {name}.detach()")
    if value.device.type != "cpu":
        raise TypeError(f"{name} must be on the CPU, not on {value.device}; pass {name}.cpu()")
    if value.layout != torch.strided:
        raise TypeError(f"{name} must be a dense tensor, not {value.layout}; pass {name}.to_dense()")
    value = value.resolve_conj().resolve_neg()
    if value.dtype == torch.bfloat16:
        return dtypes.bfloat16_of(value.view(torch.int16).numpy().view(np.uint16))
    try:
        array: Array = value.numpy()
    except TypeError:  # a dtype that NumPy has not
        raise dtypes.refusal(name, str(value.dtype), hint=f"convert it, as by {name}.to(torch.float32)") from None
    return array
