"""How far a command has come, on the standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


def silent(_done: int, _total: int) -> None:
    """One file needs no progress."""


def clear_bar() -> None:
    """What is printed on the same terminal takes the bar's line; the next step draws it anew below."""
    if sys.stderr.isatty() and sys.stdout.isatty():
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal; elsewhere a plain line now and then."""
    if not sys.stderr.isatty():

        def plain(done: int, total: int) -> None:
            if done == total or done % 100 == 0:
                click.echo(f"{label}: {done} of {total}", err=True)

        yield plain
        return
    with click.progressbar(length=1, label=label, show_pos=True, file=sys.stderr) as bar:

        def drawn(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield drawn
