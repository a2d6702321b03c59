"""Reports to a desk on a node, by the standard library alone: whoever sends needs no extra (`vaern report send`)."""

from __future__ import annotations

import http.client
import json
import time
from typing import Any
from urllib.parse import urlsplit

PAUSES = (1.0, 5.0, 20.0)
"""Seconds before another try, where one may help."""

TRY_AGAIN = frozenset({429, 500, 502, 503, 504})


class SendingError(ValueError):
    """A report could not be sent; the message says why and what to do."""


class Desk:
    """A desk on a node.

    Args:
        address: of the node: `https://node.example`; `http` for this machine alone.
        key: of the sender's organisation.
        desk: id of the organisation that takes the reports; None for the sender's own.
        reason: as in the header Vaern-Reason.

    Raises:
        SendingError: the address or the reason is not valid.
    """

    def __init__(self, address: str, key: str, desk: str | None = None, reason: str = "investigation") -> None:
        try:
            parts = urlsplit(address)
            parts.port  # noqa: B018 - raises where it is no number
        except ValueError:
            parts = urlsplit("")
        local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
        if parts.scheme not in {"http", "https"} or not parts.hostname or (parts.scheme == "http" and not local):
            raise SendingError("The address of a node is needed, such as https://node.example.")
        if not reason.isascii() or not reason.isprintable():
            raise SendingError("The reason is one of the node's codes, and after a semicolon plain words.")
        if desk and not desk.replace("-", "").isalnum():
            raise SendingError("The desk is named by its identifier in the node's directory.")
        self.address, self.desk = address.rstrip("/"), desk
        self._parts, self._path = parts, "/api/reports" + (f"?to={desk}" if desk else "")
        self._headers = {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Vaern-Reason": reason,
        }

    def send(self, report: dict[str, Any]) -> str:
        """Send one report and return its id on the node; retry with pauses where that may help.

        Raises:
            SendingError: it was refused, or not accepted after several tries.
        """
        body, said = json.dumps(report).encode(), ""
        for pause in (*PAUSES, None):
            try:
                status, answer, after = self._post(body)
            except OSError as error:
                said, after = f"cannot be reached ({(error.strerror or str(error)).lower()})", 0
            else:
                if status in {200, 201} and "id" in answer:
                    return str(answer["id"])
                if status not in TRY_AGAIN:
                    raise SendingError(f"{self.address} refused the report: {_said(status, answer)}")
                said = f"answers {status} at the moment"
            if pause is not None:
                time.sleep(max(pause, min(after, 60)))
        raise SendingError(f"{self.address} {said}. Run the same command again later: nothing is sent twice.")

    def _post(self, body: bytes) -> tuple[int, dict[str, Any], int]:
        """Return status, answer, and for how many seconds the node asks to wait.

        Raises:
            OSError: no answer came.
        """
        kind = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(str(self._parts.hostname), self._parts.port, timeout=60)
        try:
            connection.request("POST", self._path, body, self._headers)
            answer = connection.getresponse()
            text, after = answer.read(), answer.headers.get("Retry-After", "0")
        except http.client.HTTPException as error:
            raise OSError(type(error).__name__) from error
        finally:
            connection.close()
        try:
            found = json.loads(text)
        except ValueError:
            found = {}
        return answer.status, found if isinstance(found, dict) else {}, int(after) if after.isdigit() else 0


def _said(status: int, answer: dict[str, Any]) -> str:
    """What a problem document says, every fault with its place."""
    lines = [str(answer.get("detail") or f"it answers {status}, and not as a node does.")]
    lines += [f"  {fault.get('where')}: {fault.get('what')}" for fault in answer.get("errors", ())]
    return "\n".join(lines)
