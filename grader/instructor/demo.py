"""The whole loop on a sample class: build, hand in, autograde, feedback, table and report."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from grader.instructor import autograde, build, feedback, gradebook, paths, report, sample
from grader.instructor.paths import ClassFolder

PLACE = paths.ROOT / "build" / "demo"
WITNESS = ("mia", "02_descent")


def main() -> int:
    """Run the loop; return 0 when the sample class is graded as it should be."""
    start = time.monotonic()
    folder = ClassFolder(PLACE / "class")
    os.environ["DOWNHILL_CLASS"] = str(folder.root)
    print("1. build the notebooks", flush=True)
    build.main()
    print("2. the sample class hands in", flush=True)
    count = sample.write(folder, list(sample.LESSONS))
    print(f"   {len(sample.STUDENTS)} students, {count} hand-ins in {_short(folder.submitted)}")
    print("3. autograde: each notebook is rebuilt, run twice in a process of its own, and judged")
    summary = autograde.autograde(folder, say=lambda line: print(f"   {line}", flush=True))
    print("4. feedback and report", flush=True)
    feedback.write_all(folder, list(sample.LESSONS), say=lambda line: None)
    report.write(folder, say=lambda line: None)
    shutil.copyfile(folder.root / "grades.csv", PLACE / "grades.csv")
    print(f"5. nbgrader's own command on one hand-in ({' '.join(WITNESS)})", flush=True)
    agrees = nbgrader_agrees(folder, *WITNESS)
    print(f"   {'the same score' if agrees else 'A DIFFERENT SCORE'}")
    print(table(summary))
    _where_to_look(folder, time.monotonic() - start)
    return 0 if agrees else 1


def nbgrader_agrees(folder: ClassFolder, student: str, lesson: str) -> bool:
    """Let ``nbgrader autograde`` grade one hand-in with our plug-ins, and compare the scores."""
    before = _score(folder, student, lesson)
    command = [paths.tool("nbgrader"), "autograde", lesson, "--student", student, "--force"]
    environment = paths.with_tools(DOWNHILL_CLASS=str(folder.root))
    done = subprocess.run(command, cwd=paths.ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr[-2000:])
    return done.returncode == 0 and _score(folder, student, lesson) == before


def _score(folder: ClassFolder, student: str, lesson: str) -> float:
    rows = gradebook.scores(folder)
    return next(row["score"] for row in rows if (row["student"], row["lesson"]) == (student, lesson))


def table(summary: dict) -> str:
    """Return the grades as text: a row for each student, a column for each lesson."""
    rows: dict[str, dict[str, dict]] = {}
    for entry in summary["hand_ins"]:
        rows.setdefault(entry["student"], {})[entry["lesson"]] = entry
    names = paths.lessons()
    lines = ["", "student   " + "".join(f"{name:>18}" for name in names)]
    for student, entries in rows.items():
        cells = [f"{entries[n]['score']:g}/{entries[n]['max_score']:g}" if n in entries else "-" for n in names]
        marks = {entry["status"] for entry in entries.values()} - {"graded"}
        lines.append(f"{student:10}" + "".join(f"{cell:>18}" for cell in cells) + "   " + ", ".join(sorted(marks)))
    return "\n".join(lines)


def _where_to_look(folder: ClassFolder, seconds: float) -> None:
    print(f"\ndone in {seconds:.0f} s; look at")
    for path, what in (
        (PLACE / "grades.csv", "the grades"),
        (folder.root / "report.html", "the class report"),
        (folder.feedback / "gus" / "02_descent" / "02_descent.html", "a feedback page"),
        (folder.root / "summary.json", "what happened to whom"),
    ):
        print(f"   {_short(path):60} {what}")
    print(f"   DOWNHILL_CLASS={_short(folder.root)} .venv/bin/jupyter lab   and open the Formgrader")


def _short(path: Path) -> str:
    return os.path.relpath(path, paths.ROOT)


if __name__ == "__main__":
    sys.exit(main())
