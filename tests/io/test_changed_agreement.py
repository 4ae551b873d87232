"""A file with one of its agreements changed by a small document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import slamodel as sm
from slamodel.errors import AgreementError
from slamodel.io.changed_agreement import load_changed

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "examples" / "servicenow-incidents" / "agreement.yaml"
FOLDER = ROOT / "tests" / "cases" / "managed-service"


def test_only_what_differs() -> None:
    """Keys override and add, as in an agreement that extends a template; all else stays."""
    before = sm.load(SAMPLE)["servicenow-incidents"]
    after = load_changed(SAMPLE, {"change": "servicenow-incidents", "targets": {"resolve": {"P3": "5bd"}}})
    assert str(sm.diff(before, after["servicenow-incidents"])) == "resolve P3: 7bd becomes 5bd"


def test_a_file(tmp_path: Path) -> None:
    """A change is a file of any format; what is wrong in it is told at its place in it, the rest at its own."""
    path = tmp_path / "change.yaml"
    path.write_text("change: servicenow-incidents\ntargets:\n  resolve: {P3: 5xd}\n")
    with pytest.raises(AgreementError) as error:
        load_changed(SAMPLE, path)
    [problem] = error.value.problems
    assert (problem.file, problem.line, problem.column, problem.path) == (str(path), 3, 13, "targets.resolve.P3")
    path.write_text(
        "change: servicenow-incidents\ncalendar: desk\ncalendars: {desk: {hours: {mon-fri: '09:00-18:00'}}}\n"
    )
    [(_, desk), *_] = load_changed(SAMPLE, path)["servicenow-incidents"].calendars
    assert desk == sm.ServiceCalendar(timezone="UTC", hours={"mon-fri": "09:00-18:00"})


def test_one_of_a_folder() -> None:
    """Of several agreements the one that is named changes, through the templates that it extends."""
    change: dict[str, Any] = {
        "change": "borough-managed-service",
        "targets": {"resolve": {"P2": {"within": "6h", "cover": "always"}}},
    }
    before, after = sm.load(FOLDER), load_changed(FOLDER, change)
    assert list(after) == list(before)
    assert "resolve P2" in str(sm.diff(before["borough-managed-service"], after["borough-managed-service"]))
    assert after["server-ola"] == before["server-ola"]


def test_none_takes_away() -> None:
    """What stands at none goes."""
    book = {
        "slamodel": 1, "agreement": "a", "calendar": "24x7", "targets": {"respond": "1h", "resolve": "8h"},
        "pauses": {"waiting": {"when": {"status": "waiting"}}},
    }  # fmt: skip
    after = load_changed(book, {"change": "a", "targets": {"respond": "none"}, "pauses": {"waiting": "none"}})
    [resolve] = after["a"].targets
    assert (resolve.id, resolve.pauses) == ("resolve", ())


def test_a_whole_file() -> None:
    """What begins with slamodel: 1 is a whole agreement file, and stands in place of the other."""
    whole = {"slamodel": 1, "agreement": "b", "calendar": "24x7", "targets": {"resolve": "8h"}}
    assert list(load_changed(SAMPLE, whole)) == ["b"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"change": "servicenow"}, "did you mean 'servicenow-incidents'"),
        ({"targets": {}}, "a change begins with change:"),
        ({"change": "servicenow-incidents", "target": {}}, "did you mean 'targets'"),
        ({"change": 7}, "a change begins with change:"),
    ],
)
def test_refuses(change: dict[str, Any], words: str) -> None:
    """A change names its agreement, in keys of an agreement file."""
    with pytest.raises(AgreementError, match=words):
        load_changed(SAMPLE, change)
