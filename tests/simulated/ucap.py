"""UCAP: lists by searchList as JSON, by es-search as a fragment, and static with a column for every year."""

from __future__ import annotations

import json

from portal import CHAPTERS

from simulated import Answer, Request, Simulated, anchor, frame, titled

HEX = "bf21ba68a5934524839dfb23b489ae"


def as_json() -> Simulated:
    site = Simulated("ucap", "/gsq/c100549/list.shtml")
    links = [site.report(f"/gsq/c100549/202401/{HEX}{n:02d}.shtml", titled(f"第{n}局", 2023)) for n in range(27)]
    links.append(site.decoy(f"/gsq/c100549/202401/{HEX}99.shtml", "样例区2023年政府信息公开工作年度报告解读"))

    def answer(request: Request) -> Answer:
        number, size = int(request.query["page"]), int(request.query["_pageSize"])
        rows = [
            {"title": title, "url": path, "publishedTimeStr": "2024-01-20 10:00:00"}
            for path, title in links[(number - 1) * size : number * size]
        ]
        return Answer(json.dumps({"data": {"results": rows, "total": len(links)}}), kind="application/json")

    site.route("/searchList/100549", answer)
    site.put(
        site.column,
        frame(
            "年报", '<meta name="channelId" content="100549"><ul id="list"></ul><script>load("/searchList/")</script>'
        ),
    )
    return site


def by_code() -> Simulated:
    """The page knows its channel's code; the id has to be asked for."""
    site = Simulated("ucap_code", "/gsq/c101935/list.shtml")
    links = [site.report(f"/gsq/c101935/202401/{HEX}{n:02d}.shtml", titled(f"第{n}局", 2023)) for n in range(3)]
    code = '{"data":{"channelCode":"c101935","channelId":"b7e2","channelName":"年报"}}'
    site.route("/getChannelList", lambda r: code if r.query["channelCode"] == "c101935" else "{}")
    rows = [{"title": title, "url": path, "publishedTimeStr": "2024-01-20"} for path, title in links]
    reply = json.dumps({"data": {"results": rows, "total": 3}})
    site.route("/searchList/b7e2", lambda _: Answer(reply, kind="application/json"))
    site.put(site.column, frame("年报", "<script>$.get('/getChannelList?channelCode=c101935', fill)</script>"))
    return site


def by_search() -> Simulated:
    """The list's address is that of a search; the portal's own search box is none."""
    site = Simulated("ucap_search", "/nhc/gknb/list.shtml")
    links = [site.report(f"/nhc/c100{n}/202402/{HEX}{n:02d}.shtml", titled(f"第{n}局")) for n in range(2)]
    rows = [{"title": title, "url": path, "publishedTimeStr": "2025-01-20"} for path, title in links]
    reply = json.dumps({"data": {"results": rows, "total": 2}})
    site.route("/search/a1b2c3d4e5f60718293a4b5c6d7e8f90", lambda _: Answer(reply, kind="application/json"))
    box = "<form action='/search/index.html'><input></form><div id='UCAP-CONTENT'></div>"
    call = "<script>load('/search/a1b2c3d4e5f60718293a4b5c6d7e8f90?_isAgg=true')</script>"
    site.put(site.column, frame("年报", box + call))
    return site


def on_an_api_host() -> Simulated:
    """湖南: the list comes by POST from a host of its own."""
    site = Simulated("ucap_api", "/yzq/gknb/list.shtml")
    links = [site.report(f"/yzq/c100/202402/{HEX}{n:02d}.shtml", titled(f"第{n}局")) for n in range(2)]
    rows = [{"title": title, "url": site.home + path, "publishedTimeStr": "2025-01-20"} for path, title in links]
    api = "http://api.hunan.gov.cn/search/common/search/100782"
    query = "_isAgg=true&_isJson=true&_pageSize=20&_template=index&page=1"
    reply = json.dumps({"data": {"results": rows, "total": 2}})
    site.put(f"{api}?{query}", reply, kind="application/json")
    site.put(site.column, frame("年报", f'<script>$.post("{api}", fill)</script>'))
    return site


def as_fragment() -> Simulated:
    site = Simulated("ucap_fragment", "/ucapsite/c112289c/list.shtml")
    links = [site.report(f"/ucapsite/c112289c/202602/c01_{n}.shtml", titled(f"第{n}局")) for n in range(23)]

    def answer(request: Request) -> str:
        assert request.query["_template"] == "ucap/list_ejs"
        number = int(request.query["page"])
        return "<ul>" + "".join(anchor(*link) for link in links[(number - 1) * 20 : number * 20]) + "</ul>"

    site.route("/es-search/search/lm887", answer)
    call = "$.get('/es-search/search/lm887?_template=ucap/list_ejs&_isAgg=1&_pageSize=20&page=1')"
    site.put(site.column, frame("年报", f"<div></div><script>{call}</script>"))
    return site


def static() -> Simulated:
    site = Simulated("ucap_static", "/jaxrmzf/gknb/list.shtml")
    site.put_list(site.column, [], '<a href="/jaxrmzf/2023nianbao/list.shtml">2023年</a>')
    links = [
        site.report(f"/jaxrmzf/2023nianbao/202402/{HEX}{n:02d}.shtml", titled(f"第{n}局", 2023), _body())
        for n in range(3)
    ]
    site.put_list(
        "/jaxrmzf/2023nianbao/list.shtml", links[:2], "<script>createPageHTML('page_div',2,1,'list','shtml',3)</script>"
    )
    site.put_list("/jaxrmzf/2023nianbao/list_2.shtml", links[2:])
    return site


def _body() -> str:
    return f'<div id="UCAP-CONTENT">{CHAPTERS}</div>'


PORTALS = (by_code, by_search, on_an_api_host, as_json, as_fragment, static)
