"""Labels for the lines of the scores."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

LABELS: dict[str, str] = {
    "danger_now": N_("The sender says that a child is in danger now"),
    "ongoing": N_("Contact with a child, or extortion, goes on"),
    "coercion": N_("A child is coerced: sexual extortion, or sadistic exploitation"),
    "grave_material": N_("The sender marks a file as of an infant, of violence, or streamed live"),
    "unknown_material": N_("Files that are on no list at hand and were in no earlier report"),
    "new_series": N_("Several unknown files together: perhaps a new series"),
    "wished": N_("Somebody in a file of it may have asked for help, and is perhaps not identified"),
    "recency": N_("How lately it happened"),
    "live_abuse": N_("Abuse that happens, live or outside the network"),
    "same_person": N_("An earlier report names the same account, address or device"),
    "reachable_child": N_("The sender is the child, or knows it"),
    "preservation_ends": N_("The sender keeps the data for a few days only"),
    "time": N_("When it happened, with zone"),
    "address": N_("A network address of somebody"),
    "address_usable": N_("… with time and port, so that a subscriber can be found"),
    "identifier": N_("An account's identifier, a mail address or a telephone number"),
    "viewed_flag": N_("Of each file, whether a person at the sender looked at it"),
    "location": N_("Where it is: an address, or a service and a user name"),
    "hashes": N_("Of each file, a digest"),
    "words": N_("The sender's own words"),
}
"""The English sentence of each line, which is also the key of its translation."""
