"""Years that only a `<select>` names: as addresses, behind a script's address, as a field of a form."""

from __future__ import annotations

from portal import CHAPTERS

from simulated import Request, Simulated, frame, listing, titled

YEARS = (2022, 2023, 2024)


def _options(values: dict[int, str]) -> str:
    found = "".join(f'<option value="{value}">{year}年</option>' for year, value in values.items())
    return f'<option value="">请选择</option>{found}<option value="1">全部</option>'


def as_addresses() -> Simulated:
    site = Simulated("select_addresses", "/zwgk/gknb/index.html")
    values = {year: f"/zwgk/nb{year}/index.html" for year in YEARS}
    jump = "window.open(this.options[this.selectedIndex].value)"
    site.put(site.column, frame("年报", f'<select onchange="{jump}">{_options(values)}</select>'))
    for year, path in values.items():
        site.put_list(path, [site.report(f"/zwgk/nb{year}/1.html", titled("人民政府", year))])
    return site


def by_script() -> Simulated:
    """The column shows this year's list; the script goes to `?year=` and back again."""
    site = Simulated("select_script", "/gknb/list.jsp")
    lists = {year: [site.report(f"/gknb/{year}.html", titled("人民政府", year))] for year in YEARS}
    jump = "location.href='list.jsp?year='+this.value+'&t=1'"
    select = f'<select onchange="{jump}">{_options({year: str(year) for year in YEARS})}</select>'

    def answer(request: Request) -> str:
        assert request.query.get("t", "1") == "1"
        return listing(lists[int(request.query.get("year", "2024"))], select)

    site.route("/gknb/list.jsp", answer)
    return site


def by_function() -> Simulated:
    """The options are bodies, by a number that a function of the page puts behind the list's address."""
    site = Simulated("select_function", "/gknb/list.jsp")
    bodies = {"01": "县政府", "02": "教育局", "03": "财政局"}
    lists = {code: [site.report(f"/gknb/{code}.html", titled(name))] for code, name in bodies.items()}
    options = "".join(f'<option value="{code}">{name}</option>' for code, name in bodies.items())
    script = '<script>function load(v){window.location="list.jsp?dept="+v;}</script>'
    select = f'{script}<select onchange="load(this.value)">{options}</select>'
    site.route("/gknb/list.jsp", lambda request: listing(lists[request.query.get("dept", "01")], select))
    return site


def by_form() -> Simulated:
    """The column is the report; the form asks for another year."""
    site = Simulated("select_form", "/xxgk/report.aspx?unit=7")

    def answer(request: Request) -> str:
        year = request.query.get("nd", "")
        options = _options({year: str(year) for year in YEARS})
        select = f'<form action="report.aspx?unit=7"><select name="nd">{options}</select></form>'
        assert request.query.get("unit") == "7"
        head = f"<h1>{titled('人民政府', int(year))}</h1>{CHAPTERS}" if year else "<p>请选择年度</p>"
        return frame("年报", select + head)

    site.route("/xxgk/report.aspx", answer)
    site.documents |= {f"{site.home}/xxgk/report.aspx?unit=7&nd={year}" for year in YEARS}
    return site


def posted() -> Simulated:
    """A form that is posted, and a select of other things: neither is followed."""
    site = Simulated("select_posted", "/gknb/index.html")
    links = [site.report("/gknb/1.html", titled("人民政府"))]
    form = f'<form method="post" action="/search"><select name="y">{_options({2023: "2023"})}</select></form>'
    other = '<select onchange="location.href=this.value"><option value="/site/">友情链接</option></select>'
    site.put_list(site.column, links, form + other)
    return site


PORTALS = (as_addresses, by_script, by_function, by_form, posted)
