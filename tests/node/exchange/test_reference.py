"""The reference of the formats is made from the kinds that are registered, and is not stale."""

from __future__ import annotations

import message_reference
import pytest

from vaern.node.exchange.base.kinds import kinds


@pytest.mark.once
def test_the_reference_of_messages_is_not_stale() -> None:
    assert message_reference.PAGE.read_text("utf-8") == message_reference.page()


def test_every_kind_stands_in_it() -> None:
    page = message_reference.PAGE.read_text("utf-8")
    for name, kind in kinds().items():
        assert f"### `{name}`" in page
        assert page.count(f"### `{name}`") == 1
        assert str(kind.label)[0].isupper()
