"""Every page of the node, from the router itself, with somebody who may open it and a record that they see."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.browser.node.records import PARAMETERS, QUERIES
from tests.node.factories import sign_in

from vaern.node.organisations.access import declared, of_the_api
from vaern.node.organisations.models import Person
from vaern.node.organisations.queries import viewer_of

if TYPE_CHECKING:
    from collections.abc import Iterator

NOT_PAGES = {
    "health": "text for machines",
    "metrics": "text for machines",
    "robots": "text for machines",
    "favicon": "no content",
    "security-txt": "text for machines",
    **dict.fromkeys(("export", "card"), "a file"),
    "manual-asset": "a picture",
    **dict.fromkeys(("flagger-file", "published-flagger-file"), "a file"),
    "flagger-latest": "leads on to the year",
    "statistics-export": "asks for the second factor first; its own test shows it",
    **dict.fromkeys(("request-pdf", "incoming-receipt", "incoming-document"), "a file"),
    **dict.fromkeys(
        ("released-file", "received-release", "download", "public-figures-file", "indicators-file"), "a file"
    ),
    "alliance-indicators-file": "a file",
    "release-previews": "takes a form; its page is the preview",
    "release-preview-progress": "a part of a page",
    "release-figures": "leads on to the preview",
    **dict.fromkeys(("badge", "public-paper-pdf", "own-paper-pdf"), "a file"),
    **dict.fromkeys(("door-badges", "door-sync", "door-worker"), "for the script of the door"),
    **dict.fromkeys(("step", "withdraw-paper"), "takes a form; its page is the event"),
    **dict.fromkeys(("fetch-bag", "call-proof"), "a file"),
    "fetch-reply-sheet": "a file",
    "compare-reply-sheet": "leads back where no spreadsheet waits; its own test shows it",
    "mfa_download_recovery_codes": "a file",
    "mfa_login_webauthn": "JSON for the script of passkeys",
    "sign-in": "a link of the demonstration, which leads on",
    "enter": "a link of the story, which leads on",
    **dict.fromkeys(("story", "story-next"), "make demo-alliance plays a story, and opens its page"),
    **dict.fromkeys(("one-mail", "tour-receipt"), "test_demo_tour.py opens it, where there is mail and a receipt"),
    **dict.fromkeys(("tour-stop", "tour-leave", "factsheet"), "leads on; test_demo_tour.py walks it"),
    "components-progress": "a part of a page",
    **dict.fromkeys(("take-progress", "intake-progress"), "a part of a page"),
    **dict.fromkeys(("graded-progress", "series-graded-progress"), "a part of a page"),
    **dict.fromkeys(("graded-piece", "series-graded-piece"), "for the script of a page; test_pieces.py sends some"),
    "reason": "the answer to a question that a record asks; its page is the record's",
    "live": "a part of a page",
    "count": "JSON for the script of the menu",
    **dict.fromkeys(("seen", "unseen"), "takes a form; its page is Today"),
    **dict.fromkeys(("claim", "give-back", "bulk", "forget-view"), "takes a form; its page is the list or the report"),
    **dict.fromkeys(("try-source", "fetch-now"), "takes a button; its page is the list"),
    "intake-faults": "leads back where a file had no faults; its own test shows it",
    **dict.fromkeys(("tell-source", "take-feedback"), "leads back where no source waits to be told; a test shows it"),
    **dict.fromkeys(("feedback-given", "feedback-not-given"), "asks of a file that was downloaded; a test shows it"),
    "same": "takes a form; its page is the scan or the report",
    "original": "a file",
    **dict.fromkeys(("read-tidings", "unread-tidings"), "takes a form; its page is the list"),
    "words-unread": "takes the button that undoes it",
    **dict.fromkeys(
        (
            *("private-switch", "private-pair", "private-ask", "private-run"),
            *("private-propose", "private-agree", "private-refuse", "private-withdraw"),
        ),
        "the demonstration compares nothing privately; crosscheck/test_private.py opens it",
    ),
    **dict.fromkeys(("checkpoint", "policy-lines", "add-checkpoint", "cosigned-checkpoint"), "text for machines"),
    "consistency": "text for machines",
    "inclusion": "text for machines",
    **dict.fromkeys(
        (
            "account_reauthenticate",
            "mfa_authenticate",
            "mfa_activate_totp",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_reauthenticate_webauthn",
            "mfa_reauthenticate",
        ),
        "a step that leads on unless it is its turn: test_steps_of_signing_in",
    ),
}
"""Routes that answer a browser with something else than a page, by the last part of their name."""


FOR_PROGRAMS = ("api/", "ispws/", "exchange/call")
"""Where addresses begin that answer a key and no browser."""


@dataclass(frozen=True)
class Route:
    """A route that may have a page.

    Attributes:
        name: with its namespace.
        parameters: names of what its address needs.
        permission: what it asks for; None for everybody.
    """

    name: str
    parameters: tuple[str, ...]
    permission: Any


def file_of(name: str) -> str:
    """Return how the pictures of a page begin, from the name of its route."""
    return name.replace(":", "-")


def routes(
    resolver: URLResolver | None = None, spaces: tuple[str, ...] = (), given: tuple[str, ...] = ()
) -> Iterator[Route]:
    """Walk the router and return what is not a program's, not refused, and not in NOT_PAGES."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if str(pattern.pattern).startswith(FOR_PROGRAMS):
            continue
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from routes(pattern, inner, (*given, *pattern.pattern.regex.groupindex))
        elif isinstance(pattern, URLPattern) and not of_the_api(pattern.callback):
            found = declared(pattern.callback, pattern.name or "")
            if pattern.name in NOT_PAGES or (found and found.refused):
                continue
            parameters = (*given, *pattern.pattern.regex.groupindex)
            yield Route(":".join([*spaces, pattern.name or "?"]), parameters, found and found.permission)


