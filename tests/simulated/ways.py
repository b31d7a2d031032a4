"""Columns that are hard to reach: what leads to them, and what lies below them."""

from __future__ import annotations

from portal import CHAPTERS, article

from simulated import Simulated, frame, listing, titled

TABS = '<a href="/zn.html">政府信息公开指南</a><a href="/ysq.html">依申请公开</a>'


def _site(name: str, column: str, home: str, disclosure: str) -> Simulated:
    """A portal whose row names no column: `home` leads to `/zwgk/`, which shows `disclosure`."""
    site = Simulated(name, "")
    site.put("/", home)
    site.put("/zwgk/", frame("政府信息公开", TABS + disclosure))
    site.put_list(column, [site.report(f"{column}x{n}.html", titled(f"第{n}局")) for n in range(3)])
    return site


HOME = frame("样例区人民政府", '<a href="/zwgk/">政府信息公开</a>')


def in_the_root() -> Simulated:
    """The column is a file in the root, which lies above no page."""
    return _site("way_root", "/list.jsp?id=7&x=", HOME, '<a href="/list.jsp?id=7&amp;x=">政府信息公开年报</a>')


def by_image() -> Simulated:
    return _site("way_image", "/gk/nb/", HOME, '<a href="/gk/nb/"><img src="/i.png" alt="政府信息公开年报"></a>')


def by_short_name() -> Simulated:
    """年度报告 may be anybody's, but not beside 政府信息公开指南."""
    return _site("way_short", "/zwgk/c100/", HOME, '<a href="/zwgk/c100/">年度报告</a>')


def by_script() -> Simulated:
    return _site("way_script", "/gk/nb/", HOME, """<script>document.write('<a href="/gk/nb/">公开年报</a>')</script>""")


def by_device() -> Simulated:
    """The home page sends telephones elsewhere."""
    shell = """<html><noscript><meta http-equiv="refresh" content="0; url=/no.html"></noscript>
        <script>var to = "/index/portal.html";
        if (/iPhone/.test(navigator.userAgent)) {location.replace("/m/");}
        else {location.replace(to);}</script></html>"""
    site = _site("way_device", "/gk/nb/", shell, '<a href="/gk/nb/">政府信息公开年报</a>')
    site.put("/index/portal.html", HOME)
    site.put("/m/", "手机版")
    return site


def among_notices() -> Simulated:
    """No column at all: the report stands among the notices."""
    site = Simulated("way_notices", "")
    site.put("/", HOME)
    site.put("/zwgk/", frame("政府信息公开", TABS + '<a href="/tzgg/">通知公告</a>'))
    report = site.report("/tzgg/1.html", titled("人民政府办公室"))
    site.put_list("/tzgg/", [report, site.decoy("/tzgg/2.html", "关于召开会议的通知")])
    return site


def too_high() -> Simulated:
    """The registry names the page above the column."""
    site = _site("way_high", "/gk/nb/", HOME, '<a href="/gk/nb/">政府信息公开年报</a>')
    site.column = "/zwgk/"
    return site


def leaves() -> Simulated:
    """Years, groups and bodies are pages below pages of their names; a body's page is its report."""
    site = Simulated("way_leaves", "/gk/nb.htm")
    site.put("/gk/nb.htm", frame("年报", '<ul><li><a href="nb/n2024n.htm">2024年</a></li></ul>'))
    groups = '<ul><li><a href="n2024n/xz.htm">乡镇</a></li><li><a href="n2024n/bm.htm">部门</a></li></ul>'
    site.put("/gk/nb/n2024n.htm", frame("2024年", groups))
    for group, name in (("xz", "qlz"), ("xz", "yxz"), ("bm", "jyj")):
        site.report(f"/gk/nb/n2024n/{group}/{name}.htm", titled(f"{name}局"))
    site.put("/gk/nb/n2024n/xz.htm", frame("乡镇", '<a href="xz/qlz.htm">齐乐镇</a><a href="xz/yxz.htm">杨场镇</a>'))
    site.put("/gk/nb/n2024n/bm.htm", frame("部门", '<a href="bm/jyj.htm">县教育和体育局</a>'))
    return site


def downloads() -> Simulated:
    """Files behind scripts of the server and calls of the page."""
    site = Simulated("way_downloads", "/gknb/index.html")
    files = {
        "/module/download/downfile.jsp?classid=0&filename=ab1.pdf": '<a href="{0}">{1}</a>',
        "/upload/x2.pdf": "<a href=\"javascript:downloadFile('{0}','x')\">{1}.pdf</a>",
        "/servlet/down?id=6": '附件：<a href="{0}">{1}.pdf</a>',
        "/gknb/fileDownload?fileId=abc": '<a href="{0}">附件1.{1}.docx</a>',
    }
    links = []
    for n, (file, markup) in enumerate(files.items()):
        title = titled(f"第{n}局")
        links.append(site.report(f"/gknb/{n}.html", title, markup.format(file, title)))
        site.attach(f"/gknb/{n}.html", file)
    site.put_list(site.column, links)
    return site


