"""Times: every format against Python's own, and what becomes of a time that cannot be used."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from slamodel.clock.events import coded
from slamodel.errors import CalendarError, EventError
from slamodel.io.logs.blocks import Naive
from slamodel.io.logs.patterns import FINE, NO_SUCH, STRANGE, TOO_FAR, TOO_FINE, Grammar
from slamodel.io.logs.times import TimeColumn
from slamodel.model.event_map import EventMap
from slamodel.timeline.instants import FIRST, LAST, NAT, from_datetime

LONDON = ZoneInfo("Europe/London")
MOMENTS = st.datetimes(datetime(2, 1, 2), datetime(9998, 12, 30))
OFFSETS = st.timedeltas(timedelta(hours=-23, minutes=-59), timedelta(hours=23, minutes=59)).map(
    lambda length: timezone(timedelta(minutes=length // timedelta(minutes=1)))
)
SEPARATORS = st.sampled_from(["/", "-", ".", " ", "T", " at ", ", ", "%%"])


def us(moment: datetime) -> int:
    return from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def read(values: Any, **kind: Any) -> tuple[list[int], dict[int, str]]:
    instants, faults = TimeColumn("column 'at' of the log", EventMap(**kind)).read(values, len(values))
    return instants.tolist(), dict(faults)


def one(pattern: str, text: str) -> tuple[int, bool, int]:
    reading = Grammar(pattern).read([text])
    return int(reading.us[0]), bool(reading.aware[0]), int(reading.fate[0])


# -- formats


@given(
    st.lists(
        st.tuples(
            MOMENTS,
            OFFSETS | st.none(),
            st.sampled_from("T t"),
            st.sampled_from(["minutes", "seconds", "milliseconds", "microseconds"]),
            st.booleans(),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_iso_is_pythons(cases: list[tuple[datetime, timezone | None, str, str, bool]]) -> None:
    """What `isoformat` writes is read back, to the microsecond, whatever shapes stand together (S1)."""
    texts, wanted = [], []
    for moment, offset, separator, unit, basic in cases:
        text = moment.replace(tzinfo=offset).isoformat(separator, unit)
        wanted.append(datetime.fromisoformat(text))
        texts.append(re.sub(r"([+-]\d\d):(\d\d)$", r"\1\2", text) if basic and offset else text)
    reading = Grammar("iso").read(texts)
    assert reading.fate.tolist() == [FINE] * len(cases)
    assert reading.us.tolist() == [us(moment) for moment in wanted]
    assert reading.aware.tolist() == [moment.tzinfo is not None for moment in wanted]


@pytest.mark.parametrize(
    ("text", "wanted", "aware"),
    [
        ("2016-02-29", datetime(2016, 2, 29), False),
        ("2016-02-29T01:16", datetime(2016, 2, 29, 1, 16), False),
        (" 2016-02-29 01:16:05,25 ", datetime(2016, 2, 29, 1, 16, 5, 250_000), False),
        ("2016-02-29T01:16Z", datetime(2016, 2, 29, 1, 16), True),
        ("2016-02-29 01:16z", datetime(2016, 2, 29, 1, 16), True),
        ("2016-02-29 01:16:00 +0530", datetime(2016, 2, 28, 19, 46), True),
        ("2016-02-29T01:16:00-05", datetime(2016, 2, 29, 6, 16), True),
        ("2016-02-29T01:16:00.123456000Z", datetime(2016, 2, 29, 1, 16, 0, 123_456), True),
    ],
)
def test_iso_spellings(text: str, wanted: datetime, aware: bool) -> None:
    """Dates, minutes, fractions with a point or a comma, Z, and offsets of three spellings."""
    assert one("iso", text) == (us(wanted), aware, FINE)


@pytest.mark.parametrize(
    ("text", "fate"),
    [
        ("2016-02-30", NO_SUCH),
        ("2015-02-29", NO_SUCH),
        ("2016-13-01", NO_SUCH),
        ("2016-00-01", NO_SUCH),
        ("2016-01-00", NO_SUCH),
        ("2016-01-01T24:00", NO_SUCH),
        ("2016-01-01T23:60", NO_SUCH),
        ("2016-01-01T23:59:60Z", NO_SUCH),
        ("2016-01-01T00:00+24:00", NO_SUCH),
        ("2016-01-01T00:00+01:60", NO_SUCH),
        ("2016-01-01T00:00:00.1234567Z", TOO_FINE),
        ("0001-12-31T23:59Z", TOO_FAR),
        ("9999-01-01T00:00Z", TOO_FAR),
        ("2016-1-1", STRANGE),
        ("20160101", STRANGE),
        ("2016-01-01T", STRANGE),
        ("29/02/2016", STRANGE),
        ("", STRANGE),
        ("\u0662\u0660\u0661\u0666-01-01", STRANGE),
        ("2016-01-01\0", STRANGE),
        ("2016-01-01T00:00:00." + "0" * 60, STRANGE),
    ],
)
def test_no_time_is_guessed(text: str, fate: int) -> None:
    """A day that does not exist, a part below a microsecond, a far year, another format: each is told apart."""
    assert one("iso", text)[2] == fate
    mixed = Grammar("iso").read(["2016-01-01T00:00Z", text])
    assert mixed.fate.tolist() == [FINE, fate]


@given(st.lists(st.tuples(MOMENTS, st.integers(0, 6)), min_size=1, max_size=6))
def test_epoch_is_exact(cases: list[tuple[datetime, int]]) -> None:
    """Seconds and milliseconds since 1970 are read as decimal text, never through a float (S1)."""
    instants = [us(moment) // 10 ** (6 - places) * 10 ** (6 - places) for moment, places in cases]
    seconds = [f"{Decimal(at) / 1_000_000:f}" for at in instants]
    assert Grammar("epoch").read(seconds).us.tolist() == instants
    millis = [f"{Decimal(at) / 1000:f}" for at in instants]
    reading = Grammar("epoch_ms").read(millis)
    assert reading.us.tolist() == instants
    assert reading.aware.all()


@pytest.mark.parametrize(
    ("pattern", "text", "fate"),
    [
        ("epoch", "1456708560.123456000", FINE),
        ("epoch", "+0", FINE),
        ("epoch", "1456708560.1234567", TOO_FINE),
        ("epoch_ms", "1456708560123.4567", TOO_FINE),
        ("epoch", "1.4e9", STRANGE),
        ("epoch", "0x10", STRANGE),
        ("epoch", "9" * 17, TOO_FAR),
        ("epoch", "-" + "9" * 17, TOO_FAR),
        ("epoch", "9" * 18, STRANGE),
        ("epoch_ms", "253370764800000", TOO_FAR),
        ("epoch_ms", "253370764799999", FINE),
        ("epoch", "-62135596800", TOO_FAR),
    ],
)
def test_epoch_limits(pattern: str, text: str, fate: int) -> None:
    """Digits too many, too fine or in another notation are no time."""
    assert one(pattern, text)[2] == fate


@given(
    MOMENTS.filter(lambda moment: moment.year >= 1000),
    st.sampled_from(["%d{}%m{}%Y{}%H:%M", "%m{}%d{}%Y{}%H:%M:%S", "%Y{}%b{}%d{}%H:%M:%S.%f", "%d{}%B{}%Y{}%I:%M %p"]),
    SEPARATORS,
    st.booleans(),
)
def test_patterns_are_strptimes(moment: datetime, pattern: str, separator: str, bare: bool) -> None:
    """A pattern reads what `strptime` reads, with leading zeros and without."""
    pattern = pattern.replace("{}", separator)
    text = moment.strftime(pattern)
    if bare and "%f" not in pattern:
        text = re.sub(r"(?<![0-9])0([0-9])(?![0-9])", r"\1", text)
    wanted = datetime.strptime(text, pattern)  # noqa: DTZ007  a wall time is what the pattern means
    assert one(pattern, text) == (us(wanted), False, FINE)


@given(st.datetimes(datetime(1969, 1, 1), datetime(2068, 12, 31)), OFFSETS)
@example(datetime(1969, 1, 1), timezone(timedelta()))
@example(datetime(2068, 12, 31), timezone(timedelta()))
def test_compact_patterns_are_strptimes(moment: datetime, offset: timezone) -> None:
    """Digits that touch are read at their full width; %y and %z mean what they mean to `strptime`."""
    pattern = "%y%m%d%H%M%S%z"
    text = moment.replace(tzinfo=offset).strftime(pattern)
    assert one(pattern, text) == (us(datetime.strptime(text, pattern)), True, FINE)  # noqa: DTZ007  %z is in it


@pytest.mark.parametrize(
    ("pattern", "text", "fate"),
    [
        ("%d/%m/%Y %H:%M", "31/2/2016 01:16", NO_SUCH),
        ("%d/%m/%Y %H:%M", "29/2/2016 1:16 pm", STRANGE),
        ("%d%m%Y", "1112016", STRANGE),
        ("%I:%M %p %d.%m.%Y", "13:00 pm 01.02.2016", NO_SUCH),
        ("%I:%M %p %d.%m.%Y", "0:30 am 01.02.2016", NO_SUCH),
        ("%A, %d %B %Y", "Friday, 1 Mai 2026", STRANGE),
        ("%A, %d %B %Y", "FRIDAY, 1 may 2026", FINE),
        ("%a %d %b %Y", "fri 1 Jun 2026", FINE),
        ("%d.%m.%Y 12:00", "01.02.2016 12:00", FINE),
        ("%d.%m.%Y 12:00", "01.02.2016 13:00", STRANGE),
        ("%Y-%m-%d %H:%M", "2016-02-29    01:16", FINE),
    ],
)
def test_patterns_do_not_guess(pattern: str, text: str, fate: int) -> None:
    """Names are English, literal digits must stand there, and touching digits of unclear width are refused."""
    assert one(pattern, text)[2] == fate


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("%H:%M", "format '%H:%M' does not tell year, month and day"),
        ("", "format '' does not tell year, month and day"),
        ("%Y-%m-%d %Q", r"has %Q, which is not known; known: %Y %y %m %d %H %I %M %S %f %b %B %a %A %p %z"),
        ("%Y-%m-%d %", r"has %, which is not known"),
        ("%Y-%m-%d %d", "has %d twice"),
        ("%Y-%m-%d %I:%M", "has only one of %I and %p"),
        ("%Y-%m-%dT%H:%M:%SZ", "ends in a letter Z; write %z, which reads Z as UTC"),
    ],
)
def test_bad_pattern(pattern: str, message: str) -> None:
    """A pattern that cannot work says why, before any row is read."""
    with pytest.raises(EventError, match=re.escape(message)):
        Grammar(pattern)


def test_many_shapes() -> None:
    """A log of rubbish is read to its end: shapes are forgotten when there are too many."""
    grammar = Grammar("iso")
    texts = [f"{'x' * (k % 40)}{'y' * (k // 40)}" for k in range(1200)]
    grammar._layouts.update(dict.fromkeys(map(str.encode, map(str, range(1 << 14)))))
    assert set(grammar.read(texts).fate.tolist()) == {STRANGE}
    assert len(grammar._layouts) < 1 << 14
    assert Grammar("iso").read([]).us.tolist() == []


# -- columns


def test_naive_times_need_a_zone() -> None:
    """S6: times without an offset are refused once for the column, with what to add."""
    message = (
        "column 'at' of the log holds times without a UTC offset, such as '2026-01-01T00:00'; say in which zone they "
        "are read, under events: {timezone: Europe/London}, or timezone: UTC [E110]"
    )
    with pytest.raises(EventError, match=re.escape(message)):
        read(["2026-01-01T00:00Z", "2026-01-01T00:00"])
    with pytest.raises(EventError, match="such as '2026-01-01 00:00:00'"):
        read([datetime(2026, 1, 1)])


def test_skipped_and_repeated_times() -> None:
    """S6: a wall time that a clock change skips or repeats costs its row, with the reason; an offset decides."""
    instants, faults = read(
        ["2026-03-29T01:30", "2026-10-25T01:30", "2026-10-25T01:30+00:00", "2026-07-01T12:00"],
        timezone="Europe/London",
    )
    assert faults == {
        0: "2026-03-29T01:30 does not exist in Europe/London (clocks go 01:00 -> 02:00) [E111]",
        1: "2026-10-25T01:30 happens twice in Europe/London; add +01:00 or +00:00 [E112]",
    }
    wanted = [us(datetime(2026, 10, 25, 1, 30)), us(datetime(2026, 7, 1, 11))]
    assert instants == [NAT, NAT, *wanted]


@given(st.lists(st.datetimes(datetime(1980, 1, 1), datetime(2040, 1, 1)), min_size=1, max_size=20))
def test_zone_is_zoneinfos(moments: list[datetime]) -> None:
    """Wall times in a zone are those of zoneinfo, and the ones it calls skipped or repeated are set aside."""
    texts = [moment.isoformat() for moment in moments]
    instants, faults = read(texts, timezone="Europe/London")
    for i, moment in enumerate(moments):
        early, late = (moment.replace(tzinfo=LONDON, fold=fold).utcoffset() for fold in (0, 1))
        assert (i in faults) == (early != late)
        assert instants[i] == (us(moment.replace(tzinfo=LONDON)) if early == late else NAT)


def test_unknown_zone() -> None:
    """E113: a zone that is none is refused before any row is read."""
    with pytest.raises(CalendarError, match="timezone 'EST': use a place"):
        read([], timezone="EST")


def test_reasons() -> None:
    """Each reason says what came and what is wrong with it."""
    _, faults = read(["x" * 70, "2016-02-30T00:00Z", "2016-01-01T00:00:00.1234567Z", "9999-01-01T00:00Z", None, "?"])
    assert faults == {
        0: f"'{'x' * 57}...' is not a time such as 2026-03-02T09:30:00Z (the format is 'iso')",
        1: "'2016-02-30T00:00Z' names a day, an hour or an offset that does not exist",
        2: "'2016-01-01T00:00:00.1234567Z' has a part below a microsecond (S1)",
        3: "'9999-01-01T00:00Z' is outside years 2-9998",
        5: "'?' is not a time such as 2026-03-02T09:30:00Z (the format is 'iso')",
    }
    _, faults = read(["noon"], format="%d/%m/%Y %H:%M")
    assert faults == {0: "'noon' is not a time of the format '%d/%m/%Y %H:%M'"}


def test_missing_times() -> None:
    """C14: None, an empty text, NaN, NaT and the log's own markers are no time, and no fault."""
    values = [None, "", float("nan"), np.datetime64("NaT"), "?", "1970-01-01T00:00Z", "2026-01-01T00:00Z"]
    instants, faults = read(values, missing=("?", "1970-01-01T00:00Z"))
    assert instants == [NAT] * 6 + [us(datetime(2026, 1, 1))]
    assert faults == {}
    assert read(["1900-01-01"], missing=("1900-01-01",)) == ([NAT], {})


