"""What people read of the codes: roles, kinds, regimes, permissions, and why an action is refused."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from vaern.node.organisations import rules
from vaern.node.organisations.rules import Grant, OrganisationKind, Permission, Regime, Role

KINDS: dict[OrganisationKind, Any] = {
    OrganisationKind.HOTLINE: _("Hotline"),
    OrganisationKind.POLICE: _("Police desk"),
    OrganisationKind.PLATFORM: _("Platform"),
    OrganisationKind.HUB: _("Cross-check hub"),
    OrganisationKind.AUTHORITY: _("Central authority"),
    OrganisationKind.MINISTRY: _("Ministry"),
    OrganisationKind.SECRETARIAT: _("Secretariat"),
    OrganisationKind.OVERSIGHT: _("Oversight body"),
}

REGIMES: dict[Regime, Any] = {
    Regime.GDPR: _("General Data Protection Regulation (GDPR)"),
    Regime.LED: _("Law Enforcement Directive (LED)"),
}

ROLES: dict[Role, Any] = {
    Role.ANALYST: _("Analyst"),
    Role.IDENTIFIER: _("Victim identification specialist"),
    Role.INVESTIGATOR: _("Investigator"),
    Role.MODERATOR: _("Moderator"),
    Role.LEGAL: _("Legal assistance officer"),
    Role.RAPPORTEUR: _("National rapporteur"),
    Role.CROSS_CHECKER: _("Cross-checker"),
    Role.CURATOR: _("List curator"),
    Role.SECRETARIAT: _("Secretariat officer"),
    Role.PRESS: _("Press officer"),
    Role.WELFARE: _("Welfare lead"),
    Role.OVERSIGHT: _("Overseer"),
    Role.ADMINISTRATOR: _("Administrator"),
}

ROLE_TEXTS: dict[Role, Any] = {
    Role.ANALYST: _("Assesses reports and scans at a hotline or the hub."),
    Role.IDENTIFIER: _("Works to identify victims, at the police or the hub."),
    Role.INVESTIGATOR: _("Leads investigations at a police desk."),
    Role.MODERATOR: _("Handles what a platform detects."),
    Role.LEGAL: _("Handles requests between countries; of casework, reads what a request rests on."),
    Role.RAPPORTEUR: _("Writes its country’s commitments and reports on them; sees no casework."),
    Role.CROSS_CHECKER: _("Relates keyed values of many members at the hub; sees no record behind them."),
    Role.CURATOR: _("Keeps hash lists correct."),
    Role.SECRETARIAT: _("Keeps the alliance: members, rounds, what is published; sees no casework."),
    Role.PRESS: _("Invites the press and verifies who comes; sees no casework."),
    Role.WELFARE: _("Looks after the people who look; sees their exposure and no casework."),
    Role.OVERSIGHT: _("Reads the ledger: who looked at what, and why. Holds no other role."),
    Role.ADMINISTRATOR: _(
        "Administers people and keys; sees casework only in a reasoned session. Holds no other role."
    ),
}

PERMISSIONS: dict[Permission, Any] = {
    Permission.ACCOUNT: _("Keep one’s own account"),
    Permission.DIRECTORY_VIEW: _("See the directory of organisations"),
    Permission.DIRECTORY_MANAGE: _("Change the directory of organisations"),
    Permission.PEOPLE_VIEW: _("See the people of one’s own organisation"),
    Permission.PEOPLE_MANAGE: _("Invite people, change their roles, close their accounts"),
    Permission.KEYS_MANAGE: _("Make and revoke API keys"),
    Permission.ADMIN_SESSION: _("Open an administrator’s session"),
    Permission.SCAN_VIEW: _("See scans"),
    Permission.SCAN_ADD: _("Bring in scans"),
    Permission.SCAN_RELEASE: _("Release scans to other organisations, and recall them"),
    Permission.SCAN_EXPORT: _("Export scans"),
    Permission.SCAN_ERASE: _("Erase scans"),
    Permission.REPORT_VIEW: _("See reports"),
    Permission.REPORT_ASSESS: _("Claim and assess reports; see defanged URLs"),
    Permission.REPORT_TAKEDOWN: _("Trace, notify hosts, re-check"),
    Permission.REPORT_HOLD: _("Hold a notice for the police"),
    Permission.REPORT_FORWARD: _("Forward reports to other organisations, and recall them"),
    Permission.REPORT_EXPORT: _("Take reports out as documents"),
    Permission.REPORT_ERASE: _("Erase reports"),
    Permission.REPORT_SEND: _("Send reports to a desk"),
    Permission.REPORT_SENT: _("See what became of the reports that were sent"),
    Permission.STATION_KEEP: _("Register viewing stations, and confirm them as the second person"),
    Permission.STATION_ANSWER: _("Answer work packages, by the key of a viewing station"),
    Permission.SERIES_VIEW: _("See series"),
    Permission.SERIES_WORK: _("Build series, add clues and hypotheses, change their state"),
    Permission.SERIES_RELEASE: _("Release series to other organisations, and recall them"),
    Permission.SERIES_ERASE: _("Erase series"),
    Permission.APPEAL_APPROVE: _("Approve a public appeal"),
    Permission.WISH_WORK: _("Receive and carry out survivors’ wishes"),
    Permission.CASE_VIEW: _("See cases"),
    Permission.CASE_WORK: _("Work on cases: people, identifiers, statements, tasks, evidence"),
    Permission.CASE_RELEASE: _("Release cases to other organisations or hand them over, and recall them"),
    Permission.CASE_EXPORT: _("Export cases and their evidence register"),
    Permission.CASE_ERASE: _("Erase cases"),
    Permission.ASSISTANCE_VIEW: _("See requests for legal assistance and their clocks"),
    Permission.ASSISTANCE_WORK: _("Draft requests for legal assistance and follow them"),
    Permission.ASSISTANCE_SEND: _("Send requests for legal assistance as the central authority"),
    Permission.LAW_VIEW: _("See the law that the node works by"),
    Permission.LAW_KEEP: _("Record, correct and verify the law that the node works by"),
    Permission.EXCHANGE_MANAGE: _("Decide with which other nodes this one exchanges messages, and which"),
    Permission.CROSSCHECK_VIEW: _("See that others work on the same, and who may be asked"),
    Permission.CROSSCHECK_REVEAL: _("Ask for a disclosure, or agree to one"),
    Permission.CROSSCHECK_RELATE: _("Relate the keyed values of many members at the cross-check desk"),
    Permission.ALLIANCE_VIEW: _("See the alliance: members, published commitments, indicators"),
    Permission.ALLIANCE_MANAGE: _("Keep the alliance: members, reporting rounds, what is published"),
    Permission.COMMITMENT_REPORT: _("Write the commitments of one’s own country, and report on them"),
    Permission.STATISTICS_EXPORT: _("Download the statistics of a country by the law of the European Union"),
    Permission.PRESS_MANAGE: _("Plan events for the press, and decide about registrations"),
    Permission.PRESS_DOOR: _("Check in journalists at the door of an event"),
    Permission.DESK_MANAGE: _("Change how the organisation’s desk works"),
    Permission.WELFARE_OWN: _("Keep one’s own exposure"),
    Permission.WELFARE_LEAD: _("See the exposure of those one cares for"),
    Permission.LEDGER_OWN: _("See what the ledger says of oneself"),
    Permission.LEDGER_OVERSEE: _("Oversee: read the ledger of others"),
    Permission.LEDGER_EXPORT: _("Export the ledger"),
    Permission.LIST_EXPORT: _("Download lists that one sees, as CSV"),
    Permission.HASHLIST_VIEW: _("See hash lists and their entries"),
    Permission.HASHLIST_VOTE: _("Vote on entries of hash lists"),
    Permission.HASHLIST_WORK: _("Keep hash lists: take files in, settle disputes, recall entries"),
    Permission.HASHLIST_RELEASE: _("Release hash lists to other organisations, and recall them"),
    Permission.HASHLIST_ERASE: _("Erase hash lists"),
    Permission.LOOKUP_ASK: _("Look hashes up, by a program"),
    Permission.LOOKUP_LISTS: _("Fetch entries of hash lists, by a program"),
    Permission.LOOKUP_MANAGE: _("Set what programs may conclude from a hit"),
}

GRANTS: dict[Grant, tuple[Any, str]] = {
    Grant.ALWAYS: (_("yes"), "good"),
    Grant.IN_SESSION: (_("in a session"), "warning"),
    Grant.RUNNING_NODE: (_("if it runs the node"), "info"),
}
"""What a cell of the table says, and its tone."""

PROBLEMS: dict[str, Any] = {
    rules.NO_ROLE: _("A person needs a role."),
    rules.ROLE_NOT_HERE: _("That role does not exist in an organisation of this kind."),
    rules.ROLE_ALONE: _("Whoever oversees or administers holds no other role."),
    rules.OWN_ROLES: _("Nobody changes their own roles or closes their own account. Ask another administrator."),
    rules.LAST_ADMINISTRATOR: _("An organisation keeps one administrator at least. Make another one first."),
    rules.OTHER_ORGANISATION: _("That belongs to another organisation."),
    rules.OTHER_NODE: _("That organisation lives on another node, which alone changes what is known of it."),
    rules.ADDRESS_TAKEN: _("Somebody on this node has that mail address already."),
    rules.INVITED_ALREADY: _("Somebody with that mail address has been invited already. Send that invitation again."),
    rules.LINK_DEAD: _("That link was used, has expired or was withdrawn. Ask whoever invited you for a new one."),
    rules.NODE_HAS_PEOPLE: _("The node has people already: they invite each other."),
    rules.NAME_TAKEN: _("There is one with that name already."),
    rules.RUNS_NODE: _("The organisation that runs the node cannot be closed."),
    rules.KEY_WITHOUT_SCOPE: _("A key needs a scope."),
    rules.KEY_BEYOND_MAKER: _("Nobody gives a key what they may not do themselves."),
    rules.KEY_TOO_LONG: _("A key ends within a year."),
    rules.SESSION_WITHOUT_REASON: _("An administrator’s session needs a reason that oversight understands."),
    rules.SESSION_TOO_LONG: _("An administrator’s session lasts four hours at most."),
    rules.SESSION_OPEN: _("An administrator’s session is open already."),
    rules.CHANGED_MEANWHILE: _(
        "Somebody else changed this after you opened it. This is how it is now: look, then change it anew."
    ),
    rules.ERASED: _("That person’s data was erased. Invite them anew."),
}


LANGUAGES: list[tuple[str, Any]] = list(settings.LANGUAGES)
LANGUAGE_COOKIE: str = settings.LANGUAGE_COOKIE_NAME


def role_label(code: str) -> str:
    """Return what people read of a role, also of one that no longer exists."""
    return str(ROLES[Role(code)]) if code in set(Role) else code


def kind_label(code: str) -> str:
    """Return what people read of a kind of organisation."""
    return str(KINDS[OrganisationKind(code)]) if code in set(OrganisationKind) else code
