"""What a paragraph of a Word document prints: its text, and the lines that it was broken into by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from extract.chapters import heading_of
from extract.text import Look, looking
from extract.word_lists import Styles
from extract.word_xml import Element, attribute, branch_of, count_of, find, is_printed, name_of, switched

_MARKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "sym": ""}
_LONGEST_JOINED = 300
_ENDED = re.compile(r"[。！？；：…!?;:][”’」』）)》\s]*$")
_ITEM = re.compile(r"\s*(?:第[一二三四五六七八九十]|[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．])")


@dataclass
class Inline:
    """What a paragraph prints: its text, a line break as "\\n", a page or column break as "\\f"; and the text boxes
    that hang on it."""

    styles: Styles
    parts: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    images: int = 0
    _codes: list[bool] = field(default_factory=list)
    """For each field that is open, whether its code is still being given: what stands there is not printed."""

    @property
    def text(self) -> str:
        return "".join(self.parts)

    def walk(self, element: Element, hidden: bool, look: Look | None = None, drawn: bool = False) -> None:
        for child in element:
            name = name_of(child)
            if name == "r":
                self.walk(child, self._hidden(child, hidden), _look(child), drawn)
            elif name == "AlternateContent":
                self.walk(branch_of(child), hidden, look, drawn)
            elif name in ("txbxContent", "textpath"):
                self.boxes += [] if hidden else [child]
            elif name in ("blip", "imagedata"):
                self.images += 1
            elif name in ("drawing", "pict", "object"):
                self.walk(child, hidden, look, drawn=True)
            elif name == "fldChar":
                self._field(attribute(child, "fldCharType"))
            elif name == "t" or name in _MARKS:
                if not (hidden or drawn or any(self._codes)):
                    text = _printed(child, name)
                    self.parts.append(looking(text, look))
            elif is_printed(name):
                self.walk(child, hidden, look, drawn)

    def _hidden(self, run: Element, inherited: bool) -> bool:
        own = switched(run, "rPr", "vanish")
        return own if own is not None else inherited or self.styles.hidden(attribute(find(run, "rPr", "rStyle")))

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self._codes.append(True)
        elif self._codes and kind == "separate":
            self._codes[-1] = False
        elif self._codes and kind == "end":
            self._codes.pop()


def _printed(element: Element, name: str) -> str:
    if name == "t":
        return re.sub(r"[\r\n\t\f]", " ", element.text or "")
    if name == "br" and attribute(element, "type") in ("page", "column"):
        return "\f"
    if name == "sym":
        # The signs of symbol fonts stand where Unicode has none.
        code = attribute(element, "char") or ""
        return chr(int(code, 16)) if re.fullmatch(r"(?!00[01])[0-9A-Ca-c][0-9A-Fa-f]{3}", code) else ""
    return _MARKS[name]


def _look(run: Element) -> Look | None:
    properties = find(run, "rPr")
    if switched(properties, "strike") or switched(properties, "dstrike"):
        return "struck"
    if (attribute(find(properties, "color")) or "").lower() == "ffffff":
        return "white"
    lifted = count_of(find(properties, "position"), 0) > 0
    return "raised" if lifted or attribute(find(properties, "vertAlign")) == "superscript" else None


def lines_of(text: str) -> Iterator[str]:
    """The lines that a paragraph is broken into by hand. A break within a sentence is layout and makes no new line."""
    for page in text.split("\f"):
        line = ""
        for part in page.split("\n"):
            if line and not _runs_on(line, part):
                yield line
                line = ""
            line += part
        yield line


def begins_item(text: str) -> bool:
    """Whether a typed number stands before the text."""
    return _ITEM.match(text) is not None


def _runs_on(line: str, following: str) -> bool:
    return bool(
        following.strip()
        and len(line) < _LONGEST_JOINED
        and re.search("[,，]", line)
        and not _ENDED.search(line[-9:])
        and not begins_item(following)
        and not heading_of(line)
        and not heading_of(following)
    )
