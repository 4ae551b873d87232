"""Telling: what one verdict is made of, and why, as data and in words (C15)."""
