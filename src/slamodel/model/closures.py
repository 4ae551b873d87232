"""Closures: public holidays, from a country's rules or from a list, pinned when the calendar is made (S7)."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final

from attrs import field, frozen

from slamodel.errors import CalendarError
from slamodel.model._checks import as_date, did_you_mean

PINNED_YEARS: Final = (2000, 2040)
_RULE_KEYS: Final = ("country", "subdivision", "market", "language", "observed", "categories")

Dated = tuple[tuple[date, str], ...]


@frozen
class HolidayRule:
    """The public holidays of a place as the ``holidays`` package knows them.

    ``country`` (ISO 3166, with an optional ``subdivision``) or ``market`` (an exchange); ``language`` of the
    names, ``observed`` for days moved off a weekend, ``categories`` such as ("public", "bank").
    """

    country: str = ""
    subdivision: str = ""
    market: str = ""
    language: str = ""
    observed: bool = True
    categories: tuple[str, ...] = ("public",)

    def __str__(self) -> str:
        return self.market or "-".join(part for part in (self.country, self.subdivision) if part)

    def dates(self, first: int, last: int) -> Dated:
        """Return (date, name) of the years first to last, both included."""
        return _rule_dates(self, first, last)

    def known_years(self) -> tuple[int, int]:
        """Return the first and last year the package has data for."""
        entity = _entity(self, range(2000, 2001))
        return int(entity.start_year), int(entity.end_year)

    def to_dict(self) -> dict[str, Any]:
        """Return the keys that make the same rule, every default spelled out."""
        place = {"market": self.market} if self.market else {"country": self.country}
        if self.subdivision:
            place["subdivision"] = self.subdivision
        return {**place, "language": self.language, "observed": self.observed, "categories": list(self.categories)}


def _entity(rule: HolidayRule, years: Iterable[int]) -> Any:
    import holidays

    common: dict[str, Any] = {
        "years": years,
        "expand": False,
        "observed": rule.observed,
        "language": rule.language or None,
        "categories": rule.categories,
    }
    try:
        with warnings.catch_warnings():
            # Horizons grow past what is asked, and the package warns of years that nobody asked about.
            warnings.simplefilter("ignore", UserWarning)
            if rule.market:
                return holidays.financial_holidays(rule.market, **common)
            return holidays.country_holidays(rule.country, subdiv=rule.subdivision or None, **common)
    except NotImplementedError:
        supported = holidays.list_supported_countries()
        if rule.market:
            known = list(holidays.list_supported_financial())
            msg = f"holidays of market {rule.market!r} are not known{did_you_mean(rule.market, known)}"
        elif rule.country in supported:
            msg = f"{rule.subdivision!r} is no subdivision of {rule.country}"
            msg += did_you_mean(rule.subdivision, supported[rule.country])
        else:
            msg = f"holidays of country {rule.country!r} are not known{did_you_mean(rule.country.upper(), supported)}"
        raise CalendarError(msg, "E106") from None
    except ValueError as error:
        raise CalendarError(f"holidays: {error}", "E106") from None


@lru_cache(maxsize=512)
def _rule_dates(rule: HolidayRule, first: int, last: int) -> Dated:
    # An observed day may fall in the neighbouring year, so that one is built too and cut off again.
    entity = _entity(rule, range(max(first - 1, 1), last + 2))
    return tuple((day, name) for day, name in sorted(entity.items()) if first <= day.year <= last)


def _version() -> str:
    from importlib.metadata import version

    return f"holidays {version('holidays')}"


@frozen(cache_hash=True)
class Holidays:
    """Holidays as a calendar holds them: ``dates`` for the years ``first`` to ``last``, and where they come from.

    Beyond those years a ``rule`` goes on; a list does not, and a question there warns.
    """

    dates: Dated = field(repr=False)
    first: int
    last: int
    rule: HolidayRule | None = None
    source: str = "listed"

    def between(self, first: int, last: int) -> Dated:
        """Return (date, name) of the years first to last, both included."""
        inside = tuple(pair for pair in self.dates if first <= pair[0].year <= last)
        if self.rule is None:
            return inside
        before = self.rule.dates(first, min(last, self.first - 1)) if first < self.first else ()
        after = self.rule.dates(max(first, self.last + 1), last) if last > self.last else ()
        return (*before, *inside, *after)

    def known_years(self) -> tuple[int, int]:
        """Return the first and last year for which anything is known."""
        if self.rule is None:
            return self.first, self.last
        first, last = self.rule.known_years()
        return min(first, self.first), max(last, self.last)

    def to_dict(self) -> dict[str, Any] | list[str]:
        """Return what `parse_holidays` reads back to an equal value: the pinned dates are part of it."""
        if self.rule is None and not any(name for _, name in self.dates):
            return [day.isoformat() for day, _ in self.dates]
        dates = {day.isoformat(): name for day, name in self.dates}
        if self.rule is None:
            return dates
        pinned = {"source": self.source, "years": [self.first, self.last], "dates": dates}
        return {**self.rule.to_dict(), **pinned}

    def to_short(self) -> str | dict[str, Any] | list[str]:
        """Return the shortest that `parse_holidays` reads back to an equal value here.

        That is the rule, where the package that is installed gives the dates that are pinned; else the dates.
        """
        rules = () if self.rule is None else (str(self.rule), {**self.rule.to_dict(), "years": [self.first, self.last]})
        for rule in rules[self.rule is not None and bool(self.rule.market) :]:
            if parse_holidays(rule) == self:
                return rule
        return self.to_dict()


def parse_holidays(value: Any) -> Holidays | None:
    """Read holidays: None, "GB-ENG", {"country": ..., ...}, a list of dates, or a mapping of dates to names."""
    if value is None or isinstance(value, Holidays):
        return value
    if isinstance(value, bool):
        raise _norway(value)
    if isinstance(value, str):
        country, _, subdivision = value.partition("-")
        value = {"country": country, "subdivision": subdivision}
    if isinstance(value, Mapping) and not {"country", "market"}.isdisjoint(list(value)):
        return _parse_rule(value)
    if isinstance(value, Mapping) and not list(value) and hasattr(value, "country"):
        msg = f"{value!r} finds its dates when it is asked, and holds none; write the country, such as 'US'"
        raise CalendarError(msg, "E106")
    if isinstance(value, Mapping):
        return _listed({as_date(day): str(name) for day, name in value.items()})
    if isinstance(value, Iterable):
        return _listed({as_date(day): "" for day in value})
    msg = f"{value!r} are not holidays; write a country such as 'GB-ENG', or a list of dates"
    raise CalendarError(msg, "E106")


def _listed(dates: Mapping[date, str]) -> Holidays | None:
    if not dates:
        return None
    return Holidays(dates=tuple(sorted(dates.items())), first=min(dates).year, last=max(dates).year)


def _norway(value: bool) -> CalendarError:
    return CalendarError(f'{value!r}; YAML 1.1 reads NO as false, write "NO" for Norway', "E104")


def _parse_rule(value: Mapping[str, Any]) -> Holidays:
    unknown = [key for key in value if key not in {*_RULE_KEYS, "source", "years", "dates"}]
    if unknown:
        msg = f"{unknown[0]!r}: unknown key{did_you_mean(unknown[0], _RULE_KEYS)}"
        raise CalendarError(msg, "E101")
    if isinstance(value.get("country"), bool):
        raise _norway(value["country"])
    if value.get("country") and value.get("market"):
        msg = f"{value['country']!r} and {value['market']!r}: name a country or a market, not both"
        raise CalendarError(msg, "E106")
    categories = value.get("categories") or ("public",)
    listed = categories if isinstance(categories, (list, tuple)) else [categories]
    names = [value.get(key) or "" for key in ("country", "subdivision", "market", "language")]
    if not all(isinstance(name, str) for name in (*names, *listed)):
        msg = f"{dict(value)!r} are not holidays; country, subdivision, market, language and categories are names"
        raise CalendarError(msg, "E106")
    if not isinstance(value.get("observed", True), bool):
        msg = f"observed: {value['observed']!r} is neither true nor false"
        raise CalendarError(msg, "E106")
    rule = HolidayRule(
        country=value.get("country") or "",
        subdivision=value.get("subdivision") or "",
        market=value.get("market") or "",
        language=value.get("language") or "",
        observed=value.get("observed", True),
        categories=tuple(listed),
    )
    first, last = _years(value.get("years") or PINNED_YEARS)
    if "dates" in value:
        if not isinstance(value["dates"], Mapping):
            msg = f"dates: {value['dates']!r} is not a mapping of dates to names"
            raise CalendarError(msg, "E105")
        dates = tuple(sorted((as_date(day), str(name)) for day, name in value["dates"].items()))
        return Holidays(dates=dates, first=first, last=last, rule=rule, source=str(value.get("source", "pinned")))
    if not rule.language:
        # Without a language the package follows the machine's locale.
        rule = HolidayRule(**{**_fields(rule), "language": str(_entity(rule, ()).default_language or "")})
    return Holidays(dates=rule.dates(first, last), first=first, last=last, rule=rule, source=_version())


def _years(value: Any) -> tuple[int, int]:
    if not (
        isinstance(value, (list, tuple))
        and len(value) == 2
        and all(isinstance(year, int) for year in value)
        and 1 < value[0] <= value[1] < 9999
    ):
        msg = f"years: {value!r} are not a first and a last year such as [2024, 2030]"
        raise CalendarError(msg, "E105")
    return value[0], value[1]


def _fields(rule: HolidayRule) -> dict[str, Any]:
    return {key: getattr(rule, key) for key in _RULE_KEYS}
