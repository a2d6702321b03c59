"""Of a method that no route has nothing is answered but that: never the page that GET would give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vaern.node.web.middleware import METHODS

if TYPE_CHECKING:
    from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/", "/account/login/", "/report/", "/api/scans", "/nowhere"])
def test_a_method_that_no_route_has_is_refused(client: Client, method: str, path: str) -> None:
    answer = client.generic(method, path)
    assert answer.status_code == 405
    assert answer["Allow"] == ", ".join(METHODS)
    assert answer["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert b"<form" not in answer.content
