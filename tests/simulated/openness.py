"""Openness: branches with 24 hex digits, a list in a frame, articles twice for telephones; and the numeric second
generation, whose list is not linked."""

from __future__ import annotations

from simulated import Simulated, frame, titled

BRANCH = "54014be1aabbccddeeff00"
ID = "5a0b1c2d3e4f5a6b7c8d9e"


def first() -> Simulated:
    site = Simulated("openness", f"/opennessAnnualReport/?branch_id={BRANCH}01")
    branches = "".join(f'<a href="/opennessGuide/?branch_id={BRANCH}0{n}">第{n}局</a>' for n in (1, 2))
    list_url = "/opennessContent/iframe/?branch_id={}&column_code=250400&page={}"
    site.put(site.column, frame("年报", branches + f'<iframe src="{list_url.format(BRANCH + "01", 1)}"></iframe>'))
    for page in (1, 2):
        links = [
            site.report(f"/openness/detail/content/{ID}{page}{n}.html", titled(f"第{page}{n}局")) for n in range(2)
        ]
        mobile = [(path.replace("/openness/", "/mobileOpenness/"), title) for path, title in links]
        for (path, _), (twin, _) in zip(links, mobile, strict=True):
            site.pages[twin] = site.pages[path]
        following = f'<a href="{list_url.format(BRANCH + "01", 2)}">下一页</a>' if page == 1 else ""
        site.put_list(list_url.format(BRANCH + "01", page), [*links, *mobile], following)
    second = site.report(f"/openness/detail/content/{ID}99.html", titled("乙局"))
    site.put_list(f"/opennessAnnualReport/?branch_id={BRANCH}02", [second])
    return site


def second() -> Simulated:
    site = Simulated("openness2", "/OpennessContent/showList/784/34502/page_1.html")
    branch = '<a href="/OpennessContent/showList/2/98/page_1.html">区政府办公室</a>'
    pages = [
        [site.report(f"/OpennessContent/show/{p}{n}.html", titled(f"第{p}{n}局")) for n in range(2)] for p in (1, 2)
    ]
    site.put_list(site.column, pages[0], '<a href="page_2.html">下一页</a><a href="../9/page_2.html">2</a>' + branch)
    site.put_list("/OpennessContent/showList/784/34502/page_2.html", pages[1])
    site.put_list(
        "/OpennessAnnualReport/showList/2/page_1.html",
        [site.report("/OpennessAnnualReport/show/6103.html", titled("人民政府办公室"))],
    )
    return site


PORTALS = (first, second)
