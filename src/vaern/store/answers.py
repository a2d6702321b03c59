"""What went wrong when a store was asked: with one object, or with all that is asked of it."""

from __future__ import annotations

import re

from vaern.scanning.walk import Refusal

_CODE = re.compile(r"[A-Za-z]{1,48}")  # no key has letters alone
_OURS = {  # faults of who asks: no later object would do better
    # S3
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
    # Azure
    "AccountIsDisabled",
    "AuthenticationFailed",
    "AuthorizationProtocolMismatch",
    "AuthorizationServiceMismatch",
    "AuthorizationSourceIPMismatch",
    "ContainerBeingDeleted",
    "ContainerDisabled",
    "ContainerNotFound",
    "InvalidAuthenticationInfo",
    "KeyBasedAuthenticationNotPermitted",
    "NoAuthenticationInformation",
}
_BUSY = {
    *("429", "500", "502", "503", "504", "InternalError"),
    *("RequestLimitExceeded", "ServiceUnavailable", "SlowDown"),
    *("OperationTimedOut", "ServerBusy"),
}
_ARCHIVED = {"InvalidObjectState", "BlobArchived", "BlobBeingRehydrated"}


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


def error_of(said: object, status: object, *, one: bool) -> Exception:
    """What an answer that is an error means.

    Args:
        said: the code that the store gives it.
        status: of HTTP.
        one: an object was asked for, and may be at fault alone.

    Returns:
        `ChangedError` or `UnreadError` of one object; `Refusal` of all that can be asked.
    """
    code = str(said) if _CODE.fullmatch(str(said)) else str(status)
    if one and status == 412:
        return ChangedError()
    if one and code not in _OURS:
        return UnreadError(_cause(code, status), busy=is_busy(code, status))
    return Refusal(f"the store does not take the request ({code}); {_advice(code, status)}")


def unreachable(error: Exception) -> Refusal:
    """Nothing came, or nothing that could be an answer of a store."""
    return Refusal(f"the store cannot be reached or understood ({type(error).__name__})")


def is_busy(code: object, status: object) -> bool:
    """Whether the same request may be answered later."""
    return str(code) in _BUSY or str(status) in _BUSY


def _advice(code: str, status: object) -> str:
    if code in {"NoSuchBucket", "404"}:
        return "there is no such bucket"
    if code == "ContainerNotFound":
        return "there is no such container"
    if is_busy(code, status):
        return "it is too busy: try later"
    return "look at the credentials, the region and the rights"


def _cause(code: str, status: object) -> str:
    if status == 404:
        return "it vanished during the scan"
    if code in _ARCHIVED:
        return "the store has it in an archive, and has to restore it first"
    if status in {401, 403}:
        return f"the store refuses to give it ({code})"
    if is_busy(code, status):
        return f"the store was too busy to give it ({code})"
    return f"the store answered with an error ({code})"
