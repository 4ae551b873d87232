"""The reader of documents: YAML 1.2, JSON, TOML and mappings become plain data that knows its places."""

import json
import math
import sys
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Self

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from slamodel import AgreementError
from slamodel.io.agreements.document import DEEPEST, LARGEST, MOST, Document
from slamodel.io.agreements.reader import read_document
from slamodel.model._checks import Problems

LINE_2 = "<text>:2:1: not YAML:"
TAB = "; YAML indents with spaces, never with a tab [E100]"


def said(call: Callable[[], object]) -> list[str]:
    """What a call has to say of a document that it refuses."""
    with pytest.raises(AgreementError) as error:
        call()
    return [str(problem) for problem in error.value.problems]


def refused(text: str | bytes, form: str = "yaml") -> list[str]:
    return said(lambda: read_document(text, format=form))


@pytest.fixture(params=["C", "Python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both parsers of PyYAML: the quick one, and the one that is there without libyaml."""
    if request.param == "Python":
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    return str(request.param)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *((text, text) for text in ("17:00", "9:00", "12:30:45", "NO", "no", "on", "off", "yes", "y", "2026-12-24")),
        *((text, text) for text in ("1_000", "0b11", "1e", "e1", "--", "+", ".", "1.2.3", "0o8", "0xg", "=", "P1")),
        *((text, None) for text in ("", "~", "null", "Null", "NULL")),
        *((text, True) for text in ("true", "True", "TRUE")),
        *((text, False) for text in ("false", "False", "FALSE")),
        *(("0", 0), ("-7", -7), ("+7", 7), ("010", 10), ("0o17", 15), ("0x1F", 31)),
        *(("1.5", 1.5), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("-1.5E-3", -0.0015)),
        *((".inf", math.inf), ("+.Inf", math.inf), ("-.INF", -math.inf)),
        *(("'5'", "5"), ('"null"', "null"), ("'true'", "true"), ("|\n  5", "5\n")),
        ("9" * 301, "9" * 301),
    ],
)
def test_yaml_is_yaml_1_2(written: str, meant: object) -> None:
    """A plain scalar means what YAML 1.2 core says: times, dates and NO stay texts, quotes make a text."""
    read = read_document(f"key: {written}\n", format="yaml").data["key"]
    assert (read, type(read)) == (meant, type(meant))


def test_yaml_nan() -> None:
    """`.nan` is read too."""
    assert math.isnan(read_document(".nan", format="yaml").data)


@pytest.mark.usefixtures("parser")
def test_keys_are_texts_as_written() -> None:
    """What would be a number, a truth or a date as a value is a text as a key."""
    document = read_document("{1: a, 0x1F: b, null: c, NO: d, true: e, 2026-12-24: f, 1.50: g, '': h}", format="yaml")
    assert "".join(document.data.values()) == "abcdefgh"
    assert list(document.data) == ["1", "0x1F", "null", "NO", "true", "2026-12-24", "1.50", ""]


PLACES = """\
# A comment
targets:
  respond: {P1: 30m, "P 2": [a, {b: c}]}
list:
- x
- y: 1
  z: 2
"""


@pytest.mark.usefixtures("parser")
def test_places_of_yaml() -> None:
    """Every key and every item has its line and column, from 1; what is not there has the place around it."""
    document = read_document(PLACES, format="yaml")
    assert document.places == {
        "": (2, 1),
        "targets": (2, 1),
        "targets.respond": (3, 3),
        "targets.respond.P1": (3, 13),
        "targets.respond.P 2": (3, 22),
        "targets.respond.P 2.0": (3, 30),
        "targets.respond.P 2.1": (3, 33),
        "targets.respond.P 2.1.b": (3, 34),
        "list": (4, 1),
        "list.0": (5, 3),
        "list.1": (6, 3),
        "list.1.y": (6, 3),
        "list.1.z": (7, 3),
    }
    assert document.place("targets.respond.P1.within.x") == (3, 13)
    assert document.place("nowhere") == (2, 1)
    assert Document({}).place("a.b") == (0, 0)


