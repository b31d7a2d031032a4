"""Feeds: Atom (RFC 4287) and JSON Feed 1.1 of new reports, of edits after publication, and of late reports.

`/feeds/reports`, `/feeds/edits` and `/feeds/late`, each `.atom` or `.json`, take the filters of the search page (`q`,
`place`, `province`, `agency`, `year`, `kind`, `field`, `form`, `findings`, `rule`), so any search can be followed. An
entry is dated by when this archive first saw that content, which is what a reader wants to be told of; the body's own
date stands in the text. The newest 50 are given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from datasette import Response
from datasette.utils.asgi import Request

from archive.search import query
from archive.site.asked import Asked
from archive.site.language import say
from archive.site.pages import Row, rows

if TYPE_CHECKING:
    from datasette.app import Datasette

NEWEST = 50
_ATOM = "http://www.w3.org/2005/Atom"
_FROM = (
    "FROM versions v JOIN reports r ON r.id = v.report_id JOIN agencies a ON a.id = r.agency_id "
    "JOIN portals p ON p.id = r.portal_id WHERE 1"
)
_COLUMNS = "r.id, r.title, r.agency, r.published, r.due, r.days_late, p.name AS place, v.number, v.first_seen"
_KINDS = {
    "reports": " AND v.number = 1",
    "edits": " AND v.number > 1",
    "late": " AND v.number = 1 AND r.days_late > 0",
}
_MATCHING = (
    " AND r.id IN (SELECT report_id FROM sections WHERE id IN "
    "(SELECT rowid FROM sections_fts WHERE sections_fts MATCH :q))"
)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """`id` is for ever; `seen` is when the archive first saw it, in UTC."""

    id: str
    title: str
    url: str
    seen: str
    text: str


async def feed(datasette: Datasette, request: Request) -> Response:
    kind, style = request.url_vars["kind"], request.url_vars["format"]
    asked = Asked.of(request)
    where = _KINDS[kind] + asked.where
    values: dict[str, Any] = {**asked.values, "newest": NEWEST}
    if asked.q:
        where += _MATCHING
        values["q"] = query(asked.q)
    found = await rows(
        datasette, f"SELECT {_COLUMNS} {_FROM}{where} ORDER BY v.first_seen DESC, v.id DESC LIMIT :newest", values
    )
    home = datasette.absolute_url(request, datasette.urls.path("/"))
    entries = [_entry(line, home, kind) for line in found]
    parameters = asked.parameters
    about = f"?{urlencode(parameters)}" if parameters else ""
    names = {"reports": say("新收报告"), "edits": say("公布之后的改动"), "late": say("逾期公布的报告")}
    title = f"{names[kind]}{'：' + ' '.join(value for _, value in parameters) if parameters else ''} · 公开 Gongkai"
    this = f"{home}feeds/{kind}.{style}{about}"
    page = f"{home}-/search{about}"
    if style == "json":
        return _json(title, this, page, entries)
    return _atom(title, this, page, entries)


def _entry(line: Row, home: str, kind: str) -> Entry:
    url = f"{home}reports/{line['id']}"
    published = f"{line['published']} 公布" if line["published"] else "公布日期未标明"
    late = f"，逾期 {line['days_late']} 天（法定期限 {line['due']}）" if (line["days_late"] or 0) > 0 else ""
    if kind == "edits":
        title, address = f"{line['title']}（第 {line['number']} 版）", f"{url}#versions"
        seen = f"{line['first_seen'][:10]} 首次见到第 {line['number']} 版"
        text = f"{line['place']} · {line['agency']}：公布之后改动，{seen}。"
    else:
        title, address = line["title"], url
        text = f"{line['place']} · {line['agency']}：{published}{late}。"
    return Entry(f"{url}#v{line['number']}", title, address, line["first_seen"], text)


def _json(title: str, this: str, page: str, entries: list[Entry]) -> Response:
    items = [
        {
            "id": entry.id,
            "url": entry.url,
            "title": entry.title,
            "content_text": entry.text,
            "date_published": entry.seen,
        }
        for entry in entries
    ]
    about = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": page,
        "feed_url": this,
        "language": "zh-CN",
        "items": items,
    }
    answer = Response.json(about, headers={"Access-Control-Allow-Origin": "*"})
    answer.content_type = "application/feed+json; charset=utf-8"
    return answer


def _atom(title: str, this: str, page: str, entries: list[Entry]) -> Response:
    root = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": "zh-CN"})

    def put(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> None:
        ElementTree.SubElement(parent, name, attributes).text = _NOT_XML.sub("", text) or None

    put(root, "title", title)
    put(root, "id", this)
    put(root, "updated", max((entry.seen for entry in entries), default="1970-01-01T00:00:00Z"))
    put(root, "link", rel="self", href=this, type="application/atom+xml")
    put(root, "link", rel="alternate", href=page, type="text/html")
    author = ElementTree.SubElement(root, "author")
    put(author, "name", "公开 Gongkai")
    for entry in entries:
        item = ElementTree.SubElement(root, "entry")
        put(item, "title", entry.title)
        put(item, "id", entry.id)
        put(item, "updated", entry.seen)
        put(item, "link", rel="alternate", href=entry.url, type="text/html")
        put(item, "summary", entry.text)
    text = ElementTree.tostring(root, encoding="unicode", xml_declaration=False)
    return Response(
        '<?xml version="1.0" encoding="utf-8"?>\n' + text, content_type="application/atom+xml; charset=utf-8"
    )
