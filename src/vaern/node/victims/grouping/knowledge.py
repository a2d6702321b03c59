"""Merge what is known about the child when series are merged; restore it when the merge is undone."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from vaern.node.victims.base.life import life_of
from vaern.node.victims.rules.series import merged

if TYPE_CHECKING:
    from vaern.node.victims.models import Series

KNOWN = ("state", "excused", "country_id", "accepted_by_id", "identified_on", "identified_by_id", "safeguarded_on")


def take_over(kept: Series, absorbed: Series) -> dict[str, Any]:
    """Merge another series' knowledge into a series by `rules.merged`; return it as it was and as it is.

    What both say, the kept one says: the day on which the child was identified does not change.
    """
    before = _snapshot(kept)
    life = merged(life_of(kept), life_of(absorbed))
    if kept.state != life.state.value:
        kept.state, kept.state_since = life.state.value, timezone.now()
    kept.excused = bool(life.excused)
    if kept.identified_on is None and absorbed.identified_on is not None:
        kept.identified_on, kept.identified_by_id = absorbed.identified_on, absorbed.identified_by_id
    for name in ("country_id", "accepted_by_id", "safeguarded_on"):
        if getattr(kept, name) is None:
            setattr(kept, name, getattr(absorbed, name))
    after = _snapshot(kept)
    if after != before:
        _save(kept)
    return {} if after == before else {"before": before, "after": after}


def give_back(kept: Series, lives: dict[str, Any]) -> bool:
    """Restore what a series knew before a merge, unless a person has changed it since; return whether it was."""
    if "after" not in lives or _snapshot(kept) != lives["after"]:
        return False
    for name, value in lives["before"].items():
        if name.endswith("_on") and value is not None:
            value = date.fromisoformat(value)  # noqa: PLW2901
        setattr(kept, name, value)
    kept.state_since = timezone.now()
    _save(kept)
    return True


def _snapshot(series: Series) -> dict[str, Any]:
    return {name: _plain(getattr(series, name)) for name in KNOWN}


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, str | bool | int) else str(value)


def _save(series: Series) -> None:
    series.save(update_fields=[name.removesuffix("_id") for name in KNOWN] + ["state_since"])
