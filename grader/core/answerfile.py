"""The answer file: how values are written, and the strict reader of files that students hand in.

The format is what ``json_tricks.dump`` writes for a dictionary of numbers, strings, booleans, lists
and arrays. Writing goes through json_tricks. Reading never does: its hooks import modules and call
functions that the file names, so a hand-in is decoded here with the standard library, and long rows
of numbers with orjson, which has no hooks.
"""

import json
import math
import re
import sys
from collections import Counter
from functools import lru_cache
from itertools import chain
from pathlib import Path

import numpy as np
from json_tricks import TricksEncoder, numpy_encode

from grader.core import files

try:
    from orjson import loads as read_numbers  # where it is installed: the same numbers, to the last bit, much sooner
except ImportError:
    from json import loads as read_numbers

MAX_BYTES = 8 * 2**20
MAX_DEPTH = 32
MAX_NODES = 2_000_000
MAX_ELEMENTS = 1_000_000
MAX_STRING = 64 * 2**10
LONGEST = 6 * MAX_STRING  # of a text in the file, where a character can be written with six, as an escape
MAX_DIGITS = 400
MAX_NDIM = 4

KINDS = {  # the types of numbers that an array may have, by name
    name: np.dtype(name)
    for name in ["bool"]
    + [f"float{bits}" for bits in (16, 32, 64)]
    + [f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)]
}
SIZES = {(kind.kind, kind.itemsize) for kind in KINDS.values()}  # the same, quicker to look up than a name
ARRAY_KEYS = {"__ndarray__", "dtype", "shape", "Corder", "endian"}
TORCH_CLASSES = {"Tensor", "Parameter", "FloatTensor", "DoubleTensor", "LongTensor"}
FORBIDDEN = "the answer file holds an array of type {} and shape {}, which is not allowed: only numbers are."
FLOATS = r"[-+.0-9eE, NaIfinty]++"  # whether these characters make numbers is seen when they are read
ROWS = re.compile(  # a history as json_tricks writes it: a list of flat arrays of one type and one shape
    rf'\[\{{"__ndarray__": \[{FLOATS}(?P<end>\], "dtype": "(?P<kind>float\d\d)", "shape": \[(?P<size>[1-9]\d{{0,5}})\]'
    rf'(?:, "Corder": true)?\}})(?:, \{{"__ndarray__": \[{FLOATS}(?P=end))++\]'
)
HEAD = '{"__ndarray__": ['
ARRAY_VALUES = 14  # that such an array counts besides its numbers: its texts, brackets and commas
LIFTED = "__rows__"  # stands in the text where such a list was
TRICKS = TricksEncoder((numpy_encode,), allow_nan=True)  # made once: it asks each of its functions what it takes
ESCAPE = re.compile(rb"\\.", re.DOTALL)
TURNS = np.zeros(256, dtype=np.int8)  # how a byte outside of strings changes the depth
TURNS[[ord("["), ord("{")]] = 1
TURNS[[ord("]"), ord("}")]] = -1


class AnswerFileError(ValueError):
    """An answer file that cannot be read; the message is one sentence for the person who wrote it."""


class LostTensor:
    """Stands where json_tricks stored a torch tensor: the file holds its class, but none of its numbers."""

    def __repr__(self) -> str:
        return "LostTensor()"


# --------------------------------------------------------------------------- writing


def plain(value, key: str = "answer"):
    """Return `value` as what an answer file may hold; `key` names it in the error.

    Tensors become their arrays and tuples lists; arrays without dimensions become numbers. NaN and
    infinity stay.

    Raises:
        TypeError: for anything that is not a number, string, boolean, None, list, array, tensor or
            a dictionary with string keys.
        ValueError: when it is too large or nested too deeply to be read again.

    """
    return _plain(value, key, MAX_DEPTH)


def _plain(value, key: str, depth: int):
    if depth == 0:
        raise ValueError(f'answer["{key}"] is nested more than {MAX_DEPTH} levels deep: store a flat list.')
    if value is None or isinstance(value, (bool, int, float, str)):
        return _plain_scalar(value, key)
    if _is_tensor(value):
        value = _plain_tensor(value, key)
    if isinstance(value, (np.ndarray, np.generic)):
        return _plain_array(value, key)
    if isinstance(value, dict):
        _require_string_keys(value, key)
        return {name: _plain(item, f"{key}.{name}", depth - 1) for name, item in value.items()}
    if isinstance(value, (set, frozenset)) and all(isinstance(item, str) for item in value):
        value = sorted(value)
    if isinstance(value, (list, tuple)):
        return [_plain(item, key, depth - 1) for item in value]
    raise TypeError(f'answer["{key}"] holds {_described(value)}: store numbers, strings, lists, arrays or tensors.')


