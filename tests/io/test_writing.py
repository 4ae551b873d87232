"""Writing: a file appears whole or not at all."""

import os
from pathlib import Path
from typing import Any

import pytest

from slamodel.clock.texts import safe_cell
from slamodel.io.whole_file import whole_file


def write(path: Path, text: str, **options: bool) -> None:
    with whole_file(path, **options) as file:
        file.write(text)


def test_file_appears_with_its_folders(tmp_path: Path) -> None:
    """Folders on the way are made, line ends stay as written, and nothing else is left behind."""
    path = tmp_path / "a" / "b" / "out.csv"
    write(path, "ä,1\n2\r\n", sync=True)
    assert path.read_bytes() == "ä,1\n2\r\n".encode()
    assert [each.name for each in path.parent.iterdir()] == ["out.csv"]


def test_error_leaves_what_was_there(tmp_path: Path) -> None:
    """A block that raises changes nothing, not even when it had written a lot."""
    path = tmp_path / "out.csv"
    write(path, "old")

    def fail() -> None:
        with whole_file(path) as file:
            file.write("x" * 1_000_000)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]


def test_nothing_is_seen_before_the_end(tmp_path: Path) -> None:
    """Until the block ends a reader sees the old file."""
    path = tmp_path / "out.csv"
    write(path, "old")
    with whole_file(path) as file:
        file.write("new")
        file.flush()
        assert path.read_text() == "old"
    assert path.read_text() == "new"


def test_bytes(tmp_path: Path) -> None:
    """A binary file takes bytes."""
    path = tmp_path / "out.parquet"
    with whole_file(path, binary=True) as file:
        file.write(b"\x00\xff")
    assert path.read_bytes() == b"\x00\xff"


def test_rights_are_kept(tmp_path: Path) -> None:
    """A file that was there keeps its rights; a new one has those that any new file gets."""
    path, plain = tmp_path / "out.csv", tmp_path / "plain"
    write(path, "one")
    plain.write_text("")
    assert path.stat().st_mode == plain.stat().st_mode
    path.chmod(0o640)
    write(path, "two")
    assert path.stat().st_mode & 0o777 == 0o640


def test_link_is_written_through(tmp_path: Path) -> None:
    """A symbolic link stays one; the file it points to is replaced."""
    path, link = tmp_path / "out.csv", tmp_path / "latest.csv"
    link.symlink_to(path)
    write(link, "new")
    assert link.is_symlink()
    assert path.read_text() == "new"


def test_no_regular_file_is_written_directly() -> None:
    """A device or a pipe cannot be replaced, so it is written to."""
    write(Path(os.devnull), "text")
    with whole_file(os.devnull, binary=True) as file:
        file.write(b"bytes")
    assert not Path(os.devnull).is_file()


@pytest.mark.fault
@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-- none --", "'-- none --"),
        ("\t=1", "'\t=1"),
        ("-5", "-5"),
        ("+1.5e3", "+1.5e3"),
        ("plain = text", "plain = text"),
        ("", ""),
        (-5, -5),
        (None, None),
    ],
)
def test_safe_cell(cell: Any, written: Any) -> None:
    """What a spreadsheet would run gets an apostrophe; numbers and other texts stay as they are."""
    assert safe_cell(cell) == written
