"""Texts that mean harm are refused with a sentence, and cost no memory; how long it takes is a benchmark."""

import tracemalloc
from pathlib import Path

import pytest

import slamodel as sm
from tests.hostile import HOSTILE, LARGE

MOST = 64 * 2**20
SAID = {
    "alias bomb": "<text>:1:5: &a0 is an anchor; a value is written out wherever it holds [E100]",
    "many aliases": "<text>:1:4: &a is an anchor; a value is written out wherever it holds [E100]",
    "deep lists": "<text>:1:61: nested more than 60 deep; an agreement needs far less [E100]",
    "deep mappings": "<text>:1:241: nested more than 60 deep; an agreement needs far less [E100]",
    "deep blocks": "<text>:1:121: nested more than 60 deep; an agreement needs far less [E100]",
    "10 MB": "<text>: larger than 2 MB; split the agreements over several files [E100]",
    "duplicate keys": "<text>:2:1: a: written twice, on lines 1 and 2; keep one [E102]",
    "merge keys": "<text>:1:6: << merges mappings; a value is written out wherever it holds [E100]",
    "tags": (
        "<text>:1:4: !!python/object/apply:os.system is a tag; a value is what it looks like, and text in quotes [E100]"
    ),
    "control character": "<text>:1:4: the character U+0007 cannot stand in an agreement; remove it [E100]",
    "control character at the end": (
        "<text>:1:1999904: the character U+0007 cannot stand in an agreement; remove it [E100]"
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_refused_in_little_memory(name: str) -> None:
    """Each is refused in words, at its place, with less than 64 MiB on the way."""
    text = HOSTILE[name]()
    sm.loads("slamodel: 1\nagreement: x\ncalendar: 24x7\ntargets: {resolve: 4h}\n")  # what is loaded once is loaded
    tracemalloc.start()
    try:
        with pytest.raises(sm.AgreementError) as error:
            sm.loads(text)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert str(error.value.problems[0]) == SAID[name]
    assert peak < MOST


def test_large_file(tmp_path: Path) -> None:
    """Of a file of 10 MB no more is read than shows that it is too large."""
    path = tmp_path / "large.yaml"
    path.write_text(LARGE, "utf-8")
    tracemalloc.start()
    try:
        with pytest.raises(sm.AgreementError, match="larger than 2 MB"):
            sm.load(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < len(LARGE)


@pytest.mark.parametrize("name", ["many aliases", "duplicate keys", "merge keys", "tags"])
def test_no_more_is_told_than_anyone_reads(name: str) -> None:
    """After a thousand of them the rest is not read."""
    with pytest.raises(sm.AgreementError) as error:
        sm.loads(HOSTILE[name]())
    assert 1000 < len(error.value.problems) < 1010
