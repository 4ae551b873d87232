"""The algebra of Spans is that of sets of instants; each test is named as the law it holds."""

from hypothesis import given
from hypothesis import strategies as st

from slamodel.timeline.instants import FIRST, LAST
from slamodel.timeline.spans import EMPTY, Spans, spans_of

ALL = Spans([FIRST], [LAST])
TOP = 48
pairs = st.lists(st.tuples(st.integers(0, TOP), st.integers(0, TOP)), max_size=7)
sets = pairs.map(lambda found: spans_of([a for a, _ in found], [b for _, b in found]))


def members(spans: Spans) -> set[int]:
    return {at for start, end in spans for at in range(start, end)}


@given(pairs)
def test_union_of_stretches_in_any_order(found: list[tuple[int, int]]) -> None:
    """spans_of is the union; empty and reversed stretches count for nothing."""
    made = spans_of([a for a, _ in found], [b for _, b in found])
    backwards = spans_of([a for a, _ in reversed(found)], [b for _, b in reversed(found)])
    assert members(made) == {at for start, end in found for at in range(start, end)}
    assert backwards == made


@given(sets)
def test_canonical(a: Spans) -> None:
    """Stretches are sorted, none is empty and none touches the next, so equal sets are equal."""
    edges = [edge for span in a for edge in span]
    assert edges == sorted(set(edges))
    assert spans_of(a.starts, a.ends) == a
    assert a.total == len(members(a))
    assert len(a) == len(list(a))


@given(sets)
def test_read_only(a: Spans) -> None:
    """A set never changes under those who share it."""
    assert not a.starts.flags.writeable
    assert not a.ends.flags.writeable


@given(sets, sets)
def test_or_and_minus_are_those_of_sets(a: Spans, b: Spans) -> None:
    """| & and - do with instants what they do with sets."""
    assert members(a | b) == members(a) | members(b)
    assert members(a & b) == members(a) & members(b)
    assert members(a - b) == members(a) - members(b)


@given(sets, sets)
def test_commutative(a: Spans, b: Spans) -> None:
    assert a | b == b | a
    assert a & b == b & a


@given(sets, sets, sets)
def test_associative(a: Spans, b: Spans, c: Spans) -> None:
    assert (a | b) | c == a | (b | c)
    assert (a & b) & c == a & (b & c)


@given(sets)
def test_idempotent(a: Spans) -> None:
    assert a | a == a
    assert a & a == a


@given(sets, sets)
def test_absorption(a: Spans, b: Spans) -> None:
    assert a | (a & b) == a
    assert a & (a | b) == a


@given(sets, sets, sets)
def test_distributive(a: Spans, b: Spans, c: Spans) -> None:
    assert a & (b | c) == (a & b) | (a & c)
    assert a | (b & c) == (a | b) & (a | c)


@given(sets, sets)
def test_de_morgan(a: Spans, b: Spans) -> None:
    assert ~(a | b) == ~a & ~b
    assert ~(a & b) == ~a | ~b


@given(sets)
def test_complement(a: Spans) -> None:
    assert ~~a == a
    assert a | ~a == ALL
    assert a & ~a == EMPTY


@given(sets)
def test_neutral_and_absorbing(a: Spans) -> None:
    assert a | EMPTY == EMPTY | a == a
    assert a & EMPTY == EMPTY & a == EMPTY
    assert a & ALL == a
    assert a | ALL == ALL


@given(sets, sets)
def test_difference_is_and_not(a: Spans, b: Spans) -> None:
    assert a - b == a & ~b
    assert (a - b) & b == EMPTY
    assert (a - b) | (a & b) == a


@given(sets, sets)
def test_inclusion_and_exclusion(a: Spans, b: Spans) -> None:
    assert a.total + b.total == (a | b).total + (a & b).total


@given(sets, st.integers(0, TOP), st.integers(0, TOP))
def test_clip_is_and(a: Spans, start: int, end: int) -> None:
    assert a.clip(start, end) == a & spans_of([start], [end])
    assert members(a.clip(start, end)) == members(a) & set(range(start, end))


def test_repr() -> None:
    """What is shown says which stretches."""
    assert repr(spans_of([5, 1], [7, 3])) == "Spans([(1, 3), (5, 7)])"
