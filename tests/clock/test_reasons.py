"""Paused time by reason: what each rule paused, which adds up to what was paused (C8 reason)."""

import numpy as np

from slamodel.clock.evaluate import evaluate
from tests.tickets import BH, at, events_of, promise, rows

RULES = {
    "customer": {"when": {"status": "awaiting_customer"}},
    "vendor": {"when": {"vendor": "asked"}, "at_most": "2h"},
    "held": {"when": "paused", "until": "resumed"},
}
LOG = {
    "both": rows(
        "2026-12-14T09:00Z opened",
        "2026-12-14T10:00Z status=awaiting_customer",
        "2026-12-14T11:00Z vendor=asked",
        "2026-12-14T12:00Z status=open",
        "2026-12-14T15:00Z paused",
        "2026-12-14T16:00Z resumed",
        "2026-12-15T10:00Z resolved",
    ),
    "none": rows("2026-12-14T09:00Z opened", "2026-12-14T11:00Z resolved"),
    "pending": rows("2026-12-14T09:00Z noted"),
}


def test_reasons_add_up() -> None:
    """C8 reason: time of several rules is the first one's; a cap counts from its own pause; NaT before a start."""
    target = promise("8h", pauses=RULES)
    table = evaluate([target], events_of(LOG), as_of=at("2026-12-16T00:00Z"))
    found = table.paused_by_reason()
    assert table.column("item").tolist() == ["both", "none", "pending"]
    hours = {name: (column / np.timedelta64(1, "h")).tolist()[:2] for name, column in found.items()}
    # The customer 10-12, the vendor 11-13 of which an hour is the customer's too, an event 15-16.
    assert hours == {"customer": [2.0, 0.0], "vendor": [1.0, 0.0], "held": [1.0, 0.0]}
    assert all(np.isnat(column[2]) for column in found.values())
    total = np.sum([column.view(np.int64)[:2] for column in found.values()], axis=0)
    assert total.tolist() == table.column("paused").view(np.int64)[:2].tolist()


def test_a_rule_that_does_not_stop_a_target_has_nothing_there() -> None:
    """C8 respond: reasons of all targets stand side by side; respond has none of them."""
    targets = {"respond": "4h", "resolve": "8h"}
    document = {"slamodel": 1, "agreement": "a", "calendar": BH, "targets": targets, "pauses": RULES}
    import slamodel as sm

    table = evaluate(sm.load(document), events_of(LOG), as_of=at("2026-12-16T00:00Z"))
    mine = table.column("target") == "respond"
    assert mine.sum() == 3
    for column in table.paused_by_reason().values():
        assert not column[mine & ~np.isnat(column)].any()
