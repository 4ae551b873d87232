"""Escalation: when the levels of a clock come, and who is told."""
