"""Shares: what a chain of percentages is sure to keep, of items in time or of time available."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, TypeAlias

from attrs import frozen

from slamodel.errors import AgreementError
from slamodel.report.availability.composite import series
from slamodel.report.backing.words import share_text

Share: TypeAlias = str | Fraction | Decimal | int
_PERCENT: Final = re.compile(r"(\d+(?:\.\d+)?)\s*%", re.ASCII)


@frozen
class ShareBacking:
    """What a chain of links keeps that each keep a share: of their items within the limit, or of time available.

    ``promised`` is the share to back, ``parts`` the (name, share) of each link. ``safe`` holds whatever happens: the
    links fail one after another, never together. ``independent`` is the product: it holds if no failure of one has to
    do with those of another.
    """

    target: str
    promised: Fraction
    parts: tuple[tuple[str, Fraction], ...]

    @property
    def safe(self) -> Fraction:
        """One less the shares that the links may miss together, and never below zero."""
        return series(*(share for _, share in self.parts)).safe

    @property
    def independent(self) -> Fraction:
        """The product of the shares."""
        return series(*(share for _, share in self.parts)).independent

    @property
    def backed(self) -> bool:
        """Whether the safe share is at least what is promised."""
        return self.safe >= self.promised

    @property
    def slack(self) -> Fraction:
        """The safe share less what is promised; negative where it does not keep the promise."""
        return self.safe - self.promised

    @property
    def needed(self) -> Fraction:
        """What each link would have to keep, if all kept the same, for the safe share to be what is promised."""
        return 1 - (1 - self.promised) / len(self.parts)

    def needed_if_independent(self, decimals: int = 5) -> Fraction:
        """Return the least share of so many decimals that each link would have to keep, were they independent."""
        scale = 10**decimals
        low, high = -1, scale
        while high - low > 1:
            middle = (low + high) // 2
            enough = Fraction(middle, scale) ** len(self.parts) >= self.promised
            low, high = (low, middle) if enough else (middle, high)
        return Fraction(high, scale)

    def to_dict(self) -> dict[str, Any]:
        """Return the shares in JSON types, as floats."""
        shares = {name: float(getattr(self, name)) for name in ("promised", "safe", "independent", "slack", "needed")}
        parts = [{"link": name, "share": float(share)} for name, share in self.parts]
        return {"target": self.target, "backed": self.backed, **shares, "parts": parts}

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {share_text(share, 3)}" for name, share in self.parts)
        sure = f"{parts}: {share_text(self.safe, 3)} for sure, {share_text(self.independent, 3)} if independent"
        repair = "" if self.backed else f"; each needs {share_text(self.needed, 3, up=True)}"
        return f"{self.target}  {share_text(self.promised, 3)}  {'' if self.backed else 'NOT '}BACKED: {sure}{repair}"


def prove_share(promised: Share, parts: Mapping[str, Share], *, target: str = "promise") -> ShareBacking:
    """Tell whether links that each keep a share together keep the share that is promised.

    For attainment: if each link keeps its limit for that share of items, and `prove` shows that their limits keep the
    promise's, the promise is kept for at least the ``safe`` share. For availability: of links of which each is
    needed, the allowed unavailabilities add up. Shares are "95%", or exact numbers from 0 to 1. Raises AgreementError
    (E140) for anything else, and (E102) for no parts.
    """
    if not parts:
        msg = f"{target}: no links keep no promise; name at least one with its share"
        raise AgreementError(msg, "E102")
    read = tuple((name, _share(share, name)) for name, share in parts.items())
    return ShareBacking(target, _share(promised, target), read)


def _share(value: Any, name: str) -> Fraction:
    found = _PERCENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found:
        share = Fraction(found[1]) / 100
    elif isinstance(value, (Fraction, Decimal, int)) and not isinstance(value, bool):
        share = Fraction(value)
    else:
        msg = f"{name}: {value!r} is no share; write a percentage such as '95%', or a Fraction (floats are not exact)"
        raise AgreementError(msg, "E140")
    if not 0 <= share <= 1:
        msg = f"{name}: {value} must be 0-100%"
        raise AgreementError(msg, "E140")
    return share
