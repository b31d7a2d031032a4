"""How numbers and blanks are printed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from ..build import format_number
from ..irregularity import Irregularity, Registry
from ..sketch import Sketch, Value
from ..truth import Truth

KNOWN = Registry()
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
BLANKS = {
    "blank_nbsp": "&nbsp;",
    "blank_ideographic_space": "　",
    "blank_slash": "/",
    "blank_hyphen": "-",
    "blank_dash": "—",
    "blank_double_dash": "——",
    "blank_wu": "无",
    "blank_backslash": "\\",
}


def empty_some(truth: Truth, rng: Random) -> None:
    """Some zeros become blanks (no sum changes), and some cells of table 2."""
    for table, rows in truth.tables.items():
        for cells in rows.values():
            for cell, value in cells.items():
                free = table == "disclosure" and rng.random() < 0.3
                if free or (value == 0 and rng.random() < 0.5):
                    cells[cell] = None


@KNOWN.truth("value", topic="blank")
def blank_empty(truth: Truth, rng: Random) -> None:
    empty_some(truth, rng)


def print_blanks(sketch: Sketch, mark: str) -> None:
    for value in sketch.all_values():
        if value.number is None and value.path:
            value.html = mark


def _reprint(sketch: Sketch, change: Callable[[str], str], values: list[Value] | None = None) -> None:
    for value in sketch.known(sketch.all_values()) if values is None else values:
        if value.number is not None and value.html[:1].isdigit():
            value.html = change(value.html)


@KNOWN.sketch("value", topic="digits")
def full_width_digits(sketch: Sketch) -> None:
    _reprint(sketch, lambda text: text.translate(FULL_WIDTH))


@KNOWN.sketch("value", topic="digits")
def thousands_separators(sketch: Sketch) -> None:
    for value in sketch.known(sketch.all_values()):
        if value.number is not None and abs(value.number) >= 1000 and value.html == format_number(value.number):
            whole, _, places = value.html.partition(".")
            value.html = f"{int(whole):,}" + (f".{places}" if places else "")


@KNOWN.sketch("value", topic="digits")
def thousands_separators_full_width(sketch: Sketch) -> None:
    thousands_separators(sketch)
    for value in sketch.known(sketch.all_values()):
        value.html = value.html.replace(",", "，")


@KNOWN.sketch("value", topic="digits")
def spaces_around_digits(sketch: Sketch) -> None:
    _reprint(sketch, lambda text: f"&nbsp;&nbsp;{text}　\n")


@KNOWN.sketch("value", topic="digits")
def spaces_inside_numbers(sketch: Sketch) -> None:
    _reprint(sketch, lambda text: f"{text[0]} {text[1:]}" if len(text) > 1 else text)


@KNOWN.sketch("value", topic="digits")
def numbers_broken_over_lines(sketch: Sketch) -> None:
    _reprint(sketch, lambda text: f"{text[:-1]}<br>{text[-1]}" if len(text) > 1 else text)


@KNOWN.sketch("value", topic="digits")
def numbers_in_spans(sketch: Sketch) -> None:
    """Word splits a number into runs."""
    _reprint(sketch, lambda text: f"<span>{text[:1]}</span><span lang='EN-US'>{text[1:]}</span>")


@KNOWN.sketch("value", topic="digits")
def decimals_on_counts(sketch: Sketch) -> None:
    """Excel prints 3.00."""
    for value in sketch.known(sketch.values("disclosure")):
        if isinstance(value.number, int) and value.html.isdigit():
            value.html += ".00"


@KNOWN.sketch("value", topic="digits")
def units_in_cells(sketch: Sketch) -> None:
    for value in sketch.known(sketch.all_values()):
        if value.number is not None and not value.path.endswith((".amount", ".change")) and value.html.isdigit():
            value.html += "件" if ".decisions" not in value.path else "项"


def _some_counts(sketch: Sketch) -> list[Value]:
    counts = [value for value in sketch.known(sketch.values("requests")) if value.html.isdigit()]
    return sketch.rng.sample(counts, min(3, len(counts)))


@KNOWN.sketch("value", topic="digits")
def remarks_in_cells(sketch: Sketch) -> None:
    """`5（含上年1件）` is 5, never 51."""
    for value in _some_counts(sketch):
        value.html += sketch.rng.choice(("（含上年1件）", "(其中2件为网络申请)", "<br>（不含转办3件）"))


@KNOWN.sketch("value", topic="digits")
def chinese_numerals_in_cells(sketch: Sketch) -> None:
    """十二, and 07: a lone 一 may be a dash."""
    for value in _some_counts(sketch):
        number = int(value.number or 0)
        tens, ones = divmod(number, 10)
        if number == 1 or number > 99:
            continue
        digits = "零一二三四五六七八九"
        spelled = (
            (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones or not tens else "")
        )
        value.html = spelled if tens or sketch.rng.random() < 0.5 or not ones else f"0{ones}"


@KNOWN.sketch("value", topic="digits")
def footnote_marks(sketch: Sketch) -> None:
    """5 with a raised 1 is 5, never 51."""
    raised = ("<sup>1</sup>", "<sup>①</sup>", "²", "*", "①", '<span style="vertical-align: super">3</span>')
    for value in _some_counts(sketch):
        value.html += sketch.rng.choice(raised)


@KNOWN.sketch("value", topic="digits")
def struck_out_and_corrected(sketch: Sketch) -> None:
    """What an editor struck out, and what he wrote beside it."""
    sketch.shell.before.insert(0, "<style>td .out{color:red;text-decoration:line-through}</style>")
    for value in _some_counts(sketch):
        old = sketch.rng.randint(2, 99)
        styled = f'<span style="text-decoration:line-through">{old}</span>'
        value.html = sketch.rng.choice((f"<s>{old}</s>", styled, f"<i class=out>{old}</i>"))
        value.html += str(value.number)


@KNOWN.sketch("value", topic="digits")
def numbers_from_a_style_sheet(sketch: Sketch) -> None:
    """Printed by `content`: of an attribute, or of the sheet itself, and a sign that is no number beside others."""
    first, *others = _some_counts(sketch)
    rules = f"#c0:after{{content:'{first.html}'}} td .c::before{{content:attr(data-c)}} .d::after{{content:'\\4ef6'}}"
    sketch.shell.before.insert(0, f"<style>/* .c::before{{content:'9'}} */{rules}</style>")
    first.html = '<b id="c0"></b>'
    for value in others:
        value.html = f'<i class="c d" data-c="{value.html}"></i>'


@KNOWN.sketch("value", topic="digits")
def hidden_by_a_style_sheet(sketch: Sketch) -> None:
    """By a class, and by where in the page it stands; what another rule shows again is part of the number."""
    rules = (
        ".o,table td .p>i{display:none} td span u{visibility:hidden} td b em{display:none} td b em.on{display:inline}"
    )
    sketch.shell.before.insert(0, f"<style>{rules} @media print{{td strong{{display:none}}}}</style>")
    for value in _some_counts(sketch):
        old, number = sketch.rng.randint(2, 99), value.html
        value.html = sketch.rng.choice(
            (
                f"<i class=o>{old}</i>{number}",
                f"<span class='p q'><i>{old}</i></span>{number}",
                f"{number}<span><u>{old}</u></span>",
                f"<b>{number[:-1]}<em class=on>{number[-1]}</em><em>{old}</em></b>",
                f"<strong>{number}</strong>",
            )
        )


@KNOWN.sketch("value", promise="exact_or_null", topic="digits")
def numbers_for_a_script(sketch: Sketch) -> None:
    """Held in attributes or in a script, for a script to put where nothing stands."""
    for n, value in enumerate(_some_counts(sketch)):
        number = value.html
        value.html = sketch.rng.choice(
            (
                f'<span data-count="{number}"></span>',
                f'<span id="s{n}"></span>',
                f'<script>document.write("{number}")</script>',
                f'<span title="{number}件"></span>',
            )
        )
        sketch.shell.after.append(f'<script>document.getElementById("s{n}").innerHTML = "{number}";</script>')
        sketch.expected.maybe_null.add(value.path)


@KNOWN.sketch("value", topic="digits sign")
def attributes_that_are_no_numbers(sketch: Sketch) -> None:
    """What editors and frameworks note of a cell, blank ones too; labels for a narrow screen."""
    sketch.shell.before.insert(0, "<style>@media (max-width:9em){td i:before{content:attr(data-label)}}</style>")
    for n, value in enumerate(sketch.all_values()):
        value.html = f'<i data-label="{n}" data-row="{n}" data-v-7ba5bd90="" id="i{n}">{value.html}</i>'


@KNOWN.sketch("value", promise="exact_or_null", topic="digits")
def pictures_for_numbers(sketch: Sketch) -> None:
    """A cell that shows a picture is no blank cell."""
    for value in _some_counts(sketch):
        value.html = '<img src="5.png" alt="">'
        sketch.expected.maybe_null.add(value.path)


@KNOWN.sketch("value", topic="digits")
def numbers_in_form_fields(sketch: Sketch) -> None:
    """A page that was filled in and saved."""
    for value in sketch.known(sketch.all_values()):
        value.html = f'<input type="text" value="{value.html}" readonly><input type="hidden" value="7">'


@KNOWN.sketch("value", promise="exact_or_null", topic="digits")
def zeros_in_words(sketch: Sketch) -> None:
    for value in sketch.known(sketch.all_values()):
        if value.html == "0" and sketch.rng.random() < 0.5:
            value.html = sketch.rng.choice("零〇")
            sketch.expected.maybe_null.add(value.path)


def _changes(sketch: Sketch) -> list[Value]:
    return [v for v in sketch.known(sketch.values("disclosure")) if v.path.endswith(".change") and v.number is not None]


@KNOWN.sketch("value", forms=("2019",), topic="sign")
def plus_signs(sketch: Sketch) -> None:
    for value in _changes(sketch):
        if value.number and value.number > 0:
            value.html = f"+{value.html}"


@KNOWN.sketch("value", forms=("2019",), topic="sign")
def full_width_signs(sketch: Sketch) -> None:
    for value in _changes(sketch):
        minus = sketch.rng.choice("－−﹣")
        value.html = value.html.replace("-", minus) if "-" in value.html else f"＋{value.html}"


@KNOWN.sketch("value", forms=("2019",), topic="sign")
def sign_apart(sketch: Sketch) -> None:
    for value in _changes(sketch):
        value.html = value.html.replace("-", "- ")


@KNOWN.sketch("value", forms=("2019",), topic="sign")
def change_in_words(sketch: Sketch) -> None:
    """减少5 is -5, never 5."""
    for value in _changes(sketch):
        value.html = sketch.rng.choice(("减少", "减")) + value.html[1:] if "-" in value.html else f"增加{value.html}"


def _amounts(sketch: Sketch) -> list[Value]:
    return [v for v in sketch.known(sketch.values("disclosure")) if v.path.endswith(".amount") and v.number is not None]


@KNOWN.sketch("value", topic="amount")
def amount_yuan_in_cell(sketch: Sketch) -> None:
    for value in _amounts(sketch):
        value.html = f"{_yuan(value)}元"


@KNOWN.sketch("value", topic="amount")
def amount_yuan_in_label(sketch: Sketch) -> None:
    for band in sketch.bands:
        heads = ("本年收费金额", "采购总金额")
        if any(head.startswith(heads) for head in band.heads):
            band.heads = [
                f"{head.split('（')[0]}（单位：元）" if head.startswith(heads) else head for head in band.heads
            ]
    for value in _amounts(sketch):
        value.html = _yuan(value)


@KNOWN.sketch("value", topic="amount")
def amount_wan_in_cell(sketch: Sketch) -> None:
    for value in _amounts(sketch):
        value.html += sketch.rng.choice(("万元", " 万元"))


@KNOWN.sketch("value", topic="amount")
def amount_label_without_unit(sketch: Sketch) -> None:
    """A bare number stands in the form's own unit."""
    for band in sketch.bands:
        band.heads = [head.split("（")[0] if head.startswith("本年收费金额") else head for head in band.heads]


def _yuan(value: Value) -> str:
    return format_number(round((value.number or 0) * 10_000, 2)) or "0"


def _blank_marks() -> None:
    """Each way to print a blank is an irregularity of its own: some cells blank, all blanks printed so."""
    for name, mark in BLANKS.items():

        def change(sketch: Sketch, mark: str = mark) -> None:
            print_blanks(sketch, mark)

        KNOWN.add(Irregularity(name, "value", "words", topic="blank_mark", change=change, change_truth=empty_some))


_blank_marks()
