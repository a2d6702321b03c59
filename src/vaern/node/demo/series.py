"""Series of the demonstration: from unknown files to a safeguarded child in another country, by the real actions.

Everything is invented: hashes are random, cameras do not exist, clues are of nobody's home. Nothing is written round
the actions, so what the ledger says of it is true.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.formats.findings import encode
from vaern.node.base.scope import viewing
from vaern.node.casework.releases.terms import Handling, Terms
from vaern.node.demo import graded
from vaern.node.demo.results import LIST, RELEASE
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import Role
from vaern.node.reports.base import desks
from vaern.node.reports.public.tokens import FormToken
from vaern.node.scans import actions as scans
from vaern.node.scans.results import read_lines, read_run
from vaern.node.victims.appeals import actions as appeals
from vaern.node.victims.clues import actions as clues
from vaern.node.victims.grouping import actions as grouping
from vaern.node.victims.grouping import takes
from vaern.node.victims.models import Member, NearValue, Series
from vaern.node.victims.rules.appeals import Check
from vaern.node.victims.rules.clues import Circle, ClueKind, Confidence, Nature
from vaern.node.victims.rules.sharing import Milestones, Recorded
from vaern.node.victims.rules.wishes import Told
from vaern.node.victims.sharing import actions as sharing
from vaern.node.victims.sharing import outcomes
from vaern.node.victims.sheet.actions import work_on
from vaern.node.victims.wishes import actions as wishes
from vaern.node.victims.wishes.hits import look_for
from vaern.records import Finding, Match, Media, Signal, Traits

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from vaern.node.demo.seed import Alliance
    from vaern.node.demo.stories import Story
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.victims.rules.clues import ClueKind as Kind

LOOK = Reason(Why.VICTIM_IDENTIFICATION, "which files belong together?")
HERE, THERE, BESIDE = "police.nordhavia", "police.thalvia", "police.vestrovia"


@dataclass(frozen=True)
class Made:
    """What a series of the demonstration is made of.

    Attributes:
        seed: another number is another series.
        files: how many.
        make, model: of a camera that does not exist; "" for pictures without one.
        place: in the middle of a sea.
        near: the entry of the shared list that its first file is near to; "" for none.
    """

    seed: int
    files: int
    make: str = ""
    model: str = ""
    place: tuple[float, float] | None = None
    near: str = ""


SERIES = (
    Made(11, 14, "Halden", "P40", (56.1, 4.2)),
    Made(12, 9, "Okuma Optics", "Z2", (55.9, 4.6)),
    Made(13, 22, "Halden", "P12"),
    Made(14, 6),
    Made(15, 11, "Brennick", "C5", (56.4, 4.1)),
    Made(16, 8, "Okuma Optics", "Z7"),
    Made(17, 17, "Brennick", "C9"),
)


def do(alliance: Alliance) -> Story:
    """Let the specialists work; the same at each first start."""
    yasmin, ioana, priya = (alliance.someone(host, Role.IDENTIFIER) for host in (HERE, THERE, BESIDE))
    made = _take(yasmin)
    alliance.marked["series"] = made[0]
    yield timedelta(hours=4)
    _work(yasmin, made)
    yield timedelta(hours=16)
    yield from _abroad(yasmin, ioana, made)
    yield timedelta(hours=5)
    _elsewhere(priya, SERIES[5])
    yield timedelta(hours=14)
    _at_home(yasmin, made)
    yield timedelta(hours=3)
    _ask_the_public(alliance, yasmin, made[4])
    yield timedelta(hours=20)
    _ask_again(yasmin, made[2])
    yield timedelta(hours=4)
    _wish(alliance, made[0])
    yield timedelta(hours=3)
    _together(yasmin, made)
    yield timedelta(hours=3)
    graded.do(yasmin, made[2])


def _take(viewer: Viewer) -> list[Series]:
    """Bring in a drive, and let its unknown files become series, in the order of `SERIES`."""
    with viewing(viewer.organisation.id):
        run, findings = drive("NH-0555", SERIES)
        scan, _made = scans.receive(viewer, LOOK, "NH-0555 drive", read_run(run), read_lines(findings), finished=True)
        takes.take_scan(viewer, LOOK, scan)
    return [of(viewer.organisation.id, made) for made in SERIES]


def _together(yasmin: Viewer, made: list[Series]) -> None:
    """Let a file link two confirmed series, merge two that opened of one hash each, and split files off a third."""
    with viewing(yasmin.organisation.id):
        look = NearValue.everywhere.filter(member__series=made[5], kind="pdq").order_by("pk").first()
        bridge = [Signal("sha256", _digest(SERIES[3].seed, 0))] + ([Signal("pdq", bytes(look.value))] if look else [])
        takes.add_by_hash(yasmin, LOOK, bridge, synthetic=True)
        one, other = (
            takes.add_by_hash(yasmin, LOOK, [Signal("sha256", _digest(seed, 0))], synthetic=True).series
            for seed in (91, 92)
        )
        grouping.merge(yasmin, LOOK, one, other)
        files = Member.everywhere.filter(series=made[6]).order_by("pk").values_list("pk", flat=True)
        grouping.split(yasmin, LOOK, made[6], list(files[:3]))


def of(organisation: UUID, made: Made) -> Series:
    """Return the series in which the first file of what was made stands."""
    member = Member.everywhere.select_related("series").get(organisation=organisation, sha256=_digest(made.seed, 0))
    series: Series = member.series
    return series


def _work(yasmin: Viewer, made: list[Series]) -> None:
    """Confirm and analyse most of them, and write down clues."""
    with viewing(yasmin.organisation.id):
        for series in made[:6]:
            grouping.confirm(yasmin, LOOK, series)
            outcomes.analyse(yasmin, LOOK, series)
        for series in made[:3]:
            work_on(yasmin, LOOK, series)
        _clue(yasmin, made[0], ClueKind.SOCKET, "A round socket with a pin in the middle, twice", ["XT", "XL"])
        _clue(yasmin, made[0], ClueKind.LANGUAGE, "A song on the radio is in Thalvian", ["XT"], sure=Confidence.HIGH)
        _clue(
            yasmin,
            made[0],
            ClueKind.LANDSCAPE,
            "Terraced hills behind the window",
            ["XT", "XL", "XQ"],
            nature=Nature.ASSESSMENT,
        )
        _clue(yasmin, made[1], ClueKind.PACKAGING, "A carton of milk with a blue swan", ["XV"], sure=Confidence.HIGH)
        _clue(yasmin, made[1], ClueKind.UNIFORM, "A green school sweater with a white collar", ["XV", "XA"])
        _clue(yasmin, made[2], ClueKind.SOUND, "A two-tone siren passes outside", ["XL"])
        _clue(yasmin, made[2], ClueKind.OBJECT, "A calendar that begins its weeks on Sunday", against=["XA", "XV"])
        _clue(yasmin, made[4], ClueKind.OBJECT, "A red mug with a lighthouse and three gulls", circle=Circle.PUBLIC)
        clues.propose(yasmin, LOOK, made[0], "XT")
        clues.propose(yasmin, LOOK, made[1], "XV")
        clues.propose(yasmin, LOOK, made[2], "XL")


def _clue(
    viewer: Viewer,
    series: Series,
    kind: Kind,
    words: str,
    countries: list[str] | None = None,
    *,
    against: list[str] | None = None,
    sure: Confidence = Confidence.MEDIUM,
    nature: Nature = Nature.FACT,
    circle: Circle = Circle.RECIPIENTS,
) -> None:
    clues.add(
        viewer,
        LOOK,
        series,
        kind,
        words,
        nature=nature,
        confidence=sure,
        circle=circle,
        countries=countries or [],
        against=against or [],
    )


_GIRL_OF_NINE = Recorded(girls=1, under14=1)
"""As a desk records it; of the third child of the demonstration nobody did."""


def _abroad(yasmin: Viewer, ioana: Viewer, made: list[Series]) -> Story:
    """One series goes to Thalvia and comes home with a safe child; one waits for Vestrovia's answer."""
    until = timezone.now() + timedelta(days=180)
    with viewing(yasmin.organisation.id):
        (sent,) = sharing.disseminate(yasmin, LOOK, made[0], [ioana.organisation.id], Terms(Handling.RED, until))
    yield timedelta(days=1)
    with viewing(ioana.organisation.id):
        sharing.accept(ioana, LOOK, sent)
        _clue(
            ioana,
            made[0],
            ClueKind.UNIFORM,
            "The scarf is that of a swimming club in the north",
            ["XT"],
            sure=Confidence.HIGH,
        )
    yield timedelta(days=2)
    today = timezone.localdate()
    with viewing(ioana.organisation.id):
        outcomes.identify(ioana, LOOK, made[0], today - timedelta(days=2), "TH-VI-118", recorded=_GIRL_OF_NINE)
        outcomes.safeguard(ioana, LOOK, made[0], today - timedelta(days=1))
        outcomes.late_outcome(ioana, LOOK, made[0], Milestones.SUPPORTED, today)
    with viewing(yasmin.organisation.id):
        from vaern.node.organisations.models import Organisation

        vestrovia = Organisation.objects.get(member__code="XV", kind="police")
        sharing.disseminate(yasmin, LOOK, made[1], [vestrovia.pk], Terms(Handling.AMBER_STRICT, until))


