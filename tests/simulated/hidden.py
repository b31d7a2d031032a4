"""Lists whose entries or further pages no plain link names: handlers, templates and data of scripts, posted forms."""

from __future__ import annotations

import json

from simulated import Request, Simulated, frame, listing, titled

COLUMN = "/gknb/list.html"


def _years(site: Simulated) -> list[tuple[str, str]]:
    return [site.report(f"/gknb/c{year}.html", titled("人民政府", year)) for year in range(2024, 2018, -1)]


def handlers() -> Simulated:
    """Entries and pager are handlers, on links that lead nowhere and on rows that are no links; few words stand on the
    page, which is no redirect all the same."""
    site = Simulated("hidden_handlers", COLUMN)
    links = _years(site)
    pager = "".join(
        f"""<a href="javascript:void(0)" onclick="window.location.href='{name}'">{n}</a>"""
        for n, name in enumerate(("list.html", "2.html", "3.html"), 1)
    )
    for n, name in enumerate((COLUMN, "/gknb/2.html", "/gknb/3.html")):
        (first, one), (second, two) = links[2 * n : 2 * n + 2]
        rows = f"""<li onclick="window.open('{first}')"><b>{one}</b></li>
            <li><a href="javascript:;" onclick="location.href='{second}'"><i>{two[:6]}</i>{two[6:]}</a></li>"""
        site.put(name, f"<html><body><ul>{rows}</ul>{pager}</body></html>")
    return site


def template() -> Simulated:
    """A script puts the addresses of the pages together; how many there are it says as a number."""
    site = Simulated("hidden_template", COLUMN)
    links = _years(site)
    for n, path in enumerate((COLUMN, "/gknb/list_2.html", "/gknb/list_3.html")):
        script = 'function go(n){if(n==1){location.href="list.html"}else{location.href = "list_" + n + ".html";}}'
        more = f"<script>var totalPage = 3;{script}</script><a href='javascript:go({n + 2})'>下一页</a>"
        site.put_list(path, links[2 * n : 2 * n + 2], more)
    return site


def numbered() -> Simulated:
    """The list's own address is its page 1, and a widget's options say that there are 3."""
    site = Simulated("hidden_numbered", "/28000/0000/gknbList-1.html")
    links = _years(site)
    for n in range(3):
        more = f"<div id='p'></div><script>laypage({{cont:'p',pages:3,curr:{n + 1},jump:turn}})</script>"
        site.put_list(f"/28000/0000/gknbList-{n + 1}.html", links[2 * n : 2 * n + 2], more)
    return site


def plugin() -> Simulated:
    """A plugin is told how many entries there are and how many a page has; its addresses are a riddle."""
    site = Simulated("hidden_plugin", "/gknb/index.html")
    links = _years(site)
    for n, path in enumerate((site.column, "/gknb/index_1.html", "/gknb/index_2.html")):
        turn = "function(i){location.href='index'+(i==0?'':'_'+i)+'.html'}"
        more = f"<script>$('#p').pagination(6,{{items_per_page:2,current_page:{n},callback:{turn}}});</script>"
        site.put_list(path, links[2 * n : 2 * n + 2], more)
    return site


def called() -> Simulated:
    """Entries call a function of the page with their number."""
    site = Simulated("hidden_called", COLUMN)
    rows = ""
    for year in range(2024, 2020, -1):
        _, title = site.report(f"/info/show-{year}.html", titled("人民政府", year))
        rows += f"""<li><a href="javascript:openInfo(7,'{year}')">{title}</a><span>{year + 1}-01-20</span></li>"""
    script = "<script>function openInfo(tree, id) { window.open('/info/show-' + id + '.html'); }</script>"
    site.put(COLUMN, frame("年报", f"<ul>{rows}</ul>{script}"))
    return site


def loaded(name: str = "hidden_loaded", load: str = "<script>$('#list').load('/gknb/rows.inc');</script>") -> Simulated:
    """The column is empty; a script loads its rows whole."""
    site = Simulated(name, COLUMN)
    rows = "".join(f'<li><a href="{path}">{title}</a></li>' for path, title in _years(site))
    site.put("/gknb/rows.inc", rows)
    site.put("/gknb/rows.js", f"document.write('{rows}');", kind="application/javascript")
    site.put(COLUMN, frame("年报", f"<div id='list'></div><script>$.get('/visitcount?id=1');</script>{load}"))
    return site


def loaded_by_its_own_script() -> Simulated:
    return loaded("hidden_loaded_script", '<script src="/js/jquery.js"></script><script src="rows.js"></script>')


def loading(name: str = "hidden_loading", posts: bool = False) -> Simulated:
    """A button loads more: its script states what it asks for, and the list nowhere how much it holds."""
    site = Simulated(name, COLUMN)
    links = _years(site)

    def answer(request: Request) -> str:
        asked = request.form if posts else request.query
        assert (request.method == "POST", asked.get("size")) == (posts, "2" if posts else None)
        n = int(asked["pageNo"])
        rows = [{"docTitle": title, "url": path} for path, title in links[2 * n - 2 : 2 * n]]
        return json.dumps({"list": rows}, ensure_ascii=False)

    site.route("/api/list", answer)
    call = "$.post('/api/list',{pageNo:n,size:2},show)" if posts else "$.getJSON('/api/list?pageNo='+n,show)"
    more = f"<button onclick='more()'>加载更多</button><script>var n=1;function more(){{n++;{call}}}</script>"
    site.put_list(COLUMN, links[:2], more)
    return site


def loading_by_post() -> Simulated:
    return loading("hidden_loading_post", posts=True)


