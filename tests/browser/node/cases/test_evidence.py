"""Evidence from its entry to a bag that comes back, in a browser; every page by axe-core too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser.node.cases.test_home_again import Room, fill_reason
from tests.node.cases.evidence.worlds import DIGEST, desk, make_case

from vaern.node.cases.models import Evidence, EvidenceBag

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

WORDS = {
    "en": ("The chain of custody is whole: 4 events", "NOT the same as registered", "The bag is valid"),
    "da": ("Beviskæden er hel: 4 hændelser", "IKKE det samme som registreret", "Posen er gyldig"),
}


@pytest.mark.turns
@pytest.mark.parametrize(("language", "width", "theme"), [("en", 1440, "light"), ("da", 390, "dark")])
def test_from_the_store_to_the_court_and_back(
    visit: Any, tmp_path: Path, language: str, width: int, theme: str
) -> None:
    investigator = desk()
    case = make_case(investigator.organisation)
    room = Room(visit, investigator, viewport={"width": width, "height": 900})
    room.visitor.prefer(language, theme)
    whole, differs, valid = WORDS[language]

    room.open(f"/cases/{case.pk}/")
    fill(
        room,
        f"/cases/{case.pk}/evidence/new/",
        kind="image",
        description="Image of a drive (synthetic)",
        digests=DIGEST,
    )
    evidence = Evidence.everywhere.get()
    base = f"/cases/{case.pk}/evidence/{evidence.pk}/"
    fill(room, f"{base}events/handed_over/", giver="Search team", taker="Evidence store", seal="S-17")
    fill(room, f"{base}check/", text=DIGEST)
    fill(room, f"{base}check/", text="00" * 32)
    assert whole in room.page.content()
    assert differs in room.page.content()
    room.look("evidence")
    room.open(f"/cases/{case.pk}/")
    room.go("/evidence/export/")
    fill(room, None, to_whom="District court (synthetic)")
    bag = EvidenceBag.everywhere.get()
    expect(room.page).to_have_url(f"{room.visitor.address}/cases/{case.pk}/bags/{bag.pk}/")
    room.look("evidence bag")
    with room.page.expect_download() as download:
        room.page.locator("a[href$='/fetch/']").click()
    download.value.save_as(tmp_path / "bag.zip")
    room.open("/cases/bags/verify/")
    room.page.locator("main [name=bag]").set_input_files(tmp_path / "bag.zip")
    room.submit()
    expect(room.page.locator("main .chip").first).to_have_text(valid)
    room.look("bag examined")
    assert room.problems == []


def fill(room: Room, path: str | None, **given: str) -> None:
    """Fill in a form, say why, and send it."""
    if path:
        room.open(path)
    for name, value in given.items():
        field = room.here.locator(f"[name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    fill_reason(room.page)
    room.submit()
