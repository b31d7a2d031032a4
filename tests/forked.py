"""Children of crawls and readings, forked from a process that has loaded what they need.

To start an interpreter and to load Scrapy takes longer than most of what children do in tests. All else is as it is: a
process each, with its own limits, signals and end. Where the start itself is on trial, a module says `STARTED = True`.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from multiprocessing.connection import Connection

import pytest

from crawler import run
from extract import workers

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(
    [
        "archive.extraction",
        "extract.reader",
        "crawler.child",
        "crawler.monitors",
        "crawler.spiders.reports",
        "crawler.middlewares.admission",
        "crawler.middlewares.conditional",
        "crawler.middlewares.keeping",
        "crawler.middlewares.tls",
        "scrapy.core.downloader.handlers.http11",
        "scrapy.core.scheduler",
        "scrapy.core.scraper",
        "scrapy.extensions.feedexport",
        "scrapy.downloadermiddlewares.cookies",
        "scrapy.downloadermiddlewares.httpcompression",
        "scrapy.robotstxt",
    ]
)


@contextmanager
def forked() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers, "_CONTEXT", _SERVER)
        patch.setattr(run, "_in_child", _crawl)
        yield


def _crawl(order: run._Order) -> int:
    """As `crawler.run` has it done: the order on standard input, which stays open; signals passed on."""
    ours, theirs = _SERVER.Pipe()
    with ours:
        child = _SERVER.Process(target=_be_child, args=(theirs, dict(os.environ)), daemon=True)
        child.start()
        theirs.close()
        os.write(ours.fileno(), json.dumps(asdict(order)).encode() + b"\n")
        with run._passing_on(lambda number: os.kill(child.pid or 0, number)):
            child.join()
    assert child.exitcode is not None
    return child.exitcode


def _be_child(stdin: Connection, environment: dict[str, str]) -> None:
    os.dup2(stdin.fileno(), 0)
    os.environ.clear()
    os.environ.update(environment)
    os.setsid()
    from crawler.child import main  # Not above: it would load Scrapy into every test.

    code = main()
    gc.collect()  # As an interpreter's end does: Twisted tells then of errors that nobody took.
    sys.exit(code)
