"""Bytes, and what page and server claim about them."""

from __future__ import annotations

from ..irregularity import Registry
from ..sketch import Sketch

KNOWN = Registry()


@KNOWN.sketch("page", topic="charset")
def gb18030_declared_gb2312(sketch: Sketch) -> None:
    """With a character that GB2312 lacks."""
    sketch.shell.encoding, sketch.shell.declared = "gb18030", "gb2312"
    sketch.shell.content_type = "text/html"
    sketch.lead.append("联系人：朱镕、李喆、王珺。")


@KNOWN.sketch("page", topic="charset")
def utf8_with_bom(sketch: Sketch) -> None:
    sketch.shell.bom = True


@KNOWN.sketch("page", topic="charset")
def utf16_without_mark(sketch: Sketch) -> None:
    sketch.shell.encoding = sketch.rng.choice(("utf-16-le", "utf-16-be"))
    sketch.shell.declared = sketch.rng.choice(("utf-8", "utf-16", None))


@KNOWN.sketch("page", topic="charset")
def utf8_declared_gbk(sketch: Sketch) -> None:
    sketch.shell.declared = "gbk"


@KNOWN.sketch("page", topic="charset")
def utf8_undeclared(sketch: Sketch) -> None:
    sketch.shell.declared, sketch.shell.content_type = None, None


@KNOWN.sketch("page", topic="charset")
def gbk_undeclared(sketch: Sketch) -> None:
    sketch.shell.encoding, sketch.shell.declared, sketch.shell.content_type = "gb18030", None, None


@KNOWN.sketch("page", topic="charset")
def gbk_with_lying_header(sketch: Sketch) -> None:
    sketch.shell.encoding, sketch.shell.declared = "gb18030", "utf-8"
    sketch.shell.content_type = "text/html; charset=utf-8"


@KNOWN.sketch("page", topic="charset")
def utf8_with_lying_header(sketch: Sketch) -> None:
    sketch.shell.content_type = "text/html; charset=ISO-8859-1"
