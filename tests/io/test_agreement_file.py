"""Agreement files: what they say becomes the nouns of the model, and what is wrong with them is said at its place."""

import datetime as dt
import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.io.agreements.priorities import slips
from slamodel.io.agreements.reader import read_document
from slamodel.model.agreement import Agreement
from slamodel.model.event_map import EventMap
from slamodel.model.limit import Limit
from slamodel.model.metric import Metric
from slamodel.model.party import Party
from slamodel.model.pause import PauseRule
from slamodel.model.percent import Percent
from slamodel.model.period import Period
from slamodel.model.period_target import PeriodTarget
from slamodel.model.portfolio import Portfolio
from slamodel.model.selector import EVENT, Every, Exists, In, Not, event
from slamodel.model.target import Moment, Target
from slamodel.timeline.durations import Amount
from slamodel.timeline.instants import DAY, HOUR, MINUTE

CASES = Path(__file__).parent.parent / "cases"
HELPDESK = CASES / "agreement-helpdesk.yaml"
OFFICE = sm.ServiceCalendar(timezone="Europe/London", hours={"mon-fri": "09:00-17:00"}, holidays="GB-ENG")
ALWAYS = sm.ServiceCalendar(hours="24x7")
HEAD = "slamodel: 1\nagreement: x\ncalendar: 24x7\n"
DAYS = 'slamodel: 1\nagreement: x\ncalendar: {timezone: UTC, hours: {mon-thu: "09:00-17:00"}}\n'
TARGETS = "targets: {resolve: 4h}\n"


def said(text: str) -> list[str]:
    """What is wrong with an agreement in YAML."""
    with pytest.raises(sm.AgreementError) as error:
        sm.loads(text)
    return [str(problem).removeprefix("<text>:") for problem in error.value.problems]


def said_of(document: dict[str, Any]) -> list[str]:
    """What is wrong with an agreement that comes as a mapping."""
    with pytest.raises(sm.AgreementError) as error:
        sm.load({"slamodel": 1, "agreement": "x", "calendar": "24x7", "targets": {"resolve": "4h"}, **document})
    return [str(problem) for problem in error.value.problems]


def target_of(text: str, head: str = HEAD) -> Target:
    """Return the only target that is written ``text``."""
    (target,) = sm.loads(f"{head}targets: {{{text}}}\n").targets
    return target


def test_helpdesk() -> None:
    """The agreement of a helpdesk reads as it is written, with what is built in."""
    rule = PauseRule("awaiting_customer", when=In("status", ("awaiting_customer",)))
    respond = Target(
        id="respond",
        kind="respond",
        limits=tuple(
            (priority, Limit(Amount(us=us), OFFICE))
            for priority, us in (("P1", 30 * MINUTE), ("P2", HOUR), ("P3", 4 * HOUR))
        ),
        starts=Moment(event("opened")),
        stops=Moment(event("first_reply")),
        reopen="ignore",
        agreement="it-helpdesk",
    )
    resolve = Target(
        id="resolve",
        kind="resolve",
        limits=(
            ("P1", Limit(Amount(us=4 * HOUR), OFFICE)),
            ("P2", Limit(Amount(us=8 * HOUR), OFFICE)),
            ("P3", Limit(Amount(days=3), OFFICE)),
        ),
        starts=Moment(event("opened")),
        stops=Moment(event("resolved", "closed")),
        pauses=(rule,),
        agreement="it-helpdesk",
    )
    assert sm.load(HELPDESK) == Portfolio(
        (
            Agreement(
                id="it-helpdesk",
                kind="sla",
                name="IT helpdesk for all staff",
                provider="IT Services",
                customer="All departments",
                starts_on="2026-01-01",
                targets=(respond, resolve),
                measured=(
                    PeriodTarget(
                        id="resolve-95",
                        metric=Metric(kind="attainment", target="resolve"),
                        expected=Percent(Fraction(19, 20)),
                        per=Period("month"),
                        agreement="it-helpdesk",
                    ),
                ),
            ),
        )
    )
    assert sm.load(str(HELPDESK))["it-helpdesk"]["resolve"].limit_for("P2") == Limit(Amount(us=8 * HOUR), OFFICE)