def test_places_of_json() -> None:
    """JSON has exact places too, whatever its strings hold."""
    text = '{"a": "{\\"[,:",\n\t"b c": [1, -2.5e3,\n  {"d": null, "e": true, "f": {}}], "\\u0067": "\\ud83d\\ude00"}'
    document = read_document(text, format="json")
    assert document.data == json.loads(text)
    assert document.places == {
        "": (1, 1),
        "a": (1, 2),
        "b c": (2, 2),
        "b c.0": (2, 10),
        "b c.1": (2, 13),
        "b c.2": (3, 3),
        "b c.2.d": (3, 4),
        "b c.2.e": (3, 15),
        "b c.2.f": (3, 26),
        "g": (3, 37),
    }


def test_places_of_toml() -> None:
    """In TOML the lines of tables and of keys are known; what lies in one line has the place of its key."""
    text = 'a = 1\n[b.c]\n"d e".f = {g = 1}\n[[x]]\n y = 1\n[[x]]\n[x.z]\ny = [1, 2]\n[[x.w]]\n# y = 3\n[[x.w]]\n'
    document = read_document(text, format="toml")
    assert document.data == {
        "a": 1,
        "b": {"c": {"d e": {"f": {"g": 1}}}},
        "x": [{"y": 1}, {"z": {"y": [1, 2]}, "w": [{}, {}]}],
    }
    assert document.places == {
        "": (1, 1),
        "a": (1, 1),
        "b": (2, 2),
        "b.c": (2, 2),
        "b.c.d e": (3, 1),
        "b.c.d e.f": (3, 1),
        "x": (4, 3),
        "x.0": (4, 3),
        "x.0.y": (5, 2),
        "x.1": (6, 3),
        "x.1.z": (7, 2),
        "x.1.z.y": (8, 1),
        "x.1.w": (9, 3),
        "x.1.w.0": (9, 3),
        "x.1.w.1": (11, 3),
    }
    assert document.place("b.c.d e.f.g") == (3, 1)


def test_toml_times_are_texts() -> None:
    """Dates and times of TOML come back as ISO texts, as YAML and JSON have them."""
    text = "a = 2026-12-24\nb = 09:00:00\nc = 2026-12-24T09:00:00+01:00\nd = [2026-12-24]"
    assert read_document(text, format="toml").data == {
        "a": "2026-12-24",
        "b": "09:00:00",
        "c": "2026-12-24T09:00:00+01:00",
        "d": ["2026-12-24"],
    }


@pytest.mark.usefixtures("parser")
def test_double_keys() -> None:
    """A key that stands twice is an error with both lines, at the second; all of them at once."""
    assert refused("a: 1\nb: {c: 1, c: {d: 2, d: 3}}\n'a': {b: 1}\na: 4") == [
        "<text>:2:11: b.c: written twice, on line 2; keep one [E102]",
        "<text>:2:21: b.c.d: written twice, on line 2; keep one [E102]",
        "<text>:3:1: a: written twice, on lines 1 and 3; keep one [E102]",
        "<text>:4:1: a: written twice, on lines 1 and 4; keep one [E102]",
    ]


def test_double_keys_of_json_and_toml() -> None:
    """JSON and TOML refuse them too."""
    assert refused('{"a": 1,\n "a": 2}', "json") == ["<text>:2:2: a: written twice, on lines 1 and 2; keep one [E102]"]
    assert refused("a = 1\na = 2", "toml") == ["<text>:2:6: not TOML: Cannot overwrite a value [E100]"]


def test_double_keys_can_be_noted() -> None:
    """Whoever has other problems to tell can note them, and go on with the first value."""
    problems = Problems()
    document = read_document("a: 1\na: {b: 2}\nc: 3", format="yaml", problems=problems)
    assert document.data == {"a": 1, "c": 3}
    assert [str(problem) for problem in document.located(problems.found)] == [
        "<text>:2:1: a: written twice, on lines 1 and 2; keep one [E102]"
    ]


@pytest.mark.usefixtures("parser")
def test_no_sharing() -> None:
    """Anchors, aliases, merge keys and tags are refused, all at once; quoted they are texts."""
    assert refused("a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: !!str 5\nf: ! 6\n") == [
        "<text>:1:4: &x is an anchor; a value is written out wherever it holds [E100]",
        "<text>:2:4: *x is an alias; a value is written out wherever it holds [E100]",
        "<text>:4:3: << merges mappings; a value is written out wherever it holds [E100]",
        "<text>:4:7: *x is an alias; a value is written out wherever it holds [E100]",
        "<text>:5:6: !!str is a tag; a value is what it looks like, and text in quotes [E100]",
        "<text>:6:4: ! is a tag; a value is what it looks like, and text in quotes [E100]",
    ]
    assert read_document("{'<<': '*x', '&a': '!b'}", format="yaml").data == {"<<": "*x", "&a": "!b"}


