"""Ledger acts of this room, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

TRACED = Act("reports.location.traced", Verb.COLLECTION, N_("{person} traced a location of {subject}"))
HOST_CHANGED = Act(
    "reports.location.host_changed", Verb.COLLECTION, N_("{person} found a location of {subject} with another host")
)
POLICE_TOLD = Act("reports.location.police_told", Verb.DISCLOSURE, N_("{person} told the police of {subject}"))
CHECKED = Act("reports.location.checked", Verb.COLLECTION, N_("{person} re-checked a location of {subject}"))
OFFLINE = Act("reports.location.offline", Verb.COLLECTION, N_("{person} found a location of {subject} offline"))
STOPPED = Act(
    "reports.location.stopped", Verb.ALTERATION, N_("{person} gave up the takedown of a location of {subject}")
)
FOLLOWED = Act("reports.location.followed", Verb.COLLECTION, N_("{person} followed a location of {subject} that moved"))
REAPPEARED = Act("reports.location.reappeared", Verb.COLLECTION, N_("{person} found a location of {subject} back"))
REPORTED_AGAIN = Act(
    "reports.location.reported_again", Verb.COMBINATION, N_("Something of {subject} that was gone was reported again")
)

NOTIFIED = Act("reports.notice.sent", Verb.DISCLOSURE, N_("{person} notified a host about {subject}"))
REMINDED = Act("reports.notice.reminded", Verb.DISCLOSURE, N_("{person} reminded a host about {subject}"))
NODE_REMINDED = Act("reports.notice.node_reminded", Verb.DISCLOSURE, N_("The node reminded a host about {subject}"))
ESCALATED = Act("reports.notice.escalated", Verb.DISCLOSURE, N_("{person} escalated a notice about {subject}"))
NODE_ESCALATED = Act(
    "reports.notice.node_escalated", Verb.DISCLOSURE, N_("The node escalated a notice about {subject}")
)
CORRECTED = Act("reports.notice.corrected", Verb.DISCLOSURE, N_("{person} took back a notice about {subject}"))
ANSWERED = Act("reports.notice.answered", Verb.COLLECTION, N_("A host answered a notice about {subject}"))
OPENED = Act("reports.notice.opened", Verb.DISCLOSURE, N_("A host opened a notice about {subject}"))
REVEALED = Act("reports.notice.revealed", Verb.DISCLOSURE, N_("A host was shown the exact location of {subject}"))

HELD = Act("reports.hold.begun", Verb.ALTERATION, N_("{person} held the notice about {subject} for the police"))
HOLD_PROLONGED = Act("reports.hold.prolonged", Verb.ALTERATION, N_("{person} prolonged the police hold of {subject}"))
HOLD_RELEASED = Act("reports.hold.released", Verb.ALTERATION, N_("{person} ended the police hold of {subject}"))
HELD_ELSEWHERE = Act("reports.hold.elsewhere", Verb.ALTERATION, N_("{person} holds a location of {subject}"))
RELEASED_ELSEWHERE = Act(
    "reports.hold.elsewhere_ended", Verb.ALTERATION, N_("{person} ended its hold of a location of {subject}")
)
HOLD_ENDED = Act("reports.hold.ended", Verb.ALTERATION, N_("The police hold of {subject} ended by itself"))

BLOCKED = Act("reports.block.made", Verb.ALTERATION, N_("{person} put a location of {subject} on the blocking list"))
BLOCK_RENEWED = Act("reports.block.renewed", Verb.ALTERATION, N_("{person} renewed a block of {subject}"))
BLOCK_LIFTED = Act("reports.block.lifted", Verb.ALTERATION, N_("{person} lifted a block of {subject}"))
BLOCK_EXPIRED = Act("reports.block.expired", Verb.ALTERATION, N_("A block of {subject} was lifted at its review date"))
APPEALED = Act("reports.block.appealed", Verb.COLLECTION, N_("Somebody appealed against a block of {subject}"))
APPEAL_DECIDED = Act("reports.block.decided", Verb.ALTERATION, N_("{person} decided an appeal about {subject}"))
BLOCKS_LISTED = Act("reports.blocks.listed", Verb.CONSULTATION, N_("{person} looked at the blocking list ({count})"))
BLOCKS_EXPORTED = Act("reports.blocks.exported", Verb.DISCLOSURE, N_("{person} exported the blocking list ({count})"))

LOCATIONS_LISTED = Act(
    "reports.locations.listed", Verb.CONSULTATION, N_("{person} looked at what is still up ({count})")
)
LOCATION_CONSULTED = Act("reports.location.consulted", Verb.CONSULTATION, N_("{person} opened a location of {subject}"))
HOSTS_LISTED = Act("reports.hosts.listed", Verb.CONSULTATION, N_("{person} looked at the list of hosts ({count})"))
HOST_MADE = Act("reports.host.made", Verb.COLLECTION, N_("{person} added a host"))
HOST_EDITED = Act("reports.host.edited", Verb.ALTERATION, N_("{person} changed a host"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
