"""The package is whole and quiet to build, and needs nothing that its licence forbids."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("crawler", "extract", "archive")
UNPACKED = {"crawler/sample/README.md"}
"""What is for readers of the repository alone."""
BUILD = "from setuptools import build_meta; build_meta.build_wheel({!r})"
WITHOUT = "import sys; sys.modules['rfc3987'] = None; from crawler.monitors import PortalSuite; PortalSuite()"


def build(folder: Path) -> tuple[set[str], str]:
    """The files of the wheel that a copy of the project makes, and what its build printed."""
    made = subprocess.run(
        [sys.executable, "-c", BUILD.format(str(folder / "wheel"))],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    (wheel,) = (folder / "wheel").iterdir()
    with zipfile.ZipFile(wheel) as packed:
        return set(packed.namelist()), made.stdout + made.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("pyproject.toml", "README.md", "LICENSE", "gongkai.py"):
        shutil.copy(ROOT / name, tmp_path)
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "wheel").mkdir()
    return tmp_path


def files(project: Path) -> set[str]:
    found = (path for room in ROOMS for path in (project / room).rglob("*") if path.is_file())
    return {path.relative_to(project).as_posix() for path in found} - UNPACKED


def test_a_build_packs_every_file_and_warns_of_nothing(project: Path) -> None:
    packed, said = build(project)
    assert files(project) - packed == set()
    assert "absent from" not in said
    assert "Deprecat" not in said


def test_a_file_that_no_pattern_names_is_noticed(project: Path) -> None:
    (project / "crawler" / "sample" / "data" / "more.txt").write_text("x", "utf-8")
    packed, _ = build(project)
    assert files(project) - packed == {"crawler/sample/data/more.txt"}


def test_the_monitors_run_without_the_package_under_the_gpl() -> None:
    subprocess.run([sys.executable, "-c", WITHOUT], cwd=ROOT, check=True)
