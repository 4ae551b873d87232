"""The JSON Schema of agreement files, made from the key tables of their readers, so that editors know what they know.

The file beside this module is what `schema` returns. A schema tells keys and types; what they mean together is for
`load` and `check`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from slamodel.io import agreement_file
from slamodel.io.agreements import (
    backing,
    combined,
    credit,
    escalation,
    event_map,
    exclusions,
    extends,
    limits,
    measured,
    moments,
    options,
    paper,
    parties,
    pauses,
    priorities,
    services,
    targets,
    versions,
)
from slamodel.model import agreement, applicable, limit, party, service, service_calendar, target, version
from slamodel.model.dialects import DIALECTS

PATH: Final = Path(__file__).with_name("agreement.schema.json")
"""The schema as it is shipped."""

Schema = dict[str, Any]
_TEXT: Final[Schema] = {"type": "string"}
_FLAG: Final[Schema] = {"type": "boolean"}
_WHOLE: Final[Schema] = {"type": "integer"}
_VALUE: Final[Schema] = {"type": ["string", "number", "boolean", "null"]}
_NUMBER: Final[Schema] = {"type": ["string", "number"]}
_DATE: Final[Schema] = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
_INSTANT: Final[Schema] = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d"}
_TEXTS: Final[Schema] = {"anyOf": [_VALUE, {"type": "array", "items": _VALUE}]}
_ANY: Final[Schema] = {}


def schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of agreement files."""
    own = _properties(agreement_file._KEYS, _agreement())  # noqa: SLF001  the tables are the readers'
    shared = _properties(agreement_file._SHARED_KEYS, _agreement())  # noqa: SLF001  as above
    entry = {**own, extends.TEMPLATE: _TEXT, extends.EXTENDS: _TEXT, extends.AMENDS: _or_null(_version()["amends"])}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "slamodel agreement file",
        "type": "object",
        "required": ["slamodel"],
        "properties": {
            "slamodel": {"const": agreement_file.VERSION},
            "agreements": {"type": "array", "items": _closed(entry)},
            **shared,
            **entry,
        },
        "additionalProperties": False,
        "$defs": _defs(),
    }