@pytest.mark.parametrize("repeat", [1, 5])
def test_python_values(repeat: int) -> None:
    """Aware datetimes are converted; numbers are read as their text; a truth is no time."""
    aware = datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    instants, faults = read([aware, np.datetime64("2026-01-01"), "2026-01-01T00:00Z"] * repeat)
    assert instants == [us(datetime(2026, 1, 1))] * 3 * repeat
    assert faults == {}
    values = [1.5, Decimal("1.25"), 1, np.float64(2.5), np.int64(3), True, 1e300, b"1"] * repeat
    instants, faults = read(values, format="epoch")
    assert instants == [1_500_000, 1_250_000, 1_000_000, 2_500_000, 3_000_000, NAT, NAT, NAT] * repeat
    assert [faults[i] for i in (5, 6, 7)] == [
        "True is not a time",
        "'1e+300' is not a time of the format 'epoch'",
        "b'1' is not a time",
    ]
    assert len(faults) == 3 * repeat


@pytest.mark.fault
def test_fold_survives() -> None:
    """Two datetimes that differ in fold only are equal to Python, and an hour apart on the clock."""
    twice = [datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=fold) for fold in (0, 1)]
    assert twice[0] == twice[1]
    assert read(twice)[0] == [us(datetime(2026, 10, 25, 0, 30)), us(datetime(2026, 10, 25, 1, 30))]


