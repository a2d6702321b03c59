"""Do something on a page, read what came of it, and press *Undo* as its reader would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaern.node.web.results import of_message

if TYPE_CHECKING:
    from django.test import Client


def done(client: Client, url: str, given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Send a form; return what is said of it and what stands beside that: `undo` and `then`."""
    page = client.post(url, given, follow=True)
    assert page.redirect_chain, page.content.decode()[:3000]
    (message,) = page.context["messages"]
    assert str(message) not in {"", "Done, and recorded."}
    return str(message), of_message(message)


def undone(client: Client, undo: dict[str, Any]) -> None:
    """Press *Undo*: it sends what the page holds, and nothing is typed, not even a reason."""
    given: dict[str, list[str]] = {}
    for name, value in undo["inputs"]:
        given.setdefault(name, []).append(value)
    page = client.post(undo["url"], given)
    assert page.status_code == 302, page.content.decode()[:3000]
