"""The parts that platforms are made of: replies in every form, values in scripts, addresses that are one, hosts that
belong together, files by their bytes. Each with what it must not take."""

from __future__ import annotations

import json
import time

import pytest
from portal import CHAPTERS, article

from crawler import attachments
from crawler.admission import Admission
from crawler.columns import find_columns, find_subcolumns, is_unit
from crawler.page import Ask, Link, Page
from crawler.platforms import FAMILIES, GENERIC, detect, loading, named, replies
from crawler.platforms.script import value_of
from crawler.platforms.ucap import Ucap
from crawler.reading import is_own_report, read_list, shows
from crawler.registry import Portal
from crawler.tasks import Walk
from crawler.urls import canonical, query_value, resolve, twin_key, twins, with_query

HOME = "http://www.yangli.gov.cn"
TITLE = "样例区财政局2024年政府信息公开工作年度报告"


def page(text: str | bytes, url: str = f"{HOME}/gknb/index.html", kind: str = "text/html; charset=utf-8") -> Page:
    return Page(url, 200, text.encode() if isinstance(text, str) else text, kind)


ENTRY = f'<li><a href="/1.html" title="{TITLE}">样例区财…</a><span>2025-01-20</span></li>'


@pytest.mark.parametrize(
    "reply",
    [
        f"<ul>{ENTRY}</ul><a href='?page=2'>下一页</a><a href='?page=2'>2</a>",
        f"<datastore><recordset><record><![CDATA[{ENTRY}]]></record></recordset></datastore>",
        json.dumps({"data": {"html": f"<ul>{ENTRY}</ul>"}}),
        json.dumps({"data": f"<ul>{ENTRY}</ul>"}),
        json.dumps({"data": json.dumps({"rows": [{"title": TITLE, "url": "/1.html", "date": "2025-01-20"}]})}),
        json.dumps({"articles": [{"title": TITLE, "url": "/1.html", "date": 1737331200}]}),
        json.dumps({"articles": [{"title": f"<em>{TITLE}</em>", "url": "/1.html", "created_at": 1737331200000}]}),
        "cb(" + json.dumps({"result": f"<datastore><record><![CDATA[{ENTRY}]]></record></datastore>"}) + ");",
        json.dumps({"custom": {"data": [{"infourl": "/1.html", "realtitle": TITLE, "infodate": "2025-01-20"}]}}),
        json.dumps({"sj": [{"bt": TITLE, "dz": "/1.html", "tp": "/1.png", "bm": "财政局", "fbsj": "2025-01-20"}]}),
        json.dumps([["7", TITLE, "/1.html", "2025-01-20 09:00", 0]]),
        f"<?xml version='1.0'?><a><b><bt><![CDATA[{TITLE}]]></bt><dz>/1.html</dz><sj>2025-01-20</sj></b></a>",
        f"<?xml version='1.0'?><rows><row t='{TITLE}' u='/1.html' d='2025-01-20'/></rows>",
    ],
)
def test_replies_in_every_form(reply: str) -> None:
    assert [(link.url, link.title, link.date, link.row) for link in replies.rows(page(reply))] == [
        (f"{HOME}/1.html", TITLE, "2025-01-20", True)
    ]


@pytest.mark.parametrize(
    "reply",
    [
        *("", "{", "null", "暂无相关信息", '{"data":[{"title":"无址"}]}', "[" * 9000, '{"a":' * 9000),
        *('["/1.html"]', '["政府信息公开"]', "<?xml", "<?xml version='1.0'?>" + "<a1>" * 9000),
    ],
)
def test_replies_without_entries(reply: str) -> None:
    assert replies.rows(page(reply)) == []


def test_totals() -> None:
    assert replies.total(page('{"total":"45"}'), "total") == 45
    assert replies.total(page("<totalRecord>45</totalRecord>"), "totalRecord") == 45
    assert replies.total(page("<div count='45'>"), "count") == 45
    assert replies.total(page("subtotal: 45"), "total") is None


