"""How old a list is that is fetched, and how old it may get: of each kind of source.

Of signed releases their publisher says it; of all others it counts from when the list was last what its source has, by
the days that its curator set. What an earlier source gave goes on growing old until another one is fetched whole.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vaern.matching import Freshness, ListPackageError, refresh
from vaern.matching import current as currents
from vaern.node.lists.models import ListSource
from vaern.node.lists.rules.sources import SourceKind
from vaern.node.reports.intake.lists import ageing

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.matching import Current
    from vaern.node.lists.models import HashList
    from vaern.node.reports.intake.lists import Ageing


def freshness_of(hash_list: HashList) -> Freshness | None:
    """Return how old a list is and until when it may be used; None where it was never fetched whole."""
    return freshness_by(hash_list, ListSource.of(list=hash_list).first())


def freshness_by(hash_list: HashList, source: ListSource | None) -> Freshness | None:
    """Return the same of a list whose source was read already; None for one that is not fetched."""
    left = msgspec.convert(hash_list.freshness, Freshness) if hash_list.freshness else None
    if source is None:
        return left
    if source.kind == SourceKind.RELEASES.value:
        known = source.checkpoint
        if not known or not known.get("signed_at"):
            return left
        return Freshness(known["signed_at"], known.get("warn_at", ""), known.get("stop_at", ""))
    at = source.fetched_at or (datetime.fromisoformat(left.checked_at) if left else None)
    return Freshness.aged(at, source.warn_days, source.stop_days) if at else None


def leave_behind(hash_list: HashList) -> None:
    """Keep how old a list is with it, before its source is ended or replaced: what came from there grows no younger."""
    fresh = freshness_of(hash_list)
    hash_list.freshness = None if fresh is None else msgspec.to_builtins(fresh)
    hash_list.save(update_fields=["freshness"])


def said_on_disk(folder: Path) -> Current | None:
    """Return what a list on disk says of itself; None where there is none, or it is damaged: it is written anew."""
    try:
        return currents.read(folder)
    except (FileNotFoundError, ListPackageError):
        return None


def keep_fresh(folder: Path, said: Current | None, freshness: Freshness | None) -> None:
    """Say of a list on disk until when it may be used, where it says otherwise: its source was asked again."""
    if said is not None and said.freshness != freshness:
        refresh(folder, freshness)


def age_of(hash_list: HashList) -> Ageing | None:
    """Return how old a list is, where it is about to stop or has stopped."""
    return next((one for one in ageing() if one.name == hash_list.name), None)


def age_in_words(age: Ageing) -> str:
    """Say how old a list is that is about to stop or has stopped."""
    if age.stopped:
        what = _(
            "It has stopped: it was last compared with its source on %(when)s. Files are not compared with it until it "
            "is fetched again, so that nothing found does not mean that it is new."
        )
    elif age.stops_at is None:
        what = _("It was last compared with its source on %(when)s. What was recalled since then still matches.")
    else:
        what = _("It was last compared with its source on %(when)s, and stops unless it is fetched again.")
    return what % {"when": moment(age.checked_at)}


def moment(at: datetime) -> str:
    """Say when something was, in local time."""
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
