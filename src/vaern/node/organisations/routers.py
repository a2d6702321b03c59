"""The guard of the API: every operation declares a permission, a key must have it, and the scope is that of its owner.

router = GuardedRouter(tags=["scans"])

@router.get("/scans", permission=Permission.SCAN_VIEW, asks_reason=True, response=ScanPage)
def list_scans(request): ...          # request.viewer is set, `viewing(…)` is open
"""

from __future__ import annotations

import functools
import inspect
import re
from typing import TYPE_CHECKING, Any

from django.conf import settings
from ninja import Router
from ninja.security.base import AuthBase

from vaern.node.base.scope import viewing
from vaern.node.organisations.access import Declaration
from vaern.node.organisations.keys import key_viewer
from vaern.node.web import intake, limits
from vaern.node.web.problems import Fault, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest

    from vaern.node.organisations.rules import Permission
    from vaern.node.organisations.viewers import Viewer

ACCEPTED = ("*/*", "application/*", "application/json", "application/problem+json", "application/vnd.oai.openapi+json")


class ApiKey(AuthBase):
    """`Authorization: Bearer vaern_…`: who asks, how often they may, and whether they may do this, as they ask it.

    Args:
        permission: what the operation declares.
        largest: bytes that a body may have.
        look: what looks at the body, where the operation takes more than text.

    Attributes:
        parameters: the names of the operation's query parameters; the router fills them in.
    """

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = "An API key of an organisation; its administrator makes it under Organisation, API keys."

    def __init__(self, permission: Permission, largest: int, look: Callable[[bytes], str] | None = None) -> None:
        self.permission = permission
        self.largest, self.look = largest, look
        self.parameters: frozenset[str] = frozenset()
        super().__init__()

    def __call__(self, request: HttpRequest) -> Viewer:
        """Return the viewer whose key it is.

        Raises:
            Problem: no valid key, too many requests, not this one's permission, a query parameter of no meaning, or a
                body that is not taken. It is read last: a caller without a good key costs nothing.
        """
        check_accept(request)
        viewer = admitted(request.headers.get("Authorization", ""), self.permission)
        if faults := unknown_parameters(request.GET, self.parameters):
            raise Problem("invalid", "Some query parameters do not exist here; see errors.", faults)
        intake.look(request, self.largest, self.look)
        request.viewer = viewer  # type: ignore[attr-defined]
        return viewer


def admitted(authorization: str, permission: Permission, challenge: str = 'Bearer realm="vaern"') -> Viewer:
    """Return the viewer whose key is in a header, if it may do this now.

    Args:
        authorization: `Bearer vaern_…`.
        permission: what the operation asks for.
        challenge: how a program is told to send its key.

    Raises:
        Problem: no valid key, too many requests, or not this one's permission.
    """
    viewer = key_viewer(authorization)
    if viewer is None or viewer.key is None:
        way = "as the password" if challenge.startswith("Basic") else "Authorization: Bearer vaern_…"
        raise Problem(
            "unauthenticated", f"Send a valid key of your organisation: {way}.", headers={"WWW-Authenticate": challenge}
        )
    if wait := limits.take(viewer.key.id, settings.KEY_RATE, 10 * settings.KEY_RATE):
        raise Problem("too-many-requests", "Wait, then go on slower.", headers={"Retry-After": str(wait)})
    if not viewer.may(permission):
        raise Problem("forbidden", f"This key was not given the permission {permission}.")
    return viewer


def check_accept(request: HttpRequest) -> None:
    """Refuse a caller who wants anything but JSON.

    Raises:
        Problem: `not-acceptable`.
    """
    wanted = request.headers.get("Accept", "*/*") or "*/*"
    kinds = [kind.partition(";")[0].strip().lower() for kind in wanted.split(",")]
    if not any(kind in ACCEPTED for kind in kinds):
        raise Problem("not-acceptable", "Answers are application/json, and application/problem+json for errors.")


_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}\Z")


def unknown_parameters(given: Iterable[str], known: frozenset[str]) -> tuple[Fault, ...]:
    """Return a fault for each query parameter that an operation does not have, at most twenty.

    One that is misspelt would be ignored, and the answer would be to another question than was asked. Its name is said
    where it looks like one; anything else came from outside and is not repeated, so its place is said.
    """
    faults = [
        Fault(f"query.{name}" if _PLAIN_NAME.match(name) else f"query, parameter {place}", "is no parameter here")
        for place, name in enumerate(given, start=1)
        if name not in known
    ]
    return tuple(faults[:20])


class GuardedRouter(Router):
    """A router whose operations cannot be without a declaration."""

    def add_api_operation(  # type: ignore[override]
        self,
        path: str,  # noqa: ARG002
        methods: list[str],  # noqa: ARG002
        view_func: Callable[..., Any],
        **options: Any,  # noqa: ARG002
    ) -> None:
        """Add an operation.

        Raises:
            TypeError: it declares no permission.
        """
        raise TypeError(f"{view_func.__name__}: use router.operation(…, permission=…); an operation declares one")

    def operation(
        self, method: str, path: str, *, permission: Permission, asks_reason: bool = False, **options: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Add an operation of one method, guarded.

        Args:
            method: `GET`, `POST`, …
            path: below the router.
            permission: what the key must have.
            asks_reason: the header Vaern-Reason is needed.
            options: as in `ninja.Router.get`.
        """

        def declare(view: Callable[..., Any]) -> Callable[..., Any]:
            @functools.wraps(view)
            def guarded(request: HttpRequest, *args: Any, **values: Any) -> Any:
                with viewing(request.viewer.organisation.id):  # type: ignore[attr-defined]
                    return view(request, *args, **values)

            # Resolved here, because the names in it are those of the app's module and not of this one.
            guarded.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
            guarded.declaration = Declaration(permission)  # type: ignore[attr-defined]
            guarded.asks_reason = asks_reason  # type: ignore[attr-defined]
            usual = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
            key = ApiKey(
                permission,
                intake.declared(view, "largest_body", otherwise=usual),
                intake.declared(view, "looks_into", otherwise=None),
            )
            super(GuardedRouter, self).add_api_operation(
                path, [method], guarded, auth=key, by_alias=True, operation_id=view.__name__, **options
            )
            key.parameters = self._parameters_of(guarded)
            return guarded

        return declare

    def _parameters_of(self, view: Callable[..., Any]) -> frozenset[str]:
        """Return the names of a view's query parameters, as django-ninja has understood its signature."""
        (operation,) = (
            made for path in self.path_operations.values() for made in path.operations if made.view_func is view
        )
        return frozenset(
            name
            for model in operation.models
            if model.__ninja_param_source__ == "query"
            for name in model.__ninja_flatten_map__  # type: ignore[attr-defined]
        )
