"""The JSON Schema knows what the readers know, and nothing else: agreements that load are valid, typos are not."""

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import slamodel as sm
from slamodel.cli import main
from slamodel.io import schema
from slamodel.io.agreements.reader import read_document

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests/cases"
FILES = [CASES / "agreement-helpdesk.yaml", *CASES.glob("managed-service/*.yaml"), *ROOT.glob("examples/**/*.yaml")]
BOOKS = [CASES / "agreement-helpdesk.yaml", CASES / "managed-service", *ROOT.glob("examples/**/agreement.yaml")]
VALIDATOR = jsonschema.Draft202012Validator(schema.schema())


def test_shipped() -> None:
    """The shipped file is what the readers give: `slamodel schema > src/slamodel/io/agreement.schema.json` makes it."""
    assert schema.PATH.read_text("utf-8") == schema.text()
    jsonschema.Draft202012Validator.check_schema(schema.schema())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_examples(path: Path) -> None:
    """Agreements and templates that load are valid as they are written."""
    VALIDATOR.validate(read_document(path).data)


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.name)
@pytest.mark.parametrize("long", [True, False])
def test_written(path: Path, long: bool) -> None:
    """What is written of agreements is valid, in the long form and in the short one."""
    VALIDATOR.validate(sm.to_dict(sm.load(path), long=long))


@pytest.mark.parametrize(
    "change",
    [
        {"provdier": "IT"},
        {"from": "soon"},
        {"kind": "slaa"},
        {"slamodel": 2},
        {"calendar": {"hours": "24x7", "timezon": "UTC"}},
        {"calendar": {"eihter": ["a", "b"]}},
        {"targets": {"resolve": {"within": "4h", "judge": "guess"}}},
        {"targets": {"resolve": {"P1": {"within": "4h", "covr": "office"}}}},
        {"pauses": {"waiting": {"wen": {"status": "waiting"}}}},
        {"escalation": {"resolve": [{"att": "50%"}]}},
        {"events": {"kind": "tables"}},
    ],
)
def test_mistakes(change: dict[str, Any]) -> None:
    """What a reader refuses for its key or its word, the schema refuses."""
    document = {"slamodel": 1, "agreement": "x", "calendar": "24x7", "targets": {"resolve": "4h"}}
    VALIDATOR.validate(document)
    assert not VALIDATOR.is_valid({**document, **change})
    with pytest.raises(sm.AgreementError):
        sm.load({**document, **change})


def known_keys() -> set[str]:
    """Every key that a table of the readers has."""
    found: set[str] = set()
    from slamodel.io import agreement_file

    for module in vars(schema).values():
        for name, table in vars(module).items() if hasattr(module, "__file__") else ():
            if name.endswith("KEYS") and isinstance(table, tuple):
                found.update(table)
    return found | {*agreement_file._KEYS}


def test_keys() -> None:
    """Every key of a reader's table is in the schema, and every property of the schema is a key that a reader knows."""
    told: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            told.update(node.get("properties", {}))
        for one in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            walk(one)

    walk(schema.schema())
    assert known_keys() - told <= NOT_TOLD
    readers = "".join(path.read_text("utf-8") for path in (ROOT / "src/slamodel/io/agreements").glob("*.py"))
    models = (ROOT / "src/slamodel/model/service_calendar.py").read_text("utf-8")
    assert not {key for key in told if f'"{key}"' not in readers + models + "slamodel agreements"} - {
        "slamodel",
        "agreements",
    }


NOT_TOLD = {
    *("fulfilment", "tier", "cost", "cost_per"),  # offerings of a service: any mapping
    *("per_point_below", "per_point_above", "step", "commenced", "complete", "pro_rata", "allocation", "bands"),
    *("category", "after", "average", "not_if", "factors"),  # parts of credits: any mapping
    *("country", "subdivision", "market", "language", "observed", "categories"),
    *("address", "calendar"),
}


def test_command(capsys: pytest.CaptureFixture[str]) -> None:
    """The command prints the schema, or where it lies; a wheel has it beside the code."""
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == schema.schema()
    assert main(["schema", "--path"]) == 0
    assert Path(capsys.readouterr().out.strip()) == schema.PATH
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel == {"packages": ["src/slamodel"]}