def kept_back() -> Simulated:
    """The same plugin, and no further page to be found: that is said."""
    site = Simulated("hidden_rest", COLUMN)
    site.put_list(
        COLUMN, _years(site), "<a>加载更多</a><script>$('#p').pagination({total:40,pageSize:6,url:api})</script>"
    )
    site.notes.append(f"{site.home}{COLUMN}: the list holds 40 entries and shows 6")
    return site


def capped() -> Simulated:
    """A portal gives three rows at a time whatever is asked for, and does not say how many there are."""
    site = Simulated("hidden_capped", "/xx/c1/list.shtml")
    links = [site.report(f"/xx/c1/202501/{n:032x}.shtml", titled(f"第{n}局")) for n in range(7)]

    def answer(request: Request) -> str:
        n = int(request.query["page"])
        rows = [
            {"title": title[:9] + "...", "realtitle": title, "url": path} for path, title in links[3 * n - 3 : 3 * n]
        ]
        return json.dumps({"data": {"results": rows}})

    site.route("/searchList/c1", answer)
    site.put(site.column, frame("政府信息公开年报", "<script>var channelId='c1';get('/searchList/c1?page=1')</script>"))
    return site


def posted() -> Simulated:
    """The next page is a form's, whose field has this page's number."""
    site = Simulated("hidden_posted", "/gknb/list.jsp?lm=3")
    links = _years(site)

    def answer(request: Request) -> str:
        assert request.query == {"lm": "3"}
        n = int(request.form.get("currentPage", "1"))
        fields = f'<input type="hidden" name="currentPage" value="{n}"><input type="hidden" name="size" value="2">'
        form = f'<form method="post" action="list.jsp?lm=3">{fields}</form>共3页'
        return listing(links[2 * n - 2 : 2 * n], form)

    site.route("/gknb/list.jsp", answer)
    return site


def postback() -> Simulated:
    """ASP.NET: the pager's links post the page's own state back, with what was clicked."""
    site = Simulated("hidden_postback", "/gknb/list.aspx")
    links = _years(site)

    def answer(request: Request) -> str:
        n = int(request.form.get("__EVENTARGUMENT") or 1)
        assert n == 1 or request.form["__VIEWSTATE"] == f"/wE{n - 1}="
        names = ("__EVENTTARGET", "__EVENTARGUMENT")
        state = "".join(f'<input type="hidden" name="{name}" value="">' for name in names)
        state += f'<input type="hidden" name="__VIEWSTATE" value="/wE{n}=">'
        turn = f"<a href=\"javascript:__doPostBack('Pager1','{n + 1}')\">下一页</a>" if n < 3 else "下一页"
        return listing(links[2 * n - 2 : 2 * n], f'<form method="post" action="./list.aspx">{state}{turn}</form>')

    site.route("/gknb/list.aspx", answer)
    return site


def data() -> Simulated:
    """The entries stand in the page as data of its script; so does its menu, which is none."""
    site = Simulated("hidden_data", COLUMN)
    rows = [
        {"id": n, "docTitle": title, "docPubUrl": site.home + path, "docRelTime": "2025-01-20 09:00"}
        for n, (path, title) in enumerate(_years(site))
    ]
    menu = [{"name": "政务公开", "url": "/zwgk/"}]
    script = f"var menu = {json.dumps(menu)}; var list = {json.dumps(rows, ensure_ascii=False)}; render(list)"
    site.put(COLUMN, frame("政府信息公开年报", f"<ul id='l'></ul><script>{script}</script>"))
    return site


def written() -> Simulated:
    """A script writes the list as it stands, and a row of another that it puts together."""
    site = Simulated("hidden_written", COLUMN)
    rows = "".join(f'<li><a href=\\"{path}\\">{title}<\\/a><\\/li>' for path, title in _years(site))
    script = f"""document.write("<ul>{rows}</ul>"); x = '<a href="' + url + '">' + title + '</a>';"""
    site.put(COLUMN, frame("政府信息公开年报", f"<script>{script}</script>"))
    return site


def named_by_body() -> Simulated:
    """Entries are called after bodies alone: dated, with a year, in a table of years; only reports are taken."""
    site = Simulated("hidden_bodies", "/gknb/index.html")
    for n, body in enumerate(("县教育局", "龙泉街道", "进化镇人民政府")):
        site.report(f"/gknb/202501/t2025011{n}_7{n}.html", titled(body))
    links = [(f"/gknb/202501/t2025011{n}_7{n}.html", name) for n, name in enumerate(("县教育局", "龙泉街道", "进化镇"))]
    site.decoy("/gknb/202501/t20250119_79.html", "县档案局简介")
    cells = ""
    for year in (2024, 2023):
        site.report(f"/gknb/nb/{year}_1.html", titled("公安局", year))
        site.report(f"/gknb/nb/{year}_2.html", titled("财政局", year))
        cells += f'<td><a href="/gknb/nb/{year}_1.html">{year}年</a></td>'
        cells += f'<td><a href="/gknb/nb/{year}_2.html">财政局{year}年</a></td>'
    table = f"<table><tr><td>公安局</td>{cells}</tr></table>"
    site.put_list(site.column, [*links, ("/gknb/202501/t20250119_79.html", "县档案局")], table)
    return site


PORTALS = (
    handlers,
    template,
    numbered,
    plugin,
    kept_back,
    capped,
    posted,
    postback,
    data,
    written,
    named_by_body,
    loading,
    loading_by_post,
    called,
    loaded,
    loaded_by_its_own_script,
)
