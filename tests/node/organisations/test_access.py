"""Every route declares what it asks for; one that does not stops the start."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path
from django.views import View
from tests.node.factories import make_person, sign_in

from vaern.node.organisations import access, checks
from vaern.node.organisations.access import Declaration, declared, requires
from vaern.node.organisations.rules import Permission, Role


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nobody decided")


class BareClass(View):
    def get(self, _request: HttpRequest) -> HttpResponse:
        return HttpResponse("nobody decided")


def node_with(*routes: Any) -> ModuleType:
    """The addresses of the node, and some more."""
    from vaern.node.urls import urlpatterns

    module = ModuleType("addresses")
    module.urlpatterns = [*urlpatterns, *routes]  # type: ignore[attr-defined]
    return module


def undeclared() -> list[str]:
    return [error.msg for error in checks.every_route_is_declared() if error.id == "organisations.E001"]


def test_every_route_of_the_node_is_declared() -> None:
    assert undeclared() == []
    assert len(list(checks.declarations())) > 40


@pytest.mark.parametrize("view", [bare, BareClass.as_view()])
@pytest.mark.parametrize("nested", [False, True])
def test_a_route_without_a_declaration_stops_the_start(view: Any, nested: bool) -> None:
    one: list[Any] = [path("forgotten/", view)]
    more = [path("deep/", include((one, "deep")))] if nested else one
    with override_settings(ROOT_URLCONF=node_with(*more)):
        assert undeclared() == [f"{'/deep' * nested}/forgotten/ declares no permission."]


def test_a_route_that_a_library_adds_is_named_with_the_version_that_was_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "account_confirm_reauthentication_code"
    monkeypatch.delitem(access.THIRD_PARTY, name)
    monkeypatch.setitem(access.TRIED, "allauth", ("django-allauth", "65.21.1"))
    assert undeclared() == [
        (
            "/account/reauthenticate/code/confirm/ declares no permission. It comes with django-allauth "
            f"{version('django-allauth')}; the version that was tried is 65.21.1."
        )
    ]


def test_the_version_that_was_tried_is_the_one_that_is_pinned() -> None:
    pinned = (Path(__file__).parents[3] / "requirements.lock").read_text("utf-8")
    for name, tried in access.TRIED.values():
        assert re.search(rf"^{name}==([^ ]+)", pinned, re.MULTILINE)[1] == tried  # type: ignore[index]


@pytest.mark.django_db
@pytest.mark.parametrize("signed_in", [False, True])
def test_a_route_without_a_declaration_answers_nobody(client: Client, signed_in: bool) -> None:
    if signed_in:
        sign_in(client, make_person(Role.ADMINISTRATOR))
    with override_settings(ROOT_URLCONF=node_with(path("forgotten/", bare))):
        assert client.get("/forgotten/").status_code == 404


def test_an_operation_of_the_api_without_a_declaration_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        checks, "OPERATION_SOURCES", [lambda: [("GET /forgotten", None), ("GET /x", Declaration(None, "y"))]]
    )
    assert undeclared() == ["GET /forgotten declares no permission."]


def test_a_declaration_is_found_through_decorators() -> None:
    from django.views.decorators.cache import never_cache

    def inner(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert declared(never_cache(requires(Permission.SCAN_VIEW)(inner))) == Declaration(Permission.SCAN_VIEW)


def test_step_up_follows_from_the_permission() -> None:
    assert Declaration(Permission.SCAN_RELEASE).steps_up
    assert not Declaration(Permission.SCAN_VIEW).steps_up
    assert Declaration(Permission.SCAN_VIEW, step_up=True).steps_up


def test_every_public_route_says_why() -> None:
    for name, declaration in checks.declarations():
        if declaration and declaration.permission is None:
            assert len(declaration.because) > 10, name


def test_the_table_of_the_library_names_routes_that_exist_or_are_switched_off() -> None:
    switched_off = {
        "account_signup_by_passkey",
        "account_request_login_code",
        "mfa_trust",
        "mfa_signup_webauthn",
    }
    names = {name for _, name, _ in checks.routes()}
    assert {n for n in access.THIRD_PARTY if ":" not in n} - names == switched_off
