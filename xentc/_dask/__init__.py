"""Arrays and frames of Dask: lazy results, computed chunk by chunk where the chunks are.

``operands`` finds out how the arguments' axes meet and refuses what cannot be, ``chunks`` runs something on the chunks
that meet and adds up what it leaves of each, ``frames`` makes arrays of frames. ``rows``, ``derivatives``, ``totals``
and ``evaluation`` say what is run. All of it is imported when the gate (``_readers/lazy.py``) has met such an argument.
"""