def _described(value) -> str:
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if callable(value) and hasattr(value, "__name__"):
        return f"the function {value.__name__}"
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _is_tensor(value) -> bool:
    """Say whether this is a tensor; where torch was never loaded there is none, and loading it takes a second."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def _plain_tensor(value, key: str) -> np.ndarray:
    try:
        value = value.detach().cpu()
        return (value.float() if str(value.dtype) == "torch.bfloat16" else value).numpy()
    except (RuntimeError, TypeError):
        raise TypeError(f'answer["{key}"] holds a tensor without plain numbers: store value.to_dense().') from None


def _plain_scalar(value, key: str):
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            value = kind(value)  # an enum or a NumPy float is written as the plain value it is
            break
    if isinstance(value, str) and (len(value) > MAX_STRING or len(json.dumps(value)) - 2 > LONGEST):
        raise ValueError(f'answer["{key}"] holds a text of {len(value)} characters: at most {MAX_STRING} fit.')
    if isinstance(value, int) and abs(value) >= 10**MAX_DIGITS:
        raise ValueError(f'answer["{key}"] holds an integer of more than {MAX_DIGITS} digits: store a float.')
    return value


def _plain_array(value, key: str):
    if value.dtype.kind == "U":
        return _plain(value.tolist(), key, MAX_DEPTH)
    if (value.dtype.kind, value.dtype.itemsize) not in SIZES:
        raise TypeError(f'answer["{key}"] holds an array of {value.dtype}: store an array of numbers.')
    if value.size > MAX_ELEMENTS or value.ndim > MAX_NDIM:
        raise ValueError(
            f'answer["{key}"] holds an array of shape {value.shape}: '
            f"at most {MAX_ELEMENTS} elements in {MAX_NDIM} dimensions fit."
        )
    return np.array(value, dtype=value.dtype.newbyteorder("=")) if value.ndim else value.item()


def _require_string_keys(value: dict, key: str) -> None:
    for name in value:
        if not isinstance(name, str) or name.startswith("__"):
            raise TypeError(f'answer["{key}"] has the dictionary key {name!r}: use strings such as "first".')


def image(value) -> bytes | None:
    """Return what a history is written from, in one piece, to see quickly whether it has changed; None for others.

    Two lists of numbers, of rows of numbers, or of tensors of one type and shape, are written in the same way when
    their images are equal.
    """
    kinds = set(map(type, value)) if type(value) is list else set()
    if kinds == {float}:
        return np.array(value).tobytes()
    if kinds and kinds <= {list, tuple} and set(map(type, chain.from_iterable(value))) == {float}:
        return f"{list(map(len, value))} ".encode() + np.fromiter(chain.from_iterable(value), float).tobytes()
    torch = sys.modules.get("torch")
    if not kinds or torch is None or not kinds <= {torch.Tensor, torch.nn.Parameter}:
        return None
    if len({one.dtype for one in value}) > 1 or value[0].numel() * len(value) > MAX_ELEMENTS:
        return None
    try:
        with torch.no_grad():
            stacked = torch.stack(value).numpy()
    except (RuntimeError, TypeError):  # of several shapes, or without plain numbers
        return None
    return f"{stacked.dtype} {stacked.shape} ".encode() + stacked.tobytes()


def same(one, other) -> bool:
    """Say whether two plain values are written in the same way."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return (one.dtype, one.shape) == (other.dtype, other.shape) and one.tobytes() == other.tobytes()
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[name], other[name]) for name in one)
    return repr(one) == repr(other)  # 0.0 and -0.0 are equal, and NaN is not equal to itself


def dumps(answers: dict) -> str:
    """Return the text of an answer file for a dictionary of plain values (see `plain`)."""
    words = (f"{json.dumps(key)}: {_history(value) or TRICKS.encode(value)}" for key, value in answers.items())
    return "{" + ", ".join(words) + "}"


