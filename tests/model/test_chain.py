"""Chains: equal by content, laid out into paths, and refused where they back nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from slamodel import AgreementError, ServiceCalendar
from slamodel.model.chain import MOST_PATHS, AllOf, AnyOf, InOrder, Link
from slamodel.model.limit import Limit
from slamodel.timeline.durations import Amount, parse_amount

ALWAYS = ServiceCalendar.from_dict("24x7")


def link(name: str, within: str = "1h", hand_off: str = "0s") -> Link:
    return Link(f"{name}-ola", name, Limit(parse_amount(within), ALWAYS), parse_amount(hand_off))


def names(chain: Link | InOrder | AllOf) -> list[str]:
    return [" ".join(one.target for one in path) for path in chain.paths()]


A, B, C, D = (link(name) for name in "abcd")


def test_paths() -> None:
    """Every way through a chain is one path; those that are the same are one."""
    assert names(A) == ["a"]
    assert names(InOrder([A, B])) == ["a b"]
    assert names(AllOf([A, B])) == ["a", "b"]
    assert names(InOrder([A, AllOf([B, C]), D])) == ["a b d", "a c d"]
    assert names(InOrder([AllOf([A, B]), AnyOf([C, D])])) == ["a c", "a d", "b c", "b d"]
    assert names(AllOf([InOrder([A, B]), InOrder([C, D]), A])) == ["a b", "c d", "a"]
    assert names(AllOf([A, A])) == ["a"]
    assert names(InOrder([AllOf([A, InOrder([A])]), B])) == ["a b"]


def test_path_count_is_that_of_the_paths() -> None:
    """The number of paths is known without laying them out."""
    for chain in (A, InOrder([A, AllOf([B, C]), D]), AllOf([InOrder([A, B]), AnyOf([C, D])])):
        assert chain.path_count == len(chain.paths())


def test_equal_by_content() -> None:
    """Chains are values; what is needed and what is an alternative are two things."""
    made = InOrder([A, AllOf([B, C])])
    assert made == InOrder((A, AllOf((B, C))))
    assert hash(made) == hash(InOrder((link("a"), AllOf((link("b"), link("c"))))))
    assert made != InOrder([A, AnyOf([B, C])])
    assert made != InOrder([A, AllOf([C, B])])
    assert link("a") != link("a", "2h")
    assert link("a") != link("a", hand_off="5m")


def test_links() -> None:
    """The links of a chain are named once, in the order they are written."""
    assert InOrder([A, AllOf([B, C]), A, D]).links == (A, B, C, D)
    assert A.links == (A,)
    assert A.name == "a-ola/a"


def test_parts_may_be_one() -> None:
    """A branch of one part need not be a list."""
    assert InOrder(A) == InOrder([A])


def test_too_many_paths() -> None:
    """A chain whose paths cannot be laid out is refused when it is made."""
    pair = AllOf([A, B])
    assert InOrder([pair] * 6).path_count == MOST_PATHS
    with pytest.raises(AgreementError, match="128 paths lead through this chain, more than 64"):
        InOrder([pair] * 7)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: InOrder([]), "InOrder of nothing backs nothing; name at least one link"),
        (lambda: AnyOf([A, "b"]), r"1: 'b' is neither a Link nor InOrder, AllOf or AnyOf of links \[E107\]"),
        (lambda: Link("", "a", A.limit), r"agreement: '' is no id; .* \[E102\]"),
        (lambda: Link("a", "", A.limit), r"target: '' is no id; .* \[E102\]"),
        (lambda: Link("a", "b", "4h"), r"limit: '4h' is not a Limit: an amount on a calendar \[E107\]"),  # type: ignore[arg-type]
        (lambda: Link("a", "b", A.limit, "10m"), r"hand_off: '10m' is not an amount"),  # type: ignore[arg-type]
        (lambda: Link("a", "b", A.limit, Amount(days=1)), r"hand_off: '1bd' counts business days; .* \[E132\]"),
    ],
)
def test_refused(make: Callable[[], object], message: str) -> None:
    """Each mistake names its place and what to write."""
    with pytest.raises(AgreementError, match=message):
        make()


def test_all_mistakes_at_once() -> None:
    """A link with three mistakes names three."""
    with pytest.raises(AgreementError) as caught:
        Link("", "", A.limit, Amount(days=1))
    assert len(caught.value.problems) == 3
