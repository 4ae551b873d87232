"""Hostile texts: how long until each is refused."""

from __future__ import annotations

from typing import Any

import pytest

import slamodel as sm
from tests.hostile import HOSTILE


@pytest.mark.parametrize("name", HOSTILE)
def test_refused(benchmark: Any, name: str) -> None:
    """From the text to the error, by the whole of `loads`."""
    text = HOSTILE[name]()

    def refuse() -> None:
        with pytest.raises(sm.AgreementError):
            sm.loads(text)

    benchmark.pedantic(refuse, rounds=3, iterations=1, warmup_rounds=1)
