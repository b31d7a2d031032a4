"""The table of requests where no upright lines part its columns: its numbers stand in columns all the same, and its
labels beside them.

What is read so is marked as not placed by lines: a row is believed only where its sum bears it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf
from statistics import median

from extract import labels
from extract.document import Cell, Grid
from extract.form import APPLICANTS
from extract.pdf_chars import LOST
from extract.pdf_order import by_order
from extract.pdf_paths import Rule
from extract.pdf_stacks import with_whole_numbers
from extract.pdf_view import Box
from extract.pdf_words import Row, Unruled, Word, box_of, meet, told_apart, unruled, word_of
from extract.report import Locator
from extract.text import canonical
from extract.values import read_value

_COLUMNS = len(APPLICANTS)
_FEWEST = 5
# In heights of a line: how far two lines of one label may stand apart.
_LEADING = 2.2
_TIGHT = 1.6
"""Numbers without a label that are nearer than this to a row may be the second line of its own."""
_TALLEST = 4
"""How far above or below its numbers a label may reach."""
_HEADER_WORDS = ("申请人情况", "法人或其他", "勾稽")


def find_rows(page: int, rows: list[Row], rules: Sequence[Rule]) -> Iterator[Unruled]:
    """The rows of seven numbers on a page, in runs that only labels and headings part."""
    level = [rule for rule in rules if rule.level]
    rows = with_whole_numbers([_apart(row) for row in rows], _COLUMNS, level)
    for run in _runs(rows):
        numbers = {n: [word for word in rows[n] if word.is_number][-_COLUMNS:] for n in run}
        columns = _columns(list(numbers.values()))
        if len(columns) != _COLUMNS:
            # The rows are slid against each other: those are read that have a number for each column.
            numbers, columns = {n: row for n, row in numbers.items() if len(row) == _COLUMNS}, []
        if numbers:
            yield _table(page, rows, numbers, columns, level)


def _apart(row: Row) -> Row:
    """A row whose label runs up to its first number, the two told apart: only where more numbers follow."""
    if sum(word.is_number for word in row) < _FEWEST - 1:
        return row
    for n, word in enumerate(row):
        if not word.is_number and row[n + 1 :] and row[n + 1].is_number:
            return [*row[:n], *told_apart(word), *row[n + 1 :]]
    return row


def _runs(rows: list[Row]) -> Iterator[list[int]]:
    """Which lines are rows of the table, in runs that no line of prose or of another table's numbers parts."""
    run: list[int] = []
    for n, row in enumerate(rows):
        numbers = sum(word.is_number for word in row)
        if _FEWEST <= numbers <= _COLUMNS and all(word.is_number for word in row[-numbers:]):
            run.append(n)
        elif run and (numbers > _COLUMNS or (len(row) == 1 and len(row[0].text) > 30)):
            yield run
            run = []
    if run:
        yield run


