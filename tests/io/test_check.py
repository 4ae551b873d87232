"""A check tells everything that is wrong or odd, each with its place: a test a code, and a file of many mistakes."""

import json
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import slamodel as sm
from slamodel.cli import main
from slamodel.model.selector import ALWAYS_TRUE, NEVER, Either, Every, Exists, In, Not
from slamodel.report.check.possible import ANOTHER, can_hold, implies, values_of
from slamodel.report.check.profiles import NAMES

CASES = Path(__file__).parent.parent / "cases"
DESK = """\
slamodel: 1
agreement: desk
provider: IT
customer: All
from: 2026-01-01
until: 2028-12-31
calendars:
  office: {timezone: Europe/London, hours: {mon-fri: "09:00-17:00"}}
calendar: office
targets:
  respond: {P1: 1h, P2: 2h}
  resolve: {P1: 4h, P2: 8h}
pauses: [awaiting_customer]
"""


def said(text: str, tmp_path: Path, **options: Any) -> list[str]:
    """What a check says of a file, without the name of the file."""
    (tmp_path / "desk.yaml").write_text(text)
    found = sm.check(tmp_path / "desk.yaml", **options)
    return [str(problem).replace(f"{tmp_path}/desk.yaml:", "") for problem in found.problems]


def test_clean(tmp_path: Path) -> None:
    """Nothing is said of an agreement in which nothing is odd."""
    assert said(DESK, tmp_path) == []
    assert sm.check(sm.loads(DESK)).problems == ()
    assert sm.check(tmp_path / "desk.yaml").passed(strict=True)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            ("{P1: 1h, P2: 2h}", "{P1: 5h, P2: 6h}"),
            "11:13: targets.respond.P1: P1: respond 5h is longer than resolve 4h; are they swapped? [W134]",
        ),
        (
            ("pauses: [awaiting_customer]", "pauses:\n  waiting: {when: {status: waiting}, needs: {status: other}}"),
            (
                "14:3: pauses.waiting: pause 'waiting' can never match: what it asks for excludes itself; "
                "change 'when', 'for' or 'needs' [E150]"
            ),
        ),
        (
            ("pauses: [awaiting_customer]", "pauses: [awaiting_customer]\nevents: {known: {status: [open, closed]}}"),
            (
                "13:1: pauses.awaiting_customer: pause 'awaiting_customer' can never match: what it asks for excludes "
                "itself, or is none of the values under events: known; change 'when', 'for' or 'needs' [E150]"
            ),
        ),
        (
            (
                "pauses: [awaiting_customer]",
                "  close: {within: 2h, stops: {status: closed}}\npauses: {done: {when: {status: closed}}}",
            ),
            (
                "14:10: pauses.done: pause 'done' holds only where 'close' is stopped already, so it never pauses it; "
                "change 'when', or what stops the target [W150]"
            ),
        ),
        (
            ("pauses: [", "  close: {within: 2h, starts: {status: done}, stops: {status: [done, closed]}}\npauses: ["),
            (
                "13:3: targets.close: whatever starts the clock stops it as well, so it would never run; "
                "let 'stops' be another state or event [W151]"
            ),
        ),
        (
            ("pauses: [", "  close: {within: 2h, stops: x, for: {all: [{type: a}, {type: b}]}}\npauses: ["),
            (
                "13:3: targets.close: target 'close' is for no item: what 'for' asks for excludes itself; "
                "change 'for' [W142]"
            ),
        ),
        (
            ("calendar: office", "  spare: 24x7\ncalendar: office"),
            (
                "9:3: calendars.spare: calendar 'spare' is used by nothing; name it with 'calendar' or 'cover', "
                "or leave it out [W121]"
            ),
        ),
        (
            ('"09:00-17:00"}}', '"09:00-17:00"}, holidays: [2026-12-25, 2027-12-27]}'),
            (
                "8:70: calendars.office.holidays: has holidays up to 2027, and the agreement runs to 2028-12-31; "
                "list those of the years between [W122]"
            ),
        ),
        (
            ('"09:00-17:00"}}', '"09:00-17:00"}, special: {2026-12-24: "09:00-12:00"}, closed: [2026-12-24]}'),
            (
                "8:80: calendars.office.special.2026-12-24: 2026-12-24 is both special and closed; "
                "it stays closed (S5), so leave one of them out [W120]"
            ),
        ),
    ],
)
def test_codes(change: tuple[str, str], expected: str, tmp_path: Path) -> None:
    """Each code tells the place, what is odd, and what to do."""
    assert said(DESK.replace(*change), tmp_path) == [expected]