def test_naive_python_values() -> None:
    """Naive datetimes and dates are wall times of the zone."""
    values = [datetime(2026, 7, 1, 12), date(2026, 7, 1), datetime(2026, 3, 29, 1, 30)]
    instants, faults = read(values, timezone="Europe/London")
    assert instants == [us(datetime(2026, 7, 1, 11)), us(datetime(2026, 6, 30, 23)), NAT]
    assert faults == {2: "2026-03-29 01:30:00 does not exist in Europe/London (clocks go 01:00 -> 02:00) [E111]"}


def test_far_python_values() -> None:
    """Years beyond those answered for cost their row, near the edge of a zone too."""
    _, faults = read([datetime(9999, 1, 1, tzinfo=UTC), date(1, 1, 1), np.datetime64("9999-01-01")], timezone="UTC")
    assert faults == {
        0: "'9999-01-01 00:00:00+00:00' is outside years 2-9998",
        1: "'0001-01-01' is outside years 2-9998",
        2: "'9999-01-01' is outside years 2-9998",
    }
    _, faults = read(["9998-12-31T23:00"], timezone="America/New_York")
    assert faults == {0: "9998-12-31T23:00 is outside years 2-9998"}


def test_pandas_nanoseconds() -> None:
    """S1: a Timestamp with nanoseconds costs its row."""
    pd = pytest.importorskip("pandas")
    stamp = pd.Timestamp("2026-01-01T00:00:00.000000001", tz="UTC")
    _, faults = read([stamp, pd.NaT])
    assert list(faults) == [0]
    assert "has a part below a microsecond (S1)" in faults[0]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns", "m", "h", "D"])
