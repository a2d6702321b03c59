"""A phone at the door reads the badges that journalists fetched: the PDF, as a picture before a camera, off line."""

from __future__ import annotations

import io
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import expect
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.node.press.factories import make_event, make_officer
from tests.node.press.journalist import accredited

from vaern.node.press.journalists import badges
from vaern.node.press.models import CheckIn
from vaern.node.web.places import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SIZE = (640, 480)
DESK = (96, 84, 70)
FRAMES = 45


def frame(badge: Image.Image | None, turned: float = 0.0) -> bytes:
    """Return what a camera sees: a badge that is held up, a little turned and not quite sharp, or the desk alone."""
    picture = Image.new("RGB", SIZE, DESK)
    if badge:
        held = badge.convert("RGBA")
        held.thumbnail((620, 460))
        held = held.rotate(turned, expand=True, resample=Image.Resampling.BICUBIC)
        picture.paste(held, ((SIZE[0] - held.width) // 2, (SIZE[1] - held.height) // 2), held)
    file = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(0.6)).save(file, "JPEG", quality=80)
    return file.getvalue()


def printed(pdf: bytes, folder: Path) -> Image.Image:
    """Return the first page of a PDF as a picture."""
    (folder / "badge.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", "badge.pdf", "badge"], cwd=folder, check=True)
    return Image.open(folder / "badge.png").convert("RGB")


@pytest.fixture
def before_the_camera(browser: Browser, tmp_path: Path) -> Iterator[Any]:
    """Start browsers whose camera sees these pictures, each for some seconds, over and over."""
    started: list[Browser] = []

    def start(pictures: list[Image.Image | None]) -> Browser:
        film = tmp_path / "camera.mjpeg"
        film.write_bytes(b"".join(frame(one, 7.0 * number) * FRAMES for number, one in enumerate(pictures)))
        arguments = [
            *ARGUMENTS,
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ]
        started.append(browser.browser_type.launch(executable_path=CHROMIUM, args=arguments))
        return started[-1]

    yield start
    for one in started:
        one.close()


def test_badges_are_read_one_after_the_other_without_the_net(
    visit: Any, before_the_camera: Any, tmp_path: Path
) -> None:
    PLACES.forget()
    officer = make_officer()
    event = make_event(officer)
    guests = [accredited(officer, event, number, name=f"Guest {number}") for number in (1, 2)]
    pictures = [printed(badges.pdf(guest), tmp_path) for guest in guests]
    phone = visit(
        officer.person,
        of=before_the_camera([None, pictures[0], None, pictures[1]]),
        viewport={"width": 390, "height": 844},
    )
    page = phone.page()
    page.goto(f"{phone.address}/press/door/{event.pk}/")
    expect(page.locator("[data-door][data-ready]")).to_be_visible()
    phone.context.set_offline(True)
    page.reload()
    expect(page.locator("[data-door][data-ready]")).to_be_visible()
    page.get_by_role("button", name="Scan badges").click()
    expect(page.get_by_text("Guest 1 – Nordhavia Morgen")).to_be_visible()
    expect(page.get_by_text("Guest 2 – Nordhavia Morgen")).to_be_visible()
    page.get_by_role("button", name="Stop the camera").click()
    expect(page.get_by_role("button", name="Scan badges")).to_be_visible()
    phone.context.set_offline(False)
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_text("Everything is sent.")).to_be_visible()
    assert {one.registration_id for one in CheckIn.everywhere.all()} == {guest.pk for guest in guests}
    assert [line for line in phone.complaints if "net::ERR_" not in line] == []


STREAMS = """
window.streams = [];
const devices = navigator.mediaDevices;
const asked = devices.getUserMedia.bind(devices);
devices.getUserMedia = async (how) => {
  const stream = await asked(how);
  window.streams.push(stream);
  return stream;
};
"""
LIVE = "() => window.streams.flatMap((one) => one.getTracks()).filter((one) => one.readyState === 'live').length"


def test_a_camera_that_was_stopped_is_off_and_of_badges_at_once_none_is_lost(
    visit: Any, before_the_camera: Any
) -> None:
    PLACES.forget()
    officer = make_officer()
    event = make_event(officer)
    codes = [badges.code_of(accredited(officer, event, number).pk) for number in (1, 2)]
    phone = visit(officer.person, of=before_the_camera([None]), viewport={"width": 390, "height": 844})
    page = phone.page()
    page.add_init_script(STREAMS)
    page.goto(f"{phone.address}/press/door/{event.pk}/")
    expect(page.locator("[data-door][data-ready]")).to_be_visible()
    scan, video = page.locator("[data-part=scan]"), page.locator("[data-part=video]")
    scan.evaluate("(it) => { it.click(); it.click(); it.click(); }")
    expect(video).to_be_visible()
    scan.click()
    expect(video).to_be_hidden()
    page.wait_for_function(f"() => window.streams.length === 2 && ({LIVE})() === 0")
    phone.context.set_offline(True)
    page.evaluate("(codes) => Promise.all(codes.map(checkIn))", codes * 10)
    expect(page.locator("[data-part=state]")).to_have_attribute("data-waiting", "20")
    scan.click()
    expect(video).to_be_visible()
    page.get_by_role("button", name="Remove the list from this phone").click()
    page.wait_for_function(f"() => ({LIVE})() === 0")
