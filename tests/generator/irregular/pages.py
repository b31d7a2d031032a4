"""What portals and editors put around and into the article."""

from __future__ import annotations

from html import escape

from ..irregularity import Registry
from ..markup import TABLE_ATTRIBUTES
from ..sketch import Sketch

KNOWN = Registry()


@KNOWN.sketch("page", topic="chrome")
def chrome_in_article(sketch: Sketch) -> None:
    """Breadcrumbs, sharing buttons and attachments inside the article's element."""
    sketch.shell.body_before = ["<div>当前位置：首页 &gt; 信息公开年报</div><p>分享到： 微信 微博 QQ空间 打印本页</p>"]
    sketch.shell.body_after = [
        '<p>附件下载：<a href="P020250122.pdf">政府信息公开工作年度报告.pdf</a></p><p>扫一扫在手机打开当前页</p>'
    ]
    sketch.expected.chrome += ["分享到", "扫一扫在手机打开"]


@KNOWN.sketch("page", topic="chrome")
def navigation_everywhere(sketch: Sketch) -> None:
    items = "".join(
        f'<li><a href="/{i}/">{name}</a></li>' for i, name in enumerate(("政府领导", "规章", "行政处罚", "规划计划"))
    )
    sketch.shell.before.append(f'<div class="left"><ul>{items}</ul></div>')
    sketch.shell.after.insert(0, f"<div class='links'><ul>{items}</ul><p>上一篇：2022年年报　下一篇：没有了</p></div>")
    sketch.expected.chrome += ["上一篇", "没有了"]


@KNOWN.sketch("page", "page", topic="chrome")
def frame_in_tables(sketch: Sketch) -> None:
    """Header, search box and footer are tables with numbers in them."""
    sketch.shell.before.append(
        "<table><tr><td>今日访问</td><td>1024</td></tr><tr><td>总计</td><td>99887766</td></tr></table>"
    )
    sketch.shell.after.append(
        "<table><tr><td>网站标识码</td><td>4104110001</td></tr><tr><td>邮编</td><td>467000</td></tr></table>"
    )


@KNOWN.sketch("page", topic="markup")
def word_markup(sketch: Sketch) -> None:
    style = "mso-fareast-language:ZH-CN;font-size:10.5pt;font-family:仿宋_GB2312;margin:0cm 0cm 0pt"
    sketch.cell_wrap = lambda html: (
        f'<p class="MsoNormal" align="center" style="{style}"><span lang="EN-US" style="{style}">'
        f'<font face="宋体">{html}</font><o:p></o:p></span></p>'
    )
    sketch.para_wrap = lambda html: (
        f'<p class="MsoNormal" style="text-indent:32pt;{style}"><![if !supportEmptyParas]><span style="{style}">'
        f"{html[: len(html) // 2]}</span><span lang='EN-US'>{html[len(html) // 2 :]}<o:p></o:p></span></p>"
    )


@KNOWN.sketch("page", "page", topic="sizing_row")
def word_sizing_row(sketch: Sketch) -> None:
    """Word ends a table with a row without height that only sets widths."""
    row = '<![if !supportMisalignedColumns]><tr height="0">' + "<td width='80' style='border:none'></td>" * 10
    sketch.blocks = [
        block.replace("\n</table>", f"\n{row}</tr><![endif]></table>") if TABLE_ATTRIBUTES in block else block
        for block in sketch.blocks
    ]


@KNOWN.sketch("page", topic="markup")
def paragraphs_as_divs_and_breaks(sketch: Sketch) -> None:
    """One element, lines parted by <br>, indented by ideographic spaces."""
    sketch.para_wrap = lambda html: f"　　{html}<br>"


@KNOWN.sketch("page", "page", topic="unclosed")
def tags_left_open(sketch: Sketch) -> None:
    """Old editors close neither paragraphs nor cells."""
    sketch.blocks = [block.replace("</p>", "").replace("</td>", "").replace("</tr>", "") for block in sketch.blocks]


@KNOWN.sketch("page", "page", topic="raw_brackets")
def raw_angle_brackets(sketch: Sketch) -> None:
    """A document title in < > becomes an unknown tag."""
    at = 1 + len(sketch.title)
    sketch.blocks.insert(at, "<p>根据国务院办公厅<关于印发政府信息公开工作年度报告格式>的通知要求编制。</p>")


@KNOWN.sketch("page", "page", topic="hidden")
def scripts_between(sketch: Sketch) -> None:
    """Scripts, styles and comments between the blocks, with numbers and tags of their own."""
    script = '<script>document.write("<table><tr><td>规章</td><td>99</td></tr></table>");</script>'
    noise = script + "<style>.t1{width:80px}</style>"
    sketch.blocks = [block + noise + "<!-- <td>777</td> -->" for block in sketch.blocks]


@KNOWN.sketch("page", "page", topic="hidden")
def zero_width_characters(sketch: Sketch) -> None:
    """BOMs and zero-width spaces left by copying."""
    sketch.blocks = [block.replace("</td>", "\u200b</td>").replace("<h1>", "<h1>\ufeff") for block in sketch.blocks]


@KNOWN.sketch("page", "page", topic="hidden")
def article_in_a_hidden_field(sketch: Sketch) -> None:
    """A script takes the article from a field and puts it on the page."""
    article = escape("\n".join(sketch.blocks))
    sketch.blocks = [f'<textarea id="content" style="display:none">{article}</textarea><div id="show"></div>']


@KNOWN.sketch("page", "page", topic="case")
def upper_case_tags(sketch: Sketch) -> None:
    for tag in ("table", "tr", "td", "p"):
        sketch.blocks = [
            block.replace(f"<{tag}>", f"<{tag.upper()}>").replace(f"</{tag}>", f"</{tag.upper()}>")
            for block in sketch.blocks
        ]
