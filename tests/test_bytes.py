"""The byte form: whatever is wrong with it is a ValueError in words, and nothing in it is ever executed."""

import pickle
import struct

import numpy as np
import pytest
from golden_cases import CASES, FOLDER, from_bytes
from hypothesis import given, settings
from hypothesis import strategies as st

import xentc
from xentc._core import byte_form

FILES = {name: (FOLDER / f"{name}.bin").read_bytes() for name in CASES}
SMALL = [name for name in FILES if len(FILES[name]) < 3000]
HEAD = 14


def signed(body, version=byte_form.VERSION, kind=b"E"):
    """Bytes whose checksum is right."""
    data = struct.pack("<4scBQ", b"xent", kind, version, len(body)) + body
    return data + byte_form._digest(data)


def kind_of(name):
    return b"C" if name.startswith("total") else b"E"


@pytest.mark.parametrize("name", ["total_of_labels", "evaluation_of_keys"])
def test_every_cut_and_every_bit(name):
    data = FILES[name]
    for n in range(len(data)):
        with pytest.raises(ValueError, match=r"^data (is cut short|must be the bytes of)"):
            from_bytes(name, data[:n])
    for at in range(len(data) * 8):
        changed = bytearray(data)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(ValueError, match=r"^data (is|was|must|has)"):
            from_bytes(name, bytes(changed))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SMALL), st.data())
def test_damage_that_the_checksum_does_not_show(name, data):
    """It is made on purpose. It is an error, or a total of other numbers; there is no third."""
    body = bytearray(FILES[name][HEAD:-8])
    for _ in range(data.draw(st.integers(1, 3))):
        at, how = data.draw(st.integers(0, len(body) - 1)), data.draw(st.integers(0, 2))
        if how == 0:
            body[at] ^= 1 << data.draw(st.integers(0, 7))
        elif how == 1:
            del body[at : at + data.draw(st.integers(1, 9))]
        else:
            body[at:at] = data.draw(st.binary(min_size=1, max_size=9))
    try:
        made = from_bytes(name, signed(bytes(body), kind=kind_of(name)))
    except ValueError:
        return
    repr(made.report() if isinstance(made, xentc.Evaluation) else made._totals)
    assert from_bytes(name, made.to_bytes()).to_bytes() == made.to_bytes()


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=80), st.booleans())
def test_any_bytes(data, with_head):
    for name in ("total_empty", "evaluation_empty"):
        with pytest.raises(ValueError, match=r"^data "):
            from_bytes(name, signed(data, kind=kind_of(name)) if with_head else data)


def test_foreign_newer_and_longer_bytes():
    total, evaluation = FILES["total_of_labels"], FILES["evaluation"]
    for data, words in (
        (b"", "does not begin as such bytes do"),
        (b"PAR1" + bytes(40), "does not begin as such bytes do"),
        (pickle.dumps(xentc.Evaluation()), "does not begin as such bytes do"),
        (total, "must be the bytes of an Evaluation; these are of a CrossEntropy"),
        (evaluation + b"\0", "has 1 bytes too many at its end"),
        (evaluation[:-1], f"is cut short: {len(evaluation) - 1} bytes of {len(evaluation)}"),
        (signed(evaluation[HEAD:-8], version=2), "was written by a newer version of xentc: its form is 2"),
        (signed(evaluation[HEAD:-8] + b"N"), "does not end where its value does"),
        (signed(b"N"), "is not an Evaluation"),
        (signed(b"l" + struct.pack("<Q", 1 << 62) + b"N"), "is damaged"),
        (signed(b"l" + struct.pack("<Q", 1) * 1), "is damaged"),
        (signed((b"l" + struct.pack("<Q", 1)) * 100_000), "is damaged"),
    ):
        with pytest.raises(ValueError, match=words):
            xentc.Evaluation.from_bytes(data)
    for data in (evaluation, b"xent", total[:20]):
        with pytest.raises(ValueError, match=r"^data (must be the bytes of a CrossEntropy|is cut short)"):
            xentc.CrossEntropy.from_bytes(data)
    for wrong in ("text", 3, None, ["xent"]):
        with pytest.raises(TypeError, match="data must be bytes, not"):
            xentc.Evaluation.from_bytes(wrong)
    for data in (bytearray(evaluation), memoryview(evaluation), np.frombuffer(evaluation, np.uint8)):
        assert xentc.Evaluation.from_bytes(data).to_bytes() == evaluation


def test_a_pickle_is_never_read(tmp_path):
    """Neither in place of the bytes nor inside of them."""

    class Evil:
        def __reduce__(self):
            return (tmp_path / "was_here").touch, ()

    bomb = pickle.dumps(Evil())
    for data in (bomb, signed(bomb), signed(b"b" + bytes([len(bomb)]) + bomb)):
        with pytest.raises(ValueError, match=r"^data "):
            xentc.Evaluation.from_bytes(data)
    assert not (tmp_path / "was_here").exists()


@pytest.mark.parametrize("name", CASES)
def test_it_pickles(name):
    made = from_bytes(name, FILES[name])
    assert pickle.loads(pickle.dumps(made)).to_bytes() == FILES[name]


def test_it_is_small():
    total = xentc.CrossEntropy(variance=True)
    labels = np.arange(10_000) % 5
    y = np.random.default_rng(0).dirichlet(np.ones(5), 10_000)
    total.update_labels(labels, y, sample_weight=y[:, 0])
    assert len(total.to_bytes()) < 1000
    grouped = xentc.Evaluation().update(labels, y, by=np.arange(10_000))
    assert len(grouped.to_bytes()) < 64 * 10_000
    assert len(xentc.Evaluation().update(labels, y).to_bytes()) < 2500


def test_numbers_of_every_size():
    """Whole numbers, arrays of them, and values of every kind come back, and one value has one form."""
    wholes = [sign * (1 << bits) + more for bits in range(0, 4400, 13) for sign in (1, -1) for more in (-1, 0, 1)]
    value = {
        "wholes": wholes,
        "floats": [0.0, -0.0, 5e-324, float("inf")],
        "arrays": [np.array(x, np.int64) for x in ([], [127], [128, -128], [-129], [1 << 31], [-(1 << 63)])],
        "reals": np.array([0.5, float("inf"), -0.0]),
        "none": None,
        "texts": ["", "ä" * 300, "\ud800"],
        "octets": b"\0" * 255,
    }
    data = byte_form.pack("E", value)
    back = byte_form.unpack("E", data, "it")
    assert list(back["wholes"]) == wholes
    assert byte_form.pack("E", back) == data
    for got, want in zip(back["arrays"], value["arrays"], strict=True):
        assert got.dtype == np.int64
        assert got.tolist() == want.tolist()
    assert byte_form.pack("E", float("nan")) == byte_form.pack("E", -float("nan"))
    assert byte_form.pack("E", np.array([float("nan")])) == byte_form.pack("E", -np.array([float("nan")]))