def by_more() -> Simulated:
    """The disclosure page shows the newest two below the column's name; 更多 leads to all."""
    site = Simulated("way_more", "")
    site.put("/", HOME)
    links = [site.report(f"/gk/x{n}.html", titled(f"第{n}局")) for n in range(4)]
    newest = listing(links[:2])
    site.put(
        "/zwgk/", frame("政府信息公开", f'<h3>政府信息公开年报<a href="/gk/all.html">更多&gt;&gt;</a></h3>{newest}')
    )
    site.put_list("/gk/all.html", links)
    return site


def _menu(name: str, entry: str) -> Simulated:
    return _site(name, "/gk/nb/", HOME, entry)


def by_item() -> Simulated:
    """A script's own link: an element that holds the address as data."""
    return _menu("way_item", '<ul><li data-url="/gk/nb/">政府信息公开年报</li></ul>')


def by_menu() -> Simulated:
    """The menu is data of a script."""
    return _menu("way_menu", '<script>var menu=[{"name":"政府信息公开年报","url":"/gk/nb/"}];</script>')


def by_choice() -> Simulated:
    return _menu("way_choice", '<select onchange="go()"><option value="/gk/nb/">政府信息公开年报</option></select>')


def by_frame() -> Simulated:
    """The disclosure page names other ways too; its menu stands in a frame."""
    site = _menu("way_frame", '<a href="/fd.html">法定主动公开内容</a><iframe src="/zwgk/menu.html"></iframe>')
    site.put("/fd.html", frame("法定主动公开内容", "<p>暂无</p>"))
    site.put("/zwgk/menu.html", frame("", '<a target="_top" href="/gk/nb/">政府信息公开年报</a>'))
    return site


def of_a_body() -> Simulated:
    """Bodies' columns whose reports name no body anywhere."""
    site = Simulated("way_body", "/gk/nb/")
    cells = ""
    for unit, name in (("jyj", "县教育局"), ("mzj", "县民政局")):
        cells += f'<a href="/gk/nb/{unit}/">{name}</a>'
        site.put_list(f"/gk/nb/{unit}/", [site.report(f"/gk/nb/{unit}/1.html", "2024年政府信息公开工作年度报告")])
    site.put(site.column, frame("年报", cells))
    return site


def gathered() -> Simulated:
    """One page with the files of several bodies: a list, and each file a report."""
    site = Simulated("way_gathered", "/gk/nb/index.html")
    files = [(f"/f/{n}.pdf", titled(f"第{n}局")) for n in range(3)]
    for path, _ in files:
        site.put(path, b"%PDF-1.4 " + path.encode(), kind="application/pdf")
        site.documents.add(site.home + path)
    links = "".join(f'<p><a href="{path}">{title}.pdf</a></p>' for path, title in files)
    title = "样例区各部门2024年政府信息公开工作年度报告"
    site.put("/gk/nb/1.html", article(title, links))
    site.put_list(site.column, [("/gk/nb/1.html", title)])
    return site


def units_by_address() -> Simulated:
    """Bodies side by side in a table, each with a column whose address alone says what it holds."""
    site = Simulated("way_units", "/xian/zfxxgknb/index.html")
    cells = ""
    for unit, name in (("ln_minzheng", "县民政局"), ("ln_bencheng", "倴城镇")):
        cells += f'<td><a href="/xian/{unit}zfxxgknbt/index.html">{name}</a></td>'
        site.put_list(f"/xian/{unit}zfxxgknbt/index.html", [site.report(f"/xian/{unit}/20250101/1.html", titled(name))])
    site.put(
        site.column, frame("年报", f'<table><tr>{cells}<td><a href="/xian/lxwm/index.html">联系我们</a></td></table>')
    )
    return site


def single_articles() -> Simulated:
    """Each body's page is its report, called so in a line of its text: chapters, a file that a script shows, or a file
    called like the report."""
    site = Simulated("way_single", "/nb.htm")
    menu = "".join(f'<li><a href="/nb/{name}.htm">{name}局</a></li>' for name in ("jia", "yi", "bing"))
    site.put("/nb.htm", frame("年报", f"<ul>{menu}</ul>"))
    file = '<div class="v_news_content"><script>showVsbpdfIframe("/__local/1.pdf","100%","600")</script></div>'
    link = f'<li>附件【<a href="/system/_content/download.jsp?wbfileid=7">{titled("bing局")}</a>】</li>'
    for name, body in (("jia", CHAPTERS), ("yi", file), ("bing", link)):
        path = f"/nb/{name}.htm"
        site.put(path, frame(f"{name}局", f'<ul>{menu}</ul><p align="center">{titled(f"{name}局")}</p>{body}'))
        site.documents.add(site.home + path)
    site.attach("/nb/yi.htm", "/__local/1.pdf")
    site.attach("/nb/bing.htm", "/system/_content/download.jsp?wbfileid=7")
    return site


PORTALS = (
    in_the_root,
    by_image,
    by_short_name,
    by_script,
    by_device,
    among_notices,
    too_high,
    leaves,
    downloads,
    by_more,
    units_by_address,
    single_articles,
    by_item,
    by_menu,
    by_choice,
    by_frame,
    of_a_body,
    gathered,
)
