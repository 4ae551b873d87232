"""Measures: everything that an agreement promises over periods, measured on verdicts, outages and series."""
