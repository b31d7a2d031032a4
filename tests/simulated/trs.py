"""TRS: a year's directory with another year's name, pages counted by a script, a stub past the last, files without a
date in their names, the stamped version in a frame."""

from __future__ import annotations

from portal import CHAPTERS

from simulated import Simulated, frame, listing, titled


def portal() -> Simulated:
    site = Simulated("trs", "/zwgk/zfxxgknb/index.shtml")
    column = "/zwgk/zfxxgknb"
    site.put(
        f"{column}/index.shtml",
        frame(
            "政府信息公开年报",
            '<ul class="tab"><li><a href="./2020_504392/">2020年</a></li><li><a href="./qzfbm/">区政府部门</a></li>'
            '</ul><a href="../../xwzx/">新闻中心</a>',
        ),
    )
    deep = f"{column}/2020_504392"
    pages = [
        [site.report(f"{deep}/202601/t20260129_{p}{n}.html", titled(f"第{p}{n}局", 2025)) for n in range(4)]
        for p in range(3)
    ]
    script = '<script>createPageHTML(3, %d, "index", "shtml");</script>'
    for n, links in enumerate(pages):
        name = "index.shtml" if n == 0 else f"index_{n}.shtml"
        site.put_list(f"{deep}/{name}", [(path.removeprefix(deep + "/"), t) for path, t in links], script % n)
    site.pages[f"{deep}/"] = site.pages[f"{deep}/index.shtml"]
    site.put(f"{deep}/index_3.shtml", "<html><head><title></title></head><body>" + " " * 300 + "</body></html>")
    # By unit; an undated name; a PDF beside the text; a version in a frame that a script fills.
    unit = f"{column}/qzfbm"
    plain = site.report(
        f"{unit}/t947244.html",
        titled("教育局"),
        CHAPTERS + '<a href="./P020250124.pdf" appendix="true">年报.pdf</a>',
    )
    stamped = site.report(
        f"{unit}/202501/t20250124_9.html",
        titled("民政局"),
        CHAPTERS + '<iframe id="qzb"></iframe><script>$("#qzb").attr("src", "./P020250199.ofd");</script>',
    )
    site.put(f"{unit}/", listing([plain, stamped], "<script>var countPage = 2; var currentPage = 0;</script>"))
    site.put_list(f"{unit}/index_1.html", [site.report(f"{unit}/t947245.html", titled("司法局"))])
    site.attach(plain[0], f"{unit}/P020250124.pdf")
    site.attach(stamped[0], f"{unit}/202501/P020250199.ofd", b"PK\x03\x04 ofd")
    return site


def counted_from_one() -> Simulated:
    """`index_2.html` is page 2, and numbers past the last show the home page's news."""
    site = Simulated("trs_one", "/zfxxgknb/index.html")
    news = [(f"/xwzx/202501/t20250101_{n}.html", f"样例区要闻第{n}条") for n in range(9)]
    for n in (1, 2):
        links = [site.report(f"/zfxxgknb/202501/t20250101_{n}{k}.html", titled(f"第{n}{k}局")) for k in range(3)]
        name = "index.html" if n == 1 else f"index_{n}.html"
        following = '<a href="index_2.html">下一页</a>' if n == 1 else '<a href="index_3.html">下一页</a>'
        site.put_list(f"/zfxxgknb/{name}", links, following)
    for n in range(3, 12):
        fresh = [(href.replace("_", f"_{n}"), title + str(n)) for href, title in news]
        site.put_list(f"/zfxxgknb/index_{n}.html", fresh, f'<a href="index_{n + 1}.html">下一页</a>')
    site.notes.append("the last 2 pages brought nothing new")
    return site


PORTALS = (portal, counted_from_one)
