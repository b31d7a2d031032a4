"""The process in which Scrapy runs: `python -m crawler.child`, with its order as a line of JSON on standard input.

It ends with 1 where the crawl could not begin or its archive failed, and stops when its standard input ends.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import signal
import sys
import threading

from scrapy.crawler import CrawlerProcess
from scrapy.settings import Settings

from crawler.extensions.archive import STORAGE_FAILED

_COLLECT = 5_000
"""Objects after which Python looks for cycles (700): every answer makes hundreds, and what was loaded at the beginning
stays, so it is not looked at again."""


def main() -> int:
    gc.freeze()
    gc.set_threshold(_COLLECT)
    order = json.loads(_order_line())
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.setdict({"LOG_FILE": order["log"], **order["settings"]}, priority="cmdline")
    process = CrawlerProcess(settings)
    warnings = logging.StreamHandler()
    warnings.setLevel(logging.WARNING)
    warnings.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    logging.getLogger().addHandler(warnings)
    for name in (None, "scrapy"):  # Scrapy leaves it to the handlers: every request would make records
        logging.getLogger(name).setLevel(settings["LOG_LEVEL"])
    crawler = process.create_crawler("reports")
    process.crawl(crawler, portal=order["portal"], data=order["data"], registry=order["registry"])
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    process.start()
    failed = process.bootstrap_failed or not crawler.stats or crawler.stats.get_value("finish_reason") == STORAGE_FAILED
    return 1 if failed else 0


def _order_line() -> bytes:
    """The first line of standard input, read unbuffered: a thread waits there for the end."""
    line = b""
    while not line.endswith(b"\n"):
        block = os.read(0, 1 << 16)
        if not block:
            break
        line += block
    return line


def _stop_with_parent() -> None:
    while os.read(0, 1 << 16):
        pass
    os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main())
