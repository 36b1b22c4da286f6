"""The SIMD tier of this process, and what ``show_config`` tells of it."""

import os
import sys
from typing import Any, Literal, overload

import numpy as np

from .. import _kernels
from .._version import __version__
from . import threads
from .arguments import check_choice
from .public import public

TIERS: tuple[str, ...] = _kernels.tier_names[: _kernels.n_supported_tiers]


def _choose_tier() -> str:
    """XENTC_ISA if it is set, else the fastest tier of this machine."""
    name = os.environ.get("XENTC_ISA")
    if not name:
        return TIERS[-1]
    if name not in _kernels.tier_names:
        raise ImportError(f"the environment variable XENTC_ISA must be one of {', '.join(TIERS)}; got {name!r}")
    if name not in TIERS:
        raise ImportError(f"XENTC_ISA={name}: this machine cannot run that tier; it has {', '.join(TIERS)}")
    return name


def use_tier(name: str) -> None:
    """Run the given tier from now on. For tests and measurements: results are the same on every tier."""
    _kernels.use_tier(_kernels.tier_names.index(check_choice("tier", name, TIERS)))


use_tier(_choose_tier())


@overload
def show_config(mode: Literal["stdout"] = "stdout") -> None: ...
@overload
def show_config(mode: Literal["dicts"]) -> dict[str, Any]: ...
@public
def show_config(mode: str = "stdout") -> dict[str, Any] | None:
    """Show how xentc was built and what it runs on.

    Parameters
    ----------
    mode : {"stdout", "dicts"}
        Print, or return a dictionary, as :func:`numpy.show_config` does.

    Returns
    -------
    dict or None
        With ``mode="dicts"``: ``version``; ``simd`` (``tier`` in use, ``available`` ones from the slowest to
        the fastest); ``threads``; ``build`` (``compiler``, ``flags``); ``numpy``; ``python``.

    Raises
    ------
    ValueError
        If ``mode`` is neither of the two.

    Examples
    --------
    >>> import xentc
    >>> config = xentc.show_config(mode="dicts")
    >>> config["simd"]["tier"] in config["simd"]["available"]
    True
    """
    check_choice("mode", mode, ("stdout", "dicts"))
    config: dict[str, Any] = {
        "version": __version__,
        "simd": {"tier": _kernels.tier_names[_kernels.tier_in_use()], "available": list(TIERS)},
        "threads": threads.get_num_threads(),
        "build": {"compiler": _kernels.compiler, "flags": _kernels.compile_flags},
        "numpy": np.__version__,
        "python": sys.version.split()[0],
    }
    if mode == "dicts":
        return config
    for section, value in config.items():
        if not isinstance(value, dict):
            print(f"{section}: {value}")
            continue
        print(f"{section}:")
        for key, item in value.items():
            print(f"  {key}: {', '.join(item) if isinstance(item, list) else item}")
    return None
