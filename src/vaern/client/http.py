"""Asking a service over HTTP: one base address, TLS beyond this machine, bounds on time and size, patience with limits.

An error says what was wrong, where, and what to do. Where it was never repeats the query, because some services take
their key in it. A redirect is followed only within the same host, and only of what reads.
"""

from __future__ import annotations

import base64
import random
import time
from typing import IO, TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit

import msgspec
import urllib3

from vaern.client.peers import ELSEWHERE, OfThisMachine, is_loopback, reached
from vaern.client.waiting import seconds_after

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses after which the same request may be answered."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 3
UNCHANGED = 304  # Not Modified: what the asker has is what there is
_CHUNK, _PIECE = 1 << 16, 1 << 20
_SAID = 300

_ADVICE = {
    400: "The service did not understand the request: compare the address and the settings with its documentation.",
    401: "Check the user name, the password or the key, and that the account is for this address.",
    403: "The account may not do this: ask the service for the permission, or use the address that the account is for.",
    404: "Check the base address: the service has nothing there.",
    410: "This has been withdrawn at the service.",
    413: "Send fewer at once.",
    422: "The service refused the content of the request: what it says stands beside.",
    429: "Wait, and ask less often.",
}


class Limits(msgspec.Struct, frozen=True):
    """How long and how much.

    Attributes:
        connect: seconds until a connection stands.
        read: seconds between two pieces of an answer.
        whole: seconds for one request, its repetitions and pauses included.
        bytes: of the largest answer, unpacked.
        tries: of one request.
        pause: seconds before the second try; each further one waits twice as long.
        longest_pause: seconds of the longest pause, also of one that the service asks for.
        here: services of this machine and of its link may be asked too. Where people set addresses, they may not: what
            a name leads to is looked at when it is connected to (`client.peers`).
    """

    connect: float = 10.0
    read: float = 60.0
    whole: float = 600.0
    bytes: int = 1 << 26
    tries: int = 5
    pause: float = 1.0
    longest_pause: float = 120.0
    here: bool = True


USUAL = Limits()


def basic(user: str, password: str) -> dict[str, str]:
    """The header of Basic authentication (RFC 7617, in UTF-8)."""
    return {"Authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode('ascii')}"}


class ClientError(Exception):
    """A service did not do what it was asked.

    Attributes:
        where: method and address, without the query.
        what: what was wrong.
        advice: what to do.
        status: of the answer; 0 where none came.
        after: seconds after which the service wants to be asked again; 0 where it did not say.
    """

    def __init__(self, where: str, what: str, advice: str, *, status: int = 0, after: float = 0.0) -> None:
        super().__init__(f"{where}: {what}. {advice}")
        self.where, self.what, self.advice, self.status, self.after = where, what, advice, status, after


