"""Make the log of the help desk: python make_log.py writes june.csv, the same bytes every time.

No ticket in it is real. A ticket is opened at some minute of June 2026, mostly in office hours; how fast it is
answered and solved is drawn from skewed lengths, as those of real desks are; every fifth waits for its requester.
"""

# ruff: noqa: INP001  a script, not a package
from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

LOG = Path(__file__).with_name("june.csv")
HEAD = ("item", "at", "do", "to", "type", "impact", "urgency", "service")
FIRST = datetime(2026, 6, 1, 7, 30, tzinfo=UTC)
TICKETS = 80
MINUTE = timedelta(minutes=1)


def drawn(random: Random, usual: float) -> timedelta:
    """Return a length in minutes that is mostly near the usual one, and now and then much longer."""
    return int(usual * (0.2 + 6 * random.random() ** 4) + 1) * MINUTE


def opened_at(random: Random) -> datetime:
    """Return a minute of June, nine times of ten in office hours."""
    while True:
        minutes = 540 if random.random() < 0.9 else 1440
        at = FIRST + timedelta(days=int(random.random() * 28)) + int(random.random() * minutes) * MINUTE
        if at.weekday() < 5 or random.random() < 0.1:
            return at


def ticket(random: Random) -> list[tuple[datetime, str, str]]:
    """Return what happened to one ticket: (when, what, to what)."""
    at = opened_at(random)
    rows = [(at, "opened", "")]
    at += drawn(random, 30)
    rows.append((at, "replied", ""))
    if random.random() < 0.2:
        at += drawn(random, 60)
        rows.append((at, "status", "awaiting_customer"))
        at += drawn(random, 600)
        rows.append((at, "status", "in_progress"))
    at += drawn(random, 420)
    rows.append((at, "resolved", ""))
    return rows


def text() -> str:
    """Return the log as CSV."""
    random = Random(2026)  # noqa: S311  not a secret: the same log every time
    rows = []
    for _ in range(TICKETS):
        request = random.random() < 0.3
        impact = "team" if random.random() < 0.15 else "one"
        urgency = "cannot work" if random.random() < 0.3 else "hampered"
        service = "mail" if random.random() < 0.35 else "workplace"
        known = ("request" if request else "incident", impact, urgency, service)
        rows.append((ticket(random), known))
    rows.sort(key=lambda row: row[0][0])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    lines = []
    for number, (life, known) in enumerate(rows):
        done = {"resolved": "fulfilled"} if known[0] == "request" else {}
        for at, do, to in life:
            told = known if do == "opened" else ("",) * len(known)
            lines.append((at, f"T{number + 1:03}", f"{at:%Y-%m-%dT%H:%MZ}", done.get(do, do), to, *told))
    writer.writerows(line[1:] for line in sorted(lines, key=lambda line: line[:2]))
    return out.getvalue()


if __name__ == "__main__":
    LOG.write_text(text(), "utf-8")