TOML = """
slamodel = 1
agreement = "it-helpdesk"
kind = "sla"
name = "IT helpdesk for all staff"
provider = "IT Services"
customer = "All departments"
from = 2026-01-01
pauses = ["awaiting_customer"]
measured = ["95% of resolve within target each month"]

[calendar]
timezone = "Europe/London"
hours = {mon-fri = "09:00-17:00"}
holidays = "GB-ENG"

[targets]
respond = {P1 = "30m", P2 = "1h", P3 = "4h"}
resolve = {P1 = "4h", P2 = "8h", P3 = "3bd"}
"""


def test_formats_agree(tmp_path: Path) -> None:
    """The same agreement in YAML, TOML, JSON, bytes and as a mapping is the same portfolio."""
    book = sm.load(HELPDESK)
    old = yaml.safe_load(HELPDESK.read_text())
    assert isinstance(old["from"], dt.date)
    for name, text in (("a.toml", TOML), ("a.json", json.dumps(old, default=str))):
        (tmp_path / name).write_text(text)
        assert sm.load(tmp_path / name) == book
        assert sm.loads(text, format=name[2:]) == book
    assert sm.load(old) == book
    assert sm.loads(HELPDESK.read_bytes()) == book


FULL = """\
slamodel: 1
agreement: borough
kind: uc
name: Managed service
provider: {id: acme-msp, name: Acme MSP}
customer: {id: borough}
from: 2026-01-01
until: 2028-12-31
timezone: Europe/London
calendars:
  always: 24x7
  office:
    hours: {mon-fri: "09:00-17:00"}
    holidays: GB-ENG
  ny: {timezone: America/New_York, hours: {daily: "09:00-17:00"}, special: {2026-12-24: "09:00-13:00"}}
calendar: office
priority: {field: urgency, order: [P1, 2, Low, P4]}
targets:
  respond: {P1: {within: 30m, cover: always}, 2: 1bd, Low: {within: 2bd, reading: hours}, P4: none}
  resolve:
    starts: {at: opened_at}
    stops: {status: [solved, done]}
    resets: [assigned, moved]
    cancels: {all: [{status: void}, {reason: {exists: true}}]}
    reopens: {not: {status: solved}}
    for: [P1, P4]
    cover: ny
    reading: end_of_day
    P1: 4h
    default: 10bd
    Low: none
    grace: 5m
    at_limit: missed
    judge: timestamp
    priority_change: retroactive
    forgive_on_downgrade: true
    reopen: ignore
    clause: "Sch 2.2"
  review: {within: 5d, stops: review_published, for: {type: incident, urgency: P1}, cover: 24x7}
  patch: {stops: done, priority_field: severity, high: 1bd, default: none, reopen: continue}
pauses:
  awaiting_customer: {stops: [resolve, respond], clause: "4.2"}
  paused:
  frozen: {when: frozen, until: [thawed, resumed]}
  hold: {when: {status: hold}, stops: review}
events:
  kind: snapshots
  item: number
  at: sys_updated_at
  sequence: n
  format: "%d/%m/%Y %H:%M"
  timezone: Europe/London
  missing: ["?", ""]
  columns: {status: incident_state, urgency: priority}
  values: {urgency: {1 - Critical: P1, 2: 2}, status: {NO: solved}}
  times: opened_at
"""


