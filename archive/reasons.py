"""Why a crawl ended as it did, in Chinese: the crawler writes its reasons as English sentences, for logs and operators.

Phrase by phrase, so that reasons of older crawls are understood as well. Addresses, counts and what a library says of a
connection stay as they are.
"""

from __future__ import annotations

import re

_PHRASES = tuple(
    (re.compile(english), chinese)
    for english, chinese in (
        # How it ended.
        (r"\b(\d+) reports are listed and none could be fetched: ", r"列表中有\1份报告，一份也没有取到："),
        (r"\b(\d+) reports were listed before", r"上次列表中有\1份报告"),
        (r"reports that could not be fetched: (\d+)", r"没有取到的报告\1份"),
        (r"other pages that could not be fetched: (\d+)", r"没有取到的其他网页\1个"),
        (r"attachments that could not be fetched: (\d+)", r"没有取到的附件\1个"),
        (r"refused links to other hosts: (\d+)", r"未予访问的外站链接\1个"),
        (r"incomplete lists: ", "列表不完整："),
        (r" claims (\d+) entries and shows (\d+)", r" 称有\1条，只列出\2条"),
        (r" offers more behind a button and shows (\d+)", r" 须点按钮加载更多，只列出\1条"),
        (r"no report is listed, where (\d+) were before", r"列表中没有报告，上次有\1份"),
        (r"no report is listed, and lists are incomplete: ", "列表中没有报告，且列表不完整："),
        (r"\b(\d+) entries are listed and none is an annual report", r"列出\1条，没有年度报告"),
        (r"no list of reports was reached: ", "没有找到年报栏目："),
        (r"the column lists nothing: ", "栏目中没有条目："),
        (r"the column was reached and no entry was recognised on it", "到了栏目，没有认出任何条目"),
        (r"no page was fetched", "没有取到任何网页"),
        (r"^(\d+) reports?(?=;|$)", r"报告\1份"),
        (r"; (\d+) reports?(?=;|$)", r"；本次\1份"),
        # Why a page did not come.
        (r"no link to the column of annual reports was found", "页面上没有通往年报栏目的链接"),
        (r"robots\.txt forbids it", "robots.txt禁止访问"),
        (r"HTTP status (\d+)", r"HTTP状态码\1"),
        (r"403: the server forbids it", "403：服务器拒绝访问"),
        (r"405: a firewall's refusal", "405：防火墙拒绝访问"),
        (r"(412|521): script and cookie challenge", r"\1：要求运行脚本、设置Cookie的验证"),
        (r"429: too many requests", "429：服务器称请求过多"),
        (r"a Jiasule cookie challenge", "加速乐Cookie验证"),
        (r"a Ruishu script challenge", "瑞数脚本验证"),
        (r"a cookie challenge \(C3VK\)", "Cookie验证（C3VK）"),
        (r"a script challenge", "要求运行脚本的验证"),
        (r"a Cloudflare challenge", "Cloudflare验证"),
        (r"an EdgeOne cookie challenge", "EdgeOne Cookie验证"),
        (r"a firewall's waiting page", "防火墙等待页"),
        (r"a 404 page with status 200", "状态码200的“页面不存在”"),
        (r"the home page in place of the page asked for", "给出的是首页，不是所求的网页"),
        (r"the page shows something else than the report", "网页内容不是该报告"),
        (r"our reading of it failed; the log says how", "本系统读取时出错，详见日志"),
        (r"an empty answer", "答复是空的"),
        (r"an empty file \(told by its bytes\)", "空文件"),
        (r"a page in place of the file \(told by its bytes\)", "给出的是网页，不是文件"),
        (r"its gzip is cut off or broken", "gzip压缩内容残缺"),
        (r"its name leads to the private address ", "域名指向内网地址"),
        (r"not an http or https URL", "不是http或https网址"),
        (r"not a \.gov\.cn host", "不是.gov.cn网站"),
        (r"an IP address that the registry does not name", "名录中没有的IP地址"),
        (r"a host that no registered portal links to", "名录中的网站都没有链接到的网站"),
        (r"max redirections reached", "反复跳转"),
        (r"Getting \S+ took longer than ([\d.]+) seconds\.?", r"\1秒内没有响应"),
        (r"DNS lookup failed: ", "域名无法解析："),
        (r"Connection was refused by other side", "对方拒绝连接"),
        # A run that did not end by itself.
        (r"stopped by the operator", "运行中被人停止"),
        (r"the run ended without closing it \(killed, or power lost\)", "运行中断（进程被杀或断电）"),
        (r"the run ended early", "运行提前结束"),
        (r"ended early: ", "提前结束："),
        (r"; ", "；"),
    )
)


def in_chinese(reason: str) -> str:
    """A crawl's reason with every phrase of the crawler's own in Chinese."""
    for english, chinese in _PHRASES:
        reason = english.sub(chinese, reason)
    return reason
