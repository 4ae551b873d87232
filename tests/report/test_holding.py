"""Which party held an item how long: the clocks of links laid over that of the promise (P3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.report.backing.attribute import attribute
from slamodel.report.backing.holding import Attribution

BOOK = """
slamodel: 1
calendars:
  desk: {timezone: Europe/London, hours: {daily: "07:00-22:00"}}
  works: {timezone: Europe/London, hours: {mon-sat: "08:00-20:00"}}
agreements:
  - agreement: sla
    calendar: 24x7
    targets: {resolve: {P2: 8h, P3: 16h}}
    pauses: [awaiting_customer]
    backed_by:
      resolve/P2:
        in_order:
          - desk-ola/triage
          - all_of: [server-ola/restore, telco-uc/repair]
          - desk-ola/confirm
  - agreement: desk-ola
    kind: ola
    provider: {id: desk, name: Service Desk}
    calendar: desk
    targets:
      triage: {within: 15m, stops: assigned}
      confirm: {within: 15m, starts: fixed, stops: resolved}
  - agreement: server-ola
    kind: ola
    provider: Server Team
    calendar: 24x7
    targets: {restore: {P2: 6h, starts: assigned, stops: restored}}
  - agreement: telco-uc
    kind: uc
    provider: Telco
    calendar: works
    targets: {repair: {within: 5h, starts: logged, stops: fixed, cycles: each}}
    pauses: {access: {when: no_access, until: access}}
