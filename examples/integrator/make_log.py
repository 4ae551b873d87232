"""Make the log of the payments platform: python make_log.py writes first-half.csv, the same bytes every time.

No incident in it is real. Each goes from London to Bangalore, on to the suppliers in New York, and back to London;
everyone works in the hours of their own agreement, so an incident of a Friday evening waits for a Monday.
"""

# ruff: noqa: INP001  a script, not a package
from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import slamodel as sm

HERE = Path(__file__).parent
LOG = HERE / "first-half.csv"
HEAD = ("item", "at", "do", "type", "priority")
FIRST = datetime(2026, 1, 5, tzinfo=UTC)
INCIDENTS = 60
BOOK = sm.load(HERE / "agreements")


def worked(random: Random, at: datetime, link: str) -> datetime:
    """Return when a link is done that begins at an instant: in its hours, mostly well within its limit."""
    agreement, target = link.split("/")
    limit = BOOK[agreement][target].limits[0][1]
    minutes = limit.amount.us // 60_000_000
    used = int(minutes * (0.15 + 2 * random.random() ** 8)) + 1
    return limit.calendar.due(at, f"{used}m")


def incident(random: Random, priority: str) -> list[tuple[datetime, str]]:
    """Return what happened to one incident: (when, what)."""
    at = FIRST + int(random.random() * 175 * 1440) * timedelta(minutes=1)
    rows = [(at, "opened"), (worked(random, at, "service-desk/answer"), "replied")]
    at = worked(random, at, "service-desk/triage")
    rows.append((at, "assigned"))
    at = worked(random, at, "application-team/diagnose")
    rows.append((at, "handed_to_supplier"))
    restored = worked(random, at, "hosting-uc/restore")
    repaired = worked(random, at + timedelta(minutes=15), "ledger-uc/repair")
    if priority == "P1":
        rows.append((restored, "hosting_restored"))
        repaired = max(restored, repaired)
    rows.append((repaired, "repaired"))
    rows.append((worked(random, repaired, "service-desk/confirm"), "resolved"))
    return sorted(rows)


def text() -> str:
    """Return the log as CSV."""
    random = Random(2026)  # noqa: S311  not a secret: the same log every time
    found = []
    for _ in range(INCIDENTS):
        priority = "P1" if random.random() < 0.4 else "P2"
        found.append((incident(random, priority), priority))
    found.sort(key=lambda one: one[0][0])
    lines = []
    for number, (life, priority) in enumerate(found):
        for at, do in life:
            known = ("incident", priority) if do == "opened" else ("", "")
            lines.append((at, f"PAY{number + 1:03}", f"{at:%Y-%m-%dT%H:%MZ}", do, *known))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows(line[1:] for line in sorted(lines, key=lambda line: line[:2]))
    return out.getvalue()


if __name__ == "__main__":
    LOG.write_text(text(), "utf-8")
