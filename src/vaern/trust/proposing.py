"""What a publisher proposes: the beginning, a list more, a release, other keys. Each waits for its signatures."""

from __future__ import annotations

import copy
import os
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from tuf.api.metadata import DelegatedRole, Delegations, Role, Root, TargetFile, Targets

from vaern.matching import durable
from vaern.matching.current import CURRENT
from vaern.trust import contents as releases
from vaern.trust import counting
from vaern.trust.contents import POLICY, Policy, patterns, role_of, stored, target_of
from vaern.trust.faults import TrustError
from vaern.trust.keys import country_of
from vaern.trust.repository import ROOT, TARGETS, roles_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from securesystemslib.signer import Key

    from vaern.trust.repository import Repository

ONLINE = ("snapshot", "timestamp")


class Days(NamedTuple):
    """How long documents hold that people sign.

    Attributes:
        root, targets, list: days.
    """

    root: int = 365
    targets: int = 365
    list: int = 90


USUAL = Days()


def begin(
    repository: Repository,
    keys: Sequence[Key],
    threshold: int,
    online: Key,
    *,
    days: Days = USUAL,
    now: datetime | None = None,
) -> tuple[Path, Path]:
    """Propose the first root and the first, empty delegations; both are signed by the root's keys.

    Args:
        repository: in a folder that holds none.
        keys: of those who answer for who signs what.
        threshold: how many of them, of different countries.
        online: the key of the machine that publishes: it says what is newest, and nothing else.
        days: how long the documents hold.
        now: the moment; by default the present one.

    Raises:
        TrustError: there is a repository already, or so many countries are not there.
    """
    if repository.newest(ROOT):
        raise TrustError(str(repository.folder), "this is a repository already", "Propose other keys instead.")
    _refuse_few(str(repository.folder), keys, threshold)
    root = Root(expires=_until(now, days.root), consistent_snapshot=True)
    for role in (ROOT, TARGETS):
        _assign(root, role, keys, threshold)
    for role in ONLINE:
        _assign(root, role, [online], 1)
    targets = Targets(expires=_until(now, days.targets), delegations=Delegations({}, {}))
    return repository.propose(ROOT, root), repository.propose(TARGETS, targets)


def rotate_root(
    repository: Repository,
    keys: Sequence[Key],
    threshold: int,
    online: Key | None = None,
    *,
    days: Days = USUAL,
    now: datetime | None = None,
) -> tuple[Path, Path]:
    """Propose other keys for the root, and for the machine that publishes; the old keys and the new ones must sign.

    The delegations are proposed again with it, because the same people sign them.

    Raises:
        TrustError: so many countries are not there.
    """
    _refuse_few(str(repository.folder), keys, threshold)
    root = copy.deepcopy(repository.root())
    root.version, root.expires = root.version + 1, _until(now, days.root)
    for role in (ROOT, TARGETS):
        _assign(root, role, keys, threshold)
    for role in ONLINE if online else ():
        _assign(root, role, [online] if online else [], 1)
    named = {keyid for role in root.roles.values() for keyid in role.keyids}
    root.keys = {keyid: key for keyid, key in root.keys.items() if keyid in named}
    return repository.propose(ROOT, root), _again(repository, TARGETS, days.targets, now)


def delegate(
    repository: Repository,
    name: str,
    keys: Sequence[Key],
    threshold: int,
    *,
    days: Days = USUAL,
    now: datetime | None = None,
) -> tuple[Path, ...]:
    """Propose a list, or other keys for one that there is: which organisations sign it, and how many countries must.

    Of a list that was released, the release is proposed again with it: the new keys sign it before the old ones go.

    Raises:
        TrustError: the list cannot have the name, or so many countries are not there.
    """
    role = role_of(name)
    _refuse_few(role, keys, threshold)
    waiting = repository.proposals().get(TARGETS)
    if waiting and repository.newest(TARGETS):
        raise TrustError(
            str(waiting), "other delegations wait for signatures", "Have them signed first, or remove the file."
        )
    targets = copy.deepcopy(repository.delegations())
    targets.version, targets.expires = targets.version + 1, _until(now, days.targets)
    before = targets.delegations or Delegations({}, {})
    roles = {
        **(before.roles or {}),
        role: DelegatedRole(role, [key.keyid for key in keys], threshold, True, patterns(role)),
    }
    known = {**before.keys, **{key.keyid: key for key in keys}}
    counting.refuse_misfit(str(repository.folder), known.values())
    named = {keyid for one in roles.values() for keyid in one.keyids}
    targets.delegations = Delegations({keyid: key for keyid, key in known.items() if keyid in named}, roles)
    proposed = [repository.propose(TARGETS, targets)]
    if repository.newest(role):
        proposed.append(_again(repository, role, days.list, now))
    return tuple(proposed)