def test_datetime64(unit: str) -> None:
    """`datetime64` is in UTC in every unit, and NaT is missing."""
    values = np.array(["2026-01-01", "NaT"], f"M8[{unit}]")
    before = values.copy()
    assert read(values) == ([us(datetime(2026, 1, 1)), NAT], {})
    assert read(values, timezone="Asia/Tokyo") == ([us(datetime(2026, 1, 1)), NAT], {})
    assert read(Naive(values), timezone="UTC") == ([us(datetime(2026, 1, 1)), NAT], {})
    with pytest.raises(EventError, match=r"such as '2026-01-01T00:00:00.000000'; say in which zone .*E110"):
        read(Naive(values[::-1]))
    assert read(Naive(values[1:])) == ([NAT], {})
    assert read(Naive(values), timezone="Asia/Tokyo") == ([us(datetime(2025, 12, 31, 15)), NAT], {})
    np.testing.assert_array_equal(values, before)


def test_datetime64_that_cannot_be_used() -> None:
    """S1: nanoseconds are refused, not rounded; years beyond are refused, not wrapped round."""
    assert read(np.array([1, 1000, -1], "M8[ns]")) == (
        [NAT, 1, NAT],
        {
            0: "'1970-01-01T00:00:00.000000001' has a part below a microsecond (S1)",
            2: "'1969-12-31T23:59:59.999999999' has a part below a microsecond (S1)",
        },
    )
    far = np.array(["300000-01-01", "2026-01-01", "-001-01-01"], "M8[D]")
    instants, faults = read(far)
    assert instants == [NAT, us(datetime(2026, 1, 1)), NAT]
    assert faults == {0: "'300000-01-01' is outside years 2-9998", 2: "'-001-01-01' is outside years 2-9998"}
    assert read(np.array(["NaT"], "M8")) == ([NAT], {})
    shown = "2026-03-29T01:30:00.000000 does not exist in Europe/London (clocks go 01:00 -> 02:00) [E111]"
    assert read(Naive(np.array(["2026-03-29T01:30"], "M8[m]")), timezone="Europe/London") == ([NAT], {0: shown})


