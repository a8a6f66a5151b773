"""Every error that a user can meet. Imports nothing from the project."""

import re
from dataclasses import dataclass
from typing import Any

# Control characters, line ends of all kinds, what turns the direction of writing, and bytes that are no text.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    r"""A text from a file or its name as one line that shows what is in it: a line end becomes ``\n``."""
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class ClienteleError(Exception):
    """An error that reads: what, where, expected, found, what to do.

    Parameters
    ----------
    what : str
        What went wrong, as a sentence without its full stop.
    where : str
        The file, column, address or command it happened in.
    expected, found : str
        What was looked for, and what was there instead.
    todo : str
        What the reader can do about it.
    """

    def __init__(self, what: str, *, where: str = "", expected: str = "", found: str = "", todo: str = "") -> None:
        self.what = what
        self.where = where
        self.expected = expected
        self.found = found
        self.todo = todo
        super().__init__(str(self))

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors travel between processes whole."""
        return type(self).__new__, (type(self), *self.args), self.__dict__

    def __str__(self) -> str:
        sentence = f"{self.where}: {self.what}" if self.where else self.what
        if self.expected:
            sentence += f"; expected {self.expected}"
        if self.found:
            sentence += f"{',' if self.expected else ';'} found {self.found}"
        return visible(f"{sentence}. {self.todo}" if self.todo else sentence)


class BadInputError(ClienteleError):
    """A file or a mapping that can't be read as it stands."""


@dataclass(frozen=True)
class Question:
    """What a reader has to say before files can be read.

    Parameters
    ----------
    file : str
    setting : str
        Where the answer goes in the mapping: "settings.decimal", "order_lines.date.format", "order_lines.sheet".
    choices : tuple of (str, str)
        Possible answers, each with what it would make of an example from the file.
    column : str
        The column asked about; "" for the whole file.
    """

    file: str
    setting: str
    choices: tuple[tuple[str, str], ...]
    column: str = ""


class QuestionError(BadInputError):
    """Something that can be meant in two ways: the mapping has to say which.

    Parameters
    ----------
    question : Question
    """

    def __init__(
        self, what: str, question: Question, *, where: str = "", expected: str = "", found: str = "", todo: str = ""
    ) -> None:
        self.question = question
        super().__init__(what, where=where, expected=expected, found=found, todo=todo)


class UnfinishedError(BadInputError):
    """Reading that was cut short: by a limit, or by a fault that nobody foresaw.

    Parameters
    ----------
    kind : {"time", "memory", "disk", "size", "signal", "exception"}
    detail : str
        For developers: the traceback, or what the process said last. It is no part of the sentence.
    """

    def __init__(
        self,
        what: str,
        kind: str,
        detail: str = "",
        *,
        where: str = "",
        expected: str = "",
        found: str = "",
        todo: str = "",
    ) -> None:
        self.kind = kind
        self.detail = detail
        super().__init__(what, where=where, expected=expected, found=found, todo=todo)


class BadFilterError(ClienteleError):
    """A filter value that the data do not have."""


class BadParameterError(ClienteleError):
    """A setting of an analysis that is unknown or out of range."""


class EmptyViewError(ClienteleError):
    """A filter that leaves nobody."""


class MissingTableError(ClienteleError):
    """An analysis that needs a table which was not given."""


class SnapshotError(ClienteleError):
    """A snapshot that is not there or can't be read."""


class AccessError(ClienteleError):
    """Somebody asked for what they may not see."""
