"""Behind: what the agreement by which an item was judged says stands behind a promise to it."""

from __future__ import annotations

from typing import Any

from slamodel.model.agreement import Agreement
from slamodel.model.backing import Reference
from slamodel.model.portfolio import Portfolio
from slamodel.model.selector import as_text


def links_behind(
    book: Portfolio, agreement: str, target: str, rule: str | None, priority: Any
) -> tuple[Reference, ...]:
    """Return the references behind a promise for a priority, as the version says by whose ``rule`` an item was judged.

    Nothing where the portfolio does not have the agreement.
    """
    if agreement not in book:
        return ()
    version = str(rule or "").partition("/")[0].partition("@")[2]
    versions = book.versions(agreement)
    promising: Agreement = versions.number(int(version)) if version else versions[0]
    named = [one for one in promising.backed_by if one.target == target and one.priority in ("", as_text(priority))]
    return tuple(dict.fromkeys(each for one in named for each in one.by.references))
