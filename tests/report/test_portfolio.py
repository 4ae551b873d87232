"""A portfolio is asked whether it is sound and whether its chains hold; versions stand in it on two axes of time."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from attrs import evolve

import slamodel as sm
from slamodel.model import portfolio

CHAIN = """
slamodel: 1
agreements:
  - agreement: sla
    from: 2026-01-01
    calendar: 24x7
    targets: {resolve: {P1: 4h, P2: 8h}}
    backed_by: {resolve/P1: ola/restore, resolve/P2: ola/restore}
  - {agreement: ola, kind: ola, from: 2026-01-01, calendar: 24x7, targets: {restore: {within: 5h, stops: fixed}}}
  - {agreement: ola, version: 2, amends: 1, from: 2026-07-01, targets: {restore: {within: 3h}}}
  - {agreement: sla, version: 2, amends: 1, from: 2026-07-01}
"""
YEAR = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


def test_prove() -> None:
    """P1 versions: a promise is proved by its name, on the versions that were in force where its own begins."""
    book = sm.loads(CHAIN)
    late = book.prove("sla/resolve/P1", version=1)
    assert (late.target, late.backed, late.over[0]) == ("sla/resolve/P1", False, datetime(2026, 1, 1, tzinfo=UTC))
    assert book.prove("sla/resolve/P2", version=1).backed
    now = book.prove("sla/resolve/P1")
    assert (now.target, now.backed, now.over) == (
        "sla@2/resolve/P1",
        True,
        (datetime(2026, 7, 1, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC)),
    )
    assert book.prove("sla/resolve/P1", over=YEAR, arrivals="any").over == YEAR
    chain = sm.chain_of(book, book["sla"], book["sla"].backed_by[0])
    promise = book["sla"]["resolve"].limit_for("P1")
    assert promise is not None
    assert now == sm.prove(promise, chain, over=now.over, target="sla@2/resolve/P1")


@pytest.mark.parametrize(
    ("target", "code", "said"),
    [
        ("sla/resolve/P3", "E102", "nothing is said to stand behind 'sla/resolve/P3' (backed_by); did you mean 'sla/r"),
        ("ola/restore", "E102", "nothing is said to stand behind 'ola/restore'"),
        ("nobody/resolve", "E102", "nothing is said to stand behind 'nobody/resolve'"),
    ],
)
def test_nothing_to_prove(target: str, code: str, said: str) -> None:
    """E102: what has nothing behind it cannot be proved."""
    with pytest.raises(sm.AgreementError) as error:
        sm.loads(CHAIN).prove(target)
    assert error.value.problems[0].code == code
    assert error.value.problems[0].message.startswith(said)


def test_no_first_day() -> None:
    """E107: without a first day there is no year to prove it in, unless one is said."""
    book = sm.loads(CHAIN.partition("  - {agreement: ola, version")[0].replace("    from: 2026-01-01\n", ""))
    with pytest.raises(sm.AgreementError, match=r"'sla' has no first day.*say over=\(start, end\) \[E107\]"):
        book.prove("sla/resolve/P1")
    assert not book.prove("sla/resolve/P1", over=YEAR).backed


def test_check() -> None:
    """book.check() is the check of what was loaded: every version, at the path of its agreement."""
    book = sm.loads(CHAIN)
    found = book.check()
    assert found == sm.check(book)
    assert [(one.code, one.path) for one in found.errors] == [("E177", "sla@1.backed_by.resolve/P1")]
    assert [(one.target, one.backed) for one in found.backing] == [
        *(("sla/resolve/P1", False), ("sla/resolve/P2", True), ("sla@2/resolve/P1", True), ("sla@2/resolve/P2", True)),
    ]
    assert not book.check(profile="ready").passed()
    with pytest.raises(sm.AgreementError, match="profile 'redy' is not known"):
        book.check(profile="redy")


def test_check_of_contested_agreements() -> None:
    """E191, W183: a check of agreements made in Python tells what the file would have been refused for."""
    one = sm.loads("slamodel: 1\nagreement: a\ncalendar: 24x7\ntargets: {resolve: 4h}\n")["a"]
    late = evolve(one, starts_on="2026-01-01", approvals=(sm.Approval("x", "", datetime(2026, 2, 1, tzinfo=UTC)),))
    other = evolve(one, id="b", targets=tuple(evolve(target, agreement="b") for target in one.targets))
    codes = [problem.code for problem in sm.Portfolio((late, other)).check().problems]
    assert codes == ["W183", "E191"]
    assert sm.check(sm.Portfolio((late, other), which="all")).problems[0].code == "W183"


def test_equal_by_content() -> None:
    """A portfolio is equal to any other with equal agreements that are applied alike, and comes back from a pickle."""
    book = sm.loads(CHAIN)
    plain = portfolio.Portfolio(book.agreements)
    assert book == plain
    assert hash(book) == hash(plain)
    assert book != evolve(book, which="all")
    assert book != dict(book)
    assert isinstance(book.as_of(date(2026, 8, 1)), sm.Portfolio)
    assert pickle.loads(pickle.dumps(book)) == book  # noqa: S301  our own


FIRST = """
slamodel: 1
agreement: payroll
provider: msp
customer: borough
from: 2026-01-01
until: 2026-12-31
timezone: Europe/London
calendar: {hours: {mon-fri: "09:00-17:00"}}
targets: {resolve: {P1: 4h, P2: 8h}}
"""
SECOND = """
slamodel: 1
agreement: payroll
version: 2
amends: 1
from: 2026-07-01
recorded_at: 2026-06-12 16:00
suspensions: [{from: 2026-09-01, until: 2026-09-07, recorded_at: 2026-09-03}]
renewals: [{until: 2027-12-31, recorded_at: 2026-11-01}]
targets: {resolve: {P2: 6h}}
"""


def test_versions_of_a_folder(tmp_path: Path) -> None:
    """Versions in the files of a folder are one agreement, asked on both axes of time (C12 known)."""
    (tmp_path / "b-first.yaml").write_text(FIRST)
    (tmp_path / "a-second.yaml").write_text(SECOND)
    book = sm.load(tmp_path)
    assert (len(book), [one.version for one in book.versions("payroll")]) == (1, [1, 2])
    assert [str(limit.amount) for _, limit in book["payroll"]["resolve"].limits] == ["4h", "6h"]

    def bound(day: str, known: str = "") -> int | None:
        at = datetime.fromisoformat(f"{known}T12:00+00:00") if known else None
        found = book.as_of(date.fromisoformat(day), known_at=at).get("payroll")
        return found.version if found else None

    assert [bound(day) for day in ("2025-12-31", "2026-06-30", "2026-07-01", "2027-06-01")] == [None, 1, 2, 2]
    assert bound("2026-07-01", known="2026-06-01") == 1
    assert bound("2027-06-01", known="2026-10-01") is None
    versions = book.versions("payroll")
    assert versions.status(2, date(2026, 9, 5)) == "suspended"
    assert versions.status(2, date(2026, 9, 8)) == "active"
    assert versions.status(2, date(2026, 9, 5), known_at=datetime(2026, 9, 2, tzinfo=UTC)) == "active"
    wrong = SECOND.replace("from: 2026-07-01", "from: 2025-07-01")
    (tmp_path / "a-second.yaml").write_text(wrong)
    with pytest.raises(sm.AgreementError) as error:
        sm.load(tmp_path)
    [problem] = error.value.problems
    assert (Path(problem.file).name, problem.line, problem.code) == ("a-second.yaml", 6, "E180")
