"""Station groups and small families: 河北, 唐山 (开平), 三门峡 (湖滨), 洛阳 (老城, 偃师, 洛龙), and shapes that need no
rules of their own."""

from __future__ import annotations

from simulated import Simulated, frame, titled

UUID = "e434bf9c-a0e0-4bfa-8e9c-c421f02dbf"


def hebei() -> Simulated:
    site = Simulated("hebei", f"/columns/{UUID}00/index.html")
    beside = f'<a href="/columns/{UUID}01/index.html">政府部门</a><a href="/columns/{UUID}02/index.html">领导之窗</a>'
    first = [site.report(f"/columns/{UUID}00/202302/17/{UUID}{n}0.html", titled("人民政府", 2020 + n)) for n in (1, 2)]
    more = [site.report(f"/columns/{UUID}00/202302/17/{UUID}40.html", titled("人民政府", 2019))]
    site.put_list(
        site.column, first, f'<a href="index_2.html">下一页</a><a href="/columns/{UUID}02/index_2.html">2</a>{beside}'
    )
    site.put_list(f"/columns/{UUID}00/index_2.html", more)
    site.put_list(
        f"/columns/{UUID}01/index.html", [site.report(f"/columns/{UUID}01/202302/17/{UUID}50.html", titled("财政局"))]
    )
    return site


def tangshan() -> Simulated:
    """开平: found from the home page; every department has its column."""
    site = Simulated("kaiping", "", host="www.tskaiping.gov.cn")
    site.put("/", frame("开平区人民政府", '<a href="/tskp/zfxxgknb/index.html">政府信息公开年报</a>'))
    columns = '<a href="/tskp/ts_minzongjuzfxxgknbt/index.html">民宗局</a><a href="/tskp/czxx1/index.html">财政信息</a>'
    site.put_list(
        "/tskp/zfxxgknb/index.html", [site.report("/tskp/zfxxgknb/20250124/1.html", titled("人民政府"))], columns
    )
    own = [site.report(f"/tskp/ts_minzongjuzfxxgknbt/2025012{n}/{n}.html", titled("民宗局", 2020 + n)) for n in (1, 2)]
    site.put_list("/tskp/ts_minzongjuzfxxgknbt/index.html", own[:1], '<a href="index_2.html">下一页</a>')
    site.put_list("/tskp/ts_minzongjuzfxxgknbt/index_2.html", own[1:])
    site.put_list("/tskp/czxx1/index.html", [site.decoy("/tskp/czxx1/20250101/9.html", "开平区2025年部门预算")])
    return site


def sanmenxia() -> Simulated:
    site = Simulated("hubin", "/28423/0000/list-1.html", host="www.hubin.gov.cn")
    pages = [
        [site.report(f"/28423/2026/1/22{p}{n}.html", titled(f"第{p}{n}局", 2025)) for n in range(2)] for p in (1, 2)
    ]
    site.put_list(
        site.column, pages[0], '<a href="list-2.html">下一页</a><a href="/25534/0000/jczwgkmoreList-1.html">2</a>'
    )
    site.put_list("/28423/0000/list-2.html", pages[1])
    return site


def luoyang() -> Simulated:
    """老城: columns with and without a slash at their end, articles outside them."""
    site = Simulated("laocheng", "", host="www.lylc.gov.cn")
    site.put("/", frame("老城区人民政府", '<a href="/zwgk">政务公开</a>'))
    site.put("/zwgk", frame("政务公开", '<a href="/zwgk/zfxxgknb">政府信息公开年报</a>'))
    pages = [[site.report(f"/2025/01-1{p}/9397{p}{n}.html", titled(f"第{p}{n}局")) for n in range(2)] for p in (1, 2)]
    site.put_list("/zwgk/zfxxgknb", pages[0], '<a href="/zwgk/zfxxgknb/index_2.html">下一页</a>')
    site.put_list("/zwgk/zfxxgknb/index_2.html", pages[1])
    return site


def yanshi() -> Simulated:
    site = Simulated("yanshi", "", host="www.yanshi.gov.cn")
    site.put("/", frame("偃师区人民政府", '<a href="/zwgk/">政务公开</a>'))
    site.put("/zwgk/", frame("政务公开", '<a href="/zfxxgknb/">政府信息公开年报</a>'))
    file = "/upload/content/file/20250115/1736900000.pdf"
    link = site.report("/zfxxgknb/20250115/91822.html", titled("商务局"), f'<a href="{file}">年报.pdf</a>')
    site.attach(link[0], file)
    site.put_list("/zfxxgknb/", [link])
    return site


