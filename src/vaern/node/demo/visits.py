"""Following a link of the demonstration as a browser does, with its cookies, on this machine."""

from __future__ import annotations

import http.client
import http.cookies
from urllib.parse import urlsplit

PART_FAILED = b"data-failed"
"""The mark of a front page that says that something of it could not be shown."""


def visit(bind: tuple[str, int], link: str) -> tuple[list[int], bytes]:
    """Follow a link of the node that listens there; return each status, and the last page."""
    (host, port), called = bind, urlsplit(link).netloc
    path, jar, statuses, page = urlsplit(link).path, http.cookies.SimpleCookie(), [], b""
    for _ in range(5):
        connection = http.client.HTTPConnection(host, port, timeout=20)
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in jar.items())
        connection.request("GET", path, headers={"Host": called, "Cookie": cookies})
        response = connection.getresponse()
        page = response.read()
        statuses.append(response.status)
        for value in response.headers.get_all("Set-Cookie") or ():
            jar.load(value)
        connection.close()
        location = response.headers.get("Location")
        if not location:
            break
        parts = urlsplit(location)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return statuses, page