def test_values_in_scripts() -> None:
    assert value_of('var a = {"TREE": [{"id": 1}]};', "TREE") == [{"id": 1}]
    assert value_of("siteInfo = {siteGuid: '7e-1', names: ['a}'],};", "siteInfo") == {
        "siteGuid": "7e-1",
        "names": ["a}"],
    }
    assert value_of("siteInfo = {broken", "siteInfo") is None
    assert value_of("TREE: getTree()", "TREE") is None


@pytest.mark.parametrize(
    ("script", "wanted"),
    [
        ("createPageHTML(3, 0, 'index', 'shtml');", ["index_1.shtml", "index_2.shtml", "index_3.shtml"]),
        ("createPageHTML('page_div', 2, 1, 'list', 'shtml', 25)", ["list_2.shtml"]),
        ("Pager({size:2, prefix:'index', suffix:'html', current:0})", ["index_1.html", "index_2.html"]),
        ("var countPage = 2;//总页数", ["index_1.html", "index_2.html"]),
        (
            "</script><a onclick='go(2)'>2</a><a onclick='go(3)'>3</a><script>location.href=location.pathname+'?p='+n",
            ["index.html?p=1", "index.html?p=2", "index.html?p=3"],
        ),
        (
            "</script><a class='next' href='javascript:;' data-page='2'>下一页</a><script>",
            ["index_1.html", "index_2.html"],
        ),
        (
            "</script><select onchange='location.href=this.value'><option value='index.html'>第1页<option"
            " value='7_2.html'>第2页</select><script>",
            ["7_2.html"],
        ),
        (
            "</script><div data-total='9' data-size='3' data-url='list_{page}.html'></div><script>",
            ["list_1.html", "list_2.html", "list_3.html"],
        ),
        (
            "function go(n){location.href='list.php?lm='+5+'&p='+n}</script><a onclick='go(2)'>下页</a><script>",
            ["list.php?lm=5&p=2"],
        ),
        ("createPageHTML(1, 0, 'index', 'html');", []),
        ("createPageHTML(0, 0, 'index', 'html');", []),
    ],
)
def test_pages_that_a_script_counts(script: str, wanted: list[str]) -> None:
    seen = page(f"<html><body><script>{script}</script></body></html>")
    assert [ask.url.rpartition("/")[2] for ask in GENERIC.pages(seen)] == wanted


@pytest.mark.parametrize(
    "html",
    [
        f"<script>t[0]='{TITLE}';u[0]='/1.html';</script>",
        f"""<doc-list :items='[{{"title":"{TITLE}","url":"/1.html"}}]'></doc-list>""",
        """<script>var d=[{"dept":"样例区财政局","files":[{"nd":"2024年","dz":"/1.html"}]}];</script>""",
        f"<select onchange='go(this.value)'><option value='/1.html'>{TITLE}</option></select>",
        f"<textarea style='display:none'><a href='/1.html'>{TITLE}</a></textarea>",
        f"""<script>function show(a,b){{var u='/'+b+'.'+a;open(u);}}</script><a onclick="show('html',1)">{TITLE}</a>""",
    ],
)
def test_entries_that_a_page_holds_for_its_scripts(html: str) -> None:
    found = read_list(page(f"<html><body>{html}</body></html>"), GENERIC, f"{HOME}/gknb/").articles
    assert [(link.url, link.title.partition("年")[0]) for link in found] == [
        (f"{HOME}/1.html", TITLE.partition("年")[0])
    ]


def test_what_is_commented_out_is_no_entry() -> None:
    seen = page(f"<html><body><!-- <li><a href='/1.html'>{TITLE}</a></li> --></body></html>")
    assert not read_list(seen, GENERIC, f"{HOME}/gknb/").articles


