"""Leads for journalists: where to look first, ranked, each kind with why it is a lead and what it does not prove.

A lead is a query on the published file, and its page shows exactly the rows that its CSV holds. Nothing here accuses:
a form that does not add up may be a slip of the pen, a leap may be a reform.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from datasette import Response
from datasette.utils.asgi import Request

from archive.site import words
from archive.site.language import say
from archive.site.pages import Row, not_found, page, row, rows

if TYPE_CHECKING:
    from datasette.app import Datasette

PER_PAGE = 50
_REPORT = "r.id AS report_id, r.agency, p.name AS place, r.year"
_JOIN = "JOIN reports r ON r.id = {of}.report_id JOIN portals p ON p.id = r.portal_id"
_WHERE = "(:place = '' OR r.portal_id = :place) AND (:year = '' OR r.year = CAST(:year AS INTEGER))"


@dataclass(frozen=True)
class Lead:
    """`sql` gives report_id, agency, place, year, what (a rule, cell, or words), cell (its path or NULL), before and
    after (two numbers to hold against each other, where the lead has them) and rank, strongest first."""

    name: str
    why: str
    caveat: str
    before: str
    after: str
    sql: str


_FIRST_CELL = "json_extract(f.cells, '$[' || (json_array_length(f.cells) - 1) || ']')"
LEADS: dict[str, Lead] = {
    "broken": Lead(
        "表格自身不符",
        "官方表式自带勾稽关系，这些报告没有做到；按相差多少排列。",
        "多为填表疏忽；责任“报告本身”表示原件就是这样印的。",
        "应为",
        "实为",
        f"""SELECT {_REPORT}, f.rule AS what, {_FIRST_CELL} AS cell, f.expected AS before, f.actual AS after,
  abs(coalesce(f.actual, 0) - coalesce(f.expected, 0)) AS rank
FROM findings f {_JOIN.format(of="f")} WHERE f.fault = 'source' AND f.severity = 'error' AND {_WHERE}
ORDER BY rank DESC, f.id""",
    ),
    "edits": Lead(
        "公布之后悄悄改动的数字",
        "法定期限之后，已公布的表格里的数字变了；按改动先后排列，新的在前。",
        "更正错误是应当的；这里只列同一版读数程序读过前后两版、确为机关所改的。",
        "原为",
        "改为",
        f"""SELECT {_REPORT}, h.location AS what, h.location AS cell, h.before, h.after, h.first_after AS rank
FROM changes h {_JOIN.format(of="h")} WHERE h.kind = 'cell' AND h.certain = 1 AND h.after_due = 1 AND {_WHERE}
ORDER BY rank DESC, h.id""",
    ),
    "jumps": Lead(
        "悬殊的变动",
        "与本机关其他年份或同地同类机关相比，数字相差悬殊；按相差的倍数排列。",
        "机构改革、职权下放、统计口径改变都会使数字跳动。",
        "通常",
        "本年",
        f"""SELECT {_REPORT}, f.rule AS what, {_FIRST_CELL} AS cell, f.expected AS before, f.actual AS after,
  max((f.actual + 1.0) / (f.expected + 1.0), (f.expected + 1.0) / (f.actual + 1.0)) AS rank
FROM findings f {_JOIN.format(of="f")} WHERE (f.rule GLOB 'jump:*' OR f.rule GLOB 'peers:*') AND {_WHERE}
ORDER BY rank DESC, f.id""",
    ),
    "carry": Lead(
        "今年的“上年结转”不是去年的“结转下年”",
        "上一年说留下多少件申请，下一年就应接着多少件；按相差多少排列。",
        "两份报告中总有一份不对，但不知是哪一份。",
        "上年报告",
        "本年报告",
        f"""SELECT {_REPORT}, f.rule AS what, {_FIRST_CELL} AS cell, f.expected AS before, f.actual AS after,
  abs(f.actual - f.expected) AS rank
FROM findings f {_JOIN.format(of="f")} WHERE f.rule GLOB 'carry:*' AND {_WHERE} ORDER BY rank DESC, f.id""",
    ),
    "copies": Lead(
        "照抄的文字",
        "去掉表式用语与人人都写的话之后，与更早公布的另一份报告相同的段落；按占本报告文字的比例排列。",
        "先后以公布日期计，两份也可能同抄第三份；点机关看报告，原文在数据表 copied_paragraphs。",
        "占文字（%）",
        "相同字数",
        f"""SELECT {_REPORT}, c.source_report_id AS what, NULL AS cell, round(100 * c.share, 1) AS before,
  c.characters AS after, c.share AS rank, s.agency AS source_agency, s.year AS source_year
