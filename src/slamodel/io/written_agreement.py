"""Agreements written to files and texts: the long form, which says everything, and the short one."""

from __future__ import annotations

import os
from typing import Any

from slamodel.errors import AgreementError
from slamodel.io.agreements.source import format_of
from slamodel.io.long_form.texts import text_of
from slamodel.io.long_form.writer import document_of
from slamodel.io.whole_file import whole_file
from slamodel.model.agreement import Agreement
from slamodel.model.applicable import WHICH
from slamodel.model.portfolio import Portfolio


def to_dict(book: Portfolio | Agreement, *, long: bool = True) -> dict[str, Any]:
    """Return agreements as the mapping that `load` reads back to equal ones: mappings, lists, texts, numbers, truths.

    The long form says every option, and every date of a holiday (S7). Without ``long`` stands only what kinds,
    dialects and defaults do not say already, and holidays are rules again. Raises AgreementError for what a file
    cannot say, such as two calendars of one name.
    """
    agreements = (book,) if isinstance(book, Agreement) else book.agreements
    if not agreements:
        msg = "a file holds at least one agreement, and here is none"
        raise AgreementError(msg)
    which = WHICH[0] if isinstance(book, Agreement) else book.which
    return document_of(agreements, which=which, long=long)


def dumps(book: Portfolio | Agreement, *, format: str = "yaml", long: bool = True) -> str:  # noqa: A002  as json calls it
    """Return agreements as a text in "yaml", "toml" or "json"; `loads` reads it back to equal ones (see `to_dict`)."""
    return text_of(to_dict(book, long=long), format)


def dump(book: Portfolio | Agreement, path: str | os.PathLike[str], *, long: bool = True) -> None:
    """Write agreements to a file (.yaml, .yml, .toml, .json); `load` reads it back to equal ones (see `to_dict`)."""
    text = dumps(book, format=format_of(path), long=long)
    with whole_file(path) as file:
        file.write(text)
