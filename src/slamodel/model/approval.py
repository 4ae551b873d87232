"""Approvals, and what happens to a version after it was agreed: facts that are added, and never edited."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from attrs import Attribute, field, frozen

from slamodel.errors import AgreementError
from slamodel.timeline.instants import LAST, from_datetime


def aware(instance: Any, attribute: Attribute[Any], value: Any) -> None:
    """Refuse a time that is no aware datetime; None stands for one that is not said."""
    del instance, attribute
    if value is not None:
        from_datetime(value)


def iso_date(instance: Any, attribute: Attribute[Any], value: Any) -> None:
    """Refuse a text that is no ISO date; an empty one stands for none."""
    del instance
    if value:
        try:
            date.fromisoformat(value)
        except (TypeError, ValueError):
            msg = f"{attribute.name}: {value!r} is not a date; write it as '2026-12-24'"
            raise AgreementError(msg, "E105") from None


@frozen
class Approval:
    """That a party approved a version: ``party`` by its id or name, who did it, and when (an aware datetime)."""

    party: str
    person: str = ""
    at: datetime | None = field(default=None, validator=aware)


@frozen
class Suspension:
    """A stretch [since, until) in which an agreement is suspended and its clocks stand still (None: until resumed).

    ``recorded_at`` is when this became known (None: always). Raises InstantError for a naive datetime, and
    AgreementError (E180) for a suspension that ends before it begins.
    """

    since: datetime = field(validator=aware)
    until: datetime | None = field(default=None, validator=aware)
    reason: str = ""
    recorded_at: datetime | None = field(default=None, validator=aware)

    def __attrs_post_init__(self) -> None:
        if self.until is not None and self.until <= self.since:
            msg = f"a suspension from {self.since.isoformat()} cannot end at {self.until.isoformat()}; it ends later"
            raise AgreementError(msg, "E180")

    @property
    def span(self) -> tuple[int, int]:
        """Its instants [since, until), in microseconds UTC."""
        return from_datetime(self.since), LAST if self.until is None else from_datetime(self.until)


@frozen
class Termination:
    """That an agreement ends at an instant, before its time: why, by whom, and when that became known."""

    at: datetime = field(validator=aware)
    reason: str = ""
    by: str = ""
    recorded_at: datetime | None = field(default=None, validator=aware)


@frozen
class Renewal:
    """That an agreement goes on ``until`` a later date (ISO, included), and when that became known."""

    until: str = field(validator=iso_date)
    recorded_at: datetime | None = field(default=None, validator=aware)
    note: str = ""
