"""Portfolio, with the questions that take more than the paper: whether it is sound, and whether chains hold."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from attrs import frozen

from slamodel.model import portfolio

if TYPE_CHECKING:
    from slamodel.report.backing.result import Backing
    from slamodel.report.check.findings import Findings

Window: TypeAlias = tuple[datetime, datetime]


@frozen(eq=False)
class Portfolio(portfolio.Portfolio):
    """Agreements by id, as one file gave them: a mapping, ``book["it-helpdesk"]["resolve"]`` is a target.

    ``agreements`` are versions, in the order they were written. Of an agreement with several the mapping gives the
    one that was agreed latest. ``which`` says which of the agreements of one kind applies to an item that several
    match: "most_specific", "all" of them, or the "strictest" (C12). SLA, OLA and UC run beside each other.
    ``warnings`` are what is odd in the files that they were read from, and yet no error. Raises
    AgreementError (E180) where the versions of an agreement do not follow one another.
    """

    def prove(self, target: str, *, over: Window | None = None, arrivals: str = "open", version: int = 0) -> Backing:
        """Prove that what stands behind a promise keeps it, or show where it does not; see `slamodel.prove`.

        ``target`` is the promise as ``backed_by`` names it, with its agreement: "sla/resolve/P2"; ``version`` the
        number of the agreement's version (0: the one that was agreed latest). ``over`` is (start, end), aware
        datetimes; without it the first year of that version. The links are those of the versions in force where it
        begins (P1 versions). Raises AgreementError (E102) for a promise with nothing behind it, E107 for an agreement
        without a first day where ``over`` is not said, and what `slamodel.prove` raises.
        """
        from slamodel.report.proofs import prove_target

        return prove_target(self, target, over=over, arrivals=arrivals, version=version)

    def check(self, *, profile: str = "", over: Window | None = None) -> Findings:
        """Return everything that is wrong or odd in the agreements; see `slamodel.check`, which also reads files.

        Raises AgreementError (E102) for a profile that is not known.
        """
        from slamodel.report.checked import checked

        return checked(self, profile=profile, over=over)