def text() -> str:
    """Return the schema as the text of its file."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _agreement() -> Schema:
    sides = _either(_TEXT, _ref("party"))
    return {
        **_all(("agreement", "name", "timezone", "currency"), _TEXT),
        **_all(("from", "until"), _DATE),
        **_version(),
        **_all(parties.SIDES, sides),
        "kind": _choice(agreement.KINDS),
        "formality": _choice(version.FORMALITIES),
        "dialect": _choice(DIALECTS),
        "calendars": _named(_ref("calendar")),
        "calendar": _ref("calendar"),
        "priority": _closed(_properties(priorities.KEYS, _PRIORITY)),
        "targets": _named(_ref("target")),
        "pauses": _either(_TEXTS, _named(_ref("pause"))),
        "escalation": _named(_either({"const": extends.NONE}, {"type": "array", "items": _ref("level")})),
        "events": _closed(_properties(event_map._KEYS, _EVENTS)),  # noqa: SLF001  as above
        "parties": _named(sides),
        "services": _either({"type": "array", "items": _TEXT}, _named(_ref("service"))),
        "measured": _either(_TEXT, {"type": "array", "items": _either(_TEXT, _ref("measured"))}),
        "exclusions": {"type": "array", "items": _ref("exclusion")},
        "windows": _named(_ref("window")),
        "credits": _closed(_properties(credit._KEYS, _CREDITS)),  # noqa: SLF001  as above
        "triggers": {"type": "array", "items": _closed(_properties(credit._TRIGGER_KEYS, {}))},  # noqa: SLF001
        "backed_by": _named(_ref("backing")),
        "requirements": _named(_either(_TEXT, _closed(_properties(paper.REQUIREMENT_KEYS, {})))),
        "obligations": _named(_either(_TEXT, _closed(_properties(paper.OBLIGATION_KEYS, {})))),
        "reviews": _named(_either(_TEXT, _closed(_properties(paper.REVIEW_KEYS, {})))),
        "renewal": _closed(_properties(paper.RENEWAL_KEYS, {})),
    }


def _version() -> Schema:
    instant = _all(("at", "from", "until", "recorded_at"), _INSTANT)
    fact = {key: _closed(_properties(keys, instant)) for key, keys in _FACTS.items()}
    return {
        "version": {"type": "integer", "minimum": 1},
        "amends": {"type": "integer", "minimum": 1},
        "state": _choice(version.STATES),
        "as_of": _choice(version.AS_OF_RULES),
        "mid_period": _choice(version.MID_PERIODS),
        "which": _choice(applicable.WHICH),
        "precedence": _WHOLE,
        "change_note": _TEXT,
        "recorded_at": _INSTANT,
        "applies": _either(_ref("condition"), {"type": "array", "items": _ref("condition")}),
        "termination": fact["termination"],
        "approvals": {"type": "array", "items": _either(_TEXT, fact["approvals"])},
        "suspensions": {"type": "array", "items": fact["suspensions"]},
        "renewals": {"type": "array", "items": _either(_DATE, fact["renewals"])},
    }


def _defs() -> Schema:
    said = {
        **{key: _ref("moment") for key in (*moments.MOMENTS, "until")},
        **{key: _choice(words) for key, words in options.CHOICES.items()},
        **_all(options.FLAGS, _FLAG),
        **_all((*options.AMOUNTS, *options.TEXTS, "priority_field"), _TEXT),
        **_all(("within", "default"), _ref("limit")),
        "kind": _choice(("", *target.KINDS)),
        "dialect": _choice(DIALECTS),
        "reading": _choice(limit.READINGS),
        "cover": _TEXT,
        "for": _ref("for"),
        "while": _ref("condition"),
        "every": _either(_TEXT, {"type": "object", "additionalProperties": _ref("limit")}),
        "warn_at": _TEXTS,
        "percent_decimals": {"type": "integer", "minimum": 0, "maximum": 6},
    }
    whole = {"type": "object", "additionalProperties": _ref("limit")}
    return {
        "condition": {"type": "object", "minProperties": 1},
        "moment": _either(_TEXT, {"type": "array"}, {"type": "object"}),
        "for": _either(_TEXT, {"type": "array"}, _ref("condition")),
        "limit": _either(_TEXT, _closed(_properties(limits.LIMIT_KEYS, {"reading": _choice(limit.READINGS)}))),
        "target": _either(_TEXT, {**whole, "properties": _properties(targets._OPTIONS, said)}),  # noqa: SLF001
        "pause": _either({"const": extends.NONE}, _closed(_properties(pauses._KEYS, _PAUSE))),  # noqa: SLF001
        "level": _closed(_properties(escalation._KEYS, _LEVEL)),  # noqa: SLF001  as above
        "calendar": _either(
            _TEXT,
            _closed(_properties(service_calendar._KEYS, _CALENDAR)),  # noqa: SLF001  as above
            _closed(_properties(combined.WORDS, {}), least=1),
        ),
        "party": {
            "type": "object",
            "properties": _properties(parties._KEYS, {"kind": _choice(party.KINDS)}),  # noqa: SLF001  as above
        },
        "service": _closed(
            _properties(services._KEYS, {"status": _choice(service.STATUSES), "users": _WHOLE})  # noqa: SLF001
        ),
        "measured": {
            **_closed(
                _properties(measured._KEYS, {"for": _ref("for"), "of": _TEXTS, "by": _TEXTS, "when": _ref("moment")})  # noqa: SLF001
            ),
            "patternProperties": {r"^below_\d+$": _TEXT},
        },
        "exclusion": _closed(_properties(exclusions._KEYS, {"when": _ref("moment")})),  # noqa: SLF001
        "window": _closed(_properties(exclusions._WINDOW_KEYS, {})),  # noqa: SLF001  as above
        "backing": _either(_TEXT, {"type": "object"}),
        "link": _closed(_properties(backing._LINK_KEYS, {})),  # noqa: SLF001  as above
    }


_FACTS: Final[Mapping[str, Iterable[str]]] = {
    "approvals": versions.APPROVAL_KEYS,
    "suspensions": versions.SUSPENSION_KEYS,
    "termination": versions.TERMINATION_KEYS,
    "renewals": versions.RENEWAL_KEYS,
}


def _all(keys: Iterable[str], one: Schema) -> Schema:
    return dict.fromkeys(keys, one)


_PRIORITY: Final[Schema] = {"field": _TEXT, "order": _TEXTS, "matrix": {"type": "object"}}
_EVENTS: Final[Schema] = {
    **_all(("item", "at", "sequence", "format", "timezone"), _TEXT),
    **_all(("columns", "values", "known"), {"type": "object"}),
    **_all(("missing", "times"), _TEXTS),
    "kind": {"enum": ["changes", "snapshots"]},
}
_PAUSE: Final[Schema] = {
    **_all(("at_most", "at_most_in_total", "at_least", "ends_at", "clause"), _TEXT),
    **_all(("when", "until"), {"$ref": "#/$defs/moment"}),
    "stops": _TEXTS,
}
_LEVEL: Final[Schema] = {"at": _TEXT, "to": _TEXTS, "clause": _TEXT, "id": _TEXT}
_CALENDAR: Final[Schema] = {
    **_all(("special", "breaks"), {"type": "object"}),
    **_all(("closed", "seasons"), {"type": "array"}),
    "timezone": _TEXT,
    "hours": {"type": ["string", "object"]},
    "holidays": {"type": ["string", "array", "object"]},
    "closure": {"enum": ["date", "shift"]},
}
_CREDITS: Final[Schema] = {"charge": _TEXT, "cap": {"type": "object"}, "rules": {"type": "object"}}


def _properties(keys: Iterable[str], types: Mapping[str, Schema]) -> Schema:
    """Return the properties of a mapping: the keys that a reader knows, each with its type where one is told.

    A key with nothing after it is as if it were not there, so null is of every type.
    """
    return {key: _or_null(types.get(key, _ANY)) for key in keys}


def _or_null(one: Schema) -> Schema:
    return one if not one or "null" in one.get("type", ()) else {"anyOf": [one, {"type": "null"}]}


def _closed(properties: Schema, *, least: int = 0) -> Schema:
    made: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**made, "minProperties": least} if least else made


def _named(one: Schema) -> Schema:
    return {"type": "object", "additionalProperties": _or_null(one)}


def _either(*kinds: Schema) -> Schema:
    return {"anyOf": list(kinds)}


def _choice(words: Iterable[str]) -> Schema:
    return {"enum": list(words)}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}
