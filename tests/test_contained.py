"""Hostile and broken files among honest ones: each ends within its limits, with status and advice; the rest is read."""

from __future__ import annotations

import os
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from generator import make_truth, render_html
from generator.hostile import HOSTILE, REPORT
from generator.typeset import Look, render_typeset

from extract import Report, Unreadable
from extract.contained import in_folder, read_files
from extract.errors import ADVICE, Status
from extract.workers import Limits

STARTED = True
LIMITS = Limits(seconds=60, processor_seconds=5, memory=400 * 2**20)
TITLE = "开平区商务局2024年政府信息公开工作年度报告"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows limits the wall clock alone")


@pytest.fixture(scope="module")
def zoo() -> dict[str, bytes]:
    return {name: make() for name, (make, _) in HOSTILE.items()}


@pytest.fixture(scope="module")
def readings(zoo: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report | Unreadable]:
    """Every hostile file, with an honest one after each."""
    folder = tmp_path_factory.mktemp("zoo")
    files = []
    for name, data in zoo.items():
        (folder / name).write_bytes(data)
        (folder / f"after {name}").write_bytes(REPORT)
        files += [folder / name, folder / f"after {name}"]
    found = [each for ready in read_files(files, 2, replace(LIMITS, processor_seconds=3)) for each in ready]
    assert [file for file, _ in found] == files
    for name, data in zoo.items():
        assert (folder / name).read_bytes() == data
    return {file.name: reading for file, reading in found}


@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_with_its_status_and_the_next_is_read(
    name: str, readings: dict[str, Report | Unreadable]
) -> None:
    reading, after = readings[name], readings[f"after {name}"]
    assert isinstance(reading, Unreadable)
    assert reading.status in HOSTILE[name][1], reading.sentence
    assert reading.sentence.startswith(ADVICE[reading.status])
    assert isinstance(after, Report)
    assert after.title == TITLE


def test_hostile_files_are_small(zoo: dict[str, bytes]) -> None:
    assert max(map(len, zoo.values())) < 700_000


def test_every_status_says_what_to_do() -> None:
    assert set(ADVICE) == set(Status) - {Status.READ}
    assert all("请" in sentence for sentence in ADVICE.values())


def read_one(file: Path) -> Report | Unreadable:
    ((_, reading),) = [each for ready in read_files([file], 1, LIMITS) for each in ready]
    return reading


@pytest.mark.parametrize("password", [None, "secret"])
def test_names_lie_and_bytes_do_not(tmp_path: Path, password: str | None) -> None:
    pdf = render_typeset(make_truth(Random(1), "2021"), Look(), password=password).data
    (tmp_path / "page.html").write_bytes(pdf)
    (tmp_path / "cut.pdf").write_bytes(pdf[: len(pdf) // 2])
    (tmp_path / "page.pdf").write_bytes(render_html(make_truth(Random(1), "2021")).data)
    as_html, as_pdf, cut = (read_one(tmp_path / name) for name in ("page.html", "page.pdf", "cut.pdf"))
    assert isinstance(as_pdf, Report)
    assert as_pdf.media == "html"
    assert isinstance(cut, Unreadable)
    assert cut.status in (Status.MALFORMED, Status.NO_TEXT)
    if password:
        assert isinstance(as_html, Unreadable)
        assert as_html.status is Status.ENCRYPTED
    else:
        assert isinstance(as_html, Report)
        assert as_html.media == "pdf"


def test_what_is_not_there_and_what_never_ends(tmp_path: Path) -> None:
    missing = read_one(tmp_path / "nothing.pdf")
    assert isinstance(missing, Unreadable)
    assert missing.status is Status.MISSING
    endless = read_one(Path("/dev/zero"))
    assert isinstance(endless, Unreadable)
    assert endless.status in (Status.OUT_OF_MEMORY, Status.TIMED_OUT, Status.TOO_LARGE)


def test_a_pipe_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(REPORT,))
    writer.start()
    reading = read_one(pipe)
    writer.join()
    assert isinstance(reading, Report)
    assert reading.title == TITLE


def test_a_file_that_is_slow_holds_no_other_back_but_keeps_its_turn(tmp_path: Path) -> None:
    (tmp_path / "slow.pdf").write_bytes(HOSTILE["paths.pdf"][0]())
    (tmp_path / "quick.html").write_bytes(REPORT)
    files = [tmp_path / "slow.pdf", *[tmp_path / "quick.html"] * 4]
    began = time.monotonic()
    turns = [[file for file, _ in ready] for ready in read_files(files, 2, LIMITS)]
    assert turns == [[], [], [], [], files]
    assert time.monotonic() - began < 110


def test_a_folder_stands_for_its_documents(tmp_path: Path) -> None:
    for name in ("b/2.PDF", "a.html", "b/.hidden.html", ".cache/x.html", "style.css", "b/1.docx", "logo.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert [str(file.relative_to(tmp_path)) for file in in_folder(tmp_path)] == ["a.html", "b/1.docx", "b/2.PDF"]
