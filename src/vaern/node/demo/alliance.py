"""The countries, organisations and people of the demonstration. All invented; addresses under `.example`. No Django."""

from __future__ import annotations

from dataclasses import dataclass

from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Regime, Role


@dataclass(frozen=True)
class Country:
    """A country that does not exist. Its code is one that ISO 3166 leaves to users, so it never means a real one."""

    code: str
    name: str
    name_da: str


@dataclass(frozen=True)
class Body:
    """An organisation of the demonstration.

    Attributes:
        host: the part of its addresses after the @, without `.example`.
        country: code of its country; "" for what belongs to the whole alliance.
        people: names with the roles that they have.
    """

    host: str
    country: str
    kind: OrganisationKind
    regime: Regime
    name: str
    people: tuple[tuple[str, tuple[Role, ...]], ...]


COUNTRIES = (
    Country("XA", "Nordhavia", "Nordhavien"),
    Country("XV", "Vestrovia", "Vestrovien"),
    Country("XT", "Thalvia", "Thalvien"),
    Country("XL", "Ilvania", "Ilvanien"),
    Country("XQ", "Quendara", "Quendara"),
)

_K, _R = OrganisationKind, Role
_GDPR, _LED = Regime.GDPR, Regime.LED

BODIES = (
    Body(
        "hotline.nordhavia",
        "XA",
        _K.HOTLINE,
        _GDPR,
        "Nordhavia Hotline",
        (
            ("Freja Lindsø", (_R.ANALYST,)),
            ("Amal Berhane", (_R.ANALYST, _R.CURATOR)),
            ("Torben Askmose", (_R.PRESS,)),
            ("Ngozi Adisa-Holm", (_R.ADMINISTRATOR,)),
            ("Elin Strandvej", (_R.OVERSIGHT,)),
            ("Vigga Solhøj", (_R.WELFARE,)),
        ),
    ),
    Body(
        "police.nordhavia",
        "XA",
        _K.POLICE,
        _LED,
        "National Police of Nordhavia, Child Protection Desk",
        (
            ("Mikkel Hedetoft", (_R.INVESTIGATOR,)),
            ("Yasmin Kärrberg", (_R.IDENTIFIER,)),
            ("Liva Storhede", (_R.IDENTIFIER,)),
            ("Jonas Kvistholt", (_R.CURATOR,)),
            ("Birgit Ravnskær", (_R.PRESS,)),
            ("Sami Lehtovuo", (_R.ADMINISTRATOR,)),
            ("Ditte Engsig", (_R.OVERSIGHT,)),
        ),
    ),
    Body(
        "authority.nordhavia",
        "XA",
        _K.AUTHORITY,
        _LED,
        "Central Authority of Nordhavia",
        (
            ("Karoline Åbakke", (_R.LEGAL,)),
            ("Emeka Tordal", (_R.ADMINISTRATOR,)),
        ),
    ),
    Body(
        "justice.nordhavia",
        "XA",
        _K.MINISTRY,
        _GDPR,
        "Ministry of Justice of Nordhavia",
        (
            ("Signe Vangstrup", (_R.RAPPORTEUR,)),
            ("Rasmus Bøgelund", (_R.PRESS,)),
            ("Hanne Tofteby", (_R.ADMINISTRATOR,)),
        ),
    ),
    Body(
        "safeline.vestrovia",
        "XV",
        _K.HOTLINE,
        _GDPR,
        "Vestrovia Safe Line",
        (
            ("Ilse Marenkamp", (_R.ANALYST,)),
            ("Dario Velluti", (_R.CURATOR,)),
            ("Maud Kesteloo", (_R.ADMINISTRATOR,)),
        ),
    ),
    Body(
        "police.vestrovia",
        "XV",
        _K.POLICE,
        _LED,
        "Federal Police of Vestrovia, Online Unit",
        (
            ("Anselm Graubner", (_R.INVESTIGATOR,)),
            ("Priya Nandakar", (_R.IDENTIFIER,)),
            ("Leon Dufresnoy", (_R.ADMINISTRATOR,)),
        ),
    ),
    Body(
        "authority.vestrovia",
        "XV",
        _K.AUTHORITY,
        _LED,
        "Central Authority of Vestrovia",
        (
            ("Rosalind Quistenbrugh", (_R.LEGAL,)),
            ("Gaspard Oldenhaeve", (_R.ADMINISTRATOR,)),
        ),
    ),
    Body(
        "justice.vestrovia",
        "XV",
        _K.MINISTRY,
        _GDPR,
        "Ministry of Justice of Vestrovia",
        (
            ("Bastien Oudekerk", (_R.RAPPORTEUR,)),
            ("Fenna Leidorp", (_R.ADMINISTRATOR,)),
        ),
    ),
    Body(
        "morrowpost",
        "XV",
        _K.PLATFORM,
        _GDPR,
        "Morrowpost (platform)",
        (
            ("Tamsin Okoye-Reed", (_R.MODERATOR,)),
            ("Joaquín Verástico", (_R.ADMINISTRATOR,)),
        ),
    ),
    Body(
        "police.thalvia",
        "XT",
        _K.POLICE,
        _LED,
        "Police of Thalvia, Victim Identification",
        (
            ("Ioana Petrisor-Vale", (_R.IDENTIFIER,)),
            ("Marek Dolezan", (_R.INVESTIGATOR,)),
            ("Zofia Wieczorna", (_R.ADMINISTRATOR,)),
        ),
    ),
    Body(
        "justice.thalvia",
        "XT",
        _K.MINISTRY,
        _GDPR,
        "Ministry of Justice of Thalvia",
        (
            ("Oana Radulesco-Brand", (_R.RAPPORTEUR,)),
            ("Piotr Wielgosz", (_R.ADMINISTRATOR,)),
        ),
    ),
    Body(
        "helpline.ilvania",
        "XL",
        _K.HOTLINE,
        _GDPR,
        "Ilvania Helpline",
        (
            ("Katerina Melissou", (_R.ANALYST,)),
            ("Levent Aydoğmuş", (_R.ADMINISTRATOR,)),
        ),
    ),
    Body(
        "brindlecast",
        "XQ",
        _K.PLATFORM,
        _GDPR,
        "Brindlecast (platform)",
        (
            ("Mei-Lin Harrowgate", (_R.MODERATOR,)),
            ("Kwame Ofori-Lund", (_R.ADMINISTRATOR,)),
        ),
    ),
    Body(
        "hub",
        "",
        _K.HUB,
        _LED,
        "Cross-Check Hub of the Alliance",
        (
            ("Sanna Mäkilä", (_R.ANALYST,)),
            ("Tomasz Brzezianko", (_R.IDENTIFIER,)),
            ("Aoife Brannagh", (_R.CURATOR,)),
            ("Lucan Ferreby", (_R.CURATOR,)),
            ("Nils Överby", (_R.CROSS_CHECKER,)),
            ("Rui Teixoso", (_R.ADMINISTRATOR,)),
            ("Greta Hollensen", (_R.OVERSIGHT,)),
        ),
    ),
    Body(
        "secretariat",
        "",
        _K.SECRETARIAT,
        _GDPR,
        "Secretariat of the Alliance",
        (
            ("Asta Winterfjord", (_R.SECRETARIAT,)),
            ("Noor van Eschede", (_R.PRESS,)),
            ("Peter Lyngdorf-Haas", (_R.ADMINISTRATOR,)),
        ),
    ),
    Body(
        "oversight",
        "",
        _K.OVERSIGHT,
        _GDPR,
        "Joint Oversight Board",
        (
            ("Ragnhild Solbu", (_R.OVERSIGHT,)),
            ("Ismaël Courvoix", (_R.ADMINISTRATOR,)),
        ),
    ),
)
"""Every kind of organisation, and in them every role."""

JOINS = Reason(Why.ADMINISTRATION, "joins the alliance (synthetic)")
"""Why countries, organisations, people and nodes are entered."""

RUNS_NODE = "secretariat"
"""The host of the organisation that runs the node."""

SPEAKS_DANISH = "authority.nordhavia"
"""The host of the one organisation whose people see the pages in Danish from the start."""


PLAIN: dict[str, str | int | None] = {
    "å": "aa",
    "ø": "oe",
    "æ": "ae",
    "ä": "a",
    "ö": "o",
    "í": "i",
    "ë": "e",
    "Ö": "o",
}


def address(name: str, host: str) -> str:
    """Return an address of the demonstration: the first name, at the organisation, under `.example`."""
    first = name.split(maxsplit=1)[0].lower()
    plain = first.translate(str.maketrans(PLAIN))
    return f"{plain}@{host}.example"


# A multitude, for benchmarks -----------------------------------------------------------------------------------------
