"""The identity that Azure gives a machine, a container or an app, and the token that says so to its stores."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec
import urllib3
from urllib3.exceptions import HTTPError

from vaern.scanning.walk import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOR = "https://storage.azure.com/"
_MACHINE = "http://169.254.169.254"
_AUTHORITY = "https://login.microsoftonline.com"
_EARLY_SECONDS = 300.0  # before it ends, another is asked for
_MOST = 1 << 16


class _Token(msgspec.Struct):
    """What is answered; of the two ways to say when it ends one is used."""

    access_token: str
    expires_in: int | str = 0
    expires_on: int | str = 0

    def ends(self, now: float) -> float:
        """When."""
        return float(self.expires_on) or now + float(self.expires_in)


class Identity:
    """An identity, which is asked for a token where there is none that lasts. Any thread may ask.

    Args:
        environment: says where to ask: a file with a token of Kubernetes (workload identity), the endpoint of an app;
            else the service of each virtual machine is asked.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._lock = threading.Lock()
        self._token, self._ends = "", 0.0

    def token(self) -> str:
        """One that lasts a few minutes at least.

        Raises:
            Refusal: there is none.
        """
        with self._lock:
            if time.time() > self._ends - _EARLY_SECONDS:
                self._renew()
            return self._token

    def _renew(self) -> None:
        """Ask for a token."""
        try:
            answer = self._asked()
            if answer.status != 200:
                raise ValueError(answer.status)
            token = msgspec.json.decode(answer.data[:_MOST], type=_Token)
            self._token, self._ends = token.access_token, token.ends(time.time())
        except (HTTPError, OSError, ValueError, msgspec.MsgspecError):
            raise Refusal(
                "there are no credentials for the store; give them as Azure's own programs read them: "
                "AZURE_STORAGE_CONNECTION_STRING, or AZURE_STORAGE_ACCOUNT with AZURE_STORAGE_KEY or "
                "AZURE_STORAGE_SAS_TOKEN, or an identity of the machine"
            ) from None

    def _asked(self) -> urllib3.BaseHTTPResponse:
        said = self._environment.get
        client = said("AZURE_CLIENT_ID", "")
        if said("AZURE_FEDERATED_TOKEN_FILE"):
            authority = said("AZURE_AUTHORITY_HOST") or _AUTHORITY
            form = {
                "grant_type": "client_credentials",
                "client_id": client,
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": Path(said("AZURE_FEDERATED_TOKEN_FILE", "")).read_text("ascii").strip(),
                "scope": f"{_FOR}.default",
            }
            where = f"{authority.rstrip('/')}/{said('AZURE_TENANT_ID', '')}/oauth2/v2.0/token"
            return _ask("POST", where, form, {}, 10.0)
        named = {"client_id": client} if client else {}
        if said("IDENTITY_ENDPOINT") and said("IDENTITY_HEADER"):
            query = {"api-version": "2019-08-01", "resource": _FOR, **named}
            return _ask(
                "GET", said("IDENTITY_ENDPOINT", ""), query, {"X-IDENTITY-HEADER": said("IDENTITY_HEADER", "")}, 10.0
            )
        query = {"api-version": "2018-02-01", "resource": _FOR, **named}
        base = said("AZURE_POD_IDENTITY_AUTHORITY_HOST") or _MACHINE
        where = f"{base.rstrip('/')}/metadata/identity/oauth2/token"
        return _ask("GET", where, query, {"Metadata": "true"}, 1.0)  # which answers at once, where it is


def _ask(
    method: str, where: str, fields: dict[str, str], headers: dict[str, str], connect: float
) -> urllib3.BaseHTTPResponse:
    """Ask once; nothing is followed, for what is sent is a secret."""
    form = urlencode(fields)
    target, body = (f"{where}?{form}", None) if method == "GET" else (where, form)
    more = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    limits = urllib3.Timeout(connect=connect, read=30.0)
    with urllib3.PoolManager() as pool:
        return pool.request(
            method, target, body=body, headers={**headers, **more}, retries=False, redirect=False, timeout=limits
        )
