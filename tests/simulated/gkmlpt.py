"""gkmlpt: a column by the fragment of its address or by its node, lists as JSON, an article that is only a string in
a script, its twin for telephones; and NFCMS, whose static columns lie on the same portals."""

from __future__ import annotations

import json

from portal import CHAPTERS

from simulated import Answer, Request, Simulated, frame, titled


def _article(site: Simulated, number: int, title: str, more: str = "") -> dict[str, object]:
    path = f"/gkmlpt/content/{number // 10**6}/{number // 1000}/post_{number}.html"
    detail = json.dumps({"id": number, "title": title, "content": CHAPTERS + more}, ensure_ascii=False)
    detail = detail.replace("<", "\\u003C").replace("/", "\\/")
    html = f'<html><head><meta name="ArticleTitle" content="{title}"><title>{title}</title></head><body><div id="app">'
    html += f"</div><script>window._CONFIG = {{ SID: '755031', DETAIL: {detail} }};</script></body></html>"
    site.put(path, html)
    site.put(path.replace("post_", "mpost_"), html)
    site.documents.add(site.home + path)
    return {"id": number, "title": title, "url": site.home + path, "date": 1737504000, "publisher": "区政府办公室"}


def portal() -> Simulated:
    site = Simulated("gkmlpt", "/gkmlpt/annualreport")
    rows = [_article(site, 10099000 + n, titled(f"第{n}局")) for n in range(103)]
    file = '<p><a href="/attachment/7/7387/7387273.pdf">年报.pdf</a></p>'
    rows.append(_article(site, 10099999, titled("人民政府"), file))
    rows.append({**rows[0], "url": str(rows[0]["url"]).replace("post_", "mpost_") + "?jump=true"})
    path = "/gkmlpt/content/10/10099/post_10099999.html"
    site.attach(path, "/attachment/7/7387/7387273.pdf")
    tree = [
        {"id": 2601, "name": "政府信息公开指南", "post_count": 1, "children": []},
        {"id": 2629, "name": "政府信息公开年报", "post_count": len(rows), "children": [
            {"id": 2630, "name": "2024年", "post_count": 0, "children": []},
        ]},
    ]  # fmt: skip
    config = json.dumps(tree, ensure_ascii=False)
    html = (
        f"<html><body><div id='app'></div><script>window._CONFIG = {{ SID: '755031', TREE: {config}, A: 1 }};</script>"
    )
    site.put("/gkmlpt/annualreport", html + "</body></html>")

    def api(request: Request) -> Answer:
        assert request.query["sid"] == "755031"
        number = int(request.query["page"])
        found = rows[(number - 1) * 100 : number * 100]
        reply = {"classify": {"post_count": len(rows) - 1}, "total": len(rows) - 1, "articles": found}
        return Answer(json.dumps(reply), kind="application/json")

    site.route("/gkmlpt/api/all/2629", api)
    return site


def by_fragment() -> Simulated:
    """The registry names the column by its fragment; the tree says nothing."""
    site = Simulated("gkmlpt_fragment", "/whly/gkmlpt/annualreport#41")
    row = _article(site, 4662348, titled("文旅局"))
    site.put(
        "/whly/gkmlpt/annualreport", "<html><body><script>window._CONFIG={SID:'9',TREE:[]};</script></body></html>"
    )
    reply = json.dumps({"total": 1, "articles": [row]})
    site.route("/whly/gkmlpt/api/all/41", lambda _: Answer(reply, kind="application/json"))
    return site


def nfcms() -> Simulated:
    site = Simulated("nfcms", "/zwgk/xxgknb/index.html")
    links = [site.report(f"/zwgk/xxgknb/content/post_{n}.html", titled(f"第{n}局")) for n in range(4)]
    site.put_list("/zwgk/xxgknb/index.html", links[:2], '<a href="/zwgk/xxgknb/index_2.html">下一页</a>')
    site.put_list("/zwgk/xxgknb/index_2.html", links[2:3])
    # A report whose pages are images, linked by its telephone address.
    images = '<div class="article-content"><img src="/attachment/0/194/194740/2372497.jpg"></div>'
    site.put(links[3][0], frame(links[3][1], f"<h1>{links[3][1]}</h1>{images}"))
    site.attach(links[3][0], "/attachment/0/194/194740/2372497.jpg", b"\xff\xd8\xff\xe0 < jpeg")
    site.put_list("/zwgk/xxgknb/index_2.html", links[2:])
    return site


def elsewhere() -> Simulated:
    """The tree's node says that the reports lie in a column of their own."""
    site = Simulated("gkmlpt_elsewhere", "/gkmlpt/index")
    node = {"id": 6, "name": "政府信息公开年报", "post_count": 0, "jump_url": f"{site.home}/zwgk/nb/", "children": []}
    tree = json.dumps([{"id": 5, "name": "法定主动公开内容", "children": [node]}], ensure_ascii=False)
    site.put(
        "/gkmlpt/index", f"<html><body><script>window._CONFIG = {{ SID: '7', TREE: {tree} }};</script></body></html>"
    )
    site.put_list("/zwgk/nb/", [site.report(f"/zwgk/nb/post_{n}.html", titled(f"第{n}局")) for n in range(3)])
    return site


def of_departments() -> Simulated:
    """Departments have sites of their own, linked from the government's."""
    site = Simulated("gkmlpt_departments", "/gkmlpt/annualreport")
    menu = '<a href="/yxjyj/gkmlpt/annualreport#52">县教育局</a><a href="/gkmlpt/guide">指南</a>'
    for prefix, node, name in (("", 51, "人民政府"), ("/yxjyj", 52, "教育局")):
        tree = json.dumps([{"id": node, "name": "政府信息公开年报", "children": []}])
        script = f"<script>window._CONFIG={{SID:'{node}0',TREE:{tree}}};</script>"
        site.put(f"{prefix}/gkmlpt/annualreport", f"<html><body>{'' if prefix else menu}{script}</body></html>")
        reply = json.dumps({"total": 1, "articles": [_article(site, 4662000 + node, titled(name))]})
        site.put(f"{prefix}/gkmlpt/api/all/{node}?page=1&sid={node}0", reply, kind="application/json")
    return site


PORTALS = (of_departments, elsewhere, portal, by_fragment, nfcms)
