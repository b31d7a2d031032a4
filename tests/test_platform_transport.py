"""Getting at pages: the other scheme, a missing index, shells that redirect, cookies, charsets, old TLS, patience."""

from __future__ import annotations

import datetime
import gzip
import http.server
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from portal import CHAPTERS, FAST, HEADER, article, frame, listing, write_registry
from simulated import Answer, Request, Simulated, serving, titled
from sqlite_utils import Database

from crawler.outcomes import Outcome
from crawler.run import PortalOutcome, crawl


def crawl_sites(tmp_path: Path, *sites: Simulated, **settings: object) -> dict[str, PortalOutcome]:
    registry = write_registry(tmp_path / "portals.csv", *(site.row for site in sites))
    with serving(sites):
        summary = crawl(tmp_path / "data", registry, settings={**FAST, **settings})
    return {portal.portal_id: portal for portal in summary.portals}


def documents(tmp_path: Path) -> dict[str, set[str]]:
    db = Database(tmp_path / "data" / "archive.db")
    try:
        found: dict[str, set[str]] = {}
        for row in db["documents"].rows:
            found.setdefault(row["portal_id"], set()).add(row["url"])
        return found
    finally:
        db.close()


def only_http() -> Simulated:
    """The registry says https, which nobody answers there; a link of the list says so too."""
    site = Simulated("onlyhttp", "")
    site.column = f"https://{site.host}/gknb/index.html"
    path, title = site.report("/1.html", titled("甲局"))
    site.put_list("/gknb/index.html", [(f"https://{site.host}{path}", title)])
    return site


def missing_index() -> Simulated:
    """A directory that is forbidden, whose index has a name."""
    site = Simulated("noindex", "/zwgk/gknb/")
    site.put("/zwgk/gknb/", "forbidden", status=403)
    site.put_list("/zwgk/gknb/index.shtml", [site.report("/zwgk/gknb/1.html", titled("甲局"))])
    return site


def missing_name() -> Simulated:
    """An index that is missing, whose directory answers."""
    site = Simulated("noname", "/zwgk/gknb/index.html")
    site.put_list("/zwgk/gknb/", [site.report("/zwgk/gknb/1.html", titled("甲局"))])
    return site


def shells() -> Simulated:
    """A home of a few bytes, a column that refreshes, a file that is two shells away."""
    site = Simulated("shells", "")
    site.put("/", "<html><script>window.location.replace('./main.html')</script></html>")
    site.put("/main.html", frame("样例区人民政府", '<a href="/gknb/">政府信息公开年报</a>'))
    site.put("/gknb/", '<html><head><meta http-equiv="refresh" content="0; url=list/"></head></html>')
    path, title = site.report("/gknb/1.html", titled("甲局"), CHAPTERS + '<a href="/f/down.pdf">年报.pdf</a>')
    site.put("/f/down.pdf", "<script>location.href='/f/two.html'</script>")
    site.put("/f/two.html", "<script>location.href='/f/real.bin'</script>")
    site.put("/f/real.bin", b"%PDF-1.4 real", kind="application/octet-stream")
    site.put_list("/gknb/list/", [(path, title)])
    return site


def cookie() -> Simulated:
    """Redirects to itself until a cookie is set."""
    site = Simulated("cookie", "/gknb/index.html")
    listed = listing([site.report("/1.html", titled("甲局"))])

    def answer(request: Request) -> Answer:
        if "CT6T=1" in request.headers.get("cookie", ""):
            return Answer(listed)
        return Answer("", 302, headers={"Location": "/gknb/index.html", "Set-Cookie": "CT6T=1; path=/"})

    site.route("/gknb/index.html", answer)
    return site


def charset() -> Simulated:
    """GBK without a word about it, in the list and in the report."""
    site = Simulated("gbk", "/gknb/index.html")
    path, title = "/1.html", titled("镕城镇")
    site.put(
        site.column, listing([(path, title)]).replace('<meta charset="utf-8">', "").encode("gbk"), kind="text/html"
    )
    site.put(path, article(title, CHAPTERS).replace('<meta charset="utf-8">', "").encode("gbk"), kind="")
    site.documents.add(site.home + path)
    return site


def mislabelled() -> Simulated:
    """Plain pages that are labelled gzip."""
    site = Simulated("notgzip", "/gknb/index.html")
    site.put_list(site.column, [site.report("/1.html", titled("甲局"), headers={"Content-Encoding": "gzip"})])
    site.pages[site.column] = replace(site.pages[site.column], headers={"Content-Encoding": "gzip"})
    return site


def past_the_end() -> Simulated:
    """Numbers past the last page lead home, to a soft 404, and to page 1."""
    site = Simulated("pastend", "/gknb/index.html")
    links = [site.report(f"/gknb/{n}.html", titled(f"第{n}局")) for n in range(2)]
    site.put_list(site.column, links, '<script>createPageHTML(6, 0, "index", "html");</script>')
    site.put("/gknb/index_1.html", "", status=302, headers={"Location": "/"})
    site.put("/gknb/index_2.html", "<html><title>提示</title><body>您访问的页面不存在</body></html>")
    return site


def burst() -> Simulated:
    """The first time a report is asked for, the home page comes in its place, with status 200 and at its address."""
    site = Simulated("burst", "/gknb/index.html")
    path, title = site.report("/1.html", titled("甲局"))
    gone = ("/2.html", titled("乙局"))
    home = frame("样例区人民政府", "<p>要闻</p>" * 30 + '<a href="/gknb/">政府信息公开年报</a>')
    good = site.pages[path]
    counts: list[int] = []

    def answer(_: Request) -> Answer:
        counts.append(1)
        return good if len(counts) > 1 else Answer(home)

    site.route(path, answer)
    site.put(gone[0], home)
    site.put_list(site.column, [(path, title), gone])
    return site


