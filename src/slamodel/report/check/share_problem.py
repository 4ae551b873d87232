"""ShareProblem: a share that is promised and not covered, as a problem that keeps its numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from attrs import field, frozen

from slamodel.errors import Problem
from slamodel.report.availability.composite import Composite


@frozen
class ShareProblem(Problem):
    """A share that is promised and that what stands behind it is not sure of, with the shares that were looked at.

    ``promised`` is the share, ``behind`` the (name, share) of what stands behind it, ``unpromised`` the names of what
    promises none. ``whole`` is what they come to together; None where they cannot be compared.
    """

    promised: Fraction = field(default=Fraction(0), kw_only=True)
    behind: tuple[tuple[str, Fraction], ...] = field(default=(), kw_only=True)
    unpromised: tuple[str, ...] = field(default=(), kw_only=True)
    whole: Composite | None = field(default=None, kw_only=True)

    def to_dict(self) -> dict[str, Any]:
        """Return the shares in JSON types, as floats."""
        return {
            "code": self.code,
            "path": self.path,
            "promised": float(self.promised),
            "safe": self.whole and float(self.whole.safe),
            "independent": self.whole and float(self.whole.independent),
            "parts": [{"name": name, "share": float(share)} for name, share in self.behind],
            "unpromised": list(self.unpromised),
        }
