"""PriorityScheme: the priorities of an agreement, how impact and urgency give one, and what others call them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import field, frozen

from slamodel.errors import AgreementError
from slamodel.model._checks import Problems, did_you_mean
from slamodel.model.selector import as_text


def _rows(value: Any) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(row) for row in value)


@frozen(kw_only=True)
class Matrix:
    """Impact x urgency: the priority of every pair, ``cells[impact][urgency]``, from the gravest to the slightest.

    ``impact_field`` and ``urgency_field`` are the fields of the item. Raises AgreementError: E137 for a pair
    without a priority, E102 for a word that stands twice or a matrix of nothing.
    """

    impacts: tuple[str, ...]
    urgencies: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...] = field(converter=_rows)
    impact_field: str = "impact"
    urgency_field: str = "urgency"

    def __attrs_post_init__(self) -> None:
        problems = Problems()
        for name, words in ((self.impact_field, self.impacts), (self.urgency_field, self.urgencies)):
            if not words:
                problems.add("E102", "", f"the matrix has no {name}; name at least one")
            problems_of = [word for i, word in enumerate(words) if word in words[:i]]
            for word in problems_of:
                problems.add("E102", word, f"{name} {word!r} is written twice; keep one")
        for i, impact in enumerate(self.impacts):
            row = self.cells[i] if i < len(self.cells) else ()
            for j, urgency in enumerate(self.urgencies):
                if j >= len(row) or not row[j]:
                    pair = f"{self.impact_field}={impact}, {self.urgency_field}={urgency}"
                    problems.add("E137", impact, f"{pair} has no priority; give it one")
            if len(row) > len(self.urgencies):
                msg = (
                    f"{len(row)} priorities for {len(self.urgencies)} kinds of {self.urgency_field}; write one for each"
                )
                problems.add("E137", impact, msg)
        if len(self.cells) > len(self.impacts):
            problems.add("E137", "", f"{len(self.cells)} rows for {len(self.impacts)} kinds of {self.impact_field}")
        problems.raise_as(AgreementError)

    def priority(self, impact: Any, urgency: Any) -> str | None:
        """Return the priority of a pair; None where one of them is missing or is none of the matrix."""
        row, column = as_text(impact), as_text(urgency)
        if row not in self.impacts or column not in self.urgencies:
            return None
        return self.cells[self.impacts.index(row)][self.urgencies.index(column)]

    @property
    def priorities(self) -> tuple[str, ...]:
        """The priorities, the gravest first: by the first diagonal of the matrix that names them, then by name."""
        ranks: dict[str, int] = {}
        for i, row in enumerate(self.cells):
            for j, name in enumerate(row):
                ranks[name] = min(ranks.get(name, i + j), i + j)
        return tuple(sorted(ranks, key=lambda name: (ranks[name], name)))


@frozen(kw_only=True)
class PriorityScheme:
    """The priorities of an agreement, the most urgent first, and how they are found and called.

    ``field`` holds an item's priority. ``matrix`` gives it where the item has none. ``by_type`` has the priorities
    that a type of item uses, where it uses others: (type, priorities). ``names`` has what other parties call them:
    (party or system, ((theirs, ours), ...)). Raises AgreementError: E102 for a priority that stands twice or that
    the scheme does not have.
    """

    field: str = "priority"
    order: tuple[str, ...] = ()
    matrix: Matrix | None = None
    by_type: tuple[tuple[str, tuple[str, ...]], ...] = ()
    names: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    clause: str = ""

    def __attrs_post_init__(self) -> None:
        problems = Problems()
        for i, name in enumerate(self.order):
            if name in self.order[:i]:
                problems.add("E102", "order", f"priority {name!r} is written twice; keep one")
        if self.order and self.matrix:
            self._check(problems, "matrix", self.matrix.priorities)
        for other, pairs in self.names:
            self._check(problems, f"names.{other}", (ours for _, ours in pairs))
        problems.raise_as(AgreementError)

    def _check(self, problems: Problems, path: str, names: Iterable[str]) -> None:
        known = self.priorities
        for name in dict.fromkeys(names):
            if known and name not in known:
                problems.add("E102", path, f"{name!r} is not a priority of this agreement{did_you_mean(name, known)}")

    @property
    def priorities(self) -> tuple[str, ...]:
        """Every priority, the most urgent first: the ``order``, else that of the matrix; then those of the types."""
        first = self.order or (self.matrix.priorities if self.matrix else ())
        return tuple(dict.fromkeys((*first, *(name for _, names in self.by_type for name in names))))

    def of_type(self, type_: Any) -> tuple[str, ...]:
        """Return the priorities that a type of item uses, the most urgent first."""
        return dict(self.by_type).get(as_text(type_) or "", self.order or self.priorities)

    def of(self, fields: Mapping[str, Any]) -> str | None:
        """Return the priority of an item: the one that it has, else that of its impact and urgency, else None."""
        own = as_text(fields.get(self.field))
        if own is not None or self.matrix is None:
            return own
        return self.matrix.priority(fields.get(self.matrix.impact_field), fields.get(self.matrix.urgency_field))

    def ours(self, other: str, theirs: Any) -> str | None:
        """Return what we call the priority that another party calls so; None where it is not said."""
        return dict(dict(self.names).get(other, ())).get(as_text(theirs) or "")

    def theirs(self, other: str, ours: str) -> str | None:
        """Return what another party calls one of our priorities, the first if it has several; None if not said."""
        pairs = dict(self.names).get(other, ())
        return next((name for name, own in pairs if own == ours), None)
