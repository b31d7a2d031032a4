"""Chapter headings, and what stands between them and their tables."""

from __future__ import annotations

import re

from ..irregularity import Registry
from ..sketch import Part, Sketch

KNOWN = Registry()
VARIANTS: dict[int, tuple[str, ...]] = {
    1: (
        "一、概述",
        "一、 概 述",
        "一、工作总体推进情况",
        "一 、总体情况",
        "一、政府信息公开工作的基本情况",
        "一、基本概况",
    ),
    2: ("二、主动公开政府政府情况", "二、主动公开信息情况", "二、 主动公开政府信息情况", "二．主动公开政府信息情况"),
    3: (
        "三、收到和处理政府信息公开申请的情况",
        "三、收到和处理政府信息公开申请情况：",
        "三 、收到和处理政府信息公开申请情况",
    ),
    4: (
        "四、政府信息公开行政法复议、行政诉讼情况",
        "四、因政府信息公开工作被申请行政复议和提起行政诉讼情况",
        "四、政府信息公开行政复议、提起行政诉讼情况",
    ),
    5: ("五、政府信息公开工作存在的主要问题及改进情况", "五、存在问题及改进情况", "五、存在的问题及改进措施"),
    6: ("六、其他需要报告的事项。", "六、 其他需报告的事项", "六、其它需要报告的事项"),
}


@KNOWN.sketch("heading", topic="heading_words")
def heading_variants(sketch: Sketch) -> None:
    for part in sketch.parts:
        part.heading = sketch.rng.choice(VARIANTS.get(part.number, (part.heading,)))


@KNOWN.sketch("heading", topic="heading_words")
def heading_em_dash(sketch: Sketch) -> None:
    sketch.part(1).heading = "—、总体情况"


@KNOWN.sketch("heading", topic="heading_words")
def heading_bracketed(sketch: Sketch) -> None:
    """（一）总体情况: numbered like the parts of a chapter."""
    for part in sketch.parts:
        if part.heading and part.heading[1:2] == "、":
            part.heading = f"（{part.heading[0]}）{part.heading[2:]}"


@KNOWN.sketch("heading", topic="heading_words")
def heading_disclosure_missing(sketch: Sketch) -> None:
    """Table 2 directly under （五）."""
    sketch.part(2).heading = None
    sketch.expected.may_find.add("missing:disclosure")


@KNOWN.sketch("heading", topic="heading_words")
def heading_markup(sketch: Sketch) -> None:
    forms = (
        "<p><strong>&nbsp;{}</strong>&nbsp;</p>",
        "<p><br/>{}</p>",
        "<p style='text-indent:2em'><b>{}</b>" + "&nbsp;" * 23 + "</p>",
        "<p><span>{}</span><span>{}</span></p>",
        "<h3>　　{}</h3>",
        "<div>{}</div>",
    )
    for part in sketch.parts:
        heading = part.heading or ""
        form = sketch.rng.choice(forms)
        part.heading = form.format(heading[:2], heading[2:]) if form.count("{}") == 2 else form.format(heading)


@KNOWN.sketch("heading", "page", topic="heading_words")
def heading_glued(sketch: Sketch) -> None:
    """Headings of the chapters of tables end the paragraph before them."""
    for number in (3, 4):
        part = sketch.part(number)
        block = sketch.para_wrap(part.heading or "")
        at = sketch.blocks.index(block)
        sketch.blocks[at] = sketch.para_wrap(f"以上数据均经过核对。{part.heading}")


@KNOWN.sketch("heading", "page")
def headings_broken_over_lines(sketch: Sketch) -> None:
    """A `<br>` inside a heading, not at the end of a word."""
    sketch.blocks = [
        re.sub(r"^(<p[^>]*>[一二三四五六]、.{4})(?=.{2,30}</p>$)", r"\1<br>", block) for block in sketch.blocks
    ]


@KNOWN.sketch("heading", topic="overview_heading")
def heading_numbered_twice(sketch: Sketch) -> None:
    lead = sketch.lead
    sketch.lead = []
    part = sketch.part(1)
    sketch.parts.insert(0, Part(0, part.heading, lead))


@KNOWN.sketch("heading")
def lead_lists_headings(sketch: Sketch) -> None:
    sketch.lead.append(
        "全文包括总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、政府信息公开行政复议和行政诉讼情况、"
        "存在的主要问题及改进情况、其他需要报告的事项六部分。"
    )


@KNOWN.sketch("heading")
def contents_list(sketch: Sketch) -> None:
    """A table of contents: each heading once as a line of its own before the text begins."""
    sketch.lead.extend(part.heading or "" for part in sketch.parts if part.heading and not part.heading.startswith("<"))


@KNOWN.sketch("heading", topic="heading_extra")
def extra_chapter(sketch: Sketch) -> None:
    """A chapter of the agency's own shifts the numbers that follow."""
    at = sketch.parts.index(sketch.part(5))
    extra = Part(0, "五、公开平台建设和信息发布情况", ["进一步整合资源，优化网站栏目。"])
    sketch.parts.insert(at, extra)
    for part, numeral in zip(sketch.parts[at + 1 :], "六七", strict=True):
        part.heading = f"{numeral}、{(part.heading or '').split('、', 1)[-1]}"


@KNOWN.sketch("heading")
def instructions_left(sketch: Sketch) -> None:
    for number in (2, 3, 4):
        sketch.part(number).prose.append("该部分以表格形式报告。表格如下:")


@KNOWN.sketch("heading")
def caption_before_table(sketch: Sketch) -> None:
    for number in (2, 3, 4):
        caption = sketch.rng.choice(("单位：件", f"单位：{sketch.truth.agency}　　{sketch.truth.year}年度", "表1"))
        sketch.part(number).captions.append(f"<p align='right'>{caption}</p>")


@KNOWN.sketch("heading")
def sentence_before_table(sketch: Sketch) -> None:
    for number, text in ((3, "申请办理情况详见下表。"), (4, "有关行政复议、行政诉讼的情况见下表。")):
        sketch.part(number).prose.append(text)
        sketch.expected.passages[number] = [text]
