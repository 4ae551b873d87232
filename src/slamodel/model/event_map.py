"""EventMap: how a log is read, which column holds what."""

from __future__ import annotations

from attrs import field, frozen, validators

from slamodel.model.priority import Matrix


@frozen(kw_only=True)
class EventMap:
    """How a log is read: which column holds what.

    ``kind`` "snapshots" (each row is the item after an update) or "changes" (each row is one change: ``do``,
    and the value it set, ``to``). ``columns`` renames:
    name in the agreement -> name in the log; ``values`` does the same for a field's values, log -> agreement. ``times``
    are the fields that hold times. ``format`` is a strptime pattern, "iso" or "epoch" (also "epoch_ms"); naive
    times are read in ``timezone``. A value in ``missing`` counts as no value. ``known``
    lists the values that a field may have, as the agreement calls them: a row with another is set aside.
    ``encoding`` is that of text files. ``matrix`` is the agreement's: it gives the field ``priority`` of rows that
    have none, from their impact and urgency.
    """

    kind: str = field(default="changes", validator=validators.in_(("snapshots", "changes")))
    item: str = "item"
    at: str = "at"
    sequence: str = ""
    format: str = "iso"
    timezone: str = ""
    missing: tuple[str, ...] = ("",)
    columns: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    times: tuple[str, ...] = ()
    known: tuple[tuple[str, tuple[str, ...]], ...] = ()
    encoding: str = "utf-8"
    matrix: Matrix | None = None
    priority: str = "priority"

    def value_names(self, name: str) -> dict[str, str]:
        """Return what a field's values in the log are called in the agreement, where they have other names."""
        return {logged.strip(): name for logged, name in dict(self.values).get(name, ())}

    def column_of(self, name: str) -> str:
        """Return the log's column of a field of the agreement."""
        return dict(self.columns).get(name, name)