def test_alias_bomb() -> None:
    """Texts that would grow without end are refused, and so are mappings from loaders that let them grow."""
    lines = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 30)]
    assert len(refused("\n".join(lines))) == 30 + 29 * 10
    grown = yaml.safe_load("\n".join(lines))
    assert said(lambda: read_document(grown)) == [
        "more than 100,000 values; split the agreements over several files [E100]"
    ]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    "text",
    [
        "[" * 100 + "]" * 100,
        "[" * (LARGEST - 10),
        "- " * 100,
        "a: {" * 100,
        "\n".join(" " * i + "a:" for i in range(100)),
    ],
)
def test_too_deep(text: str) -> None:
    """What lies more than 60 deep is refused where it does, before the rest is looked at."""
    (line,) = refused(text)
    assert line.endswith("nested more than 60 deep; an agreement needs far less [E100]")
    assert line.startswith("<text>:")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("[" * 100 + "]" * 100, "json"),
        ("[" * 1_000_000, "json"),
        ("a = " + "[" * 100 + "]" * 100, "toml"),
        ("a = " + "[" * 1_000_000, "toml"),
        (".".join("a" * 100) + " = 1", "toml"),
        (".".join(["'a b'"] * 300_000) + " = 1", "toml"),
        ("[x]\n" + " . ".join(['"a"', "'b'", "c-1"] * 50) + " = 1", "toml"),
    ],
)
def test_too_deep_elsewhere(text: str, form: str) -> None:
    """JSON and TOML have the same bound."""
    assert refused(text, form)[0].endswith("nested more than 60 deep; an agreement needs far less [E100]")


def test_deep_enough() -> None:
    """Sixty deep is still read, in every format."""
    nest = "[" * DEEPEST + "]" * DEEPEST
    for text, form in ((nest, "yaml"), (nest, "json"), (f"a = {nest[1:-1]}", "toml")):
        read_document(text, format=form)
    nested: Any = []
    for _ in range(DEEPEST):
        nested = {"a": nested}
    assert said(lambda: read_document(nested)) == ["nested more than 60 deep; an agreement needs far less [E100]"]
    assert read_document(nested["a"]).data == nested["a"]
    endless: dict[str, Any] = {}
    endless["a"] = endless
    assert said(lambda: read_document(endless)) == ["nested more than 60 deep; an agreement needs far less [E100]"]


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_too_many_values(form: str) -> None:
    """A text of too many values is refused at the first one too many."""
    text = "[\n" + "1,\n" * MOST + "1]"
    assert refused(text, form) == [
        f"<text>:{MOST + 1}:1: more than 100,000 values; split the agreements over several files [E100]"
    ]


