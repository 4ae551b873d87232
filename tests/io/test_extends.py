"""Templates and folders: five lines for the second client, and every problem told where it was written."""

from pathlib import Path

import pytest

import slamodel as sm

GOLD = """\
slamodel: 1
template: gold
kind: sla
provider: Acme MSP
timezone: Europe/London
calendars:
  always: 24x7
  office: {hours: {mon-fri: "08:00-18:00"}, holidays: GB-ENG}
calendar: office
targets:
  respond: {P1: {within: 15m, cover: always}, P2: 30m, P3: 4h}
  resolve:
    P1: {within: 4h, cover: always}
    P2: 8h
    P3: 3bd
    warn_at: 75%
  update: {every: {P1: 30m}, cover: always}
pauses:
  awaiting_customer: {when: {status: awaiting_customer}, stops: resolve}
  frozen: {when: {status: frozen}}
escalation:
  resolve: [{at: breach, to: delivery_manager}]
"""
BOROUGH = """\
slamodel: 1
extends: gold
agreement: borough
customer: Borough Council
from: 2026-01-01
targets: {resolve: {P1: 2h, P2: 6h}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a template and a client."""
    (tmp_path / "gold.yaml").write_text(GOLD)
    (tmp_path / "borough.yaml").write_text(BOROUGH)
    return tmp_path


def said(source: object) -> list[str]:
    """What is wrong with what is read, without its folder."""
    with pytest.raises(sm.AgreementError) as error:
        sm.load(source)
    return [str(problem).replace(f"{problem.file}", Path(problem.file).name) for problem in error.value.problems]


def test_second_client(folder: Path) -> None:
    """Five lines make an agreement of a template; each limit that differs replaces its own, and no other."""
    borough = sm.load(folder / "borough.yaml")["borough"]
    resolve = borough["resolve"]
    assert (borough.provider, borough.customer) == ("Acme MSP", "Borough Council")
    assert [(name, str(limit.amount), limit.calendar_id) for name, limit in resolve.limits] == [
        ("P1", "2h", "office"),
        ("P2", "6h", "office"),
        ("P3", "3bd", "office"),
    ]
    assert [level.point for level in resolve.escalations] == ["75%", "breach"]
    assert [target.id for target in borough.targets] == ["respond", "resolve", "update"]


def test_same_as_written_out(folder: Path) -> None:
    """An agreement with a template is the agreement that is written out, and is written out as such."""
    whole = GOLD.replace("template: gold", "agreement: borough\ncustomer: Borough Council\nfrom: 2026-01-01")
    whole = whole.replace("    P1: {within: 4h, cover: always}\n    P2: 8h", "    P1: 2h\n    P2: 6h")
    book = sm.load(folder / "borough.yaml")
    assert book == sm.loads(whole)
    assert sm.loads(sm.dumps(book)) == book
    assert "extends" not in sm.dumps(book)


def test_overrides(folder: Path) -> None:
    """A child adds, replaces, and takes away with none; a key without a value leaves what is there."""
    (folder / "b.yaml").write_text(
        "slamodel: 1\nextends: ./gold.yaml\nagreement: b\nkind:\n"
        "calendars: {office: {holidays: GB-SCT}, desk: 24x7}\n"
        "targets: {update: none, respond: 1h, close: {within: 9h, stops: closed, cover: desk}}\n"
        "pauses: {frozen: none}\n"
    )
    b = sm.load(folder / "b.yaml")["b"]
    calendars = dict(b.calendars)
    assert [*calendars] == ["always", "office", "desk"]
    assert "Europe/London (holidays GB-SCT)" in str(calendars["office"])
    assert [target.id for target in b.targets] == ["respond", "resolve", "close"]
    assert [priority for priority, _ in b["respond"].limits] == [None]
    assert [rule.name for rule in b["resolve"].pauses] == ["awaiting_customer"]


def test_templates_in_one_file() -> None:
    """Templates and their clients stand in one file, whatever their order, and a template extends another."""
    text = """
slamodel: 1
timezone: Europe/London
calendars: {office: {hours: {mon-fri: "09:00-17:00"}}}
agreements:
  - {agreement: one, extends: silver, applies: {client: one}}
  - {template: silver, extends: gold, targets: {resolve: {P2: 16h}}}
  - {template: gold, calendar: office, targets: {resolve: {P1: 4h, P2: 8h}}}
  - {agreement: two, extends: gold, applies: {client: two}}
"""
    book = sm.loads(text)
    assert [*book] == ["one", "two"]
    limits = [dict(book[name]["resolve"].limits) for name in book]
    assert [str(each["P2"].amount) for each in limits] == ["16h", "8h"]
    assert [name for name, _ in book["one"].calendars] == ["office"]


