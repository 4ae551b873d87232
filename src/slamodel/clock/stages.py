"""Stages: where a clock is, as the numbers that code a column of verdicts, and the names of the columns of times."""

from __future__ import annotations

from typing import Final

PENDING, RUNNING, PAUSED, MET, MISSED, CANCELLED, EXCLUDED = range(7)
STAGES: Final = ("pending", "running", "paused", "met", "missed", "cancelled", "excluded")

INSTANTS: Final = ("started_at", "stopped_at", "due", "breaches_after", "breached_at", "paused_since", "due_if_resumed")
LENGTHS: Final = ("elapsed", "wall_elapsed", "paused", "wall_paused", "remaining", "limit")
