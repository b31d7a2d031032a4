"""TrueCMS: JSONP that gives too many rows as an error, 404 without a Referer; and one whose address is dead."""

from __future__ import annotations

import json

from simulated import Answer, Request, Simulated, anchor, frame, titled

COLUMN = "6a1b2c3d-0000-4444-8888-99aabbccddee"


def _store(rows: list[str], total: int) -> str:
    records = "".join(f"<record><![CDATA[{row}]]></record>" for row in rows)
    return f"<datastore><totalrecord>{total}</totalrecord><recordset>{records}</recordset></datastore>"


def _column(site: Simulated, rows: list[str], total: int, path: str, shown: int = 10) -> None:
    call = f"$('#1').jpage({{totalRecord:{total},perPage:{shown},proxyUrl:'{path}',ajaxParam:{{columnId:'{COLUMN}'}}}})"
    hidden = f'<div id="initData" style="display:none">{_store(rows, total)}</div>'
    site.put(site.column, frame("年报", f"{hidden}<script>{call}</script>"))


def capped(name: str = "truecms", cap: int = 20, shown: int = 10) -> Simulated:
    site = Simulated(name, "/rgsrmzf/gknb/gknb.html")
    rows = [
        anchor(*site.report(f"/rgsrmzf/gknb/content/{COLUMN[:-2]}{n:02d}.html", titled(f"第{n}局"))) for n in range(34)
    ]

    def answer(request: Request) -> Answer:
        query = request.query
        size = int(query["perpage"])
        if size > cap or not request.headers.get("referer", "").endswith("/gknb.html"):
            return Answer("not found", 404)
        assert query["columnId"] == COLUMN
        start = int(query["startrecord"]) - 1
        reply = json.dumps({"result": _store(rows[start : start + size], len(rows))})
        return Answer(f"{query['callback']}({reply})", kind="application/javascript")

    site.route("/TrueCMS/messageController/getMessage.do", answer)
    _column(site, rows[:shown], len(rows), "/TrueCMS/messageController/getMessage.do", shown)
    return site


def capped_low() -> Simulated:
    """No more at a time than its own page shows."""
    return capped("truecms_low", cap=6, shown=6)


def dead() -> Simulated:
    site = Simulated("truecms_dead", "/lyg/gknb/gknb.html")
    rows = [anchor(*site.report(f"/lyg/gknb/content/{COLUMN[:-2]}{n:02d}.html", titled(f"第{n}局"))) for n in range(6)]
    _column(site, rows, 9, "/truecms/messageController/getMessage.do")
    site.notes.append("the list holds 9 entries and shows 6")
    return site


PORTALS = (capped, capped_low, dead)
