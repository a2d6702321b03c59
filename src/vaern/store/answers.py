"""What went wrong when a store was asked: with one object, or with all that is asked of it."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import botocore.exceptions as faults
from urllib3.exceptions import HTTPError

from vaern.scanning.walk import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

_CODE = re.compile(r"[A-Za-z]{1,48}")  # no key has letters alone
_OURS = {  # faults of who asks: no later object would do better
    "AuthFailure",
    "AuthorizationHeaderMalformed",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidSecurity",
    "InvalidToken",
    "NoSuchBucket",
    "PermanentRedirect",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "TokenRefreshRequired",
}
_BUSY = {"429", "500", "502", "503", "504", "InternalError", "RequestLimitExceeded", "ServiceUnavailable", "SlowDown"}


class UnreadError(Exception):
    """An object could not be read; the message says why, to follow *Could not be read:*.

    Attributes:
        busy: the store had no time for it, as for any other.
    """

    def __init__(self, cause: str, *, busy: bool = False) -> None:
        super().__init__(cause)
        self.busy = busy


class ChangedError(Exception):
    """There is another object under the key now."""


@contextmanager
def explained(*, one: bool = False) -> Iterator[None]:
    """Raise errors of the library as ours.

    Args:
        one: an object was asked for, and may be at fault alone.

    Raises:
        ChangedError, UnreadError: of one object.
        Refusal: of all that can be asked.
    """
    try:
        yield
    except faults.ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        code = _code(error.response, status)
        if one and status == 412:
            raise ChangedError from None
        if one and code not in _OURS:
            raise UnreadError(_cause(code, status), busy=_is_busy(code, status)) from None
        raise Refusal(f"the store does not take the request ({code}); {_advice(code, status)}") from None
    except (faults.NoCredentialsError, faults.PartialCredentialsError, faults.CredentialRetrievalError):
        raise Refusal("there are no whole credentials for the store; renew them") from None
    except (faults.BotoCoreError, HTTPError, OSError, ValueError, KeyError) as error:
        raise Refusal(f"the store cannot be reached or understood ({type(error).__name__})") from None


def _code(response: dict[str, Any], status: object) -> str:
    code = str(response.get("Error", {}).get("Code", ""))
    return code if _CODE.fullmatch(code) else str(status)


def _is_busy(code: str, status: object) -> bool:
    return code in _BUSY or str(status) in _BUSY


def _advice(code: str, status: object) -> str:
    if code in {"NoSuchBucket", "404"}:
        return "there is no such bucket"
    if _is_busy(code, status):
        return "it is too busy: try later"
    return "look at the credentials, the region and the rights"


def _cause(code: str, status: object) -> str:
    if status == 404:
        return "it vanished during the scan"
    if code == "InvalidObjectState":
        return "the store has it in an archive, and has to restore it first"
    if status in {401, 403}:
        return f"the store refuses to give it ({code})"
    if _is_busy(code, status):
        return f"the store was too busy to give it ({code})"
    return f"the store answered with an error ({code})"