def test_number_arrays() -> None:
    """Arrays of whole seconds or milliseconds are exact; out of range costs the row."""
    assert read(np.array([0, 1456708560, 2**62]), format="epoch") == (
        [0, 1456708560_000_000, NAT],
        {2: f"'{2**62}' is outside years 2-9998"},
    )
    edges = np.array([FIRST, FIRST - 10**6, LAST - 10**6, LAST]) // 10**6
    assert list(read(edges, format="epoch")[1]) == [1, 3]
    assert read(edges, format="epoch")[0][::2] == [FIRST, LAST - 10**6]
    assert read(np.array([1456708560123], np.uint64), format="epoch_ms") == ([1456708560_123_000], {})
    assert read(np.array([20160229]), format="%Y%m%d", timezone="UTC") == ([us(datetime(2016, 2, 29))], {})


@given(
    st.lists(st.sampled_from(["2026-01-01T00:00Z", "2026-01-02T00:00Z", "x", "", None]), max_size=12),
    st.integers(1, 5),
)
def test_blocks_and_codes_change_nothing(values: Sequence[str | None], size: int) -> None:
    """A column reads the same whole, in blocks, and by distinct value."""
    whole, faults = read(values)
    assert read(coded(values)) == (whole, faults)
    column = TimeColumn("at", EventMap())
    for i in range(0, len(values), size):
        block, found = column.read(values[i : i + size], 0)
        assert {i + row: fault for row, fault in found.items()} == {
            row: fault for row, fault in faults.items() if i <= row < i + size
        }
        column.add(block)
    assert column.whole().tolist() == whole


def test_absent_column() -> None:
    """A block without the column is missing throughout, and so are the rows before the first block."""
    column = TimeColumn("at", EventMap(), rows=2)
    column.add(column.read(None, 3)[0])
    assert column.whole().tolist() == [NAT] * 5
