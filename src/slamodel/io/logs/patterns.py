"""Patterns: how a log writes times, as a grammar that reads many texts at once.

Texts are sorted by their shape: the text with every digit made 0. One shape is understood once, by a regular
expression; the digits of all texts that have it are then read together, as integers. Nothing depends on the
machine's language or zone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.errors import EventError
from slamodel.timeline.instants import FIRST, LAST, SECOND, Bool, Int64

FINE, STRANGE, NO_SUCH, TOO_FINE, TOO_FAR = range(5)
"""What became of a text: read; not in this format; no such day or hour; a part below 1 us; outside the years."""

_BLOCK: Final = 1 << 16
_LONGEST: Final = 64
_MOST_SHAPES: Final = 1 << 14
_ZERO: Final = np.uint8(ord("0"))
_OFFSET: Final = "(?P<z>[Zz]|[+-]00(?::?00)?)"
_TIME: Final = "(?P<H>00):(?P<M>00)(?::(?P<S>00)(?:[.,](?P<f>0+))?)?"
_ISO: Final = f"(?P<Y>0000)-(?P<m>00)-(?P<d>00)(?:[Tt ]{_TIME} ?{_OFFSET}?)?"
_EPOCH: Final = r"(?P<s>[+-]?)(?P<i>0{1,17})(?:\.(?P<f>0+))?"
_EPOCHS: Final = {"epoch": SECOND, "epoch_ms": 1000}

_HALF_YEARS: Final = ("january|february|march|april|may|june", "july|august|september|october|november|december")
_MONTHS: Final = "|".join(_HALF_YEARS).split("|")
_DAYS: Final = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_WORDS: Final = {
    "b": "|".join(name[:3] for name in _MONTHS),
    "B": "|".join(_MONTHS),
    "a": "|".join(name[:3] for name in _DAYS.split("|")),
    "A": _DAYS,
    "p": "am|pm",
}
_WIDTHS: Final = {"Y": 4, "y": 2, "m": 2, "d": 2, "H": 2, "I": 2, "M": 2, "S": 2, "f": 0}


class Reading(NamedTuple):
    """Texts read: microseconds (UTC if ``aware``, else of the wall clock), and what became of each."""

    us: Int64
    aware: Bool
    fate: NDArray[np.uint8]


@frozen
class _Layout:
    """Where the digits of each part stand in a text of one shape, and the parts that are words."""

    spots: Mapping[str, slice]
    words: Mapping[str, str]


class Grammar:
    """The times of one format: "iso", "epoch", "epoch_ms", or a strptime pattern in English."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._literals: dict[str, str] = {}
        self._unit = _EPOCHS.get(pattern, 0)
        shape = _ISO if pattern == "iso" else _EPOCH if self._unit else _expression(pattern, self._literals)
        self._shape = re.compile(shape, re.ASCII | re.IGNORECASE)
        self._layouts: dict[bytes, _Layout | None] = {}

    def read(self, texts: Sequence[str]) -> Reading:
        """Read texts; those that are no time come back with their fate, and nothing is raised for them."""
        parts = [self._read(texts[i : i + _BLOCK]) for i in range(0, len(texts), _BLOCK)] or [self._read([])]
        return Reading(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def _read(self, texts: Sequence[str]) -> Reading:
        count = len(texts)
        reading = Reading(np.zeros(count, np.int64), np.zeros(count, bool), np.full(count, STRANGE, np.uint8))
        if not count:
            return reading
        matrix = _bytes(texts)
        digits = matrix - _ZERO  # wraps for what is no digit
        shapes = np.where(digits < 10, _ZERO, matrix)
        if bool((shapes == shapes[0]).all()):
            groups: list[tuple[bytes, Any]] = [(shapes[:1].tobytes().rstrip(b"\0"), slice(None))]
        else:
            listed = shapes.view(f"S{shapes.shape[1]}").ravel().tolist()
            known = {shape: code for code, shape in enumerate(dict.fromkeys(listed))}
            codes = np.fromiter(map(known.__getitem__, listed), np.int32, count)
            groups = [(shape, codes == code) for shape, code in known.items() if self._layout(shape) is not None]
        for shape, rows in groups:
            layout = self._layout(shape)
            if layout is not None:
                some = np.ascontiguousarray(digits[rows].T)
                us, fate = self._epoch(layout, some) if self._unit else _calendar_time(layout, some)
                for name, literal in self._literals.items():
                    fate[_number(some, layout.spots[name]) != int(literal)] = STRANGE
                fate[(fate == FINE) & ((us < FIRST) | (us >= LAST))] = TOO_FAR
                reading.us[rows], reading.fate[rows] = us, fate
                reading.aware[rows] = bool(self._unit) or "z" in layout.words
        return reading

    def _layout(self, shape: bytes) -> _Layout | None:
        if shape not in self._layouts:
            if len(self._layouts) >= _MOST_SHAPES:
                self._layouts.clear()
            found = self._shape.fullmatch(shape.decode("ascii"))
            self._layouts[shape] = found and _Layout(
                {name: slice(*found.span(name)) for name, text in found.groupdict().items() if text is not None},
                {name: text.lower() for name, text in found.groupdict().items() if text is not None},
            )
        return self._layouts[shape]

    def _epoch(self, layout: _Layout, digits: NDArray[np.uint8]) -> tuple[Int64, NDArray[np.uint8]]:
        whole = _number(digits, layout.spots["i"])
        part, fine = _fraction(digits, layout.spots.get("f"), self._unit)
        us = np.minimum(whole, LAST // self._unit) * self._unit + part  # past the years any number says so
        return (-us if layout.words["s"] == "-" else us), np.where(fine, TOO_FINE, FINE).astype(np.uint8)


def _bytes(texts: Sequence[str]) -> NDArray[np.uint8]:
    """Return texts, stripped, as one matrix of ASCII bytes; a text that cannot be a time becomes an empty row."""
    stripped = [text.strip() for text in texts]
    if max(map(len, stripped)) > _LONGEST or not all(map(str.isascii, stripped)) or any("\0" in t for t in stripped):
        stripped = [t if len(t) <= _LONGEST and t.isascii() and "\0" not in t else "" for t in stripped]
    column = np.array(stripped, "S")
    return column.view(np.uint8).reshape(len(texts), column.itemsize)


def _number(digits: NDArray[np.uint8], spot: slice | None, missing: int = 0) -> Int64:
    if spot is None:
        return np.full(digits.shape[1], missing, np.int64)
    value = np.zeros(digits.shape[1], np.int64)
    for row in digits[spot]:
        value *= 10
        value += row
    return value


def _fraction(digits: NDArray[np.uint8], spot: slice | None, unit: int) -> tuple[Int64, Bool]:
    """Return the fraction of a ``unit`` in microseconds, and where more digits follow that are not zero."""
    if spot is None:
        return np.zeros(digits.shape[1], np.int64), np.zeros(digits.shape[1], bool)
    places = len(str(unit)) - 1
    kept = slice(spot.start, min(spot.stop, spot.start + places))
    part = _number(digits, kept) * 10 ** (places - (kept.stop - kept.start))
    return part, (digits[kept.stop : spot.stop] != 0).any(axis=0)


def _calendar_time(layout: _Layout, digits: NDArray[np.uint8]) -> tuple[Int64, NDArray[np.uint8]]:
    """Return the microseconds of dates with times of day, moved to UTC where they carry an offset."""
    spots, words = layout.spots, layout.words
    year = _number(digits, spots.get("Y"))
    if "y" in spots:
        year = _number(digits, spots["y"])
        year += np.where(year < 69, 2000, 1900)  # as POSIX has it
    month = _number(digits, spots.get("m"))
    if "m" not in spots:
        name = words.get("b") or words["B"]
        month[:] = 1 + [known[: len(name)] for known in _MONTHS].index(name)
    day, hour = _number(digits, spots["d"]), _number(digits, spots.get("H"))
    minute, second = _number(digits, spots.get("M")), _number(digits, spots.get("S"))
    real = (month >= 1) & (month <= 12) & (hour < 24) & (minute < 60) & (second < 60)
    if "I" in spots:
        hour = _number(digits, spots["I"])
        real &= (hour >= 1) & (hour <= 12)
        hour = hour % 12 + (12 if words["p"] == "pm" else 0)
    months = ((year - 1970) * 12 + np.clip(month, 1, 12) - 1).astype("M8[M]")
    first, following = (each.astype("M8[D]").astype(np.int64) for each in (months, months + 1))
    real &= (day >= 1) & (day <= following - first)
    offset = np.zeros(len(day), np.int64)
    if len(words.get("z", "z")) > 1:
        at = spots["z"].start + 1
        hours = _number(digits, slice(at, at + 2))
        minutes = _number(digits, slice(spots["z"].stop - 2, spots["z"].stop) if len(words["z"]) > 3 else None)
        real &= (hours < 24) & (minutes < 60)
        offset = (hours * 60 + minutes) * (-60 if words["z"][0] == "-" else 60)
    part, fine = _fraction(digits, spots.get("f"), SECOND)
    us = ((first + day - 1) * 86400 + hour * 3600 + minute * 60 + second - offset) * SECOND + part
    return us, np.where(real, np.where(fine, TOO_FINE, FINE), NO_SUCH).astype(np.uint8)


def _expression(pattern: str, literals: dict[str, str]) -> str:
    """Return the regular expression of the shapes of a strptime pattern; its literal digits go to ``literals``."""
    pieces = re.findall(r"%.|\s+|[0-9]+|[^%\s0-9]+|%$", pattern, re.ASCII | re.DOTALL)
    made, seen = [], set()
    for i, piece in enumerate(pieces):
        name = piece[1:]
        if piece[0] != "%" or piece == "%%":
            if piece.isdigit():
                literals[f"x{i}"] = piece
                made.append(f"(?P<x{i}>{'0' * len(piece)})")
            else:
                made.append(" +" if piece.isspace() else re.escape(piece.replace("%%", "%")))
            continue
        if name in seen or name not in {*_WIDTHS, *_WORDS, "z"}:
            what = f"has {piece} twice" if name in seen else f"has {piece}, which is not known"
            raise _bad_pattern(pattern, f"{what}; known: {' '.join('%' + k for k in [*_WIDTHS, *_WORDS, 'z'])}")
        seen.add(name)
        if name in _WIDTHS:
            # Where digits touch digits nothing but the full width tells where one part ends.
            touching = any(_is_digits(pieces, i + step) for step in (-1, 1))
            width = _WIDTHS[name]
            digits = "0" * width if width == 4 or name == "y" or touching else "00?"
            made.append(f"(?P<{name}>{digits if width else '0+'})")
        else:
            made.append(_OFFSET if name == "z" else f"(?P<{name}>{_WORDS[name]})")
    if not (seen & {"Y", "y"} and seen & {"m", "b", "B"} and "d" in seen):
        raise _bad_pattern(pattern, "does not tell year, month and day")
    if ("I" in seen) != ("p" in seen):
        raise _bad_pattern(pattern, "has only one of %I and %p")
    if "z" not in seen and pieces[-1][-1] in "Zz" and pieces[-1][0] != "%":
        raise _bad_pattern(pattern, "ends in a letter Z; write %z, which reads Z as UTC")
    return "".join(made)


def _is_digits(pieces: Sequence[str], i: int) -> bool:
    return 0 <= i < len(pieces) and (pieces[i][1:] in _WIDTHS if pieces[i][0] == "%" else pieces[i].isdigit())


def _bad_pattern(pattern: str, what: str) -> EventError:
    msg = f"format {pattern!r} {what}; write 'iso', 'epoch', 'epoch_ms', or a pattern such as '%d/%m/%Y %H:%M'"
    return EventError(msg, "E105")
