"""An agreement is its file: whatever can be loaded is written so that it loads to an equal one, in every format."""

from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.io.agreements.reader import read_document
from slamodel.io.long_form.texts import WRITERS, text_of
from slamodel.io.written_agreement import dumps, to_dict
from slamodel.model.agreement import Agreement
from slamodel.model.escalation import Level
from slamodel.model.event_map import EventMap
from slamodel.model.limit import Limit
from slamodel.model.pause import PauseRule
from slamodel.model.portfolio import Portfolio
from slamodel.model.selector import ALWAYS_TRUE, NEVER, Either, Every, Exists, In, Not, Selector, event
from slamodel.model.target import Moment, Target
from slamodel.timeline.durations import Amount
from slamodel.timeline.instants import DAY, HOUR, MINUTE
from slamodel.timeline.relative import CLOSE, RelativeDue
from tests.lives import PRIORITIES, TIMES, Lives, lives
from tests.strategies import Draw, documents

pytestmark = pytest.mark.filterwarnings("ignore::slamodel.HolidayHorizonWarning")
ALWAYS = sm.ServiceCalendar(hours="24x7", timezone="Europe/London")
OFFICE = sm.ServiceCalendar(hours={"mon-fri": "09:00-17:00"}, timezone="Europe/London", holidays=["2026-12-25"])

words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
names = words | st.sampled_from(
    ["P1", "no", "Null", "1", "0x1f", "1e5", "17:00", "a.b", "24x7", "-", "2026-12-24", " "]
)
scalars = names | st.booleans() | st.integers(-(2**60), 2**60)
trees = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4), max_leaves=12
)


@given(st.dictionaries(names, trees, min_size=1, max_size=5))
@pytest.mark.parametrize("format", WRITERS)
def test_texts(format: str, document: dict[str, Any]) -> None:  # noqa: A002  as loads calls it
    """Plain data comes back from every format as it was, and so does the order of the keys inside the document."""
    read = read_document(text_of(document, format), format=format).data
    assert read == document
    if format != "toml":
        assert list(read) == list(document)


def selectors(*fields: str) -> st.SearchStrategy[Selector]:
    some = st.lists(names, max_size=3).map(tuple)
    plain = st.builds(In, st.sampled_from(fields), some) | st.builds(Exists, st.sampled_from(fields))
    return st.recursive(plain, _joined, max_leaves=6)


def _joined(inner: st.SearchStrategy[Selector]) -> st.SearchStrategy[Selector]:
    parts = st.lists(inner, max_size=3).map(tuple)
    return st.builds(Not, inner) | st.builds(Every, parts) | st.builds(Either, parts)


