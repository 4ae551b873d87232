"""The dumb reference: it ticks, and looks at every tick. No table, no search, no inverse, nothing of the library.

From the bottom: ``hours`` (is it open), ``dates`` (limits, and dues that dates give), ``events`` (what has happened),
``ticks`` and ``life`` (the ticks of each clock), ``pauses`` (which of them stand still), ``course`` (what is used up,
by when), ``count`` (the row of one clock), ``verdict`` (that of an item).
"""

from tests.oracle.hours import WEEKDAYS, Oracle, place

__all__ = ["WEEKDAYS", "Oracle", "place"]
