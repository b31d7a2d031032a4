"""The command line: the front door. A short function a command; what is done, is done in the rooms behind it.

A command loads its rooms when it is called: all of them together take a second.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.exits import ExitCode
from crawler.progress_bar import clear_bar, progress, silent
from extract.errors import Alarm, BadInput, Unreadable
from extract.summary import unreadable_json, unreadable_words, words

if TYPE_CHECKING:
    from archive.extraction import ExtractionSummary
    from crawler.run import CrawlSummary
    from crawler.sample.demo import DemoResult
    from extract import Report

_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan", "well": "green"}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("data"),
    show_default=True,
    help="The data folder: archive.db, captures/, public.db.",
)
@click.version_option(package_name="gongkai")
@click.pass_context
def cli(ctx: click.Context, data: Path) -> None:
    """Gongkai (公开): collect, read, keep and publish the annual information-disclosure reports of Chinese agencies."""
    ctx.obj = data
    # https://no-color.org/; without it click colours what goes to a terminal.
    ctx.color = False if os.environ.get("NO_COLOR") else None


@cli.command(name="demo")
@click.option("--serve/--no-serve", "serving", default=True, help="Open the site on the result, or stop before.")
@click.option("--port", default=8001, show_default=True, help="Port of the site; 0 takes a free one.")
@click.pass_context
def demo_command(ctx: click.Context, serving: bool, port: int) -> None:
    """The whole main job on the sample portals that ship with Gongkai."""
    from archive.serve import serve
    from crawler.sample.demo import run_demo

    data = _demo_folder(ctx)
    with _alarms():
        result = run_demo(data, click.echo)
        if not serving:
            _point_at(result, None)
            return
        serve(data, port=port, on_ready=lambda address: _point_at(result, address))


@cli.command(name="crawl")
@click.argument("portals", nargs=-1, metavar="[PORTAL]…")
@click.option(
    "--registry",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A registry other than Gongkai's own.",
)
@click.option("--full", is_flag=True, help="Ask for everything anew instead of only what changed.")
@click.pass_obj
def crawl_command(data: Path, portals: tuple[str, ...], registry: Path | None, full: bool) -> None:
    """Crawl all portals of the registry, or those named."""
    from crawler.run import crawl

    if not os.environ.get("GONGKAI_CONTACT"):
        click.secho(
            "Set GONGKAI_CONTACT to a page or mailto: that tells webmasters who you are.", fg="yellow", err=True
        )
    with _alarms():
        summary = crawl(data, registry, portals, full)
    _show_crawl(summary)
    sys.exit(summary.exit_code)


@cli.group(name="portals")
def portals_group() -> None:
    """The registry of portals."""


@portals_group.command(name="check")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_command(file: Path | None) -> None:
    """Validate a registry, Gongkai's own unless a FILE is given, and name each bad row."""
    from crawler.registry import doubts, load

    with _alarms():
        found = doubts(file)
        count = len(load(file))
    for doubt in found:
        click.secho(doubt, fg="yellow")
    click.echo(f"{count} portals, {len(found)} doubts.")
    sys.exit(ExitCode.SUSPICIOUS if found else ExitCode.WELL)


@cli.command(name="probe")
@click.argument("url")
def probe_command(url: str) -> None:
    """What is this portal? Its platform, columns and sample reports, and a registry row to paste; or why not."""
    from crawler.probe import probe, probed

    with _alarms():
        found = probe(url)
    for line in probed(found):
        click.echo(line)
    sys.exit(ExitCode.WELL if found.row else ExitCode.NOTHING_FOUND)