def test_folder(folder: Path) -> None:
    """A folder is one portfolio: what a file without agreements says holds for all of it, templates for each."""
    (folder / "shared.yaml").write_text(
        'slamodel: 1\ncalendars: {desk: {timezone: UTC, hours: {daily: "07:00-22:00"}}}\n'
    )
    (folder / "olas.toml").write_text(
        'slamodel = 1\ntimezone = "Europe/Paris"\n[calendars.night]\nhours = {daily = "22:00-06:00"}\n'
        '[[agreements]]\nagreement = "ola"\nkind = "ola"\ntargets = {resolve = {within = "1h", cover = "night"}}\n'
        '[[agreements]]\nagreement = "uc"\nkind = "uc"\ncalendar = "desk"\ntargets = {resolve = "2h"}\n'
    )
    (folder / "notes.txt").write_text("no agreement")
    book = sm.load(folder)
    assert [*book] == ["borough", "ola", "uc"]
    assert [name for name, _ in book["borough"].calendars] == ["desk", "always", "office"]
    assert [name for name, _ in book["ola"].calendars] == ["desk", "night"]
    assert "Europe/Paris" in str(dict(book["ola"].calendars)["night"])
    assert sm.load([folder / "shared.yaml", folder / "olas.toml"])["uc"] == book["uc"]


def test_problems_of_a_template(folder: Path) -> None:
    """A problem inside a template is told at the template's own line, once for all its clients."""
    (folder / "gold.yaml").write_text(GOLD.replace("P2: 30m", "P2: 2d").replace("delivery_manager", "x, fro: y"))
    (folder / "second.yaml").write_text(BOROUGH.replace("borough", "second").replace("P2: 6h", "P2: -6h"))
    assert said(folder) == [
        (
            "gold.yaml:11:47: targets.respond.P2: '2d' is ambiguous in business hours: "
            "write 2bd (business days), 20h, or cover it 24x7 [E131]"
        ),
        "gold.yaml:22:33: escalation.resolve.0.fro: unknown key; did you mean 'for'? [E101]",
        "second.yaml:6:29: targets.resolve.P2: limit must be greater than zero, got -6h [E130]",
    ]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"a.yaml": "extends: glod"},
            "a.yaml:3:1: extends: template 'glod' is not known; there is no glod.yaml in DIR [E102]",
        ),
        ({"a.yaml": "extends: 7"}, "a.yaml:3:1: extends: 7 is not the name of a template; write extends: gold [E107]"),
        (
            {"a.yaml": "extends: b", "b.yaml": "targets: {resolve: 4h}"},
            "a.yaml:3:1: extends: DIR/b.yaml is not template 'b'; it has a line template: b [E102]",
        ),
        (
            {
                "a.yaml": "extends: one",
                "one.yaml": "template: one\nextends: two",
                "two.yaml": "template: two\nextends: one",
            },
            (
                "two.yaml:4:1: extends: templates extend each other in a circle: one -> two -> one; "
                "let one stand alone [E155]"
            ),
        ),
        (
            {"a.yaml": "extends: one", "one.yaml": "template: one\nextends: [x,"},
            "one.yaml:5:1: not YAML: while parsing a flow node, did not find expected node content [E100]",
        ),
    ],
)
def test_lost_templates(files: dict[str, str], message: str, tmp_path: Path) -> None:
    """A template that is not there, is none, or goes round in a circle is an error where it is named."""
    for name, text in files.items():
        head = "slamodel: 1\n" + ("agreement: a\n" if name == "a.yaml" else "kind: sla\n")
        (tmp_path / name).write_text(head + text + "\n")
    lines = [line.replace(str(tmp_path), "DIR") for line in said(tmp_path / "a.yaml")]
    assert lines == [message]


