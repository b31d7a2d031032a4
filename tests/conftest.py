"""Fixtures that several rooms' tests share."""

from __future__ import annotations

import http.server
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest
from forked import forked
from invented import Archive

SHARED = Path(__file__).resolve().parents[1].parent / "shared"


LONGEST = (
    "test_ocr",
    "test_pdf_goldens",
    "test_promise_pdf",
    "test_evidence_browser",
    "test_crawl_interrupted",
    "test_cluster",
    "test_contained",
    "test_workers",
    "test_benchmarks",
    "test_platform_families",
    "test_demo",
)
"""Modules of few tests that take long, the longest first. Begun last they would keep one core at work and the others
waiting."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


@pytest.fixture(scope="module", autouse=True)
def _children(request: pytest.FixtureRequest) -> Iterator[None]:
    """Crawls and readings in quick children, but where a module says that it wants them started."""
    with nullcontext() if getattr(request.module, "STARTED", False) else forked():
        yield


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a demo that was crawled, read and published. To be looked at only: every module shares it."""
    from crawler.sample.demo import run_demo  # Not above: most modules can do without Scrapy.

    data = tmp_path_factory.mktemp("demo")
    run_demo(data, lambda _: None)
    return data


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive of one portal, crawled once, to put reports into."""
    made = Archive(tmp_path)
    made.crawl()
    yield made
    made.close()


@pytest.fixture(scope="module")
def real_portals() -> Path:
    """The folder of the five real portals as they were published; skips where it is not beside the checkout."""
    folder = SHARED / "portals"
    if not (folder / "portals.csv").is_file():
        pytest.skip("the five real portals are not beside this checkout")
    return folder


@pytest.fixture(scope="module")
def replay(real_portals: Path) -> Iterator[str]:
    """The address of a proxy that serves the five real portals at their real URLs, also set as http_proxy."""
    program = SHARED / "tools" / "replay_portals.py"
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as free:
        port = free.server_address[1]
    proxy = f"http://127.0.0.1:{port}"
    process = subprocess.Popen([sys.executable, str(program), str(real_portals), "--port", str(port)])
    opener = build_opener(ProxyHandler({"http": proxy}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("http_proxy", proxy)
        try:
            for _ in range(100):
                try:
                    opener.open("http://www.zhq.gov.cn/channels/33066.html", timeout=2).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield proxy
        finally:
            process.terminate()
            process.wait()