FROM copies c {_JOIN.format(of="c")} JOIN reports s ON s.id = c.source_report_id WHERE {_WHERE}
ORDER BY rank DESC, r.id, s.id""",
    ),
    "late": Lead(
        "逾期公布",
        "《政府信息公开条例》第四十九条：部门每年1月31日前、政府3月31日前公布；按逾期天数排列。",
        "以报告或网页自己标明的日期计；迁移网站会使日期变晚。",
        "法定期限",
        "公布",
        f"""SELECT {_REPORT}, r.days_late AS what, NULL AS cell, r.due AS before, r.published AS after,
  r.days_late AS rank
FROM reports r JOIN portals p ON p.id = r.portal_id WHERE r.days_late > 0 AND {_WHERE} ORDER BY rank DESC, r.id""",
    ),
    "missing": Lead(
        "应公布而未找到",
        "期限过后看过门户网站的列表，没有这份报告；前后年都有的排在前面。",
        "可能公布在别处，也可能已并入其他机关；“依据”说明为什么认为应当有。",
        "法定期限",
        "最近一次查看",
        """SELECT NULL AS report_id, r.name AS agency, p.name AS place, r.year, r.basis AS what, NULL AS cell,
  r.due AS before, substr(r.last_looked, 1, 10) AS after,
  CASE r.basis WHEN 'between' THEN 4 WHEN 'listed' THEN 3 WHEN 'law' THEN 2 WHEN 'before' THEN 1 ELSE 0 END AS rank,
  r.series_id
FROM coverage r JOIN portals p ON p.id = r.portal_id WHERE r.state = 'not_found' AND """
        + _WHERE
        + " ORDER BY rank DESC, r.year DESC, r.id",
    ),
    "refusals": Lead(
        "不予公开最多的理由",
        "每一种不予公开的理由，用得最多的机关；按件数排列。",
        "件数随申请总数增减；右边的数是全部办结件数。",
        "该理由件数",
        "办结件数",
        f"""SELECT {_REPORT}, q.outcome AS what, 'requests.' || q.outcome || '.total' AS cell, q.total AS before,
  c.total AS after, q.total AS rank
FROM requests q {_JOIN.format(of="q")} LEFT JOIN requests c ON c.report_id = q.report_id AND c.outcome = 'concluded'
WHERE q.outcome GLOB 'refused_*' AND q.total > 0 AND {_WHERE} ORDER BY rank DESC, r.id""",
    ),
}
"""By key, in the order of the page."""

_PLACES = "SELECT id, name FROM portals WHERE id IN (SELECT DISTINCT portal_id FROM reports) ORDER BY name LIMIT 4000"
_YEARS = "SELECT DISTINCT year FROM reports ORDER BY year DESC"


async def leads(datasette: Datasette, request: Request) -> Response:
    """Every kind with its strongest three."""
    found = []
    for key, lead in LEADS.items():
        strongest = await rows(datasette, f"{lead.sql} LIMIT 3", {"place": "", "year": ""})
        found.append({"key": key, "lead": lead, "rows": [_shown(key, line) for line in strongest]})
    return await page(datasette, request, "gongkai_leads.html", {"leads": found, "words": words})


async def lead(datasette: Datasette, request: Request) -> Response:
    """One kind, narrowed to a place and a year where asked, page by page; the CSV holds all of it."""
    key = request.url_vars["kind"]
    if key not in LEADS:
        return await not_found(datasette, request, say("没有这一类线索"), say("线索页列出全部类别。"))
    asked = {name: (request.args.get(name) or "").strip() for name in ("place", "year")}
    number = request.args.get("page") or ""
    at = max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    sql = LEADS[key].sql
    total = await row(datasette, f"SELECT count(*) AS count FROM ({sql})", asked)
    found = await rows(datasette, f"{sql} LIMIT {PER_PAGE} OFFSET {(at - 1) * PER_PAGE}", asked)
    count = total["count"] if total else 0
    context = {
        "key": key,
        "lead": LEADS[key],
        "asked": asked,
        "rows": [_shown(key, line) for line in found],
        "total": count,
        "page": at,
        "pages": max(1, -(-count // PER_PAGE)),
        "csv": "/export.csv?" + urlencode({"sql": sql, **asked}),
        "places": await rows(datasette, _PLACES),
        "years": await rows(datasette, _YEARS),
        "address": lambda n: f"/leads/{key}?" + urlencode({**asked, "page": n}),
        "words": words,
    }
    return await page(datasette, request, "gongkai_lead.html", context)


def _shown(key: str, line: Row) -> Row:
    """A row with what it speaks of in words."""
    what = line["what"]
    if key in ("broken", "jumps", "carry"):
        said = words.rule(what)
    elif key == "edits":
        said = words.cell_name(what)
    elif key == "refusals":
        said = words.row_name("requests", what)
    elif key == "copies":
        said = f"{line['source_agency']} {line['source_year']}"
    elif key == "late":
        said = say("逾期 %(days)s 天") % {"days": what}
    else:
        said = say(words.BASES[what])
    return {**line, "said": said}