def broken_twice() -> Simulated:
    site = Simulated("twice", "/gknb/index.html")
    path, title = site.report("/1.html", titled("甲局"))
    counts: list[int] = []
    good = site.pages[path]

    def answer(_: Request) -> Answer:
        counts.append(1)
        return good if len(counts) > 2 else Answer("busy", 503)

    site.route(path, answer)
    site.put_list(site.column, [(path, title)])
    return site


WAYS = (only_http, missing_index, missing_name, shells, cookie, charset, mislabelled, past_the_end, burst, broken_twice)


@pytest.fixture(scope="module")
def reached(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Simulated], dict[str, PortalOutcome]]:
    folder = tmp_path_factory.mktemp("transport")
    sites = [make() for make in WAYS]
    return folder, {site.name: site for site in sites}, crawl_sites(folder, *sites, RETRY_TIMES=2)


@pytest.mark.parametrize("name", [make().name for make in WAYS])
def test_pages_that_are_hard_to_get(
    reached: tuple[Path, dict[str, Simulated], dict[str, PortalOutcome]], name: str
) -> None:
    folder, sites, found = reached
    assert documents(folder).get(name) == sites[name].documents, (found[name].reason, found[name].details)
    assert found[name].outcome is Outcome.OK


def test_what_was_lost_on_the_way_is_said(
    reached: tuple[Path, dict[str, Simulated], dict[str, PortalOutcome]],
) -> None:
    folder, sites, found = reached
    assert "the page shows something else than the report" in found["burst"].reason
    assert found["pastend"].reason == "2 reports", "pages that nobody promised are no loss"
    assert found["noindex"].reason == "1 report"
    db = Database(folder / "data" / "archive.db")
    (file,) = db.query(
        "SELECT a.url, c.url AS at FROM attachments a JOIN captures c ON c.id = a.capture_id"
        " JOIN documents d ON d.id = a.document_id WHERE d.portal_id = 'shells'"
    )
    db.close()
    assert file == {"url": f"{sites['shells'].home}/f/down.pdf", "at": f"{sites['shells'].home}/f/real.bin"}


def test_a_ladder_without_success_tells_how_it_began(tmp_path: Path) -> None:
    site = Simulated("forbidden", "/zwgk/gknb/")
    site.put("/zwgk/gknb/", "forbidden", status=403)
    found = crawl_sites(tmp_path, site)["forbidden"]
    assert found.outcome is Outcome.BLOCKED
    assert f"{site.home}/zwgk/gknb/: 403" in found.reason
    asked = [request.path for request, _ in site.seen]
    assert asked[1:] == [
        "/zwgk/gknb/",
        *(f"/zwgk/gknb/{n}" for n in ("index.html", "index.shtml", "index.htm", "list.shtml")),
    ]


def test_a_report_whose_gzip_is_cut_off_is_a_loss_and_never_half_a_report(tmp_path: Path) -> None:
    site = Simulated("cutgzip", "/gknb/index.html")
    whole, cut = site.report("/1.html", titled("甲局")), ("/2.html", titled("乙局"))
    packed = gzip.compress(article(cut[1], CHAPTERS).encode())[:-20]
    site.put(cut[0], packed, headers={"Content-Encoding": "gzip"})
    site.put_list(site.column, [whole, cut])
    found = crawl_sites(tmp_path, site, RETRY_TIMES=1)["cutgzip"]
    assert documents(tmp_path)["cutgzip"] == site.documents
    assert f"{site.home}/2.html: its gzip is cut off or broken" in found.reason
    assert [request.path for request, _ in site.seen].count("/2.html") == 2, "asked again"


def test_a_portal_that_answers_by_neither_scheme_tells_how_the_first_failed(tmp_path: Path) -> None:
    site = Simulated("neither", "/gknb/index.html")
    site.put(site.column, gzip.compress(b"<html>" * 99)[:-9], headers={"Content-Encoding": "gzip"})
    found = crawl_sites(tmp_path, site)["neither"]
    assert found.outcome is Outcome.UNREACHABLE
    assert f"{site.home}/gknb/index.html: its gzip is cut off" in found.reason


# Old TLS


class _Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        title = titled("甲局")
        pages = {"/gknb/": listing([("/1.html", title)]), "/1.html": article(title, CHAPTERS)}
        body = pages.get(self.path, "").encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


class _Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Handshakes that fail are what is tested."""


@contextmanager
def old_server(folder: Path) -> Iterator[int]:
    """A server that speaks TLS 1.0 and nothing newer, with a certificate for another name."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "other.example")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=9))
        .not_valid_after(now - datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    server = _Server(("127.0.0.1", 0), _Site)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_server_with_outdated_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with old_server(tmp_path) as port:
        base = f"https://127.0.0.1:{port}"
        registry = tmp_path / "portals.csv"
        registry.write_text(f"{HEADER}\nold,,旧区,county,{base}/,{base}/gknb/,,\n", "utf-8")
        (found,) = crawl(tmp_path / "data", registry, settings=FAST).portals
    assert found.outcome is Outcome.OK, (found.reason, found.details)
    assert documents(tmp_path) == {"old": {f"{base}/1.html"}}
    assert any("speaks only outdated TLS" in note for note in found.details["notes"])