def test_every_key() -> None:
    """Every key of the file reaches its noun, in its long form and in its short forms."""
    london = sm.ServiceCalendar(timezone="Europe/London", hours="24x7")
    new_york = sm.ServiceCalendar(
        timezone="America/New_York", hours={"daily": "09:00-17:00"}, special={"2026-12-24": "09:00-13:00"}
    )
    waiting = PauseRule(
        "awaiting_customer", In("status", ("awaiting_customer",)), stops=("resolve", "respond"), clause="4.2"
    )
    paused = PauseRule("paused", event("paused"), event("resumed"))
    frozen = PauseRule("frozen", event("frozen"), event("thawed", "resumed"))
    hold = PauseRule("hold", In("status", ("hold",)), stops=("review",))
    agreement = sm.loads(FULL)["borough"]
    assert agreement == Agreement(
        id="borough",
        kind="uc",
        name="Managed service",
        provider="acme-msp",
        customer="borough",
        parties=(Party("acme-msp", "Acme MSP"), Party("borough")),
        timezone="Europe/London",
        starts_on="2026-01-01",
        ends_on="2028-12-31",
        calendars=(("always", london), ("office", OFFICE), ("ny", new_york)),
        priorities=("P1", "2", "Low", "P4"),
        targets=(
            Target(
                id="respond",
                kind="respond",
                limits=(
                    ("P1", Limit(Amount(us=30 * MINUTE), london, "always")),
                    ("2", Limit(Amount(days=1), OFFICE, "office")),
                    ("Low", Limit(Amount(days=2), OFFICE, "office", "hours")),
                ),
                without=("P4",),
                stops=Moment(event("first_reply")),
                reopen="ignore",
                priority_field="urgency",
                pauses=(waiting,),
                agreement="borough",
            ),
            Target(
                id="resolve",
                kind="resolve",
                limits=(
                    ("P1", Limit(Amount(us=4 * HOUR), new_york, "ny", "end_of_day")),
                    (None, Limit(Amount(days=10), new_york, "ny", "end_of_day")),
                ),
                without=("Low",),
                applies=In("urgency", ("P1", "P4")),
                starts=Moment(field="opened_at"),
                stops=Moment(In("status", ("solved", "done"))),
                resets=Moment(event("assigned", "moved")),
                cancels=Moment(Every((In("status", ("void",)), Exists("reason")))),
                reopens=Moment(Not(In("status", ("solved",)))),
                pauses=(waiting, paused, frozen),
                priority_field="urgency",
                grace=Amount(us=5 * MINUTE),
                at_limit="missed",
                judge="timestamp",
                priority_change="retroactive",
                forgive_on_downgrade=True,
                reopen="ignore",
                clause="Sch 2.2",
                agreement="borough",
            ),
            Target(
                id="review",
                limits=((None, Limit(Amount(us=5 * DAY, calendar_days=True), london, "24x7")),),
                applies=Every((In("type", ("incident",)), In("urgency", ("P1",)))),
                stops=Moment(In(EVENT, ("review_published",))),
                pauses=(paused, frozen, hold),
                priority_field="urgency",
                agreement="borough",
            ),
            Target(
                id="patch",
                limits=(("high", Limit(Amount(days=1), OFFICE, "office")),),
                stops=Moment(event("done")),
                pauses=(paused, frozen),
                priority_field="severity",
                agreement="borough",
            ),
        ),
        events=EventMap(
            kind="snapshots",
            item="number",
            at="sys_updated_at",
            sequence="n",
            format="%d/%m/%Y %H:%M",
            timezone="Europe/London",
            missing=("?", ""),
            columns=(("status", "incident_state"), ("urgency", "priority")),
            values=(("urgency", (("1 - Critical", "P1"), ("2", "2"))), ("status", (("NO", "solved"),))),
            times=("opened_at",),
        ),
    )
    resolve = agreement["resolve"]
    assert [resolve.limit_for(priority) for priority in ("P1", "Low", "other", None)] == [
        resolve.limits[0][1],
        None,
        resolve.limits[1][1],
        resolve.limits[1][1],
    ]


def test_one_day() -> None:
    """Both dates are included: an agreement may hold for one day."""
    agreement = sm.loads(f"{HEAD}{TARGETS}from: 2026-01-01\nuntil: 2026-01-01\n")["x"]
    assert (agreement.starts_on, agreement.ends_on) == ("2026-01-01", "2026-01-01")


def test_empty_values_are_absent() -> None:
    """A key with nothing after it is as if it were not there."""
    keys = ["name", "kind", "provider", "from", "timezone", "calendars", "priority", "pauses", "events"]
    bare = sm.loads(HEAD + TARGETS)
    assert sm.loads(HEAD + TARGETS + "".join(f"{key}:\n" for key in keys)) == bare
    assert bare == Portfolio(
        (
            Agreement(
                id="x",
                targets=(
                    Target(
                        id="resolve",
                        kind="resolve",
                        limits=((None, Limit(Amount(us=4 * HOUR), ALWAYS, "24x7")),),
                        agreement="x",
                    ),
                ),
            ),
        )
    )


