"""Dialects are data: each sets fields that a target has, says where it is known from, and differs from our defaults."""

import re
from pathlib import Path

import attrs
import pytest

import slamodel as sm
from slamodel.model.dialects import DIALECTS, EVIDENCE
from tests.tickets import promise

NAMES = [
    *("servicenow", "jira", "zendesk", "freshservice", "glpi", "itop", "znuny", "zammad", "frappe_helpdesk"),
    *("erpnext", "odoo", "bmc", "rt"),
]
EACH = pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda dialect: dialect.name)
DEFAULTS = {each.name: each.default for each in attrs.fields(sm.Target)}
PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "dialects.md").read_text("utf-8")


def test_every_product_is_there() -> None:
    """The thirteen products, each by its own name; the mapping cannot be changed."""
    assert sm.dialects() is DIALECTS
    assert list(DIALECTS) == NAMES
    assert [dialect.name for dialect in DIALECTS.values()] == NAMES
    with pytest.raises(TypeError):
        DIALECTS["servicenow"].fields["judge"] = "elapsed"  # type: ignore[index]


def test_a_name_that_is_none() -> None:
    """An unknown dialect is answered with the closest, or with all of them."""
    with pytest.raises(sm.AgreementError, match=r"dialect 'servicnow' is not known; did you mean 'servicenow'\?"):
        sm.dialects()["servicnow"]
    with pytest.raises(sm.AgreementError, match=r"dialect 'foo' is not known; known: servicenow, .*, bmc, rt \[E102\]"):
        sm.dialects()["foo"]
    assert "foo" not in sm.dialects()


@EACH
def test_fields_are_those_of_a_target(dialect: sm.Dialect) -> None:
    """A dialect is a bundle of fields: a target takes them as they are, and none repeats our default."""
    target = attrs.evolve(promise("8h"), dialect=dialect.name, **dialect.fields)
    assert dialect.fields
    for name, value in dialect.fields.items():
        assert getattr(target, name) == value
        assert value != DEFAULTS[name]


@EACH
def test_each_field_says_where_it_is_known_from(dialect: sm.Dialect) -> None:
    """What is set has a source; a source, of a field set or left as it is, begins with a kind of evidence."""
    assert dialect.fields.keys() <= dialect.sources.keys() <= DEFAULTS.keys()
    for source in dialect.sources.values():
        assert source.partition(":")[0] in EVIDENCE
    assert dialect.faults.keys() <= dialect.fields.keys()


@EACH
def test_it_says_what_it_sets(dialect: sm.Dialect) -> None:
    """`str()` shows each field with its value and source, the faults it reproduces, and what it cannot say."""
    shown = str(dialect)
    assert shown.startswith(f"{dialect.name}: as {dialect.product} counts\n")
    for name, value in dialect.fields.items():
        text = str(value).lower() if isinstance(value, bool) else value
        assert f"  {name}: {text}  [{dialect.sources[name]}]" in shown
    for name, source in dialect.sources.items():
        assert f"  {name}: " in shown
        assert f"[{source}]" in shown
    for told in (*dialect.faults.values(), *dialect.notes):
        assert told in shown
    assert ("reproduces a fault" in shown) == bool(dialect.faults)


def test_known_faults_are_told() -> None:
    """Pauses in wall seconds, the last hold only, a percentage rounded before it is compared, and two more."""
    found = {(name, field) for name, dialect in DIALECTS.items() for field in dialect.faults}
    assert found >= {("servicenow", "judge"), ("erpnext", "pause_measure"), ("glpi", "due_while_paused")}


@EACH
def test_the_reference_has_its_fields(dialect: sm.Dialect) -> None:
    """The table of the reference shows what each dialect sets, and no more."""
    (row,) = re.findall(rf"^\| `{dialect.name}` \| [^|]* \| ([^|]*) \|$", PAGE, re.MULTILINE)
    fields = {name: str(value).lower() if isinstance(value, bool) else value for name, value in dialect.fields.items()}
    assert row == ", ".join(f"`{name}: {value}`" for name, value in fields.items())
