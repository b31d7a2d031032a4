"""Bringing an archive to this version: all steps in one transaction, and a copy of what was there kept beside it.

An archive of a newer version is refused: this one does not know what its tables mean.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database, Migrations

from archive.durable import alone, sync
from extract.errors import Alarm

_LOG = logging.getLogger(__name__)


class ArchiveTooNew(Alarm):
    """The archive has been migrated by a newer version. It was not touched."""


class MigrationFailed(Alarm):
    """The archive is as it was before."""


def migrate(db: Database, path: Path, migrations: Migrations) -> Path | None:
    """Apply what the archive lacks; gives the copy that was kept, or None where there was nothing to migrate.

    The copy is called `archive.db.before-0003`, after the first step. Processes that open the archive at the same time
    wait for each other. Raises ArchiveTooNew and MigrationFailed.
    """
    _refuse_newer(db, path, migrations)
    if not migrations.pending(db):
        return None
    with alone(path.parent):
        pending = [step.name for step in migrations.pending(db)]
        if not pending:
            return None
        try:
            copy = _keep(db, path, pending[0]) if migrations.applied(db) else None
            with db.atomic():
                migrations.apply(db)
        except (sqlite3.Error, OSError) as error:
            raise MigrationFailed(_failed(path, pending, error)) from error
    if copy:
        _LOG.warning("%s is now of this version (%s); as it was before, it is kept as %s", path, pending[-1], copy)
    return copy


def _refuse_newer(db: Database, path: Path, migrations: Migrations) -> None:
    with closing(Database(memory=True)) as empty:
        known = {step.name for step in migrations.pending(empty)}
    unknown = [step.name for step in migrations.applied(db) if step.name not in known]
    if not unknown:
        return
    copies = sorted(path.parent.glob(f"{path.name}.before-*"))
    older = f", or go back to a copy that was kept when it was migrated ({', '.join(map(str, copies))})"
    raise ArchiveTooNew(
        f"{path} was written by a newer version of Gongkai (it has {', '.join(unknown)}), and was not touched: "
        f"install that version or a later one{older if copies else ''}"
    )


def _keep(db: Database, path: Path, first: str) -> Path:
    """A copy of the archive as it is, written beside and renamed, so that there is never half of one."""
    wanted = path.with_name(f"{path.name}.before-{first.partition('_')[0]}")
    copy = next(
        name
        for number in range(1, 1000)
        if not (name := wanted if number == 1 else wanted.with_name(f"{wanted.name}-{number}")).exists()
    )
    size = sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*") if file.name in _parts(path))
    free = shutil.disk_usage(path.parent).free
    if free < size:
        raise OSError(f"its copy needs {size / 1e6:.0f} MB and {free / 1e6:.0f} MB are free")
    building = copy.with_name(f"{copy.name}.tmp")
    building.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(building)) as target:
            db.conn.backup(target)
        sync(building)
        building.rename(copy)
    finally:
        for leftover in (building, building.with_name(f"{building.name}-journal")):
            leftover.unlink(missing_ok=True)
    return copy


def _parts(path: Path) -> tuple[str, str]:
    return path.name, f"{path.name}-wal"


def _failed(path: Path, pending: list[str], error: Exception) -> str:
    steps = ", ".join(pending)
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        why = "another process is writing to it; end that first, and try again"
    elif isinstance(error, sqlite3.IntegrityError):
        why = f"its rows do not fit the new tables ({error})"
    else:
        why = f"{error}; make room on the disk if it is full, and try again"
    return f"{path} could not be brought to this version ({steps}) and is as it was before: {why}"
