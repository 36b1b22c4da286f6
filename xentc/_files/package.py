"""pyarrow, which reads most formats, and is an extra."""

from typing import Any

from .errors import MissingPackage


def pyarrow(name: str, module: str = "pyarrow") -> Any:
    """The module, imported when a file or table needs it."""
    from importlib import import_module

    try:
        return import_module(module)
    except ImportError:
        raise MissingPackage(
            f"{name} takes pyarrow to read: pip install 'xentc[cli]' (.npy and .npz are read without)"
        ) from None
