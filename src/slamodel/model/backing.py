"""Backing: what stands behind a promise, as it is written: references to the targets of other agreements."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from attrs import field, frozen, validators

from slamodel.errors import AgreementError
from slamodel.model._checks import Problems
from slamodel.model.chain import AllOf, AnyOf, Chain, InOrder, Link
from slamodel.timeline.durations import Amount

WAYS: Final = ("in_order", "all_of", "any_of")
_MADE: Final[Mapping[str, Callable[[tuple[Chain, ...]], Chain]]] = {
    "in_order": InOrder,
    "all_of": AllOf,
    "any_of": AnyOf,
}
_WRITE: Final = "write it as agreement/target, such as server-ola/restore"


@frozen
class Reference:
    """A target of another agreement by name, perhaps the limit of one ``priority``: "telco-uc/repair/P1".

    ``hand_off`` is the time on the wall before its clock starts (None: what that target says). Raises AgreementError
    (E102) without an agreement or a target, E132 for a hand-off in business days.
    """

    agreement: str
    target: str
    priority: str = ""
    hand_off: Amount | None = None
    clause: str = ""

    def __attrs_post_init__(self) -> None:
        if not self.agreement or not self.target:
            msg = f"{str(self)!r} names no target of another agreement; {_WRITE}"
            raise AgreementError(msg, "E102")
        if self.hand_off is not None and self.hand_off.days:
            msg = f"'{self.hand_off}' counts business days; a hand-off is time on the wall, such as 10m"
            raise AgreementError(msg, "E132")

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Read "agreement/target" or "agreement/target/priority". Raises AgreementError (E102)."""
        parts = [part.strip() for part in text.split("/")]
        if not 2 <= len(parts) <= 3 or not all(parts):
            msg = f"{text[:60]!r} names no target of another agreement; {_WRITE}"
            raise AgreementError(msg, "E102")
        return cls(parts[0], parts[1], parts[2] if parts[2:] else "")

    def __str__(self) -> str:
        return "/".join(part for part in (self.agreement, self.target, self.priority) if part)

    @property
    def references(self) -> tuple[Reference, ...]:
        """Itself."""
        return (self,)


@frozen
class Branches:
    """Parts that are worked ``in_order``, side by side (``all_of``), or of which one is worked (``any_of``)."""

    way: str = field(validator=validators.in_(WAYS))
    parts: tuple[Backers, ...]

    def __attrs_post_init__(self) -> None:
        if not self.parts:
            msg = f"{self.way} of nothing backs nothing; {_WRITE}"
            raise AgreementError(msg, "E102")

    @property
    def references(self) -> tuple[Reference, ...]:
        """Every reference in it, once, in the order they are written."""
        return tuple(dict.fromkeys(one for part in self.parts for one in part.references))


Backers: TypeAlias = Reference | Branches


@frozen
class BackedBy:
    """One promise of an agreement, a target and perhaps a priority of it, and what stands behind it.

    ``chain`` turns the references into links, for the proof that they keep the promise.
    """

    target: str
    priority: str
    by: Backers
    clause: str = ""

    def __str__(self) -> str:
        return f"{self.target}/{self.priority}" if self.priority else self.target

    def chain(self, link: Callable[[Reference], Link]) -> Chain:
        """Return the chain, each reference turned into a link. Raises AgreementError with all that fail."""
        problems = Problems()
        made = _chain(self.by, link, problems)
        problems.raise_as(AgreementError)
        if made is None:  # pragma: no cover - a chain that cannot be made has noted a problem
            raise AgreementError(str(self), "E102")
        return made


def _chain(part: Backers, link: Callable[[Reference], Link], problems: Problems) -> Chain | None:
    if isinstance(part, Reference):
        with problems.at("", "E102"):
            return link(part)
        return None
    parts = [_chain(one, link, problems) for one in part.parts]
    chosen = tuple(one for one in parts if one is not None)
    return _MADE[part.way](chosen) if len(chosen) == len(parts) else None