@cli.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url", help="The address of a loose HTML, PDF or Word file.")
@click.option("--portal", help="Whose loose file it is, where its host is not in the registry.")
@click.option("--title", help="The title of a loose file, where it does not say itself.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="The day a loose file was saved; today unless given.")
@click.option("--registry", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def import_command(
    data: Path,
    files: tuple[Path, ...],
    url: str | None,
    portal: str | None,
    title: str | None,
    date: datetime | None,
    registry: Path | None,
) -> None:
    """Take in WARC and WACZ files made elsewhere, or a loose report with --url. Importing twice adds nothing."""
    from crawler.importing import Loose, import_files, sentences

    loose = Loose(url, portal, title, date and date.replace(tzinfo=UTC)) if url else None
    with _alarms():
        summary = import_files(data, files, registry, loose)
    for line, trouble in sentences(summary):
        click.secho(line, fg="red" if trouble else None)
    sys.exit(ExitCode.BAD_INPUT if summary.refused else ExitCode.WELL)


@cli.command(name="extract")
@click.option("--again", is_flag=True, help="Read all with this version, and show what that would change.")
@click.option("--yes", is_flag=True, help="With --again: make the changes without asking.")
@click.option("--json", "as_json", is_flag=True, help="With --again: the changes as one JSON object; never asks.")
@click.option("--jobs", type=click.IntRange(min=1), help="Child processes; one for each core unless given.")
@click.option("--scheduler", metavar="ADDRESS", help="Read on the Dask cluster of tcp://HOST:PORT, not here.")
@click.pass_obj
def extract_command(data: Path, again: bool, yes: bool, as_json: bool, jobs: int | None, scheduler: str | None) -> None:
    """Read what is new since the last run, and take in corrections.csv."""
    from archive.extraction import extract_archive

    if (yes or as_json) and not again:
        raise click.UsageError("--yes and --json are for --again.")
    if jobs and scheduler:
        raise click.UsageError("--jobs is for this machine; a cluster's workers bring their own.")
    _ask_for_archive(data)
    with _alarms(), progress("Reading") as step:
        summary = extract_archive(data, again, jobs, step, scheduler=scheduler)
    _show_extraction(summary, all_aside=as_json)
    if again:
        sys.exit(_decide(data, yes, as_json))
    sys.exit(ExitCode.BAD_INPUT if summary.faults else ExitCode.WELL)


def _decide(data: Path, yes: bool, as_json: bool) -> ExitCode:
    """Show what the readings that wait would change, and take them in where that is nothing, or wanted."""
    from archive.outlook import lines
    from archive.rereading import foresee, take_in

    with _alarms():
        with progress("Comparing") as step:
            outlook = foresee(data, step)
        if not as_json:
            for line in lines(outlook):
                click.echo(line)
        taken = yes or not outlook.differences
        if not taken and not as_json and sys.stdin.isatty() and sys.stdout.isatty():
            taken = click.confirm("Change the archive so?")
        if taken and outlook.documents:
            with progress("Taking in") as step:
                take_in(data, step)
        if as_json:
            click.echo(json.dumps(outlook.to_json(taken), ensure_ascii=False, indent=2))
        elif outlook.differences:
            click.echo("Changed; `gongkai publish` shows it." if taken else "Nothing was changed: --yes changes it.")
    return ExitCode.WELL if taken else ExitCode.NOT_DECIDED


@cli.command(name="parse")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, in the order of the files.")
@click.option("--jobs", type=click.IntRange(min=1), help="Child processes; one for each core unless given.")
def parse_command(files: tuple[Path, ...], as_json: bool, jobs: int | None) -> None:
    """Read report files without an archive; of a folder, the documents in it and in its folders."""
    from extract.contained import read_files

    wanted = _documents(files)
    failed = 0
    with progress("Reading") if len(wanted) > 1 else nullcontext(silent) as step:
        for done, ready in enumerate(read_files(wanted, jobs), 1):
            if len(wanted) > 1:
                clear_bar()
            for file, report in ready:
                failed += isinstance(report, Unreadable)
                _show_json(file, report) if as_json else _show_words(file, report)
            step(done, len(wanted))
    if failed and len(wanted) > 1:
        click.echo(f"{failed} of {len(wanted)} files could not be read.", err=True)
    sys.exit(ExitCode.UNREADABLE if failed else ExitCode.WELL)


@cli.command(name="publish")
@click.pass_obj
def publish_command(data: Path) -> None:
    """Write public.db, the file that is served, with its search index."""
    from archive.publish import publish

    with _alarms():
        click.echo(f"Published {publish(data)}")


@cli.command(name="release")
@click.option(
    "--floor",
    "floors",
    multiple=True,
    metavar="[TABLE=]SHARE",
    help="The share of the last release's rows that every table, or the one named, must have; 0.95 unless given.",
)
@click.pass_obj
def release_command(data: Path, floors: tuple[str, ...]) -> None:
    """Write a dated folder of files to download and cite: CSV, workbook, Parquet, codebook, changes, checksums."""
    from archive.release import BelowFloor, release
    from archive.release_files import UnfitColumn

    shares = dict(_share(text) for text in floors)
    with _alarms():
        try:
            with progress("Releasing") as step:
                done = release(data, shares, progress=step)
        except (BelowFloor, UnfitColumn) as error:
            click.secho(f"gongkai: {error}", fg="red", err=True)
            sys.exit(ExitCode.NOT_RELEASED)
    click.echo(f"Released {done.path}: {done.counts['reports']:,} reports")
    if done.since:
        told = ", ".join(f"{whose} {count:,}" for whose, count in sorted(done.changes.items()))
        click.echo(f"Changes since {done.since}: {told or 'none'} (see changes.csv)")


def _share(text: str) -> tuple[str, float]:
    table, _, share = text.rpartition("=")
    try:
        number = float(share)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise click.BadParameter(
            f"{text}: a share is a number from 0 to 1, as in 0.9 or findings=0.5", param_hint="--floor"
        )
    return table, number


@cli.command(name="serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8001, show_default=True, help="0 takes a free one.")
@click.pass_obj
def serve_command(data: Path, host: str, port: int) -> None:
    """Serve the published archive with Datasette."""
    from archive.serve import serve

    with _alarms():
        serve(data, host, port, on_ready=lambda address: click.echo(f"Serving {address} (Ctrl-C stops)"))


@cli.command(name="status")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def status_command(data: Path, as_json: bool) -> None:
    """What each portal's last crawl brought, what its monitors say, which runs live or were killed: one page."""
    from archive.status import page, status

    _ask_for_archive(data)
    with _alarms():
        state = status(data)
    if as_json:
        click.echo(json.dumps(state, ensure_ascii=False, indent=2))
    else:
        for line, trouble in page(state):
            click.secho(line, fg="yellow" if trouble else None)


@cli.command(name="verify")
@click.pass_obj
def verify_command(data: Path) -> None:
    """Re-read every capture and hold it against its recorded SHA-256."""
    from archive.verify import verify

    _ask_for_archive(data)
    with _alarms():
        result = verify(data)
    for problem in result.problems:
        click.secho(f"{problem.kind}: {problem.message}", fg="red")
    click.echo(
        f"{result.captures} captures and {result.revisits} revisits in {result.files} WARC files "
        f"({result.bytes / 1e6:.1f} MB) re-read; problems: {len(result.problems)}."
    )
    sys.exit(0 if result.ok else ExitCode.DAMAGED)


@cli.command(name="export")
@click.argument("portals", nargs=-1, metavar="[PORTAL]…")
@click.option("--wacz", "target", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file.")
@click.pass_obj
def export_command(data: Path, portals: tuple[str, ...], target: Path) -> None:
    """Write the originals of all portals, or those named, as a WACZ file for ReplayWeb.page."""
    from archive.wacz import export_wacz

    _ask_for_archive(data)
    with _alarms():
        done = export_wacz(data, target, portals)
    click.echo(f"{done.path}: {done.records} records, {done.pages} pages, {done.bytes / 1e6:.1f} MB")


def _documents(named: tuple[Path, ...]) -> list[Path]:
    """The files named, in their order, a folder replaced by the documents in it."""
    from extract.contained import in_folder

    found: list[Path] = []
    for path in named:
        inside = in_folder(path) if path.is_dir() else [path]
        if not inside:
            raise click.UsageError(f"There is no document in {path}: HTML, PDF, Word and the like were looked for.")
        found += inside
    return found


def _show_json(file: Path, report: Report | Unreadable) -> None:
    if isinstance(report, Unreadable):
        click.secho(f"{file}: {report.sentence}", fg="red", err=True)
        found = unreadable_json(str(file), report)
    else:
        found = report.to_json()
    click.echo(json.dumps(found, ensure_ascii=False))


def _show_words(file: Path, report: Report | Unreadable) -> None:
    click.secho(str(file), dim=True)
    for line, tone in unreadable_words(report) if isinstance(report, Unreadable) else words(report):
        click.secho(line, fg=_COLOURS.get(tone), bold=True if tone in ("title", "heading") else None)
    click.echo()


def _ask_for_archive(data: Path) -> None:
    """A mistyped folder is an error, not an archive with nothing in it."""
    if not (data / "archive.db").is_file():
        raise click.UsageError(f"There is no archive in {data}: crawl or import first, or name its folder with --data.")


@contextmanager
def _alarms() -> Iterator[None]:
    """Errors that a person can mend end in their sentence, not in a traceback."""
    try:
        yield
    except (Alarm, OSError) as error:
        click.secho(f"gongkai: {_sentence(error)}", fg="red", err=True)
        sys.exit(ExitCode.BAD_INPUT if isinstance(error, BadInput) else ExitCode.CRASHED)


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return str(error)


def _demo_folder(ctx: click.Context) -> Path:
    """The demo keeps out of the operator's own data unless told where to go."""
    parent = ctx.parent
    given = parent is not None and parent.get_parameter_source("data") is not click.core.ParameterSource.DEFAULT
    return ctx.obj if given else Path("demo-data")


def _point_at(result: DemoResult, address: str | None) -> None:
    click.echo()
    if address:
        click.secho(f"The archive is open at {address}", bold=True)
    else:
        click.echo(f"Look at it with: gongkai --data {result.public.parent} serve")
    for pointer in result.worth_a_look:
        place = f"{address or '/'}reports/{pointer.report_id}"
        click.echo(f"  {place}\n    {pointer.agency} {pointer.year}: {pointer.why}")
    if address:
        click.echo("Ctrl-C stops.")


def _show_crawl(summary: CrawlSummary) -> None:
    for portal in summary.portals:
        line = (
            f"{portal.portal_id}: {portal.outcome.value}: {portal.requests} requests, "
            f"{portal.accepted} reports on its lists, {portal.new_captures} new captures, "
            f"{portal.unchanged} unchanged, {portal.refused} refused"
        )
        click.echo(line + (f" ({portal.reason})" if portal.reason else ""))
    for portal_id, monitor, message in summary.alarms:
        click.secho(f"ALARM {portal_id}: {monitor}: {message}", fg="red")
    click.echo(f"Log: {summary.log}")


def _show_extraction(summary: ExtractionSummary, all_aside: bool) -> None:
    """What went wrong goes to the standard error, and with `all_aside` the rest too: only JSON is printed then."""
    for line, tone in summary.lines():
        click.secho(line, fg=_COLOURS[tone] if tone else None, err=all_aside or tone is not None)


if __name__ == "__main__":
    cli()