def luolong() -> Simulated:
    site = Simulated("luolong", "/html/1//2/151/164/index.html", host="luolong.gov.cn")
    links = [site.report(f"/html/1//2/151/164/5994{n}.html", titled(f"第{n}局", 2019)) for n in range(3)]
    site.put_list(site.column, links[:2], '<a href="/html/1//2/151/164/index_2.html">下一页</a>')
    site.put_list("/html/1//2/151/164/index_2.html", links[2:])
    return site


SHAPES = {
    "wuxi": ("/zfxxgk/gknb/index.shtml", "/doc/2024/01/08/41533{}.shtml"),
    "wujin": ("/html/czwj/gknb/index.html", "/html/czwj/2019/QIOLPALC_0109/6158{}.html"),
    "nanping": ("/cms/html/npszf/gknb/index.html", "/cms/html/npszf/2013-01-25/177910201{}.html"),
    "gaoling": ("/zwgk/zfxxgknb/zfnb/", "/zwgk/zfxxgknb/zfnb/188126834897716019{}.html"),
    "zhenglan": ("/zlq/zfxxgknb/", "/zlq/zfxxgknb/202401161734352521{}/index.shtml"),
    "kezhong": ("/kyzq/zfxxgknb49/", "/kyzq/zfxxgknb49/5839514/588678{}/index.html"),
    "yimen": ("/ymxzfxxgk/gknb/", "/ymxzfxxgk/gknb/20240119/150818{}.html"),
    "xinxiang": ("/gknb/", "/2024/0111/1512{}.html"),
    "xingan": ("/wsb/gknb/index.html", "/wsb/2026-01/20/article_202601201723586578{}.html"),
    "shanghai": ("/nw12344/index.html", "/nw12344/20240329/d7775c906c0b402a93cbebf4e979c00{}.html"),
    "gulin": ("/zwgk/xxgknb/index.html", "/zwgk/xxgknb/zjzfxxgknb/content_10100{}"),
    "pingjiang": ("/35048/40718/index.htm", "/35048/40718/content_120237{}.html"),
    "linzhou": ("/sitesources/lz/page_pc/xxgkndbg/list1.html", "/sitesources/lz/page_pc/xxgkndbg/article7d{}.html"),
    "zhengzhou": ("/?a=dir&h=1&p=D0104X", "/02MC/209041{}.jhtml"),
    "xicheng": ("/gknb/list.shtml", "/gknb/pnidpv88{}.html"),
    "renshe": ("/InfoPublic.aspx?cid=1019&pid=971&page=1&kw=", "/show.aspx?id=77{}"),
    "qujing": ("/list/xxgknb/auto/124.html", "/show/xxgknb/9{}.html"),
    "anqing": ("/gknb/", "/UserData/DocHtml/731/2018/3/26/36185585798{}.html"),
    "qianan": ("/single/29/index.html", "/single/29/7172{}.html"),
    "gaoxin": ("/info/category/22/index.html", "/info/category/22/gongkai/1065{}"),
    "xushui": ("/zfxxgk/zfgknb/2023/", "/zfxxgk/zfgknb/2023/66616058649402{}.html"),
    "chanhe": ("/portal/list/index/id/1.html", "/portal/article/index/id/9{}.html"),
    "xiangxiang": ("/2066/1879/index.htm", "/2066/1879/content_120{}.htm"),
    "wannian": ("/ZWGK_2_0/ZFXXGKNB/list.shtml", "/ZWGK_2_0/ZFXXGKNB/202402/e28cc3d20c2b4635bb3baddac69d9a7{}.shtml"),
    "zhanjiang": ("/show.php?cat=3", "/show.php?id=77{}"),
}
"""Column and article of portals that the generic rules must read."""


def bare_address() -> Simulated:
    """A portal that is known by its number and port alone: the registry names it, so it is asked."""
    site = Simulated("bare_ip", "/pub/ltqxxgkw/cyqzf/ndbg/", host="122.137.242.24:8080")
    links = [
        site.report(f"/pub/ltqxxgkw/cyqzf/ndbg/201803/t20180314_40{n}.html", titled("人民政府", 2014 + n))
        for n in range(2)
    ]
    site.put_list(site.column, links)
    return site


def shape(name: str) -> Simulated:
    column, article = SHAPES[name]
    site = Simulated(name, column)
    links = [site.report(article.format(n), titled(f"第{n}局")) for n in range(4)]
    second = (
        column.replace("page=1", "page=2")
        if "page=1" in column
        else column + ("&" if "?" in column else "?") + "page=2"
    )
    site.put_list(column, links[:3], f'<a href="{second}">下一页</a>')
    site.put_list(second, links[3:])
    return site


PORTALS = (hebei, tangshan, sanmenxia, luoyang, yanshi, luolong, bare_address)
