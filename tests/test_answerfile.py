"""The strict reader takes what the course writes, and nothing else."""

import json
import os
import re
import sys
import time
import tracemalloc
from unittest import mock

import json_tricks
import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.core import answerfile
from grader.core.answerfile import AnswerFileError, LostTensor, loads

scalars = st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(max_size=20)
arrays = hnp.arrays(
    st.sampled_from(["float32", "float64", "int64", "uint8", "bool"]),
    hnp.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=4),
)
answers = st.dictionaries(
    st.text(min_size=1, max_size=8).filter(lambda key: not key.startswith("__")),
    st.recursive(scalars | arrays, lambda inner: st.lists(inner, max_size=4), max_leaves=20),
    max_size=5,
)


@settings(max_examples=200, deadline=None)
@given(answers)
def test_what_is_written_is_read_back(values):
    plain = {key: answerfile.plain(value, key) for key, value in values.items()}

    np.testing.assert_equal(loads(answerfile.dumps(plain)), plain)


rows = st.integers(0, 3).flatmap(
    lambda size: st.lists(hnp.arrays(st.sampled_from(["float32", "float64", "int64"]), (size,)), min_size=1, max_size=4)
)
spoilt = st.sampled_from(
    [("", ""), ("2]", "3]"), ("64", "16"), (".0", ""), (", ", ","), ("e", "E"), ("1", "01"), ("]}", "]")]
)


@settings(max_examples=200, deadline=None)
@given(answers | st.dictionaries(st.text(max_size=3), rows))
def test_what_is_written_is_what_json_tricks_writes(values):
    plain = {key: answerfile.plain(value, key) for key, value in values.items()}

    assert answerfile.dumps(plain) == json_tricks.dumps(plain, allow_nan=True, primitives=False)


@pytest.mark.parametrize("reader", [json.loads, orjson.loads], ids=["json", "orjson"])
@settings(max_examples=300, deadline=None)
@given(history=rows, change=spoilt)
def test_histories_are_read_in_one_as_they_are_piece_by_piece(reader, history, change):
    text = answerfile.dumps({"history": history}).replace(*change)

    def outcome():
        try:
            return loads(text)
        except AnswerFileError as error:
            return str(error)

    with mock.patch.object(answerfile, "ROWS", re.compile("(?!)")):
        piece_by_piece = outcome()

    with mock.patch.object(answerfile, "read_numbers", reader):
        np.testing.assert_equal(outcome(), piece_by_piece, strict=True)


@pytest.mark.parametrize("reader", [json.loads, orjson.loads], ids=["json", "orjson"])
@pytest.mark.parametrize(
    "number", ["1e400", "-1e400", "1" * 30, "1" * 350, "1" * 401, "-0", "-0.0", "5e-324", "1.", "NaN"]
)
def test_numbers_at_the_edge_are_read_in_one_as_they_are_piece_by_piece(reader, number):
    text = answerfile.dumps({"history": [np.array([1.5, 2.5]), np.array([3.5, 4.5])]}).replace("3.5", number)

    def outcome():
        try:
            return repr(loads(text))
        except AnswerFileError as error:
            return str(error)

    with mock.patch.object(answerfile, "ROWS", re.compile("(?!)")):
        piece_by_piece = outcome()
    with mock.patch.object(answerfile, "read_numbers", reader):
        assert outcome() == piece_by_piece


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300))
def test_any_bytes_give_a_dictionary_or_one_sentence(data):
    try:
        assert isinstance(loads(data), dict)
    except AnswerFileError as error:
        assert "\n" not in str(error).strip()


