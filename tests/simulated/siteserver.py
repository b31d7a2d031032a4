"""SiteServer (湛河's look-alike): government, office and departments in three channels, on www and the bare host."""

from __future__ import annotations

from portal import article

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


def filed() -> Simulated:
    """Short titles beside each other: what is filed as 主题分类 政府信息公开年度报告 is one, the others are none."""
    site = Simulated("siteserver_filed", "/channels/62030.html")
    about = "<ul><li>索引号：</li><li>发布日期：2025-01-20</li><li>主题分类：{}</li><li>体裁分类：报告</li></ul>"
    links = [
        site.report("/contents/62030/1.html", "新华区财政局2024年年报", about.format("区政府组成部门信息公开年度报告")),
        site.report("/contents/62030/2.html", "教育局2024年度报告", about.format("政府信息公开年度报告")),
        site.report("/contents/62030/3.html", titled("民政局")),
    ]
    for n, (title, filed) in enumerate((("城投公司2024年年报", "国有企业"), ("2024年政府工作报告", "政府工作报告"))):
        site.put(f"/contents/62030/9{n}.html", article(title, about.format(filed)))
        links.append((f"/contents/62030/9{n}.html", title))
    site.put_list(site.column, links)
    return site


PORTALS = (portal, filed)
