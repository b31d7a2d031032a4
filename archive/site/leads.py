"""Leads for journalists: where to look first, ranked, each kind with why it is a lead and what it does not prove.

They were ranked with the publication, and a page shows exactly the rows that its CSV holds. Nothing here accuses:
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


@dataclass(frozen=True)
class Lead:
    """`before` and `after` head two values to hold against each other."""

    name: str
    why: str
    caveat: str
    before: str
    after: str


LEADS: dict[str, Lead] = {
    "broken": Lead(
        "表格自身不符",
        "官方表式自带勾稽关系，这些报告没有做到；按相差多少排列。",
        "多为填表疏忽；责任“报告本身”表示原件就是这样印的。",
        "应为",
        "实为",
    ),
    "edits": Lead(
        "公布之后悄悄改动的数字",
        "法定期限之后，已公布的表格里的数字变了；按改动先后排列，新的在前。",
        "更正错误是应当的；这里只列同一版读数程序读过前后两版、确为机关所改的。",
        "原为",
        "改为",
    ),
    "jumps": Lead(
        "悬殊的变动",
        "与本机关其他年份或同地同类机关相比，数字相差悬殊；按相差的倍数排列。",
        "机构改革、职权下放、统计口径改变都会使数字跳动。",
        "通常",
        "本年",
    ),
    "carry": Lead(
        "今年的“上年结转”不是去年的“结转下年”",
        "上一年说留下多少件申请，下一年就应接着多少件；按相差多少排列。",
        "两份报告中总有一份不对，但不知是哪一份。",
        "上年报告",
        "本年报告",
    ),
    "copies": Lead(
        "照抄的文字",
        "去掉表式用语与人人都写的话之后，与更早公布的另一份报告相同的段落；按占本报告文字的比例排列。",
        "先后以公布日期计，两份也可能同抄第三份；“看相同的段落”把两份并排列出。",
        "占文字的百分比",
        "相同字数",
    ),
    "late": Lead(
        "逾期公布",
        "《政府信息公开条例》第四十九条：部门每年1月31日前、政府3月31日前公布；按逾期天数排列。",
        "以报告或网页自己标明的日期计；迁移网站会使日期变晚。",
        "法定期限",
        "公布",
    ),
    "missing": Lead(
        "应公布而未找到",
        "期限过后看过门户网站的列表，没有这份报告；前后年都有的排在前面。",
        "可能公布在别处，也可能已并入其他机关；“何事”一栏说明为什么认为应当有。",
        "法定期限",
        "最近一次查看",
    ),
    "refusals": Lead(
        "不予公开最多的理由",
        "每一种不予公开的理由，各地每年用得最多的三个机关；按件数排列。",
        "件数随申请总数增减；右边的数是全部办结件数。",
        "该理由件数",
        "办结件数",
    ),
}
"""By key, in the order of the page."""

# The place is looked up for each row that is shown: a join would begin with the places and sort all leads of a kind.
_SELECT = """SELECT l.report_id, l.agency, (SELECT name FROM portals WHERE id = l.portal_id) AS place, l.year, l.what,
  l.cell, l.before, l.after, l.series_id FROM leads l WHERE l.kind = :kind"""
_COUNTS = "SELECT kind, count(*) AS count FROM leads GROUP BY kind"
_NARROWED = {"place": " AND l.portal_id = :place", "year": " AND l.year = CAST(:year AS INTEGER)"}
_PLACES = "SELECT id, name FROM portals WHERE id IN (SELECT place FROM report_counts) ORDER BY name LIMIT 4000"
_YEARS = "SELECT CAST(value AS INTEGER) AS year FROM totals WHERE what = 'year' ORDER BY 1 DESC"


async def leads(datasette: Datasette, request: Request) -> Response:
    """Every kind with its strongest three."""
    found = []
    counts = {line["kind"]: line["count"] for line in await rows(datasette, _COUNTS)}
    for key, lead in LEADS.items():
        strongest = await rows(datasette, f"{_SELECT} ORDER BY l.id LIMIT 3", {"kind": key})
        shown = [_shown(key, line) for line in strongest]
        csv = _csv(f"{_SELECT} ORDER BY l.id", {"kind": key})
        found.append({"key": key, "lead": lead, "rows": shown, "count": counts.get(key, 0), "csv": csv})
    return await page(datasette, request, "gongkai_leads.html", {"leads": found, "words": words})


async def lead(datasette: Datasette, request: Request) -> Response:
    """One kind, narrowed to a place and a year where asked, page by page; the CSV holds all of it."""
    key = request.url_vars["kind"]
    if key not in LEADS:
        return await not_found(datasette, request, say("没有这一类线索"), say("线索页列出全部类别。"))
    asked = {name: (request.args.get(name) or "").strip() for name in _NARROWED}
    number = request.args.get("page") or ""
    at = max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    values = {"kind": key, **{name: value for name, value in asked.items() if value}}
    narrowed = "".join(_NARROWED[name] for name in values if name != "kind")
    sql = f"{_SELECT}{narrowed} ORDER BY l.id"
    total = await row(datasette, f"SELECT count(*) AS count FROM leads l WHERE l.kind = :kind{narrowed}", values)
    found = await rows(datasette, f"{sql} LIMIT {PER_PAGE} OFFSET {(at - 1) * PER_PAGE}", values)
    count = total["count"] if total else 0
    context = {
        "key": key,
        "lead": LEADS[key],
        "asked": asked,
        "rows": [_shown(key, line) for line in found],
        "total": count,
        "page": at,
        "pages": max(1, -(-count // PER_PAGE)),
        "csv": _csv(sql, values),
        "places": await rows(datasette, _PLACES),
        "years": await rows(datasette, _YEARS),
        "address": lambda n: f"/leads/{key}?" + urlencode({**asked, "page": n}),
        "words": words,
    }
    return await page(datasette, request, "gongkai_lead.html", context)


def _csv(sql: str, values: Row) -> str:
    return "/export.csv?" + urlencode({"sql": sql, **values})


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
        said = what
    elif key == "late":
        said = say("逾期 %(days)s 天") % {"days": what}
    else:
        said = say(words.BASES[what])
    passages = f"/reports/{line['report_id']}/copied" if key == "copies" else None
    part = "#versions" if key == "edits" else f"#{line['cell']}" if line["cell"] else ""
    return {**line, "said": said, "passages": passages, "part": part}
