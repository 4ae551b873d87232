"""Cut the sample out of the whole log: python make_sample.py WHOLE.csv.gz.

The whole log is data set no. 498 of the UCI Machine Learning Repository. An incident is taken with all its rows or
not at all, each row as it stands in the whole log. Which ones are taken depends on their numbers alone: about every
twelfth, by a checksum; then, where a stored verdict of a priority is still missing, the incident with the lowest
checksum that has it; and the one incident whose rows are not in the order of their times.
"""

# ruff: noqa: INP001  a script, not a package
import gzip
import sys
import zlib
from pathlib import Path

EVERY = 12
OUT_OF_ORDER = "INC0000137"
SAMPLE = Path(__file__).with_name("incidents.csv.gz")


def checksum(number: str) -> int:
    """Return a number that depends on an incident's number alone."""
    return zlib.crc32(number.encode())


def chosen(lines: list[str]) -> set[str]:
    """Return the numbers of the incidents to take; the first line is the header."""
    header = lines[0].split(",")
    number, priority, verdict = map(header.index, ("number", "priority", "made_sla"))
    cells = [line.split(",") for line in lines[1:]]
    last = {row[number]: (row[priority], row[verdict]) for row in cells}
    taken = {each for each in last if checksum(each) % EVERY == 0} | {OUT_OF_ORDER}
    for pair in sorted(set(last.values()) - {last[each] for each in taken}):
        taken.add(min((each for each in last if last[each] == pair), key=checksum))
    return taken


def main(whole: str) -> None:
    """Write the sample beside this script, the same bytes every time."""
    with gzip.open(whole, "rt", encoding="utf-8", newline="") as file:
        lines = file.readlines()
    taken = chosen([line.rstrip("\r\n") for line in lines])
    kept = [lines[0], *(line for line in lines[1:] if line.partition(",")[0] in taken)]
    with SAMPLE.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write("".join(kept).encode())
    sys.stdout.write(f"{len(kept) - 1} rows of {len(taken)} incidents, {SAMPLE.stat().st_size} bytes\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
