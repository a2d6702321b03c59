"""Who may do what: the one table from which the pages, the documentation and the enforcement come. Pure; no Django."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta


class OrganisationKind(enum.StrEnum):
    """What an organisation is for."""

    HOTLINE = "hotline"
    POLICE = "police"
    PLATFORM = "platform"
    HUB = "hub"
    AUTHORITY = "authority"
    MINISTRY = "ministry"
    SECRETARIAT = "secretariat"
    OVERSIGHT = "oversight"


class Regime(enum.StrEnum):
    """The law under which an organisation handles personal data: the GDPR, or the Law Enforcement Directive."""

    GDPR = "gdpr"
    LED = "led"


class Permission(enum.StrEnum):
    """One thing that a route may ask for. `app.action`."""

    ACCOUNT = "account.own"
    DIRECTORY_VIEW = "directory.view"
    DIRECTORY_MANAGE = "directory.manage"
    PEOPLE_VIEW = "people.view"
    PEOPLE_MANAGE = "people.manage"
    KEYS_MANAGE = "keys.manage"
    ADMIN_SESSION = "admin.session"
    SCAN_VIEW = "scan.view"
    SCAN_ADD = "scan.add"
    SCAN_RELEASE = "scan.release"
    SCAN_EXPORT = "scan.export"
    SCAN_ERASE = "scan.erase"
    REPORT_VIEW = "report.view"
    REPORT_ASSESS = "report.assess"
    REPORT_TAKEDOWN = "report.takedown"
    REPORT_HOLD = "report.hold"
    REPORT_FORWARD = "report.forward"
    REPORT_EXPORT = "report.export"
    REPORT_ERASE = "report.erase"
    REPORT_SEND = "report.send"
    REPORT_SENT = "report.sent"
    STATION_KEEP = "station.keep"
    STATION_ANSWER = "station.answer"
    SERIES_VIEW = "series.view"
    SERIES_WORK = "series.work"
    SERIES_RELEASE = "series.release"
    SERIES_ERASE = "series.erase"
    APPEAL_APPROVE = "appeal.approve"
    WISH_WORK = "wish.work"
    CASE_VIEW = "case.view"
    CASE_WORK = "case.work"
    CASE_RELEASE = "case.release"
    CASE_EXPORT = "case.export"
    CASE_ERASE = "case.erase"
    ASSISTANCE_VIEW = "assistance.view"
    ASSISTANCE_WORK = "assistance.work"
    ASSISTANCE_SEND = "assistance.send"
    CROSSCHECK_VIEW = "crosscheck.view"
    CROSSCHECK_REVEAL = "crosscheck.reveal"
    CROSSCHECK_RELATE = "crosscheck.relate"
    ALLIANCE_VIEW = "alliance.view"
    ALLIANCE_MANAGE = "alliance.manage"
    COMMITMENT_REPORT = "commitment.report"
    STATISTICS_EXPORT = "statistics.export"
    PRESS_MANAGE = "press.manage"
    PRESS_DOOR = "press.door"
    DESK_MANAGE = "desk.manage"
    WELFARE_OWN = "welfare.own"
    WELFARE_LEAD = "welfare.lead"
    LAW_VIEW = "law.view"
    LAW_KEEP = "law.keep"
    EXCHANGE_MANAGE = "exchange.manage"
    LEDGER_OWN = "ledger.own"
    LEDGER_OVERSEE = "ledger.oversee"
    LEDGER_EXPORT = "ledger.export"
    LIST_EXPORT = "list.export"
    HASHLIST_VIEW = "hashlist.view"
    HASHLIST_VOTE = "hashlist.vote"
    HASHLIST_WORK = "hashlist.work"
    HASHLIST_RELEASE = "hashlist.release"
    HASHLIST_ERASE = "hashlist.erase"
    LOOKUP_ASK = "lookup.ask"
    LOOKUP_LISTS = "lookup.lists"
    LOOKUP_MANAGE = "lookup.manage"


AREAS = frozenset(
    {"scan", "report", "station", "series", "appeal", "wish", "case", "assistance", "crosscheck", "welfare"}
    | {"hashlist", "lookup"}
)
CASEWORK = frozenset(one for one in Permission if one.partition(".")[0] in AREAS)
"""What touches casework: whoever has any of it must use a second factor, and administrators have none of it."""

IN_ADMIN_SESSION = frozenset(
    {Permission.SCAN_VIEW, Permission.REPORT_VIEW, Permission.SERIES_VIEW, Permission.CASE_VIEW}
)
"""What an administrator gains for the time of a reasoned session."""

STEP_UP = frozenset(
    {
        Permission.SCAN_RELEASE,
        Permission.SCAN_EXPORT,
        Permission.REPORT_FORWARD,
        Permission.REPORT_EXPORT,
        Permission.SERIES_RELEASE,
        Permission.CASE_RELEASE,
        Permission.CASE_EXPORT,
        Permission.ASSISTANCE_SEND,
        Permission.CROSSCHECK_REVEAL,
        Permission.LEDGER_EXPORT,
        Permission.LIST_EXPORT,
        Permission.HASHLIST_RELEASE,
        Permission.HASHLIST_ERASE,
        Permission.SCAN_ERASE,
        Permission.REPORT_ERASE,
        Permission.SERIES_ERASE,
        Permission.CASE_ERASE,
    }
)
"""What asks for the second factor again if it was not given within the last minutes."""

KEY_SCOPES = frozenset(
    {
        Permission.SCAN_VIEW,
        Permission.SCAN_ADD,
        Permission.REPORT_SEND,
        Permission.REPORT_SENT,
        Permission.REPORT_TAKEDOWN,
        Permission.REPORT_EXPORT,
        Permission.STATION_ANSWER,
        Permission.SERIES_VIEW,
        Permission.CROSSCHECK_VIEW,
        Permission.HASHLIST_WORK,
        Permission.LOOKUP_ASK,
        Permission.LOOKUP_LISTS,
    }
)
"""What an API key can be given: what an operation of the API asks for, and nothing else (a test compares them)."""

BOUND_SCOPES = frozenset({Permission.STATION_ANSWER})
"""What only a key has that is bound to something: it is made on that page, and offered nowhere else."""

RUNNING = frozenset({Permission.DIRECTORY_MANAGE, Permission.LAW_KEEP, Permission.EXCHANGE_MANAGE})
"""What administrators and the secretariat gain in the organisation that runs the node: the directory, the law that the
node works by and the exchange with other nodes are everybody's, so one organisation keeps them. Central authorities
keep the law too."""

LONGEST_KEY = timedelta(days=365)
LONGEST_ADMIN_SESSION = timedelta(hours=4)
INVITATION_LASTS = timedelta(days=7)
FIRST_LINK_LASTS = timedelta(hours=24)
LONGEST_KEPT = timedelta(days=5 * 365)
"""How far ahead the review date of a record of casework may be set."""

EVERYBODY = frozenset({Permission.ACCOUNT, Permission.LEDGER_OWN, Permission.DIRECTORY_VIEW, Permission.LAW_VIEW}) | {
    Permission.ALLIANCE_VIEW
}


class Role(enum.StrEnum):
    """What a person does in their organisation."""

    ANALYST = "analyst"
    IDENTIFIER = "identifier"
    INVESTIGATOR = "investigator"
    MODERATOR = "moderator"
    LEGAL = "legal"
    RAPPORTEUR = "rapporteur"
    CROSS_CHECKER = "cross_checker"
    CURATOR = "curator"
    SECRETARIAT = "secretariat"
    PRESS = "press"
    WELFARE = "welfare"
    OVERSIGHT = "oversight"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class RoleRule:
    """One row of the table.

    Attributes:
        kinds: in which organisations the role exists.
        permissions: what it may do beside what everybody may.
    """

    kinds: frozenset[OrganisationKind]
    permissions: frozenset[Permission]


_K, _P = OrganisationKind, Permission
_SCANS = frozenset({_P.SCAN_VIEW, _P.SCAN_ADD, _P.SCAN_RELEASE, _P.SCAN_EXPORT, _P.SCAN_ERASE})
_REPORTS = frozenset(
    {
        _P.REPORT_VIEW,
        _P.REPORT_ASSESS,
        _P.REPORT_FORWARD,
        _P.REPORT_EXPORT,
        _P.REPORT_ERASE,
        _P.REPORT_SEND,
        _P.REPORT_SENT,
        _P.STATION_KEEP,
        _P.STATION_ANSWER,
        _P.WELFARE_OWN,
    }
)
_ASKS = frozenset({_P.HASHLIST_VIEW, _P.LOOKUP_ASK, _P.LOOKUP_LISTS, _P.LOOKUP_MANAGE})
_VOTES = frozenset({_P.HASHLIST_VOTE})
_LISTS = _ASKS | _VOTES | {_P.HASHLIST_WORK, _P.HASHLIST_RELEASE, _P.HASHLIST_ERASE, _P.KEYS_MANAGE}
_WORK = _SCANS | _REPORTS | _ASKS | {_P.PEOPLE_VIEW, _P.KEYS_MANAGE, _P.LIST_EXPORT}
_POLICE = _WORK | {_P.REPORT_HOLD, _P.REPORT_TAKEDOWN}
_SERIES = frozenset(
    {_P.SERIES_VIEW, _P.SERIES_WORK, _P.SERIES_RELEASE, _P.SERIES_ERASE, _P.APPEAL_APPROVE, _P.WISH_WORK}
)
_CASES = frozenset({_P.CASE_VIEW, _P.CASE_WORK, _P.CASE_RELEASE, _P.CASE_EXPORT, _P.CASE_ERASE})
_CASES |= {_P.ASSISTANCE_VIEW, _P.ASSISTANCE_WORK}
_TELLING = frozenset({_P.PEOPLE_VIEW, _P.STATISTICS_EXPORT})
_RELATED = frozenset({_P.CROSSCHECK_VIEW, _P.CROSSCHECK_REVEAL})

ROLES: dict[Role, RoleRule] = {
    Role.ANALYST: RoleRule(
        frozenset({_K.HOTLINE, _K.HUB}), _WORK | _RELATED | _VOTES | {_P.REPORT_TAKEDOWN, _P.WISH_WORK}
    ),
    Role.IDENTIFIER: RoleRule(frozenset({_K.POLICE, _K.HUB}), _POLICE | _SERIES | _RELATED | _VOTES | {_P.CASE_VIEW}),
    Role.INVESTIGATOR: RoleRule(
        frozenset({_K.POLICE}), _POLICE | _CASES | _RELATED | {_P.SERIES_VIEW, _P.APPEAL_APPROVE}
    ),
    Role.MODERATOR: RoleRule(frozenset({_K.PLATFORM}), _WORK),
    Role.LEGAL: RoleRule(
        frozenset({_K.AUTHORITY}),
        frozenset(
            {
                _P.SCAN_VIEW,
                _P.CASE_VIEW,
                _P.ASSISTANCE_VIEW,
                _P.ASSISTANCE_WORK,
                _P.ASSISTANCE_SEND,
                _P.LAW_KEEP,
                _P.LIST_EXPORT,
                _P.PEOPLE_VIEW,
            }
        ),
    ),
    Role.CROSS_CHECKER: RoleRule(
        frozenset({_K.HUB}), frozenset({_P.CROSSCHECK_VIEW, _P.CROSSCHECK_RELATE, _P.PEOPLE_VIEW})
    ),
    Role.CURATOR: RoleRule(
        frozenset({_K.HOTLINE, _K.POLICE, _K.HUB}), _LISTS | {_P.SCAN_VIEW, _P.SCAN_ADD, _P.PEOPLE_VIEW}
    ),
    Role.SECRETARIAT: RoleRule(frozenset({_K.SECRETARIAT}), _TELLING | {_P.ALLIANCE_MANAGE}),
    Role.RAPPORTEUR: RoleRule(frozenset({_K.MINISTRY}), _TELLING | {_P.COMMITMENT_REPORT}),
    Role.PRESS: RoleRule(
        frozenset({_K.SECRETARIAT, _K.MINISTRY, _K.POLICE, _K.HOTLINE}), frozenset({_P.PRESS_MANAGE, _P.PRESS_DOOR})
    ),
    Role.WELFARE: RoleRule(
        frozenset({_K.HOTLINE, _K.POLICE, _K.PLATFORM, _K.HUB}), frozenset({_P.PEOPLE_VIEW, _P.WELFARE_LEAD})
    ),
    Role.OVERSIGHT: RoleRule(frozenset(_K), frozenset({_P.PEOPLE_VIEW, _P.LEDGER_OVERSEE, _P.LEDGER_EXPORT})),
    Role.ADMINISTRATOR: RoleRule(
        frozenset(_K),
        frozenset({_P.PEOPLE_VIEW, _P.PEOPLE_MANAGE, _P.KEYS_MANAGE, _P.ADMIN_SESSION, _P.DESK_MANAGE}),
    ),
}
"""The table. A row more is a role more: pages, documentation and enforcement follow."""

RUNNERS = frozenset({Role.ADMINISTRATOR, Role.SECRETARIAT})
"""The roles that gain `RUNNING` in the organisation that runs the node."""


def may_somebody(kind: OrganisationKind, permission: Permission) -> bool:
    """Return whether any role that exists in organisations of a kind has a permission."""
    return any(kind in role.kinds and permission in role.permissions for role in ROLES.values())


def permissions_of(
    roles: frozenset[Role], *, in_admin_session: bool = False, runs_node: bool = False
) -> frozenset[Permission]:
    """Return all that somebody with these roles may do.

    Args:
        roles: of the person.
        in_admin_session: an administrator's session of theirs is open.
        runs_node: their organisation runs the node.
    """
    granted = EVERYBODY.union(*(ROLES[role].permissions for role in roles))
    if in_admin_session and Role.ADMINISTRATOR in roles:
        granted |= IN_ADMIN_SESSION
    if runs_node and roles & RUNNERS:
        granted |= RUNNING
    return granted


class Grant(enum.StrEnum):
    """How a role comes to a permission."""

    ALWAYS = "always"
    IN_SESSION = "in_session"
    RUNNING_NODE = "running_node"


def grant(role: Role, permission: Permission) -> Grant | None:
    """Return how a role comes to a permission, or None: one cell of the table that pages and documentation show."""
    only = frozenset({role})
    if permission in permissions_of(only):
        return Grant.ALWAYS
    if permission in permissions_of(only, in_admin_session=True):
        return Grant.IN_SESSION
    return Grant.RUNNING_NODE if permission in permissions_of(only, runs_node=True) else None


def sees_casework(roles: frozenset[Role]) -> bool:
    """Whether a second factor is compulsory: the roles see casework, or what others did with it, or can come to."""
    beyond = CASEWORK | {Permission.LEDGER_OVERSEE, Permission.ADMIN_SESSION}
    return bool(permissions_of(roles) & beyond)


NO_ROLE = "a person needs a role"
ROLE_NOT_HERE = "that role does not exist in an organisation of this kind"
ROLE_ALONE = "whoever oversees or administers holds no other role"
OWN_ROLES = "nobody changes their own roles or closes their own account"
LAST_ADMINISTRATOR = "an organisation keeps one administrator at least"
OTHER_ORGANISATION = "that belongs to another organisation"
OTHER_NODE = "that organisation lives on another node, which alone changes what is known of it"
ADDRESS_TAKEN = "somebody on this node has that mail address already"
INVITED_ALREADY = "somebody with that mail address has been invited already"
LINK_DEAD = "that link was used, has expired or was withdrawn"
NODE_HAS_PEOPLE = "the node has people already: they invite each other"
NAME_TAKEN = "there is one with that name already"
RUNS_NODE = "the organisation that runs the node cannot be closed"
KEY_WITHOUT_SCOPE = "a key needs a scope"
KEY_BEYOND_MAKER = "nobody gives a key what they may not do themselves"
KEY_TOO_LONG = "a key ends within a year"
SESSION_WITHOUT_REASON = "an administrator's session needs a reason that oversight understands"
SESSION_TOO_LONG = "an administrator's session lasts four hours at most"
SESSION_OPEN = "an administrator's session is open already"
CHANGED_MEANWHILE = "somebody else changed that meanwhile"
ERASED = "that person's data was erased; an account is made anew by an invitation"

PROBLEMS = tuple(value for name, value in list(globals().items()) if name.isupper() and isinstance(value, str))
"""Every sentence with which an action is refused."""


def problem_with_roles(roles: frozenset[Role], kind: OrganisationKind) -> str:
    """Return why nobody in such an organisation may have these roles together, or "" if they may.

    Whoever oversees or administers does nothing else: nobody watches their own work or gives power to themselves.
    """
    if not roles:
        return NO_ROLE
    if any(kind not in ROLES[role].kinds for role in roles):
        return ROLE_NOT_HERE
    if len(roles) > 1 and roles & {Role.OVERSIGHT, Role.ADMINISTRATOR}:
        return ROLE_ALONE
    return ""


def key_permissions(scopes: frozenset[Permission], maker: frozenset[Permission]) -> frozenset[Permission]:
    """Return what a key may do: what it was given, so far as whoever made it still may do it themselves."""
    return scopes & maker & KEY_SCOPES


def problem_with_key(scopes: frozenset[Permission], maker: frozenset[Permission], lasts: timedelta) -> str:
    """Return why a key with these scopes and this life cannot be made, or "" if it can."""
    if not scopes:
        return KEY_WITHOUT_SCOPE
    if scopes - key_permissions(scopes, maker):
        return KEY_BEYOND_MAKER
    if not timedelta(0) < lasts <= LONGEST_KEY:
        return KEY_TOO_LONG
    return ""


def problem_with_admin_session(reason: str, lasts: timedelta) -> str:
    """Return why an administrator's session cannot be opened with this reason for this time, or "" if it can."""
    if len(reason.strip()) < 10:
        return SESSION_WITHOUT_REASON
    if not timedelta(0) < lasts <= LONGEST_ADMIN_SESSION:
        return SESSION_TOO_LONG
    return ""
