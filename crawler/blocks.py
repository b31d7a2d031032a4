"""Pages that are no answer: challenges, soft 404s, the home page in place of the one asked for. Recognised and
recorded, never evaded."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.page import Page
from crawler.urls import twin_key

_STATUS = {
    403: "403: the server forbids it",
    405: "405: a firewall's refusal",
    412: "412: script and cookie challenge",
    429: "429: too many requests",
    521: "521: script and cookie challenge",
}
_CHALLENGES = (
    ("a Jiasule cookie challenge", re.compile(r"__jsl_clearance")),
    ("a Ruishu script challenge", re.compile(r"\$_ts\s*[=.\[]")),
    ("a cookie challenge (C3VK)", re.compile(r"C3VK\s*=")),
    ("a Cloudflare challenge", re.compile(r"_cf_chl_opt|cf-browser-verification")),
    ("a script challenge", re.compile(r"请(?:开启|启用)(?:您的)?JavaScript(?:并|后|再)刷新", re.IGNORECASE)),
    ("an EdgeOne cookie challenge", re.compile(r"EO[_-]Bot|__tst_status", re.IGNORECASE)),
    (
        "a firewall's waiting page",
        re.compile(
            r"创宇(?:云防御|盾)|访问(?:过于)?频繁|安全(?:验证|检测)中?|滑动验证|安全威胁|(?:请求|访问)[^。，<]{0,12}(?:拦截|阻断)|WAF",
            re.IGNORECASE,
        ),
    ),
)
SOFT_404 = "a 404 page with status 200"
HOME = "the home page in place of the page asked for"
ABSENT = (SOFT_404, HOME)
"""What some portals show for a page that does not exist: a loss, unless nobody promised the page."""
_CHALLENGE_SIZE = 8000
_NO_PAGE = re.compile(
    r"(?:页面|网页|文章|内容|信息|栏目)(?:已)?(?:不存在|未找到|被删除)|找不到(?:该|您|相关|此)?(?:访问|请求)?的?页面|访问出错|无法访问|404(?:错误|NotFound|$)|NotFound|您访问的页面",
    re.IGNORECASE,
)
_NO_PAGE_SIZE = 400


def recognise(page: Page, asked_for: str, home_url: str) -> str | None:
    """Why this page is not what was asked for, or None. 404 and 5xx are no blocks: they say what they are."""
    if page.status in _STATUS:
        return _STATUS[page.status]
    if page.status in (404, 410) or not page.is_html:
        return None
    if len(page.text) <= _CHALLENGE_SIZE or not page.visible:
        for name, mark in _CHALLENGES:
            if mark.search(page.text):
                return name
    if page.status >= 400:
        return None
    if len(page.visible) <= _NO_PAGE_SIZE and _NO_PAGE.search(" ".join(page.titles[:1]) + page.visible):
        return SOFT_404
    if _is_home(page.url, home_url) and not _is_home(asked_for, home_url):
        return HOME
    return None


def _is_home(url: str, home_url: str) -> bool:
    if twin_key(url) == twin_key(home_url):
        return True
    parts, home = urlsplit(url), urlsplit(home_url)
    root = parts.path.rstrip("/") in ("", "/index.html", "/index.shtml", "/index.htm", "/index.jsp")
    return root and not parts.query and parts.hostname == home.hostname