class Answer(msgspec.Struct, frozen=True):
    """What a service answered.

    Attributes:
        status: 200 to 299, or one that is accepted too.
        headers: by name in lower case.
        body: the bytes, unpacked.
        where: method and address, without the query.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    where: str

    def json(self) -> object:
        """The body as JSON.

        Raises:
            ClientError: it is none.
        """
        try:
            return msgspec.json.decode(self.body)
        except ValueError as error:  # also bytes that are no UTF-8
            raise ClientError(
                self.where, f"the answer is no JSON ({error})", "Check the base address.", status=self.status
            ) from error


class Http:
    """One service.

    Args:
        base: its address, with the path that all calls begin with: `https://service.example/api`. `http` for this
            machine alone.
        headers: sent with each request, keys among them; see `basic`.
        limits: see `Limits`.
        authorities: a file of certificate authorities to trust instead of the usual ones.
        sleep: waits; a caller that may be stopped gives its own.

    Raises:
        ClientError: the address is not valid, or would send keys in the clear.
    """

    def __init__(
        self,
        base: str,
        *,
        headers: Mapping[str, str] | None = None,
        limits: Limits = USUAL,
        authorities: str | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base = base.rstrip("/")
        self._origin = _origin(self.base)
        self._limits, self._sleep = limits, sleep
        self.accept: frozenset[int] = frozenset()  # statuses that are answers too, and no refusals
        self._headers = {"User-Agent": "vaern", "Accept-Encoding": "gzip", **(headers or {})}
        self._pool = urllib3.PoolManager(
            num_pools=1,
            maxsize=8,
            retries=False,
            timeout=urllib3.Timeout(connect=limits.connect, read=limits.read),
            cert_reqs="CERT_REQUIRED",
            ca_certs=authorities,
        )
        if not limits.here:
            self._pool.pool_classes_by_scheme = ELSEWHERE

    def get(
        self, path: str, query: Mapping[str, str | int] | None = None, *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Ask for something; see `send`."""
        return self.send("GET", path + (f"?{urlencode(query)}" if query else ""), headers=headers)

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        again: bool = True,
    ) -> Answer:
        """Send one request, and again after a pause where that may help.

        Args:
            method: GET, POST, PUT …
            path: with its query, behind the base address; or a whole address of the same service.
            body: the bytes.
            headers: of this request, the body's Content-Type among them.
            again: whether the same request may be sent twice; no for what must not happen twice.

        Raises:
            ClientError: there is no answer, or it is a refusal, too large, or a redirect to somebody else.
        """
        url = self._address(path)
        headers = {**self._headers, **(headers or {})}
        ends = time.monotonic() + self._limits.whole
        for number in range(1, self._limits.tries + 1):
            try:
                return self._once(method, url, body, headers, ends)
            except ClientError as error:
                pause = self._pause(number, error)
                over = number == self._limits.tries or time.monotonic() + pause > ends
                if not (again and _passing(error)) or over or pause > self._limits.longest_pause:
                    raise
                self._sleep(pause)
        raise AssertionError("at least one try is made")

    def pieces(self, path: str) -> Iterator[bytes]:
        """Ask once for something large, and hand it over as it comes, as it was stored.

        Who reads says how much is too much; between two pieces and in all passes as much time as the limits allow.

        Raises:
            ClientError: there is no answer, it is a refusal or a redirect, or it breaks off.
        """
        url, ends = self._address(path), time.monotonic() + self._limits.whole
        where, headers = _where("GET", url), {**self._headers, "Accept-Encoding": "identity"}
        try:
            answer = self._ask("GET", url, headers)
            try:
                if not 200 <= answer.status < 300:
                    _accepted(Answer(answer.status, {}, answer.read(_SAID), where))
                for piece in answer.stream(_PIECE, decode_content=False):
                    yield piece
                    if time.monotonic() > ends:
                        raise ClientError(where, f"it took longer than {self._limits.whole:.0f} seconds", LATER)
            finally:
                answer.close()
        except urllib3.exceptions.HTTPError as error:
            raise ClientError(where, *_broken(error)) from error

    def into(self, path: str, file: IO[bytes], *, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask once for something large, and write it into a file, unpacked.

        Returns:
            The answer without its body; status 304 where a condition in the headers says that nothing has changed.

        Raises:
            ClientError: there is no answer, it is a refusal or a redirect, larger than the limits say, or breaks off.
        """
        url, ends = self._address(path), time.monotonic() + self._limits.whole
        where, size = _where("GET", url), 0
        try:
            answer = self._ask("GET", url, {**self._headers, **(headers or {})})
            try:
                found = {name.lower(): value for name, value in answer.headers.items()}
                if not 200 <= answer.status < 300 and answer.status != UNCHANGED:
                    _accepted(Answer(answer.status, found, answer.read(_SAID), where))
                for piece in answer.stream(_PIECE, decode_content=True):
                    size += len(piece)
                    if size > self._limits.bytes:
                        raise ClientError(where, f"it is larger than {self._limits.bytes} bytes", "Ask the service.")
                    if time.monotonic() > ends:
                        raise ClientError(where, f"it took longer than {self._limits.whole:.0f} seconds", LATER)
                    file.write(piece)
            finally:
                answer.close()
        except urllib3.exceptions.HTTPError as error:
            raise ClientError(where, *_broken(error)) from error
        return Answer(answer.status, found, b"", where)

    def close(self) -> None:
        """Let go of the connections, now: cleared alone, they stay open for as long as an error refers to them."""
        self._pool.connection_from_url(reached(self.base)).close()
        self._pool.clear()

    def _address(self, path: str) -> str:
        url = path if "://" in path else self.base + path
        if _origin_or_none(url) != self._origin:
            raise ClientError(_where("GET", url), f"this is not at {self.base}", "No other service is asked.")
        return url

    def _ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> urllib3.BaseHTTPResponse:
        """Begin one request."""
        name, there = urlsplit(url).netloc, reached(url)
        if there != url:
            headers = {"Host": name, **headers}
        return self._pool.request(method, there, body=body, headers=headers, redirect=False, preload_content=False)

    def _once(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], ends: float) -> Answer:
        for _ in range(_MOST_REDIRECTS + 1):
            where = _where(method, url)
            try:
                answer = self._ask(method, url, headers, body)
                try:
                    found = self._read(answer, where, ends)
                finally:
                    answer.release_conn()
            except urllib3.exceptions.HTTPError as error:
                raise ClientError(where, *_broken(error)) from error
            if found.status not in _REDIRECTS:
                return found if found.status in self.accept else _accepted(found)
            target = urljoin(url, found.headers.get("location", ""))
            if method not in {"GET", "HEAD"} or _origin_or_none(target) != self._origin:
                raise ClientError(
                    where,
                    f"the service sends the request on to {_where('', target).strip()[:_SAID]}",
                    "Keys are sent to nobody else: if that is the service's new address, set it as the base address.",
                    status=found.status,
                )
            url = target
        raise ClientError(where, "the service redirects in a circle", "Check the base address.", status=found.status)

    def _read(self, answer: urllib3.BaseHTTPResponse, where: str, ends: float) -> Answer:
        parts, size = [], 0
        for part in answer.stream(_CHUNK, decode_content=True):
            size += len(part)
            if size > self._limits.bytes:
                answer.close()
                raise ClientError(
                    where, f"the answer is larger than {self._limits.bytes} bytes", "Ask for smaller pages."
                )
            if time.monotonic() > ends:
                answer.close()
                raise ClientError(
                    where, f"the answer took longer than {self._limits.whole:.0f} seconds", "Try again later."
                )
            parts.append(part)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status, headers, b"".join(parts), where)

    def _pause(self, number: int, error: ClientError) -> float:
        """Seconds before the next try: as the service asks, or twice as long each time, never all at one moment."""
        if error.after:
            return error.after
        pause = min(self._limits.pause * 2.0 ** (number - 1), self._limits.longest_pause)
        return pause * random.uniform(0.5, 1.0)  # noqa: S311 - spreads callers, hides nothing


def _passing(error: ClientError) -> bool:
    return error.status in TRY_AGAIN or (not error.status and error.advice == LATER)


LATER = "Try again later; if it stays so, check the address and the network."


def _broken(error: urllib3.exceptions.HTTPError) -> tuple[str, str]:
    """What was wrong with a connection, and what to do."""
    cause = getattr(error, "reason", None) or error
    if "CERTIFICATE" in str(cause).upper() or isinstance(error, urllib3.exceptions.SSLError):
        return (
            "the service's certificate could not be verified",
            "If the service has an authority of its own, name its certificate; never go round the check.",
        )
    if isinstance(error, urllib3.exceptions.TimeoutError) and not isinstance(
        error, urllib3.exceptions.NewConnectionError
    ):
        return "the service did not answer in time", LATER
    if isinstance(error, urllib3.exceptions.LocationValueError):
        return "this is no address", "Check the base address."
    if isinstance(cause, OfThisMachine):
        return "the address leads to this machine itself, and not to a service", "Check the address, and its name."
    unknown = isinstance(cause, urllib3.exceptions.NameResolutionError)
    return "its name is not known" if unknown else f"the connection failed ({type(cause).__name__})", LATER


def _accepted(answer: Answer) -> Answer:
    """The answer, if it is none of refusal."""
    if 200 <= answer.status < 300:
        return answer
    said = " ".join(answer.body[: 4 * _SAID].decode("utf-8", "replace").split())[:_SAID]
    what = f"the service answered {answer.status}" + (f", and says: {said}" if said else "")
    passing = answer.status in TRY_AGAIN
    advice = _ADVICE.get(answer.status, LATER if passing else "Ask the service what this means.")
    after = seconds_after(answer.headers.get("retry-after", "")) if passing else 0.0
    raise ClientError(answer.where, what, advice, status=answer.status, after=after)


def _where(method: str, url: str) -> str:
    return f"{method} {url.partition('?')[0]}"


def _origin_or_none(url: str) -> tuple[str, str, int] | None:
    try:
        return _origin(url)
    except ClientError:
        return None


def _origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address that may be asked.

    Raises:
        ClientError: it is none, holds a password, or is not encrypted and beyond this machine.
    """
    advice = "An address such as https://service.example/path is needed."
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ClientError(_where("", url).strip(), "this is no address", advice) from None
    if parts.scheme not in {"http", "https"} or not host or not url.isprintable() or " " in url:
        raise ClientError(_where("", url).strip(), "this is no address", advice)
    if parts.username is not None or parts.password is not None:
        raise ClientError(f"{parts.scheme}://{host}", "the address holds a name or password", "Give them apart.")
    if parts.scheme == "http" and not is_loopback(host):
        raise ClientError(_where("", url).strip(), "without TLS keys and hashes would go in the clear", "Use https.")
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80)
