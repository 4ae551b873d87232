"""Stages: where a clock is, as the numbers that code a column of verdicts, and their names."""

from __future__ import annotations

from typing import Final

PENDING, RUNNING, PAUSED, MET, MISSED, CANCELLED, EXCLUDED = range(7)
STAGES: Final = ("pending", "running", "paused", "met", "missed", "cancelled", "excluded")