def _table(
    page: int,
    rows: list[Row],
    numbers: dict[int, list[Word]],
    columns: list[tuple[float, float]],
    rules: list[Rule],
) -> Unruled:
    run = list(numbers)
    left = max(row[0].box[0] for row in numbers.values())
    label_rows = [[word for word in row if word.box[2] <= left + 1 and not word.is_number] for row in rows]
    blocks = _blocks(label_rows, rules)
    heads = _heads(rows, run[0], columns)
    strays = _strays(rows, run)
    cells = [Cell(text, 0, 1 + n) for n, (text, _) in enumerate(heads)]
    used = [word for _, words in heads for word in words]
    anchors = [median(word.base for word in numbers[n]) for n in run]
    # A label beside other numbers too may be theirs, though they are not read.
    others = [word.base for word in strays if not any(abs(word.base - anchor) < 1 for anchor in anchors)]
    beside = [
        _label([block for block in blocks if _left_of(block, numbers[n])], anchor, [*anchors, *others]) or []
        for n, anchor in zip(run, anchors, strict=True)
    ]

    def printed(above: int, below: int) -> str:
        """The words of labels from one row to another, less their own."""
        upper, lower = beside[max(above, 0)], beside[min(below, len(run) - 1)]
        own = {id(word) for word in ((upper if above >= 0 else []) + (lower if below < len(run) else []))}
        first = upper[0].base if above >= 0 else anchors[0] - _TALLEST * numbers[run[0]][0].line.size
        last = lower[-1].base if below < len(run) else anchors[-1] + _TALLEST * numbers[run[-1]][0].line.size
        return "".join(w.text for row in label_rows for w in row if first <= w.base <= last and id(w) not in own)

    def near(n: int) -> str:
        """The words of labels that are nearer to a row than to the next."""
        first = (anchors[n - 1] + anchors[n]) / 2 if n else -inf
        last = (anchors[n] + anchors[n + 1]) / 2 if n + 1 < len(anchors) else inf
        return "".join(word.text for row in label_rows for word in row if first <= word.base <= last)

    texts = by_order(["\n".join(word.text for word in block) for block in beside], printed, near)
    for at, (n, block, label) in enumerate(zip(run, beside, texts, strict=True), 1):
        used += [*numbers[n], *block]
        place = Locator(page=page, box=box_of([*numbers[n], *block]))
        cells.append(Cell(label, at, 0, locator=place))
        under = list(_under(numbers[n], columns or [_sides(word) for word in numbers[n]], _near(numbers[n], strays)))
        broken = any(
            not texts[other] and abs(anchors[other] - anchors[at - 1]) < _TIGHT * numbers[n][0].line.size
            for other in (at - 2, at)
            if 0 <= other < len(texts)
        )
        if broken or not _sums_up([text for text, _ in under]):
            under = [(LOST, box) for _, box in under]
        cells += [Cell(text, at, 1 + col, locator=Locator(page=page, box=box)) for col, (text, box) in enumerate(under)]
    top, bottom = min(word.box[1] for word in used), max(word.box[3] for word in used)
    # Labels of groups stand beside those of their rows.
    used += [word for row in label_rows for word in row if top <= word.base <= bottom]
    box = box_of(used)
    grid = Grid(cells, page, Locator(page=page, box=box), placed=False)
    return unruled(box, grid, used)


def _sums_up(texts: list[str]) -> bool:
    """Whether a row is borne out: no cell is lost, and the total is the sum."""
    *parts, total = (read_value(text) for text in texts)
    readable = all(value.readable for value in (*parts, total))
    return readable and sum(part.number or 0 for part in parts) == (total.number or 0)


def _left_of(block: Row, numbers: Row) -> bool:
    return all(word.box[2] <= numbers[0].box[0] + 1 for word in block)


def _sides(word: Word) -> tuple[float, float]:
    return word.box[0], word.box[2]


def _columns(rows: list[list[Word]]) -> list[tuple[float, float]]:
    """From where to where the numbers of each column stand."""
    out: list[tuple[float, float]] = []
    for word in sorted((word for row in rows if len(row) == _COLUMNS for word in row), key=lambda word: word.box[0]):
        low, _, high, _ = word.box
        if out and low < out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], high))
        else:
            out.append((low, high))
    return out


def _strays(rows: list[Row], run: list[int]) -> list[Word]:
    """Numbers beside the table's own: what may be the rest of one that was broken over lines."""
    left = min(word.box[0] for n in run for word in rows[n] if word.is_number)
    taken = set(run)
    return [
        word
        for n, row in enumerate(rows)
        if n not in taken
        for word in row
        if word.box[2] > left and any(char.text.isdigit() for char in word.chars)
    ]


def _near(row: list[Word], strays: list[Word]) -> list[Word]:
    reach = _LEADING * max(word.line.size for word in row)
    return [word for word in strays if abs(word.base - row[0].base) < reach]


def _under(row: list[Word], columns: list[tuple[float, float]], near: list[Word]) -> Iterator[tuple[str, Box]]:
    """What a row has in each column: a blank where it has nothing. Numbers that touch are cut between their columns,
    since their sum must bear them out. What stands in more than two, or in none, is no reading, nor is anything, even a
    blank, with a number `near` above or below: a sum does not tell where each of its numbers lost as much."""
    pieces = [piece for word in row for piece in _cut(word, columns)]
    astray = [word for word in pieces if not any(_meet(word, column) for column in columns)]
    loose = {min(range(len(columns)), key=lambda n: _distance(word, columns[n])) for word in astray}
    for n, (low, high) in enumerate(columns):
        inside = [word for word in pieces if _meet(word, (low, high))]
        single = len(inside) == 1 and sum(_meet(inside[0], column) for column in columns) == 1
        doubtful = n in loose or any(meet(word, low, high) for word in near)
        box = inside[0].box if inside else (low, row[0].box[1], high, row[0].box[3])
        text = inside[0].text if single and not doubtful else LOST if inside or doubtful else ""
        yield text, box