MANY = """\
slamodel: 1
timezone: Europe/London
calendars:
  desk: {hours: {daily: "07:00-22:00"}}
agreements:
  - agreement: service-desk-ola
    kind: ola
    calendar: desk
    targets: {triage: {within: 15m, stops: assigned}}
  - agreement: telco-uc
    kind: uc
    timezone: America/New_York
    calendars: {telco: {hours: {mon-sat: "08:00-20:00"}}}
    targets: {repair: {within: 5h, starts: logged, stops: fixed, cover: telco}, restore: {within: 6h, cover: desk,
              stops: fixed}}
"""


def test_many_agreements() -> None:
    """One file may hold several agreements and the calendars that they share, each in its own zone."""
    book = sm.loads(MANY)
    desk = sm.ServiceCalendar(timezone="Europe/London", hours={"daily": "07:00-22:00"})
    telco = sm.ServiceCalendar(timezone="America/New_York", hours={"mon-sat": "08:00-20:00"})
    assert list(book) == ["service-desk-ola", "telco-uc"]
    assert [(target.agreement, target.id) for target in book.targets] == [
        ("service-desk-ola", "triage"),
        ("telco-uc", "repair"),
        ("telco-uc", "restore"),
    ]
    assert book["service-desk-ola"].calendars == (("desk", desk),)
    assert book["telco-uc"].calendars == (("desk", desk), ("telco", telco))
    assert book["service-desk-ola"]["triage"].limits == ((None, Limit(Amount(us=15 * MINUTE), desk, "desk")),)
    assert book["telco-uc"]["repair"].limits == ((None, Limit(Amount(us=5 * HOUR), telco, "telco")),)


MISTAKES = (CASES / "agreement-mistakes.txt").read_text().split("\n## ")[1:]


@pytest.mark.parametrize("case", MISTAKES, ids=lambda case: case.partition("\n")[0])
def test_mistakes(case: str) -> None:
    """Every mistake is said at its place, with what to write; all of a file at once."""
    lines = case.split("\n")[1:]
    file = "".join(f"{line}\n" for line in lines if line and not line.startswith("! "))
    assert said(file) == [line[2:] for line in lines if line.startswith("! ")]


def test_twelve_mistakes() -> None:
    """A file with twelve mistakes reports twelve, in the order of the file, each at its place."""
    path = CASES / "agreement-twelve-mistakes.yaml"
    with pytest.raises(sm.AgreementError) as error:
        sm.load(path)
    comments = [line[2:].strip() for line in path.read_text().split("\n") if line.startswith("#!")]
    assert str(error.value).split("\n") == [f"{path}:{comment}" for comment in comments]
    assert len(error.value.problems) == 12


def test_mapping_that_is_empty() -> None:
    """A mapping has no lines, and needs none."""
    with pytest.raises(
        sm.AgreementError, match=r"^an empty document is no agreement; it begins with slamodel: 1 \[E100\]$"
    ):
        sm.load({})


def test_zone_of_a_calendar() -> None:
    """A calendar without a zone takes that of the agreement; one that never closes needs none."""
    text = "slamodel: 1\nagreement: x\ntargets: {resolve: {P1: 4h, P2: {within: 4h, cover: a}}}\n"
    text += "calendars: {a: {hours: 24x7}}\n"
    hours = "calendar: {hours: {daily: '09:00-17:00'}}\n"
    assert [limit.calendar for _, limit in sm.loads(text + "calendar: 24x7").targets[0].limits] == [ALWAYS, ALWAYS]
    tokyo = sm.loads(f"{text}{hours}timezone: Asia/Tokyo\n").targets[0].limits
    assert [limit.calendar for _, limit in tokyo] == [
        sm.ServiceCalendar(timezone="Asia/Tokyo", hours={"daily": "09:00-17:00"}),
        sm.ServiceCalendar(timezone="Asia/Tokyo", hours="24x7"),
    ]