HOSTILE = {
    "imports a module": {"__instance_type__": ["this", "d"], "attributes": {}},
    "optimizer": {"__instance_type__": ["torch.optim.sgd", "SGD"], "attributes": {}},
    "enum as lookup": {"__enum__": {"__enum_instance_type__": ["os", "environ"], "name": "HOME"}},
    "array that reads a file": {"__ndarray__": "/etc/passwd", "dtype": "fromfile", "shape": []},
    "array that writes a file": {"__ndarray__": "/tmp/evil", "dtype": "savez", "shape": []},
    "array of objects": {"__ndarray__": [1], "dtype": "object", "shape": [100000, 100000]},
    "huge empty array": {"__ndarray__": 10**11, "dtype": "empty", "shape": []},
    "structured dtype": {"__ndarray__": [1], "dtype": ">f4,<i2", "shape": [1]},
    "compressed array": {"__ndarray__": "b64.gz:H4sI", "dtype": "float64", "shape": [1000]},
    "shape that lies": {"__ndarray__": [1, 2, 3], "dtype": "float64", "shape": [7]},
    "negative shape": {"__ndarray__": [], "dtype": "float64", "shape": [-1]},
    "boolean shape": {"__ndarray__": [1], "dtype": "float64", "shape": [True]},
    "ragged array": {"__ndarray__": [[1, 2], [3]], "dtype": "float64", "shape": [2, 2]},
    "text in an array": {"__ndarray__": ["x"], "dtype": "float64", "shape": [1]},
    "dtype list": {"__ndarray__": [1], "dtype": ["f4"], "shape": [1]},
    "unknown field": {"__ndarray__": [1], "dtype": "float64", "shape": [1], "evil": 1},
    "path": {"__pathlib__": "/etc/passwd"},
    "bytes": {"__bytes_b64__": "AAAA"},
    "fraction": {"__fraction__": True, "numerator": 1, "denominator": 0},
    "date": {"__datetime__": None, "year": 1},
    "any other": {"__x__": 1},
    "the reader's own mark": {"__rows__": 0},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_objects_are_refused_without_an_import(name):
    loads(b"{}")  # Python loads a codec the first time
    before = set(sys.modules)

    with pytest.raises(AnswerFileError) as error:
        loads(json.dumps({"X_grad": HOSTILE[name]}))

    assert "\n" not in str(error.value)
    assert set(sys.modules) == before


BROKEN = {
    b"": "the answer file is empty",
    b"  \n": "the answer file is empty",
    b"<!doctype html><html>": "the answer file is a web page",
    b"\x1f\x8b\x08\x00": "the answer file is compressed",
    b'{"a": [1, 2': "not valid JSON at line 1, column 12",
    b"[1, 2]": "holds a list, not a dictionary",
    b'"text"': "holds a str, not a dictionary",
    b"null": "holds a NoneType, not a dictionary",
    b'{"a": 1, "a": 2}': "has the key 'a' twice",
    b"\xff\xfe\x00{": "not UTF-8 text at byte 0",
    b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b"}": "nested more than 32 levels deep",
    b'{"a": ' + b"9" * 5000 + b"}": "an integer of more than 400 digits",
    b'{"a": "' + b"x" * 400000 + b'"}': "a text of more than 65536 characters",
}


@pytest.mark.parametrize("data", BROKEN, ids=lambda data: repr(data[:20]))
def test_broken_files_give_one_sentence(data):
    with pytest.raises(AnswerFileError, match=BROKEN[data].replace("(", r"\(")):
        loads(data)


def test_a_byte_order_mark_and_big_floats_are_taken():
    assert loads('\ufeff{"a": 1e999, "b": NaN, "c": -0.0}'.encode())["a"] == float("inf")


def test_a_tensor_that_json_tricks_lost_is_recognised():
    """json_tricks stores the class of a tensor and none of its numbers."""
    import torch

    text = json_tricks.dumps({"X_grad": torch.ones(2), "p3": [1.0]})

    values = loads(text)

    assert isinstance(values["X_grad"], LostTensor)
    assert values["p3"] == [1.0]


def test_a_million_backslashes_take_no_time():
    """json_tricks strips comments with a quadratic pattern; we never do."""
    start = time.monotonic()
    for flood in (b"\\" * 1_000_000, b'\\"' * 500_000, b'"' + b'\\"' * 500_000):
        with pytest.raises(AnswerFileError):
            loads(b'{"a": ' + flood)

    assert time.monotonic() - start < 5


def test_links_pipes_and_hard_links_are_refused(tmp_path):
    real = tmp_path / "real.json"
    real.write_text("{}")
    (tmp_path / "link.json").symlink_to(real)
    os.mkfifo(tmp_path / "pipe.json")

    for name in ("link.json", "pipe.json", "missing.json", "."):
        with pytest.raises(AnswerFileError):
            answerfile.read(tmp_path / name)
    os.link(real, tmp_path / "hard.json")
    with pytest.raises(AnswerFileError, match="no link"):
        answerfile.read(real)


@pytest.mark.parametrize(
    "data", [["x" * 60_000] + [""] * 20_000, [[1.0, "x" * 60_000]] + [[1.0, ""]] * 10_000], ids=["list", "rows"]
)
def test_a_long_text_among_many_takes_no_memory(data):
    """NumPy gives each text of an array as much room as the longest: gigabytes of a file of 140 kB."""
    one = {"__ndarray__": data, "dtype": "float64", "shape": [len(data)]}
    tracemalloc.start()
    with pytest.raises(AnswerFileError, match="data does not have its shape"):
        loads(json.dumps({"k": one}))

    assert tracemalloc.get_traced_memory()[1] < 2**30 / 4
    tracemalloc.stop()


def test_a_key_that_is_there_twice_is_found_among_many():
    text = "{" + ",".join(f'"k{n}": 1' for n in range(40_000)) + ', "x": 1, "x": 1}'
    start = time.monotonic()
    with pytest.raises(AnswerFileError, match="the key 'x' twice"):
        loads(text)

    assert time.monotonic() - start < 5