def _elsewhere(priya: Viewer, made: Made) -> None:
    """Vestrovia has a file of one of Nordhavia's series, and identifies the child: Nordhavia's series stops."""
    with viewing(priya.organisation.id):
        run, findings = drive("V-77-2204", (made,))
        scan, _made = scans.receive(priya, LOOK, "V/77/2204", read_run(run), read_lines(findings), finished=True)
        takes.take_scan(priya, LOOK, scan)
        own = of(priya.organisation.id, made)
        grouping.confirm(priya, LOOK, own)
        outcomes.analyse(priya, LOOK, own)
        outcomes.identify(priya, LOOK, own, timezone.localdate(), "V-VI-9")


def _at_home(yasmin: Viewer, made: list[Series]) -> None:
    """One series is identified at home and closed after safeguarding; one is closed, with its reason, unidentified."""
    today = timezone.localdate()
    with viewing(yasmin.organisation.id):
        outcomes.identify(yasmin, LOOK, made[6], today - timedelta(days=1), "NH-VI-40", recorded=_GIRL_OF_NINE)
        outcomes.safeguard(yasmin, LOOK, made[6], today)
        outcomes.close(yasmin, LOOK, made[6])
        outcomes.close(yasmin, LOOK, made[3], "adults, by the evidence of another case")


