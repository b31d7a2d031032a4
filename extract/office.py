"""Old Word, WPS and RTF through LibreOffice, where the machine has it: converted to DOCX, read as such. Spreadsheets
too, since LibreOffice knows what a cell shows: converted to flat OpenDocument.

LibreOffice runs with a profile of its own that is thrown away, without macros and without a network for linked
pictures, and never outlives the reader: see leash.py.
"""

from __future__ import annotations

import io
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from extract.document import Document
from extract.errors import Status, Unreadable
from extract.report import Fault, Finding, Severity
from extract.sheets import read_sheets
from extract.word import read_docx
from extract.word_xml import DAMAGE

TIME_LIMIT = 75.0
"""Seconds for one conversion: a report takes 1 to 3, the first start on a cold disk 20. Less than a reader has."""
_LARGEST = 64 * 2**20
_LEASH = Path(__file__).with_name("leash.py")
_NAMES = {
    "doc": "DOC（或WPS）", "rtf": "RTF", "wps": "WPS", "odt": "ODT",
    "xls": "XLS（或ET）", "xlsx": "XLSX", "ods": "ODS",
}  # fmt: skip
_OPEN = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
}
SHEETS = ("xls", "xlsx", "ods")
_DOCX, _FODS = "docx:MS Word 2007 XML", "fods"
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link"><value>0</value></prop></item>
</oor:items>
"""  # noqa: E501


def program() -> str | None:
    """Path of LibreOffice, None where the machine has none."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def read_office(data: bytes, kind: str) -> Document:
    """The document as LibreOffice understands it; `kind` (doc, wps, rtf, odt, xls, xlsx, ods) is what the bytes are.

    Locators are those of the converted document, and a finding says so. Raises Unreadable where LibreOffice is missing,
    too slow, or cannot open the file.
    """
    name = _NAMES[kind]
    office = program()
    if office is None:
        raise Unreadable(
            Status.UNSUPPORTED,
            f"{name}文件要用LibreOffice转换后才能读取，本机没有安装；原件已保存。"
            "安装LibreOffice后请运行 gongkai extract --again。",
        )
    if len(data) > _LARGEST:
        raise Unreadable(Status.TOO_LARGE, f"{name}文件超过{_LARGEST // 2**20}MB，没有转换；原件已保存。")
    if kind in SHEETS:
        document = read_sheets(convert(data, kind, office, _FODS))
        message = f"原件是{name}文件，由LibreOffice转换后读取。"
    else:
        document = read_docx(convert(data, kind, office))
        message = f"原件是{name}文件，由LibreOffice转换成DOCX后读取；所注位置是转换后文档中的位置。"
    document.media = kind
    document.findings.append(Finding("converted", Severity.INFO, Fault.READING, message))
    return document


def zipped_kind(data: bytes) -> str | None:
    """Which of the kinds that come in a ZIP these bytes are: odt, ods, xlsx; None for any other, or a broken one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.lower() for name in archive.namelist()}
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                return _OPEN.get(archive.read("mimetype").decode("ascii", "replace").strip())
            return "xlsx" if names & {"xl/workbook.xml", "xl/workbook.bin"} else None
    except DAMAGE:
        return None


def convert(data: bytes, kind: str, office: str, wanted: str = _DOCX, time_limit: float = TIME_LIMIT) -> bytes:
    """The document in the format that is wanted. Raises Unreadable where nothing comes out in time."""
    folder = Path(tempfile.mkdtemp(prefix="gongkai-office-"))
    (folder / f"report.{kind}").write_bytes(data)
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    command = [
        *(sys.executable, "-I", "-S", str(_LEASH), str(folder)),
        *(office, f"-env:UserInstallation={profile.parent.as_uri()}"),
        *("--headless", "--invisible", "--norestore", "--nolockcheck", "--nodefault"),
        *("--convert-to", wanted, "--outdir", "converted", f"report.{kind}"),
    ]
    leash = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment(folder))
    try:
        ended = _wait(leash, time_limit)
        out = folder / "converted" / f"report.{wanted.partition(':')[0]}"
        if ended and out.is_file():
            return out.read_bytes()
    finally:
        leash.communicate()
    if not ended:
        raise Unreadable(Status.MALFORMED, f"LibreOffice在{time_limit:.0f}秒内没有转换完这份文件；原件已保存。")
    raise Unreadable(Status.MALFORMED, "LibreOffice打不开这份文件：可能已损坏或加了密码；原件已保存。")


def _wait(leash: subprocess.Popen[bytes], time_limit: float) -> bool:
    """Whether LibreOffice ended by itself within the time."""
    assert leash.stdout is not None
    deadline = time.monotonic() + time_limit
    while (left := deadline - time.monotonic()) > 0:
        if select.select([leash.stdout], [], [], left)[0]:
            return bool(os.read(leash.stdout.fileno(), 64))
    return False


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of ours but the path: what LibreOffice keeps beside its profile goes into the folder as well."""
    return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"}
