"""博达: page numbers that count down, files without an extension, a report that is a PDF in a frame, columns that are
their only article."""

from __future__ import annotations

from portal import CHAPTERS, article

from simulated import Simulated, frame, titled


def portal() -> Simulated:
    site = Simulated("vsb", "/zfxxgk/zfxxgknb.htm")
    pages = [[site.report(f"/info/5069/1{p}{n}.htm", titled(f"第{p}{n}局")) for n in range(3)] for p in range(3)]
    years = '<div><a href="zfxxgknb/n2024n.htm">2024年</a></div>'
    site.put_list("/zfxxgk/zfxxgknb.htm", pages[0], _pager("zfxxgknb/2.htm", "zfxxgknb/1.htm") + years)
    site.put_list("/zfxxgk/zfxxgknb/2.htm", pages[1], _pager("1.htm", "1.htm"))
    site.put_list("/zfxxgk/zfxxgknb/1.htm", pages[2])
    # A year, in it a town whose column is its report, and one whose report is a PDF.
    towns = '<a href="n2024n/xz/hcz.htm">洪川镇</a><a href="n2024n/xz/zbz.htm">止戈镇</a>'
    site.put("/zfxxgk/zfxxgknb/n2024n.htm", frame("2024年", f"<div>{towns}</div>"))
    inside = f'<div id="vsb_content_2"><div class="v_news_content">{CHAPTERS}</div></div>'
    site.report("/zfxxgk/zfxxgknb/n2024n/xz/hcz.htm", titled("洪川镇"), inside)
    shown = '<div id="vsb_content"><script>showVsbpdfIframe("/__local/catalog.pdf","100%","600")</script></div>'
    site.report("/zfxxgk/zfxxgknb/n2024n/xz/zbz.htm", titled("止戈镇"), shown)
    site.attach("/zfxxgk/zfxxgknb/n2024n/xz/zbz.htm", "/__local/catalog.pdf")
    # A file outside the body, by an address that does not say what it is.
    path = pages[0][0][0]
    download = "/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=123"
    files = f'<ul><li>附件【<a href="{download}">年报.docx</a>】</li></ul>'
    site.put(path, article(pages[0][0][1], f'<div id="vsb_content">{CHAPTERS}</div></div>{files}<div>'))
    site.attach(path, download, b"PK\x03\x04 docx")
    return site


def _pager(following: str, last: str) -> str:
    return (
        '<span class="p_pages"><span class="p_no_d">1</span>'
        f'<span class="p_next p_fun"><a href="{following}">下页</a></span>'
        f'<span class="p_last p_fun"><a href="{last}">尾页</a></span></span><span class="p_t">1/3</span>'
    )


def dynamic() -> Simulated:
    """Addresses that are all `list.jsp`."""
    site = Simulated("vsb_dynamic", "/list.jsp?urltype=tree.TreeTempUrl&wbtreeid=1082")
    links = [site.report(f"/info/1082/{n}.htm", titled(f"第{n}局")) for n in range(4)]
    other = '<a href="list.jsp?urltype=tree.TreeTempUrl&wbtreeid=7&PAGENUM=2">2</a>'
    more = '<a href="list.jsp?urltype=tree.TreeTempUrl&wbtreeid=1082&PAGENUM=2">下页</a>'
    site.put_list(site.column, links[:2], more + other)
    site.put_list(f"{site.column}&PAGENUM=2", links[2:])
    return site


PORTALS = (portal, dynamic)
