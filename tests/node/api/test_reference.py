"""The page about the API and the contract itself are what the operations say."""

from __future__ import annotations

import api_reference
from django.test import Client

from vaern.node import api


def test_the_reference_is_fresh() -> None:
    """It is written from the whole document and so is its snapshot: a change of the contract shows in review."""
    assert api_reference.PAGE.read_text("utf-8") == api_reference.page(), "run `make reference`"


def test_the_contract_is_served_to_everybody_and_loads_nothing_from_elsewhere() -> None:
    answer = Client().get("/api/openapi.json")
    assert answer.status_code == 200
    assert answer.json() == api.openapi()
    assert "http" not in answer.content.decode().replace("http: 1.1", "").replace('"type": "http"', "")
