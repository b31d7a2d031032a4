"""Scrapy's settings for Gongkai. Beside every override: Scrapy 2.19's default, and the reason."""

from __future__ import annotations

import os

from scrapy.settings import default_settings

BOT_NAME = "gongkai"  # scrapybot
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"

GONGKAI_DATA = "data"
"""The data folder, unless the spider is given another with -a data=DIR."""
GONGKAI_CONTACT = os.environ.get("GONGKAI_CONTACT", "https://gongkai.invalid/contact-not-set")
"""Where a webmaster reaches whoever runs this crawl: a page or a mailto: address. Set it before a real crawl."""
GONGKAI_CONDITIONAL = True
"""Ask with If-None-Match and If-Modified-Since where an earlier capture has validators. --full turns it off."""
GONGKAI_RECHECK_ALL = False
"""Ask for every known report again, also where `crawler.schedule` finds it not yet due. --full turns it on."""
GONGKAI_FULL = False
"""What --full says: a crawl that was cut off is gone on with only by one that asks for as much."""
GONGKAI_CLOCK = None
"""An ISO time that the crawl takes for its beginning, instead of the system's clock."""
GONGKAI_FEED = 32
"""Requests of one portal that are with the engine at a time; the rest waits in the database, so that memory does not
grow with the number of pages. Above CONCURRENT_REQUESTS_PER_DOMAIN, or the engine would wait for us."""
GONGKAI_PAGE_CAP = 60
"""List pages of one column. The longest column seen has 37."""
GONGKAI_COLUMN_CAP = 200
"""Columns and sub-columns of one portal: years times units stay below it."""
GONGKAI_ARTICLE_CAP = None
"""Articles asked for in one crawl of a portal: none. A probe needs only a few."""
GONGKAI_ATTACHMENT_CAP = 30
"""Attachments of one article."""

USER_AGENT = f"gongkai/0.1 (archive of annual disclosure reports; +{GONGKAI_CONTACT})"  # Scrapy (+https://scrapy.org)
ROBOTSTXT_OBEY = True  # True since 2.19, stated because we rely on it
ROBOTSTXT_USER_AGENT = "gongkai"  # None: the whole USER_AGENT, which no robots.txt names

# Politeness. 3,000 portals are many hosts: the bound is per host, never overall.
CONCURRENT_REQUESTS = 64  # 16
CONCURRENT_REQUESTS_PER_DOMAIN = 2  # 8: bursts make some portals answer with their home page
DOWNLOAD_DELAY = 1.0  # 0
AUTOTHROTTLE_ENABLED = True  # False
AUTOTHROTTLE_START_DELAY = 1.0  # 5
AUTOTHROTTLE_MAX_DELAY = 60.0  # 60
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0  # 1
CONCURRENT_ITEMS = 1  # 100: so many tasks are started for every response, and no pipeline here ever waits

# Patience. A portal that fails under load mostly answers later: a retry goes to the end of the queue.
DOWNLOAD_TIMEOUT = 60  # 180: no portal that answered took longer than 40 s
RETRY_TIMES = 2  # 2
RETRY_PRIORITY_ADJUST = -20  # -1: behind everything else that waits for the host
RETRY_HTTP_CODES = [408, 500, 502, 503, 504, 522, 524]  # also 429: that is a block, to be recorded and not pressed
REDIRECT_MAX_TIMES = 8  # 20
DOWNLOAD_MAXSIZE = 128 * 1024 * 1024  # 1 GB: it is held in memory; the largest report seen is 40 MB
DOWNLOAD_WARNSIZE = 64 * 1024 * 1024  # 32 MB
DOWNLOAD_FAIL_ON_DATALOSS = True  # True: a cut page must be a failure and not a capture

DOWNLOAD_HANDLERS = {"https": "crawler.middlewares.tls.TolerantHandler"}  # {}: servers with TLS 1.0 are left

DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",  # en
    "Accept-Encoding": "gzip, deflate",  # also br and zstd if installed: archives are read where those are not
}
METAREFRESH_ENABLED = False  # True: the spider follows refresh and script shells itself, on text it decoded itself
COOKIES_ENABLED = True  # True: some sites redirect to themselves until a cookie is set
LOG_LEVEL = "INFO"  # DEBUG: every request stands in the archive
STATS_DUMP = False  # True
DOWNLOADER_STATS = False  # True: the ledger counts requests and statuses

# Monitors: what `crawler.monitors` measures by. One that is unset ends the crawl before it begins.
GONGKAI_MONITOR_FEWER = 0.0  # no report may go: what a portal takes down is news
GONGKAI_MONITOR_DUE = "02-10"  # departments publish by 31 January; ten days for those who are a little late
GONGKAI_MONITOR_LAYOUT = 0.5
GONGKAI_MONITOR_INCOMPLETE = 0.0  # what a list keeps back may be the report; raise it where entries count twice
GONGKAI_MONITOR_ERROR_SHARE = 0.2  # a few dead links are usual
GONGKAI_MONITOR_UNFINISHED = 0

EXTENSIONS = {
    "crawler.extensions.monitors.MonitorsExtension": -10,  # before the archive: it may have to stop the crawl
    "crawler.extensions.archive.ArchiveExtension": 0,
}
# Scrapy's, without the two that open a port nobody asked for. Switched off or set to None they would still be loaded,
# which takes a third of a crawl's start.
EXTENSIONS_BASE = {
    name: order
    for name, order in default_settings.EXTENSIONS_BASE.items()
    if not name.endswith(("TelnetConsole", "RemoteControl"))
}
SPIDER_MIDDLEWARES = {
    # What the spider yields it has written down as asked: none may drop a request without a word, as for a long URL.
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    # The frontier keeps depths, and the spider sees every status. Each takes its time with every answer.
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    # Nothing here asks whether a request was a first one, or copies a response's meta.
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "crawler.middlewares.referring.RedirectsRefererMiddleware": 700,
}
DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.admission.AdmissionMiddleware": 40,  # before robots.txt is asked of a host (100)
    "crawler.middlewares.coding.CodingMiddleware": 590,  # the archive's decoder
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,  # 590: ours
    "crawler.middlewares.conditional.ConditionalMiddleware": 880,  # behind the coding (590): restores decoded bodies
    "crawler.middlewares.keeping.KeepingMiddleware": 990,  # behind all that alter a response
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # admission decides
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,  # no portal is asked with a password
}
