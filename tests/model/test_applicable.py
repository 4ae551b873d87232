"""Applicable: who competes for an item is found without holding everybody against everybody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.model import applicable
from slamodel.model.applicable import narrowed
from slamodel.model.selector import ALWAYS_TRUE, Every, In, Selector
from slamodel.timeline.durations import Amount
from slamodel.timeline.instants import HOUR

ALWAYS = sm.ServiceCalendar(hours="24x7")
values = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=2, unique=True).map(tuple)
asked = st.builds(In, st.sampled_from(["client", "site"]), values)
conditions: st.SearchStrategy[Selector] = (
    st.just(ALWAYS_TRUE) | asked | st.lists(asked, max_size=2).map(lambda parts: Every(tuple(parts)))
)

clients = st.builds(In, st.just("client"), values)


def promised(some: list[Selector]) -> list[tuple[sm.Agreement, tuple[sm.Target, ...]]]:
    found: list[tuple[sm.Agreement, tuple[sm.Target, ...]]] = []
    for number, applies in enumerate(some):
        limit = sm.Limit(Amount(us=(number + 1) * HOUR), ALWAYS)
        target = sm.Target(id="resolve", limits=((None, limit),), applies=applies, agreement=f"x{number}")
        found.append((sm.Agreement(id=f"x{number}", targets=(target,)), (target,)))
    return found


@given(
    st.lists(conditions, max_size=5) | st.lists(clients, max_size=5), st.sampled_from(["most_specific", "strictest"])
)
def test_everybody_against_everybody(some: list[Selector], which: str) -> None:
    """C12 which: whoever could have an item too is found, in the order of the agreements, whatever all of them ask."""
    pairs = promised(some)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(applicable, "_near", lambda group: lambda _: group)
        expected = narrowed(pairs, which)
    assert narrowed(pairs, which) == expected
