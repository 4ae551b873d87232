"""Laws of the clock's conventions: what each may change, and what none may (C3, C8, C10, C11)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from attrs import evolve, frozen
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import slamodel as sm
from slamodel.clock.clocks import NEVER, REASONS
from slamodel.clock.evaluate import evaluate
from slamodel.clock.stopwatch import Stopwatch
from slamodel.model.target import PRIORITY_CHANGES
from tests.lives import DOINGS, LATCHES, MOMENT, STATUSES, Lives, lives, table_of, target_of
from tests.oracle import Oracle
from tests.oracle.dates import Span
from tests.strategies import DAY, HOUR, Draw

pytestmark = pytest.mark.filterwarnings("ignore::slamodel.HolidayHorizonWarning")
ITEM = "item 0"
ZERO = timedelta()
Verdict = dict[str, Any]
EVENTS_ALONE: dict[str, Any] = {
    "starts": {"do": ("opened",)},
    "stops": {"do": ("resolved", "closed")},
    "starts_at": "",
    "stops_at": "",
    "ends_at": "",
    "after": {},
    "reopens": {"do": ("reopened",)},
    "cancels": {"do": ("cancelled",)},
}


PLAIN: dict[str, Any] = {
    "per": "",
    "resets": None,
    "ends": None,
    "pauses": (),
    "without": (),
    "grace": ZERO,
    "at_limit": "met",
    "judge": "elapsed",
    "percent_decimals": 2,
    "change": "carry",
    "floor": ZERO,
    "retroactive_pause": True,
    "forgive": False,
    "reopen": "continue",
    "ignore_after": ZERO,
    "cycles": "once",
    "met_if": "all",
    "resolution": MOMENT,
    "start_with_stop": "never_ran",
    "pause_with_resume": "neither",
    "pause_measure": "covered",
    "due_while_paused": "none",
    "boundary": "close",
    "negative_remaining": True,
}


def judged(life: Lives, rows: Any = None, **changed: Any) -> list[Verdict]:
    """Return the verdict on the first item of a life, under rules of which some are changed; none if none is there."""
    target = target_of({**life.rules, **changed})
    table = table_of({ITEM: list(rows or life.logs[0])})
    return answered(lambda: evaluate([target], table, as_of=life.as_of).to_dicts())


def answered(ask: Callable[[], list[Verdict]]) -> list[Verdict]:
    """Return verdicts: none where nothing is promised, or has happened, or a calendar never opens again."""
    try:
        return [row for row in ask() if row["reason"] != REASONS[NEVER]]
    except sm.HorizonError:
        return []
    except sm.EventError as error:
        if error.problems[0].code not in {"E136", "E190"}:
            raise
        return []


def without(verdicts: list[Verdict], *names: str) -> list[Verdict]:
    return [{name: value for name, value in row.items() if name not in names} for row in verdicts]


@pytest.mark.parametrize("change", PRIORITY_CHANGES)
@settings(max_examples=20)
@given(data=st.data())
def test_same_target(change: str, data: st.DataObject) -> None:
    """C10: a switch to a priority that has the same limit changes nothing, under every policy."""
    life = data.draw(lives(items=1, change=change, without=()))
    limits = {**life.rules["limits"], "else": next(iter(life.rules["limits"].values()))}
    rows = [{**row, "priority": "P3"} if row.get("priority") == "P4" else row for row in life.logs[0]]
    limits.pop("P3", None)
    same = without(judged(life, rows, limits=limits), "priority")
    assert without(judged(life, limits=limits), "priority") == same


@given(lives(items=1))
def test_a_rule_said_twice(life: Lives) -> None:
    """C8: overlapping pauses count once, so a pause rule that stands there twice counts as one."""
    assert judged(life, pauses=life.rules["pauses"] * 2) == judged(life)


@given(lives(items=1))
def test_a_pause_in_two_parts(life: Lives) -> None:
    """C8: it is the same whether one rule pauses in two states, or two rules in one each."""
    one = ({"when": {"status": ("waiting", "new", "open")}},)
    two = ({"when": {"status": ("waiting", "open")}}, {"when": {"status": ("new",)}})
    assert judged(life, pauses=(*two, *LATCHES)) == judged(life, pauses=(*one, *LATCHES))


@given(
    lives(
        items=1, judge="elapsed", due_while_paused="none", pause_measure="covered", resolution=MOMENT, **EVENTS_ALONE
    ),
    st.data(),
)
def test_a_pause_in_closed_time(life: Lives, data: st.DataObject) -> None:
    """C8: a pause in closed time moves nothing but the time on the wall."""
    oracles = [span.oracle for span in life.rules["limits"].values()]
    ticks = closed_ticks(life, oracles)
    if not ticks:
        return
    begins = data.draw(st.sampled_from(ticks))
    ends = begins
    while ends in ticks and data.draw(st.integers(0, 9)):
        ends += life.step
    lunch: Any = {"when": {"do": ("lunch",)}, "until": {"do": ("back",)}}
    rows = [*life.logs[0], {"at": begins, "do": "lunch"}, {"at": ends, "do": "back"}]
    aside = ("wall_elapsed", "wall_paused", "paused_since", "priority")
    found = without(judged(life, rows, pauses=(*life.rules["pauses"], lunch)), *aside)
    assert found == without(judged(life), *aside)


def closed_ticks(life: Lives, oracles: list[Oracle]) -> list[datetime]:
    """Return the ticks of an item's life at which all calendars are closed."""
    at, found = min(row["at"] for row in life.logs[0]), []
    while at < life.as_of - life.step:
        found += [at] if not any(oracle.is_open(at) for oracle in oracles) else []
        at += life.step
    return found


