"""The site's words for the keys that the database holds."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from archive.dictionary import TABLE_NAMES, cell_label, row_label
from extract.form import APPLICANTS, CHAPTERS

KINDS = {
    "government": "人民政府",
    "office": "政府办公室",
    "department": "部门",
    "street_or_town": "街道、乡镇",
    "other": "其他机关",
}
OUTCOMES = {
    "ok": "正常",
    "empty": "没有报告",
    "fewer_than_before": "比以前少",
    "blocked": "被拦截",
    "unreachable": "无法访问",
    "robots": "网站不许采集",
    "changed_layout": "版式已变",
    "interrupted": "中断",
}
FAULTS = {"source": "报告本身", "reading": "读数存疑"}
SEVERITIES = {"error": "错误", "warning": "注意", "info": "提示"}
RULES = {
    "balance": "收与办不平衡",
    "row_sum": "各类申请人之和不等于总计",
    "outcome_sum": "各类结果之和不等于总计",
    "challenge_sum": "各种结果之和不等于总计",
    "carry": "上年结转与上年报告不符",
    "in_force": "现行有效件数与上年报告不符",
    "stated": "正文所说与表格不符",
    "period": "统计期间与标题年度不符",
    "late": "逾期公布",
    "missing": "缺少部分",
    "unread": "未能读出",
    "identity": "归属存疑",
    "converted": "转换后读取",
    "ocr": "OCR 识别",
}
TOPICS = {
    "disclosure": "主动公开",
    "requests": "申请",
    "challenges": "复议诉讼",
    "procurement": "政府采购",
}
MEDIA = {
    "html": "网页",
    "pdf": "PDF",
    "docx": "Word 文档",
    "doc": "旧版 Word 或 WPS 文档",
    "wps": "WPS 文档",
    "rtf": "RTF 文档",
    "ofd": "OFD",
    "scan": "扫描件（OCR 识别）",
}
_CHINA = timezone(timedelta(hours=8))


def rule(key: str) -> str:
    """A rule in Chinese with what it speaks of: 收与办不平衡（自然人）."""
    name, _, subject = key.partition(":")
    label = RULES.get(name, name)
    return f"{label}（{_subject(name, subject)}）" if subject else label


def _subject(name: str, subject: str) -> str:
    if name in ("balance", "outcome_sum", "carry"):
        return APPLICANTS.get(subject, subject)
    if name == "row_sum":
        return row_label("requests", subject)
    if name == "challenge_sum":
        return row_label("challenges", subject)
    if name == "in_force":
        return row_label("disclosure", subject)
    parts = subject.split(".")
    if len(parts) == 3:
        return cell_label(*parts)
    chapters = {chapter.key: chapter.heading for chapter in CHAPTERS}
    return TABLE_NAMES.get(subject) if name == "missing" and subject in TABLE_NAMES else chapters.get(subject, subject)  # type: ignore[return-value]


def number(value: float | str | None) -> str:
    """A cell as people write it: 0 for 0, nothing for a blank."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.6f}".rstrip("0")
    return str(value)


def when(stamp: str | None) -> str:
    """A UTC time stamp as Beijing time, to the minute."""
    if not stamp:
        return "—"
    moment = datetime.fromisoformat(stamp)
    if moment.tzinfo is None:
        return stamp[:16].replace("T", " ")
    return moment.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M")


def size(count: int) -> str:
    """Bytes for people."""
    return f"{count} 字节" if count < 1024 else f"{count / 1024:.1f} KB" if count < 2**20 else f"{count / 2**20:.1f} MB"
