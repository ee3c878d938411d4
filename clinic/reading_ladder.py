"""Reads the part of clinic.yml that says who is told of a case, and refuses what would leave a case unseen."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from clinic.ladder import CASE_LEVELS, PATIENT, Escalation, Ladder, Recipient, Rung, Watch
from clinic.settings import ClinicError

KEYS = ("recipients", "ladder", "acknowledged_for", "watch")
_VARIABLE = re.compile(r"\$\{(\w+)\}")


def escalation(written: Mapping[str, Any]) -> Escalation:
    """The settings under KEYS; raises ClinicError."""
    recipients = _recipients(written["recipients"])
    ladders = _table(written["ladder"], "ladder", set(CASE_LEVELS), needed=set(CASE_LEVELS))
    watch = _table(written["watch"], "watch", {"period", "grace", "tell"}, needed={"period", "grace", "tell"})
    return Escalation(
        recipients=recipients,
        ladders={level: _ladder(level, ladders[level], recipients) for level in CASE_LEVELS},
        acknowledged_for=timedelta(minutes=_number(written["acknowledged_for"], "acknowledged_for", at_least=1)),
        watch=Watch(
            period=timedelta(seconds=_number(watch["period"], "watch: period", at_least=1)),
            grace=timedelta(seconds=_number(watch["grace"], "watch: grace", at_least=1)),
            tell=_names(watch["tell"], "watch: tell", recipients),
        ),
    )


def _table(written: Any, where: str, known: set[str], *, needed: set[str]) -> Mapping[str, Any]:
    if not isinstance(written, dict) or not set(written) <= known or not needed <= set(written):
        raise ClinicError(f"clinic.yml: {where} must hold {', '.join(sorted(needed))}; known: {', '.join(sorted(known))}.")
    return written


def _recipients(written: Any) -> Mapping[str, Recipient]:
    if not isinstance(written, dict) or not written or PATIENT in written:
        raise ClinicError(f"clinic.yml: recipients must name who is told, with addresses; {PATIENT!r} is not one of them.")
    return {str(name): _recipient(str(name), value) for name, value in written.items()}


def _recipient(name: str, written: Any) -> Recipient:
    """One list of addresses, or one by day and another by night."""
    if isinstance(written, dict):
        both = _table(written, f"recipients: {name}", {"day", "night"}, needed={"day", "night"})
        return Recipient(name, _addresses(name, both["day"]), _addresses(name, both["night"]))
    addresses = _addresses(name, written)
    return Recipient(name, addresses, addresses)


def _addresses(name: str, written: Any) -> tuple[str, ...]:
    listed = [written] if isinstance(written, str) else written
    if not isinstance(listed, list) or not listed or not all(isinstance(one, str) and "://" in one for one in listed):
        raise ClinicError(f"clinic.yml: recipients: {name} needs addresses such as mailto://… or mailbox://nurse-line.")
    return tuple(_VARIABLE.sub(lambda found: _variable(name, found.group(1)), one) for one in listed)


def _variable(name: str, variable: str) -> str:
    value = os.environ.get(variable)
    if not value:
        raise ClinicError(f"clinic.yml: recipients: {name} needs the environment variable {variable}, which is not set.")
    return value


def _ladder(level: str, written: Any, recipients: Mapping[str, Recipient]) -> Ladder:
    where = f"ladder: {level}"
    table = _table(written, where, {"rungs", "again_every"}, needed={"rungs", "again_every"})
    if not isinstance(table["rungs"], list) or not table["rungs"]:
        raise ClinicError(f"clinic.yml: {where} needs at least one rung.")
    rungs = [_rung(where, rung, recipients) for rung in table["rungs"]]
    if [rung.after for rung in rungs] != sorted(rung.after for rung in rungs):
        raise ClinicError(f"clinic.yml: {where}: `after` must not fall from rung to rung.")
    if all(name == PATIENT for rung in rungs for name in rung.tell):
        raise ClinicError(f"clinic.yml: {where} tells nobody of the clinic.")
    again = _number(table["again_every"], f"{where}: again_every", at_least=1)
    return Ladder(tuple(rungs), timedelta(minutes=again))


def _rung(where: str, written: Any, recipients: Mapping[str, Recipient]) -> Rung:
    table = _table(written, where, {"after", "tell"}, needed={"after", "tell"})
    after = _number(table["after"], f"{where}: after", at_least=0)
    return Rung(timedelta(minutes=after), _names(table["tell"], where, {**recipients, PATIENT: None}))


def _names(written: Any, where: str, known: Mapping[str, object]) -> tuple[str, ...]:
    names = [written] if isinstance(written, str) else written
    if not isinstance(names, list) or not names or not set(map(str, names)) <= set(known):
        raise ClinicError(f"clinic.yml: {where}: `tell` must name some of {', '.join(sorted(known))}.")
    return tuple(map(str, names))


def _number(written: Any, where: str, *, at_least: float) -> float:
    if isinstance(written, bool) or not isinstance(written, int | float) or written < at_least:
        raise ClinicError(f"clinic.yml: {where} must be a number, {at_least:g} at least.")
    return float(written)
