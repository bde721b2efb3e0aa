"""Fuzz what reads hand-ins, guided by coverage: ``make fuzz`` gives each reader a minute.

No input may crash a reader, make it import anything, or keep it busy for a second. What a run finds is
written to build/fuzz; the corpus stays there, so that the next run goes on from it.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(
    include=["grader.core.answerfile", "grader.instructor.handin", "grader.instructor.rebuild"]
):
    from grader.core import answerfile
    from grader.instructor import handin, rebuild

from grader.instructor import paths

LESSON = "00_start"  # the shortest: a rebuild copies the whole notebook
PLACE = paths.ROOT / "build" / "fuzz"
SECONDS = 60


def read_answers(data: bytes) -> None:
    """Read an answer file."""
    try:
        answerfile.loads(data)
    except answerfile.AnswerFileError:
        return


def read_notebook(data: bytes) -> None:
    """Read a notebook and put its cells into ours."""
    try:
        rebuild.rebuild(handin.parse_notebook(data), LESSON)
    except handin.HandInError:
        return


def read_cells(data: bytes) -> None:
    """Put cells into ours whose texts, kinds and names are anything."""
    provider = atheris.FuzzedDataProvider(data)
    cells = [
        handin.StudentCell(
            provider.PickValueInList(["code", "markdown", "raw"]),
            provider.ConsumeUnicode(200),
            provider.PickValueInList(["", "first_answer", "check_first_answer", "setup", "x"]),
            provider.PickValueInList(["", "first_answer", "check_first_answer", "setup"]),
        )
        for _ in range(provider.ConsumeIntInRange(0, 12))
    ]
    try:
        rebuild.rebuild(cells, LESSON)
    except handin.HandInError:
        return


TARGETS = {"answers": read_answers, "notebook": read_notebook, "cells": read_cells}
SEEDS = {
    "answers": [
        b'{"p3": [13.5, 12.15], "X": {"__ndarray__": [[1, 2]], "dtype": "float64", "shape": [1, 2]}, "n": null}',
        b'{"h": [{"__ndarray__": [8.5, -1e-05], "dtype": "float32", "shape": [2]}, '
        b'{"__ndarray__": [NaN, 2.0], "dtype": "float32", "shape": [2]}]}',
    ],
    "notebook": [paths.release("00_start").read_bytes(), b'{"cells": [{"cell_type": "code", "source": ["1"]}]}'],
    "cells": [b"\x05p3 = 1"],
}


def watched(read: Callable) -> Callable:
    """Return a reader that fails when it imports something or takes a second."""

    def once(data: bytes) -> None:
        known, start = set(sys.modules), time.perf_counter()
        read(data)
        took = time.perf_counter() - start
        if took > 1:
            raise RuntimeError(f"{took:.1f} s for {len(data)} bytes")
        if set(sys.modules) - known:
            raise RuntimeError(f"imported {sorted(set(sys.modules) - known)[:5]}")

    return once


def main(name: str) -> None:
    """Fuzz one reader; the process ends with it."""
    corpus = PLACE / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[name]):
        (corpus / f"seed-{number}").write_bytes(seed)
        TARGETS[name](seed)  # what is imported late is imported now
    options = [f"-max_total_time={SECONDS}", "-max_len=200000", f"-artifact_prefix={PLACE}/", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], watched(TARGETS[name]))
    atheris.Fuzz()


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[1])
    main(sys.argv[1])
