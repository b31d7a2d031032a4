"""LonSun: the column that is the report, a year at a time; organs beside it; lists by label, empty ones that say so."""

from __future__ import annotations

from portal import CHAPTERS

from simulated import Answer, Request, Simulated, anchor, frame, titled


def portal() -> Simulated:
    site = Simulated("lonsun", "/public/column/12731?type=3")
    organs = "".join(
        f'<a href="/public/column/{organ}?type=4&action=list">{name}</a>'
        for organ, name in ((12731, "龙安镇"), (12732, "财政局"), (12733, "教育局"))
    )
    links = [site.report(f"/public/content/2591057{n:02d}", titled(f"第{n}局")) for n in range(17)]

    def town(request: Request) -> Answer:
        year = request.query.get("timeFrame", "2024")
        years = "".join(f"<a href='/public/column/12731?type=3&timeFrame={y}'>{y}</a>" for y in (2023, 2024))
        jump = "location.href='?type=3&timeFrame='+this.value"  # older years only here
        years += f'<select onchange="{jump}"><option value="2022">2022年</option></select>'
        head = f"<h1>{titled('龙安镇', int(year))}</h1>"
        return Answer(frame("龙安镇信息公开年报", organs + years + head + f"<div>{CHAPTERS}</div>"))

    def organ(_: Request) -> Answer:
        script = "<script>var siteId = 6793; var url='/site/label/8888';</script>"
        return Answer(frame("信息公开年报", organs + '<div class="xxgk_navli"></div>' + script))

    def label(request: Request) -> str:
        query = request.query
        assert (query["siteId"], query["type"], query["labelName"]) == ("6793", "3", "publicInfoList")
        if query["organId"] != "12732":
            return "<div>暂无相关信息</div>"
        number, size = int(query["pageIndex"]), int(query["pageSize"])
        rows = "".join(anchor(*link) for link in links[(number - 1) * size : number * size])
        return f'<div class="xxgk_navli"><ul>{rows}</ul></div>'

    site.route("/public/column/12731", town)
    site.route("/public/column/12732", organ)
    site.route("/public/column/12733", organ)
    site.route("/site/label/8888", label)
    site.documents |= {f"{site.home}/public/column/12731?type=3&timeFrame={year}" for year in (2022, 2023, 2024)}
    site.notes.append("which is its lasting address")
    return site


def by_post() -> Simulated:
    """The label answers POST alone."""
    site = Simulated("lonsun_post", "/public/column/161099?type=3&action=list")
    links = [site.report(f"/public/161099/{n}.html", titled(f"第{n}局")) for n in range(20)]

    def label(request: Request) -> Answer:
        if request.method != "POST" or (request.form["organId"], request.form["type"]) != ("161099", "3"):
            return Answer("method not allowed", 405)
        number = int(request.form["pageIndex"])
        return Answer("<ul>" + "".join(anchor(*link) for link in links[number * 15 - 15 : number * 15]) + "</ul>")

    site.route("/site/label/8888", label)
    script = "<script>var siteId = 6793; $.post('/site/label/8888', fields);</script>"
    site.put("/public/column/161099", frame("信息公开年报", script))
    return site


def in_the_directory() -> Simulated:
    """The label has nothing under type=3; the reports are a category of the directory."""
    site = Simulated("lonsun_directory", "/zfxxgk/public/column/3902119?type=3&catId=771")
    links = [site.report(f"/public/3902119/{n}.html", titled(f"第{n}局")) for n in range(3)]

    def label(request: Request) -> str:
        query = request.query
        if query["type"] == "3":
            return "<div>暂无相关信息</div>"
        assert (query["type"], query["catId"], query["organId"]) == ("4", "771", "3902119")
        return f"<ul>{''.join(anchor(*link) for link in links)}</ul>"

    site.route("/site/label/8888", label)
    script = "<script>var siteId = 6793; var url='/site/label/8888';</script>"
    site.put("/zfxxgk/public/column/3902119", frame("信息公开年报", script))
    return site


def drawn() -> Simulated:
    """A script draws the menu of organs."""
    site = Simulated("lonsun_drawn", "/public/column/1001?type=3")
    organs = {1001: "人民政府", 1002: "教育局", 1003: "城关镇"}
    nodes = ",".join(f'{{"id":{organ},"pId":0,"name":"{name}","organId":"{organ}"}}' for organ, name in organs.items())
    script = (
        f"<script>var zNodes=[{nodes}];function go(n){{location.href='/public/column/'+n.organId+'?type=3'}}</script>"
    )
    for organ, name in organs.items():
        row = anchor(*site.report(f"/public/{organ}/1.html", titled(name)))
        site.put(f"/public/column/{organ}", frame("信息公开年报", f"{script}<ul>{row}</ul>"))
    return site


PORTALS = (portal, by_post, in_the_directory, drawn)
