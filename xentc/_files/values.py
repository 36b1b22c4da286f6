"""The values of columns, NumPy or Arrow, as the arrays of a batch."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .errors import FileError, at_row, listed, one_line
from .memory import Pool
from .table import Array, Values, kind_of

Where = tuple[str, int, str]  # file, number of the first row in it, column: for messages


def _column(name: str) -> str:
    return f"column '{name}': " if name else ""


def wrong(where: Where, row: int, trouble: str) -> FileError:
    """Of a row of a block."""
    return at_row(where[0], where[1] + row, _column(where[2]) + trouble)


def _is_arrow(values: Values) -> bool:
    return not isinstance(values, np.ndarray)


def as_numpy(values: Any) -> Array:
    """An Arrow array of numbers or bool without missing values, where possible its own memory.

    By DLPack: Arrow's own way imports pandas, where that is installed, which takes longer than most files.
    """
    if str(values.type) == "bool":
        return np.from_dlpack(values.cast("uint8")).view(np.bool_)
    array: Array = np.from_dlpack(values)
    return array


def _first_missing(values: Any) -> int:
    return int(np.argmax(as_numpy(values.is_null())))


def _plain(values: Values, where: Where) -> Any:
    """An Arrow array without missing values, of its storage's type; dictionaries stay."""
    storage = getattr(values, "storage", None)
    if storage is not None:
        values = storage
    if values.null_count:
        raise wrong(where, _first_missing(values), "the value is missing")
    return values


def _present(values: Array, where: Where) -> Array:
    """A NumPy array that is not masked anywhere."""
    mask = getattr(values, "mask", None)
    if mask is None:
        return values
    if np.any(mask):
        raise wrong(where, int(np.argmax(mask)), "the value is missing")
    return np.asarray(values)


def _numbers(values: Any, where: Where) -> Array:
    """An Arrow array of numbers as NumPy's, without a copy where its memory allows."""
    if hasattr(values, "dictionary"):
        values = _plain(values.dictionary_decode(), where)
    if str(values.type).startswith("decimal"):
        values = values.cast("float64")
    try:
        array = as_numpy(values)
    except Exception:
        array = np.empty(0, object)
    if kind_of(array.dtype) not in ("float", "integer", "bool"):
        raise FileError(f"{where[0]}: {_column(where[2])}must be numbers, not {values.type}")
    return array


def as_numbers(values: Values, where: Where) -> Array:
    """(n,) numbers, in their own dtype."""
    if _is_arrow(values):
        return _numbers(_plain(values, where), where)
    values = _present(values, where)
    if values.ndim != 1 or kind_of(values.dtype) not in ("float", "integer", "bool"):
        shape = f" of the shape (n, {values.shape[1]})" if values.ndim > 1 else ""
        raise FileError(f"{where[0]}: {_column(where[2])}must be one number a row, not {values.dtype}{shape}")
    return np.asarray(values)


