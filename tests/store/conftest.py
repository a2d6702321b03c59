"""What the tests of stores share: a store that is served, of either kind, and the environment that leads to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.client.serving import serving
from tests.store.bucket import Bucket, Container
from tests.store.draining import settle

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = {kind.SCHEME: kind for kind in (Bucket, Container)}
ONLY_S3 = pytest.mark.parametrize("served", ["s3"], indirect=True)
"""For what one store alone has."""


@pytest.fixture(scope="module", params=KINDS)
def served(request: pytest.FixtureRequest) -> Iterator[tuple[Bucket, str]]:
    """A store and its address."""
    store = KINDS[request.param]()
    with serving(store) as server:
        yield store, server.base


@pytest.fixture
def bucket(served: tuple[Bucket, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """An empty store, to which the environment leads; a request that fails is not tried again."""
    bucket, address = served
    bucket.__init__()  # type: ignore[misc]
    for name, value in bucket.environment(address).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("vaern.store.azure.ATTEMPTS", 1)
    yield bucket
    settle()