@frozen
class Run:
    """A clock on one calendar that is changed once, at ``mid``: instants in order, and two limits."""

    life: Lives
    start: datetime
    mid: datetime
    end: datetime
    after: datetime

    def verdict(self, *rows: tuple[datetime, str] | tuple[datetime, str, str], **changed: Any) -> Verdict:
        """Judge these events: (at, do) or (at, do, priority)."""
        said = [{"at": row[0], "do": row[1], "priority": row[2] if len(row) > 2 else None} for row in rows]
        said[0]["priority"] = said[0]["priority"] or "P1"
        found = judged(self.life, said, **changed)
        assume(found)
        return found[0]

    def open_time(self, start: datetime, end: datetime) -> timedelta:
        oracle: Oracle = self.life.rules["limits"]["P1"].oracle
        return oracle.elapsed(start, end)


@st.composite
def runs(draw: Draw) -> Run:
    """Return four instants of a clock that starts and stops at events, under the plainest rules, with two limits."""
    life = draw(lives(items=1, **EVENTS_ALONE, **PLAIN))
    oracle = next(iter(life.rules["limits"].values())).oracle
    limits = {name: Span(oracle, draw(st.integers(1, 48)) * life.step) for name in ("P1", "P2")}
    gaps = [draw(st.integers(0, 16 * HOUR // life.step)) * life.step for _ in range(4)]
    ats = [min(row["at"] for row in life.logs[0]) + sum(gaps[: n + 1], ZERO) for n in range(4)]
    return Run(evolve(life, rules={**life.rules, "limits": limits}, as_of=ats[-1] + DAY), *ats)


def changed(run: Run, change: str, **others: Any) -> Verdict:
    """Judge a clock whose priority changes on the way."""
    events = ((run.start, "opened"), (run.mid, "priority", "P2"), (run.end, "resolved"))
    return run.verdict(*events, change=change, **others)


@given(runs())
def test_carry_and_keep(run: Run) -> None:
    """C10: on one calendar a change moves no used-up time; `keep` keeps the first limit, `carry` takes the last."""
    carried, kept = changed(run, "carry"), changed(run, "keep")
    assert carried["elapsed"] == kept["elapsed"] == run.open_time(run.start, run.end)
    assert kept["limit"] == run.life.rules["limits"]["P1"].amount
    assert carried["limit"] == run.life.rules["limits"]["P2"].amount


@given(runs())
def test_strictest(run: Run) -> None:
    """C10: the strictest clock is the one of `keep` and `carry` that runs out first."""
    both = [changed(run, change) for change in ("carry", "keep")]
    assert changed(run, "strictest") == min(both, key=lambda row: row["breached_at"] or row["breaches_after"])


@given(runs())
def test_restart(run: Run) -> None:
    """C10: a restarted clock is a clock that began at the change."""
    opened = ((run.mid, "opened", "P2"), (run.end, "resolved"))
    assert without([changed(run, "restart")], "cycles") == without([run.verdict(*opened)], "cycles")


@given(runs())
def test_retroactive(run: Run) -> None:
    """C10: a retroactive change is one that was there from the start; a floor gives so much more from the change on."""
    always = run.verdict((run.start, "opened", "P2"), (run.end, "resolved"))
    assert changed(run, "retroactive") == always
    floor = 3 * run.life.step
    floored = changed(run, "retroactive_floor", floor=floor)
    assert floored["limit"] == max(always["limit"], run.open_time(run.start, run.mid) + floor)
    assert floored["elapsed"] == always["elapsed"]


@given(runs())
def test_proportional(run: Run) -> None:
    """C10: the share of the limit that was used is carried, cut down to the microsecond."""
    row, (old, new) = changed(run, "proportional"), (span.amount for span in run.life.rules["limits"].values())
    before = run.open_time(run.start, run.mid) // MOMENT * (new // MOMENT) // (old // MOMENT) * MOMENT
    assert row["elapsed"] == before + run.open_time(run.mid, run.end)
    assert row["wall_elapsed"] == run.end - run.start


def reopened(run: Run, reopen: str, **others: Any) -> Verdict:
    """Judge a clock that stops, is opened again, and runs on."""
    return run.verdict((run.start, "opened"), (run.mid, "resolved"), (run.end, "reopened"), reopen=reopen, **others)


@given(runs())
def test_reopening(run: Run) -> None:
    """C11: what stood between a stop and the reopening is left out, counted, begun anew, or never happened."""
    worked = run.open_time(run.start, run.mid) + run.open_time(run.end, run.life.as_of)
    assert reopened(run, "continue")["elapsed"] == worked
    through = reopened(run, "continue_with_gap")
    assert through == run.verdict((run.start, "opened"))
    anew, fresh = reopened(run, "new_cycle", met_if="last"), run.verdict((run.end, "opened"))
    assert anew["cycles"] == fresh["cycles"] + 1
    assert without([anew], "cycles") == without([fresh], "cycles")
    stopped = run.verdict((run.start, "opened"), (run.mid, "resolved"))
    assert reopened(run, "ignore") == stopped
    assert reopened(run, "new_cycle", met_if="first")["breached_at"] == stopped["breached_at"]
    gap = run.end - run.mid
    if gap > run.life.step:
        for policy in ("continue", "continue_with_gap", "new_cycle"):
            assert reopened(run, policy, ignore_after=gap - run.life.step) == stopped
            assert reopened(run, policy, ignore_after=gap) == reopened(run, policy)


@given(runs())
def test_cycles(run: Run) -> None:
    """C11: the oldest request that is open counts, or the last one, or the last stop."""
    asked = ((run.start, "opened"), (run.mid, "opened"), (run.end, "resolved"))
    assert run.verdict(*asked, cycles="each")["started_at"] == run.start
    assert run.verdict(*asked, cycles="latest")["started_at"] == run.mid
    if run.mid < run.after:
        again = run.verdict(*asked, (run.after, "opened"), cycles="each", met_if="last")
        assert (again["cycles"], again["started_at"]) == (2, run.after)
    if not run.mid < run.end < run.after:
        return  # a stop said twice makes no cycle
    ended = {"do": ("ended",)}
    told = ((run.start, "opened"), (run.mid, "resolved"), (run.end, "resolved"), (run.after, "ended"))
    chained = run.verdict(*told, cycles="chain", ends=ended)
    assert (chained["cycles"], chained["started_at"], chained["stopped_at"]) == (3, run.end, run.after)
    limit = chained["limit"]
    late = [run.open_time(*ends) > limit for ends in [(run.start, run.mid), (run.mid, run.end), (run.end, run.after)]]
    for met_if, breached in {"all": any(late), "first": late[0], "last": late[-1]}.items():
        assert run.verdict(*told, cycles="chain", ends=ended, met_if=met_if)["breached"] == breached


@given(runs())
def test_due_moves_by_covered_pause(run: Run) -> None:
    """C8: a due moves by the covered time of a pause, and by nothing else."""
    pause: Any = {"when": {"do": ("paused",)}, "until": {"do": ("resumed",)}}
    events = ((run.start, "opened"), (run.mid, "paused"), (run.end, "resumed"))
    row = run.verdict(*events, pauses=(pause,))
    span = run.life.rules["limits"]["P1"]
    assert row["paused"] == run.open_time(run.mid, run.end)
    if run.open_time(run.start, run.mid) < span.amount:
        calendar = sm.ServiceCalendar.from_dict(span.oracle.doc)
        assert row["due"] == calendar.due(run.start, span.amount + row["paused"])


@given(runs(), st.sampled_from(["paused", "resumed"]))
def test_a_pause_that_is_split_or_said_twice(run: Run, between: str) -> None:
    """C8: a pause that ends and begins again at once, or is said to begin twice, is one pause to all that counts."""
    pause: Any = {"when": {"do": ("paused",)}, "until": {"do": ("resumed",)}}
    events = [(run.start, "opened"), (run.mid, "paused"), (run.after, "resolved")]
    middle = run.mid + (run.end - run.mid) // run.life.step // 2 * run.life.step
    if not run.mid < middle < run.end:
        return  # what is said twice at one instant counts once (C6)
    again = [(middle, between), (middle, "paused"), (run.end, "resumed")]
    whole = run.verdict(*events[:2], (run.end, "resumed"), events[2], pauses=(pause,))
    assert run.verdict(*events[:2], *again, events[2], pauses=(pause,)) == whole
    still, cut = (run.verdict(*events[:2], *more, pauses=(pause,)) for more in ((), again[:2]))
    assert without([cut], "paused_since") == without([still], "paused_since")


class Watched(RuleBasedStateMachine):
    """A live item and its log, side by side: whatever comes, in whatever target, they say the same."""

    @initialize(life=lives(items=1) | lives(items=1, in_days=True))
    def begin(self, life: Lives) -> None:
        self.life, self.rows = life, [life.logs[0][0]]
        self.watch = Stopwatch(life.target, {"item": ITEM}).apply(event_of(self.rows[0]))
        self.at, self.asked = life.logs[0][0]["at"], life.as_of

    @rule(
        steps=st.integers(0, 40), do=st.sampled_from(DOINGS), status=st.sampled_from([None, *STATUSES]), data=st.data()
    )
    def happens(self, steps: int, do: str, status: str | None, data: st.DataObject) -> None:
        """Something happens: at the same instant, or later."""
        self.at += steps * self.life.step
        row: dict[str, Any] = {"at": self.at, "do": do, "status": status}
        if do in {"priority", "opened"}:
            row["priority"] = data.draw(st.sampled_from(["P1", "P2", "P3", "P4"]))
        if do in {"vendor", "paused", "note"}:
            row["vendor"] = data.draw(st.sampled_from(["yes", "no"]))
            row["wait_until"] = self.at + data.draw(st.integers(0, 40)) * self.life.step
        if do in {"resolved", "closed"}:
            row["resolved_at"] = self.at
        self.rows.append(row)
        self.watch.apply(event_of(row))

    @rule(steps=st.integers(-20, 60))
    def asks_at(self, steps: int) -> None:
        """Ask at another instant, before the last event or after it."""
        self.asked = self.at + steps * self.life.step

    @rule()
    def is_stored(self) -> None:
        """The state goes through JSON."""
        state = json.loads(json.dumps(self.watch.to_dict(), default=lambda value: value.isoformat()))
        self.watch = Stopwatch.from_dict(self.life.target, state)

    @precondition(lambda self: hasattr(self, "rows"))
    @invariant()
    def says_the_same(self) -> None:
        """The stopwatch says what a log with these events says."""
        assert self.live() == judged(evolve(self.life, as_of=self.asked), self.rows)

    def live(self) -> list[Verdict]:
        return answered(lambda: [self.watch.verdict(self.asked)])


def event_of(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


TestWatched = pytest.mark.filterwarnings("ignore::slamodel.HolidayHorizonWarning")(Watched.TestCase)
TestWatched.settings = settings(stateful_step_count=12)
