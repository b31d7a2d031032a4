"""The form's own sums, worked out here once more from FORM's words, apart from the reader that is on trial."""

from __future__ import annotations

from extract.form import APPLICANTS, CONCLUDED_PARTS
from extract.report import Number, Table

from .truth import KINDS, OUTCOME_RESULTS


def broken_sums(tables: dict[str, Table]) -> set[str]:
    """The rules that the printed form breaks. A blank counts as 0; a sum whose total is blank is not checked."""
    broken: set[str] = set()
    requests = tables["requests"]
    for applicant in APPLICANTS:
        parts = [requests[key].get(applicant) for key in CONCLUDED_PARTS if key in requests]
        if _differs(requests.get("concluded", {}).get(applicant), parts):
            broken.add(f"outcome_sum:{applicant}")
        taken = [requests.get(key, {}).get(applicant) for key in ("received", "carried_in")]
        settled = [requests.get(key, {}).get(applicant) for key in ("concluded", "carried_forward")]
        if taken[0] is not None and settled[0] is not None and _sum(taken) != _sum(settled):
            broken.add(f"balance:{applicant}")
    for outcome, cells in requests.items():
        if _differs(cells.get("total"), [cells.get(kind) for kind in KINDS]):
            broken.add(f"row_sum:{outcome}")
    for route, cells in tables["challenges"].items():
        if _differs(cells.get("total"), [cells.get(result) for result in OUTCOME_RESULTS]):
            broken.add(f"challenge_sum:{route}")
    return broken


def doubtful_sums(tables: dict[str, Table]) -> set[str]:
    """Rules on which two honest readers may differ because a total, or all parts of one, stand blank."""
    doubtful: set[str] = set()
    requests = tables["requests"]
    for applicant in APPLICANTS:
        column = [requests[key].get(applicant) for key in requests]
        if any(value is None for value in column):
            doubtful |= {f"balance:{applicant}"} if _blank_ends(requests, applicant) else set()
            if all(requests[key].get(applicant) is None for key in CONCLUDED_PARTS if key in requests):
                doubtful.add(f"outcome_sum:{applicant}")
    for outcome, cells in requests.items():
        if all(cells.get(kind) is None for kind in KINDS):
            doubtful.add(f"row_sum:{outcome}")
    for route, cells in tables["challenges"].items():
        if all(cells.get(result) is None for result in OUTCOME_RESULTS):
            doubtful.add(f"challenge_sum:{route}")
    return doubtful


def _blank_ends(requests: Table, applicant: str) -> bool:
    ends = ("received", "carried_in", "concluded", "carried_forward")
    return any(requests.get(key, {}).get(applicant) is None for key in ends)


def _sum(values: list[Number | None]) -> Number:
    return sum(value or 0 for value in values)


def _differs(total: Number | None, parts: list[Number | None]) -> bool:
    return total is not None and _sum(parts) != total
