"""Logs as they come: exports that overlap, truths and numbers in several spellings, absurd dates, no zones."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import slamodel as sm

CYCLES = """
slamodel: 1
agreement: desk
calendar: 24x7
targets: {resolve: {within: 30m, reopen: new_cycle, met_if: last}, next_reply: 1h, update: {every: 1h}}
"""
AT = "2026-12-14T09:40:00Z"
REOPENED = [("I", "2026-12-14T09:00:00Z", "opened"), ("I", AT, "reopened"), ("I", AT, "resolved")]
REPLIED = [("I", "2026-12-14T09:00:00Z", "opened"), ("I", AT, "replied"), ("I", AT, "requester_replied")]


def told(book: sm.Portfolio, log: Any, *names: str) -> list[Any]:
    """What verdicts say, without the word that puts them."""
    return [tuple(row[name] for name in names) for row in sm.evaluate(book, log)]


# -- rows that stand there twice


@pytest.mark.parametrize("rows", [REOPENED, REPLIED])
def test_exports_that_overlap(rows: list[tuple[str, str, str]]) -> None:
    """C6 twice: a row that repeats an earlier one counts once, wherever the two stand, and is reported."""
    book, log = sm.loads(CYCLES), pd.DataFrame(rows, columns=["item", "at", "do"])
    once = sm.evaluate(book, log)
    for doubled in (pd.concat([log, log]), log.loc[log.index.repeat(2)], pd.concat([log, log[1:], log[2:]])):
        twice = sm.evaluate(book, doubled)
        assert twice.to_dicts() == once.to_dicts()
        again = [note for note in twice.ignored if "repeats an earlier row" in note]
        assert len(again) == len(doubled) - len(log)
    assert "line 4 repeats an earlier row and counts once" in sm.evaluate(book, pd.concat([log, log])).ignored
    with pytest.raises(sm.EventError, match=r"line 4 repeats an earlier row and counts once \[E192\]"):
        sm.evaluate(book, pd.concat([log, log]), strict=True)


def test_what_comes_back_needs_a_sequence() -> None:
    """C6 twice: what comes back within one instant needs a sequence to say so."""
    paper = "slamodel: 1\nagreement: d\ncalendar: 24x7\ntargets: {resolve: 1h}\npauses: {hold: {when: {state: hold}}}\n"
    book, ordered = sm.loads(paper), sm.loads(f"{paper}events: {{sequence: n}}\n")
    rows = [("I", "2026-12-14T09:00:00Z", "opened", ""), *(("I", AT, "state", to) for to in ("hold", "open", "hold"))]
    log = pd.DataFrame(rows, columns=["item", "at", "do", "to"]).assign(n=range(4))
    assert told(book, log, "stage") == [("running",)]
    assert told(ordered, log, "stage") == [("paused",)]


def test_snapshots_that_say_the_same_are_not_told() -> None:
    """C6 twice: in a log of snapshots a row that says what another does is no duplicate to tell of."""
    book = sm.loads(
        "slamodel: 1\nagreement: d\ncalendar: 24x7\ntargets: {resolve: {within: 1h, stops: {state: done}}}\n"
        "events: {kind: snapshots}\n"
    )
    log = pd.DataFrame([("I", AT, state) for state in ("new", "done", "new", "done")], columns=["item", "at", "state"])
    verdicts = sm.evaluate(book, log, strict=True)
    assert (verdicts.ignored, verdicts.log is not None and len(verdicts.log)) == ([], 2)


# -- truths


HELD = """
slamodel: 1
agreement: desk
calendar: 24x7
targets: {resolve: 4h}
pauses: {hold: {when: {onhold: %s}}}
"""


@pytest.mark.parametrize("spelt", [("True", "False"), ("TRUE", "FALSE"), ("true", "false"), (True, False)])
@pytest.mark.parametrize(("asked", "paused"), [("true", 2), ("[true]", 2), ("{not: false}", 2), ("false", 1)])
def test_truths_in_any_case(spelt: tuple[Any, Any], asked: str, paused: int) -> None:
    """C14 truth: where a condition asks for true or false, the log may write it in any case."""
    yes, no = spelt
    rows = [("09:00", "opened", no), ("10:00", "noted", yes), ("12:00", "noted", no), ("12:00:01", "resolved", no)]
    log = [{"item": "I", "at": f"2026-12-14T{at}Z", "do": do, "onhold": held} for at, do, held in rows]
    (verdict,) = sm.evaluate(sm.loads(HELD % asked), log)
    assert verdict["paused"].total_seconds() // 3600 == paused


def test_one_and_zero_are_no_truths() -> None:
    """C14 truth: 1 and 0 are other values; that the condition never holds is told."""
    log = [{"item": "I", "at": AT, "do": "opened", "onhold": held} for held in ("1", "0")]
    verdicts = sm.evaluate(sm.loads(HELD % "true"), log)
    assert [row["stage"] for row in verdicts] == ["running"]
    (note,) = verdicts.unmatched
    assert note.startswith("pause 'hold' asks for onhold 'true', and the log's onhold never has it: it has '0', '1';")


def test_what_never_matches_is_told() -> None:
    """Conditions on values that a field never has, and starts that never come, are told with what looks like them."""
    book = sm.loads(
        "slamodel: 1\nagreement: desk\ncalendar: 24x7\n"
        "targets:\n  resolve: {within: 4h, for: {type: [incident, fault]}}\n"
        "  close: {within: 4h, stops: closed, for: {type: {not: x}}}\n"
        "pauses: {hold: {when: {any: [{state: Hold}, {code: 7}]}}, none: {when: {other: x}}}\n"
    )
    log = [{"item": "I", "at": AT, "do": "Created", "type": "request", "state": "hold ", "code": 7}]
    start = (
        "starts at do 'opened', 'created', and the log's do never has it: it has 'Created' (did you mean 'created'?)"
    )
    assert [note.removesuffix("; map them under events: values") for note in sm.evaluate(book, log).unmatched] == [
        "target 'resolve' is for type 'incident', 'fault', and the log's type never has it: it has 'request'",
        f"target 'resolve' {start}",
        "pause 'hold' asks for state 'Hold', and the log's state never has it: it has 'hold' (did you mean 'Hold'?)",
        f"target 'close' {start}",
    ]


# -- whole numbers


NUMBERED = """
slamodel: 1
agreement: desk
calendar: 24x7
targets: {resolve: {1: 4h, 2: 8h}}
pauses: {hold: {when: {state: [6, 7]}}}
"""


@pytest.mark.parametrize("kind", ["frame", "csv", "jsonl", "json", "parquet"])
def test_a_frame_and_its_files_agree(kind: str, tmp_path: Path) -> None:
    """C14 whole: whole numbers are one value however a source writes them, 3 or 3.0."""
    frame = pd.DataFrame(
        [
            (7, "2026-06-10T09:00Z", "opened", 1, 1),
            (7, "2026-06-10T10:00Z", "noted", 1, 6),
            (7, "2026-06-10T11:00Z", "resolved", 1, 1),
            (8, "2026-06-10T09:00Z", "opened", 2, None),
            (8, "2026-06-10T11:00Z", "noted", None, None),
        ],
        columns=["item", "at", "do", "priority", "state"],
    )
    assert frame["priority"].dtype == frame["state"].dtype == float
    path = tmp_path / f"log.{kind}"
    if kind == "csv":
        frame.to_csv(path, index=False)
    elif kind == "parquet":
        frame.to_parquet(path)
    elif kind != "frame":
        frame.to_json(path, orient="records", lines=kind == "jsonl")
    names = ("item", "stage", "priority", "elapsed", "paused")
    found = told(sm.loads(NUMBERED), frame if kind == "frame" else path, *names)
    assert [(str(item), stage, str(priority), str(a), str(b)) for item, stage, priority, a, b in found] == [
        ("7", "met", "1", "1:00:00", "1:00:00"),
        ("8", "running", "2", "2:00:00", "0:00:00"),
    ]


@pytest.mark.parametrize(
    ("values", "read"),
    [
        (["1.0", "2.0", "", "-3.0"], ["1", "2", None, "-3"]),
        (["1", "1.0", "10.0", "0.0"], ["1", "1", "10", "0"]),
        (["1.0", "1.1"], ["1.0", "1.1"]),
        (["1.0", "P1"], ["1.0", "P1"]),
        (["1.00", "2.0"], ["1.00", "2.0"]),
        (["007.0", "2.0"], ["007.0", "2.0"]),
        (["007", "2.0"], ["007", "2"]),
    ],
)
def test_whole_numbers_of_a_text_column(values: list[str], read: list[str | None], tmp_path: Path) -> None:
    """C14 whole: a column of texts holds whole numbers if all its values are some, with or without .0."""
    path = tmp_path / "log.csv"
    rows = [f"I,2026-06-10T09:00:{i:02}Z,{value}" for i, value in enumerate(values)]
    path.write_text("item,at,code\n" + "\n".join(rows) + "\n")
    column = sm.read_events(path, sm.EventMap(kind="snapshots")).field("code")
    assert column is not None
    assert column.to_list() == read


def test_names_of_values_with_a_point(tmp_path: Path) -> None:
    """C14 whole: a value that is renamed as the log spells it keeps its spelling; changes are read alike."""
    path = tmp_path / "log.csv"
    path.write_text("item,at,do,to\nI,2026-06-10T09:00Z,priority,1.0\nI,2026-06-10T09:01Z,priority,2.0\n")
    renamed = sm.EventMap(values=(("priority", (("1.0", "P1"), ("2", "P2"))),))
    for events, read in ((sm.EventMap(), ["1", "2"]), (renamed, ["P1", "P2"])):
        column = sm.read_events(path, events).field("priority")
        assert column is not None
        assert column.to_list() == read
    known = sm.EventMap(known=(("priority", ("1", "2")),))
    assert not sm.read_events(path, known).rejects
    path.write_text("item,at,do,n\nI,2026-06-10T09:00Z,b,2.0\nI,2026-06-10T09:00Z,a,1.0\n")
    column = sm.read_events(path, sm.EventMap(sequence="n")).field("do")
    assert column is not None
    assert column.to_list() == ["a", "b"]


def test_blanks_do_not_count() -> None:
    """C14 blanks: blanks around an id or a value of a log do not count."""
    log = [
        {"item": "a ", "at": "2026-06-10T09:00Z", "do": " opened", "priority": "1\t"},
        {"item": "a", "at": "2026-06-10T10:00Z", "do": "resolved"},
    ]
    assert told(sm.loads(NUMBERED), log, "item", "stage", "priority") == [("a", "met", "1")]
    column = sm.read_events(log, sm.EventMap(values=(("priority", (("1\t", "P1"),)),))).field("priority")
    assert column is not None
    assert column.to_list() == ["P1", "P1"]


def test_priorities_in_another_spelling_are_told() -> None:
    """Where some items have a priority that is promised for, those with what looks like one are told of."""
    log = [{"item": value, "at": AT, "do": "opened", "priority": value} for value in ("1", "1.0", "x", "2")]
    verdicts = sm.evaluate(sm.loads(NUMBERED), log)
    assert len(verdicts) == 2
    assert [note.partition(";")[0] for note in verdicts.unmatched] == [
        "target 'resolve' knows priority '1', and the log has '1.0', which looks like it and is another"
    ]


def test_priorities_that_look_alike_are_told() -> None:
    """E136 says which priority of the log looks like one that is promised, and quotes both."""
    log = [{"item": "a", "at": AT, "do": "opened", "priority": value} for value in ("1.0", "x")]
    with pytest.raises(
        sm.EventError, match=r"names '1', '2', the log's 'priority' has '1\.0', 'x' \('1\.0' looks like '1'\)"
    ):
        sm.evaluate(sm.loads(NUMBERED), log)
    bare = [{"item": "a", "at": AT, "do": "opened", "priority": None}]
    with pytest.raises(sm.EventError, match="the log's 'priority' has no value; map"):
        sm.evaluate(sm.loads(NUMBERED), bare)


# -- absurd dates


DESK = "slamodel: 1\nagreement: desk\ncalendar: 24x7\ntargets: {resolve: {P1: 4h}}\n"
OPENED = [
    {"item": "A", "at": "2026-06-10T09:00Z", "do": "opened", "priority": "P1"},
    {"item": "A", "at": "2026-06-10T09:30Z", "do": "resolved"},
    {"item": "B", "at": "2026-06-10T09:00Z", "do": "opened", "priority": "P1"},
]


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        ("2062-06-10T09:00Z", "is more than 8 years after all events before it"),
        ("9998-01-01T00:00Z", "is more than 8 years after all events before it"),
        ("1970-01-01T00:00Z", "is before 1971"),
        ("1970-12-31T23:59Z", "is before 1971"),
        ("0101-01-01T00:00Z", "is before 1971"),
    ],
)
@pytest.mark.parametrize("times", [1, 2])
def test_absurd_dates(at: str, reason: str, times: int) -> None:
    """C14 absurd: a row before 1971, or after a silence of more than eight years, is set aside, and moves no as_of."""
    book, odd = sm.loads(DESK), {"item": "C", "at": at, "do": "opened", "priority": "P1"}
    plain = sm.evaluate(book, OPENED)
    verdicts = sm.evaluate(book, [odd, *OPENED, *[{**odd, "item": "D"}] * (times - 1)])
    assert (verdicts.to_dicts(), verdicts.as_of) == (plain.to_dicts(), plain.as_of)
    assert [reject.line for reject in verdicts.rejects] == [1, 5][:times]
    assert all(reason in reject.reason for reject in verdicts.rejects)
    assert verdicts.rejects[0].row["item"] == "C"


def test_long_silences_that_may_be() -> None:
    """C14 absurd: where the rows after a silence are not fewer nobody can tell, and eight years may pass."""
    half = [{**row, "at": row["at"].replace("2026", "2062")} for row in OPENED]
    assert sm.evaluate(sm.loads(DESK), [*OPENED, *half]).rejects == ()
    late = {"item": "C", "at": "2034-06-08T09:30Z", "do": "opened", "priority": "P1"}
    assert sm.evaluate(sm.loads(DESK), [*OPENED, late]).rejects == ()
    assert len(sm.evaluate(sm.loads(DESK), [*OPENED, {**late, "at": "2034-06-08T09:30:01Z"}]).rejects) == 1


def test_columns_without_the_rows_set_aside() -> None:
    """C14 absurd: all columns of a log lose the same rows: fields, times, sequences and what items start with."""
    events = sm.EventMap(sequence="n", times=("due",))
    odd = {"item": "A", "at": "2062-06-10T09:00Z", "do": "x", "due": "2026-06-11T00:00Z", "n": 1, "f": "odd"}
    rows = [{**odd, "at": "2026-06-10T09:00Z", "f": f, "n": n} for n, f in ((3, "late"), (2, "early"))]
    nested = {
        "item": "B",
        "f": "first",
        "events": [{**odd, "item": "B", "f": None}, {**rows[0], "item": "B", "f": None}],
    }
    table, plain = (
        sm.read_events(log, events)
        for log in ([odd, *rows, nested], [*rows, {**nested, "events": nested["events"][1:]}])
    )
    assert len(table.rejects) == 2
    assert {name: column.to_list() for name, column in table.fields.items()} == {
        name: column.to_list() for name, column in plain.fields.items()
    }
    assert (table.at.tolist(), table.times["due"].tolist()) == (plain.at.tolist(), plain.times["due"].tolist())


def test_times_of_fields_before_1971() -> None:
    """C14 absurd: a time of a field before 1971 costs its row, unless it is listed as missing."""
    book = DESK.replace("{P1: 4h}", "{within: 4h, starts: {at: made}}") + "events: {times: [made]%s}\n"
    log = [{**row, "made": "1970-01-01T00:00Z" if row["item"] == "A" else row["at"]} for row in OPENED]
    verdicts = sm.evaluate(sm.loads(book % ""), log)
    assert [row["item"] for row in verdicts] == ["B"]
    assert verdicts.rejects[0].reason.startswith("made 1970-01-01T00:00:00Z is before 1971: no time, which belongs")
    assert not sm.evaluate(sm.loads(book % ', missing: ["1970-01-01T00:00Z"]'), log).rejects


def test_seconds_read_as_milliseconds() -> None:
    """C14 absurd: a log read in the wrong unit lies in 1970, and has no row that can be used."""
    with pytest.raises(sm.EventError, match=r"is before 1971: .* or read in the wrong unit"):
        sm.read_events([{"item": "A", "at": 1767225600, "do": "x"}], sm.EventMap(format="epoch_ms"))


# -- times without a zone


def test_times_without_a_zone_are_refused_from_every_source(tmp_path: Path) -> None:
    """S6 frame: times of a frame or a Parquet file without a zone are naive; `datetime64` in a mapping is UTC (S1)."""
    rows = [("A", "2026-07-01 09:00", "opened", "P1"), ("A", "2026-07-01 12:30", "resolved", None)]
    frame = pd.DataFrame(rows, columns=["item", "at", "do", "priority"])
    frame.to_csv(tmp_path / "log.csv", index=False)
    parsed = frame.assign(at=pd.to_datetime(frame["at"]))
    parsed.to_parquet(tmp_path / "log.parquet")
    columns = {name: parsed[name].to_numpy() for name in parsed}
    zoned = sm.loads(DESK + "events: {timezone: Europe/London}\n")
    for log in (tmp_path / "log.csv", tmp_path / "log.parquet", parsed, parsed.to_dict("records")):
        with pytest.raises(sm.EventError, match="E110"):
            sm.evaluate(sm.loads(DESK), log)
        assert [row["started_at"].hour for row in sm.evaluate(zoned, log)] == [8]
    assert [row["started_at"].hour for row in sm.evaluate(sm.loads(DESK), columns)] == [9]


def test_a_due_on_a_field_that_is_no_time() -> None:
    """C5 field: a due on a field that events do not list under times is refused when the agreement is read (E102)."""
    for within in ("on due_date", "2bd before due_date"):
        text = DESK.replace("{P1: 4h}", f"{{within: {within}}}").replace(
            "24x7", "{timezone: UTC, hours: {mon: 09:00-17:00}}"
        )
        with pytest.raises(
            sm.AgreementError, match=r"'due_date', which would hold the due, is no time of the log.*E102"
        ):
            sm.loads(text)
        assert len(sm.loads(text + "events: {times: due_date}\n")) == 1


# -- what is no log


def test_what_is_no_portfolio() -> None:
    """A path or one agreement is no portfolio: the message says what is."""
    book = sm.loads(DESK)
    for wrong in ("desk.yaml", Path("desk.yaml"), book["desk"], {"slamodel": 1}, None, 7):
        with pytest.raises(
            sm.AgreementError, match=r"evaluate takes a portfolio.*pass what slamodel.load\(\) gives.*E107"
        ):
            sm.evaluate(wrong, OPENED)  # type: ignore[arg-type]


def test_what_is_no_log(tmp_path: Path) -> None:
    """What holds no events in rows is refused by its kind (E194), and columns of one name by that name (E102)."""
    frame = pd.DataFrame(OPENED)
    wrong = [io.StringIO("item,at"), io.BytesIO(), b"item", frame["item"], frame.groupby("item"), pl.Series(["A"])]
    wrong += [frame.to_records(), np.array([1]), tmp_path / "gone.csv"]
    for log in wrong:
        with pytest.raises(sm.EventError, match="E194"):
            sm.read_events(log)
    twice = pd.concat([frame, frame["item"]], axis=1)
    for log in (twice, pa.table([pa.array(["x"]), pa.array(["y"])], names=["item", "item"])):
        with pytest.raises(sm.EventError, match=r"columns \['item'\] of the \w+ stand there more than once.*E102"):
            sm.read_events(log)
