"""Answers of other engines, wherever their convention is ours or an option of ours: each is met exactly."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

import slamodel as sm
from tests.vectors.corpus import FILES, QUESTIONS, Vector, calendar_of, instant, joined_spans, vectors
from tests.vectors.test_differences import EXCEPTIONS

pytestmark = pytest.mark.vectors
ANSWERED = {law for law, _ in QUESTIONS}
GROUPS = sorted({(name, v["law"]) for name in FILES for v in vectors(name) if v["law"] in ANSWERED})
Group = tuple[sm.ServiceCalendar, str, list[Vector]]


def groups(name: str, law: str) -> Iterator[Group]:
    """Yield the vectors of a file and law that ask one calendar one question."""
    found: defaultdict[tuple[str, str], list[Vector]] = defaultdict(list)
    for vector in vectors(name):
        if vector["law"] == law and vector["id"] not in EXCEPTIONS:
            question = QUESTIONS[law, vector["op"]]
            found[json.dumps(vector["calendar"], sort_keys=True), question].append(vector)
    made: dict[str, sm.ServiceCalendar] = {}
    for (text, question), rows in found.items():
        if text not in made:
            made[text] = calendar_of(json.loads(text), "shift" if law == "shift" else "date")
        yield made[text], question, rows


def arguments(question: str, vector: Vector) -> list[Any]:
    args = vector["args"]
    if question in {"elapsed", "spans"}:
        return [instant(args["start"]), instant(args["end"])]
    if question in {"due", "breaches_after", "start_by"}:
        return [instant(args["start"]), timedelta(seconds=args["seconds"])]
    return [instant(args.get("at") or args["start"])]


def expected(question: str, vector: Vector) -> Any:
    answer = vector["expect"]
    if question == "spans":
        return joined_spans(answer)
    if question == "elapsed":
        return timedelta(seconds=answer)
    return answer if question == "is_open" else instant(answer)


def column(values: tuple[Any, ...]) -> Any:
    if isinstance(values[0], timedelta):
        return np.array(values, "m8[us]")
    return np.array([value.astimezone(UTC).replace(tzinfo=None) for value in values], "M8[us]")


def same(answer: Any) -> Any:
    return answer.replace(tzinfo=UTC) if isinstance(answer, datetime) and answer.tzinfo is None else answer


def differing(question: str, rows: list[Vector], answers: list[Any], how: str) -> list[str]:
    return [
        f"{row['id']} {how}: {question} {row['args']} is {answer!r}, not {expected(question, row)!r}; {row['calendar']}"
        for row, answer in zip(rows, answers, strict=True)
        if same(answer) != expected(question, row)
    ]


@pytest.mark.parametrize(("name", "law"), GROUPS)
def test_each_answer_is_met(name: str, law: str) -> None:
    """S1 to S5, C1, C2: all vectors of a file and law, in arrays; every fifth one by one too, and all spans."""
    wrong = []
    for calendar, question, rows in groups(name, law):
        asked = [arguments(question, row) for row in rows]
        ask = getattr(calendar, question)
        some = slice(None) if question == "spans" else slice(None, None, 5)
        wrong += differing(question, rows[some], [ask(*each) for each in asked[some]], "scalar")
        if question != "spans":
            # Repeated, because arrays of a few values are answered one by one.
            columns = [np.tile(column(values), 5) for values in zip(*asked, strict=True)]
            wrong += differing(question, rows, ask(*columns)[: len(rows)].tolist(), "array")
    assert not wrong, f"{len(wrong)} differ\n" + "\n".join(wrong[:20])
