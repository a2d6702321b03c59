"""What the page of a wish puts forward can be done, and what is done is not put forward again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from tests.node.casework.offers import assert_offered_is_allowed, head_of
from tests.node.factories import sign_in
from tests.node.victims.factories import make_specialist, make_victims

from vaern.node.victims.models import Wish

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
WISHES = dict.fromkeys(["victims:seen-wish", "victims:note-wish", "victims:erase-wish"])


def test_a_wish_offers_that_it_was_looked_after(client: Client) -> None:
    viewer = make_specialist()
    sign_in(client, viewer.person)
    wish = Wish.everywhere.get(pk=make_victims(viewer.organisation, viewer.person)["wish"])
    at = reverse("victims:wish", args=[wish.pk])
    head = head_of(client, at)
    assert_offered_is_allowed(client, head, None, {}, WISHES)
    assert head.first
    assert head.first.url == reverse("victims:seen-wish", args=[wish.pk])
