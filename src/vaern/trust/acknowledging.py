"""Subscribers say, signed, which release they use: so it is known who may still use what was recalled.

An acknowledgement is a DSSE envelope (Dead Simple Signing Envelope 1.0) around a statement of one subscriber: of this
list I use release N, whose state is S. It stands for all recalls up to that release. It is made only where the list on
disk *is* that release; whether a subscriber tells the truth nobody can verify from afar.

    REPOSITORY/
      subscribers/NAME/KEY.json      the public key of a subscriber of a list
      acknowledged/NAME/KEY.json     the newest acknowledgement of theirs

Each list has its own subscribers, because in one repository there are lists of several publishers.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import FormatError, VerificationError
from securesystemslib.signer import CryptoSigner, Key

from vaern.matching import current as currents
from vaern.matching import durable
from vaern.matching.current import CURRENT
from vaern.trust import counting, keys
from vaern.trust.contents import role_of
from vaern.trust.envelopes import signed
from vaern.trust.faults import TrustError
from vaern.trust.repository import read
from vaern.trust.subscribing import FOLDER

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.trust.repository import Repository

TYPE = "application/vnd.vaern.acknowledgement+json"
FORMAT = "vaern-acknowledgement/1"
SUBSCRIBERS, ACKNOWLEDGED = "subscribers", "acknowledged"
MOST = 100_000
"""Bytes of an acknowledgement."""

WITHIN = 7
"""Days in which a release is to be acknowledged, unless somebody says otherwise."""

_WHERE = "the acknowledgement"
_AGAIN = "Have the subscriber make it again, with `vaern lists acknowledge`."


class Acknowledgement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a subscriber says.

    Attributes:
        format: `FORMAT`.
        list: its name in the repository.
        version: of the release that is used.
        state: SHA-256 of its `current.json`, as it was signed.
        at: when it was said, ISO 8601 in UTC.
    """

    format: str = FORMAT
    list: str
    version: int
    state: str
    at: str

    @property
    def moment(self) -> datetime:
        """When it was said.

        Raises:
            ValueError: nobody can tell.
        """
        return datetime.fromisoformat(self.at)


class UnknownSubscriber(TrustError):
    """An acknowledgement is signed by nobody who subscribes to the list."""


class UnknownRelease(TrustError):
    """An acknowledgement is of a release that was not made here."""


class OtherRelease(TrustError):
    """A list that was fetched is not the release that is to be acknowledged."""


class Standing(NamedTuple):
    """How far a subscriber is with a list.

    Attributes:
        key: whose.
        version: of the release that they acknowledged last; 0 for none.
        said_at: when, by their own clock; None for none.
        since: when the first release was made that they have not acknowledged; None where they have all.
    """

    key: Key
    version: int
    said_at: datetime | None
    since: datetime | None

    def overdue(self, now: datetime, days: int = WITHIN) -> bool:
        """Whether that is longer ago than it may be."""
        return self.since is not None and now - self.since > timedelta(days=days)


def acknowledge(
    folder: Path, name: str, signer: CryptoSigner, now: datetime | None = None, *, version: int | None = None
) -> bytes:
    """State which release of a list is used here.

    Args:
        folder: the list, as it was fetched.
        name: of the list in its repository.
        signer: the key of the subscriber.
        now: the moment; by default the present one.
        version: the release that it has to be; by default whichever is here.

    Raises:
        OtherRelease: it is not the release that it has to be.
        TrustError: the list here is none that was fetched, or not the release that was seen last.
        ListPackageError: it is damaged.
        OSError: it could not be read.
    """
    path = folder / FOLDER / f"{role_of(name)}.json"
    advice = "Fetch it first: `vaern lists fetch release`."
    if not path.exists():
        raise TrustError(str(folder), f"this is no list that was fetched as {name!r}", advice)
    release = read(path).signed
    if version not in {None, release.version}:
        raise OtherRelease(str(folder), f"the list is release {release.version}, and not {version}", advice)
    state = msgspec.structs.replace(currents.read(folder), freshness=None).sealed().written()
    digest = hashlib.sha256(state).hexdigest()
    if release.targets[f"{name}/{CURRENT}"].hashes["sha256"] != digest:
        raise TrustError(str(folder), "the list is not the release that was seen last", advice)
    at = (now or datetime.now(UTC)).isoformat(timespec="seconds")
    said = Acknowledgement(list=name, version=release.version, state=digest, at=at)
    return signed(msgspec.json.encode(said), TYPE, signer)


