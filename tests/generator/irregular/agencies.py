"""Who reports, and when it was published, where the title does not say."""

from __future__ import annotations

from ..irregularity import Registry
from ..sketch import Sketch
from .titles import NAME, set_title

KNOWN = Registry()


def _anonymous(sketch: Sketch) -> None:
    set_title(sketch, f"{sketch.truth.year}年{NAME}")


@KNOWN.sketch("agency", topic="title")
def agency_in_signature(sketch: Sketch) -> None:
    _anonymous(sketch)
    year, month, day = sketch.truth.published.split("-")
    sketch.signature = [sketch.truth.agency, f"{year}年{int(month)}月{int(day)}日"]


@KNOWN.sketch("agency", topic="title source")
def agency_in_content_source(sketch: Sketch) -> None:
    _anonymous(sketch)
    sketch.shell.metas["ContentSource"] = sketch.truth.agency


@KNOWN.sketch("agency", topic="title source published")
def agency_in_index_table(sketch: Sketch) -> None:
    """The table of 索引号 and 发布机构 above the article."""
    _anonymous(sketch)
    sketch.shell.before.append(_index(sketch, sketch.truth.agency))


@KNOWN.sketch("agency", topic="title source")
def agency_from_portal(sketch: Sketch) -> None:
    _anonymous(sketch)
    sketch.hints["agency"] = sketch.truth.agency


@KNOWN.sketch("agency", topic="title")
def title_from_list_page(sketch: Sketch) -> None:
    """Neither body nor head names the report; the link that led here did."""
    sketch.title = []
    sketch.shell.head_title = sketch.truth.site
    del sketch.shell.metas["ArticleTitle"]
    sketch.hints["title"] = f"{sketch.truth.agency}{sketch.truth.year}年{NAME}"


@KNOWN.sketch("agency", topic="source")
def source_is_another_body(sketch: Sketch) -> None:
    """The title names the agency: the 来源 field must not override it."""
    wrong = sketch.rng.choice((f"{sketch.truth.site}办公室", "原创", "1", "本站"))
    sketch.shell.metas["ContentSource"] = wrong
    sketch.shell.before.append(f'<p class="time">来源：{wrong}　作者：　字体：[大 中 小]</p>')


@KNOWN.sketch("agency")
def compiler_is_another_body(sketch: Sketch) -> None:
    sketch.lead.insert(0, "本报告由淮安市政务公开领导小组办公室编制。如有疑问，请与淮安市人民政府办公室联系。")


@KNOWN.sketch("agency")
def text_of_another_body(sketch: Sketch) -> None:
    """Copied from elsewhere and not adapted."""
    sketch.part(5).prose.append("定安县地方税务局将继续办好《今日定安》专栏，我办、我镇、我局各负其责。")


@KNOWN.sketch("agency", "page")
def letter_head(sketch: Sketch) -> None:
    """Number, signatory and addressee above the title."""
    head = f"<p>闽水政〔{sketch.truth.year + 1}〕5号　　　签发人：张明</p>"
    sketch.blocks[:0] = [head]
    sketch.blocks.insert(1 + len(sketch.title), "<p>县政府信息公开工作领导小组办公室：</p>")


@KNOWN.sketch("metadata", topic="source published")
def index_block(sketch: Sketch) -> None:
    sketch.shell.before.append(_index(sketch, ""))


@KNOWN.sketch("metadata", topic="published")
def published_only_under_signature(sketch: Sketch) -> None:
    year, month, day = sketch.truth.published.split("-")
    del sketch.shell.metas["PubDate"]
    sketch.shell.before = sketch.shell.before[:-1]
    sketch.signature = [sketch.truth.agency, f"{year}年{int(month)}月{int(day)}日"]


@KNOWN.sketch("metadata", topic="published")
def published_nowhere(sketch: Sketch) -> None:
    del sketch.shell.metas["PubDate"]
    sketch.shell.before = sketch.shell.before[:-1]
    sketch.expected.published = None


@KNOWN.sketch("metadata", topic="published")
def published_as_written_date(sketch: Sketch) -> None:
    year, month, day = sketch.truth.published.split("-")
    del sketch.shell.metas["PubDate"]
    sketch.shell.before[-1] = f'<p class="info">发布日期：{year}年{month}月{day}日　信息来源：本站</p>'


@KNOWN.sketch("metadata", topic="published")
def published_above_copies(sketch: Sketch) -> None:
    """Below the signature stands who was sent a copy, and when it was printed."""
    published_only_under_signature(sketch)
    sketch.signature += ["抄送：区政府办公室。", f"办公室　{sketch.truth.year + 1}年6月30日印发"]
    sketch.expected.chrome += ["抄送"]


@KNOWN.sketch("metadata", topic="published")
def published_without_a_label(sketch: Sketch) -> None:
    """The date opens the line under the title and nothing says what it is."""
    del sketch.shell.metas["PubDate"]
    day = sketch.truth.published
    line = sketch.rng.choice((f"{day} 14:31:37　来源：本站", f"[ {day.replace('-', '.')} ]", f"{day} 浏览次数：12"))
    sketch.shell.before[-1] = f"<div>今天是2026年11月21日</div><h1>{''.join(sketch.title)}</h1><div>{line}</div>"


@KNOWN.sketch("metadata", topic="published")
def published_after_it_was_issued(sketch: Sketch) -> None:
    """The index block has both days; the page's own is that of publishing."""
    del sketch.shell.metas["PubDate"]
    day = sketch.truth.published
    sketch.shell.before[-1] = (
        f"<table><tr><td>发文日期：</td><td>{day[:4]}-01-02</td></tr><tr><td>发布日期：</td><td>{day}</td></tr></table>"
    )


@KNOWN.sketch("metadata", topic="published")
def published_years_later(sketch: Sketch) -> None:
    """Pages moved to a new system carry the day of the move."""
    moved = f"{sketch.truth.year + 3}-09-01"
    sketch.shell.metas["PubDate"] = f"{moved} 09:00:00"
    sketch.shell.before[-1] = f'<div class="article-info"><span>发布时间：{moved} 09:00</span></div>'
    sketch.expected.published = moved
    sketch.expected.may_find.add("late")


@KNOWN.sketch("metadata", topic="published")
def published_before_year_end(sketch: Sketch) -> None:
    early = f"{sketch.truth.year}-12-25"
    sketch.shell.metas["PubDate"] = early
    sketch.shell.before[-1] = f'<div class="article-info"><span>发布时间：{early}</span></div>'
    sketch.expected.published = early


def _index(sketch: Sketch, agency: str) -> str:
    day = sketch.truth.published
    return (
        f'<table class="xxgk"><tr><td>索 引 号：</td><td>000014349/{day[:4]}-00011</td><td>发布机构：</td>'
        f"<td>{agency}</td></tr><tr><td>发文日期：</td><td>{day}</td><td>文　　号：</td><td>无</td></tr></table>"
    )
