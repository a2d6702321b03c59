"""A survivor on a phone: from the picture to the code to the status, while everything that leaves the phone is read."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import expect
from tests.browser.node.looks import axe, picture
from tests.hashing.pictures import encoded, landscape
from tests.node.factories import make_member, make_organisation

from vaern.hashing import hash_stream
from vaern.node.organisations.rules import OrganisationKind
from vaern.node.reports.models import Desk
from vaern.node.victims.models import WatchedHash
from vaern.node.web.places import PLACES

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page, Request, Route
    from tests.browser.node.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": {"width": 375, "height": 812}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
JPEG = encoded(landscape(1600, 1200, 5), "JPEG", quality=88)
PNG = encoded(landscape(640, 480, 6), "PNG")
WEBP = encoded(landscape(800, 600, 7), "WEBP", quality=85)
GIF = encoded(landscape(320, 240, 8), "GIF")
BMP = encoded(landscape(320, 240, 9), "BMP")
AVIF = encoded(landscape(320, 240, 10), "AVIF", quality=80)
FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 40
FILES = [
    {"name": "summer-by-the-sea.jpg", "mimeType": "image/jpeg", "buffer": JPEG},
    {"name": "garden.png", "mimeType": "image/png", "buffer": PNG},
    {"name": "birthday.webp", "mimeType": "image/webp", "buffer": WEBP},
    {"name": "sailing.gif", "mimeType": "image/gif", "buffer": GIF},
    {"name": "old-scan.bmp", "mimeType": "image/bmp", "buffer": BMP},
    {"name": "from-the-phone.avif", "mimeType": "image/avif", "buffer": AVIF},
    {"name": "beach-film.mp4", "mimeType": "video/mp4", "buffer": FILM},
]


class Wire:
    """All that a browser sent: addresses, headers and bodies."""

    def __init__(self, visitor: Visitor) -> None:
        self.sent: list[bytes] = []
        visitor.context.on("request", self.note)

    def note(self, request: Request) -> None:
        """Keep what one request carries."""
        headers = "\n".join(f"{name}: {value}" for name, value in request.headers.items())
        self.sent.append(f"{request.method} {request.url}\n{headers}\n".encode() + (request.post_data_buffer or b""))

    def found(self, file: dict[str, Any]) -> list[bytes]:
        """Return what was sent of a file: its name, or any 24 bytes of it as they are or in a usual writing."""
        name = file["name"].rpartition(".")[0].encode()
        everything = b"\n".join(self.sent)
        shown = [name] if name.lower() in everything.lower() else []
        return shown + [piece for piece in pieces(file["buffer"]) if piece in everything]


def pieces(content: bytes) -> set[bytes]:
    """Return pieces of a file from all over it, as bytes, hexadecimal digits, base64 and percent-encoded."""
    found: set[bytes] = set()
    for at in {0, 3, len(content) // 3, len(content) // 2, len(content) - 24}:
        piece = content[at : at + 24]
        found |= {piece, piece.hex().encode(), piece.hex().upper().encode()}
        found |= {base64.b64encode(content[at + shift : at + shift + 24]) for shift in range(3)}
    return found


def desk() -> Desk:
    """Make a desk with a form."""
    PLACES.forget()
    hotline = make_organisation(OrganisationKind.HOTLINE, member=make_member("XA"))
    made: Desk = Desk.everywhere.create(
        organisation=hotline, public_name="line", help_name="Listening Ear (invented)", help_at="0800"
    )
    return made


def opened(visitor: Visitor) -> Page:
    """Open the form, and wait until the phone can begin."""
    page = visitor.page()
    page.goto(f"{visitor.address}/wishes/")
    expect(page.locator("[data-device][data-begun]")).to_be_visible()
    return page


def test_from_the_picture_to_the_status_and_no_byte_of_it_leaves(visit: Any) -> None:
    desk()
    phone = visit(None, **PHONE)
    wire = Wire(phone)
    page = opened(phone)
    picture(page, "wishes-begin")
    problems = axe(page)
    phone.context.set_offline(True)
    page.locator("[data-pick]").set_input_files(FILES)
    expect(page.locator("[data-said]")).to_have_text(re.compile(r"^Ready: 6 pictures, 1 video, 13 numbers"))
    problems += axe(page)
    picture(page, "wishes-ready")
    phone.context.set_offline(False)
    assert not any(request.startswith(b"POST") for request in wire.sent)
    page.get_by_text("Only here, when I look with my code.").tap()
    page.get_by_role("button", name="Send the numbers").tap()
    expect(page.locator("main .receipt")).to_be_visible()
    code = page.locator("output.secret-value").inner_text()
    page.get_by_role("link", name="See how far it is").tap()
    page.locator("main [name=code]").fill(code)
    page.get_by_role("button", name="Show").tap()
    expect(page.locator("main")).to_contain_text("We watch for 13 hashes")
    problems += axe(page)
    assert [wire.found(file) for file in FILES] == [[] for _ in FILES]
    assert problems == []
    assert phone.complaints == []
    kept = {(one.kind, bytes(one.value)) for one in WatchedHash.everywhere.all()}
    for file in FILES:
        media = hash_stream(io.BytesIO(file["buffer"]), "x", len(file["buffer"]))
        assert {("sha256", s.value) for s in media.signals if s.kind == "sha256"} <= kept
    assert sum(kind == "pdq" for kind, _value in kept) == 6


def lines(page: Page) -> set[str]:
    """Return what the form would send."""
    return set(page.locator("[name=hashes]").input_value().split("\n"))


def test_each_file_says_what_came_of_it_and_exact_copies_are_found_of_all(visit: Any, tmp_path: Path) -> None:
    desk()
    phone = visit(None, **PHONE, color_scheme="dark")
    phone.prefer("da", "dark")
    page = opened(phone)
    long = tmp_path / "long.mp4"
    with long.open("wb") as film:  # more than is read in one piece
        film.truncate(66 << 20)
        film.seek(65 << 20)
        film.write(b"the end")
    contents = {
        "empty.jpg": b"",
        "words.jpg": b"not a picture",
        "cut.png": PNG[:300],
        "blank.png": encoded(Image.new("RGB", (90, 90), "white"), "PNG"),
        "good.png": PNG,
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    page.locator("[data-pick]").set_input_files([long, *(tmp_path / name for name in contents)])
    expect(page.locator("[data-said]")).to_have_text(re.compile("^Klar: 5 billeder, 1 video, 7 tal"))
    closed, plain = "Din browser kan ikke åbne det.", "Der er for lidt at se på det."
    said = {
        "long.mp4": "Klar. Af en video",
        "empty.jpg": closed,
        "words.jpg": closed,
        "cut.png": closed,
        "blank.png": plain,
        "good.png": "Klar. Kopier kan findes",
    }
    for name, words in said.items():
        expect(page.locator(".chosen li", has_text=name)).to_contain_text(words)
    digests = {f"sha256 {hashlib.sha256(content).hexdigest()}" for content in contents.values()}
    with long.open("rb") as film:
        digests.add(f"sha256 {hashlib.file_digest(film, 'sha256').hexdigest()}")
    assert {line for line in lines(page) if line.startswith("sha256")} == digests
    assert axe(page) == []
    picture(page, "wishes-each-dark-da")
    page.get_by_role("button", name="Udelad: good.png").tap()
    expect(page.locator("[data-said]")).to_have_text(re.compile("^Klar: 4 billeder, 1 video, 5 tal"))
    assert f"sha256 {hashlib.sha256(PNG).hexdigest()}" not in lines(page)
    assert phone.complaints == []


def test_what_is_stopped_ends_and_leaves_nothing_and_what_was_pasted_stays(visit: Any, tmp_path: Path) -> None:
    """The first file has a terabyte, so the second is done only if the work on the first really ended."""
    desk()
    phone = visit(None, **PHONE)
    page = opened(phone)
    page.get_by_text("The numbers that are sent").tap()
    pasted = f"sha1 {hashlib.sha1(b'pasted', usedforsecurity=False).hexdigest()}"
    page.locator("[name=hashes]").fill(pasted)
    endless = tmp_path / "endless.mp4"
    with endless.open("wb") as film:
        film.truncate(1 << 40)
    (tmp_path / "after.png").write_bytes(PNG)
    page.locator("[data-pick]").set_input_files([endless, tmp_path / "after.png"])
    expect(page.locator("[data-said]")).to_have_text("0 of 2 are done.")
    bar = page.get_by_role("progressbar", name="endless.mp4")
    for _moves in range(2):
        before = bar.evaluate("bar => bar.value")
        page.wait_for_function("([bar, before]) => bar.value > before", arg=[bar.element_handle(), before])
    assert 0 < bar.evaluate("bar => bar.value") < 1
    page.get_by_role("button", name="Send the numbers").tap()
    expect(page.locator("[data-said]")).to_have_text(re.compile("^Not yet"))
    page.get_by_role("button", name="Stop: endless.mp4").tap()
    expect(page.locator("[data-said]")).to_have_text(re.compile("^Ready: 1 picture, 2 numbers"))
    assert page.locator(".chosen li").count() == 1
    assert pasted in lines(page)
    assert {line.split(" ")[0] for line in lines(page)} == {"sha1", "sha256", "pdq"}
    assert phone.complaints == []


def test_where_a_worker_cannot_draw_the_page_does(visit: Any) -> None:
    desk()
    phone = visit(None, **PHONE)

    def older(route: Route) -> None:
        answer = route.fetch()
        headers = {name: value for name, value in answer.headers.items() if name != "content-encoding"}
        route.fulfill(status=200, headers=headers, body=f"delete self.OffscreenCanvas;{answer.text()}")

    phone.context.route("**/victims/device/worker.*.js", older)
    page = opened(phone)
    assert page.workers[0].evaluate("typeof OffscreenCanvas") == "undefined"
    page.locator("[data-pick]").set_input_files(FILES[:2])
    expect(page.locator("[data-said]")).to_have_text(re.compile("^Ready: 2 pictures, 4 numbers"))


REFUSED = """async (address) => {
  try { await fetch(address, { method: "POST", body: "x" }); return "sent"; } catch { return "refused"; }
}"""


def test_neither_the_page_nor_its_worker_can_send_by_another_way_than_the_form(visit: Any) -> None:
    """Even a script that somebody else put there could not: the browser refuses it by the policies of both."""
    desk()
    phone = visit(None, **PHONE)
    page = opened(phone)
    for address in (f"{phone.address}/wishes/", "https://elsewhere.example/"):
        assert page.evaluate(REFUSED, address) == "refused"
        assert page.workers[0].evaluate(REFUSED, address) == "refused"
    assert page.locator("[data-pick]").evaluate("field => [field.name, field.form]") == ["", None]


def test_without_scripts_the_way_by_a_computer_is_open(visit: Any) -> None:
    desk()
    phone = visit(None, **PHONE, java_script_enabled=False)
    page = phone.page()
    page.goto(f"{phone.address}/wishes/")
    expect(page.locator("[data-device]")).to_be_hidden()
    expect(page.get_by_text("vaern hash --json")).to_be_visible()
    expect(page.locator("[name=hashes]")).to_be_visible()


def test_the_report_and_its_receipt_lead_to_it_and_it_leads_to_a_report(visit: Any) -> None:
    desk()
    phone = visit(None, **PHONE)
    page = phone.page()
    for address in ("/report/", "/report/receipt/"):
        page.goto(phone.address + address)
        page.get_by_role("link", name="Have pictures of you removed").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Have pictures of you removed")
    page.get_by_role("link", name="Report it, and see what helps now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Report child sexual abuse online")
    assert phone.complaints == []
