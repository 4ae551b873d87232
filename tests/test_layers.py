"""The house keeps its shape: imports point down, each dependency has one door, and nobody hides a clock.

The walker reads source text. An import inside a function or under `if TYPE_CHECKING` counts like any other.
"""

import ast
import graphlib
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

SRC = Path(__file__).parent.parent / "src"
SOURCES = {path.relative_to(SRC).as_posix(): path.read_text("utf-8") for path in SRC.rglob("*.py")}

# Lowest first. Rooms on one floor do not know each other; the face (`slamodel`, `__main__`) stands above all.
FLOORS = [{"errors"}, {"timeline"}, {"model"}, {"clock"}, {"report"}, {"io"}, {"show", "frames"}, {"cli"}]
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

# Inside `clock`. Neighbours may meet here, if they make no circle; modules that are not listed are free.
CLOCK_FLOORS: list[set[str]] = [
    *({"events"}, {"kernel", "stages"}, {"answers"}, {"terms"}, {"plan"}, {"rows"}, {"cycles", "holds"}, {"segments"}),
    *({"reach"}, {"breaches", "by_wall"}, {"standing"}, {"judge"}, {"clocks"}, {"columns", "lost"}),
    *({"run", "escalation"}, {"telling"}, {"verdicts"}, {"evaluate"}, {"stopwatch", "upcoming"}),
]
CLOCK_FLOOR_OF = {module: floor for floor, modules in enumerate(CLOCK_FLOORS) for module in modules}

DOORS = {
    "holidays": ("slamodel/model/closures.py",),
    "pendulum": ("slamodel/timeline/durations.py", "slamodel/show/"),
    "dateutil": ("slamodel/timeline/recurrence.py",),
    "yaml": ("slamodel/io/agreements/reader.py",),
}

Sources = Mapping[str, str]


class Import(NamedTuple):
    """One import, its target spelt out: `from ..timeline import spans` -> slamodel.timeline.spans."""

    path: str
    line: int
    target: str

    @property
    def place(self) -> str:
        return f"{self.path}:{self.line} imports {self.target}"

    @property
    def top(self) -> str:
        return self.target.partition(".")[0]