def _meet(word: Word, column: tuple[float, float]) -> bool:
    return word.box[0] < column[1] and word.box[2] > column[0]


def _distance(word: Word, column: tuple[float, float]) -> float:
    return max(column[0] - word.box[2], word.box[0] - column[1])


def _cut(word: Word, columns: list[tuple[float, float]]) -> list[Word]:
    touched = [n for n, (low, high) in enumerate(columns) if word.box[0] < high and word.box[2] > low]
    if len(touched) != 2:
        return [word]
    between = (columns[touched[0]][1] + columns[touched[1]][0]) / 2
    at = min(range(1, len(word.chars)), key=lambda n: abs(word.chars[n].x0 - between), default=0)
    return [*word_of(word.chars[:at]), *word_of(word.chars[at:])] if at else [word]


def _blocks(rows: list[Row], rules: list[Rule]) -> list[Row]:
    """Label words put together into labels: line under line, until a line is ruled or a number of its own begins."""
    blocks: list[Row] = []
    for row in rows:
        for word in row:
            above = next((block for block in reversed(blocks) if _goes_on(block[-1], word, rules)), None)
            if above is None:
                blocks.append([word])
            else:
                above.append(word)
    return blocks


def _goes_on(above: Word, below: Word, rules: list[Rule]) -> bool:
    shared = min(above.box[2], below.box[2]) - max(above.box[0], below.box[0])
    narrower = min(above.box[2] - above.box[0], below.box[2] - below.box[0])
    apart = below.base - above.base
    if not 0.5 * below.line.size < apart < _LEADING * below.line.size or shared < 0.5 * narrower:
        return False
    if labels.is_numbered(below.text):
        return False
    middle = (below.box[0] + below.box[2]) / 2
    return not any(above.base < rule.at < below.base and rule.low < middle < rule.high for rule in rules)


def _label(blocks: list[Row], anchor: float, anchors: list[float]) -> Row | None:
    """The label that stands beside a row's numbers, the nearest to them; none where it stands beside others too."""
    beside = [block for block in blocks if _beside(block, anchor)]
    if not beside:
        return None
    nearest = max(beside, key=lambda block: max(word.box[2] for word in block))
    end, reach = max(word.box[2] for word in nearest), _LEADING * nearest[0].line.size
    loose = [block for block in blocks if not any(_beside(block, other) for other in anchors)]
    if any(abs(word.base - anchor) < reach and word.box[0] > end for block in loose for word in block):
        return None  # It is the label of a group, and its row's own was not put together.
    return nearest if sum(_beside(nearest, other) for other in anchors) == 1 else None


def _beside(block: Row, anchor: float) -> bool:
    slack = 0.3 * block[0].line.size
    return block[0].base - slack <= anchor <= block[-1].base + slack


def _heads(rows: list[Row], first: int, columns: list[tuple[float, float]]) -> list[tuple[str, list[Word]]]:
    """What stands over each column, line under line, down to the first row of numbers."""
    heads: list[tuple[str, list[Word]]] = [("", []) for _ in columns]
    lines: list[Row] = []
    for row in reversed(rows[:first]):
        if not row or any(len(word.text) > 30 or word.is_number for word in row):
            break
        lines.insert(0, row)
    for n, (low, high) in enumerate(columns):
        before = columns[n - 1][1] if n else low - (high - low)
        after = columns[n + 1][0] if n + 1 < len(columns) else high + (high - low)
        over = [
            word
            for row in lines
            for word in row
            if (before + low) / 2 - 6 <= (word.box[0] + word.box[2]) / 2 <= (high + after) / 2 + 6
            and word.box[0] < high
            and word.box[2] > low
            and not any(mark in canonical(word.text) for mark in _HEADER_WORDS)
        ]
        text = "".join(word.text for word in over)
        if labels.applicants.match(text):
            heads[n] = (text, over)
    return heads
