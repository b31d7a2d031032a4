"""Runs a program that must not outlive whoever asked for it: `python leash.py FOLDER PROGRAM ARGUMENT…`

Prints the program's exit code when it ends. As soon as standard input closes, which it does even where the asker is
killed, the program is killed with all that it started, and FOLDER is removed. Imports nothing of the project: it runs
as a bare interpreter beside a reader that may be short of memory.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading


def main(folder: str, *command: str) -> None:
    program = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=_tell, args=(program,), daemon=True).start()
    sys.stdin.buffer.read()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(program.pid, signal.SIGKILL)
    program.wait()
    shutil.rmtree(folder, ignore_errors=True)


def _tell(program: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):  # Nobody listens any more.
        os.write(1, b"%d\n" % program.wait())


if __name__ == "__main__":
    main(*sys.argv[1:])
