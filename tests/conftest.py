"""Hypothesis profiles: `quick` in every run, `sweep` when SLAMODEL_HYPOTHESIS=sweep."""

import os

from hypothesis import HealthCheck, settings

# How long one example takes depends on the machine, so time is never a reason to fail.
settings.register_profile(
    "quick",
    max_examples=40,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("sweep", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("SLAMODEL_HYPOTHESIS", "quick"))
