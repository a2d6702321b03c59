"""Who may ask, for what, how much, and under which policy: the file `callers.json`.

A node writes it from its keys and policies; `vaern lookup key` does where there is no node. It is replaced as a whole,
and read again when it changes. A file with faults is refused as a whole, with every fault and its place, and what was
read before stays in force: a fault of writing lets nobody in and shuts nobody out.

Secrets are not in it, only their SHA-256: a key has 256 random bits, so a plain hash cannot be guessed back.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import os
import re
import secrets
import tempfile
import threading
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from vaern.lookup import declared, grounds, policy
from vaern.lookup.grounds import Ground, Service, Stand
from vaern.lookup.leaves import ANY_DISTANCE
from vaern.lookup.policy import DEFAULT_POLICY, Act, Need
from vaern.lookup.wire import MOST_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

FILE = "callers.json"
FORMAT = "vaern-callers/1"

KEY = re.compile(r"vaern_([0-9a-f]{32})_([A-Za-z0-9_-]{43})\Z")
"""A key as its owner holds it: the node's own form."""

ASK, LISTS, FEEDBACK = "lookup.ask", "lookup.lists", "lookup.feedback"
SCOPES = {
    ASK: "look signals up",
    LISTS: "fetch the content of lists that it holds",
    FEEDBACK: "send feedback and hashes to the curators of lists",
}
"""What a key can be for."""

LOOK_EVERY = 0.5
"""Seconds between two looks at whether the file has changed."""

MOST_STANDS = 10_000
"""Answers of the table of law that are kept at hand."""

NOBODY = bytes(32)

Hears = Literal["verdict", "class", "all"]
"""How much a caller hears of a hit on a list that its organisation does not hold: the act alone, the class of the entry
too, or all."""

EVERY = "*"
"""In the place of a list's name: every list."""


class Basic(msgspec.Struct, frozen=True):
    """A name and password, for clients that can send nothing else.

    Attributes:
        user: the name.
        digest: SHA-256 of the password, hexadecimal. The password is made by us: 256 random bits.
    """

    user: str
    digest: str


class Asker(msgspec.Struct, frozen=True, omit_defaults=True):
    """The organisation that a key belongs to.

    Attributes:
        id: in the node; empty without one.
        name: its name.
        country: where it is, ISO 3166-1 alpha-2.
        kind: what it is, in the node's codes; empty where nobody said.
    """

    id: str = ""
    name: str = ""
    country: str = ""
    kind: str = ""


class Caller(msgspec.Struct, frozen=True, omit_defaults=True):
    """A key and what it may do.

    Attributes:
        key: its identifier, 32 hexadecimal digits.
        digest: SHA-256 of its secret half, hexadecimal.
        organisation: whose it is.
        purpose: what it asks for where a call says none; empty: its kind of service.
        service, country: what kind of service asks, and of which country: the law is looked up for these.
        scopes: see `SCOPES`.
        lists: names of the lists that it may be matched against.
        holds: names of the lists whose content it may fetch.
        hears: of lists that its organisation does not hold, by name, how much it hears of a hit, as whoever keeps the
            list has set it. `*` is every list that is not named, also one that comes later; without it, of a list that
            is not named all. See `judging.result`.
        per_second: signals a second; a moment's peak of twice as many passes.
        per_day: signals a day, in UTC; 0 for no bound.
        hits_per_day: distinct entries that it may hit a day before answers become coarse; 0 for no bound.
        expires_at: when it ends, ISO 8601 with offset; empty for never.
        coarse: it is told the act alone.
        most_distance: hits beyond it are not told, whatever the list's own distance is.
        blind: its organisation votes on entries: where it has yet to, it is told what follows, and not how many votes
            there are, nor whose.
        policy: what each act needs; see `policy.Need`.
        basic: a name and password beside the key.
    """

    key: str
    digest: str
    organisation: Asker = Asker()
    purpose: str = ""
    service: Service = ""
    country: str = ""
    scopes: tuple[str, ...] = (ASK,)
    lists: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    hears: dict[str, Hears] = {}
    per_second: int = 100
    per_day: int = 0
    hits_per_day: int = 1000
    expires_at: str = ""
    coarse: bool = False
    most_distance: int = ANY_DISTANCE
    blind: bool = False
    policy: dict[Act, Need] = msgspec.field(default_factory=lambda: dict(DEFAULT_POLICY))
    basic: Basic | None = None

    def hears_of(self, list_: str) -> Hears:
        """How much it hears of a hit on a list; of one whose content it may fetch, and of the test entry, all."""
        named = self.hears.get(list_) or self.hears.get(EVERY, "all")
        return "all" if named == "all" or list_ in self.holds or list_ == declared.LIST else named

    def hears_all(self, list_: str) -> bool:
        """Whether it hears all of a hit on a list."""
        return self.hears_of(list_) == "all"

    @property
    def hears_less(self) -> bool:
        """Whether there is a list of which it does not hear all."""
        return any(level != "all" for level in self.hears.values())

    def is_valid(self, now: dt.datetime) -> bool:
        """Whether it has not ended."""
        return not self.expires_at or now < dt.datetime.fromisoformat(self.expires_at)


