"""What kind of body a name is, and when the law wants its report."""

from __future__ import annotations

import re
from datetime import date

from extract.form import FIRST_FORM_YEAR
from extract.report import Fault, Finding, Severity

_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("street_or_town", re.compile(r"(?:街道(?:办事处|办|党工委)?|[镇乡]|苏木|[镇乡]人民政府|苏木人民政府)$")),
    ("other", re.compile(r"(?:管理委员会|管委会|公司|集团|学校|中学|小学|幼儿园|医院|大学|学院)$")),
    ("office", re.compile(r"(?:政府办公[室厅]|政府办|(?:区|县|市|旗|州|省)(?:委)?(?:人民)?政府?办公[室厅])$")),
    ("government", re.compile(r"(?:人民政府|政府|[省市州盟区县旗])$")),
    (
        "department",
        re.compile(r"(?:局|委员会|委|办公室|办|厅|院|中心|分局|大队|支队|总队|队|站|所|司|处|会|社|馆|部|署)$"),
    ),
)


def kind_of(name: str) -> str:
    """government, office, department, street_or_town or other, from a name. A bare place is its government."""
    return next((kind for kind, pattern in _KINDS if pattern.search(name)), "other")


def due_date(kind: str, year: int) -> date:
    """When the report of a year is due: governments by 31 March of the next year, departments by 31 January.

    Article 49 of the regulation. A government's office is a department here, also where it reports for its government.
    A body of another kind (a zone's 管委会, a school) is given the later date: nobody is called late who may not be.
    For the years before 2019 the regulation as it was then (article 31) gave everybody until 31 March.
    """
    later = year < FIRST_FORM_YEAR or kind in ("government", "other")
    return date(year + 1, 3, 31) if later else date(year + 1, 1, 31)


def late(published: str | None, due: date) -> Finding | None:
    """The finding that a report came after its date; None where it did not, or where no date is known."""
    days = (date.fromisoformat(published) - due).days if published else 0
    if days <= 0:
        return None
    message = f"{published}发布，比法定期限{due.isoformat()}晚{days}天。"
    return Finding("late", Severity.INFO, Fault.SOURCE, message, due.isoformat(), published)
