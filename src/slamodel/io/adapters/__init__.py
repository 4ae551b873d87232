"""Adapters: verdicts in the spellings of other products."""