@pytest.mark.parametrize(
    ("script", "url", "body"),
    [
        ("fetch(`/api/list?channel=12&page=${page}`)", "/api/list?channel=12&page=1", None),
        ('var ctx="/cms"; $.getJSON(ctx+"/list.json",{cid:9,page:n},show)', "/cms/list.json?cid=9&page=1", None),
        ('var id="77";var s=4;$.post("/l",{pageNo:p,size:s,cid:id})', "/l", "size=4&cid=77&pageNo=1"),
        ("axios.post('/l',{pageNum:1,cid:'3'})", "/l", '{"cid": "3", "pageNum": 1}'),
        ('var id="77";id="78";$.get("/l",{page:1,cid:id})', "/l?page=1", None),
    ],
)
def test_what_a_script_takes_from_names(script: str, url: str, body: str | None) -> None:
    asked = loading.asks(page(f"<html><body><div id='l'></div><script>{script}</script></body></html>"))
    assert [(ask.url, ask.body) for ask in asked] == [(HOME + url, body)]


def test_numbers_of_pages_that_post_their_form_back() -> None:
    links = "".join(f"<a href=\"javascript:__doPostBack('G','Page${n}')\">{n}</a>" for n in (1, 3, 4))
    fields = "<input type='hidden' name='__VIEWSTATE' value='/wE='>"
    asked = GENERIC.pages(page(f"<html><body><form method='post'>{fields}{links}<span>2</span></form></body></html>"))
    assert [ask.body for ask in asked] == ["__VIEWSTATE=%2FwE%3D&__EVENTTARGET=G&__EVENTARGUMENT=Page%243"]


@pytest.mark.parametrize(
    "text",
    ["下页>>", "下 一 页", "下一页(2/3)", "Next »", "►", "下一頁", "[2]", "第2页", "<img src=n.gif alt=下一页>"],
)
def test_what_a_pager_calls_the_next_page(text: str) -> None:
    for link in (f"<a href='b.html'>{text}</a>", "<link rel='next' href='b.html'>"):
        asked = GENERIC.pages(page(f"<html><body>{link}</body></html>"))
        assert [ask.url for ask in asked] == [f"{HOME}/gknb/b.html"]
    assert not GENERIC.pages(page("<html><body><a href='b.html'>下一篇</a><a href='c.html'>◄</a></body></html>"))


@pytest.mark.parametrize(
    ("text", "is_column"),
    [
        ("历年年报", True),
        ("往年政府信息公开年报", True),
        ("2018年及以前", True),
        ("政府信息公开年报（2008-2018）", True),
        ("2008年-2018年", True),
        ("历史沿革", False),
        ("历年统计数据", False),
    ],
)
def test_the_reports_of_long_ago_are_a_column(text: str, *, is_column: bool) -> None:
    seen = page(f"<html><body><a href='/old/'>{text}</a></body></html>")
    assert [link.url for link in find_subcolumns(seen, f"{HOME}/gknb/")] == [f"{HOME}/old/"] * is_column
    assert not read_list(seen, GENERIC, f"{HOME}/gknb/").articles


def test_the_departments_column_counts_beside_the_governments() -> None:
    names = ("政府信息公开年报", "部门信息公开年报", "乡镇街道政府信息公开年报", "信息公开年报")
    html = "".join(f"<a href='/{n}/'>{name}</a>" for n, name in enumerate(names))
    assert [link.title for link in find_columns(page(f"<html><body>{html}</body></html>"))] == list(names[:3])


def test_a_list_written_by_a_script_has_its_quotes_escaped() -> None:
    reply = "document.write('<li><a href=\\'/1.html\\' title=\\'" + TITLE + "\\'>样…<\\/a>2025-01-20<\\/li>')"
    assert [(link.url, link.title) for link in replies.rows(page(reply))] == [(f"{HOME}/1.html", TITLE)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.x.gov.cn/a.html", "http://x.gov.cn/a.html"),
        ("http://x.gov.cn/gkmlpt/content/4/4662/post_4662348.html", "http://x.gov.cn/gkmlpt/content/4/4662/mpost_4662348.html?jump=true"),
        ("http://x.gov.cn/openness/detail/content/5a.html", "http://x.gov.cn/mobileOpenness/detail/content/5a.html"),
        ("http://x.gov.cn/a/1.html", "http://x.gov.cn/a/1_wap.html"),
        ("http://x.gov.cn/%e5%b9%b4%e6%8a%a5/1.html", "https://x.gov.cn/%E5%B9%B4%E6%8A%A5/1.html"),
        ("http://x.gov.cn/a/1.html;jsessionid=A1F0.n2", "http://x.gov.cn/a/1.html"),
        ("http://x.gov.cn/年报/1.html", "http://x.gov.cn/%E5%B9%B4%E6%8A%A5/1.html"),
        ("http://x.gov.cn/1.html?_t=1700000000", "http://x.gov.cn/1.html"),
        ("http://x.gov.cn/show?id=7&rnd=0.8351920", "http://x.gov.cn/show?id=7"),
    ],
)  # fmt: skip
def test_addresses_of_one_article(one: str, other: str) -> None:
    assert twin_key(one) == twin_key(other)
    assert canonical(other) in twins(one)
    assert canonical(one) in twins(other)


