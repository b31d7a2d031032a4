"""What is read from a page by the quickest way is what a full search by XPath finds, whatever the page's charset."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsel import Selector
from test_platform_families import FAMILIES

from crawler import attachments
from crawler import page as page_room
from crawler.attachments import is_file
from crawler.page import Page, date_in, links_in, squeeze
from crawler.urls import resolve

HOST = "http://www.yangli.gov.cn"
CHROME = (
    "ancestor::*[self::header or self::footer or self::nav"
    r" or re:test(concat(@class, ' ', @id), '\b(header|footer|nav|menu|copyright)\b', 'i')]"
)
ROWS = ("li", "tr", "dd", "dt", "p", "div")


def text_of(element: Selector) -> str:
    return squeeze(element.xpath("string()").get() or "")


def candidates(root: Selector) -> Iterator[tuple[str, str]]:
    """(address, label) of the files that a page names, every element looked at."""
    viewed, label_of, quoted, script_of, fetched = (
        getattr(attachments, name) for name in ("_viewed", "_LABEL", "_QUOTED", "_SCRIPT", "_FETCHED")
    )
    for anchor in root.xpath(f"//a[@href][not({CHROME})]"):
        href = anchor.attrib["href"].strip()
        label = text_of(anchor) or squeeze(anchor.attrib.get("title", ""))
        if href.lower().startswith("javascript:"):
            yield from ((source, text_of(anchor)) for source in quoted.findall(unquote(href)))
        elif is_file(href) or viewed(href) or (label_of.search(label) and fetched.search(href)):
            yield href, label
    for element in root.xpath("//iframe[@src] | //embed[@src] | //object[@data]"):
        source = element.attrib["data" if element.root.tag == "object" else "src"]
        if is_file(source) or viewed(source):
            yield source, squeeze(element.attrib.get("title", ""))
    for element in root.xpath(f"//*[@onclick][not({CHROME})]"):
        for source in quoted.findall(element.attrib["onclick"]):
            yield source, text_of(element)
    for element in root.xpath("//*[@data-url or @data-file or @data-src or @data-href]"):
        for name in ("data-url", "data-file", "data-src", "data-href"):
            if is_file(source := element.attrib.get(name, "")):
                yield source, text_of(element)
    for script in root.xpath("//script[not(@src)]/text()").getall():
        for source in script_of.findall(script.replace("\\/", "/")):
            yield source, ""


def links(root: Selector, base: str) -> Iterator[tuple[str, str, str | None]]:
    """(address, text, date beside it) of what leads somewhere: anchors, then what else does so on a click."""
    held = "self::li[@data-url or @data-href or @data-link]"
    for element in (*root.xpath("//a | //area"), *root.xpath(f"//*[@onclick or {held}][not(self::a or self::area)]")):
        url = resolve(base, element.attrib.get("href", "")) or clicked(element, base)
        text = text_of(element) or squeeze(element.xpath("string((.//img)[1]/@alt)").get() or "")
        if url and (text or squeeze(element.attrib.get("title", ""))):
            yield url, text, beside(element)


def clicked(element: Selector, base: str) -> str | None:
    script = element.attrib.get("href", "") + " " + element.attrib.get("onclick", "")
    found = [resolve(base, address) for address in page_room._WHOLE.findall(script)]
    found += [resolve(base, element.attrib.get(name, "")) for name in ("data-url", "data-href", "data-link")]
    return next(filter(None, found), None)


def beside(anchor: Selector) -> str | None:
    for row in anchor.xpath("ancestor::*[position() <= 4]")[::-1]:
        if row.root.tag in ROWS:
            if len(row.xpath(".//a[@href]")) > (2 if row.root.tag in ("li", "tr") else 1):
                return None
            if date := date_in(" ".join(row.xpath(".//text()").getall())):
                return date
    return None


def agrees(page: Page) -> None:
    root = Selector(text=page.text.replace("\x00", "") or "<html></html>", type="html")
    inner = [Selector(text=f"<html><body>{page.embedded}</body></html>")] if page.embedded else []
    href = root.xpath("//base/@href").get()
    base = (resolve(page.url, href) if href else None) or page.url
    assert page.base == base
    anchors = links_in(page.root, page.base)
    assert [(link.url, link.text, link.date) for link in anchors] == list(links(root, base))
    found = [found for part in (root, *inner) for found in candidates(part)]
    named = [found for part in page.roots for found in attachments._candidates(part, page.text)]
    assert named == found
    seen = "".join(
        text
        for part in (root, *inner)
        for text in part.xpath(
            "(//body | //html[position() > 1])//text()[not(ancestor::script or ancestor::style)]"
        ).getall()
    )
    assert page.prose == "".join(seen.split())
    refresh = root.xpath("//meta[re:test(@http-equiv, '^refresh$', 'i')]/@content").getall()
    assert (page.shell is not None or len(page.links) > 3) >= any(
        re.match(r"0;url=/\w", content) for content in refresh
    )
    assert page.frames == [
        url for source in root.xpath("//iframe/@src | //frame/@src").getall() if (url := resolve(base, source))
    ]
    headings = [text_of(heading) for heading in root.xpath("//h1 | //h2")[:4]]
    name = root.xpath("//meta[@name='ArticleTitle']/@content").get() or ""
    window = squeeze(root.xpath("string(//title)").get() or "")
    assert page.titles == list(dict.fromkeys(title for title in (squeeze(name), *headings, window) if title))


@pytest.mark.parametrize(
    "portal", [make() for family in FAMILIES for make in family.PORTALS], ids=lambda site: site.name
)
def test_pages_of_every_family(portal: object) -> None:
    pages = portal.pages  # type: ignore[attr-defined]
    for path, answer in pages.items():
        page = Page(HOST + path, 200, answer.data, answer.kind)
        if page.is_html:
            agrees(page)
    assert pages


PIECES = st.sampled_from(
    [
        "政府信息公开工作年度报告",
        "2025-01-20",
        " <!-- 注 --> ",
        "&nbsp;&#46;pdf",
        "<a href='/f/1.pdf'>附件</a>",
        "<A HREF='/r/1.html' title='样例区2024年政府信息公开工作年度报告'>样例区…</A>",
        "<a href='/download?id=1'>报告.doc</a>",
        "<a href='/viewer.html?file=%2Ff%2F2.pdf'>看</a>",
        "<a href='/f/%31.pd%66'>逸</a>",
        "<a>空</a><a href=''>空</a><a name='x' href='#x'>处</a>",
        "<iframe src='/f/3.pdf' title='三'></iframe>",
        "<object data='/f/4.ofd'></object><embed src='/f/5.docx'>",
        "<p OnClick=\"show('/f/6.pdf')\">看</p>",
        "<p data-url='/f/7.pdf' data-src='/f/8.wps'>看</p>",
        "<script>var pdfUrl = '/f/9.pdf';</script>",
        '<script>var data = {"content": "<p>一、总体情况<a href=\\"/f/10.pdf\\">附<\\/a>"}</script>',
        "<script src='/x.js'>href='/f/11.pdf'</script><style>p{}</style>",
        "<base href='/below/'>",
        "<h1>题</h1><h2> 小 题 </h2>",
        "<meta name='ArticleTitle' content=' 年 报 '><meta http-equiv='Refresh' content='0;url=/next'>",
        "<frame src='a.html'><title>名_样例区</title>",
        "\x00",
        "<![CDATA[x]]><?php x ?>",
    ]
)
WRAPS = st.sampled_from(
    [
        "{}",
        "<li>{}<span>2025-01-20</span></li>",
        "<div class='Footer-nav'>{}</div>",
        "<header>{}</header>",
        "<div id='menu'><p>{}</p></div>",
        "<table><tr><td>{}<td>2024年3月1日",
        "<ul><li>{}</ul>",
        "<html><body class='menus'>{}</body></html>",
    ]
)


@given(
    parts=st.lists(st.tuples(WRAPS, st.lists(PIECES, max_size=4)), max_size=8),
    charset=st.sampled_from(["utf-8", "gb18030", "utf-16", "utf-8-sig", "big5"]),
)
def test_pages_of_any_make(parts: list[tuple[str, list[str]]], charset: str) -> None:
    html = "".join(wrap.format("".join(pieces)) for wrap, pieces in parts)
    agrees(Page(f"{HOST}/a/1.html", 200, html.encode(charset, "xmlcharrefreplace"), f"text/html; charset={charset}"))
