"""Errors that a person can mend, and why a source could not be read: a status for machines with sentences for people.

It loads nothing: every command knows these.
"""

from __future__ import annotations

from enum import StrEnum


class Alarm(Exception):
    """Something is in the way; the message is a sentence for whoever is at the command line, who sees no traceback."""


class BadInput(Alarm, ValueError):
    """What was given is at fault, not what was done with it."""


class Status(StrEnum):
    """How a reading ended. `read` is the only good one; every other names what stands in the way."""

    READ = "read"
    EMPTY = "empty_file"
    MISSING = "missing_file"
    NOT_A_REPORT = "not_a_report"
    UNSUPPORTED = "unsupported_format"
    MALFORMED = "malformed"
    ENCRYPTED = "encrypted"
    NO_TEXT = "no_text"
    TOO_LARGE = "too_large"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    DIED = "died"
    FAILED = "failed"


ADVICE = {
    Status.EMPTY: "文件是空的，没有任何内容。请重新下载，或到发布页面核对。",
    Status.MISSING: "没有这个文件，或者无权读取。请核对路径和权限。",
    Status.NOT_A_REPORT: "没有找到年度报告的章节、表格或标题。请核对下载的页面或附件是不是报告正文。",
    Status.UNSUPPORTED: "这个版本不读这种格式。请另找网页、PDF或DOCX版本，或用办公软件另存为其中一种。",
    Status.MALFORMED: "文件已损坏，或结构异常。请重新下载；仍然打不开的，请向发布机关索取。",
    Status.ENCRYPTED: "文件设有密码。请向发布机关索取不加密的版本，或用密码打开后另存。",
    Status.NO_TEXT: "文件里没有可读的文字，可能是扫描件。请另找文字版，或做文字识别后再读。",
    Status.TOO_LARGE: "文件或其展开后的内容远超一份报告的规模，没有读。请核对来源；确是报告的，请拆分或另存后再读。",
    Status.TIMED_OUT: "读取超时，已经停止。文件可能过于复杂，或有意耗费资源；请人工打开核对，另存后再读。",
    Status.OUT_OF_MEMORY: "读取所需的内存超过上限，已经停止。文件可能有意耗费资源；请人工打开核对，另存后再读。",
    Status.DIED: "读取程序在读这个文件时两次意外中断。请人工打开核对，并把文件发给本项目的维护者。",
    Status.FAILED: "读取程序在读这个文件时出错。请人工打开核对，并把文件发给本项目的维护者。",
}
"""What each status means and what a person can do about it. In every case the original stays as it is."""


class Unreadable(Exception):
    """Nothing could be read of a source. The original stays; `status` and the message are recorded.

    `message` is the particular; `sentence` what a person is told: what it means, what to do, then the particular.
    """

    def __init__(self, status: Status, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message

    @property
    def sentence(self) -> str:
        return f"{ADVICE[self.status]}（{self.message.rstrip('.。')}）"

    def __reduce__(self) -> tuple[type[Unreadable], tuple[Status, str]]:
        return Unreadable, (self.status, self.message)