BACKED = """\
slamodel: 1
agreements:
  - agreement: sla
    provider: MSP
    customer: Borough
    from: 2026-01-01
    until: 2028-12-31
    calendar: 24x7
    targets: {resolve: {P1: 8h}}
    backed_by: {resolve/P1: ola/restore}
  - agreement: ola
    kind: ola
    provider: Server Team
    customer: Desk
    from: 2026-02-01
    until: 2026-09-30
    calendar: {timezone: Europe/London, hours: {mon-sat: "08:00-20:00"}}
    targets: {restore: {within: 5h, starts: assigned, stops: fixed}}
"""


def test_backing(tmp_path: Path) -> None:
    """What stands behind a promise is held to it: its term, its hours, and the proof for every start of a year."""
    assert said(BACKED, tmp_path) == [
        (
            "10:17: agreements.0.backed_by.resolve/P1: ola 'ola' ends 2026-09-30, before sla 'sla' (2028-12-31); "
            "renew it in time [W173]"
        ),
        (
            "10:17: agreements.0.backed_by.resolve/P1: ola 'ola' begins 2026-02-01, after sla 'sla' (2026-01-01); "
            "until then nothing stands behind it [W173]"
        ),
        (
            "10:17: agreements.0.backed_by.resolve/P1: ola/restore is closed for 95h 58m of a week, on average, "
            "while resolve/P1 is open; it is open mon-sat 08:00-20:00 Europe/London [W175]"
        ),
        (
            "10:17: agreements.0.backed_by.resolve/P1: 'resolve/P1' is not backed; worst start just after "
            "Sat 2026-02-07 15:00: takes 41h, slack -33h; broken by ola/restore [E177]"
        ),
    ]
    (proof,) = sm.check(tmp_path / "desk.yaml").backing
    assert (proof.target, proof.backed) == ("sla/resolve/P1", False)
    kept = BACKED.replace('{timezone: Europe/London, hours: {mon-sat: "08:00-20:00"}}', "24x7")
    assert not [line for line in said(kept, tmp_path) if "[E" in line]
    undated = kept.replace("    from: 2026-01-01\n", "")
    assert said(undated, tmp_path)[-1].endswith("so there is no year to prove it in; write from: 2026-01-01 [N177]")


def test_calendars_of_a_folder(tmp_path: Path) -> None:
    """A calendar that several agreements share is used if one of them uses it, in one file and in a folder."""
    text = BACKED.replace(
        "agreements:", 'calendars: {desk: {timezone: UTC, hours: {mon: "09:00-17:00"}}, spare: 24x7}\nagreements:'
    )
    text = text.replace("calendar: 24x7", "calendar: desk").replace("8h", "100h")
    assert [line for line in said(text, tmp_path) if "W121" in line] == [
        (
            "2:65: calendars.spare: calendar 'spare' is used by nothing; name it with 'calendar' or 'cover', "
            "or leave it out [W121]"
        )
    ]
    problems = sm.check(tmp_path).problems
    assert [(one.path, one.line, one.column) for one in problems if one.code == "W121"] == [("calendars.spare", 2, 65)]


def test_broken_files_in_a_folder(tmp_path: Path) -> None:
    """What is wrong in one file of a folder hides nothing that is wrong or odd in the others."""
    (tmp_path / "a.yaml").write_text("slamodel: [1\n")
    (tmp_path / "b.yaml").write_text(DESK.replace("4h", "-4h"))
    (tmp_path / "c.yaml").write_text(DESK.replace("agreement: desk", "agreement: c").replace("P1: 1h", "P1: 5h"))
    found = [(Path(one.file).name, one.code) for one in sm.check(tmp_path).problems]
    assert sorted(found) == [("a.yaml", "E100"), ("b.yaml", "E130"), ("c.yaml", "W134")]


def test_not_in_force() -> None:
    """An agreement that nobody agreed stands behind nothing (E174)."""
    book = sm.loads(BACKED)
    draft = evolve(book, agreements=(book["sla"], evolve(book["ola"], state="draft")))
    assert "sla.backed_by.resolve/P1: ola 'ola' is still a draft; agree it before sla 'sla' rests on it [E174]" in [
        str(problem) for problem in sm.check(draft).problems
    ]


def test_twelve_mistakes() -> None:
    """Everything that is wrong with a file is told as an error, at its place."""
    found = sm.check(CASES / "agreement-twelve-mistakes.yaml")
    assert len(found.errors) == len(found.problems) == 12
    assert all(problem.line for problem in found.problems)
    (problem,) = sm.check("nowhere.yaml").problems
    assert (problem.code, problem.severity) == ("E100", "error")


