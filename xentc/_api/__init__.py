"""The public functions, one module a family: signatures and docstrings; what they do is in ``_core``."""