def _history(value) -> str:
    """Return what json_tricks writes for a list of flat arrays of one type and shape, at once; nothing for others."""
    if not isinstance(value, list) or len(value) < 2 or not all(isinstance(one, np.ndarray) for one in value):
        return ""
    if len({(one.dtype, one.shape) for one in value}) > 1 or value[0].ndim != 1:
        return ""
    first, *others = map(json.dumps, np.array(value).tolist())
    head, tail = TRICKS.encode(value[0]).split(first, 1)
    return f"[{head}{f'{tail}, {head}'.join([first, *others])}{tail}]"


# --------------------------------------------------------------------------- reading


def read(path: Path) -> dict:
    """Return the answers stored in the file at `path`.

    Raises:
        AnswerFileError: with one sentence, for anything but a regular file that `loads` accepts.

    """
    try:
        data = files.read(path, MAX_BYTES)
    except files.Unreadable as error:
        raise AnswerFileError(str(error)) from None
    return loads(data)


@np.errstate(over="ignore")  # a number that is too large for its type is infinite
def loads(data: bytes | str) -> dict:
    """Return the dictionary in the text of an answer file; import and call nothing that it names.

    Numbers, strings, booleans, None, lists and dictionaries stay what they are; arrays come back as
    NumPy arrays, arrays without dimensions as numbers, a tensor that json_tricks lost as `LostTensor`.

    Raises:
        AnswerFileError: with one sentence that says what is wrong.

    """
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogatepass")
    text = _decode(data)
    short, rows = _lift(text)
    _scan(short.encode(), sum(len(history) * (len(history[0]) + ARRAY_VALUES) for history in rows))
    try:
        answers = _parse(short, rows)
    except AnswerFileError:
        answers = _parse(text, [])  # piece by piece, since the sentence names a place
    if not isinstance(answers, dict):
        raise AnswerFileError(f"the answer file holds a {type(answers).__name__}, not a dictionary of answers.")
    return answers


def _parse(text: str, rows: list) -> object:
    try:
        return json.loads(text, object_pairs_hook=lambda pairs: _pairs(pairs, rows), parse_int=_integer)
    except AnswerFileError:
        raise
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise AnswerFileError(
            f"the answer file is not valid JSON at {place}: run the last cell of the notebook again."
        ) from None
    except (ValueError, TypeError, RecursionError, MemoryError, OverflowError) as error:
        raise AnswerFileError(f"the answer file cannot be read ({type(error).__name__}).") from None


