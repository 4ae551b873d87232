"""Blocks: some rows of a log in columns, as every kind of source hands them on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from attrs import field, frozen
from numpy.typing import NDArray

from slamodel.clock.events import Coded, Reject
from slamodel.timeline.instants import Int64


@frozen
class Naive:
    """Times of a column whose type says that they have no zone, as ``datetime64``."""

    ticks: NDArray[Any]

    def __len__(self) -> int:
        return len(self.ticks)


Raw: TypeAlias = Coded | Naive | NDArray[Any] | Sequence[Any]
"""A column as it came: coded, times without a zone, an array (``datetime64`` is UTC), or values one by one."""


@frozen
class Block:
    """Rows of a log: columns by their name in the log, where each row stood, and how to see a row whole.

    ``starting`` are columns of values that a row's item had before its first event. ``rejects`` are rows that
    could not be told apart into columns.
    """

    columns: Mapping[str, Raw]
    lines: Int64
    row: Callable[[int], Mapping[str, Any]]
    starting: Mapping[str, Raw] = field(factory=dict)
    rejects: Sequence[Reject] = ()


class Log(Protocol):
    """A source of events. ``header`` is None where only the rows themselves tell which columns there are."""

    @property
    def name(self) -> str:
        """What messages call the source."""

    @property
    def is_file(self) -> bool:
        """Whether an empty source is an error: a file has a reason to be there, a table may have been filtered."""

    @property
    def header(self) -> Sequence[str] | None:
        """The names of the columns; None until the last row is read, where only the rows tell."""

    def blocks(self, wanted: Collection[str] | None) -> Iterator[Block]:
        """Give the rows; of the columns at least the wanted ones (None: all)."""
