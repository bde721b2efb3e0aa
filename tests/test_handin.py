"""A hand-in is read for the text of its cells only, and what cannot be read gets one sentence."""

import json
import os
import time

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.instructor import handin, paths, sample
from grader.instructor.handin import HandInError, StudentCell, parse_notebook
from grader.instructor.rebuild import is_exercise, is_extra, rebuild, released

LESSON = "02_descent"

UNREADABLE = {
    b"": "The file is empty: save the notebook and hand it in again.",
    b"\xef\xbb\xbf  \n": "The file is empty: save the notebook and hand it in again.",
    b"<!DOCTYPE html>": "The file is a web page, not a notebook: download the .ipynb file itself.",
    b"PK\x03\x04": "The file is a zip archive: hand in the .ipynb file inside it.",
    b'{"cells": [{"cell_type"': "The notebook is cut off after 23 bytes: save it and hand it in again.",
    b'{"cells": nonsense, "metadata": {}}': "The file is no notebook: it stops being JSON at line 1.",
    b"[]": "The file is JSON and no notebook: save the notebook and hand in the .ipynb file.",
    b"{}": "The file is JSON and no notebook: save the notebook and hand in the .ipynb file.",
    b"null": "The file is JSON and no notebook: save the notebook and hand in the .ipynb file.",
    b"[" * 100_000: "The notebook is nested more than 64 levels deep.",
}


@pytest.mark.parametrize("data", UNREADABLE, ids=lambda data: repr(data[:16]))
def test_an_unreadable_file_gets_one_sentence(data):
    with pytest.raises(HandInError) as error:
        parse_notebook(data)

    assert str(error.value) == UNREADABLE[data]


@pytest.mark.parametrize("value", [b"[]", b"{}", b"1.1", b'"ab"'])
def test_millions_of_values_are_not_read(value):
    """Sixty megabytes of brackets would take a minute and 1.7 GB."""
    data = b'{"cells": [], "more": [' + b",".join([value] * 1_000_000) + b"]}"

    with pytest.raises(HandInError, match="half a million values: clear its outputs"):
        parse_notebook(data)


@pytest.mark.parametrize("text", [b'\\"' * 500_000, b'"' + b'\\"' * 500_000, b'{"cells": "' + b"\\" * 1_000_001])
def test_a_million_quotes_take_no_time(text):
    start = time.monotonic()
    with pytest.raises(HandInError):
        parse_notebook(text)

    assert time.monotonic() - start < 5


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "x.ipynb").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "pipe.ipynb")

    for name in ("x.ipynb", "pipe.ipynb"):
        with pytest.raises(HandInError):
            handin.read_notebook(tmp_path / name)


def code_of(sources: list[str]) -> list[str]:
    """Return what is kept of cells with these texts."""
    cells = [{"cell_type": "code", "source": text} for text in sources]
    return [cell.source for cell in parse_notebook(json.dumps({"cells": cells}).encode())]


def test_a_pasted_megabyte_is_left_out_and_says_so():
    short, long, other = code_of(["x = 1", "x = 1\n" * 100_000, "y = 1"])

    assert (short, other) == ("x = 1", "y = 1")
    with pytest.raises(ValueError, match="its longest cells were left out"):
        exec(long)


def test_of_too_many_cells_the_longest_are_left_out():
    """They are read outside of the sandbox too, where what a cell defines is looked up."""
    kept = code_of(["x = 1\n" * 10_000] * 20 + ["y = 1"])

    assert kept[-1] == "y = 1"
    assert 2 * handin.MAX_SOURCES > sum(map(len, kept)) > handin.MAX_SOURCES / 2
    with pytest.raises(ValueError, match="its longest cells were left out"):
        exec(kept[-2])


def test_markdown_counts_for_itself():
    cells = [{"cell_type": "markdown", "source": "long " * 100_000}, {"cell_type": "code", "source": "x = 1"}]

    text, code = parse_notebook(json.dumps({"cells": cells}).encode())

    assert (text.source, code.source) == (handin.TOO_MUCH, "x = 1")


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=10),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["cells", "source", "metadata", "id", "nbgrader", "cell_type", "worksheets"]), inner
            )
        ),
        max_leaves=20,
    )
)
def test_any_json_is_read_or_refused_with_one_sentence(value):
    try:
        cells = parse_notebook(json.dumps({"cells": value} if isinstance(value, list) else value).encode())
        rebuild(cells, LESSON)
    except HandInError as error:
        assert "\n" not in str(error)


def solved() -> list[StudentCell]:
    return parse_notebook(sample.build.text(sample.fill(LESSON, sample.model)).encode())


def sources(rebuilt) -> dict[str, str]:
    return {cell.id: cell.source for cell in rebuilt.notebook.cells}


def test_only_the_students_own_text_is_put_back():
    cells = [StudentCell(c.kind, c.source.replace("lr=0.001", "lr=0.5"), c.cell_id, c.grade_id) for c in solved()]

    done = rebuild(cells, LESSON)

    original = {cell.id: cell.source for cell in released(LESSON).cells if not is_exercise(cell)}
    assert {name: text for name, text in sources(done).items() if name in original} == original
    assert any("restored" in note for note in done.notes)


def test_a_notebook_without_any_metadata_is_recognised_by_its_first_lines():
    """A round trip through other programs drops ids and metadata."""
    bare = [StudentCell(c.kind, c.source) for c in solved()]

    assert sources(rebuild(bare, LESSON)) == sources(rebuild(solved(), LESSON))


