"""Dialects in agreement files: a product's name stands for the options that it counts by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from slamodel.errors import AgreementError
from slamodel.io.agreements.section import Section, shown
from slamodel.model._checks import did_you_mean


@frozen
class Spoken:
    """The dialect that holds for a target: its name, and the fields of Target that it gives; none: no dialect."""

    name: str = ""
    fields: Mapping[str, Any] = field(factory=dict)


def named_dialect(name: str) -> Spoken:
    """Return a dialect. Raises AgreementError where there is none of that name."""
    from slamodel.model.dialects import DIALECTS

    if name not in DIALECTS:
        msg = f"dialect {shown(name)} is not known{did_you_mean(name[:60], DIALECTS, len(DIALECTS))}"
        raise AgreementError(msg, "E102")
    return Spoken(name, DIALECTS[name].fields)


def read_dialect(section: Section, outer: Spoken) -> Spoken:
    """Read ``dialect``; where there is none, the ``outer`` one holds."""
    name = section.text("dialect")
    if name:
        with section.at("dialect"):
            return named_dialect(name)
    return outer