def test_addresses_of_different_articles() -> None:
    assert twin_key("http://x.gov.cn/a//1.html") != twin_key("http://x.gov.cn/a/1.html")
    assert twin_key("http://x.gov.cn/list.jsp?id=1") != twin_key("http://x.gov.cn/list.jsp?id=2")
    assert twin_key("http://x.gov.cn/show?t=2024") != twin_key("http://x.gov.cn/show?t=2023")
    signed = "http://x.gov.cn/1.pdf?t=1700000000&sign=ab1"
    assert canonical(signed) == signed
    assert canonical("http://x.gov.cn/govlist.html?deptcode=033") == "http://x.gov.cn/govlist.html?deptcode=033"
    uuid = "http://x.gov.cn/govxxgk/LY/2024-03-05/cfa9849a-3f74-4747-82de-a497ee246555.html"
    assert canonical(f"{uuid}?deptcode=033") == uuid
    assert resolve(uuid, f"{uuid}?deptcode=033") == uuid
    assert twin_key("http://x.gov.cn/%C4%EA.html") != twin_key("http://x.gov.cn/年.html"), (
        "another charset, another page"
    )


def test_an_address_is_asked_for_as_browsers_do() -> None:
    assert (
        resolve(f"{HOME}/", " /政务/2024年 年报.html\n")
        == f"{HOME}/%E6%94%BF%E5%8A%A1/2024%E5%B9%B4%20%E5%B9%B4%E6%8A%A5.html"
    )
    assert resolve(f"{HOME}/", "/%e5%b9%b4.html") == f"{HOME}/%e5%b9%b4.html"
    assert resolve(f"{HOME}/", "/a/\r\n1.html") == f"{HOME}/a/1.html"
    assert resolve(f"{HOME}/", "\\a\\1.html") == f"{HOME}/a/1.html"


def test_chinese_in_a_query_is_sent_in_the_charset_of_its_page() -> None:
    html = "<html><meta charset={0}><body><p>政府信息公开的年报</p><a href='/年报/l.asp?lm=年报&p=2'>下一页</a>"
    gbk, utf8 = (page(html.format(name).encode(name), kind="text/html").links[0].url for name in ("gbk", "utf-8"))
    assert gbk == f"{HOME}/%E5%B9%B4%E6%8A%A5/l.asp?lm=%C4%EA%B1%A8&p=2"
    assert utf8 == f"{HOME}/%E5%B9%B4%E6%8A%A5/l.asp?lm=%E5%B9%B4%E6%8A%A5&p=2"
    assert with_query(gbk, p=3).endswith("?lm=%C4%EA%B1%A8&p=3"), "what stands in it stays, byte for byte"
    form = (
        "<form action=l.asp><input name=lm value=年报><input name=p type=hidden value=2><button>下一页</button></form>"
    )
    asked = GENERIC.pages(page(f"<html><body><p>政府信息公开的年报</p>{form}".encode("gbk"), kind="text/html"))
    assert [ask.url for ask in asked] == [f"{HOME}/gknb/l.asp?lm=%C4%EA%B1%A8&p=2"]


