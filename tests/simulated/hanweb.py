"""Hanweb: a list whose first rows stand in a datastore and whose proxy heeds only `page`; arrays of 2014; encrypted
ids with empty deep pages."""

from __future__ import annotations

from portal import CHAPTERS

from simulated import Answer, Request, Simulated, anchor, frame, titled

ROWS = 130
CAP = 100


def _store(rows: list[str], total: int, proxy: str) -> str:
    records = "".join(f"<record><![CDATA[{row}]]></record>" for row in rows)
    group = f'<nextgroup><![CDATA[<a href="{proxy}"></a>]]></nextgroup>'
    return f"<datastore>{group}<totalrecord>{total}</totalrecord><recordset>{records}</recordset></datastore>"


def _column(site: Simulated, rows: list[str], proxy: str, unit: str = "212860") -> None:
    script = f'<script type="text/xml">{_store(rows[:19], len(rows), proxy)}</script>'
    call = f"<script>$('#{unit}').jpage({{totalRecord:{len(rows)},perPage:19}});</script>"
    pager = '<a href="?pageNum=2">2</a><a href="?pageNum=3">下一页</a>'
    site.put(site.column, frame("政府信息公开年报", f'<ul id="{unit}"></ul>{script}{call}{pager}'))


def _entries(site: Simulated, column: int) -> list[str]:
    """Mostly other documents, and a report on every page however the pages are cut."""
    rows = []
    for n in range(ROWS):
        path = f"/art/2025/1/9/art_{column}_{n}.html"
        link = site.report(path, titled(f"第{n}局")) if n % 9 == 0 else (path, f"样例区第{n}号通知")
        rows.append(anchor(*link))
    return rows


def jpage() -> Simulated:
    site = Simulated("hanweb", "/col/col33718/index.html")
    rows = _entries(site, 33718)
    proxy = "/module/web/jpage/dataproxy.jsp?page=1&appid=1&webid=1&path=/&columnid=33718&unitid=212860"

    def answer(request: Request) -> Answer:
        size = min(int(request.query["perpage"]), CAP)
        start = (int(request.query["page"]) - 1) * size
        return Answer(_store(rows[start : start + size], ROWS, proxy), kind="text/xml; charset=utf-8")

    site.route("/module/web/jpage/dataproxy.jsp", answer)
    _column(site, rows, proxy)
    return site


def by_post() -> Simulated:
    """Answers POST alone, as the portal's own script asks: the place in the address, the ids sent along."""
    site = Simulated("hanweb_post", "/col/col9001/index.html")
    rows = _entries(site, 9001)
    proxy = "/module/web/jpage/dataproxy.jsp?page=1&appid=1&webid=1&path=/&columnid=9001&unitid=212860"

    def answer(request: Request) -> Answer:
        if request.method != "POST" or request.form.get("columnid") != "9001":
            return Answer("method not allowed", 405)
        start, end = int(request.query["startrecord"]), int(request.query["endrecord"])
        return Answer(_store(rows[start - 1 : min(end, start + 49)], ROWS, proxy), kind="text/xml; charset=utf-8")

    site.route("/module/web/jpage/dataproxy.jsp", answer)
    _column(site, rows, proxy)
    return site


def by_record() -> Simulated:
    """Heeds only `startrecord`, gives 19 rows whatever is asked; the ids stand in `param_…` alone."""
    site = Simulated("hanweb_records", "/col/col7/index.html")
    rows = _entries(site, 7)

    def answer(request: Request) -> Answer:
        start = int(request.query["startrecord"]) - 1
        return Answer(_store(rows[start : start + 19], ROWS, ""), kind="text/xml; charset=utf-8")

    site.route("/module/web/jpage/dataproxy.jsp", answer)
    records = "".join(f"<record><![CDATA[{row}]]></record>" for row in rows[:19])
    script = f'<script type="text/xml"><datastore><recordset>{records}</recordset></datastore></script>'
    call = "<script>var param_9={columnid:7,unitid:'9'}; $('#9').jpage({totalRecord:130,perPage:19});</script>"
    site.put(site.column, frame("政府信息公开年报", script + call))
    return site


def arrays() -> Simulated:
    site = Simulated("hanweb_old", "/col/col30067/index.html")
    rows = [anchor(*site.report(f"/art/2014/3/{n}/art_30067_{n}.html", titled("甲局", 2010 + n))) for n in range(1, 4)]
    last = anchor(*site.report("/art/2015/3/9/art_30067_9.html", titled("甲局", 2014)))
    strings = ",".join("'{}'".format(row.replace("'", "\\'")) for row in rows)
    call = (
        "$('#49468').jpage({totalRecord:4,dataStore:InitData49468,proxyUrl:'/module/jslib/jquery/jpage/dataproxy.jsp',"
        "perPage:25,ajaxParam:{col:1,appid:'1',webid:60,path:'/',columnid:30067,unitid:'49468',permissiontype:0}})"
    )
    site.put(site.column, frame("政府信息公开年报", f"<script>var InitData49468=[{strings}];\n{call}</script>"))
    proxy = "/module/jslib/jquery/jpage/dataproxy.jsp"
    site.route(proxy, lambda request: Answer(_store([*rows, last], 4, proxy) if request.query["col"] == "1" else ""))
    return site


