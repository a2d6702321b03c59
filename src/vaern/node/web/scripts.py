"""Response headers of our scripts: the content security policy for a script that runs as a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wsgiref.headers import Headers

POLICY = "default-src 'none'; script-src 'self'"
"""A worker has the policy of its own script and not that of its page (Content Security Policy Level 3, 4.2.3 and HTML,
"run a worker"). By this one it loads scripts of ours, and opens no connection: what a person lends it goes nowhere."""


def protect(headers: Headers, path: str, url: str) -> None:
    """Add the headers that restrict a script running as a worker."""
    if url.endswith(".js"):
        headers["Content-Security-Policy"] = POLICY
        headers["Cross-Origin-Embedder-Policy"] = "require-corp"