def release(
    repository: Repository,
    name: str,
    folder: Path,
    policy: Policy | None = None,
    *,
    days: Days = USUAL,
    now: datetime | None = None,
) -> Path:
    """Propose a release of a list: its files are put among the targets, where nobody takes them before it is accepted.

    Args:
        repository: to which the list was delegated.
        name: of the list in it.
        folder: the list on disk.
        policy: of its use offline; by default that of the last release.
        days: how long the documents hold.
        now: the moment; by default the present one.

    Raises:
        TrustError: nobody was said to sign the list, or its policy does not fit.
        ListPackageError: the folder holds no list.
    """
    role = role_of(name)
    if role not in roles_of(repository.delegations()):
        raise TrustError(role, "nobody was said to sign this list", "`vaern lists repository add` says who does.")
    before = repository.newest(role)
    standing: dict[str, TargetFile] = before.signed.targets if before else {}
    version = before.signed.version + 1 if before else 1
    policy = policy or policy_of(repository, role) or Policy()
    found = releases.contents(role, folder, policy, sequence=version)
    targets: dict[str, TargetFile] = {}
    for path, file in found.files.items():
        targets[path] = standing.get(path) or target_of(path, file)
        _put(repository.targets / stored(targets[path]), file)
    said = {key: getattr(found.state, key) for key in ("release", "sequence", "entries", "created")}
    for name_, data in found.small.items():
        target = TargetFile.from_data(f"{role}/{name_}", data, ["sha256"])
        target.unrecognized_fields = {"custom": said} if name_ == CURRENT else {}
        targets[target.path] = target
        place = repository.targets / stored(target)
        place.parent.mkdir(parents=True, exist_ok=True)
        durable.replace(place, data)
    return repository.propose(role, Targets(version=version, expires=_until(now, days.list), targets=targets))


def policy_of(repository: Repository, name: str) -> Policy | None:
    """The policy of the last release of a list; None before the first."""
    before = repository.newest(role_of(name))
    target = before.signed.targets.get(f"{name}/{POLICY}") if before else None
    if target is None:
        return None
    return msgspec.json.decode((repository.targets / stored(target)).read_bytes(), type=Policy)


def _put(place: Path, file: Path) -> None:
    """Have a file among the targets: the same one under a second name where the disk allows it, else a copy."""
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, place)
    except OSError:
        fresh = place.with_name(f".{place.name}")
        shutil.copyfile(file, fresh)
        fresh.replace(place)


def _again(repository: Repository, role: str, days: int, now: datetime | None) -> Path:
    """Propose a document anew, as it is."""
    found = repository.newest(role)
    if found is None:
        raise TrustError(role, "there is nothing yet that could be signed again", "Propose it first.")
    signed = copy.deepcopy(found.signed)
    signed.version, signed.expires = signed.version + 1, _until(now, days)
    return repository.propose(role, signed)


def _assign(root: Root, role: str, keys: Sequence[Key], threshold: int) -> None:
    root.roles[role] = Role([key.keyid for key in keys], threshold)
    root.keys |= {key.keyid: key for key in keys}


def _refuse_few(where: str, keys: Sequence[Key], threshold: int) -> None:
    counting.refuse_misfit(where, keys)
    countries = {country_of(key) for key in keys} - {""}
    if not 1 <= threshold <= len(countries):
        raise TrustError(
            where,
            f"{threshold} countries shall sign, and the keys are of {len(countries)}",
            "Name keys of more countries, or ask for fewer.",
        )


def _until(now: datetime | None, days: int) -> datetime:
    return ((now or datetime.now(UTC)) + timedelta(days=days)).replace(microsecond=0)
