"""Lists whose entries or further pages no plain link names: handlers, templates and data of scripts, posted forms."""

from __future__ import annotations

import json

from portal import CHAPTERS

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


def asked_as_json() -> Simulated:
    """A script posts JSON for its list, in which numbers are numbers."""
    site = Simulated("hidden_json", COLUMN)
    links = _years(site)

    def answer(request: Request) -> str:
        asked = json.loads(request.body)
        assert (asked["column"], asked["size"]) == ("zfxxgknb", 4)
        rows = [{"bt": title, "dz": path} for path, title in links[4 * asked["pageNo"] - 4 : 4 * asked["pageNo"]]]
        return json.dumps({"data": {"total": 6, "records": rows}}, ensure_ascii=False)

    site.route("/api/page", answer)
    fields = "{column:'zfxxgknb',pageNo:1,size:4}"
    call = f"fetch('/api/page',{{method:'POST',headers:{{'A':'b'}},body:JSON.stringify({fields})}}).then(show)"
    site.put(COLUMN, frame("年报", f"<div id='app'></div><script>{call}</script>"))
    return site


def asked_by_parameters() -> Simulated:
    """The fields of the request stand under a name of their own, some of them as variables."""
    site = Simulated("hidden_params", COLUMN)
    links = _years(site)

    def answer(request: Request) -> str:
        n = int(request.query["page"])
        assert request.query["channelId"] == "55"
        return json.dumps([{"contentTitle": title, "link": path} for path, title in links[2 * n - 2 : 2 * n]])

    site.route("/front/contents", answer)
    call = "axios.get('/front/contents',{params:{channelId:'55',page:this.page,size:this.size}}).then(show)"
    site.put(COLUMN, frame("年报", f"<div id='app'></div><script>new Vue({{get(){{{call}}}}})</script>"))
    return site


def turned_by_button() -> Simulated:
    """A form's own button 下一页 sends the number of the next page."""
    site = Simulated("hidden_button", "/gknb/list.jsp?lm=3")
    links = _years(site)

    def answer(request: Request) -> str:
        n = int(request.query.get("p", "1"))
        fields = f'<input type="hidden" name="lm" value="3"><input type="hidden" name="p" value="{n + 1}">'
        form = f'<form action="list.jsp">{fields}<input type="submit" name="go" value="下一页"></form>'
        return listing(links[2 * n - 2 : 2 * n], form if n < 3 else "")

    site.route("/gknb/list.jsp", answer)
    return site


def numbered_by_script() -> Simulated:
    """The link to the next page holds its number for a script; the list's own address is its page 1."""
    site = Simulated("hidden_data_page", "/28000/0000/gknbList-1.html")
    links = _years(site)
    for n in range(3):
        more = f'<a href="javascript:;" class="next" data-page="{n + 2}">下一页</a>' if n < 2 else ""
        site.put_list(f"/28000/0000/gknbList-{n + 1}.html", links[2 * n : 2 * n + 2], more)
    return site


def body_loaded() -> Simulated:
    """A report's page is a frame; a script loads its text, which is kept as the page's file."""
    site = Simulated("hidden_body", COLUMN)
    links = [
        site.report(f"/gknb/c{year}.html", titled("人民政府", year), "<div id='zw'></div>") for year in (2024, 2023)
    ]
    for path, title in links:
        text, script = f"{path}.inc", f"<script>$('#top').load('/inc/header.html');$('#zw').load('{path}.inc')</script>"
        site.put(path, frame(title, f"<h1>{title}</h1><div id='zw'></div>{script}"))
        site.attach(path, text, CHAPTERS.encode())
    site.put_list(COLUMN, links)
    return site


def neighbours() -> Simulated:
    """The list shows the newest report alone; each names the one before it."""
    site = Simulated("hidden_neighbours", COLUMN)
    years = (2024, 2023, 2022)
    for year in years:
        before = f'<p>下一篇：<a href="/gknb/{year - 1}.html">{titled("人民政府", year - 1)}</a></p>'
        site.report(f"/gknb/{year}.html", titled("人民政府", year), CHAPTERS + (before if year > years[-1] else ""))
    site.put_list(COLUMN, [("/gknb/2024.html", titled("人民政府", 2024))])
    return site


def variables() -> Simulated:
    """How many entries and how many on a page are variables, which a pager of the portal's own is given."""
    site = Simulated("hidden_variables", "/gknb/index.html")
    links = _years(site)
    turn = 'click:function(n){location.href="index_"+n+".html"}'
    more = f"<script>var pageSize=3,totalCount=6;$('#p').page({{total:totalCount,size:pageSize,{turn}}})</script>"
    site.put_list(site.column, links[:3], more)
    site.put_list("/gknb/index_2.html", links[3:])
    return site


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
    variables,
    neighbours,
    asked_as_json,
    asked_by_parameters,
    turned_by_button,
    numbered_by_script,
    body_loaded,
)