def enrol(repository: Repository, name: str, key: Key) -> None:
    """Have a subscriber among those who are to acknowledge the releases of a list.

    Raises:
        TrustError: the list cannot have the name, or by this key one subscriber could count as two.
    """
    others = [one for one in subscribers(repository, name) if one.keyid != key.keyid]
    counting.refuse_misfit(keys.said(key), [*others, key])
    place = _place(repository, SUBSCRIBERS, name)
    place.mkdir(parents=True, exist_ok=True)
    durable.replace(place / f"{key.keyid}.json", msgspec.json.encode({"keyid": key.keyid, **key.to_dict()}))


def dismiss(repository: Repository, name: str, keyid: str) -> Key:
    """Expect no acknowledgement of a list from the owner of a key any more; what they said stays. Return the key.

    Raises:
        TrustError: nobody with that key is to acknowledge the list.
    """
    for key in subscribers(repository, name):
        if key.keyid == keyid:
            (_place(repository, SUBSCRIBERS, name) / f"{keyid}.json").unlink()
            return key
    raise TrustError(
        name, "nobody with this key is to acknowledge it", "See who is: `vaern lists repository acknowledged`."
    )


def subscribers(repository: Repository, name: str) -> list[Key]:
    """Those who are to acknowledge the releases of a list, by name."""
    found = [keys.read_public(path) for path in _place(repository, SUBSCRIBERS, name).glob("*.json")]
    return sorted(found, key=lambda key: (keys.organisation_of(key), key.keyid))


def verified(repository: Repository, data: bytes) -> tuple[Acknowledgement, Key]:
    """Return what an acknowledgement says, and whose it is; nothing is kept of it.

    Raises:
        TrustError: it is none, of nobody who subscribes to that list, or of a release that was not made here.
    """
    envelope, said = _decoded(data)
    key = _signer(envelope, subscribers(repository, said.list))
    path = repository.versions(said.list).get(said.version)
    target = read(path).signed.targets.get(f"{said.list}/{CURRENT}") if path else None
    if target is None or target.hashes["sha256"] != said.state:
        where = f"{keys.said(key)}, {said.list}"
        raise UnknownRelease(where, f"there is no release {said.version} with that state here", _AGAIN)
    return said, key


def take(repository: Repository, data: bytes) -> tuple[Acknowledgement, Key]:
    """Take an acknowledgement that came; of one subscriber the newest release counts, however they come.

    Raises:
        TrustError: as of `verified`.
    """
    said, key = verified(repository, data)
    place = _place(repository, ACKNOWLEDGED, said.list)
    place.mkdir(parents=True, exist_ok=True)
    before = _newest(place / f"{key.keyid}.json", key)
    if before is None or said.version >= before.version:
        durable.replace(place / f"{key.keyid}.json", data)
    return said, key


def standings(repository: Repository, name: str) -> list[Standing]:
    """How far each subscriber is with a list."""
    releases = repository.versions(role_of(name))
    found = []
    for key in subscribers(repository, name):
        said = _newest(_place(repository, ACKNOWLEDGED, name) / f"{key.keyid}.json", key)
        version, at = (said.version, said.moment) if said else (0, None)
        missing = min((number for number in releases if number > version), default=0)
        found.append(Standing(key, version, at, _made(releases[missing], name) if missing else None))
    return found


def _place(repository: Repository, what: str, name: str) -> Path:
    return repository.folder / what / role_of(name)


def _made(path: Path, name: str) -> datetime:
    """When the state of a release began."""
    return datetime.fromisoformat(read(path).signed.targets[f"{name}/{CURRENT}"].custom["created"])


def _newest(path: Path, key: Key) -> Acknowledgement | None:
    if not path.exists():
        return None
    envelope, said = _decoded(path.read_bytes())
    _signer(envelope, [key])
    return said


def _decoded(data: bytes) -> tuple[Envelope, Acknowledgement]:
    """Return what somebody says to have signed: nothing of it is believed yet."""
    try:
        if len(data) > MOST:
            raise ValueError(f"{len(data)} bytes")
        envelope = Envelope.from_dict(msgspec.json.decode(data, type=dict[str, Any]))
        said = msgspec.json.decode(envelope.payload, type=Acknowledgement)
        if envelope.payload_type != TYPE or said.format != FORMAT:
            raise ValueError(envelope.payload_type)
        if said.moment.tzinfo is None:
            raise ValueError(said.at)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, FormatError) as error:
        raise TrustError(_WHERE, "this is no acknowledgement", _AGAIN) from error
    return envelope, said


def _signer(envelope: Envelope, known: list[Key]) -> Key:
    for key in known:
        try:
            envelope.verify([key], 1)
        except VerificationError:
            continue
        return key
    raise UnknownSubscriber(_WHERE, "it is signed by nobody who subscribes here", "Enrol the subscriber, or leave it.")
