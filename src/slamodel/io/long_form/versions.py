"""Which version of an agreement it is, as a file has it: number, state, approvals, and what happened to it later."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from attrs import asdict

from slamodel.errors import AgreementError
from slamodel.io.long_form.values import condition_of
from slamodel.model.agreement import Agreement
from slamodel.model.selector import ALWAYS_TRUE


def version_of(agreement: Agreement, *, long: bool) -> dict[str, Any]:
    """Return the keys that say which version it is; what is so anyway only with ``long``.

    Raises AgreementError for approvals of who plays no role, and for facts that its state does not have.
    """
    _check(agreement)
    ended = agreement.termination
    written: dict[str, Any] = {
        "version": agreement.version,
        "state": agreement.state,
        "as_of": agreement.as_of_rule,
        "mid_period": agreement.mid_period,
        "precedence": agreement.precedence,
    }
    plain = {"version": 1, "state": "agreed", "as_of": "opened", "mid_period": "next_period", "precedence": 0}
    if not long:
        written = {key: value for key, value in written.items() if value != plain[key]}
    written["applies"] = condition_of(agreement.applies) if agreement.applies != ALWAYS_TRUE else {}
    written["recorded_at"] = _text(agreement.recorded_at)
    written["approvals"] = [_said(one) for one in agreement.approvals]
    written["change_note"] = agreement.change_note
    written["suspensions"] = [_renamed(_said(one)) for one in agreement.suspensions]
    written["termination"] = _said(ended) if ended is not None else {}
    written["renewals"] = [_said(one) for one in agreement.renewals]
    return {key: value for key, value in written.items() if value not in ("", [], {}, None)}


def _check(agreement: Agreement) -> None:
    """Refuse what the reader would refuse, or take for something else."""
    who = {agreement.provider, agreement.customer, *(name for _, name in agreement.roles)}
    who |= {name for one in agreement.parties for name in (one.id, one.name) if one.id in who or one.name in who}
    lost = [one.party for one in agreement.approvals if one.party not in who or not one.party]
    if lost:
        msg = f"{lost[0]!r} approves agreement {agreement.id!r} and plays no role in it; let a party approve it"
        raise AgreementError(msg)
    if agreement.approvals and agreement.state == "agreed" and agreement.lacking:
        msg = f"version {agreement.version} of {agreement.id!r} lacks an approval by {' and '.join(agreement.lacking)}"
        raise AgreementError(f"{msg}; let both sides approve what is agreed")
    later = agreement.suspensions or agreement.termination or agreement.renewals
    if later and agreement.state != "agreed":
        msg = f"version {agreement.version} of {agreement.id!r} is {agreement.state}"
        raise AgreementError(f"{msg}; only what is agreed is suspended, renewed or terminated")


def _said(fact: Any) -> dict[str, Any]:
    found = {key: _text(value) for key, value in asdict(fact).items()}
    return {key: value for key, value in found.items() if value}


def _renamed(fact: dict[str, Any]) -> dict[str, Any]:
    return {"from" if key == "since" else key: value for key, value in fact.items()}


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else value
