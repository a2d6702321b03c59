"""Invented names of people and organisations for the demonstration."""

from __future__ import annotations

FIRST = (
    "Ada",
    "Bo",
    "Caspian",
    "Dagny",
    "Eskil",
    "Farida",
    "Gunvor",
    "Halfdan",
    "Inaya",
    "Jorun",
    "Kjeld",
    "Liv",
    "Maja",
    "Nils",
    "Odile",
    "Palle",
    "Quentin",
    "Rania",
    "Svend",
    "Tuva",
    "Ulla",
    "Vera",
    "Willum",
    "Xenia",
    "Yrsa",
    "Zahra",
    "Ågot",
    "Ørjan",
    "Signy",
    "Tarek",
    "Mbali",
    "Kenji",
)


MIDDLE = (
    "",
    "Birk",
    "Dal",
    "Eng",
    "Fjeld",
    "Gran",
    "Holm",
    "Kjær",
    "Lund",
    "Mark",
    "Næs",
    "Ravn",
    "Skov",
    "Toft",
    "Vang",
    "Ås",
)


LAST_A = (
    "Alder",
    "Bakke",
    "Brink",
    "Eske",
    "Fugle",
    "Gald",
    "Hassel",
    "Isen",
    "Krage",
    "Løve",
    "Mose",
    "Nørre",
    "Ole",
    "Pile",
    "Rosen",
    "Sten",
    "Torne",
    "Ulve",
    "Vinter",
    "Øster",
)


LAST_B = (
    "bæk",
    "dal",
    "gård",
    "holt",
    "høj",
    "lund",
    "mark",
    "skov",
    "toft",
    "vad",
)


TOWN_A = (
    "Ald",
    "Brem",
    "Cor",
    "Dun",
    "El",
    "Fors",
    "Grim",
    "Hav",
    "Is",
    "Kal",
    "Lind",
    "Mor",
    "Nor",
    "Os",
    "Pel",
    "Quen",
)


TOWN_B = (
    "ber",
    "dor",
    "fen",
    "gar",
    "hol",
    "lan",
    "mar",
    "nes",
    "rin",
    "sten",
    "thor",
    "ven",
    "wick",
    "zel",
    "mo",
    "ta",
)


KIND_NAMES = (
    "Hotline",
    "Police Desk",
    "Platform",
    "Safe Line",
    "Child Protection Unit",
    "Helpline",
    "Central Authority",
)


def person_name(number: int) -> str:
    """Return one of 102,400 names, a different one for each number below that."""
    number = number * 7919 % 102_400  # neighbours look different; 7919 is prime, so none is met twice
    number, last_b = divmod(number, 10)
    number, last_a = divmod(number, 20)
    middle, first = divmod(number, 32)
    return " ".join(filter(None, (FIRST[first], MIDDLE[middle % 16], LAST_A[last_a] + LAST_B[last_b])))


def organisation_name(number: int) -> str:
    """Return the name of one of very many organisations, a different one for each number."""
    place = number * 97 % 256
    kind = KIND_NAMES[number // 256 % len(KIND_NAMES)]
    district = number // (256 * len(KIND_NAMES))
    name = f"{TOWN_A[place // 16]}{TOWN_B[place % 16]} {kind}"
    return f"{name}, district {district}" if district else name
