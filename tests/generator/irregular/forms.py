"""Which form, which rows, which sums: what the published report itself says unusually."""

from __future__ import annotations

from random import Random

from extract.form import APPLICANTS

from ..irregularity import Registry
from ..truth import KINDS, Truth, close_sums, outcome_keys

KNOWN = Registry()


@KNOWN.truth("year", forms=("2019",), topic="form")
def old_form_later(truth: Truth, rng: Random) -> None:
    """The form of 2019 in a report of 2021 or later: labels decide, not the year."""
    truth.year = rng.choice((2021, 2022, 2023))
    truth.published = f"{truth.year + 1}{truth.published[4:]}"


@KNOWN.truth("table", forms=("2021",), topic="other_rows")
def other_undivided(truth: Truth, _rng: Random) -> None:
    """（六）其他处理 as one row."""
    requests = truth.tables["requests"]
    for key in ("other_not_corrected", "other_fee_unpaid"):
        cells = requests.pop(key)
        for kind in KINDS:
            requests["other"][kind] = (requests["other"][kind] or 0) + (cells[kind] or 0)
    close_sums(requests)


@KNOWN.truth("table", forms=("2019",), topic="other_rows")
def other_divided_in_old_form(truth: Truth, rng: Random) -> None:
    """The three rows of （六） in a form of 2019."""
    requests = truth.tables["requests"]
    for key in ("other_not_corrected", "other_fee_unpaid"):
        requests[key] = {kind: rng.choice((0, rng.randint(1, 30))) for kind in APPLICANTS}
    truth.tables["requests"] = {key: requests[key] for key in outcome_keys("2021")}
    close_sums(truth.tables["requests"])


@KNOWN.truth("table", topic="missing_request_row")
def requests_row_missing(truth: Truth, rng: Random) -> None:
    requests = truth.tables["requests"]
    inner = [key for key in requests if key.startswith(("refused_", "unavailable_", "not_processed_"))]
    del requests[rng.choice(inner)]
    close_sums(requests)


@KNOWN.truth("table", forms=("2019",), topic="missing_disclosure_row")
def other_services_missing(truth: Truth, _rng: Random) -> None:
    del truth.tables["disclosure"]["other_services"]


@KNOWN.truth("table", forms=("2021",), topic="missing_disclosure_row")
def coercive_measures_missing(truth: Truth, _rng: Random) -> None:
    del truth.tables["disclosure"]["coercive_measures"]


@KNOWN.truth("value", topic="blank")
def all_blank(truth: Truth, _rng: Random) -> None:
    for rows in truth.tables.values():
        for cells in rows.values():
            for cell in cells:
                cells[cell] = None


@KNOWN.truth("value", topic="blank")
def all_zero(truth: Truth, _rng: Random) -> None:
    for rows in truth.tables.values():
        for cells in rows.values():
            for cell in cells:
                cells[cell] = 0


@KNOWN.truth("value", topic="blank")
def row_totals_blank(truth: Truth, _rng: Random) -> None:
    """The 总计 column blank on the rows of results."""
    requests = truth.tables["requests"]
    for key, cells in requests.items():
        if key not in ("received", "carried_in", "concluded", "carried_forward"):
            cells["total"] = None


@KNOWN.truth("value", topic="sums")
def broken_row_total(truth: Truth, rng: Random) -> None:
    cells = truth.tables["requests"][rng.choice(("received", "granted", "concluded"))]
    cells["total"] = (cells["total"] or 0) + rng.randint(1, 9)


@KNOWN.truth("value", topic="sums")
def broken_outcome_sum(truth: Truth, rng: Random) -> None:
    cells = truth.tables["requests"]["concluded"]
    kind = rng.choice(KINDS)
    cells[kind] = (cells[kind] or 0) + rng.randint(1, 9)


@KNOWN.truth("value", topic="challenge_sums")
def challenge_totals_zero(truth: Truth, rng: Random) -> None:
    for cells in truth.tables["challenges"].values():
        cells["upheld"] = (cells["upheld"] or 0) + rng.randint(1, 9)
        cells["total"] = 0


@KNOWN.truth("value")
def impossible_rules(truth: Truth, rng: Random) -> None:
    """A town with 规章: kept as printed."""
    cells = truth.tables["disclosure"]["rules"]
    truth.tables["disclosure"]["rules"] = dict(zip(cells, (2, 0, rng.randint(2, 9)), strict=True))