def as_matrix(values: Values, where: Where) -> Array:
    """(n, K) numbers: a matrix, or a list in every row, all of the same length."""
    if not _is_arrow(values):
        values = _present(values, where)
        if values.ndim != 2 or kind_of(values.dtype) not in ("float", "integer", "bool"):
            raise FileError(f"{where[0]}: {_column(where[2])}must be a matrix of numbers, not {values.dtype}")
        return np.asarray(values)
    lists = _plain(values, where)
    if hasattr(lists, "dictionary"):
        lists = _plain(lists.dictionary_decode(), where)
    n = len(lists)
    width = getattr(lists.type, "list_size", -1)
    if width < 0:
        offsets = as_numpy(lists.offsets)
        lengths = np.diff(offsets)
        width = int(lengths[0]) if n else 0
        other = np.flatnonzero(lengths != width)
        if other.size:
            row = int(other[0])
            raise wrong(where, row, f"the list has {lengths[row]} elements, the first row's has {width}")
    inner = lists.flatten()
    if inner.null_count:
        place = _first_missing(inner)
        raise wrong(where, place // max(width, 1), f"element {place % max(width, 1)} of the list is missing")
    flat = _numbers(inner, where)
    if len(flat) != n * width:
        raise FileError(f"{where[0]}: {_column(where[2])}the lists are damaged")
    return flat.reshape(n, width)


def columns_as_matrix(columns: Sequence[Array], pool: Pool) -> Array:
    """(n, K) from K columns: in Fortran order, so that each is copied as it lies."""
    first = columns[0].dtype
    dtype = first if all(column.dtype == first for column in columns) else np.result_type(*columns)
    matrix = pool.empty((len(columns), len(columns[0])), dtype)
    for row, column in zip(matrix, columns, strict=True):
        row[:] = column
    return matrix.T


def arrow_as_matrix(columns: Sequence[Values]) -> Array | None:
    """The same of Arrow's columns by Arrow, whose call for all is faster than ours for each; None if it cannot."""
    given = getattr(columns[0], "type", None)
    if str(given) not in ("float", "double", "halffloat") or any(
        isinstance(column, np.ndarray) or column.type != given or column.null_count for column in columns
    ):
        return None
    import pyarrow as pa

    batch = pa.RecordBatch.from_arrays(columns, [""] * len(columns))
    matrix: Array = batch.to_tensor(row_major=False).to_numpy()
    return matrix


def as_floating(matrix: Array) -> Array:
    """Probabilities given as integers or bool, as the float64 that they are read as."""
    return matrix if kind_of(matrix.dtype) == "float" else matrix.astype(np.float64)


def as_text(values: Values, where: Where) -> tuple[Array, list[Any]]:
    """Codes, and the distinct values they stand for; text without blanks around it."""
    if _is_arrow(values):
        coded = _plain(values, where)
        if not hasattr(coded, "dictionary"):
            coded = coded.dictionary_encode()
        _check_utf8(coded.dictionary, where)
        return as_numpy(coded.indices), [_decoded(value, where) for value in coded.dictionary.to_pylist()]
    values = _present(values, where)
    _check_text(values, where)
    try:
        found, codes = np.unique(values, return_inverse=True)
    except TypeError:  # of objects
        raise FileError(f"{where[0]}: {_column(where[2])}must be all text or all numbers, not both") from None
    return codes, [_decoded(value, where) for value in found.tolist()]


def _check_utf8(values: Any, where: Where) -> None:
    """That Arrow's text is text: not every reader of it looks."""
    try:
        values.validate(full=True)
    except Exception as error:
        raise FileError(f"{where[0]}: {_column(where[2])}is damaged: {one_line(error)}") from None


def _check_text(values: Array, where: Where) -> None:
    """That NumPy's text is of characters: it does not look when it reads."""
    if values.dtype.kind == "U":
        codes = np.ascontiguousarray(values).view(np.uint32).reshape(len(values), -1)
        wrong_rows = ((codes > 0x10FFFF) | ((codes >= 0xD800) & (codes < 0xE000))).any(axis=1)
        if wrong_rows.any():
            raise wrong(where, int(np.argmax(wrong_rows)), "the text has what is no character")


def _decoded(value: Any, where: Where) -> Any:
    if isinstance(value, bytes):
        try:
            value = value.decode("utf-8")
        except UnicodeDecodeError:
            raise FileError(f"{where[0]}: {_column(where[2])}{value[:40]!r} is not text in UTF-8") from None
    return value.strip() if isinstance(value, str) else value


def as_groups(values: Values, where: Where) -> Values:
    """(n,) of what rows are grouped by, as it is: numbers, text or times, none missing."""
    if _is_arrow(values):
        values = _plain(values, where)
        if kind_of_arrow(values) == "number":
            return _numbers(values, where)
        empty = np.zeros(1, bool)
        if is_text(values):
            _check_utf8(getattr(values, "dictionary", values), where)
            empty = _is_empty(values)
    else:
        values = _present(values, where)
        _check_text(values, where)
        empty = np.isnat(values) if values.dtype.kind in "mM" else values != values
        if values.dtype.kind == "O":
            empty |= np.array([value is None for value in values.tolist()], bool)
    if np.any(empty):
        raise wrong(where, int(np.argmax(empty)), "the value is missing")
    return values


def _is_empty(values: Any) -> Array:
    """Where Arrow's text is empty, which is how a text file leaves out a value."""
    import pyarrow.compute as pc

    if not hasattr(values, "dictionary"):
        empty: Array = as_numpy(pc.binary_length(values)) == 0
        return empty
    empty = as_numpy(pc.binary_length(values.dictionary)) == 0
    return empty[as_numpy(values.indices)] if empty.any() else empty


def take(values: Values, places: Array) -> Values:
    """The values at some places."""
    return values.take(places) if _is_arrow(values) else values[places]


def together(values: Sequence[Values]) -> Values:
    """Blocks of one column as one."""
    if not _is_arrow(values[0]):
        return np.concatenate(values)
    import pyarrow as pa

    if hasattr(values[0], "dictionary"):  # of each block its own
        return pa.chunked_array(values).unify_dictionaries().combine_chunks()
    return pa.concat_arrays(values)


def kind_of_arrow(values: Any) -> str:
    """Numbers, or anything else, which is read as text."""
    name = str(values.type)
    return "number" if name.startswith(("int", "uint", "float", "double", "halffloat", "bool", "decimal")) else "text"


def as_ids(values: Values, where: Where) -> Array:
    """(n,) integers, or text as UTF-8 in bytes of one length, for joining."""
    if _is_arrow(values):
        values = _plain(values, where)
        if hasattr(values, "dictionary"):
            values = values.dictionary_decode()
        values = _bytes_of(values) if kind_of_arrow(values) == "text" else _numbers(values, where)
    values = _present(values, where)
    if values.dtype.kind == "O" and all(isinstance(value, str) for value in values.tolist()):
        values = values.astype(str)
    _check_text(values, where)
    if values.dtype.kind in "UT":
        values = np.strings.encode(values, "utf-8")
    if kind_of(values.dtype) == "float" and (values == np.trunc(values)).all() and (abs(values) < 2**53).all():
        values = values.astype(np.int64)  # as pandas makes of whole numbers with gaps
    if values.ndim != 1 or values.dtype.kind not in "iuS":
        raise FileError(f"{where[0]}: {_column(where[2])}an id must be a whole number or text, not {values.dtype}")
    return np.asarray(values)


def _bytes_of(values: Any) -> Array:
    """Arrow's text, each padded with NUL to the longest, as NumPy has bytes."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values = values.cast(pa.large_string())
    width = max(pc.max(pc.binary_length(values)).as_py() or 0, 1)
    padded = pc.ascii_rpad(values, width, "\0")
    first = np.frombuffer(padded.buffers()[1], np.int64, 1, 8 * padded.offset)[0]
    return np.frombuffer(padded.buffers()[2], f"S{width}", len(padded), int(first))


def one_hot_labels(matrix: Array, where: Where) -> Array:
    """(n,) positions of the ones in rows of zeros."""
    ones = matrix == 1
    good = ones.sum(axis=1) == 1
    good &= ((matrix == 0) | ones).all(axis=1)
    if not good.all():
        row = int(np.argmin(good))
        raise wrong(where, row, f"labels must be a single 1 among zeros; got {listed(matrix[row].tolist(), 8)}")
    labels: Array = ones.argmax(axis=1)
    return labels


def is_text(values: Values) -> bool:
    """Whether values are text or codes of it, so not numbers."""
    if isinstance(values, np.ndarray):
        return kind_of(values.dtype) == "text" or values.dtype == object
    storage: Any = getattr(values, "storage", values)
    given = str(storage.dictionary.type if hasattr(storage, "dictionary") else storage.type)
    return given in ("string", "large_string", "string_view", "binary", "large_binary")
