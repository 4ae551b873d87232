"""The terms of an agreement beside its targets: services, what is measured, credits, backing, and the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from slamodel.io.agreements.backing import read_backing
from slamodel.io.agreements.calendars import Covers
from slamodel.io.agreements.credit import read_credits, read_triggers
from slamodel.io.agreements.exclusions import read_exclusions, read_windows
from slamodel.io.agreements.measured import Measures, read_measured
from slamodel.io.agreements.paper import read_obligations, read_renewal, read_requirements, read_reviews
from slamodel.io.agreements.priorities import Priorities
from slamodel.io.agreements.section import Section
from slamodel.io.agreements.services import read_services
from slamodel.model.money import check_currency
from slamodel.model.service import Service
from slamodel.model.target import Target
from slamodel.model.version import FORMALITIES

_DEFAULT: Final = "contractual"


def read_terms(
    section: Section,
    whose: tuple[str, str],
    targets: Sequence[Target],
    covers: Covers,
    priorities: Priorities,
    shared: Mapping[str, Service],
) -> dict[str, Any]:
    """Return the fields of Agreement beside its targets; ``whose`` they are is (id, kind)."""
    (name, kind), formality = whose, section.choice("formality", FORMALITIES) or _DEFAULT
    currency = section.text("currency")
    if currency:
        with section.at("currency"):
            check_currency(currency)
    services = read_services(section, shared)
    known = {service.id: service for service in services or shared.values()}
    by_id = {target.id: target for target in targets}
    measured = tuple(read_measured(section, Measures(name, by_id, known, covers, priorities)))
    periods = {one.id: one for one in measured}
    promised = {**by_id, **periods}
    scheme = read_credits(section, kind, formality, periods)
    return {
        "formality": formality,
        "currency": currency,
        "services": services,
        "measured": measured,
        "exclusions": tuple(read_exclusions(section, covers.zone, known, promised)),
        "windows": tuple(read_windows(section, covers.zone, known)),
        "credits": scheme,
        "triggers": tuple(read_triggers(section, periods, scheme)),
        "backed_by": tuple(read_backing(section, by_id)),
        "requirements": tuple(read_requirements(section, promised)),
        "obligations": tuple(read_obligations(section)),
        "reviews": tuple(read_reviews(section)),
        "renewal": read_renewal(section),
    }