"""
LIFE = [
    ("2026-06-10T18:00", "opened"),
    ("2026-06-10T18:10", "assigned"),
    ("2026-06-10T18:20", "logged"),
    ("2026-06-10T19:00", "restored"),
    ("2026-06-10T19:30", "no_access"),
    ("2026-06-10T19:40", "access"),
    ("2026-06-11T09:00", "fixed"),
    ("2026-06-11T09:05", "resolved"),
]


def changes(life: list[tuple[str, str]], **fields: str) -> list[dict[str, str]]:
    return [{"item": "INC1", "at": f"{at}+01:00", "do": do, **fields} for at, do in life]


def told(
    life: list[tuple[str, str]], priority: str = "P2", text: str = BOOK, **ask: Any
) -> tuple[Attribution, dict[str, Any]]:
    book = sm.loads(text)
    verdicts = sm.evaluate(book, changes(life, priority=priority))
    (row,) = (one for one in verdicts if one["target"] == "resolve")
    return attribute(verdicts, book, item="INC1", target="resolve", **ask), row


def hm(length: timedelta) -> str:
    minutes = length // timedelta(minutes=1)
    return f"{minutes // 60}:{minutes % 60:02d}"


def test_worked_example() -> None:
    """One item at five clocks: the parts add up to what the promise used, and name who waited for its hours."""
    found, row = told(LIFE)
    assert found.elapsed == row["elapsed"] == timedelta(hours=15, minutes=5)
    assert {parties: hm(length) for parties, length in found.by_party.items()} == {
        ("Service Desk",): "0:15",
        ("Server Team",): "0:10",
        ("Server Team", "Telco"): "0:40",
        ("Telco",): "13:50",
        (): "0:10",
    }
    assert sum(found.by_party.values(), timedelta()) == row["elapsed"]
    assert hm(found.held("Telco")) == "14:30"
    assert hm(found.held("Telco", in_hours=False)) == "12:00"
    assert hm(found.held("Server Team")) == "0:50"
    assert hm(found.nobody) == "0:10", "while the supplier had no access its clock stood still"
    assert str(found) == (
        "INC1  sla/resolve/P2  missed, 15h 5m used\n"
        "  Service Desk           15m\n"
        "  Server Team            10m\n"
        "  Server Team and Telco  40m\n"
        "  Telco                  13h 50m (Telco closed for 12h)\n"
        "  nobody                 10m"
    )


def test_stretches() -> None:
    """The stretches are in order, adjoin, and say by which link, in its hours or out of them."""
    found, _ = told(LIFE)
    rows = found.to_dicts()
    assert [(row["start"].isoformat()[11:16], row["end"].isoformat()[11:16], row["links"]) for row in rows] == [
        ("17:00", "17:10", ["desk-ola/triage"]),
        ("17:10", "17:20", ["server-ola/restore"]),
        ("17:20", "18:00", ["server-ola/restore", "telco-uc/repair"]),
        ("18:00", "18:30", ["telco-uc/repair"]),
        ("18:30", "18:40", []),
        ("18:40", "19:00", ["telco-uc/repair"]),
        ("19:00", "07:00", ["telco-uc/repair"]),
        ("07:00", "08:00", ["telco-uc/repair"]),
        ("08:00", "08:05", ["desk-ola/confirm"]),
    ]
    assert [row["out_of_hours"] for row in rows if row["out_of_hours"]] == [["telco-uc/repair"]]
    assert {row["item"] for row in rows} == {"INC1"}
    assert sum((row["length"] for row in rows), timedelta()) == found.elapsed


def test_while_the_promise_pauses() -> None:
    """Time in which the promise's clock stands still is nobody's: it was not used up."""
    life = [*LIFE[:4], ("2026-06-10T19:10", "status"), *LIFE[6:]]
    log = changes(life, priority="P2")
    log[4]["to"] = "awaiting_customer"
    book = sm.loads(BOOK)
    verdicts = sm.evaluate(book, log)
    found = attribute(verdicts, book, item="INC1", target="sla/resolve")
    assert found.elapsed == timedelta(hours=1, minutes=10)
    assert hm(found.held("Telco")) == "0:50"


def test_cycles_of_a_link() -> None:
    """A link that was asked twice held the item both times."""
    life = [*LIFE[:4], ("2026-06-10T19:10", "fixed"), ("2026-06-10T19:20", "logged"), *LIFE[6:]]
    found, row = told(life)
    assert hm(found.held("Telco")) == "14:30"
    assert hm(found.held("Service Desk")) == "14:05", "it was to confirm from the first time on"
    assert found.elapsed == row["elapsed"]


def test_not_used_yet() -> None:
    """A clock that has not run has used nothing, and a running one what it has so far."""
    found, row = told(LIFE[:2])
    assert (found.elapsed, row["stage"]) == (timedelta(minutes=10), "running")
    assert found.by_party == {("Service Desk",): timedelta(minutes=10)}
    assert told(LIFE[:1])[0].stretches == ()
    assert str(told(LIFE[:1])[0]) == "INC1  sla/resolve/P2  running, 0s used"


def test_a_link_that_promises_nothing() -> None:
    """A link without a limit for the item never held it."""
    text = BOOK.replace("restore: {P2: 6h,", "restore: {P2: 6h, for: {type: incident},")
    found, _ = told(LIFE, text=text)
    assert found.held("Server Team") == timedelta()
    assert hm(found.nobody) == "0:20"


def test_agreements_without_names() -> None:
    """A link without a provider is called as its agreement."""
    found, _ = told(LIFE, text=BOOK.replace("    provider: Telco\n", ""))
    assert hm(found.held("telco-uc")) == "14:30"


def test_a_clock_for_each_value() -> None:
    """Of a target with a clock for each value of a field, each clock is backed as the target is."""
    text = BOOK.replace(
        "    targets: {resolve: {P2: 8h, P3: 16h}}", "    targets: {ownership: {per: team, within: 8h}}"
    )
    before, after = text.index("    backed_by:"), text.index("  - agreement: desk-ola")
    text = f"{text[:before]}    backed_by: {{ownership: telco-uc/repair}}\n{text[after:]}"
    book = sm.loads(text)
    log = changes(LIFE, priority="P2", team="network")
    found = attribute(sm.evaluate(book, log), book, item="INC1", target="ownership[network]")
    assert found.elapsed == timedelta(hours=15, minutes=5)
    assert hm(found.held("Telco")) == "14:30"


def test_by_the_version_that_judged() -> None:
    """What stands behind a promise is what the version says that judged the item."""
    sides = "agreement: sla\n    from: 2026-01-01\n    provider: Acme\n    customer: Borough\n"
    book = sm.loads(BOOK.replace("agreement: sla\n", sides))
    first = book["sla"]
    only = sm.BackedBy("resolve", "P2", sm.Reference("telco-uc", "repair"))
    later = first.amend(starts_on="2026-06-01", backed_by=(only,)).propose()
    agreed = later.agree(sm.Approval("Acme"), sm.Approval("Borough"))
    both = sm.Portfolio((first, agreed, *(book[name] for name in book if name != "sla")))
    for start, parties in (("2026-06-10", 1), ("2026-05-13", 3)):
        life = [
            (at.replace("2026-06-10", start).replace("2026-06-11", f"{start[:-2]}{int(start[-2:]) + 1}"), do)
            for at, do in LIFE
        ]
        verdicts = sm.evaluate(both, changes(life, priority="P2"))
        found = attribute(verdicts, both, item="INC1", target="resolve")
        assert len({one for each in found.by_party for one in each}) == parties


def test_refused() -> None:
    """A promise with nothing behind it, and links that were not judged, are errors that say so."""
    with pytest.raises(sm.AgreementError, match=r"nothing is said to stand behind 'sla/resolve' for priority P3"):
        told(LIFE, priority="P3")
    book = sm.loads(BOOK)
    verdicts = sm.evaluate(sm.Portfolio((book["sla"],)), changes(LIFE, priority="P2"))
    with pytest.raises(sm.AgreementError, match="'desk-ola/triage' stands behind it and was not judged"):
        attribute(verdicts, book, item="INC1")
    with pytest.raises(sm.EventError, match="did you mean 'INC1'"):
        attribute(verdicts, book, item="INC2")


START = datetime(2026, 6, 8, tzinfo=UTC)
OFFICE = "{timezone: UTC, hours: {mon-fri: '09:00-17:00'}}"
NAMES = "abc"
SIMPLE = "slamodel: 1\nagreements:\n" + "\n".join(
    [
        (
            f"  - agreement: sla\n    calendar: {OFFICE}\n    targets: {{resolve: 9h}}\n"
            "    backed_by: {resolve: {all_of: [a/work_a, b/work_b, c/work_c]}}"
        ),
        *(
            f"  - agreement: {name}\n    kind: ola\n    calendar: 24x7\n    targets:\n"
            f"      work_{name}: {{within: 1h, starts: {name}_on, stops: {name}_off, cycles: each}}"
            for name in NAMES
        ),
    ]
)


@given(
    st.integers(0, 100),
    st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 100), st.integers(1, 30)), min_size=1, max_size=6),
    st.integers(0, 130),
)
def test_by_the_hour(opened: int, work: list[tuple[str, int, int]], resolved: int) -> None:
    """Hour by hour of four days: whose work was on, while the promise was open and running."""
    taken: dict[str, set[int]] = {name: set() for name in NAMES}
    events = {(opened, "opened"), (opened + resolved, "resolved")}
    for name, start, length in work:
        if not taken[name] & set(range(start - 1, start + length + 1)):
            taken[name] |= set(range(start, start + length))
            events |= {(start, f"{name}_on"), (start + length, f"{name}_off")}
    log = [{"item": "X", "at": (START + timedelta(hours=at)).isoformat(), "do": do} for at, do in sorted(events)]
    book = sm.loads(SIMPLE)
    verdicts = sm.evaluate(book, log)
    found = attribute(verdicts, book, item="X", target="resolve")
    expected: dict[tuple[str, ...], timedelta] = {}
    for hour in range(opened, opened + resolved):
        at = START + timedelta(hours=hour)
        if at.weekday() < 5 and 9 <= at.hour < 17:
            parties = tuple(name for name in NAMES if hour in taken[name])
            expected[parties] = expected.get(parties, timedelta()) + timedelta(hours=1)
    assert found.by_party == expected
    (row,) = (one for one in verdicts if one["target"] == "resolve")
    assert found.elapsed == (row["elapsed"] or timedelta())