def _decode(data: bytes) -> str:
    if not data.strip():
        raise AnswerFileError("the answer file is empty: run the notebook again and hand in what it writes.")
    if len(data) > MAX_BYTES:
        raise AnswerFileError(f"the answer file is larger than {MAX_BYTES // 2**20} MiB.")
    if data.startswith(b"\x1f\x8b"):
        raise AnswerFileError("the answer file is compressed: hand in the plain .json file.")
    if data.lstrip()[:1] == b"<":
        raise AnswerFileError("the answer file is a web page: download the file itself.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AnswerFileError(f"the answer file is not UTF-8 text at byte {error.start}.") from None


def _scan(data: bytes, count: int) -> None:
    """Bound depth and size before the decoder recurses; a few linear passes, no recursion.

    count: the values that were read already.
    """
    pieces = (ESCAPE.sub(b"__", data) if b"\\" in data else data).split(b'"')
    texts, bare = pieces[1::2], b"".join(pieces[::2])
    if max(map(len, texts), default=0) > LONGEST:
        raise AnswerFileError(f"the answer file holds a text of more than {MAX_STRING} characters.")
    turns = TURNS[np.frombuffer(bare, dtype=np.uint8)]
    turns = turns[turns != 0]
    if np.cumsum(turns, dtype=np.int32).max(initial=0) > MAX_DEPTH + MAX_NDIM + 2:
        # a dictionary, an array's fields and its axes come on top of the values' own depth
        raise AnswerFileError(f"the answer file is nested more than {MAX_DEPTH} levels deep.")
    if count + len(texts) + len(turns) + bare.count(b",") > MAX_NODES:
        raise AnswerFileError(f"the answer file has more than {MAX_NODES} values.")


def _lift(text: str) -> tuple[str, list]:
    """Return the text without its lists of flat arrays, which are read in one, and these lists.

    What is not exactly as the course writes it stays where it is, and is read or refused piece by piece.
    """
    rows: list[list[np.ndarray]] = []

    def lift(match: re.Match) -> str:
        size, numbers = int(match["size"]), match[0][1 + len(HEAD) : -1 - len(match["end"])]
        try:
            found = read_numbers("[[" + numbers.replace(f"{match['end']}, {HEAD}", "],[") + "]]")
            kind = _kind(match["kind"], size)
        except ValueError:  # numbers that JSON does not write so, or no such type
            return match[0]
        flat = list(chain.from_iterable(found))
        if set(map(len, found)) != {size} or set(map(type, flat)) != {float}:
            return match[0]
        rows.append(list(np.array(flat).astype(kind, copy=False).reshape(len(found), size)))
        return f'{{"{LIFTED}": {len(rows) - 1}}}'

    if LIFTED in text or "\\" in text:  # a character can be written as an escape, and this name with it
        return text, rows
    return ROWS.sub(lift, text), rows


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise AnswerFileError(f"the answer file holds an integer of more than {MAX_DIGITS} digits.")
    return int(digits)


def _pairs(pairs: list, rows: list) -> object:
    result = dict(pairs)
    if len(result) != len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise AnswerFileError(f"the answer file has the key {_shown(twice)} twice.")
    if "__ndarray__" in result:
        return _array(result)
    if not any(name.startswith("__") for name in result):
        return result
    if rows and LIFTED in result:
        return rows[result[LIFTED]]
    if "__instance_type__" in result and _names_tensor(result["__instance_type__"]):
        return LostTensor()
    name = next(name for name in result if name.startswith("__"))
    raise AnswerFileError(f"the answer file holds an object that is not allowed ({_shown(name)}).")


def _names_tensor(names: object) -> bool:
    return (
        isinstance(names, list)
        and len(names) == 2
        and all(isinstance(name, str) for name in names)
        and names[0].split(".")[0] == "torch"
        and names[1] in TORCH_CLASSES
    )


def _array(fields: dict) -> object:
    """Build an array from its exact fields: the type from a list, the shape compared with the data."""
    if not fields.keys() <= ARRAY_KEYS:
        raise AnswerFileError("the answer file holds an array with unknown fields.")
    data, shape = fields["__ndarray__"], fields.get("shape")
    dtype = fields.get("dtype")
    if not isinstance(shape, list) or not isinstance(dtype, str):
        raise AnswerFileError(FORBIDDEN.format(_shown(dtype), _shown(shape)))
    try:
        kind = _kind(dtype, *shape)
    except TypeError:  # a list where a number belongs
        raise AnswerFileError(FORBIDDEN.format(_shown(dtype), _shown(shape))) from None
    try:
        found = np.array(None if holds_text(data) else data)
    except (ValueError, TypeError, OverflowError):
        found = np.array(None)
    fits = found.shape == (*shape,)
    if fits and found.dtype.kind == kind.kind == "f":  # nearly all that is ever stored
        return found.astype(kind, copy=False) if shape else kind.type(found).item()
    if not (fits and found.dtype.kind in "biuf") and not _is_nested(data, shape):
        raise AnswerFileError(f"the answer file holds an array whose data does not have its shape {shape}.")
    try:
        array = np.array(data, dtype=kind).reshape(shape)
    except (ValueError, TypeError, OverflowError):
        raise AnswerFileError(f"the answer file holds an array whose data is not of type {kind}.") from None
    return array if shape else array.item()


@lru_cache(maxsize=1000, typed=True)
def _kind(dtype: str, *shape: int) -> np.dtype:
    """Return the type of the numbers of an array; refuse a type or a shape that is not allowed."""
    sizes = len(shape) <= MAX_NDIM and all(type(size) is int and size >= 0 for size in shape)
    if dtype not in KINDS or not sizes or math.prod(shape) > MAX_ELEMENTS:
        raise AnswerFileError(FORBIDDEN.format(_shown(dtype), _shown(list(shape))))
    return KINDS[dtype]


def holds_text(value: object) -> bool:
    """Say whether there is a text in lists of lists: an array of them takes as much for each as for the longest."""
    if not isinstance(value, list):
        return isinstance(value, str)
    kinds = set(map(type, value))
    return str in kinds or (list in kinds and any(holds_text(one) for one in value if isinstance(one, list)))


def _is_nested(data: object, shape: list) -> bool:
    """Say whether lists of numbers are nested as the shape says, where NumPy does not know: 2**70, or no numbers."""
    if not shape:
        return isinstance(data, (bool, int, float))
    if not isinstance(data, list) or len(data) != shape[0]:
        return False
    return all(_is_nested(item, shape[1:]) for item in data)


def _shown(value: object) -> str:
    """Return a short printable form of something that a student's file holds."""
    return ascii(value)[:60]
