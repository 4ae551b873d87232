"""Templates: terms that providers published, with their source and date, as documents that `load` reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from attrs import frozen

from slamodel.errors import AgreementError, Problem
from slamodel.io.agreements.bands import parse_bands
from slamodel.model._checks import did_you_mean
from slamodel.model.percent import parse_number

PATH: Final = Path(__file__).parent / "published.json"
"""The file that the templates are in."""
_NAME: Final = "availability"


@frozen(kw_only=True, eq=False)
class Template:
    """What one provider promises to everybody, as it was published; a starting point, and no advice.

    ``source``, ``date`` and ``verified`` say where it is known from, of when, and how surely; ``metric`` and
    ``window`` what is counted, in the provider's words. ``targets`` are what is expected, by tier ("" where there is
    one only), ``rule`` what each value costs, as it was printed (empty: it was not visible), ``credits`` the other
    terms of credits that are known, ``notes`` what no field of an agreement says.
    """

    id: str
    provider: str
    service: str
    source: str
    date: str
    verified: str
    metric: str
    window: str
    what: str
    per: str
    targets: Mapping[str, str]
    rule: Mapping[str, str]
    credits: Mapping[str, Any]
    statistic: str = ""
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.id}: {self.provider}, {self.service}", f"  {self.source} ({self.date}; {self.verified})"]
        lines += [f"  {tier or 'expected'}: {value} per {self.per}" for tier, value in self.targets.items()]
        lines += [f"  {band}: {costs}" for band, costs in self.rule.items()]
        lines += [f"  {key}: {value}" for key, value in self.credits.items()]
        lines += [f"  - {note}" for note in self.notes]
        lines += [f"  ! {problem}" for problem in self.problems()]
        return "\n".join(lines)

    def problems(self, *, precision: Any = None) -> tuple[Problem, ...]:
        """Return what is wrong with its bands as they were printed: values in none of them, or in two (E160).

        With a ``precision`` figures are rounded to it, which lets bands tile that were printed to one decimal.
        """
        if not self.rule or "per_point_below" in self.rule:
            return ()
        step = None if precision is None else parse_number(precision)
        try:
            parse_bands(self.rule, self.what, step)
        except AgreementError as error:
            return tuple(one.under("bands") for one in error.problems)
        return ()

    def document(
        self,
        *,
        agreement: str = "",
        provider: str = "",
        customer: str = "",
        kind: str = "uc",
        service: str = "",
        tier: str = "",
        per: str = "",
        currency: str = "USD",
        precision: Any = None,
        bands: Mapping[str, str] | None = None,
        **terms: Any,
    ) -> dict[str, Any]:
        """Return the terms as a document that `load` reads, and another agreement extends.

        ``tier`` is one of ``targets`` (the first), ``per`` a period in place of the published one. ``precision`` is
        the step that figures are rounded to before they are compared and their band is looked up. ``bands`` are the
        reading that you agreed on where the printed ones leave values out or hold them twice. ``terms`` are further
        keys of an agreement, such as ``until="2026-12-31"`` or ``calendar``. Raises AgreementError: E102 for a tier
        that there is not, and E160 for bands that do not tile: what they leave open is nobody's to decide but yours.
        """
        chosen = tier or next(iter(self.targets), "")
        if chosen not in self.targets:
            msg = f"{self.id} has no tier {tier!r}{did_you_mean(tier, self.targets)}"
            raise AgreementError(msg, "E102")
        rule = dict(self.rule if bands is None else bands)
        if bands is None and (problems := self.problems(precision=precision)):
            raise AgreementError(problems)
        measured: dict[str, Any] = {
            "id": _NAME if self.what == _NAME else self.what,
            "what": self.what,
            **({"statistic": self.statistic} if self.statistic else {}),
            **({"of": service} if service else {}),
            "expected": self.targets[chosen],
            "per": per or self.per,
            **({} if precision is None else {"precision": precision}),
            "clause": f"{self.source} ({self.date})",
        }
        document = {
            "slamodel": 1,
            "agreement": agreement or self.id,
            "kind": kind,
            "name": f"{self.provider}: {self.service}",
            "provider": provider or self.provider,
            **({"customer": customer} if customer else {}),
            "currency": currency,
            "calendar": "24x7",
            **({"services": [service]} if service else {}),
            "measured": [measured],
            **terms,
        }
        if bands is not None or (rule and chosen == next(iter(self.targets))):
            rules = {measured["id"]: rule}
            charge = {"charge": per} if per else {}
            document["credits"] = {"charge": "monthly", **self.credits, **charge, "rules": rules}
        return document


def templates() -> Mapping[str, Template]:
    """Return the published terms that are known, by their id: "aws-ec2-region", "azure-vm", "github-enterprise"."""
    return _templates()


@cache
def _templates() -> Mapping[str, Template]:
    read = json.loads(PATH.read_text("utf-8"))["terms"]
    made = [Template(**{**one, "notes": tuple(one["notes"])}) for one in read]
    return MappingProxyType({one.id: one for one in made})
