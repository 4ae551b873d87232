"""Metrics: what is measured beside clocks and outages, from scores to composites: one value a period, exact."""