def test_links_that_only_say_look_are_called_after_what_heads_them() -> None:
    cells = "".join(f"<td><a href=/{n}.html>查看</a></td>" for n in (1, 2))
    table = f"<table><tr><th>单位<th>2024年<th>2023年</tr><tr><td>县民政局</td>{cells}</tr></table>"
    terms = "<dl><dt>县水利局</dt><dd>2024年度 <a href=/3.html>报告全文</a></dd></dl>"
    titles = [link.title for link in page(f"<html><body>{table}{terms}</body></html>").links]
    assert titles == ["县民政局2024年", "县民政局2023年", "县水利局2024年度"]


def test_a_shell_puts_its_address_together() -> None:
    script = (
        'var u="/portal/";if(/Mobile/.test(navigator.userAgent)){location.href="/m/"}else{self.location=u+"index.html"}'
    )
    assert page(f"<html><script>{script}</script></html>").shell == f"{HOME}/portal/index.html"
    assert page("<html><script>location.href='/a/'+id+'.html'</script></html>").shell is None


def test_hosts_of_the_same_city_are_asked_from_its_pages() -> None:
    admission = Admission([Portal("a", None, "样例区", "county", f"{HOME}/")])
    assert admission.refusal("http://www.city.gov.cn/gxs/", f"{HOME}/") is None
    assert admission.refusal("http://file.city.gov.cn/x.pdf", "http://www.city.gov.cn/gxs/1.html") is None
    assert admission.refusal("http://www.far.gov.cn/", "http://www.city.gov.cn/gxs/") is not None
    assert admission.refusal("http://city.gov.cn.evil.com/", f"{HOME}/") is not None
    assert admission.refusal("http://deep.other.gov.cn/", "http://www.other.gov.cn/") is not None, (
        "never linked by ours"
    )


@pytest.mark.parametrize(
    ("html", "path"),
    [
        ('<script>$("#f").attr("src", "./P0202501.ofd");</script>', "/gknb/P0202501.ofd"),
        ('<script>var d = {"attachment":[{"url":"\\/f\\/1.pdf"}]};</script>', "/f/1.pdf"),
        ('<script>c={"content":"\\u003Ca href=\\"/f/2.docx\\"\\u003E年报\\u003C/a\\u003E"};</script>', "/f/2.docx"),
        ('<div data-url="/f/3.pdf"></div>', "/f/3.pdf"),
        ('<a href="/virtual_attach_file.vsb?afc=1&e=.pdf">年报</a>', "/virtual_attach_file.vsb?afc=1&e=.pdf"),
        ('<div class="pdf-content"><img src="/p/1.png"></div>', "/p/1.png"),
        ("""<a href="#" onclick="downFile('/f/4.pdf','年报.pdf',1)">年报</a>""", "/f/4.pdf"),
        ("<script>function g(i){location='/f?id='+i}</script><a href=\"javascript:g('7')\">年报.pdf</a>", "/f?id=7"),
        ('<input type="hidden" value="/f/7.pdf">', "/f/7.pdf"),
        ('<iframe src="/ViewerJS/#../f/8.pdf"></iframe>', "/f/8.pdf"),
        ('<script>PDFObject.embed("/f/9.pdf", "#a");</script>', "/f/9.pdf"),
        ('<script>var base="/f/",name="10.pdf";pdfjsLib.getDocument(base+name)</script>', "/f/10.pdf"),
        ('<aside><a href="/b.doc">申请表</a></aside><a href="/f/5.pdf">年报</a>', "/f/5.pdf"),
        ('<div class="side"><a href="/c.pdf">规划</a></div><a href="/f/6.pdf">年报</a>', "/f/6.pdf"),
    ],
)  # fmt: skip
def test_where_files_hide(html: str, path: str) -> None:
    assert [found.url for found in attachments.find(page(f"<html><body>{html}</body></html>"))] == [HOME + path]


def test_pictures_are_files_only_where_there_is_no_text() -> None:
    picture = '<div id="zoom"><img src="/p/1.png"></div>'
    assert attachments.find(page(article(TITLE, CHAPTERS + "<p>按要求开展工作。</p>" * 200 + picture))) == []
    assert attachments.find(page('<html><body><img src="/logo.png"><div id="zoom"><img src="/share.png"></div>')) == []


