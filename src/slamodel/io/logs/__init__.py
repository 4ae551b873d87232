"""Logs: rows of events from files, frames and mappings, read into columns."""
