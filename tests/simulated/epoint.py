"""Epoint: the site's name in a script of its own, fields wrapped in params and pages from 0; or neither; or static."""

from __future__ import annotations

import json

from simulated import Answer, Request, Simulated, frame, titled

UUID = "cfa9849a-3f74-4747-82de-a497ee24"


def _portal(name: str, project: str, *, wrapped: bool, start: int) -> Simulated:
    site = Simulated(name, "/dynamic/zwgk/govInfoPub.html?categorynum=003001003")
    links = [site.report(f"/govxxgk/LY/2024-03-05/{UUID}{n:04d}.html", titled(f"第{n}局", 2023)) for n in range(24)]
    site.put(
        site.column.split("?", 1)[0],
        frame("年报", '<ul id="list"></ul><script src="/js/webBuilderCommon.js"></script>'),
    )
    info = f"var siteInfo = {{ siteGuid: '7eb5f7f1-0001', projectName: '{project}', }};"
    site.put("/js/webBuilderCommon.js", info, kind="application/javascript")

    def answer(request: Request) -> Answer:
        body = json.loads(request.body)
        if ("params" in body) != wrapped:
            return Answer('{"status":{"code":0,"text":"参数错误"}}', 500, kind="application/json")
        fields = body["params"] if wrapped else body
        assert (fields["categorynum"], fields["siteGuid"]) == ("003001003", "7eb5f7f1-0001")
        index = fields["pageIndex"] - start
        rows = [
            {"infourl": f"{path}?deptcode=033", "title": title, "realtitle": title, "infodate": "2024-03-05"}
            for path, title in links[max(0, index) * 20 : (index + 1) * 20]
        ]
        return Answer(json.dumps({"custom": {"data": rows if index >= 0 else []}}), kind="application/json")

    site.route(f"/{project}/rest/lightfrontaction/getgovinfolist", answer)
    return site


def wrapped_from_zero() -> Simulated:
    return _portal("epoint_yk", "EWB_YK_Mid", wrapped=True, start=0)


def plain_from_one() -> Simulated:
    return _portal("epoint_xz", "EWB-FRONT", wrapped=False, start=1)


def static() -> Simulated:
    site = Simulated("epoint_static", "/govxxgk/033/category/031/031002/govlist.html")
    links = [site.report(f"/govxxgk/033/2024-03-05/{UUID}{n:04d}.html", titled(f"第{n}局")) for n in range(4)]
    site.put_list(site.column, links[:2], '<a href="2.html">2</a><a href="2.html">下页 &gt;</a>')
    site.put_list("/govxxgk/033/category/031/031002/2.html", links[2:])
    return site


PORTALS = (wrapped_from_zero, plain_from_one, static)