def test_calendars_that_are_made_already() -> None:
    """A mapping may hold calendars themselves, combined ones too, lengths of time and dates."""
    both = OFFICE | sm.ServiceCalendar(timezone="Asia/Tokyo", hours={"mon-fri": "09:00-17:00"})
    book = sm.load(
        {
            "slamodel": 1,
            "agreement": "x",
            "from": dt.date(2026, 1, 1),
            "calendars": {"sun": both},
            "calendar": OFFICE,
            "targets": {"resolve": {"P1": dt.timedelta(hours=4), "P2": {"within": Amount(days=2)}, 3: "5h"}},
        }
    )
    assert book["x"].calendars == (("sun", both),)
    assert book["x"]["resolve"].limits == (
        ("P1", Limit(Amount(us=4 * HOUR), OFFICE)),
        ("P2", Limit(Amount(days=2), OFFICE)),
        ("3", Limit(Amount(us=5 * HOUR), OFFICE)),
    )
    assert said_of({"calendar": both, "targets": {"resolve": {"P1": "3bd", "P2": "2d", "P3": dt.timedelta(-1)}}}) == [
        "targets.resolve.P1: '3bd' needs a calendar with closed days; the agreement's calendar has none [E132]",
        "targets.resolve.P2: '2d' is ambiguous in business hours: write it in hours, or cover it 24x7 [E131]",
        "targets.resolve.P3: limit must be greater than zero, got -1 day, 0:00:00 [E130]",
    ]


TRAPPED = """
targets.true: a key that YAML 1.1 read as true; put yes, on or true in quotes [E104]
calendar.hours.mon: 1020 is not a time; YAML read 17:00 as a number, quote it; write "09:00-17:00" [E103]
calendar.holidays: False; YAML 1.1 reads NO as false, write "NO" for Norway [E104]
pauses.awaiting_customer.stops: pause 'awaiting_customer' stops 'false', which is no target; \
known: resolve, respond [E150]
name: true is not a text; YAML 1.1 reads yes and on as true, put it in quotes [E104]
targets.resolve.P1: 240 is not a length of time; write a number and a unit, such as '8h' or '3bd' [E107]
targets.resolve.P2: false is not a length of time; YAML 1.1 reads no and off as false, \
write 'none' for no limit [E104]
targets.resolve.stops: True is not a condition; write an event such as resolved, \
or fields such as {status: closed} [E151]
"""


def test_traps_of_yaml_1_1() -> None:
    """A mapping from a YAML 1.1 loader has lost what was written: 17:00, NO, on. That is said, not guessed."""
    trapped = yaml.safe_load("""
        name: yes
        calendar: {timezone: UTC, hours: {mon: 17:00, tue: "09:00-17:00"}, holidays: NO}
        targets: {resolve: {P1: 4:00, P2: no, stops: on}, respond: {P1: 4h}, on: {P1: 4h}}
        pauses: {awaiting_customer: {stops: no}}
    """)
    assert "\n".join(said_of(trapped)) == TRAPPED.strip()


def test_no_calendar() -> None:
    """A target on no calendar is said once; a limit that names its own needs no other."""
    text = "slamodel: 1\nagreement: x\ntargets: {resolve: {P1: 4h, P2: 5h}}"
    message = "3:11: targets.resolve: has no calendar; give the agreement a calendar, or name one with 'cover' [E102]"
    assert said(text) == [message]
    own = text.replace("4h", "{within: 4h, cover: 24x7}")
    assert said(own) == [message]
    whole = own.replace("5h", "{within: 5h, cover: 24x7}")
    assert [limit.calendar for _, limit in sm.loads(whole).targets[0].limits] == [ALWAYS, ALWAYS]


