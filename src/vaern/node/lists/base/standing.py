"""Which matches stand: those made before follow what becomes of the entry that they were made with.

Whatever becomes of an entry is a change of its list, and has a number. A list says up to which of them the matches
with it have followed: so an act need not say what it did, and none can be forgotten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.db.models import F

from vaern.node.base.jobs import in_turn, once
from vaern.node.base.sql import run
from vaern.node.casework.standing import Fallen
from vaern.node.lists.models import HashList
from vaern.node.lists.rules.entries import EntryState
from vaern.node.reports.assessment import standing as reports
from vaern.node.scans import standing as scans

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from uuid import UUID

CODES = {
    EntryState.LIVE.value: "",
    EntryState.DISPUTED.value: Fallen.DISPUTED.value,
    EntryState.QUARANTINED.value: Fallen.QUARANTINED.value,
    EntryState.RECALLED.value: Fallen.RECALLED.value,
}
"""Why matches with an entry in a state do not stand; "" where they do. One that ended was right while it was there."""

AT_ONCE = 500
"""Files of one transaction."""

_NOW = f"""
    SELECT m.id, m.{{of}} AS file, CASE
        {" ".join(f"WHEN e.state = '{state}' THEN '{code}'" for state, code in CODES.items())}
        WHEN r.id IS NOT NULL THEN '{Fallen.RECALLED.value}' ELSE m.fallen END AS code, m.fallen, r.at
    FROM {{table}} m
    LEFT JOIN lists_listentry e ON e.list_id = %(list)s AND e.ident = m.entry
    LEFT JOIN lists_entryrecall r ON r.list_id = %(list)s AND r.ident = m.entry AND r.ended_at IS NULL
    WHERE m.list = %(name)s AND {{which}}
"""
"""Matches with a list, why each does not stand now, and what is written of it. An entry that was recalled and ended
since stays recalled."""


class Kind(NamedTuple):
    """Matches of one kind of file.

    Attributes:
        table: theirs.
        of: their column that names the file.
        locked: locks the records of files, and returns them.
        follow: lets files follow, in these records, that have them.
    """

    table: str
    of: str
    locked: Callable[[Collection[int]], Any]
    follow: Callable[[Collection[int], Any], None]

    def moved(self, which: str) -> str:
        """Return the statement that names the files of matches which do not say yet what became of their entries."""
        now = _NOW.format(table=self.table, of=self.of, which=which)
        return f"SELECT DISTINCT file FROM ({now}) AS now WHERE code <> fallen ORDER BY file"

    @property
    def write(self) -> str:
        """The statement that writes down of matches of some files why they do not stand."""
        now = _NOW.format(table=self.table, of=self.of, which=f"m.{self.of} = ANY(%(files)s)")
        return f"""
            UPDATE {self.table} SET fallen = now.code, fallen_at = CASE now.code
                WHEN '' THEN NULL WHEN '{Fallen.RECALLED.value}' THEN coalesce(now.at, transaction_timestamp())
                ELSE transaction_timestamp() END
            FROM ({now}) AS now
            WHERE {self.table}.id = now.id AND {self.table}.fallen <> now.code RETURNING 1
        """


KINDS = (
    Kind("reports_itemmatch", "item_id", reports.locked, reports.follow),
    Kind("scans_findingmatch", "finding_id", scans.locked, scans.follow),
)
EVERY, SINCE = "true", "e.change > %(since)s"


def follow_soon(id: UUID) -> None:
    """Let matches with a list follow its entries, by a job that commits with what became of these."""
    from vaern.node.lists.base.jobs import follow_standing

    once(follow_standing, f"lists.standing {id}", list=str(id))


def follow(id: UUID) -> int:
    """Let matches with a list follow what became of its entries since they last did; return how many changed."""
    hash_list = HashList.everywhere.filter(pk=id).only("name", "change", "followed").first()
    if hash_list is None or hash_list.followed == hash_list.change:
        return 0
    upto = hash_list.change  # given under the lock of the list: whatever has a lower number is committed
    changed = _follow(hash_list, SINCE)
    HashList.everywhere.filter(pk=id, followed__lt=upto).update(followed=upto)
    return changed


def follow_behind() -> int:
    """Let the matches follow of all lists that changed, each minute: whatever an act could not see to."""
    behind = HashList.everywhere.filter(followed__lt=F("change")).order_by("name").values_list("pk", flat=True)
    return in_turn("lists.standing", behind, follow)


def follow_all() -> int:
    """Let all matches with lists that are kept here follow: also those that were made by an older copy of a list."""
    lists = HashList.everywhere.order_by("name").only("name", "followed")
    return in_turn("lists.standing", lists, lambda one: _follow(one, EVERY))


def _follow(hash_list: HashList, which: str) -> int:
    given = {"list": hash_list.pk, "name": hash_list.name, "since": hash_list.followed}
    changed = 0
    for kind in KINDS:
        files = [file for (file,) in run(kind.moved(which), given, prepare=False)]
        for begin in range(0, len(files), AT_ONCE):
            changed += _write(kind, {**given, "files": files[begin : begin + AT_ONCE]})
    return changed


@transaction.atomic
def _write(kind: Kind, given: dict[str, Any]) -> int:
    files: Sequence[int] = given["files"]
    held = kind.locked(files)
    changed = len(run(kind.write, given, prepare=False))
    kind.follow(files, held)
    return changed
