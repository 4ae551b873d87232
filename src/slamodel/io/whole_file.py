"""Writing: a file appears whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any


@contextmanager
def whole_file(path: str | os.PathLike[str], *, binary: bool = False, sync: bool = False) -> Iterator[IO[Any]]:
    """Open ``path`` for writing; what was written takes its place at the end, in one step.

    The block writes to a new file in the same folder (made if it is not there). If it raises, that file goes and
    ``path`` stays as it was. Text is UTF-8 with line ends as written. ``sync`` waits until the disk has it. What is no
    regular file (a pipe, ``/dev/stdout``) is written to directly.
    """
    target = Path(os.path.realpath(path))
    kind: dict[str, Any] = {} if binary else {"encoding": "utf-8", "newline": ""}
    if target.exists() and not target.is_file():
        try:
            with target.open("wb" if binary else "w", **kind) as file:
                yield file
        except OSError as error:
            _name(error, path)
            raise
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb" if binary else "x", **kind) as file:
            yield file
            if sync:
                file.flush()
                os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, part)
        part.replace(target)
    except BaseException as error:
        part.unlink(missing_ok=True)
        _name(error, path)
        raise


def _name(error: BaseException, path: str | os.PathLike[str]) -> None:
    """Say in an error of the system which file it is about, where it does not: a full disk does not say."""
    if isinstance(error, OSError) and error.filename is None:
        error.filename = os.fspath(path)