class Callers(msgspec.Struct, frozen=True, omit_defaults=True):
    """The file.

    Attributes:
        format: `FORMAT`.
        callers: one a key.
        grounds: the operator's table of law.
        written_at: when the file was written, ISO 8601 in UTC.
    """

    format: str = FORMAT
    callers: tuple[Caller, ...] = ()
    grounds: tuple[Ground, ...] = ()
    written_at: str = ""

    def stand(self, caller: Caller, day: dt.date) -> Stand:
        """How the law stands for a caller on a day."""
        return grounds.stand(self.grounds, caller.service, caller.country, day)


class CallersError(ValueError):
    """A file that cannot be used; `faults` says why, each with its place."""

    def __init__(self, path: Path, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{path} cannot be used: {'; '.join(self.faults)}")


def read(path: Path) -> Callers:
    """Read and check the file; a file that is not there lets nobody in.

    Raises:
        CallersError: it cannot be used.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Callers()
    try:
        callers = msgspec.json.decode(data, type=Callers)
    except ValueError as error:  # also bytes that are no UTF-8
        raise CallersError(path, [str(error)]) from error
    if found := faults(callers):
        raise CallersError(path, found)
    return callers


def write(path: Path, callers: Callers) -> None:
    """Replace the file as a whole, readable by its owner alone.

    Raises:
        CallersError: it would not be read again.
    """
    if found := faults(callers):
        raise CallersError(path, found)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(callers)))
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def faults(callers: Callers) -> list[str]:
    """What is wrong with a file, each with its place."""
    found = [] if callers.format == FORMAT else [f"format {callers.format!r}; this version reads {FORMAT!r}"]
    keys: set[str] = set()
    users: set[str] = set()
    for number, caller in enumerate(callers.callers, 1):
        place = f"callers, row {number}"
        found += _faults_of(caller, place)
        if caller.key in keys or (caller.basic and caller.basic.user in users):
            found.append(f"{place}: the key or the user name stands twice")
        keys.add(caller.key)
        users |= {caller.basic.user} if caller.basic else set()
    return found + grounds.faults(callers.grounds)


def _faults_of(caller: Caller, place: str) -> list[str]:
    found = policy.faults(caller.policy, place)
    if not re.fullmatch(r"[0-9a-f]{32}", caller.key):
        found.append(f"{place}: key is no identifier of 32 hexadecimal digits")
    digests = [caller.digest, *([caller.basic.digest] if caller.basic else [])]
    if not all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in digests):
        found.append(f"{place}: digest is no SHA-256 in hexadecimal")
    if unknown := sorted(set(caller.scopes) - set(SCOPES)):
        found.append(f"{place}: no such scope: {', '.join(unknown)}; there are {', '.join(SCOPES)}")
    if min(caller.per_second - 1, caller.per_day, caller.hits_per_day, caller.most_distance) < 0:
        found.append(f"{place}: per_second must be 1 or more, the other bounds 0 or more")
    if len(caller.purpose) > MOST_WORDS or not caller.purpose.isprintable():
        found.append(f"{place}: a purpose is a line of at most {MOST_WORDS} characters")
    if caller.basic and (not caller.basic.user or ":" in caller.basic.user):
        found.append(f"{place}: a user name is not empty and has no colon")
    try:
        if caller.expires_at and dt.datetime.fromisoformat(caller.expires_at).tzinfo is None:
            found.append(f"{place}: expires_at has no offset")
    except ValueError:
        found.append(f"{place}: expires_at is no moment as 2026-01-31T12:30:00+00:00")
    return found


def make_key() -> tuple[str, Caller]:
    """A new key as its owner gets it, once, and the caller that knows its digest."""
    key, secret = uuid.uuid4().hex, secrets.token_urlsafe(32)
    return f"vaern_{key}_{secret}", Caller(key, hashlib.sha256(secret.encode("ascii")).hexdigest())


class Doorkeeper:
    """The callers of a folder, up to date. Safe to use from many threads at once.

    Attributes:
        path: the file.
        fault: why the file as it is now cannot be used; empty where it can. Then what was read before is in force.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fault = ""
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._looked = -LOOK_EVERY
        self._take(Callers())
        self.look()

    def look(self) -> None:
        """Read the file again if it has changed."""
        with self._lock:
            self._looked = time.monotonic()
            try:
                status = self.path.stat()
                seen = (status.st_ino, status.st_mtime_ns, status.st_size)
            except FileNotFoundError:
                seen = None
            if seen == self._seen:
                return
            self._seen = seen
            try:
                self._take(read(self.path))
                self.fault = ""
            except (CallersError, OSError) as error:
                self.fault = str(error)

    def _take(self, callers: Callers) -> None:
        self._state = (
            callers,
            {caller.key: caller for caller in callers.callers},
            {caller.basic.user: caller for caller in callers.callers if caller.basic},
        )
        self._stands: dict[tuple[str, dt.date], Stand] = {}

    def _keep_up(self) -> None:
        if time.monotonic() - self._looked >= LOOK_EVERY:
            self.look()

    def stand(self, caller: Caller, day: dt.date) -> Stand:
        """How the law stands for a caller on a day; looked up once a day and state of the file."""
        found = self._stands.get((caller.key, day))
        if found is None:
            if len(self._stands) > MOST_STANDS:
                self._stands = {}
            found = self._stands[caller.key, day] = self._state[0].stand(caller, day)
        return found

    def by_key(self, given: str, now: dt.datetime) -> Caller | None:
        """Whose key it is; None for anything but a key that is valid now."""
        self._keep_up()
        parsed = KEY.match(given)
        caller = self._state[1].get(parsed[1]) if parsed else None
        digest = hashlib.sha256((parsed[2] if parsed else "").encode("ascii")).digest()
        return _if_right(caller, bytes.fromhex(caller.digest) if caller else NOBODY, digest, now)

    def by_password(self, user: str, password: str, now: dt.datetime) -> Caller | None:
        """Whose name and password these are; a key as the password does with any name."""
        if KEY.match(password):
            return self.by_key(password, now)
        self._keep_up()
        caller = self._state[2].get(user)
        expected = bytes.fromhex(caller.basic.digest) if caller and caller.basic else NOBODY
        digest = hashlib.sha256(password.encode("utf-8", "surrogateescape")).digest()
        return _if_right(caller, expected, digest, now)

    def by_authorization(self, header: str, now: dt.datetime) -> Caller | None:
        """Whose `Authorization` header it is: `Bearer` with a key, or `Basic`."""
        scheme, _, given = header.partition(" ")
        if scheme.lower() == "bearer":
            return self.by_key(given.strip(), now)
        if scheme.lower() != "basic":
            return None
        try:
            user, colon, password = base64.b64decode(given.strip(), validate=True).decode("utf-8").partition(":")
        except ValueError:  # neither Base64 nor UTF-8
            return None
        return self.by_password(user, password, now) if colon else None


def _if_right(caller: Caller | None, expected: bytes, digest: bytes, now: dt.datetime) -> Caller | None:
    # Compared whether the caller exists or not, and as a whole, so that the time says nothing.
    right = hmac.compare_digest(expected, digest)
    return caller if caller and right and caller.is_valid(now) else None
