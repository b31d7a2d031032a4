"""The pages of a list that no link names: scripts know their number and how their addresses are made, forms post it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count as counted

from parsel import Selector

from crawler import urls
from crawler.page import Ask, Page, squeeze
from crawler.urls import resolve, with_query

MOST = 60
"""Pages that a script may claim. More is a counter of something else."""
_ARGUMENT = r"""\s*['"]?([\w./-]*)['"]?\s*"""
_CREATE_PAGE = re.compile(
    rf"""createPageHTML\(\s*(?:['"][^'",]*['"]\s*,\s*)?(\d+)\s*,\s*(\d+)\s*,{_ARGUMENT},{_ARGUMENT}[,)]"""
)
_COUNT_PAGE = re.compile(r"""\bcountPage\s*=\s*['"]?(\d+)""")
_PAGER = re.compile(r"""Pager\(\s{0,9}\{([^{}]{0,500})\}""")
_SIZE = re.compile(r"""(?:size|total|count|pageCount)\s*:\s*['"]?(\d+)""", re.IGNORECASE)
_PREFIX = re.compile(r"""prefix\s*:\s*['"]([\w-]+)""", re.IGNORECASE)
_SUFFIX = re.compile(r"""suffix\s*:\s*['"](\w+)""", re.IGNORECASE)
# How scripts and readers are told the number of pages.
_PAGES = re.compile(
    r"""\b(?:pages|pageCount|page_?total|total_?pages?|totalPageNum|countPage|max_?page)["']?\s*[:=]\s*["']?(\d{1,3})\b"""
    r"""|共\s*(\d{1,3})\s*页|\b\d{1,3}\s*/\s*(\d{1,3})\s*页""",
    re.IGNORECASE,
)
# An address put together of text and a number: location.href = 'list-' + n + '.html'.
_TEMPLATE = re.compile(
    r"""(?:location(?:\.href)?\s*=|location\.(?:replace|assign)\(|\bhref\s*[=:]|window\.open\(|\burl\s*[=:])"""
    r"""\s*(?:(?:window\.)?location\.pathname\s*\+\s*)?["']([^"'<>]*)["']"""
    r"""\s*\+\s*\(?[\w.]++(?!\s*[=?(])(?:\s*[-+]\s*1)?\)?(?:\s*\+\s*["']([^"'<>]*)["'])?""",
)
# data-url="/gknb/list_{page}.html"
_WITH_HOLE = re.compile(
    r"""["']([^"'<>{}\s]{1,200})\{(?:page|p|n|num|pageNo|pageNum)\}([^"'<>{}\s]{0,80})["']""", re.IGNORECASE
)
# laypage.render({count: 45, limit: 15, …}), $('#p').pagination(45, {items_per_page: 15, …})
_CALL = re.compile(r"(?:laypage(?:\.render)?|pagination|paging|paginator|pager)\s*(\([^;]{0,500})", re.IGNORECASE)
_TOTAL = re.compile(
    r"""^\(\s*(\d{1,5})\s*,|\b(?:count|total|totalCount|totalRecords?|records)["']?\s*:\s*["']?(\d{1,5})\b"""
)
_PER_PAGE = re.compile(
    r"""\b(?:limit|pageSize|perPage|page_size|items_?per_?page)["']?\s*:\s*["']?(\d{1,3})\b""", re.IGNORECASE
)
# The same as variables, which a pager is then given.
_TOTAL_IS = re.compile(r"""\b(?:total|recordCount|total(?:Count|Records?|Num))\s*=\s*["']?(\d{1,5})\b""", re.IGNORECASE)
_SIZE_IS = re.compile(r"""\b(?:page_?size|per_?page|page_?rows|data-size)\s*=\s*["']?(\d{1,3})\b""", re.IGNORECASE)
# Where an address has its page's number; the first page's, and any.
_BEFORE, _AFTER = r"^(.*(?:[-_/]|\b(?:page|pageNo|pageNum|pageIndex|currentPage|curPage|p)=))", r"(\.\w+|&.*)?$"
_FIRST = re.compile(rf"{_BEFORE}1{_AFTER}", re.IGNORECASE)
_PLACE = re.compile(rf"{_BEFORE}(\d{{1,2}}){_AFTER}", re.IGNORECASE)
_FIELD = re.compile(
    r"^(?:page|p|(?:cur|current|now|to|go)_?page(?:no|num)?|page_?(?:no|num|index|number))$", re.IGNORECASE
)
_POSTBACK = re.compile(r"""__doPostBack\(\s*["']([^"']*)["']\s*,\s*["']([^"']*)["']""")
_NEXT = re.compile(r"^\s*(?:下一?页|后一?页|>|›|»)")
_NEXT_PAGE = re.compile(r"^\s*(?:下一?页|后一?页)")
_SENDS = ".//input[@type='submit'] | .//button[not(@type) or @type='submit']"


def stated(page: Page) -> list[str]:
    """Pages that only a script of the list knows: `createPageHTML(3, 0, "index", "html")`. Their numbers begin with 0
    on most portals and with 1 on some, so one too many is named."""
    found = (resolve(page.url, f"{name}_{n}.{ext}") for name, ext, numbers in _stated(page) for n in numbers)
    return [url for url in found if url]


def templates(page: Page) -> Iterator[str]:
    """The addresses that a script would make of the number of pages that the page states, or that follow from the
    list's own address where that is its page 1."""
    count = _count(page)
    own = _FIRST.match(page.url)
    made = (*_TEMPLATE.findall(page.text), *_WITH_HOLE.findall(page.text)) if count > 1 else ()
    for before, after in list(dict.fromkeys(made))[:4]:
        for number in range(1, count + 1):
            if url := resolve(page.base, f"{before}{number}{after}"):
                yield url
    if own:
        yield from (f"{own[1]}{number}{own[2] or ''}" for number in range(2, count + 1))
    elif page.asked and (asked := _PLACE.match(page.url)):
        # A page that was asked for by its number names the next one where it says that there is one.
        yield from (f"{asked[1]}{number}{asked[3] or ''}" for number in range(int(asked[2]) + 1, count + 1))


def usual(page: Page) -> list[str]:
    """Where most portals keep the pages of a list that says how many it has and nothing else: `index_2.html`."""
    name, _, extension = page.url.rpartition("/")[2].rpartition(".")
    if "?" in page.url or name[-1:].isdigit():
        return []
    numbers = range(1, count + 1) if (count := _count(page)) > 1 else ()
    found = (resolve(page.url, f"{name or 'index'}_{n}.{extension or 'html'}") for n in numbers)
    return [url for url in found if url]


def posted(page: Page) -> list[Ask]:
    """The next page of a list that a form asks for: its field for the number one higher, or what ASP.NET posts; or what
    its own button 下一页 sends."""
    for form in page.selector.xpath("//form[.//input[@name]]"):
        url = page.resolve(form.attrib.get("action") or page.url)
        inputs = form.xpath(".//input[@name][not(@type='submit' or @type='button')]")
        fields = {field.attrib["name"]: field.attrib.get("value", "") for field in inputs}
        if url and any(
            _NEXT_PAGE.search(_text(button) or button.attrib.get("value", "")) for button in form.xpath(_SENDS)
        ):
            return [_sent(form, url, fields, page.charset)]
        number = next((name for name in fields if _FIELD.match(name)), None)
        turned = next((match for link in _turns(page) if (match := _POSTBACK.search(link))), None)
        if not url or not (number or turned):
            continue
        if turned:
            fields |= {"__EVENTTARGET": turned[1], "__EVENTARGUMENT": turned[2]}
        elif number:
            here = int(fields[number]) if fields[number].isdigit() else 1
            if here >= (_count(page) or (here + 1 if any(_turns(page)) else 0)):
                continue
            fields[number] = str(here + 1)
        return [_sent(form, url, fields, page.charset)]
    return []


def _sent(form: Selector, url: str, fields: dict[str, str], charset: str) -> Ask:
    """What a browser sends for a form."""
    if form.attrib.get("method", "get").lower() == "post":
        return Ask(url, urls.form(fields, charset))
    return Ask(with_query(url, charset, **fields))


def _turns(page: Page) -> Iterator[str]:
    """The scripts behind the links to the next page: those called so, or its number where this page's has no link."""
    numbered: dict[int, str] = {}
    for anchor in page.selector.xpath("//a[starts-with(@href, 'javascript:') or @onclick]"):
        text, script = _text(anchor).strip(), anchor.attrib.get("href", "") + anchor.attrib.get("onclick", "")
        if _NEXT.search(text):
            yield script
        elif text.isdecimal() and "__doPostBack" in script:
            numbered[int(text)] = script
    here = next(number for number in counted(1) if number not in numbered)
    if here + 1 in numbered:
        yield numbered[here + 1]


def _text(element: Selector) -> str:
    return element.xpath("string()").get() or element.attrib.get("title", "")


def entries(page: Page) -> int | None:
    """How many entries the list holds, by what its script gives a pager: how many there are and how many stand on a
    page."""
    return max((total for total, _ in _calls(page)), default=None)


def _calls(page: Page) -> Iterator[tuple[int, int]]:
    """(entries, entries on a page) of the pager calls that state both."""
    for call in _CALL.findall(page.text):
        total, size = _TOTAL.search(call), _PER_PAGE.search(call)
        if total and size and int(size[1]):
            yield int(total[1] or total[2]), int(size[1])


def _count(page: Page) -> int:
    """How many pages the list has by what the page says, 0 where it does not."""
    counts = [int(next(filter(None, groups))) for groups in _PAGES.findall(page.text)]
    counts += [-(-total // size) for total, size in _calls(page)]
    total, size = _TOTAL_IS.search(page.text), _SIZE_IS.search(page.text)
    if total and size and int(size[1]):
        counts.append(-(-int(total[1]) // int(size[1])))
    return max((count for count in counts or _numbers(page) if count <= MOST), default=0)


def _numbers(page: Page) -> Iterator[int]:
    """The numbers of pages behind which a script stands and no address."""
    for anchor in page.root.iter("a"):
        scripted = "onclick" in anchor.attrib or anchor.get("href", "").startswith("javascript:")
        if (held := anchor.get("data-page", "")).isdecimal() and len(held) < 3:
            yield int(held)
        elif scripted and (text := squeeze(anchor.text or "")).isdecimal() and len(text) < 3:
            yield int(text)


def _stated(page: Page) -> Iterator[tuple[str, str, list[int]]]:
    """What the page says of its pager: the pages' name, their extension, their numbers but its own."""
    file = page.url.split("?", 1)[0].rpartition("/")[2]
    own, _, own_extension = file.rpartition(".")
    own = re.sub(r"_\d+$", "", own) or "index"
    if match := _CREATE_PAGE.search(page.text):
        count, current = int(match[1]), int(match[2])
        name, extension = match[3] or own, match[4] or own_extension or "html"
    elif match := _PAGER.search(page.text):
        size, prefix, suffix = (pattern.search(match[1]) for pattern in (_SIZE, _PREFIX, _SUFFIX))
        count, current = int(size[1]) if size else 0, 0
        name, extension = prefix[1] if prefix else own, suffix[1] if suffix else own_extension or "html"
    elif match := _COUNT_PAGE.search(page.text):
        count, current, name, extension = int(match[1]), 0, own, own_extension or "html"
    else:
        return
    if count > 1:
        yield name, extension.lstrip("."), [n for n in range(1, count + 1) if n != current]