def test_too_many_values_in_a_mapping() -> None:
    """A mapping has the same bound, itself and its lists counted."""
    assert len(read_document({"a": [1] * (MOST - 2)}).data["a"]) == MOST - 2
    assert said(lambda: read_document({"a": [1] * (MOST - 1)})) == [
        "more than 100,000 values; split the agreements over several files [E100]"
    ]


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of 10 MB is refused before it is parsed, and no more of it is read than shows that it is too large."""
    path = tmp_path / "large.yaml"
    path.write_bytes(b"a: 1\n" * 2_000_000)
    monkeypatch.setitem(sys.modules, "yaml", None)  # importing it would fail
    read: list[int] = []

    class Counting:
        def __init__(self, inner: Any) -> None:
            self.inner = inner

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            self.inner.close()

        def read(self, size: int) -> bytes:
            read.append(size)
            return bytes(self.inner.read(size))

    opened = Path.open
    monkeypatch.setattr(Path, "open", lambda self, mode: Counting(opened(self, mode)))
    assert said(lambda: read_document(path)) == [
        f"{path}: larger than 2 MB; split the agreements over several files [E100]"
    ]
    assert read == [LARGEST + 1]
    assert refused("a" * (LARGEST + 1)) == ["<text>: larger than 2 MB; split the agreements over several files [E100]"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a:\n\t- b",
            f"{LINE_2} while scanning for the next token, found character that cannot start any token{TAB}",
        ),
        (
            "é: x\n\tb: 2",
            f"{LINE_2} while scanning a plain scalar, found a tab character that violates indentation{TAB}",
        ),
        ("a: 'x", "<text>:1:6: not YAML: while scanning a quoted scalar, found unexpected end of stream [E100]"),
        ("a: b: c", "<text>:1:5: not YAML: mapping values are not allowed in this context [E100]"),
        ("a: [1, 2", "<text>:2:1: not YAML: while parsing a flow sequence, did not find expected ',' or ']' [E100]"),
        ("%YAML 3.0\n---\na", "<text>:1:1: not YAML: found incompatible YAML document [E100]"),
        (
            '"\\UFFFFFFFF"',
            "<text>:1:4: not YAML: while parsing a quoted scalar, found invalid Unicode character escape code [E100]",
        ),
        ("? [a]\n: b", "<text>:1:3: a key is a plain text, not a mapping or a list [E100]"),
        ("{{a: b}: c}", "<text>:1:2: a key is a plain text, not a mapping or a list [E100]"),
        (
            "a: 1\n--- \nb: 2\n",
            "<text>:2:1: a second document begins; several agreements in a file are a list under 'agreements' [E100]",
        ),
        ("a: 1\nb: \x07", "<text>:2:4: the character U+0007 cannot stand in an agreement; remove it [E100]"),
        ("a: \ud800", "<text>:1:4: the character U+D800 cannot stand in an agreement; remove it [E100]"),
        ("\ufeffa: \ufeff", "<text>:1:4: the character U+FEFF cannot stand in an agreement; remove it [E100]"),
        (b"a: 1\nb: \xff", "<text>:2:4: byte 0xff is not UTF-8; save the file as UTF-8 [E100]"),
        ("a: 1".encode("utf-16"), "<text>:1:1: byte 0xff is not UTF-8; save the file as UTF-8 [E100]"),
    ],
)
def test_no_yaml(text: str | bytes, message: str) -> None:
    """What is not YAML, or not text, is refused at its place."""
    assert refused(text) == [message]


@pytest.mark.parametrize("text", ['"\\UFFFFFFFF"', '"\\U00110000"', "a:\n\t- b"])
def test_no_yaml_for_the_slow_parser(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the parser in Python stumbles in its own way, it is the same error."""
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    (line,) = refused(text)
    assert line.startswith("<text>")
    assert "not YAML: " in line


@pytest.mark.parametrize(
    ("text", "form", "message"),
    [
        ("", "json", "<text>:1:1: not JSON: Expecting value [E100]"),
        ('{"a": 1,\n}', "json", "<text>:2:1: not JSON: Expecting property name enclosed in double quotes [E100]"),
        ('{"a": NaN}', "json", "<text>: not JSON: NaN is no number of JSON [E100]"),
        ("a = 1\nb = ", "toml", "<text>:2:5: not TOML: Invalid value [E100]"),
        ("a = [1,\n", "toml", "<text>:2:1: not TOML: Invalid value [E100]"),
        ("a", "toml", "<text>:1:2: not TOML: Expected '=' after a key in a key/value pair [E100]"),
        ("a: 1", "ini", "<text>: format 'ini' is not read; known: yaml, toml, json [E100]"),
        ("a: 1", "yml", "<text>: format 'yml' is not read; did you mean 'yaml'? [E100]"),
    ],
)
def test_no_json_no_toml(text: str, form: str, message: str) -> None:
    """What is not JSON or TOML is refused at its place; other formats are not read."""
    assert refused(text, form) == [message]


@pytest.mark.parametrize("form", ["json", "toml"])
def test_numbers_without_end(form: str) -> None:
    """A number that Python would not read is an error like any other."""
    (line,) = refused(("a = " if form == "toml" else "") + "9" * 5000, form)
    assert line.startswith(f"<text>: not {form.upper()}: Exceeds the limit")


def test_mappings_from_elsewhere() -> None:
    """A mapping may have dates, times, tuples and number keys: they become what a text would have said."""
    given_ = {
        1: (date(2026, 12, 24), time(9, 0)),
        date(2026, 1, 1): {None: datetime(2026, 1, 1, 9, 30)},
        "a": [1.5, True, None],
    }
    assert read_document(given_).data == {
        "1": ["2026-12-24", "09:00:00"],
        "2026-01-01": {"": "2026-01-01T09:30:00"},
        "a": [1.5, True, None],
    }