def test_long_chain() -> None:
    """A chain of templates is short, so that no file takes long to read."""
    links = [{"template": f"t{n}", "extends": f"t{n + 1}"} for n in range(12)]
    problems = said({"slamodel": 1, "agreements": [{"agreement": "a", "extends": "t0"}, *links]})
    assert any("extends a chain of more than 8 templates" in line for line in problems)


def test_template_alone(folder: Path) -> None:
    """A template is no agreement; who loads it alone hears that, and one needs a name."""
    (folder / "odd.yaml").write_text("slamodel: 1\ntemplate: 3\n")
    assert said(folder / "odd.yaml") == [
        "odd.yaml:2:1: template: 3 is not the name of a template; write template: gold [E107]"
    ]
    assert said(folder / "gold.yaml") == [
        "gold.yaml:2:1: template: 'gold' is a template; load the agreements that extend it, with extends: gold [E102]"
    ]


def test_folders_that_clash(folder: Path, tmp_path: Path) -> None:
    """What two files share under one name is an error, and so is a folder without agreements."""
    for name in ("s1.yaml", "s2.yaml"):
        (folder / name).write_text("slamodel: 1\ncalendars: {desk: 24x7}\n")
    (folder / "bad.yaml").write_text("slamodel: 2\n")
    lines = [line.replace(str(folder), "DIR") for line in said(folder)]
    assert "s2.yaml:2:13: calendars.desk: defined in DIR/s1.yaml already; keep one [E102]" in lines
    assert "bad.yaml:1:1: slamodel: 2 is not a version of this file that is read; write 1 [E107]" in lines
    (tmp_path / "empty").mkdir()
    assert said(tmp_path / "empty") == ["empty: holds no agreement file (.yaml, .yml, .toml, .json) [E100]"]


def test_two_templates_of_a_name(folder: Path) -> None:
    """Two templates of one name are an error, and so is a template that says it is an agreement."""
    (folder / "other.yaml").write_text(GOLD.replace("kind: sla", "agreement: gold"))
    assert [line.split(": ", 1)[1] for line in said(folder) if line.startswith("other")] == [
        "template: template 'gold' is written twice; choose another name [E102]",
        "agreement: a template is no agreement; leave out this, or 'template' [E102]",
    ]


def test_amended_clients(folder: Path) -> None:
    """A version amends one that extends a template: what neither says is the template's, in whatever file it stands."""
    (folder / "amended.yaml").write_text(
        "slamodel: 1\nagreement: borough\nversion: 2\namends: 1\nfrom: 2026-07-01\n"
        "targets: {resolve: {P2: 5h}, respond: none}\n"
    )
    first, second = sm.load(folder).versions("borough")
    assert (first.version, second.version, second.starts_on) == (1, 2, "2026-07-01")
    assert [target.id for target in second.targets] == [target.id for target in first.targets if target.id != "respond"]
    assert dict(second["resolve"].limits)["P1"] == dict(first["resolve"].limits)["P1"]
    assert str(dict(second["resolve"].limits)["P2"].amount) == "5h"
    (folder / "amended.yaml").write_text(
        "slamodel: 1\nagreement: borough\namends: 1\nfrom: 2026-07-01\ntargets: {resolve: {P2: 2d}}\n"
    )
    [line] = said(folder)
    assert line.startswith("amended.yaml:5:21: targets.resolve.P2: '2d' is ambiguous in business hours")


def test_which_of_a_folder(folder: Path) -> None:
    """`which` is said once for all that is read together, in a file of its own or in one with agreements."""
    (folder / "shared.yaml").write_text("slamodel: 1\nwhich: all\n")
    assert sm.load(folder).which == "all"
    (folder / "other.yaml").write_text(
        "slamodel: 1\nwhich: strictest\nagreement: o\nprovider: o\ncalendar: 24x7\ntargets: {resolve: 1h}\n"
    )
    [line] = said(folder)
    assert line == f"shared.yaml:2:1: which: defined in {folder / 'other.yaml'} already; keep one [E102]"
    (folder / "shared.yaml").unlink()
    assert sm.load(folder).which == "strictest"
    (folder / "other.yaml").write_text("slamodel: 1\nwhich: all\ntemplate: odd\ntargets: {resolve: 1h}\n")
    (folder / "shared.yaml").write_text("slamodel: 1\nextends: odd\nagreement: p\nprovider: p\ncalendar: 24x7\n")
    [line] = said(folder)
    assert line.startswith("other.yaml:2:1: which: unknown key")
