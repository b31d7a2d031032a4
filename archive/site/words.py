"""The site's words for the keys that the database holds."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta, timezone
from functools import cache
from importlib.resources import files

from archive.coverage import STATES as STATES
from archive.dictionary import TABLE_NAMES, column_label, dictionary, row_label
from archive.provinces import PROVINCES
from archive.reasons import in_chinese
from archive.site.language import language, say
from archive.values import FAULTS as FAULTS
from archive.values import KINDS as KINDS
from archive.values import OUTCOMES as OUTCOMES
from archive.values import RULES as RULES
from archive.values import SEVERITIES as SEVERITIES
from archive.values import TOPICS as TOPICS
from extract.form import APPLICANTS, CHAPTERS
from extract.form import OUTCOMES as REQUEST_OUTCOMES

REQUESTS = tuple(outcome.key for outcome in REQUEST_OUTCOMES)
SHORT_STATES = {
    "published": "有",
    "not_due": "未到",
    "not_found": "无",
    "blocked": "拦",
    "not_looked": "待查",
    "unreadable": "未读",
    "no_body": "—",
}
"""A state in a field of the matrix."""
BASES = {
    "reported": "已公布",
    "between": "前后年度都有",
    "before": "以前年度有",
    "siblings": "本地其他机关都有",
    "listed": "列表上有",
    "law": "法律规定",
}
"""Why a report is expected."""
LINEAGE = {"rename": "更名", "merge": "并入", "split": "分出"}
FORMS = {"2021": "2021 年官方表式", "2019": "2019 年官方表式", "none": "没有官方表格"}
WITH_FINDINGS = {"yes": "报告本身有不符之处", "no": "没有不符之处"}
MEDIA = {
    "html": "网页",
    "pdf": "PDF",
    "docx": "Word 文档",
    "doc": "旧版 Word 或 WPS 文档",
    "wps": "WPS 文档",
    "rtf": "RTF 文档",
    "odt": "ODT 文档",
    "xlsx": "Excel 表格",
    "xls": "旧版 Excel 或 WPS 表格",
    "ods": "ODS 表格",
    "ofd": "OFD",
    "scan": "扫描件（OCR 识别）",
}
CAUTIONS = {
    "converted": "先由 LibreOffice 转换再读：引用前请对照原件",
    "ocr": "文字由 OCR 识别：引用前请对照原件",
}
"""What a reader of a report must be told first, by the finding that says how it was read."""
_ROWS = {"row_sum": "requests", "challenge_sum": "challenges", "in_force": "disclosure"}
"""The table whose row a rule of that name speaks of."""
_CHINA = timezone(timedelta(hours=8))


def rule(key: str) -> str:
    """A rule with what it speaks of: 收与办不平衡：自然人."""
    name, _, subject = key.partition(":")
    label = say(RULES.get(name, name))
    if not subject:
        return label
    about = _subject(name, subject)
    return f"{label}: {about}" if language() == "en" else f"{label}：{about}"


def _subject(name: str, subject: str) -> str:
    if name in ("balance", "outcome_sum", "carry"):
        return say(APPLICANTS.get(subject, subject))
    if name in _ROWS:
        return row_name(_ROWS[name], subject)
    if subject.count(".") == 2:
        return cell_name(subject)
    chapters = {chapter.key: chapter.heading for chapter in CHAPTERS}
    if name == "missing" and subject in TABLE_NAMES:
        return say(TABLE_NAMES[subject])
    return say(chapters.get(subject, subject))


@cache
def fields() -> dict[str, str]:
    """The fields of departments with their Chinese names."""
    with files("archive").joinpath("fields.csv").open(encoding="utf-8") as file:
        return {row["field"]: row["zh"] for row in csv.DictReader(file)}


def field(key: str) -> str:
    return key.replace("_", " ") if language() == "en" else fields().get(key, key)


def province(digits: str) -> str:
    """The province of the first two digits of a division code."""
    return PROVINCES.get(digits) or say("省份不明") + (f" {digits}" if digits else "")


def described(table: str) -> str:
    """What a table of the published database holds."""
    about = dictionary().get((table, ""))
    return "" if about is None else about.en if language() == "en" else about.zh


def row_name(table: str, row: str) -> str:
    """The form's own label of a row, its group before it."""
    outcome = (
        next((outcome for outcome in REQUEST_OUTCOMES if outcome.key == row), None) if table == "requests" else None
    )
    if outcome is None:
        return say(row_label(table, row))
    return f"{say(outcome.group)} {say(outcome.label)}".strip()


def cell_name(path: str) -> str:
    """A cell (`requests.received.total`) in the words of the form."""
    table, row, cell = path.split(".")
    return " · ".join((say(TABLE_NAMES.get(table, table)), row_name(table, row), say(column_label(table, row, cell))))


def chapter(key: str) -> str:
    """A chapter by its official heading."""
    return say(next((found.heading for found in CHAPTERS if found.key == key), key))


def number(value: float | str | None) -> str:
    """A cell as people write it: 0 for 0, nothing for a blank."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.6f}".rstrip("0")
    return str(value)


def count(number: int, more: bool) -> str:
    """How many, and whether that is only where counting stopped."""
    return f"{number:,}+" if more else f"{number:,}"


def when(stamp: str | None) -> str:
    """A UTC time stamp as Beijing time, to the minute."""
    if not stamp:
        return "—"
    moment = datetime.fromisoformat(stamp)
    if moment.tzinfo is None:
        return stamp[:16].replace("T", " ")
    return moment.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M")


def reason(written: str) -> str:
    """Why a crawl ended as it did, in the page's language."""
    return written if language() == "en" else in_chinese(written)


def size(count: int) -> str:
    """Bytes for people."""
    if count < 1024:
        return f"{count} " + say("字节")
    return f"{count / 1024:.1f} KB" if count < 2**20 else f"{count / 2**20:.1f} MB"