def _ask_the_public(alliance: Alliance, yasmin: Viewer, series: Series) -> None:
    """An object is described, checked by two others, and published; a tip comes."""
    mikkel, birte = alliance.someone(HERE, Role.INVESTIGATOR), _second_checker(alliance)
    texts = {
        "en": ("A red mug with a lighthouse", "A red mug with a white lighthouse and three gulls. Where is it sold?"),
        "da": ("Et rødt krus med et fyrtårn", "Et rødt krus med et hvidt fyrtårn og tre måger. Hvor sælges det?"),
    }
    with viewing(yasmin.organisation.id):
        rests_on = [clue.pk for clue in series.clues.all()]
        ends = timezone.localdate() + timedelta(days=60)
        appeal = appeals.write(yasmin, LOOK, series, texts, rests_on, ends)
        appeals.check(mikkel, Reason(Why.INVESTIGATION, "the law allows it"), appeal, Check.LEGAL)
        appeals.check(birte, LOOK, appeal, Check.SAFEGUARDING)
        desks.desk_of(yasmin.organisation)
    _tip(appeal)


def _ask_again(yasmin: Viewer, series: Series) -> None:
    """Another object is described, and waits for both checks."""
    texts = {
        "en": ("A blue kettle with a white bird", "An enamel kettle with a white bird on its lid. Where is it sold?"),
        "da": ("En blå kedel med en hvid fugl", "En emaljekedel, blå, med en hvid fugl på låget. Hvor sælges den?"),
    }
    with viewing(yasmin.organisation.id):
        _clue(yasmin, series, ClueKind.OBJECT, "A blue kettle with a white bird on its lid", circle=Circle.PUBLIC)
        rests_on = list(series.clues.filter(circle=Circle.PUBLIC.value).values_list("pk", flat=True))
        appeals.write(yasmin, LOOK, series, texts, rests_on, timezone.localdate() + timedelta(days=60))