def test_of_a_doubled_cell_the_last_filled_one_counts():
    cells = solved()
    at = next(i for i, c in enumerate(cells) if c.grade_id == "p3")
    stub = next(c.source for c in released(LESSON).cells if c.id == "p3")
    copies = [StudentCell("code", text, "", "p3") for text in ("# Exercise: p3\nanswer['p3'] = 1", stub)]

    done = rebuild([*cells[: at + 1], *copies, *cells[at + 1 :]], LESSON)

    assert sources(done)["p3"] == "# Exercise: p3\nanswer['p3'] = 1"
    assert "p3: the cell is there 3 times; the last one counts" in done.notes


def test_a_deleted_answer_becomes_the_stub_and_a_deleted_check_comes_back():
    left = [c for c in solved() if c.grade_id not in ("p3", "check_p3")]

    done = rebuild(left, LESSON)

    assert sources(done)["p3"] == "# Exercise: p3 (10 points)"
    assert "check_p3" in sources(done)
    assert "p3: the cell was deleted" in done.notes


def test_added_cells_stay_where_they_stood():
    cells = solved()
    at = next(i for i, c in enumerate(cells) if c.grade_id == "x_iters")
    mine = [*cells[:at], StudentCell("code", "helper = 1", "mine"), StudentCell("markdown", "my note"), *cells[at:]]

    notebook = rebuild(mine, LESSON).notebook

    names = [cell.id for cell in notebook.cells]
    extras = [cell.source for cell in notebook.cells if is_extra(cell)]
    assert extras == ["helper = 1", "```text\nmy note\n```"]
    assert names.index("extra-1") + 1 == names.index("x_iters")
    nbformat.validate(notebook)


def test_a_split_cell_is_joined_again():
    cells = solved()
    at = next(i for i, c in enumerate(cells) if c.grade_id == "x_iters")
    first, second = cells[at].source[:60], cells[at].source[60:]
    halves = [StudentCell("code", text, "", "x_iters") for text in (first, second)]

    assert sources(rebuild([*cells[:at], *halves, *cells[at + 1 :]], LESSON))["x_iters"] == f"{first}\n{second}"


def test_an_own_cell_that_borrows_the_first_line_is_an_extra():
    cells = solved()
    at = next(i for i, c in enumerate(cells) if c.grade_id == "p3")
    mine = StudentCell("code", "# Exercise: p3 - my test\nprint(answer)", "mine")

    done = rebuild([*cells[: at + 1], mine, *cells[at + 1 :]], LESSON)

    assert sources(done)["p3"] == cells[at].source
    assert [c.source for c in done.notebook.cells if is_extra(c)] == [mine.source]


def test_lines_added_to_locked_cells_run_as_cells_of_their_own():
    cells = [
        StudentCell(
            c.kind,
            f"import numpy as np\n{c.source}" if c.grade_id in ("setup", "check_p3") else c.source,
            c.cell_id,
            c.grade_id,
        )
        for c in solved()
    ]

    names = [c.id for c in rebuild(cells, LESSON).notebook.cells]

    assert names.index("extra-0") == names.index("setup") + 1
    assert names.index("extra-1") == names.index("check_p3") - 1


def test_a_students_markdown_is_shown_as_text_only():
    mine = StudentCell("markdown", "<script>alert(1)</script> ```\n<img onerror=x>", "mine")

    done = rebuild([*solved(), mine], LESSON)

    assert done.notebook.cells[-1].source.startswith("````text\n<script>")


@pytest.mark.parametrize(
    "text", ["```text\nhi\n```\n\n<script>alert(1)</script>", "````text\na\n````\nb\n````", "```text\n<b>"]
)
def test_a_fence_of_a_students_own_does_not_open_the_way(text):
    from grader.instructor.rebuild import _fenced

    fenced = _fenced(text)

    fence = fenced.split("text\n", 1)[0]
    assert fenced == f"{fence}text\n{text}\n{fence}"
    assert fence not in text
    assert _fenced(fenced) == fenced


def test_forged_metadata_changes_nothing():
    text = sample.build.text(sample.fill(LESSON, sample.model))
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        fields = cell["metadata"].get("nbgrader")
        if fields:
            fields.update(points=1000, schema_version=4, grade=False, locked=False, checksum="0" * 32, evil={"a": 1})
        cell["metadata"]["tags"] = ["skip-execution", "remove-cell"]
    notebook["metadata"] = {"kernelspec": {"name": "bash", "argv": ["sh"]}}

    done = rebuild(parse_notebook(json.dumps(notebook).encode()), LESSON).notebook

    assert done == rebuild(solved(), LESSON).notebook


def test_another_lesson_is_named():
    with pytest.raises(HandInError) as error:
        rebuild(parse_notebook(paths.release("01_slopes").read_bytes()), LESSON)

    assert (
        str(error.value) == "This looks like lesson 01_slopes, and 02_descent was expected: hand in the right notebook."
    )


def test_a_foreign_notebook_is_refused():
    with pytest.raises(HandInError, match="No exercise of lesson 02_descent is in this notebook"):
        rebuild([StudentCell("code", "print(1)")], LESSON)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "latin-1"])
def test_other_encodings_and_line_ends_are_read(encoding):
    text = json.dumps({"cells": [{"cell_type": "code", "source": "x = 1\r\ny\u00e9 = 2\r"}]}, ensure_ascii=False)

    assert parse_notebook(text.encode(encoding))[0].source == "x = 1\ny\u00e9 = 2\n"
