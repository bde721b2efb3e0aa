"""From an LMS's archive to its table, with archives as strangers make them."""

import csv
import io
import os
import stat
import struct
import tempfile
import zipfile
from pathlib import Path

import pytest

from grader.instructor import archive, commands, handin, paths
from grader.instructor.submissions import find, strays

LESSON = "02_descent"
NOTEBOOK = paths.release(LESSON).read_bytes()


def zipped(path, members: dict[str, bytes]):
    """Write a zip archive with these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def collect(class_folder, path, capsys) -> tuple[int, str]:
    code = commands.main(["collect", str(path), LESSON, "--class", str(class_folder.root)])
    return code, capsys.readouterr().out


@pytest.mark.parametrize(
    ("members", "students"),
    [
        (
            {
                "Ada Lovelace_101_assignsubmission_file_/02_descent.ipynb": NOTEBOOK,
                "Bo Ek_102_assignsubmission_file_/my work (1).ipynb": NOTEBOOK,
            },
            ["Ada Lovelace", "Bo Ek"],
        ),
        ({"Ada Lovelace_101_assignsubmission_file_02_descent.ipynb": NOTEBOOK}, ["Ada Lovelace"]),
        (
            {
                "lovelaceada_7_9001_02_descent.ipynb": NOTEBOOK,
                "ekbo_LATE_8_9002_02_descent-1.ipynb": NOTEBOOK,
                "imhofido_11_9003_02_descent.answer.json": b"{}",
                "nyuli_12_9004_02_descent.answer-2.json": b"{}",
            },
            ["ekbo 8", "imhofido 11", "lovelaceada 7", "nyuli 12"],
        ),
    ],
    ids=["moodle", "moodle without folders", "canvas"],
)
def test_hand_ins_are_found_under_the_names_an_lms_gives_them(class_folder, tmp_path, capsys, members, students):
    code, said = collect(class_folder, zipped(tmp_path / "a.zip", members), capsys)

    found = find(class_folder, [LESSON])
    assert code == 0, said
    assert [one.student for one in found] == students
    assert all(one.path is not None for one in found)
    assert {one.path.name for one in found} <= {f"{LESSON}.ipynb", f"{LESSON}.answer.json"}


def test_two_people_of_one_name_stay_two(class_folder, tmp_path, capsys):
    members = {f"Jo Doe_{number}_assignsubmission_file_/a.ipynb": NOTEBOOK for number in (1, 2)}

    collect(class_folder, zipped(tmp_path / "a.zip", members), capsys)

    assert [one.student for one in find(class_folder, [LESSON])] == ["Jo Doe 1", "Jo Doe 2"]


NAMES = (
    "अनिल",
    "अनुल",
    "राम",
    "रीम",
    "Jose\u0301",
    "Jose\u0300",
    "Ann*",
    "Ann?",
    "O’Brien",
    "x" * 70 + "a",
    "x" * 70 + "b",
)


def test_nobody_takes_the_place_of_another_whatever_the_names(class_folder, tmp_path, capsys):
    members = {f"{name}_{n}_assignsubmission_file_/a.ipynb": NOTEBOOK for n, name in enumerate(NAMES)}

    collect(class_folder, zipped(tmp_path / "a.zip", members), capsys)

    found = find(class_folder, [LESSON])
    assert len(found) == len(NAMES)
    assert not [one.sentence for one in found if one.path is None]


def test_a_newer_hand_in_takes_the_place_and_the_one_before_is_kept(class_folder, tmp_path, capsys):
    name = "Ada Lovelace_101_assignsubmission_file_/02_descent.ipynb"
    collect(class_folder, zipped(tmp_path / "a.zip", {name: NOTEBOOK}), capsys)

    again = collect(class_folder, zipped(tmp_path / "b.zip", {name: NOTEBOOK}), capsys)
    newer = collect(class_folder, zipped(tmp_path / "c.zip", {name: NOTEBOOK + b" "}), capsys)

    assert "as before" in again[1]
    assert "newer; the one before is in earlier/" in newer[1]
    kept = class_folder.root / "earlier" / "Ada Lovelace" / LESSON / "1" / f"{LESSON}.ipynb"
    assert kept.read_bytes() == NOTEBOOK
    assert find(class_folder, [LESSON])[0].path.read_bytes() == NOTEBOOK + b" "


def test_members_that_lead_elsewhere_are_left_out_and_the_rest_is_taken(class_folder, tmp_path, capsys):
    link = zipfile.ZipInfo("Eve E_3_assignsubmission_file_/02_descent.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = zipped(
        tmp_path / "a.zip",
        {
            "Ada Lovelace_101_assignsubmission_file_/02_descent.ipynb": NOTEBOOK,
            "../../Bad B_4_assignsubmission_file_/x.ipynb": NOTEBOOK,
            "/etc/Bad C_5_assignsubmission_file_/x.ipynb": NOTEBOOK,
            "C:\\Bad D_6_assignsubmission_file_\\x.ipynb": NOTEBOOK,
            "Fay F_7_assignsubmission_file_/inner.zip": b"PK",
            "__MACOSX/._02_descent.ipynb": b"x",
        },
    )
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(link, "/etc/passwd")

    code, said = collect(class_folder, path, capsys)

    assert code == 1
    assert [one.student for one in find(class_folder, [LESSON])] == ["Ada Lovelace"]
    assert said.count("leads out of the archive") == 3
    assert "a link" in said
    assert "neither a notebook nor an answer file" in said
    assert set(os.listdir(tmp_path)) <= {"a.zip", "class", "ipython", "jupyter"}


def test_a_bomb_is_read_to_its_bound_only(class_folder, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(handin, "MAX_BYTES", 2**20)
    bomb = {"Ada Lovelace_101_assignsubmission_file_/02_descent.ipynb": b" " * 2**24}

    code, said = collect(class_folder, zipped(tmp_path / "a.zip", bomb), capsys)

    assert code == 1
    assert "larger than 1 MiB" in said
    assert find(class_folder, [LESSON]) == []


def encrypted(data: bytes) -> bytes:
    """Set the bit that says a member is encrypted, in both of its headers."""
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark) + offset
        data = data[:at] + struct.pack("<H", 1) + data[at + 2 :]
    return data


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is no zip archive that can be read"),
        (b"7z\xbc\xaf\x27\x1c", "is no zip archive that can be read"),
        (b"PK\x03\x04" + b"\0" * 50, "is no zip archive that can be read"),
    ],
)
def test_what_is_no_archive_gets_one_sentence(class_folder, tmp_path, capsys, content, sentence):
    (tmp_path / "a.zip").write_bytes(content)

    code = commands.main(["collect", str(tmp_path / "a.zip"), LESSON, "--class", str(class_folder.root)])

    assert code == 2
    assert sentence in capsys.readouterr().err


def test_an_encrypted_member_and_a_strange_archive_are_said_so(class_folder, tmp_path, capsys):
    path = zipped(tmp_path / "a.zip", {"Ada L_1_assignsubmission_file_/x.ipynb": NOTEBOOK})
    path.write_bytes(encrypted(path.read_bytes()))
    strange = zipped(tmp_path / "b.zip", {"holiday.jpg": b"x"})

    code, said = collect(class_folder, path, capsys)
    other = commands.main(["collect", str(strange), LESSON, "--class", str(class_folder.root)])

    assert (code, other) == (1, 2)
    assert "encrypted" in said
    assert "named as Moodle or Canvas name hand-ins" in capsys.readouterr().err


def test_grades_go_back_as_each_lms_wants_them(class_folder, tmp_path, capsys):
    solved = b'{"p3": [13.5, 12.15, 10.935]}'
    canvas = {"lovelaceada_7_9001_02_descent.answer.json": solved, "=cmd_8_9002_02_descent.answer.json": b"{}"}
    moodle = {"Bo Ek_102_assignsubmission_file_/02_descent.answer.json": solved}
    for members in (canvas, moodle):
        collect(class_folder, zipped(tmp_path / "a.zip", members), capsys)
    commands.main(["autograde", LESSON, "--class", str(class_folder.root), "--unprotected"])

    def table(*arguments: str) -> list[list[str]]:
        target = tmp_path / "table.csv"
        assert commands.main(["export", "--class", str(class_folder.root), "--to", str(target), *arguments]) == 0
        return list(csv.reader(io.StringIO(target.read_text())))

    assert table("--for", "canvas") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", f"Downhill {LESSON}"],
        ["    Points Possible", "", "", "", "", "120"],
        ["cmd", "8", "", "", "", "0"],
        ["lovelaceada", "7", "", "", "", "5"],
    ]
    assert table("--for", "moodle", "--lesson", LESSON) == [
        ["Identifier", "Full name", "Status", "Grade", "Maximum Grade", "Feedback comments"],
        ["Participant 102", "Bo Ek", "Submitted for grading", "5", "120", ""],
    ]
    assert commands.main(["export", "--class", str(class_folder.root), "--for", "moodle"]) == 2
    assert "say --lesson, one of 02_descent" in capsys.readouterr().err


def test_numbers_of_an_lms_are_kept_beside_the_class(class_folder, tmp_path, capsys):
    collect(class_folder, zipped(tmp_path / "a.zip", {"ekbo_8_9002_02_descent.ipynb": NOTEBOOK}), capsys)

    assert archive.numbers(class_folder) == {"canvas": {LESSON: {"ekbo 8": "8"}}}


@pytest.mark.parametrize(
    "name", ["02_descent.answer (1).json", "02_descent.answer(2).json", "02_descent.answer-1.json", "x.Answer.JSON"]
)
def test_a_second_copy_of_an_answer_file_is_taken(class_folder, name):
    place = class_folder.submitted / "ada" / LESSON
    place.mkdir(parents=True)
    (place / name).write_bytes(b"{}")

    (found,) = find(class_folder, [LESSON])

    assert found.path == place / name


def test_a_folder_in_other_letters_is_found_and_what_lies_elsewhere_is_said(class_folder):
    for name in ("ada/02_Descent/x.ipynb", "bo/02_descent.ipynb", "cy/02_decent/x.ipynb", "02_descent.ipynb", "a.txt"):
        path = class_folder.submitted / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(NOTEBOOK)

    (found,) = find(class_folder, [LESSON])

    assert (found.student, found.lesson, found.path.name) == ("ada", LESSON, "x.ipynb")
    assert strays(class_folder) == [
        "passed over: 02_descent.ipynb",
        "passed over: bo/02_descent.ipynb",
        "passed over: cy/02_decent",
        "a hand-in lies in submitted/STUDENT/LESSON/, such as ada/00_start/",
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else for a while")
def test_a_folder_that_cannot_be_read_is_said():
    with tempfile.TemporaryDirectory() as place:
        folder = paths.ClassFolder(Path(place))
        for student in ("ada", "bo"):
            (folder.submitted / student / LESSON).mkdir(parents=True)
            (folder.submitted / student / LESSON / f"{LESSON}.ipynb").write_bytes(NOTEBOOK)
        os.chmod(place, 0o755)
        os.chmod(folder.submitted / "bo", 0o700)
        os.seteuid(65534)
        try:
            found, said = find(folder, [LESSON]), strays(folder)
        finally:
            os.seteuid(0)

    assert [one.student for one in found] == ["ada"]
    assert said == ["cannot be read: bo (Permission denied)"]


def test_a_name_of_many_bytes_stops_nobody(class_folder, tmp_path, capsys):
    long = "\U00020000" * 80
    members = {
        "Ada A_1_assignsubmission_file_/x.ipynb": b"{}",
        f"Bo B_2_assignsubmission_file_/{long}.ipynb": b"{}",
        f"Bo B_2_assignsubmission_file_/{long}-2.ipynb": b"{ }",
        "Cy C_3_assignsubmission_file_/x.ipynb": b"{}",
    }

    code, _ = collect(class_folder, zipped(tmp_path / "all.zip", members), capsys)

    assert code == 0
    assert sorted(path.name for path in class_folder.submitted.iterdir()) == ["Ada A", "Bo B", "Cy C"]


def test_somebody_who_is_called_as_another_is_numbered_stays_another(class_folder, tmp_path, capsys):
    members = {
        "Ann Lee_77_assignsubmission_file_/x.ipynb": b"{}",
        "Ann Lee_88_assignsubmission_file_/x.ipynb": b"{ }",
        "Ann Lee 77_99_assignsubmission_file_/x.ipynb": b"{  }",
    }

    collect(class_folder, zipped(tmp_path / "all.zip", members), capsys)

    found = {path.read_bytes() for path in class_folder.submitted.rglob("*.ipynb")}
    assert found == set(members.values())