def encrypted() -> Simulated:
    site = Simulated("hanweb_encrypted", "/col/col110/index.html")
    rows = [anchor(*site.report(f"/art/2025/1/9/art_110_{n}.html", titled(f"第{n}局"))) for n in range(19)]
    rows += [anchor(f"/art/2025/1/9/art_110_{n}.html", titled(f"第{n}局")) for n in range(19, 45)]
    proxy = "/module/web/jpage/dataproxy.jsp?page=1&columnid=k9%2BQ%3D%3D&unitid=z1%2F%3D"

    def answer(request: Request) -> Answer:
        assert request.query["columnid"] == "k9+Q=="
        return Answer("<datastore><recordset></recordset></datastore>        ")

    site.route("/module/web/jpage/dataproxy.jsp", answer)
    _column(site, rows, proxy)
    site.notes.append("the list holds 45 entries and shows 19")
    return site


def search() -> Simulated:
    """The disclosure directory: lists by POST only, with rows of other columns among its own."""
    site = Simulated("hanweb_xxgk", "/col/col1229498488/index.html")
    own = [anchor(*site.report(f"/art/2025/1/{n}/art_1229498488_{n}.html", titled(f"第{n}局"))) for n in range(1, 6)]
    other = [anchor(f"/art/2025/1/{n}/art_77_{n}.html", titled(f"外{n}局")) for n in range(1, 6)]

    def answer(request: Request) -> Answer:
        form = request.form
        if request.method != "POST" or (form["infotypeId"], form["divid"]) != ("A0212", "div1229498488"):
            return Answer("bad request", 400)
        number = int(form["currpage"])
        start = (number - 1) * 3
        rows = "".join(own[start : start + 3] + other[start : start + 3])
        return Answer(f"<ul>{rows}</ul><div>第{number}页&nbsp;&nbsp;共2页&nbsp;<a href='#'>下一页</a></div>")

    site.route("/module/xxgk/search.jsp", answer)
    script = (
        "$.post('/module/xxgk/search.jsp?standardXxgk=0&isAllList=1', {infotypeId:'A0212',jdid:'3096',area:'',"
        "divid:'div1229498488'});"
    )
    site.put(site.column, frame("政府信息公开年报", f'<div id="div1229498488"></div><script>{script}</script>'))
    return site


def by_year() -> Simulated:
    """The report is a script's page; its year stands in the address and on the tab alone."""
    site = Simulated("hanweb_fbtime", "/module/xxgk/xxgkAnnualReport.jsp?area=002482429")
    path = "/module/xxgk/xxgkAnnualReport.jsp"

    def answer(request: Request) -> str:
        tabs = "".join(f'<a href="{path}?area=002482429&fbtime={year}">{year}年</a>' for year in (2022, 2023))
        head = "<h1>余杭区政府信息公开工作年度报告</h1>" if "fbtime" in request.query else ""
        return frame("政府信息公开年报", f"{tabs}{head}{CHAPTERS if head else ''}")

    site.route(path, answer)
    site.documents |= {f"{site.home}{path}?area=002482429&fbtime={year}" for year in (2022, 2023)}
    return site


def by_tree() -> Simulated:
    """The directory's page names no category: its tree does, in markup."""
    return _tree(
        "hanweb_tree",
        """<ul><li><a href="#" onclick="go('F0100001','C')">政府信息公开指南</a></li>
        <li><a href="#" onclick="go('A0212','B')">政府信息公开年报</a></li></ul>""",
    )


def by_tree_of_script() -> Simulated:
    """The same, written as calls (a guess: the tree's form was not seen)."""
    return _tree("hanweb_tree_js", 'd.add(1,0,"法定主动公开内容","F01");d.add(2,0,"年度报告","A0212");')


def _tree(name: str, tree: str) -> Simulated:
    site = Simulated(name, "/col/col77/index.html")
    rows = [anchor(*site.report(f"/art/2025/1/{n}/art_77_{n}.html", titled(f"第{n}局"))) for n in range(1, 4)]

    def answer(request: Request) -> Answer:
        form = request.form
        if (form.get("infotypeId"), form.get("area")) != ("A0212", "002482429"):
            return Answer("bad request", 400)
        return Answer(f"<ul>{''.join(rows)}</ul>&nbsp;&nbsp;共1页&nbsp;&nbsp;")

    site.route("/module/xxgk/search.jsp", answer)
    site.route("/module/xxgk/tree.jsp", lambda _: tree)
    frame_of = '<iframe src="/module/xxgk/tree.jsp?area=002482429"></iframe>'
    site.put(site.column, frame("信息公开目录", frame_of + "<script>var jdid='3096'</script>"))
    return site


def datacall() -> Simulated:
    """济南 (a guess): the list is written by a script of the server."""
    site = Simulated("hanweb_datacall", "/col/col55714/index.html")
    rows = [anchor(*site.report(f"/art/2025/1/24/art_55714_{n}.html", titled(f"第{n}局"))) for n in range(3)]
    script = "\n".join("document.write('{}');".format(row.replace("'", "\\'").replace("/", "\\/")) for row in rows)
    site.put("/module/web/datacall/list.js?col=55714", script, kind="application/javascript")
    site.put(site.column, frame("年报", '<script src="/module/web/datacall/list.js?col=55714"></script>'))
    return site


PORTALS = (by_tree, by_tree_of_script, datacall, by_year, jpage, by_post, by_record, arrays, encrypted, search)
