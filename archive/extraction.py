"""Reading what is new in the archive, in child processes here or on a cluster; or all of it by a new version of the
reader.

After an upgrade the reports stay as the older version read them, until what the new one would change was seen and
accepted (`rereading`). What no version has read is read by the newest, and of a document with a new state also its
earlier states: two readers would see an edit where there is none.

A document that cannot be read, kills its reader, or names no body or year leaves a row in `readings` that says so.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from archive import readings
from archive.agencies import settle_names
from archive.captures import read_capture
from archive.ingest import ingest, settle_edited, take_corrections
from archive.readings import State
from archive.schema import open_archive
from archive.versions import seen_again
from archive.warc import CaptureError
from extract import Hints, Source, read
from extract.cluster import run_on
from extract.errors import Unreadable
from extract.packed import INSIDE
from extract.report import Report
from extract.workers import DEFAULT, Limits, run


@dataclass(frozen=True)
class Place:
    """Where an original lies in the captures folder."""

    capture_id: int
    url: str
    warc: str
    offset: int


@dataclass(frozen=True)
class Task:
    """One state of one document to read. `current` is False for what the document was before an edit; `known`
    where an older version has read it, and its reading stands; `renewed` where none has read what the document is now.
    """

    data: Path
    state: State
    url: str
    places: tuple[Place, ...]
    hints: Hints
    current: bool
    known: bool
    renewed: bool


@dataclass(frozen=True)
class Loaded:
    """A task with its originals, which can be read where there is no archive; or with why it has none."""

    task: Task
    sources: tuple[Source, ...] | Answer

    def size(self) -> int:
        """Bytes."""
        return 0 if isinstance(self.sources, Answer) else sum(len(source.data) for source in self.sources)


@dataclass(frozen=True)
class Answer:
    """What a child process found: a report, or a status other than `read` with its sentence."""

    status: str
    message: str | None = None
    capture_id: int | None = None
    report: Report | None = None


@dataclass(frozen=True)
class Problem:
    """A document whose current state is not a report in the archive, and why."""

    url: str
    status: str
    message: str


@dataclass
class ExtractionSummary:
    """What a run did. Counts are of documents, by their current state; `problems` names each that is no report; `older`
    are those that stay as an older version read them, `pending` those whose reading waits to be accepted."""

    documents: int = 0
    read: int = 0
    unchanged: int = 0
    not_fetched: int = 0
    older: int = 0
    pending: int = 0
    new_reports: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """What cannot be taken from the file of corrections, with line numbers."""

    def lines(self) -> Iterator[tuple[str, str | None]]:
        """The run in sentences for an operator, each with its tone: error, warning or None."""
        yield (
            f"{self.read} of {self.documents} documents read now, {self.unchanged} read before, "
            f"{self.new_reports} new reports.",
            None,
        )
        if self.older:
            yield (
                f"{self.older} documents stay as an older version read them: `gongkai extract --again` shows what this "
                "one would change.",
                None,
            )
        for fault in self.faults:
            yield fault, "error"
        for problem in self.problems:
            yield f"{problem.url}: {problem.status}: {problem.message}", "warning"


def extract_archive(
    data: Path,
    again: bool = False,
    jobs: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    limits: Limits = DEFAULT,
    scheduler: str | None = None,
) -> ExtractionSummary:
    """Read every state of every document that no version of the reader has read, and take in the file of corrections.

    With `again` read what this version has not read, or not whole, and keep that as pending: no report is touched.
    Reads in `jobs` child processes, or on the Dask cluster of the `scheduler` at that address (ClusterFailed where that
    cannot be). `progress` is called with (done, all) after each document. Commits a document at a time: an interrupted
    run goes on where it stopped.
    """
    db = open_archive(data)
    summary = ExtractionSummary()
    try:
        if not again:
            settle_names(db)
            settle_edited(db)
        tasks = list(_tasks(db, data, again, summary))
        answers = _far(scheduler, tasks, limits) if scheduler else _near(tasks, jobs, limits)
        for done, (task, answer) in enumerate(answers, 1):
            _keep(db, task, _settled(answer), summary, again)
            if progress:
                progress(done, len(tasks))
        if not again:
            summary.faults = take_corrections(db, data)
            seen_again(db)
        summary.pending = len(readings.waiting(db))
    finally:
        db.close()
    return summary


def _near(tasks: list[Task], jobs: int | None, limits: Limits) -> Iterator[tuple[Task, Answer | Unreadable]]:
    return run(read_task, tasks, min(jobs or os.cpu_count() or 1, len(tasks)), limits)


def _far(scheduler: str, tasks: list[Task], limits: Limits) -> Iterator[tuple[Task, Answer | Unreadable]]:
    sized = ((loaded, loaded.size()) for loaded in map(load, tasks))
    for loaded, answer in run_on(scheduler, read_loaded, sized, limits):
        yield loaded.task, answer


def _tasks(db: Database, data: Path, again: bool, summary: ExtractionSummary) -> Iterator[Task]:
    known, mine = readings.read_states(db), readings.my_states(db)
    incomplete = readings.my_incomplete(db) if again else {}
    for row in db.execute(
        "SELECT d.id, d.url, d.title, d.listed_on, p.name FROM documents d "
        "JOIN portals p ON p.id = d.portal_id ORDER BY d.id"
    ).fetchall():
        document_id, url, title, listed_on, portal = row
        summary.documents += 1
        found = readings.states(db, document_id)
        if not found:
            summary.not_fetched += 1
            continue
        hints = Hints(title=title, published=listed_on, portal=portal)
        was, by_me = known.get(document_id, set()), mine.get(document_id, set())
        unread = {state.fingerprint for state in found} - was
        renewed = found[-1].fingerprint in unread
        if unread and not again:
            summary.new_reports += _take_waiting(db, document_id, unread, renewed)
        wanted = by_me - incomplete.get(document_id, set()) if again else by_me if unread else was
        for state in found:
            current = state is found[-1]
            if state.fingerprint in wanted:
                summary.unchanged += current
                summary.older += current and state.fingerprint not in by_me
                continue
            yield Task(data, state, url, _places(db, state), hints, current, state.fingerprint in was, renewed)


def _take_waiting(db: Database, document_id: int, unread: set[str], renewed: bool) -> int:
    """Take in what this version read of states that no report was derived from yet: it was read to show what would
    change, and of these nothing does. Gives how many reports are new."""
    with db.atomic():
        accepted = sum(readings.accept(db, document_id, state) for state in unread)
        if not accepted or not readings.taken(db, document_id):
            return 0
        if renewed:
            readings.accept(db, document_id)
        return int(ingest(db, document_id).new)


def _places(db: Database, state: State) -> tuple[Place, ...]:
    marks = ", ".join("?" * len(state.captures))
    rows = db.execute(f"SELECT id, url, warc, warc_offset FROM captures WHERE id IN ({marks})", list(state.captures))
    places = {row[0]: Place(*row) for row in rows}
    return tuple(places[capture] for capture in state.captures)


def read_task(task: Task) -> Answer:
    """In the child: load the originals and read them. Raises Unreadable; whatever else it raises, the pool records."""
    return read_loaded(load(task))


def load(task: Task) -> Loaded:
    """The originals from the captures folder."""
    try:
        return Loaded(task, tuple(_source(task.data, place) for place in task.places))
    except (CaptureError, OSError) as error:
        return Loaded(task, Answer("original_missing", f"原件无法从存档中取出：{error}。请运行 `gongkai verify`。"))


def read_loaded(loaded: Loaded) -> Answer:
    """In the child, of this machine or another. Raises Unreadable."""
    task, sources = loaded.task, loaded.sources
    if isinstance(sources, Answer):
        return sources
    report = read(sources[0], sources[1:], task.hints)
    url = report.source.partition(INSIDE)[0]
    capture = next((place.capture_id for place in task.places if place.url == url), task.places[0].capture_id)
    if report.agency is None:
        return Answer("no_agency", "标题、落款和页面都没有写明是哪个机关的报告。", capture, report)
    if report.year is None:
        return Answer("no_year", "标题和正文都没有写明是哪一年的报告。", capture, report)
    return Answer(readings.READ, None, capture, report)


def _source(data: Path, place: Place) -> Source:
    original = read_capture(data, place.warc, place.offset)
    return Source(original.body, place.url, original.content_type)


def _settled(answer: Answer | Unreadable) -> Answer:
    return Answer(answer.status.value, answer.sentence) if isinstance(answer, Unreadable) else answer


def _keep(db: Database, task: Task, answer: Answer, summary: ExtractionSummary, again: bool) -> None:
    state = task.state
    with db.atomic():
        capture = answer.capture_id or state.captures[0]
        found = (db, state, answer.status, answer.message, capture, answer.report)
        if again:
            readings.record_again(*found)
        else:
            readings.record(*found, pending=task.known)
            if readings.taken(db, state.document_id):
                # Of a new page the earlier states count too, whichever comes first out of the children; but an earlier
                # state that came in late changes nothing in what is published.
                if task.renewed:
                    readings.accept(db, state.document_id)
                summary.new_reports += ingest(db, state.document_id).new
    if not task.current:
        return
    summary.read += 1
    summary.statuses[answer.status] += 1
    if answer.status != readings.READ:
        summary.problems.append(Problem(task.url, answer.status, answer.message or ""))
