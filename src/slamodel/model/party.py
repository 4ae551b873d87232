"""Party: who promises, who is promised, and the organisation that each belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import field, frozen, validators

from slamodel.errors import AgreementError

KINDS: Final = ("organisation", "unit", "team")


def _pairs(value: Any) -> tuple[tuple[str, str], ...]:
    pairs = value.items() if isinstance(value, Mapping) else value
    return tuple(sorted((str(system), str(name)) for system, name in pairs))


@frozen
class Party:
    """An organisation, or a unit or a team of one.

    ``parent`` is what it belongs to: a unit or a team needs one, an organisation may have one (a group).
    ``external_ids`` are its names in other systems: a mapping such as {"servicenow": "a1b2"}, kept as pairs.
    Raises AgreementError (E102) for a party without an id, or a unit that belongs to nothing.
    """

    id: str
    name: str = ""
    kind: str = field(default="organisation", validator=validators.in_(KINDS))
    parent: Party | None = None
    external_ids: tuple[tuple[str, str], ...] = field(default=(), converter=_pairs)

    def __attrs_post_init__(self) -> None:
        if not self.id:
            msg = "a party needs an id, such as id: server-team"
            raise AgreementError(msg, "E102")
        if self.kind != "organisation" and self.parent is None:
            msg = f"{self.kind} {self.id!r} belongs to no organisation; give its parent"
            raise AgreementError(msg, "E102")

    def __str__(self) -> str:
        return self.name or self.id

    @property
    def organisation(self) -> Party:
        """The organisation that it is, or belongs to."""
        return self if self.kind == "organisation" or self.parent is None else self.parent.organisation

    def is_called(self, name: str) -> bool:
        """Return whether this is its id or its name."""
        return bool(name) and name in {self.id, self.name}
