"""Composite: the availability of what is made of parts, if they fail independently, and what is safe without that."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

from attrs import frozen

from slamodel.errors import AgreementError

Part: TypeAlias = "Fraction | Composite"


@frozen
class Composite:
    """An availability from 0 to 1, exact: ``independent`` if the parts fail independently, ``safe`` whatever they do.

    ``safe`` is the least that the parts' own promises can come to, so it is what a contract can rely on.
    """

    independent: Fraction
    safe: Fraction


def series(*parts: Part) -> Composite:
    """Return the availability of a chain, all of whose parts are needed: the product; safe is 1 - sum(1 - A)."""
    return k_of_n(len(parts), parts)


def parallel(*parts: Part) -> Composite:
    """Return the availability of parts one of which is enough: 1 - product(1 - A); safe is the best of them."""
    return k_of_n(1, parts)


def k_of_n(needed: int, parts: Iterable[Part]) -> Composite:
    """Return the availability of parts of which ``needed`` must be up; they need not be equal.

    It is down while j = n - needed + 1 of them are. However they fail together, that share is at most the sum of the
    n - r smallest unavailabilities over (j - r), for every r below j: leave the r worst out, and count the others.
    Raises AgreementError (E140) where so many are not there, or a part is no share.
    """
    nodes = [part if isinstance(part, Composite) else Composite(Fraction(part), Fraction(part)) for part in parts]
    if not 1 <= needed <= len(nodes):
        msg = f"{needed} of {len(nodes)} parts cannot be up; need at least one, and at most all of them"
        raise AgreementError(msg, "E140")
    wrong = [node for node in nodes if not (0 <= node.safe <= 1 and 0 <= node.independent <= 1)]
    if wrong:
        msg = f"{wrong[0]} is no availability; write a share from 0 to 1, such as Fraction(999, 1000)"
        raise AgreementError(msg, "E140")
    # The share of time in which just so many are up, one part more at a time.
    up = [Fraction(1)]
    for node in nodes:
        a = node.independent
        up = [low * (1 - a) + high * a for low, high in zip([*up, Fraction(0)], [Fraction(0), *up], strict=True)]
    failing = len(nodes) - needed + 1
    down = sorted(1 - node.safe for node in nodes)
    most = min(sum(down[: len(down) - r], Fraction(0)) / (failing - r) for r in range(failing))
    return Composite(sum(up[needed:], Fraction(0)), max(Fraction(0), 1 - most))
