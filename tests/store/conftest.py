"""What the tests of stores share: a bucket that is served, and the environment that leads to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.client.serving import serving
from tests.store.bucket import KEY, SECRET, TOKEN, Bucket
from tests.store.draining import settle

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Bucket, str]]:
    """A bucket and its address."""
    bucket = Bucket()
    with serving(bucket) as server:
        yield bucket, server.base


@pytest.fixture
def bucket(served: tuple[Bucket, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """An empty bucket, to which the environment leads; a request that fails is not tried again."""
    bucket, address = served
    bucket.__init__()  # type: ignore[misc]
    for name, value in environment(address).items():
        monkeypatch.setenv(name, value)
    yield bucket
    settle()


def environment(address: str) -> dict[str, str]:
    """AWS's variables for a store at this address, and for nothing else."""
    return {
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_SESSION_TOKEN": TOKEN,
        "AWS_REGION": "eu-north-1",
        "AWS_DEFAULT_REGION": "eu-north-1",
        "AWS_ENDPOINT_URL": address,
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }
