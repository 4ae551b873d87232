"""A test a code: what is said of files and logs, in their words, each with file, line and column."""

import re
from pathlib import Path

import pytest

import slamodel as sm

CASES = Path(__file__).parent.parent / "cases"
ODDITIES = (CASES / "agreement-oddities.txt").read_text("utf-8").split("\n## ")[1:]
MISTAKES = (CASES / "agreement-mistakes.txt").read_text("utf-8")
TOLD = re.compile(r"^! \d+:\d+: .+ \[([EWN]\d{3})\]$", re.MULTILINE)
CODES = (
    *("E101", "E102", "E103", "E104", "E110", "E111", "E112", "E113", "E120", "E121", "W122", "E130", "E131", "E132"),
    *("E133", "W134", "W135", "E136", "E137", "E140", "E141", "E142", "W143", "E150", "W151", "E160", "E161", "E162"),
    *("E163", "E164", "W164", "E165", "E170", "E171", "E172", "W173", "E174", "E180", "E181", "E182", "W183", "E184"),
    *("W184", "E191"),
)
"""What a file can be told of."""


@pytest.mark.parametrize("case", ODDITIES, ids=lambda case: case.partition("\n")[0])
def test_oddities(case: str, tmp_path: Path) -> None:
    """A check says all that is wrong or odd in a file and between its agreements, each at its place."""
    codes, *lines = case.split("\n")
    path = tmp_path / "a.yaml"
    path.write_text("".join(f"{line}\n" for line in lines if line and not line.startswith("! ")), "utf-8")
    found = sm.check(path).problems
    assert [str(problem) for problem in found] == [f"{path}:{line[2:]}" for line in lines if line.startswith("! ")]
    assert {problem.code for problem in found} == {*codes.split()}


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_its_place(code: str) -> None:
    """Every code of a file is read in a case, with its line and column, in words that say what to do."""
    assert code in TOLD.findall(MISTAKES + "\n".join(ODDITIES))


def test_twenty_mistakes() -> None:
    """A file with twenty mistakes reports twenty, in the order of the file, each at its place."""
    path = CASES / "agreement-twenty-mistakes.yaml"
    comments = [line[2:].strip() for line in path.read_text("utf-8").split("\n") if line.startswith("#!")]
    with pytest.raises(sm.AgreementError) as error:
        sm.load(path)
    assert str(error.value).split("\n") == [f"{path}:{comment}" for comment in comments]
    assert len(error.value.problems) == len(sm.check(path).errors) == 20


DESK = "slamodel: 1\nagreement: x\ncalendar: 24x7\npauses: [paused]\ntargets: {resolve: 4h}\n"
LOG = """\
item,at,do,priority
INC1,2026-12-14T10:00Z,opened,P1
INC1,2026-12-14T11:00Z,resumed,
INC1,2026-12-14T09:00Z,resolved,
"""


def test_codes_of_logs(tmp_path: Path) -> None:
    """In a log a row is told by its line: E111 and E112 set it aside, E192 says what it does not change."""
    log = tmp_path / "log.csv"
    log.write_text("item,at,do\nA,2026-03-29 01:30,opened\nA,2026-10-25 01:30,opened\nA,2026-10-26 01:30,opened\n")
    events = sm.read_events(log, sm.EventMap(timezone="Europe/London"))
    assert [(reject.line, reject.reason) for reject in events.rejects] == [
        (2, "at 2026-03-29 01:30 does not exist in Europe/London (clocks go 01:00 -> 02:00) [E111]"),
        (3, "at 2026-10-25 01:30 happens twice in Europe/London; add +01:00 or +00:00 [E112]"),
    ]
    with pytest.raises(sm.EventError, match=r"column 'at' of .*log.csv holds times without a UTC offset.*\[E110\]"):
        sm.read_events(log)
    log.write_text(LOG)
    book = sm.loads(DESK)
    assert sm.evaluate(book, log).ignored == [
        "INC1: resolved at 2026-12-14T09:00:00Z (line 4) changes nothing for resolve",
        "INC1: resumed at 2026-12-14T11:00:00Z (line 3) changes nothing for resolve",
    ]
    with pytest.raises(sm.EventError, match=r"resumed at 2026-12-14T11:00:00Z \(line 3\) .* \[E192\]"):
        sm.evaluate(book, log, strict=True)
    with pytest.raises(sm.EventError, match=r"column 'do' of the table has 2 rows, 'item' has 3 \[E190\]"):
        sm.read_events({"item": [1, 2, 3], "do": ["a", "b"], "at": LOG.split()[:3]})


def test_two_agreements_for_one_item() -> None:
    """E191: an item that two agreements match equally, under conditions that differ, is named when it is judged."""
    text = """
slamodel: 1
agreements:
  - {agreement: a, applies: {client: acme}, calendar: 24x7, targets: {resolve: 4h}}
  - {agreement: b, applies: {site: network}, calendar: 24x7, targets: {resolve: 2h}}
"""
    row = {"item": "INC7", "at": "2026-12-14T10:00Z", "do": "opened", "client": "acme", "site": "network"}
    with pytest.raises(sm.AgreementError, match=r"INC7 matches 'a' and 'b' equally for 'resolve'; add a precedence"):
        sm.evaluate(sm.loads(text), [row])