def test_calendars_that_break(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should a calendar ever break on what a document says, that is a problem of the document, with its cause."""

    def broken(_: object) -> None:
        msg = "year 0 is out of range"
        raise ValueError(msg)

    monkeypatch.setattr(sm.ServiceCalendar, "from_dict", broken)
    assert said(HEAD.replace("24x7", "{hours: 24x7}") + TARGETS) == [
        "3:1: calendar: cannot be read: year 0 is out of range [E100]"
    ]


NAMES = """\
P1, 1, 1 - Critical, critical, high, medium, low, lower, moderate, urgent, normal, major, minor, blocker, trivial, \
sev1, S1, gold, silver, bronze, standard, emergency, planning, none, x"""


@pytest.mark.parametrize("name", NAMES.split(", "))
def test_names_of_priorities(name: str) -> None:
    """The names that priorities have are priorities, in any of the forms of a limit."""
    expected = ((name, Limit(Amount(us=4 * HOUR), ALWAYS, "24x7")),)
    assert target_of(f"resolve: {{{name}: 4h}}").limits == expected
    assert target_of(f"resolve: {{{name}: {{within: PT4H}}}}").limits == expected
    assert target_of(f"resolve: {{{name}: none, default: 4h}}").without == (name,)


def test_priorities_in_order() -> None:
    """With an order, the priorities are those that it lists, whatever they are called, and each has a limit."""
    order = HEAD + "priority: {order: [P1, P2, grave]}\n"
    assert target_of("resolve: {P1: 1h, P2: none, grave: 4h}", order).limits[1][0] == "grave"
    assert target_of("resolve: {P1: 1h, default: 4h}", order).limits[1][0] is None
    assert target_of("resolve: {P1: 1h, for: P1}", order).applies == In("priority", ("P1",))
    assert target_of("resolve: {P1: 1h, for: {priority: P1}}", order).applies == In("priority", ("P1",))
    assert target_of("resolve: {high: 1h, priority_field: severity}", order).priority_field == "severity"


@pytest.mark.parametrize(
    ("word", "other", "count"),
    [
        *(("", "", 0), ("a", "", 1), ("starts", "starts", 0), ("strats", "starts", 1), ("stop", "stops", 1)),
        *(("wihtn", "within", 2), ("ca", "abc", 3), ("abcdef", "fedcba", 5), ("a", "abcd", 3), ("ab", "ba", 1)),
    ],
)
def test_slips(word: str, other: str, count: int) -> None:
    """A letter more, less or wrong, and two neighbours swapped, are one slip each."""
    assert (slips(word, other), slips(other, word)) == (count, count)


def test_what_pauses_stop() -> None:
    """A rule stops every target but respond, or those that it names."""
    targets = "targets: {respond: 1h, resolve: 4h, review: {within: 5h, stops: reviewed}}\n"

    def stopped(pauses: str) -> dict[str, list[str]]:
        book = sm.loads(f"{HEAD}{targets}pauses: {pauses}\n")
        return {target.id: [rule.name for rule in target.pauses] for target in book.targets}

    assert stopped("paused") == {"respond": [], "resolve": ["paused"], "review": ["paused"]}
    assert stopped("{paused: {stops: respond}}") == {"respond": ["paused"], "resolve": [], "review": []}
    assert stopped("{a: {when: x}, paused: {stops: [respond, review]}}") == {
        "respond": ["paused"],
        "resolve": ["a"],
        "review": ["a", "paused"],
    }


def test_mistakes_without_end() -> None:
    """However many mistakes there are, all are told; hints end when nobody would read them."""
    text = HEAD + TARGETS + "".join(f"provide{i}: x\n" for i in range(300))
    messages = said(text)
    assert len(messages) == 300
    assert messages[0] == "5:1: provide0: unknown key; did you mean 'provider'? [E101]"
    assert messages[-1] == "304:1: provide299: unknown key [E101]"


def test_one_error_has_one_place_each() -> None:
    """Problems carry code, path, file, line and column as fields."""
    with pytest.raises(sm.AgreementError) as error:
        sm.loads(HEAD + "targets: {resolve: {P1: -4h}}")
    assert error.value.problems == (
        sm.Problem(
            "E130",
            "targets.resolve.P1",
            "limit must be greater than zero, got -4h",
            file="<text>",
            line=4,
            column=21,
        ),
    )


def loaded_by(statement: str) -> set[str]:
    code = f"{statement}; import sys; print(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_import_is_light() -> None:
    """`import slamodel` loads no reader of files, and reading JSON or a mapping no YAML."""
    heavy = {"yaml", "holidays", "pendulum", "cattrs", "dateutil"}
    assert not loaded_by("import slamodel") & {*heavy, "slamodel.io"}
    document = {"slamodel": 1, "agreement": "x", "calendar": "24x7", "targets": {"resolve": "4h"}}
    assert not loaded_by(f"import slamodel; slamodel.load({document!r})") & heavy
    json_ = json.dumps(document)
    assert not loaded_by(f"import slamodel; slamodel.loads({json_!r}, format='json')") & heavy


def test_names_of_the_face() -> None:
    """The names that load later are names of the module like the others."""
    assert {"load", "loads"} <= {*sm.__all__, *dir(sm)}
    assert sm.load.__module__ == "slamodel.io.agreement_file"
    with pytest.raises(AttributeError, match="module 'slamodel' has no attribute 'laod'"):
        sm.laod  # noqa: B018  # type: ignore[attr-defined]


WORDS = """\
slamodel agreement agreements kind provider from until timezone calendar calendars priority order field targets
respond resolve pauses events starts stops for within cover reading grace default P1 hours holidays special closed
breaks seasons closure country years dates when at all any not exists do columns values times missing format mon-fri
2026-12-24 to id name office 24x7 x 4h 3bd 2d none -1h 1.5bd UTC Europe/London GB GB-ENG 09:00-17:00 17:00 opened
awaiting_customer
kind update respond next_reply ownership every until ends while per cycles chain each met_if ignore_after
floor retroactive_floor priority_change reopen new_cycle dialect servicenow judge timestamp percent_decimals
at_most at_least needs ends_at customer_informed resolve.stopped respond.breached warn_at escalation 50% to
due_date field"""
VALUES = (
    st.sampled_from(["", *WORDS.split(), "on due_date", "end of next business day", "breach + 4h"])
    | st.sampled_from([0, 1, 5, -1, 1.5, True, False, None, 10**20, dt.date(2026, 1, 1), dt.timedelta(hours=1)])
    | st.text(max_size=5)
)
DOCUMENTS = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS.split()), inner, max_size=5),
    max_leaves=12,
)


DOCUMENTS_OF_NOTE = (
    FULL,
    *((CASES / name).read_text("utf-8") for name in ("managed-service/olas.yaml", "agreement-terms.yaml")),
)


def agreement_or_error(document: Any) -> None:
    try:
        book = sm.load(document)
    except sm.AgreementError as error:
        assert all(problem.message for problem in error.problems)  # noqa: PT017  both ways are right
    else:
        assert list(book)


@given(st.dictionaries(st.sampled_from(WORDS.split()), DOCUMENTS, max_size=8))
def test_nothing_breaks_load(document: dict[str, Any]) -> None:
    """Whatever a document says, it is an agreement, or an AgreementError says why not."""
    agreement_or_error(document)
    agreement_or_error({"slamodel": 1, "agreement": "x", "calendar": "24x7", "targets": {"resolve": "4h"}, **document})


@given(st.data())
def test_no_change_breaks_load(data: st.DataObject) -> None:
    """Whatever is changed in an agreement, it still is one, or an AgreementError says why not."""
    document = read_document(data.draw(st.sampled_from(DOCUMENTS_OF_NOTE)), format="yaml").data
    for _ in range(data.draw(st.integers(1, 3))):
        inner: Any = document
        key: Any = data.draw(st.sampled_from(list(document)))
        while isinstance(inner[key], (dict, list)) and inner[key] and data.draw(st.booleans()):
            inner = inner[key]
            key = data.draw(st.sampled_from(list(inner) if isinstance(inner, dict) else list(range(len(inner)))))
        inner[key] = data.draw(DOCUMENTS)
    agreement_or_error(document)


@given(
    st.sampled_from(["yaml", "json", "toml"]),
    st.text() | st.binary() | st.text(st.sampled_from("aP1:{}[]-, \n\t'\"&*#=.0")).map(HEAD.__add__),
)
def test_no_text_breaks_loads(form: str, text: str | bytes) -> None:
    """Whatever a text is, it is an agreement, or an AgreementError says why not."""
    try:
        sm.loads(text, format=form)
    except sm.AgreementError as error:
        assert all(problem.message for problem in error.problems)  # noqa: PT017  both ways are right


@pytest.mark.parametrize("written", ["{both: [mon, tue]}", "{without: [mon, mon]}", "{outside: always}"])
def test_combinations_that_never_open(written: str) -> None:
    """E121: a combination without an open instant is refused at load, as a calendar without hours is."""
    text = (
        "slamodel: 1\nagreement: x\ntimezone: UTC\ncalendars:\n  always: 24x7\n  mon: {hours: {mon: '09:00-17:00'}}\n"
        f"  tue: {{hours: {{tue: '09:00-17:00'}}}}\n  never: {written}\ncalendar: never\ntargets: {{resolve: 4h}}\n"
    )
    message = r"^<text>:8:3: calendars.never: no instant is open; a clock on this calendar would never run \[E121\]"
    with pytest.raises(sm.AgreementError, match=message):
        sm.loads(text)
