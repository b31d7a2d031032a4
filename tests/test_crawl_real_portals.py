"""The five portals that the project starts from, replayed from disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from portal import FAST
from sqlite_utils import Database

from archive.captures import read_capture
from archive.verify import verify
from crawler.exits import ExitCode
from crawler.run import crawl

REPORTS = {
    "http://www.zhq.gov.cn/contents/33066/402117.html",
    "http://www.lylc.gov.cn/2024/01-23/812904.html",
    "http://www.tskaiping.gov.cn/tskp/zfxxgknb/20250124/1745021.html",
    "http://www.hubin.gov.cn/28423/2025/1/1998031.html",
    "http://www.yanshi.gov.cn/zfxxgknb/20250115/91822.html",
}


@pytest.mark.usefixtures("replay")
def test_five_documents_and_no_sixth(real_portals: Path, tmp_path: Path) -> None:
    first = crawl(tmp_path, real_portals / "portals.csv", settings=FAST)
    assert first.exit_code is ExitCode.WELL
    assert {p.portal_id: (p.outcome, p.accepted) for p in first.portals} == dict.fromkeys(
        ("zhanhe", "laocheng", "kaiping", "hubin", "yanshi"), ("ok", 1)
    )
    db = Database(tmp_path / "archive.db")
    assert {row["url"] for row in db["documents"].rows} == REPORTS
    ((label, warc, offset),) = db.conn.execute(
        "SELECT a.label, c.warc, c.warc_offset FROM attachments a JOIN captures c ON c.id = a.capture_id"
        " JOIN documents d ON d.id = a.document_id WHERE d.portal_id = 'yanshi'"
    ).fetchall()
    assert label == "偃师区工业信息化和商务局2024年政府信息公开工作年度报告.pdf"
    assert read_capture(tmp_path, warc, offset).body.startswith(b"%PDF")
    captures = db["captures"].count
    db.close()

    second = crawl(tmp_path, real_portals / "portals.csv", settings={**FAST, "GONGKAI_RECHECK_ALL": True})
    assert [p.new_captures for p in second.portals] == [0] * 5
    db = Database(tmp_path / "archive.db")
    assert (db["documents"].count, db["captures"].count, db["revisits"].count) == (5, captures, captures)
    db.close()
    assert verify(tmp_path).problems == []