def test_traps_of_yaml_1_1() -> None:
    """A key that a YAML 1.1 loader took for a truth value is named; so is one that stands twice as a text."""
    trapped = yaml.safe_load("on: 1\na: [{no: 2}]\n2: x\n'2': y")
    assert said(lambda: read_document(trapped)) == [
        "true: a key that YAML 1.1 read as true; put yes, on or true in quotes [E104]",
        "a.0.false: a key that YAML 1.1 read as false; put no, off or false in quotes [E104]",
        "2: written twice, once as '2'; keep one [E102]",
    ]


def test_files(tmp_path: Path) -> None:
    """The end of the name says the format; a file that cannot be read is an error with its name."""
    for name, text in (
        ("a.yaml", "a: 1"),
        ("b.YML", "\ufeffa: 1\r\n"),
        ("c.toml", "a = 1\r\n"),
        ("d.json", '{"a": 1}'),
    ):
        (tmp_path / name).write_text(text, "utf-8")
        assert read_document(tmp_path / name).data == {"a": 1}
        assert read_document(str(tmp_path / name)).file == str(tmp_path / name)
    missing = tmp_path / "missing.yaml"
    with pytest.raises(AgreementError) as error:
        read_document(missing)
    assert str(error.value) == f"{missing}: cannot be read: No such file or directory [E100]"
    assert isinstance(error.value.__cause__, FileNotFoundError)
    folder = tmp_path / "folder.yaml"
    folder.mkdir()
    assert said(lambda: read_document(folder)) == [f"{folder}: cannot be read: Is a directory [E100]"]
    (tmp_path / "bad.json").write_text('{"a": ]}')
    bad = tmp_path / "bad.json"
    assert said(lambda: read_document(bad)) == [f"{bad}:1:7: not JSON: Expecting value [E100]"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a.ini", "a.ini: a file of kind '.ini' is not read; known: .yaml, .yml, .toml, .json [E100]"),
        ("a.yamll", "a.yamll: a file of kind '.yamll' is not read; did you mean '.yaml'? [E100]"),
        ("agreement", "agreement: a file of kind '' is not read; known: .yaml, .yml, .toml, .json [E100]"),
        ("a: 1\nb: 2", "a: 1\nb: 2: this is a text, not a path; read it with loads [E100]"),
        ("\0.yaml", "\0.yaml: cannot be read: embedded null byte [E100]"),
        (5, "int is neither a path nor a mapping; a text is read by loads [E100]"),
        (b"a.yaml", "bytes is neither a path nor a mapping; a text is read by loads [E100]"),
        (None, "NoneType is neither a path nor a mapping; a text is read by loads [E100]"),
    ],
)
def test_no_source(source: object, message: str) -> None:
    """What is neither a file that is read nor a mapping is refused."""
    assert said(lambda: read_document(source)) == [message]


def test_text_is_text() -> None:
    """With a format, the source is a text."""
    assert said(lambda: read_document(5, format="yaml")) == ["<text>: int is not a text [E100]"]


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(json_values, st.sampled_from([None, 1, "\t"]))
def test_json_is_read_as_json(value: Any, indent: int | str | None) -> None:
    """Whatever `json` writes is read as it is meant, with a place for every key that lies in its text."""
    text = json.dumps(value, indent=indent)
    document = read_document(text, format="json")
    assert document.data == value
    lines = text.split("\n")
    for line, column in document.places.values():
        assert lines[line - 1][column - 1] not in " \t,:]}"


@given(st.sampled_from(["yaml", "json", "toml"]), st.text(st.sampled_from("ab:-[]{}&*!|>'\"#%@?,.= \t\n0\\\ud800é")))
def test_nothing_breaks_the_reader(form: str, text: str) -> None:
    """A text is read, or refused with AgreementError."""
    try:
        document = read_document(text, format=form)
    except AgreementError as error:
        assert all(problem.file == "<text>" for problem in error.problems)  # noqa: PT017  both ways are right
    else:
        assert all(line >= 1 and column >= 1 for line, column in document.places.values())


@given(st.sampled_from(["yaml", "json", "toml"]), st.binary(max_size=200))
def test_no_bytes_break_the_reader(form: str, data: bytes) -> None:
    """Bytes are read, or refused with AgreementError."""
    try:
        read_document(data, format=form)
    except AgreementError as error:
        assert error.problems  # noqa: PT017  both ways are right
