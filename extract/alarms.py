"""Errors that a person can mend: the message is a sentence for them, and whoever is at the command line sees no
traceback. It must not load anything: every command knows these."""

from __future__ import annotations


class Alarm(Exception):
    """Something is in the way; the message says what."""


class BadInput(Alarm, ValueError):
    """What was given is at fault, not what was done with it."""
