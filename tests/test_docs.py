"""The documents tell the truth: their Python runs, and the reference knows every public name."""

import re
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

import slamodel

ROOT = Path(__file__).parent.parent
PAGES = [*ROOT.glob("README.md"), *sorted(ROOT.glob("docs/**/*.md"))]
REFERENCE = "\n".join(page.read_text("utf-8") for page in ROOT.glob("docs/reference/**/*.md"))
SYBIL = Sybil(parsers=[PythonCodeBlockParser(), SkipParser()])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_python_blocks_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blocks of a page run in order, one namespace a page; `<!-- skip: next -->` leaves one out.

    The working directory looks like the root of the project; what a block writes into it is thrown away.
    """
    for entry in ROOT.iterdir():
        if not entry.name.startswith("."):
            (tmp_path / entry.name).symlink_to(entry)
    monkeypatch.chdir(tmp_path)
    for example in SYBIL.parse(page).examples():
        example.evaluate()


@pytest.mark.parametrize("name", slamodel.__all__)
def test_reference_has(name: str) -> None:
    """Every public name stands somewhere in docs/reference."""
    assert re.search(rf"(?<!\w){name}(?!\w)", REFERENCE)