def test_errors_hide_oddities(tmp_path: Path) -> None:
    """An agreement with an error is not linted, for what is odd may come of it; the one beside it is."""
    text = BACKED.replace("{P1: 8h}", "{P1: -8h}").replace("backed_by: {resolve/P1: ola/restore}", "name: x")
    text = text.replace("stops: fixed}", "stops: fixed, for: {all: [{a: 1}, {a: 2}]}}")
    codes = [line.rpartition("[")[2] for line in said(text, tmp_path)]
    assert codes == ["E130]", "W142]"]


COMPLETE = """\
slamodel: 1
agreement: desk
calendar: 24x7
priority: {order: [P1, P2]}
services: [payroll, network]
targets:
  respond: {P1: 1h, P2: 2h}
  resolve: {kind: resolve, for: {type: incident, service: payroll}, within: 4h}
  restore: {kind: resolve, for: {service: payroll}, within: 8h}
"""


def test_complete(tmp_path: Path) -> None:
    """The profile complete tells holes and overlaps of service x type x priority, and gives the matrix."""
    assert said(COMPLETE, tmp_path, profile="complete") == [
        "6:1: targets: service 'network', incident, P1 is promised no 'resolve'; give a limit, or write 'none' [E210]",
        "6:1: targets: service 'network', incident, P2 is promised no 'resolve'; give a limit, or write 'none' [E210]",
        (
            "8:3: targets.resolve: service 'payroll', incident, P1 is promised 'resolve' twice, "
            "by 'resolve' and 'restore'; let 'for' of one be narrower [W211]"
        ),
        (
            "8:3: targets.resolve: service 'payroll', incident, P2 is promised 'resolve' twice, "
            "by 'resolve' and 'restore'; let 'for' of one be narrower [W211]"
        ),
    ]
    cells = sm.check(tmp_path / "desk.yaml", profile="complete").promises
    assert len(cells) == 8
    assert cells[0].to_row() == ("desk", "payroll", "incident", "P1", "respond", "respond", "1h", "168h of 168h")
    assert {cell.targets for cell in cells if cell.kind == "resolve"} == {("resolve", "restore"), ()}


def test_parts_of_services() -> None:
    """A service that rests on one that nobody promises anything about is told (W212)."""
    text = COMPLETE.replace("[payroll, network]", "{payroll: {components: [db]}, db: {status: retired}, network: {}}")
    found = sm.check(sm.loads(text), profile="complete").problems
    assert not [problem for problem in found if problem.code == "W212"]


READY = """\
slamodel: 1
agreement: desk
from: 2026-01-01
until: 2026-12-31
parties:
  provider: {id: it, contacts: {delivery_manager: Ann}}
  customer: {id: all, contacts: {owner: Bob}}
calendar: {timezone: Europe/London, hours: {mon-fri: "09:00-17:00"}, holidays: GB-ENG}
priority: {order: [P1, P2]}
services: {payroll: {owner: Ann, offerings: {gold: {}}}}
targets: {resolve: {P1: 4h, P2: 8h}}
measured:
  - {what: resolve, expected: 95%, per: month, volume_at_most: 200}
  - {what: availability, of: payroll, expected: 99.5%, per: month}
escalation: {resolve: [{at: breach, to: Ann}]}
exclusions: [{name: force_majeure}]
requirements: {r1: {text: Pay on time, status: accepted, targets: resolve}}
reviews: {service-review: month}
"""


UNBACKED = "11:11: targets.resolve: nothing is said to stand behind 'resolve'; write backed_by"
LEFT = {
    "ready": [],
    "iso20000": [
        "1:1: approvals: not both sides have approved it; let each side approve it (ISO/IEC 20000-1:2018, 8.3.3) [W230]"
    ],
    "cobit-apo09": [
        "1:1: approvals: not both sides have approved it; let each side approve it (COBIT 2019, APO09.03) [W240]",
        f"{UNBACKED} (COBIT 2019, APO09.03) [W240]",
    ],
}


