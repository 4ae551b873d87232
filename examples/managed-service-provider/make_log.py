"""Make the log of the three clients: python make_log.py writes may.csv, the same bytes every time.

No ticket in it is real. The desk answers and hands over at any hour, the network team and the carrier work at any
hour too; minor faults are worked by day. How long each takes is drawn near its limit, and now and then beyond it.
"""

# ruff: noqa: INP001  a script, not a package
from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

LOG = Path(__file__).with_name("may.csv")
HEAD = ("item", "at", "do", "to", "client", "type", "priority")
FIRST = datetime(2026, 5, 1, tzinfo=UTC)
CLIENTS = ("borough", "borough", "water", "housing")
RESTORED = {"P1": 80, "P2": 150, "P3": 700}
TICKETS = 150
MINUTE = timedelta(minutes=1)


def drawn(random: Random, usual: float) -> timedelta:
    """Return a length in minutes that is mostly near the usual one, and now and then much longer."""
    return int(usual * (0.2 + 6 * random.random() ** 20) + 1) * MINUTE


def ticket(random: Random, priority: str) -> list[tuple[datetime, str, str]]:
    """Return what happened to one ticket: (when, what, to what)."""
    at = FIRST + int(random.random() * 31 * 1440) * MINUTE
    if priority == "P3":
        # Of minor faults people write when they are at work.
        at = at.replace(hour=7 + int(random.random() * 9)) - timedelta(days=max(0, at.weekday() - 4))
    rows = [(at, "opened", "")]
    rows.append((at + drawn(random, 8), "replied", ""))
    at += drawn(random, 9)
    rows.append((at, "assigned", ""))
    if priority == "P2" and random.random() < 0.4:
        logged = at + 10 * MINUTE
        fixed = logged + drawn(random, 160)
        rows += [(logged, "logged_with_carrier", ""), (fixed, "carrier_fixed", "")]
        at = fixed
    if random.random() < 0.1:
        asked = at + drawn(random, 20)
        answered = asked + drawn(random, 500)
        rows += [(asked, "status", "awaiting_customer"), (answered, "status", "in_progress")]
        at = answered
    at += drawn(random, RESTORED[priority])
    rows.append((at, "restored", ""))
    rows.append((at + drawn(random, 8), "resolved", ""))
    return sorted(rows)


def text() -> str:
    """Return the log as CSV."""
    random = Random(2026)  # noqa: S311  not a secret: the same log every time
    tickets = []
    for _ in range(TICKETS):
        share = random.random()
        priority = "P1" if share < 0.1 else "P2" if share < 0.45 else "P3"
        client = CLIENTS[int(random.random() * len(CLIENTS))]
        tickets.append((ticket(random, priority), (client, "incident", priority)))
    tickets.sort(key=lambda one: one[0][0])
    lines = []
    for number, (life, known) in enumerate(tickets):
        for at, do, to in life:
            told = known if do == "opened" else ("",) * len(known)
            lines.append((at, f"M{number + 1:03}", f"{at:%Y-%m-%dT%H:%MZ}", do, to, *told))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows(line[1:] for line in sorted(lines, key=lambda line: line[:2]))
    return out.getvalue()


if __name__ == "__main__":
    LOG.write_text(text(), "utf-8")
