"""Files of events: what is read, which rows are set aside, and what an error says."""

import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slamodel.clock.events import EventTable, Reject
from slamodel.errors import EventError
from slamodel.io.event_file import read_events, write_rejects
from slamodel.io.logs.lines import _undecodable
from slamodel.model.event_map import EventMap

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "examples" / "servicenow-incidents" / "incidents.csv.gz"
HEADER = "item,at,do,to,priority\n"
GOOD = HEADER + "INC1,2026-01-01T09:00Z,opened,,P2\nINC1,2026-01-01T10:00Z,resolved,,\n"
SNAPSHOTS = EventMap(kind="snapshots", timezone="UTC")


@pytest.fixture
def log(tmp_path: Path) -> Callable[..., Path]:
    """Write a log and return its path."""

    def write(content: str | bytes, name: str = "log.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def why(table: EventTable) -> list[tuple[int, str]]:
    return [(reject.line, reject.reason) for reject in table.rejects]


def refused(source: object, events: EventMap | None = None, **options: str) -> str:
    with pytest.raises(EventError) as caught:
        read_events(source, events, **options)
    return str(caught.value)


def columns(table: EventTable) -> tuple[object, ...]:
    """Everything a table holds, as lists."""
    fields = {name: column.to_list() for name, column in table.fields.items()}
    times = {name: column.tolist() for name, column in table.times.items()}
    return table.items.tolist(), table.first.tolist(), table.at.tolist(), fields, times


# -- delimited text


@pytest.mark.parametrize("name", ["log.csv", "log.tsv", "LOG.CSV.GZ", "log.txt"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_spellings_of_one_log(log: Callable[..., Path], name: str, delimiter: str, line_end: str) -> None:
    """Delimiter, line ends, byte order mark and gzip are found out; the table is the same."""
    text = "\ufeff" + GOOD.replace(",", delimiter).replace("\n", line_end)
    data = gzip.compress(text.encode()) if name.endswith("GZ") else text.encode()
    path = log(data, name.replace(".GZ", ".gz"))
    assert columns(read_events(path)) == columns(read_events(log(GOOD, "plain.csv")))
    assert columns(read_events(str(path))) == columns(read_events(path))


def test_gzip_is_found_by_its_bytes(log: Callable[..., Path]) -> None:
    """A name may lie about gzip, both ways."""
    assert len(read_events(log(GOOD, "log.csv.gz"))) == 2
    assert len(read_events(log(gzip.compress(GOOD.encode()), "log.csv"))) == 2


def test_lines_are_physical(log: Callable[..., Path]) -> None:
    """Line numbers are those of an editor: quoted line breaks and blank lines count, the header is line 1."""
    text = (
        'item,at,"the\nnote"\n'  # lines 1 and 2
        'A,2026-01-01,"one\ntwo\n\nfour"\n'  # 3 to 6
        "\n"
        'B,2026-01-02,"x ""quoted"" y"\n'  # 8
        'C,nonsense,"see\nabove, ""C"""\n'  # 9
        'D,2026-01-04,""'  # 11, without a line break
    )
    table = read_events(log(text), SNAPSHOTS)
    assert table.lines is not None
    assert table.lines.tolist() == [3, 8, 11]
    assert table.fields["the\nnote"].to_list() == ["one\ntwo\n\nfour", 'x "quoted" y', None]
    assert table.rejects[0].line == 9
    assert table.rejects[0].row == {"item": "C", "at": "nonsense", "the\nnote": 'see\nabove, "C"'}


def test_ragged_rows(log: Callable[..., Path]) -> None:
    """A row with fields too many or too few is set aside with what it held; its fields are not shifted."""
    table = read_events(log("item,at,do,to\nA,2026-01-01Z,x\nB,2026-01-01T00:00Z,x,,extra\nC,2026-01-01T00:00Z,x,\n"))
    assert why(table) == [(2, "has 3 fields, the header has 4"), (3, "has 5 fields, the header has 4")]
    assert table.rejects[0].row == {"item": "A", "at": "2026-01-01Z", "do": "x"}
    assert table.rejects[1].row["column 5"] == "extra"
    assert table.items.tolist() == ["C"]


@pytest.mark.parametrize("row", ["A\0,2026-01-02T00:00Z,x\n", '"A\0",2026-01-02T00:00Z,x\n'])
def test_nul_byte(log: Callable[..., Path], row: str) -> None:
    """A NUL byte costs its row, quoted or not."""
    table = read_events(log(f"item,at,do\n{row}B,2026-01-02T00:00Z,x\n"))
    assert why(table) == [(2, "holds a NUL byte")]
    assert table.rejects[0].row["item"] == "A\0"


@pytest.mark.fault
def test_forgotten_quote_costs_one_row(log: Callable[..., Path]) -> None:
    """A quote that is never closed, or closed in the wrong place, does not swallow the rows after it."""
    rows = [f"B{k},2026-01-02T00:00Z,x" for k in range(50)]
    rows[10] = 'C,2026-01-02T00:00Z,"x'
    rows[20] = '"D"d,2026-01-02T00:00Z,x'
    rows[49] = 'E,2026-01-02T00:00Z,"x'
    table = read_events(log("item,at,do\n" + "\n".join(rows) + "\n"))
    assert len(table) == 47
    assert why(table) == [
        (12, "is not well quoted: ',' expected after '\"'"),
        (22, "is not well quoted: ',' expected after '\"'"),
        (51, "is not well quoted: unexpected end of data"),
    ]
    assert table.rejects[0].row["do"] == '"x'


@given(
    st.lists(st.tuples(*[st.text(st.sampled_from('ab, ;"\n\r\t\u2028é'), max_size=6)] * 2), min_size=1, max_size=8),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.sampled_from([",", ";", "\t"]),
)
def test_csv_is_the_csv_modules(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]], quoting: int, delimiter: str
) -> None:
    """What the csv module writes is read back cell by cell; line breaks inside a cell become newlines."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=quoting, delimiter=delimiter)  # type: ignore[arg-type]  # an int is one of them
    writer.writerow(["item", "at", "one", "two"])
    for i, pair in enumerate(cells):
        writer.writerow([f"I{i:03}", f"2026-01-01T00:00:{i:02}Z", *pair])
    path = tmp_path_factory.mktemp("cells") / "cells.csv"
    path.write_bytes(out.getvalue().encode())
    table = read_events(path, EventMap(kind="snapshots"))
    read = list(zip(table.fields["one"].to_list(), table.fields["two"].to_list(), strict=True))
    plain = [tuple(re.sub("\r\n?", "\n", cell).strip() or None for cell in pair) for pair in cells]
    assert read == plain


# -- files that cannot be read


def test_empty_files(log: Callable[..., Path]) -> None:
    """A file with nothing to read is an error that says what is missing."""
    assert refused(log("")) == "log.csv is empty, or begins with an empty line where the header should be [E194]"
    assert "begins with an empty line" in refused(log("\n" + GOOD))
    assert refused(log(HEADER)) == "log.csv has no rows [E195]"
    assert refused(log("", "log.jsonl")) == "log.jsonl has no rows [E195]"
    assert refused(log("[]", "log.json")) == "log.json has no rows [E195]"


def test_header_that_cannot_be_told_apart(log: Callable[..., Path]) -> None:
    """A broken header is an error, not a row set aside."""
    assert refused(log('item,"at,do\n')) == "log.csv: the header is not well quoted: unexpected end of data [E194]"


def test_wrong_encoding(log: Callable[..., Path]) -> None:
    """Bytes that are not UTF-8 are named with their line; the right encoding reads them."""
    data = (GOOD + "INC2,2026-01-01T11:00Z,geöffnet,,\n").encode("cp1252")
    path = log(data)
    assert refused(path) == (
        "log.csv, line 4: byte 26 (0xf6) is not UTF-8; save the file as UTF-8, or say which it is: "
        "events: {encoding: cp1252}, --encoding cp1252, or encoding='cp1252' in Python [E194]"
    )
    assert read_events(path, encoding="cp1252").fields["do"].to_list()[-1] == "geöffnet"
    assert read_events(path, EventMap(encoding="cp1252")).fields["do"].to_list()[-1] == "geöffnet"
    assert read_events(path, EventMap(encoding="ascii"), encoding="cp1252").fields["do"].to_list()[-1] == "geöffnet"
    assert (
        refused(path, encoding="cp12") == "'cp12' is no known encoding of text; known are utf-8, cp1252, utf-16 [E107]"
    )
    assert "line 4: byte 26" in refused(log(gzip.compress(data), "log.csv.gz"))
    assert refused(log(GOOD.encode("utf-16"))) == (
        "log.csv is UTF-16: save it as UTF-8, or say so: events: {encoding: utf-16}, or --encoding utf-16 [E194]"
    )
    assert len(read_events(log(GOOD.encode("utf-16")), encoding="utf-16")) == 2
    assert "(0x0a) is not UTF-16; save the file" in refused(log(GOOD.encode("utf-16")[:-1]), encoding="utf-16")


def test_other_files_in_disguise(log: Callable[..., Path]) -> None:
    """A spreadsheet or a Parquet file with the wrong name is called what it is."""
    assert "is a zip archive or a spreadsheet: unpack it" in refused(log(b"PK\x03\x04\xff\xfe\x00"))
    assert "is a Parquet file: let its name end in .parquet" in refused(log(b"PAR1\xff\xff"))


@pytest.mark.fault
@pytest.mark.parametrize("damage", [lambda data: data[:-20], lambda data: data[:40] + b"\xff" * 9 + data[49:]])
def test_damaged_gzip(log: Callable[..., Path], damage: Callable[[bytes], bytes]) -> None:
    """Half a log would give wrong verdicts, so a file that is cut off is refused."""
    rows = "".join(f"INC{zlib.crc32(b'%d' % k)},2026-01-01T00:00Z,x,,\n" for k in range(5000))
    message = refused(log(damage(gzip.compress((HEADER + rows).encode())), "log.csv.gz"))
    assert re.match(r"log.csv.gz is cut off or damaged \(.+\); copy it again, nothing of it was used", message)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("log.xlsx", "log.xlsx: logs of kind '.xlsx' are not read; known: .csv, .tsv"),
        ("log.cvs", "log.cvs: logs of kind '.cvs' are not read; did you mean '.csv'?"),
        ("log.csv.zip", "log.csv.zip: logs of kind '.zip' are not read"),
        ("log", "log: logs of kind '' are not read; known: .csv, .tsv, .tab, .txt, .jsonl"),
    ],
)
def test_unknown_kind(name: str, message: str) -> None:
    """The end of the name tells the kind; an unknown one lists those that are known."""
    assert refused(name).startswith(message)


def test_no_file() -> None:
    """A path that leads nowhere is an error like any other of a log (E194)."""
    for name in ("nowhere.csv", "nowhere.jsonl", "nowhere.json.gz", "nowhere.parquet"):
        assert refused(name) == f"{name}: there is no such file [E194]"


# -- columns


def test_missing_columns(log: Callable[..., Path]) -> None:
    """All missing columns are named at once, each with the one that comes close, and what there is."""
    events = EventMap(kind="snapshots", item="number", at="opened_at", columns=(("status", "state"),))
    columns, step = "columns: numbr, opened_by, item; name another under events:", "or with --map"
    told = refused(log("numbr,opened_by,item\n", "incidents.csv"), events)
    assert [line.partition(" is not in incidents.csv; ")[2] for line in told.splitlines()] == [
        f"did you mean 'numbr'? {columns} {{item: numbr}}, {step} item=numbr [E102]",
        f"did you mean 'opened_by'? {columns} {{at: opened_by}}, {step} at=opened_by [E102]",
        f"{columns} {{columns: {{status: COLUMN}}}}, {step} status=COLUMN [E102]",
    ]
    assert "column 'at' is not in log.csv; did you mean 'At'?" in refused(log("Item,At\n"), SNAPSHOTS)
    assert "column 'AT' is not in log.csv; did you mean 'at'?" in refused(log("item,at\n"), EventMap(at="AT"))
    many = ",".join(f"c{k}" for k in range(50))
    assert "c38, c39, ...; name another" in refused(log(many + "\n"), SNAPSHOTS)


def test_missing_columns_of_records(log: Callable[..., Path]) -> None:
    """Where only the rows tell the columns, a column that no row has is missed at the end."""
    path = log('{"item": "A", "att": "2026-01-01T00:00Z", "do": "x"}\n', "log.jsonl")
    assert refused(path) == (
        "column 'at' is not in log.jsonl; did you mean 'att'? columns: item, att, do; "
        "name another under events: {at: att}, or with --map at=att [E102]"
    )


def test_doubled_columns(log: Callable[..., Path]) -> None:
    """A column that stands twice is refused if it is read, and harmless if it is not."""
    path = log("item,at,state,state\nA,2026-01-01T00:00Z,x,y\nB,no,x,y\n")
    assert refused(path, EventMap(kind="snapshots")) == (
        "column 'state' stands more than once in log.csv (columns 3 and 4) [E102]"
    )
    table = read_events(path, EventMap(kind="snapshots"), needed=())
    assert len(table) == 1
    assert table.rejects[0].row == {"item": "B", "at": "no", "state": "x", "column 4": "y"}


def test_separator_line(log: Callable[..., Path]) -> None:
    """A line sep=; before the header, which spreadsheets write, names the delimiter; lines count from it."""
    table = read_events(log("sep=;\nitem;at;do\nA;2026-01-01T00:00Z;a,b,c,d\nB;never;x\n"))
    assert table.fields["do"].to_list() == ["a,b,c,d"]
    assert table.lines is not None
    assert (table.lines.tolist(), [reject.line for reject in table.rejects]) == ([3], [4])
    assert refused(log("sep=;\n")) == "log.csv is empty, or begins with an empty line where the header should be [E194]"


def test_seconds_in_a_log_of_texts(log: Callable[..., Path]) -> None:
    """Numbers of seconds or milliseconds under `iso` say which format they are."""
    found = why(
        read_events(log("item,at,do\nA,1767225600,x\nA,1767225600000,x\nA,20260101,x\nA,2026-01-01T00:00Z,x\n"))
    )
    assert [reason.partition("; ")[2] for _, reason in found] == [
        "for time since 1970 write format: epoch)",
        "for time since 1970 write format: epoch_ms)",
        "",
    ][: len(found)]
    assert len(found) >= 2


def test_header_is_trimmed(log: Callable[..., Path]) -> None:
    """Spaces around a column's name do not count, and a column without a name is not read."""
    table = read_events(log("item, at , state,\nA,2026-01-01T00:00Z,x,y\n"), EventMap(kind="snapshots"))
    assert sorted(table.fields) == ["do", "state"]


# -- JSON


def test_json_lines(log: Callable[..., Path]) -> None:
    """One document a line, flat or with the item's events inside; a bad line costs itself only."""
    lines = [
        '{"item": "A", "at": "2026-01-01T00:00Z", "do": "opened"}',
        "",
        '{"item": "A", "at": "2026-01-01T01:00Z", "do": "resolved"',
        "[1, 2]",
        "null",
        '{"item": "B", "at": "2026-01-01T00:00Z", "do": NaN}',
        '{"item": "C", "priority": "P3", "events": [{"at": "2026-01-01T00:00Z", "do": "opened"}, 7]}',
        '{"item": "D", "events": []}',
        "[" * 100_000,
        '{"item": "E", "events": [{"at": "soon", "do": "opened"}]}',
    ]
    table = read_events(log("\n".join(lines), "log.jsonl"))
    assert table.items.tolist() == ["A", "C"]
    assert table.fields["priority"].to_list() == [None, "P3"]
    reasons = why(table)
    assert [line for line, _ in reasons] == [3, 4, 5, 6, 7, 8, 9, 10]
    expected = [
        "is not JSON: Expecting ',' delimiter",
        "[1, 2] is no event with its fields",
        "None is no event with its fields",
        "is not JSON: NaN is not a number",
        "has 7 among its events, which is no event",
        "has no events",
        "is not JSON: maximum recursion depth exceeded",
        "at 'soon' is not a time",
    ]
    for (_, reason), start in zip(reasons, expected, strict=True):
        assert reason.startswith(start)
    assert table.rejects[0].row == {"text": lines[2]}
    assert table.rejects[-1].row == {"item": "E", "at": "soon", "do": "opened"}


def test_json_numbers_are_exact(log: Callable[..., Path]) -> None:
    """A number in JSON is the decimal that stands there (S1)."""
    text = '{"item": 7, "at": 1456708560.123456, "do": "x", "size": 0.1}\n'
    table = read_events(log(text, "log.ndjson"), EventMap(format="epoch"))
    assert table.at.tolist() == [1456708560_123456]
    assert table.items.tolist() == [7]
    assert table.fields["size"].to_list() == ["0.1"]


def test_json_file(log: Callable[..., Path]) -> None:
    """A document is a list of records, or one record."""
    records = [{"item": "A", "at": "2026-01-01T00:00Z", "do": "opened"}]
    assert len(read_events(log(json.dumps(records, indent=2), "log.json"))) == 1
    nested = {"item": "A", "events": [{"at": "2026-01-01T00:00Z", "do": "opened"}]}
    assert len(read_events(log(json.dumps(nested, indent=2), "log.json"))) == 1
    assert refused(log("{}\n{}", "log.json")).startswith("log.json is not JSON: Extra data: line 2 column 1")
    assert "let its name end in .jsonl" in refused(log("{}\n{}", "log.json"))


# -- no row that can be used


def test_no_usable_row(log: Callable[..., Path]) -> None:
    """A log of which nothing can be used is an error that counts, with the first reasons."""
    rows = "".join(f"A{k},soon,x,,\n" for k in range(5))
    assert refused(log(HEADER + rows)) == (
        "none of the 5 rows of log.csv can be used\n"
        "  line 2: at 'soon' is not a time such as 2026-03-02T09:30:00Z (the format is 'iso')\n"
        "  line 3: at 'soon' is not a time such as 2026-03-02T09:30:00Z (the format is 'iso')\n"
        "  line 4: at 'soon' is not a time such as 2026-03-02T09:30:00Z (the format is 'iso')\n"
        "  and 2 more [E195]"
    )
    assert refused(log("{\n", "log.jsonl")).startswith("none of the 1 rows of log.jsonl can be used\n  line 1: is not")


def test_patience_ends(log: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """A long log in another format is given up early: its rows are not all kept."""
    monkeypatch.setattr("slamodel.io.logs.intake._PATIENCE_ROWS", 1000)
    monkeypatch.setattr("slamodel.io.logs.delimited._BLOCK_CELLS", 5000)
    rows = "".join(f"A{k},soon,x,,\n" for k in range(5000))
    message = refused(log(HEADER + rows))
    assert re.match(r"none of the first [12]\d\d\d rows of log.csv can be used\n  line 2: at 'soon'", message)


def test_blocks_make_one_table(log: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """A file read in many blocks gives the table that it gives in one."""
    lines = [
        f"I{k % 7},2026-01-01T{k % 24:02}:{k % 60:02}Z,status,s{k % 5},{'P1' if k % 3 else ''}" for k in range(200)
    ]
    path = log(HEADER + "\n".join(lines))
    whole = columns(read_events(path))
    monkeypatch.setattr("slamodel.io.logs.delimited._BLOCK_CELLS", 20)
    assert columns(read_events(path)) == whole
    records = log(
        "\n".join(json.dumps(dict(zip(HEADER.strip().split(","), line.split(","), strict=True))) for line in lines),
        "log.jsonl",
    )
    monkeypatch.setattr("slamodel.io.logs.records._BLOCK_ROWS", 7)
    assert columns(read_events(records)) == whole


# -- rejects


def test_rejects_are_written(log: Callable[..., Path], tmp_path: Path) -> None:
    """Every row that was set aside is written: its line, the reason, what it held; nothing runs in a spreadsheet."""
    path = log(HEADER + "=1+1,soon,x,,\nB,2026-01-01T00:00Z,x\n,-5,x,,P1\nC,2026-01-01T00:00Z,x,,\n")
    out = tmp_path / "out" / "rejects.csv"
    table = read_events(path)
    assert write_rejects(out, table.rejects) == 3
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["line", "reason", "item", "at", "do", "to", "priority"]
    assert [row[0] for row in rows[1:]] == ["2", "3", "4"]
    assert rows[1][2:] == ["'=1+1", "soon", "x", "", ""]
    assert rows[2][1:] == ["has 3 fields, the header has 5", "B", "2026-01-01T00:00Z", "x", "", ""]
    assert rows[3][1] == "item is missing; at '-5' is not a time such as 2026-03-02T09:30:00Z (the format is 'iso')"
    assert rows[3][3] == "-5"


def test_no_rejects(tmp_path: Path) -> None:
    """Without rejects there is a header, and rows of different logs share one."""
    assert write_rejects(tmp_path / "none.csv", ()) == 0
    assert (tmp_path / "none.csv").read_text() == "line,reason\n"
    write_rejects(tmp_path / "two.csv", [Reject(1, "r", {"a": 1}), Reject(2, "r", {"b": "x\ny"})])
    assert (tmp_path / "two.csv").read_text() == 'line,reason,a,b\n1,r,1,\n2,r,,"x\ny"\n'


# -- the sample


def test_sample() -> None:
    """The sample is whole incidents with every priority and both stored verdicts, and all of it can be used."""
    events = EventMap(
        kind="snapshots",
        item="number",
        at="sys_updated_at",
        format="%d/%m/%Y %H:%M",
        timezone="UTC",
        missing=("?",),
        times=("opened_at", "closed_at"),
        values=(("priority", (("3 - Moderate", "P3"),)),),
    )
    table = read_events(SAMPLE, events)
    assert (len(table), len(table.items), table.rejects) == (11_655, 2_076, ())
    assert len(table.fields) == 32 + 1  # 36 without number, time and the two times, and do
    assert set(table.fields["priority"].values) == {"1 - Critical", "2 - High", "P3", "4 - Low"}
    last = table.first[1:] - 1
    assert set(table.fields["incident_state"].take(last).to_list()) == {"Closed"}
    assert set(table.fields["made_sla"].take(last).to_list()) == {"true", "false"}
    some = read_events(SAMPLE, events, needed={"priority"})
    assert columns(some)[0] == columns(table)[0]
    assert len(some) + len(some.repeats) == len(table)  # C6 twice: every field that was read


def test_undecodable_as_a_whole_only(log: Callable[..., Path]) -> None:
    """If each line for itself can be decoded, the file is named."""
    assert str(_undecodable(log(GOOD), "iso2022_jp")).startswith("log.csv is not ISO2022_JP; say which it is: events:")