FOR_VISITORS = {
    "organisations:accept",
    "account_reset_password_from_key",
    "reports:report-form",
    "reports:portal",
    "reports:appeal",
    "victims:wish-form",
    "victims:public-appeal",
    "victims:tip",
    "alliance:released",
    "alliance:released-indicator",
    "press:register",
    "press:sent",
    "press:mine",
    "press:public-papers",
    "press:public-paper",
    "press:own-paper",
}
"""Routes with parameters that somebody opens who is not signed in; the others are opened by people."""


OWN_LANGUAGE = {"reports:portal", "reports:appeal"}
"""Pages in the language of the host that was notified, whatever the visitor's browser says."""


def candidates(route: Route, person: Person | None) -> list[str]:
    """Return addresses of the route that the person may have something at."""
    if not route.parameters:
        queries = QUERIES[route.name](person) if person and route.name in QUERIES else [""]
        return [reverse(route.name) + query for query in queries]
    space = route.name.partition(":")[0] + ":"
    given = PARAMETERS.get(route.name) or PARAMETERS.get(space)
    if person is None and route.name not in FOR_VISITORS:
        return []
    assert given, f"{route.name} needs {route.parameters}: say in PARAMETERS what to try"
    fitting = [kwargs for kwargs in given(person) if set(kwargs) == set(route.parameters)]  # type: ignore[arg-type]
    return [reverse(route.name, kwargs=kwargs) for kwargs in fitting]


class Page(NamedTuple):
    """A page, and somebody who sees it, with their session; nobody and none where a visitor is not signed in."""

    name: str
    person: Person | None
    session: str
    path: str


class Search:
    """Find for each route the first person to whom it shows a page, without a browser."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._clients: dict[Any, Client] = {}
        self._shown: Counter[Any] = Counter()
        everybody = Person.everybody.filter(is_active=True).select_related("organisation").order_by("created_at")
        self._people = [(person, viewer_of(person).permissions) for person in everybody]

    def people(self, permission: Any) -> list[Person]:
        """Return people who have a permission: of each set of roles the first few, so that records of theirs exist.

        Who was shown most comes first, so that a whole house is found by few.
        """
        found: dict[tuple[str, ...], list[Person]] = {}
        for person, permissions in self._people:
            if permission is None or permission in permissions:
                found.setdefault(tuple(person.roles), []).append(person)
        few = [person for same in found.values() for person in same[:6]]
        return sorted(few, key=lambda person: -self._shown[person.pk])

    def page(self, route: Route) -> Page | None:
        """Return the page of a route; none where it answers with a file, to programs, or is a form's address alone."""
        tried: list[str] = []
        for person in [*([None] if route.permission is None else []), *self.people(route.permission)]:
            for path in candidates(route, person):
                answer = self.client(person).get(path)
                shown = "text/html" in answer.headers.get("content-type", "")
                if answer.status_code in {401, 405} or (answer.status_code == 200 and not shown):
                    return None
                if answer.status_code == 200:
                    self._shown[person and person.pk] += 1
                    return self._page(route.name, person, path)
                tried.append(f"{person}: {path} {answer.status_code}")
        self.problems.append(f"{route.name}: nobody sees it ({'; '.join(tried[:4]) or 'no address'})")
        return None

    def homes(self) -> list[Page]:
        """Return the front page of one person of each first role."""
        found: dict[str, Page] = {}
        for person in self.people(None):
            role = person.roles[0]
            found[role] = found.get(role) or self._page(f"home:{role}", person, "/")
        return list(found.values())

    def _page(self, name: str, person: Person | None, path: str) -> Page:
        session = self.client(person).cookies.get(settings.SESSION_COOKIE_NAME)
        return Page(name, person, session.value if person and session else "", path)

    def client(self, person: Person | None) -> Client:
        """Return the one client of a person, signed in."""
        key = person and person.pk
        if key not in self._clients:
            self._clients[key] = Client()
            if person:
                sign_in(self._clients[key], person)
        return self._clients[key]