def module_name(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports(sources: Sources) -> Iterator[Import]:
    modules = {module_name(path) for path in sources}
    for path, text in sources.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                yield from (Import(path, node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                package = path.split("/")[: -node.level] if node.level else []
                base = ".".join([*package, *filter(None, [node.module])])
                for alias in node.names:
                    full = f"{base}.{alias.name}"
                    yield Import(path, node.lineno, full if full in modules else base)


def room(module: str) -> str:
    """The room of a module: `slamodel.clock.plan` -> clock; the face itself -> ''."""
    return module.partition(".")[2].partition(".")[0]


def upward(sources: Sources) -> list[str]:
    top = len(FLOORS)
    found = []
    for each in imports(sources):
        if each.top == "slamodel":
            here, there = room(module_name(each.path)), room(each.target)
            if here != there and FLOOR_OF.get(here, top) <= FLOOR_OF.get(there, top):
                found.append(each.place)
    return found


def upward_in_clock(sources: Sources) -> list[str]:
    found = []
    for each in imports(sources):
        here, there = module_name(each.path).split("."), each.target.split(".")
        if here[:2] == there[:2] == ["slamodel", "clock"] and len(here) > 2 < len(there):
            low, high = CLOCK_FLOOR_OF.get(here[2]), CLOCK_FLOOR_OF.get(there[2])
            if low is not None and high is not None and low < high:
                found.append(each.place)
    return found


def circles(sources: Sources) -> list[str]:
    graph: dict[str, set[str]] = {}
    for each in imports(sources):
        if each.top == "slamodel":
            graph.setdefault(module_name(each.path), set()).add(each.target)
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return [" <- ".join(error.args[1])]
    return []


def arrays_in_model(sources: Sources) -> list[str]:
    return [i.place for i in imports(sources) if i.path.startswith("slamodel/model/") and i.top == "numpy"]


def nouns_in_kernel(sources: Sources) -> list[str]:
    kernel = "slamodel/clock/kernel.py"
    return [i.place for i in imports(sources) if i.path == kernel and i.top in {"attr", "attrs"}]


def beside_the_door(sources: Sources) -> list[str]:
    return [i.place for i in imports(sources) if i.top in DOORS and not i.path.startswith(DOORS[i.top])]


def hidden_clocks(sources: Sources) -> list[str]:
    return [
        f"{path}:{node.lineno} reads the clock"
        for path, text in sources.items()
        if room(module_name(path)) not in {"cli", "__main__"}
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.expr | ast.ImportFrom) and reads_clock(node)
    ]


def reads_clock(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr="now" | "utcnow" | "today"):  # datetime.now, date.today, pendulum.now, ...
            return True
        case ast.Attribute(value=ast.Name(id="time"), attr="time" | "time_ns" | "localtime" | "gmtime"):
            return True
        case ast.ImportFrom(module="time"):
            return any(alias.name in {"time", "time_ns", "localtime", "gmtime"} for alias in node.names)
        case ast.Call(args=[ast.Constant(value="now" | "today"), *_]):  # np.datetime64("now")
            return True
    return False


def test_imports_point_down() -> None:
    """cli > show, frames > io > report > clock > model > timeline > errors."""
    assert upward(SOURCES) == []


def test_imports_point_down_inside_clock() -> None:
    """stopwatch > evaluate > {plan, segments, kernel, verdicts} > events."""
    assert upward_in_clock(SOURCES) == []


def test_every_room_has_a_floor() -> None:
    """A new room is given its place in the tower before it is used."""
    assert {room(module_name(path)) for path in SOURCES} <= {*FLOOR_OF, "", "__main__"}


def test_no_import_circles() -> None:
    """No module needs itself, however far round."""
    assert circles(SOURCES) == []


def test_no_arrays_in_model() -> None:
    """What the paper says is one row at a time: no NumPy in `model`."""
    assert arrays_in_model(SOURCES) == []


def test_no_nouns_in_kernel() -> None:
    """The kernel knows arrays only: no attrs."""
    assert nouns_in_kernel(SOURCES) == []


def test_one_door_per_dependency() -> None:
    """holidays, pendulum, dateutil and yaml are each imported where DOORS says, and nowhere else."""
    assert beside_the_door(SOURCES) == []


def test_no_hidden_clock() -> None:
    """`as_of` is an argument: only the command line may ask what time it is."""
    assert hidden_clocks(SOURCES) == []


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (upward, "slamodel/timeline/spans.py", "from slamodel.model import hours"),
        (upward, "slamodel/timeline/spans.py", "from ..model.hours import Hours"),
        (upward, "slamodel/model/hours.py", "def f():\n    import slamodel.clock.plan"),
        (upward, "slamodel/model/hours.py", "if TYPE_CHECKING:\n    from slamodel import clock"),
        (upward, "slamodel/frames/arrow.py", "import slamodel.show"),
        (upward, "slamodel/cli/paper.py", "import slamodel"),
        (upward_in_clock, "slamodel/clock/plan.py", "from .evaluate import evaluate"),
        (upward_in_clock, "slamodel/clock/events.py", "from slamodel.clock import kernel"),
        (circles, "slamodel/clock/kernel.py", "from slamodel.clock import plan"),
        (arrays_in_model, "slamodel/model/hours.py", "import numpy as np"),
        (nouns_in_kernel, "slamodel/clock/kernel.py", "from attrs import frozen"),
        (beside_the_door, "slamodel/model/hours.py", "def f():\n    from holidays import utils"),
        (beside_the_door, "slamodel/timeline/instants.py", "import dateutil.rrule"),
        (hidden_clocks, "slamodel/clock/plan.py", "datetime.now(UTC)"),
        (hidden_clocks, "slamodel/clock/plan.py", "field(factory=dt.date.today)"),
        (hidden_clocks, "slamodel/clock/plan.py", "from time import time"),
        (hidden_clocks, "slamodel/show/html.py", "np.datetime64('now')"),
    ],
)
def test_walker_catches(rule: Callable[[Sources], list[str]], path: str, text: str) -> None:
    """Each rule above fires on a line that breaks it."""
    house = dict.fromkeys(("slamodel/clock/__init__.py", "slamodel/clock/kernel.py"), "")
    house["slamodel/clock/plan.py"] = "from slamodel.clock.kernel import run"
    assert rule(house) == []
    assert rule({**house, path: text}) != []


def loaded_by(statement: str) -> set[str]:
    """Top-level names in `sys.modules` of a new interpreter after one statement."""
    code = f"{statement}; import sys; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_import_is_light() -> None:
    """`import slamodel` loads numpy, attrs and the standard library; the rest waits until it is asked for."""
    extra = loaded_by("import slamodel") - loaded_by("import numpy, attr, attrs, zoneinfo")
    assert extra - sys.stdlib_module_names == {"slamodel"}
