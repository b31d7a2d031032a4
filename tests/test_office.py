"""Old Word, WPS and RTF through LibreOffice: read as well as DOCX, and nothing of it outlives its reader."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from generator import Page, judge, make_truth
from generator.accuracy import read_page
from generator.word import render_docx

from extract import Source, read, workers
from extract.errors import Status, Unreadable
from extract.office import convert, program
from extract.ole import Ole, kind_of
from extract.report import Report

OFFICE = program()
needs_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not on this machine")


def saved_as(folder: Path, name: str, data: bytes, wanted: str) -> bytes:
    """A file as LibreOffice saves it in another format."""
    assert OFFICE is not None
    (folder / name).write_bytes(data)
    profile = (folder / "profile").as_uri()
    command = [OFFICE, f"-env:UserInstallation={profile}", "--headless", "--convert-to", wanted, name]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=100)
    return (folder / name).with_suffix(f".{wanted.split(':', maxsplit=1)[0]}").read_bytes()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    page = render_docx(make_truth(Random(1), "2021", dense=True), ("blank_slash",), 1)
    folder = tmp_path_factory.mktemp("office")
    return {
        kind: replace(page, data=saved_as(folder, "report.docx", page.data, wanted), name=f"report.{kind}")
        for kind, wanted in {"doc": "doc:MS Word 97", "rtf": "rtf"}.items()
    }


def status_of(data: bytes, name: str = "report.doc") -> tuple[Status, str]:
    with pytest.raises(Unreadable) as caught:
        read(Source(data, name))
    return caught.value.status, caught.value.message


@needs_office
@pytest.mark.parametrize("kind", ["doc", "rtf"])
def test_it_is_read_cell_by_cell_and_says_that_it_was_converted(pages: dict[str, Page], kind: str) -> None:
    report = read_page(pages[kind])
    assert [str(breach) for breach in judge(report, pages[kind].expected)] == []
    assert report.media == kind
    assert [finding.rule for finding in report.findings] == ["converted"]
    assert report.locators["requests.received.total"].path


@needs_office
def test_what_it_is_is_told_by_its_bytes(pages: dict[str, Page]) -> None:
    report = read(Source(pages["doc"].data, "report.pdf", "application/pdf"))
    assert report.media == "doc"


@needs_office
def test_other_ole_files_are_not_taken_for_word(pages: dict[str, Page], tmp_path: Path) -> None:
    data = pages["doc"].data
    assert kind_of(data) is Ole.WORD
    sheet = saved_as(tmp_path, "table.csv", "项目,数量\n规章,1\n".encode(), "xls")
    assert kind_of(sheet) is Ole.SHEET
    slides = sheet.replace("Workbook".encode("utf-16-le"), "PowerPnt".encode("utf-16-le"))
    assert kind_of(slides) is Ole.OTHER
    assert status_of(slides)[0] is Status.UNSUPPORTED
    begins = data.index(b"\xec\xa5\x01\x01")
    locked = data[: begins + 11] + bytes([data[begins + 11] | 1]) + data[begins + 12 :]
    assert status_of(locked)[0] is Status.ENCRYPTED


@needs_office
@pytest.mark.parametrize("share", [0.001, 0.1, 0.6])
def test_a_file_cut_short_has_a_status(pages: dict[str, Page], share: float) -> None:
    status, message = status_of(pages["doc"].data[: int(len(pages["doc"].data) * share)])
    assert status in (Status.MALFORMED, Status.UNSUPPORTED, Status.NOT_A_REPORT, Status.NO_TEXT)
    assert message


def test_without_libreoffice_the_reason_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    status, message = status_of(rb"{\rtf1 report}", "report.rtf")
    assert status is Status.UNSUPPORTED
    assert "LibreOffice" in message
    assert "原件已保存" in message


def left_over(mark: str) -> list[str]:
    """The command lines of processes that name `mark`."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            line = (entry / "cmdline").read_bytes().decode(errors="replace") if entry.name.isdigit() else ""
        except OSError:  # It ended while we looked.
            continue
        if mark in line:
            found.append(line)
    return found


def gone(mark: Path, within: float = 60.0) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if not left_over(str(mark)) and not any(mark.glob("gongkai-office-*")):
            return True
        time.sleep(0.05)
    return False


@needs_office
def test_it_is_stopped_in_time_with_all_it_started(
    pages: dict[str, Page], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert OFFICE is not None
    with pytest.raises(Unreadable) as caught:
        convert(pages["doc"].data, "doc", OFFICE, time_limit=0.3)
    assert "秒" in caught.value.message
    assert gone(tmp_path)


@needs_office
@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="processes are told by /proc")
def test_it_does_not_outlive_a_reader_that_is_killed(pages: dict[str, Page], tmp_path: Path) -> None:
    source = tmp_path / "report.doc"
    source.write_bytes(pages["doc"].data)
    code = "import sys; from extract import Source, read; read(Source(open(sys.argv[1], 'rb').read(), 'x'))"
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    reader = subprocess.Popen([sys.executable, "-c", code, str(source)], env=environment)
    deadline = time.monotonic() + 60
    while not any("soffice" in line for line in left_over(f"{tmp_path}/gongkai-office-")):
        assert time.monotonic() < deadline
        assert reader.poll() is None
        time.sleep(0.01)
    reader.send_signal(signal.SIGKILL)
    reader.wait()
    assert gone(tmp_path)


def read_in_child(data: bytes) -> Report:
    return read(Source(data, "report.doc"))


@needs_office
def test_it_works_within_the_limits_of_a_reading_process(pages: dict[str, Page]) -> None:
    [(_, report)] = list(workers.run(read_in_child, [pages["doc"].data], 1))
    assert isinstance(report, Report), report
    assert report.form == "2021"
