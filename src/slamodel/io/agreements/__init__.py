"""Agreements: the sections of a file, each read into nouns with all its problems at their places."""
