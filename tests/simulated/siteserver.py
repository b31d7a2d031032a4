"""SiteServer (湛河's look-alike): government, office and departments in three channels, on www and the bare host."""

from __future__ import annotations

from simulated import Simulated, titled


def portal() -> Simulated:
    site = Simulated("siteserver", "/channels/44510.html")
    channels = (
        '<a href="/channels/44511.html">区政府办公室</a>'
        '<a href="/channels/12989.html">区政府组成部门信息公开年度报告</a><a href="/channels/7092.html">政务要闻</a>'
    )
    government = site.report("/contents/44510/356343.html", titled("人民政府"))
    bare = site.home.replace("www.", "")
    again = (f"{bare}/contents/44510/356343.html", titled("人民政府"))
    site.pages[again[0]] = site.pages[government[0]]
    site.put_list(site.column, [government, again], channels)
    site.put_list(
        "/channels/44511.html", [site.report("/contents/44511/355522.html", titled("人民政府办公室"))], channels
    )
    pages = [[site.report(f"/contents/12989/4{p}{n}.html", titled(f"第{p}{n}局")) for n in range(2)] for p in (1, 2)]
    site.put_list("/channels/12989.html", pages[0], '<a href="/channels/12989_2.html">下一页</a>' + channels)
    site.put_list("/channels/12989_2.html", pages[1])
    site.put_list("/channels/7092.html", [site.decoy("/contents/7092/1.html", "样例区召开会议")])
    return site


PORTALS = (portal,)