@pytest.mark.parametrize(
    ("data", "is_text"),
    [
        (b"%PDF-1.4 <", False),
        (b"\xff\xd8\xff\xe0 <jpeg>", False),
        (b"PK\x03\x04<", False),
        ("文件不存在".encode(), True),
        (b"<html>404</html>", True),
        (b"", True),
    ],
)
def test_files_are_told_by_their_bytes(data: bytes, is_text: bool) -> None:
    assert page(data, kind="application/octet-stream").is_text is is_text


def test_an_article_that_is_a_string_of_a_script() -> None:
    content = json.dumps(CHAPTERS).replace("<", "\\u003C")
    seen = page(f'<html><body><script>window._CONFIG = {{DETAIL: {{"content":{content}}}}};</script></body></html>')
    assert is_own_report(seen, detect(seen))
    link = Link(f"{HOME}/1.html", TITLE, TITLE)
    assert shows(seen, detect(seen), link)
    home = page(f'<html><title>样例区人民政府</title><body><a href="/1.html">{TITLE}</a></body></html>')
    assert not shows(home, detect(home), link), "a link to a report is not the report"


def test_a_search_is_a_list_where_it_says_what_it_wants() -> None:
    asks = "$.getJSON('{}')"
    found = [
        ask.url for ask in Ucap().queries(page(f"<script>{asks.format('/search/4e11?_isAgg=true&page=1')}</script>"))
    ]
    assert [query_value(url, "page") for url in found] == ["1"]
    assert Ucap().queries(page(f"<script>{asks.format('/search/all?q=')}</script>")) == []


def test_names_of_units() -> None:
    names = (
        "2024年",
        "区政府办公室",
        "区政府组成部门信息公开年度报告",
        "乡镇街道",
        "湛河区政府信息公开年报",
        "县级部门",
        "乡镇（街道）",
    )
    assert all(is_unit(name) for name in names)
    assert not any(is_unit(name) for name in ("政务要闻", "湛河区", "领导之窗", "办事指南"))


def test_families_have_names_and_hints_find_them() -> None:
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)
    assert all(named(family.name) is family for family in FAMILIES)
    assert detect(page("<html></html>"), "jpaas").name == "jpaas", "a hint decides where nothing is recognised"
    assert detect(page("<datastore></datastore>"), "jpaas").name == "hanweb", "what the page shows outranks it"


def test_one_of_several_ways_to_ask() -> None:
    walk = Walk(f"{HOME}/gknb/")
    ways = [Ask(f"{HOME}/api?n={n}", data=True, fallback=n > 0) for n in range(4)]
    walk.read(set(), ways)
    for way in ways[:3]:
        assert walk.next_page(60) == (way, None)
        walk.missed(data=True)
    walk.misses = 0
    walk.total = 9
    walk.read({"a"}, [Ask(f"{HOME}/api?page=2", data=True)], data=True)
    assert walk.next_page(60) == (Ask(f"{HOME}/api?page=2", data=True), None), "what follows a reply comes first"
    assert walk.next_page(60) == (None, f"{HOME}/gknb/: the list holds 9 entries and shows 1"), "other ways are left"


@pytest.mark.parametrize(
    "text",
    [
        "var InitData1=[" * 30_000,
        "<datastore>" + "<record>" * 30_000,
        "Pager({" * 30_000,
        'queryData="{' * 30_000,
        "TREE: [" * 10_000 + "_CONFIG",
        "<script>" + 'file="' * 30_000 + "</script>",
    ],
)
def test_pages_made_to_be_slow(text: str) -> None:
    seen = page(text, f"{HOME}/gkmlpt/annualreport")
    began = time.process_time()  # A busy machine takes many times as long.
    for family in FAMILIES:
        family.recognises(seen)
        family.items(seen)
        family.pages(seen)
    assert time.process_time() - began < 20
