"""jpaas: the list comes only from build/unit, pages only inside paramJson, 403 without user agent and Referer."""

from __future__ import annotations

import json

from simulated import Answer, Request, Simulated, anchor, frame, titled

HEX = "3ceec784b6f543d0810d3acb2dd2215"
DATA = "{'parseType':'bulidstatic','webId':'8a1','tplSetId':'t7','pageType':'column','tagId':'%s','pageId':'p9'}"


def portal() -> Simulated:
    site = Simulated("jpaas", "/zfxxgk/zfxxgknb/2025n/index.html")
    rows = [
        anchor(*site.report(f"/zfxxgk/zfxxgknb/2025n/art/2026/art_{HEX}{n:02d}.html", titled(f"第{n}局", 2025)))
        for n in range(33)
    ]

    def answer(request: Request) -> Answer:
        headers = request.headers
        if not headers.get("user-agent") or not headers.get("referer", "").startswith(site.home):
            return Answer("forbidden", 403)
        query = request.query
        assert (query["webId"], query["tplSetId"], query["pageId"]) == ("8a1", "t7", "p9")
        if query["tagId"] != "当前栏目_list":
            return Answer('{"data":{"html":"<a href=\\"/\\">首页</a>"}}', kind="application/json")
        place = json.loads(query["paramJson"])
        size = place["pageSize"]
        start = (place["pageNo"] - 1) * size
        html = f"<ul>{''.join(rows[start : start + size])}</ul><div class='pagination' count='{len(rows)}'></div>"
        return Answer(json.dumps({"data": {"html": html}}), kind="application/json")

    site.route("/api-gateway/jpaas-publish-server/front/page/build/unit", answer)
    scripts = "".join(
        f'<script src="/script/unitbuild.js" queryData="{DATA % tag}"></script>' for tag in ("导航", "当前栏目_list")
    )
    site.put(site.column, frame("政府信息公开年报", scripts))
    return site


PORTALS = (portal,)