@pytest.mark.parametrize("profile", LEFT)
def test_profiles(profile: str, tmp_path: Path) -> None:
    """An agreement that says all that a profile asks for passes it, and a bare one fails it."""
    assert said(READY, tmp_path, profile=profile) == LEFT[profile]
    bare = sm.loads("slamodel: 1\nagreement: x\ncalendar: 24x7\ntargets: {resolve: 4h}\n")
    assert not sm.check(bare, profile=profile).passed()


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code is 1 for errors, for warnings only with --strict, and 2 for a profile that is not known."""
    odd, wrong = tmp_path / "odd.yaml", tmp_path / "wrong.yaml"
    odd.write_text(DESK.replace("{P1: 1h, P2: 2h}", "{P1: 5h, P2: 6h}"))
    wrong.write_text(DESK.replace("4h", "-4h"))
    assert [main(["check", str(odd)]), main(["check", str(odd), "--strict"]), main(["check", str(wrong)])] == [0, 1, 1]
    out = capsys.readouterr().out
    assert f"{odd}:11:13: warning: targets.respond.P1: P1: respond 5h is longer" in out
    assert out.endswith("limit must be greater than zero, got -4h [E130]\n\n1 error, 0 warnings, 0 notes\n")
    assert main(["check", str(odd), "--profile", "redy"]) == 2
    assert "did you mean 'ready'" in capsys.readouterr().err
    assert main(["check", str(odd), "--format", "json", "--profile", "complete"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["count"] == {"error": 0, "warning": 1, "note": 0}
    assert found["problems"][0]["line"] == 11
    assert len(found["promises"]) == 4
    assert main(["check", str(odd), "--profile", "complete"]) == 0
    assert "40h of 168h" in capsys.readouterr().out
    (tmp_path / "sla.yaml").write_text(BACKED)
    assert main(["check", str(tmp_path / "sla.yaml"), "--format", "json"]) == 1
    (proof,) = json.loads(capsys.readouterr().out)["backing"]
    assert (proof["target"], proof["backed"], proof["slack_seconds"]) == ("sla/resolve/P1", False, -33 * 3600)


def test_show(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is shown loads to the same agreement, long or short, in every format."""
    (tmp_path / "desk.yaml").write_text(DESK)
    book = sm.load(tmp_path / "desk.yaml")
    for format_ in ("yaml", "json", "toml"):
        for long in ([], ["--long"]):
            assert main(["show", str(tmp_path / "desk.yaml"), "--format", format_, *long]) == 0
            assert sm.loads(capsys.readouterr().out, format=format_) == book
    assert main(["show", "nowhere.yaml"]) == 2


def test_what_can_hold() -> None:
    """Conditions are decided on every combination of the values that they name, another one, and none."""
    a, b = In("s", ("a",)), In("s", ("a", "b"))
    assert implies(a, b)
    assert not implies(b, a)
    assert not implies(NEVER, a)
    assert implies(a, ALWAYS_TRUE)
    assert not can_hold(Every((a, Not(b))))
    assert can_hold(Every((Exists("s"), Not(b))))
    assert not can_hold(Every((Exists("s"), Not(b))), {"s": ("a", "b")})
    assert not can_hold(Every((Not(Exists("s")), Either((a, Exists("s"))))))
    assert values_of(Every((b, Not(a))), "s") == ("a", "b")
    assert can_hold(Every((*(In(f"f{n}", ("x",)) for n in range(20)), In("f0", ("y",)))))  # more cases than are tried
    assert ANOTHER not in values_of(b, "s")


def test_profile_names() -> None:
    """The profiles are those that the command line tells of."""
    assert NAMES == ("complete", "ready", "iso20000", "cobit-apo09")
    with pytest.raises(sm.AgreementError, match="profile 'cobit' is not known; did you mean"):
        sm.check(sm.loads(DESK), profile="cobit")


@pytest.mark.parametrize(
    ("options", "place", "message"),
    [
        ("percent_decimals: 1", "percent_decimals", "is looked at under judge: percent, and here it is elapsed"),
        (
            "retroactive_pause: false",
            "retroactive_pause",
            "is about a retroactive change, and here priority_change is carry",
        ),
        (
            "forgive_on_downgrade: true, priority_change: restart",
            "forgive_on_downgrade",
            "forgives the breach of another limit, and under priority_change: restart there is one",
        ),
    ],
)
def test_options_that_nothing_looks_at(options: str, place: str, message: str) -> None:
    """W152: an option that has nothing to act on is told, with its place."""
    text = f"slamodel: 1\nagreement: x\ncalendar: 24x7\ntargets:\n  resolve: {{within: 4h, {options}}}\n"
    (found,) = sm.loads(text).warnings
    assert (found.code, found.path) == ("W152", f"targets.resolve.{place}")
    assert str(found).startswith(f"<text>:5:{text.splitlines()[4].index(place) + 1}: ")
    assert message in found.message


def test_pauses_that_stop_nothing() -> None:
    """W152: a pause stops respond only where it says so; one that stops no target is told."""
    text = (
        "slamodel: 1\nagreement: x\ncalendar: 24x7\ntargets: {respond: 1h}\npauses:\n"
        "  mine: {when: {status: waiting}, stops: [respond]}\n  idle: {when: {status: waiting}}\n"
    )
    (found,) = sm.loads(text).warnings
    assert (found.code, found.path) == ("W152", "pauses.idle")
    assert found.message.startswith("stops no target: the targets are respond, and a pause stops respond only where")