states, happenings = selectors("status", "vendor", "priority"), selectors("status", "do")
covered = st.integers(1, 10**13).map(lambda us: Amount(us=us))
lengths = covered | st.sampled_from([Amount(us=2 * HOUR), Amount(us=90 * MINUTE), Amount(days=3)])
walls = covered | st.sampled_from([Amount(us=DAY // 2, calendar_days=True), Amount(us=9 * DAY, calendar_days=True)])
dues = st.builds(RelativeDue, st.integers(0, 130), st.just(CLOSE) | st.integers(0, 24 * 60).map(lambda n: n * MINUTE))
dues |= st.builds(RelativeDue, st.integers(0, 9), field=st.sampled_from(TIMES))
moments = st.builds(Moment, happenings) | st.sampled_from([Moment(event("first_reply")), Moment(event("a.b", "done"))])
timed = moments | st.builds(Moment, field=st.sampled_from(TIMES))


@st.composite
def limits(draw: Draw, calendars: dict[str, sm.Calendar]) -> Limit:
    name = draw(st.sampled_from([*calendars, "", "24x7"]))
    calendar = {**calendars, "": OFFICE, "24x7": ALWAYS}[name]
    if draw(st.integers(0, 5)) == 0:
        return Limit(
            Amount(), calendar, name, field="agreed_hours", reading=draw(st.sampled_from(["hours", "same_time"]))
        )
    dated = isinstance(calendar, sm.ServiceCalendar) and not calendar.never_closes
    if dated and draw(st.booleans()):
        return Limit(Amount(), calendar, name, due=draw(dues))
    length = draw(lengths if dated else walls if calendar.never_closes else covered)
    reading = st.sampled_from(["same_time", "end_of_day", "hours"])
    return Limit(length, calendar, name, reading=draw(reading) if length.days else "same_time")


@st.composite
def levels(draw: Draw, calendars: dict[str, sm.Calendar]) -> Level:
    after = draw(covered)
    point: dict[str, Any] = draw(
        st.sampled_from([{"share": Fraction(1, 8)}, {"share": Fraction(333, 1000)}, {}, {"after": after}])
    )
    if "after" in point:
        calendar = st.sampled_from([None, ALWAYS, OFFICE, *calendars.values()])
        point |= {"is_before": draw(st.booleans()), "calendar": draw(calendar)}
    to = draw(st.lists(words, max_size=2).map(tuple))
    return Level("", **point, to=to, applies=draw(st.just(ALWAYS_TRUE) | states), clause=draw(st.just("") | words))


@st.composite
def agreements(draw: Draw, shared: dict[str, sm.Calendar] | None = None) -> Agreement:
    """Return an agreement as it could have been loaded."""
    calendars: dict[str, sm.Calendar] = dict(shared or {})
    for name in draw(st.lists(words.filter(lambda name: name != "24x7"), max_size=2, unique=True)):
        plain = sm.ServiceCalendar.from_dict(draw(documents()))
        calendars.setdefault(name, draw(st.sampled_from([plain, plain | OFFICE, (OFFICE & plain) - ~plain])))
    order = draw(st.sampled_from([(), PRIORITIES]))
    rules = draw(st.lists(pauses(("first", "second")), max_size=3, unique_by=lambda rule: rule.name))
    found: list[Target] = []
    for name in ("first", "second", "respond")[: draw(st.integers(1, 3))]:
        target = draw(targets(name, calendars, draw(st.sampled_from([*found, None]))))
        kept = tuple(rule for rule in rules if name in rule.stops or not (rule.stops or target.kind == "respond"))
        found.append(evolve(target, pauses=(*kept, *target.pauses), agreement="it"))
    made = Agreement(
        id="it",
        kind=draw(st.sampled_from(["sla", "ola", "uc"])),
        name=draw(st.just("") | words),
        provider=draw(st.just("") | words),
        starts_on=draw(st.sampled_from(["", "2026-01-01"])),
        targets=tuple(found),
        calendars=tuple(calendars.items()),
        priorities=order,
        events=draw(event_maps),
    )
    return made if made.zone == "Europe/London" else evolve(made, timezone="Europe/London")


@st.composite
def targets(draw: Draw, name: str, calendars: dict[str, sm.Calendar], before: Target | None) -> Target:
    """Return a target without pauses of its agreement."""
    drawn: Lives = draw(lives(items=1, most=1))
    target = loadable(evolve(drawn.target, id=name, pauses=(), escalations=()))
    promised = draw(st.lists(st.sampled_from([None, *PRIORITIES]), min_size=1, max_size=4, unique=True))
    none = draw(st.lists(st.sampled_from(PRIORITIES), max_size=2, unique=True))
    also = draw(st.lists(levels(calendars), max_size=3))
    warnings = [evolve(Level.at(point), id=f"warn {point}") for point in draw(st.sampled_from([(), ("50%", "breach")]))]
    follows = [] if before is None else [Moment(after=before, edge=draw(st.sampled_from(["started", "stopped"])))]
    starts = st.sampled_from([target.starts, *follows])
    if target.cycles in {"each", "latest"}:  # which begin at events
        starts = st.just(Moment(event("opened")))
    elsewhere = draw(st.just(()) | states.map(lambda state: (PauseRule("elsewhere", Not(state)),)))
    return evolve(
        target,
        limits=tuple((each, draw(limits(calendars))) for each in promised),
        without=tuple(each for each in none if each not in promised),
        applies=draw(st.just(ALWAYS_TRUE) | states),
        starts=draw(starts),
        stops=draw(st.just(target.stops) | timed),
        resets=draw(st.just(Moment(NEVER)) | moments),
        pauses=elsewhere,
        escalations=(*warnings, *(evolve(level, id=f"{n}") for n, level in enumerate(also))),
        clause=draw(st.just("") | words),
        judge="elapsed" if target.judge != "elapsed" and draw(st.booleans()) else target.judge,
    )


def loadable(target: Target) -> Target:
    """Return a target with what says nothing in it at its default: a file that said it would be refused."""
    idle: dict[str, Any] = {}
    if target.cycles == "chain" and target.reopen == "new_cycle":
        idle["reopen"] = "continue"
    if target.cycles == "once":
        idle |= {"ends": Moment(NEVER), "met_if": target.met_if if target.reopen == "new_cycle" else "all"}
    if target.reopen == "ignore":
        idle["ignore_after"] = Amount()
    if target.priority_change != "retroactive_floor":
        idle["floor"] = Amount()
    return evolve(target, **idle)


@st.composite
def pauses(draw: Draw, stops: tuple[str, ...]) -> PauseRule:
    latch = draw(st.booleans())
    when = In("do", ("paused",)) if latch else draw(states)
    caps: dict[str, Any] = {key: draw(st.just(Amount()) | covered) for key in ("at_most", "at_most_in_total")}
    until: dict[str, Any] = {"until": draw(happenings)} if latch else {}
    return PauseRule(
        draw(names),
        when,
        **until,
        stops=draw(st.just(()) | st.just(stops[:1])),
        needs=draw(st.just(ALWAYS_TRUE) | states),
        ends_at=draw(st.sampled_from(["", "wait_until"])),
        clause=draw(st.just("") | words),
        **caps,
    )


pairs = st.lists(st.tuples(names, names), max_size=2, unique_by=lambda pair: pair[0]).map(tuple)
event_maps = st.builds(
    EventMap,
    kind=st.sampled_from(["changes", "snapshots"]),
    item=words,
    sequence=st.just("") | words,
    format=st.sampled_from(["iso", "epoch", "%d/%m/%Y"]),
    timezone=st.sampled_from(["", "Europe/London"]),
    missing=st.lists(names, max_size=2).map(tuple),
    columns=pairs,
    values=st.lists(st.tuples(names, pairs), max_size=2, unique_by=lambda pair: pair[0]).map(tuple),
    times=st.just(TIMES),
    known=st.lists(st.tuples(names, st.lists(names, max_size=2).map(tuple)), max_size=2, unique_by=lambda p: p[0]).map(
        tuple
    ),
)


@given(agreements(), st.sampled_from([*WRITERS]), st.booleans())
def test_agreements(agreement: Agreement, format: str, long: bool) -> None:  # noqa: A002  as loads calls it
    """An agreement is written, long or short, in any format, so that the text loads to an equal one."""
    book = Portfolio((agreement,))
    text = dumps(book, format=format, long=long)
    again = sm.loads(text, format=format)
    assert again["it"] == agreement
    assert again == book
    assert dumps(again, format=format, long=long) == text


@given(st.data())
def test_portfolios(data: st.DataObject) -> None:
    """So are several agreements with calendars in common, and these are written once."""
    shared: dict[str, sm.Calendar] = {"office": OFFICE, "both": OFFICE & ALWAYS}
    some = data.draw(st.lists(agreements(shared), min_size=2, max_size=3))
    book = Portfolio(tuple(evolve(one, id=f"a{n}", targets=_in(f"a{n}", one)) for n, one in enumerate(some)))
    document = to_dict(book)
    assert [*document["calendars"]][:2] == ["office", "both"]
    assert sm.load(document) == book


def _in(name: str, agreement: Agreement) -> tuple[Target, ...]:
    made: dict[str, Target] = {}
    for target in agreement.targets:
        after = target.starts.after
        starts = evolve(target.starts, after=made[after.id]) if after else target.starts
        made[target.id] = evolve(target, agreement=name, starts=starts)
    return tuple(made.values())
