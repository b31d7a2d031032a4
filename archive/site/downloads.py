"""`/downloads`: the releases, every table as CSV, the whole database; and the files of releases, as they lie there.

A release never changes, so its files may be kept by whoever fetches them. Only what its SHA256SUMS lists is given out.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette import Response
from datasette.utils.asgi import Request

from archive.dictionary import dictionary
from archive.release_about import SUMS, TITLE
from archive.release_tables import FOR_PAGES
from archive.released import NAME, Released, released, releases, sums
from archive.site import words
from archive.site.database import PUBLIC
from archive.site.headers import INERT
from archive.site.language import say
from archive.site.pages import Row, not_found, page, published_at
from archive.site.ranges import send_file

if TYPE_CHECKING:
    from datasette.app import Datasette

FOREVER = "public, max-age=31536000, immutable"
_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".cff": "text/plain; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "": "text/plain; charset=utf-8",
}


async def downloads(datasette: Datasette, request: Request) -> Response:
    database = datasette.get_database(PUBLIC)
    data = Path(database.path).parent
    counts = await database.table_counts()
    context = {
        "releases": [_shown(folder) for folder in reversed(releases(data))],
        "tables": [
            {"name": name, "rows": counts.get(name), "about": words.described(name)}
            for name, column in dictionary()
            if not column and name not in FOR_PAGES
        ],
        "title": TITLE,
        "size": Path(database.path).stat().st_size,
        "published_at": published_at(datasette),
        "home": datasette.absolute_url(request, datasette.urls.path("/")),
        "allow_download": datasette.setting("allow_download"),
    }
    return await page(datasette, request, "gongkai_downloads.html", context)


def _shown(folder: Path) -> Row:
    """A release for the page; where its own description cannot be read, its name with what is wrong."""
    try:
        found: Released = released(folder)
    except (OSError, ValueError, KeyError) as error:
        return {"name": folder.name, "broken": f"{type(error).__name__}: {error}"}
    return {
        "name": found.name,
        "about": found.about,
        "size": sum(file.size for file in found.files),
        "files": [
            {"path": file.path, "sha256": file.sha256, "size": file.size, "rows": _rows(found, file.path)}
            for file in found.files
        ],
    }


def _rows(found: Released, path: str) -> int | None:
    """The rows of a file that holds one whole table."""
    folder, _, name = path.rpartition("/")
    count: int | None = found.about["counts"].get(name.rpartition(".")[0]) if folder else None
    return count


async def file(datasette: Datasette, request: Request, send: Any) -> Response | None:
    """A file of a release, or a range of it. Its SHA-256 is the tag by which a cache asks whether it is the same."""
    name, path = request.url_vars["name"], request.url_vars["path"]
    folder = Path(datasette.get_database(PUBLIC).path).parent / "releases" / name
    listed = _listed(folder) if NAME.fullmatch(name) else {}
    if path not in listed:
        return await not_found(datasette, request, say("没有这个文件"), say("下载页列出各次发布的全部文件。"))
    headers = {"Cache-Control": FOREVER, "Content-Security-Policy": INERT, "Access-Control-Allow-Origin": "*"}
    if listed[path]:
        headers["ETag"] = f'"{listed[path]}"'
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response("", status=304, headers=headers)
    if Path(path).suffix not in ("", ".md", ".cff", ".json"):
        headers["Content-Disposition"] = f'attachment; filename="{name}-{Path(path).name}"'
    content_type = _TYPES.get(Path(path).suffix, "application/octet-stream")
    await send_file(request, send, folder / path, content_type, headers)
    return None


def _listed(folder: Path) -> dict[str, str]:
    """What may be given out: files of the list that lie in the folder, and the list."""
    try:
        found = {**sums(folder), SUMS: ""}
        inside = folder.resolve(strict=True)
    except OSError:
        return {}
    return {
        path: digest
        for path, digest in found.items()
        if (folder / path).resolve().is_relative_to(inside) and (folder / path).is_file()
    }