def _second_checker(alliance: Alliance) -> Viewer:
    """A second investigator of the same desk."""
    from vaern.node.demo.alliance import address
    from vaern.node.organisations.queries import viewer_of

    return viewer_of(alliance.people[address("Liva Storhede", HERE)])


def _tip(appeal: object) -> None:
    """Somebody of the public answers."""
    from vaern.node.reports.public.actions import send
    from vaern.node.victims.appeals.forms import TipForm
    from vaern.node.victims.models import Appeal

    assert isinstance(appeal, Appeal)
    form = TipForm(
        {"words": "My aunt has such a mug. It was sold at the harbour of Skarnby, years ago.", "homepage": ""}
    )
    token = FormToken.give_out(0)
    assert form.is_valid()
    with viewing(appeal.organisation_id):
        sent = send(desks.desk_of(appeal.organisation), token, form.arrival(token.reference, appeal.code))
        appeals.note_tip(appeal, sent.report)


def _wish(alliance: Alliance, series: Series) -> None:
    """A survivor sends hashes to the hotline: one is confirmed, as an analyst looked at it; two are not."""
    hashes = [("sha256", sha256(f"synthetic {number}".encode()).digest()) for number in (1, 2)]
    hashes.append(("sha256", _digest(11, 3)))
    wish = wishes.send(alliance.organisations["hotline.nordhavia"], "0" * 20, hashes, Told.ASK_CONTACT)
    look_for(wish.pk)
    assert series.pk  # the series that their picture is in; a person links it when somebody says so


def drive(name: str, made: tuple[Made, ...]) -> tuple[bytes, bytes]:
    """Return a `run.json` and a `findings.jsonl` of the files of some series; the same for the same series."""
    started = timezone.now().replace(microsecond=0) - timedelta(hours=2)
    run = {
        "format": 1,
        "run": f"synthetic-{name}",
        "started": started.isoformat(),
        "finished": (started + timedelta(minutes=9)).isoformat(),
        "synthetic": True,
        "versions": {"vaern": "demonstration"},
        "lists": [],
    }
    lines = [encode(_finding(one, number, started)) for one in made for number in range(one.files)]
    return json.dumps(run).encode(), b"".join(lines)


def _finding(made: Made, number: int, started: datetime) -> Finding:
    taken = started - timedelta(days=400 - made.seed % 40 * 9, hours=200 - 5 * number)
    traits = Traits(
        make=made.make,
        model=made.model,
        serial=f"S{made.seed}{made.files}" if made.make else "",
        place=made.place,
        name="IMG_#.jpg",
        folder=sha256(f"folder {made.seed} {number % 2}".encode()).hexdigest(),
    )
    signals = (
        Signal("sha256", _digest(made.seed, number)),
        Signal("pdq", _near(made.seed, number), quality=90),
        Signal("md5", _digest(made.seed, number)[:16]),  # workstations know files by it
    )
    media = Media(
        f"synthetic/{made.seed}/{number:04}.jpg",
        900_000 + number,
        "image/jpeg",
        signals,
        taken=taken.isoformat(),
        traits=traits,
    )
    if made.near and number == 0:
        match = Match("pdq", signals[1].value.hex(), made.near, 22, LIST, RELEASE)
        return Finding(media, "near", (match,), "invented for the demonstration")
    return Finding(media, "new", (), "invented for the demonstration")


def _digest(seed: int, number: int) -> bytes:
    return sha256(f"synthetic series {seed} file {number}".encode()).digest()


def _near(seed: int, number: int) -> bytes:
    """Return a PDQ that differs from the series' first one in a few bits, with as many ones."""
    draw = random.Random(seed)  # noqa: S311 - invented data, the same at each start
    bits = [0] * 128 + [1] * 128
    draw.shuffle(bits)
    turn = random.Random(1000 * seed + number)  # noqa: S311
    for _ in range(min(number, 5)):
        one, other = (
            turn.choice([n for n in range(256) if bits[n]]),
            turn.choice([n for n in range(256) if not bits[n]]),
        )
        bits[one], bits[other] = bits[other], bits[one]
    return int("".join(map(str, bits)), 2).to_bytes(32, "big")
