"""What `indicators.py` writes and asks in SQL: a history of three years, and each indicator over the raw ledger."""

from __future__ import annotations

MEMBERS, DESKS, HOSTS, COUNTRIES, DAYS = 54, 216, 400, 60, 1_096

EVENTS = """
CREATE UNLOGGED TABLE history (at timestamptz, act text, kind text, subject uuid, owner uuid, count int, tags text);
CREATE FUNCTION chance(p float) RETURNS boolean LANGUAGE sql VOLATILE RETURN random() < p;
CREATE FUNCTION after(hours float) RETURNS interval LANGUAGE sql VOLATILE
    RETURN make_interval(secs => -ln(1 - random()) * hours * 3600);
CREATE UNLOGGED TABLE desk AS SELECT row_number() OVER (ORDER BY name) - 1 AS n, id FROM organisations_organisation
    WHERE name LIKE 'Desk %%';

CREATE UNLOGGED TABLE report AS SELECT gen_random_uuid() AS subject, d.id AS owner,
    %(begins)s::timestamptz + random() * interval '1096 days' AS at, chance(0.05)::int AS urgent,
    chance(0.15)::int AS copy, 1 + floor(20 * random() ^ 3)::int AS items
    FROM (SELECT floor(%(desks)s * random() ^ 2)::int AS n FROM generate_series(1, %(n)s * 105 / 1000)) r JOIN
        desk d USING (n);
INSERT INTO history SELECT at, 'reports.report.received', 'report', subject, owner, items,
    format('copy=%%s;new=%%s;urgent=%%s', copy, floor(items * random()), urgent) FROM report;
INSERT INTO history SELECT at + after(CASE urgent WHEN 1 THEN 0.15 ELSE 9 END), 'reports.report.claimed', 'report',
    subject, owner FROM report WHERE chance(0.9);
INSERT INTO history SELECT at + interval '9 hours' + after(20), act, 'report', subject, owner
    FROM report,
        unnest('{reports.report.consulted,reports.assessment.made,reports.assessment.concluded}'::text[]) act;
INSERT INTO history SELECT at + after(24 * 60), 'reports.outcome.returned', 'report', subject, owner, NULL,
    'outcome=' || ('{opened,charged,dropped,needs_more,no_person_found,in_progress}'::text[])[1 + floor(6 * random())]
    FROM report WHERE copy = 1 AND chance(0.8);

CREATE UNLOGGED TABLE place AS SELECT subject, owner, at + interval '20 hours' + after(10) AS traced, at +
        after(30) AS told,
    at + interval '40 hours' AS sent, at + interval '40 hours' + after(60) AS gone,
    format('country=%%s;host=%%s;item=1', 'x' || chr(97 + host %% 26), left(md5(host::text), 8)) AS tags
    FROM (SELECT *, floor(%(hosts)s * random() ^ 3)::int AS host FROM report WHERE chance(0.4)) r;
INSERT INTO history SELECT traced, 'reports.location.traced', 'report', subject, owner, NULL, tags FROM place;
INSERT INTO history SELECT told, 'reports.location.police_told', 'report', subject, owner, NULL, tags || ';told=1'
    FROM place WHERE chance(0.6);
INSERT INTO history SELECT traced + after(2), 'reports.hold.begun', 'report', subject, owner, NULL, tags
    FROM place WHERE chance(0.03);
INSERT INTO history SELECT sent, 'reports.notice.sent', 'report', subject, owner, NULL, tags FROM place;
INSERT INTO history SELECT sent + n * interval '1 day', 'reports.location.checked', 'report', subject, owner,
        NULL, tags
    FROM place, generate_series(1, 3) n;
INSERT INTO history SELECT gone, 'reports.location.offline', 'report', subject, owner, NULL, tags
    FROM place WHERE chance(0.85);
INSERT INTO history SELECT gone + after(24 * 40), 'reports.location.reappeared', 'report', subject, owner, NULL,
    'back=1;' || tags FROM place WHERE chance(0.06);

CREATE UNLOGGED TABLE one AS SELECT gen_random_uuid() AS subject, d.id AS owner, s AS number,
    %(begins)s::timestamptz + random() * interval '1096 days' AS at
    FROM (SELECT s, floor(%(desks)s * random() ^ 2)::int AS n FROM generate_series(1, %(n)s / 100) s) r JOIN
        desk d USING (n);
INSERT INTO history SELECT at + n * after(90), CASE n WHEN 0 THEN 'victims.series.opened' ELSE
        'victims.series.grew' END,
    'series', subject, owner FROM one, generate_series(0, 4) n;
INSERT INTO history SELECT at + share * interval '200 days' * random(), 'victims.' || act, 'series', subject,
        owner, NULL,
    CASE act WHEN 'series.identified' THEN 'children=' || 1 + floor(3 * random() ^ 4) WHEN 'series.absorbed'
        THEN 'twice=0' END
    FROM one, (VALUES ('country.proposed', 0.5), ('series.disseminated', 0.4), ('series.accepted', 0.3),
        ('series.identified', 0.25), ('series.safeguarded', 0.2), ('series.absorbed', 0.02),
        ('series.retracted', 0.01),
        ('country.dropped', 0.02), ('series.given_back', 0.02)) life(act, share) WHERE chance(share);
INSERT INTO history SELECT at, 'cases.assistance.sent', 'assistance', subject, owner, NULL,
    'instrument=i' || number %% 6 || ';kind=' || ('{mla,produce,preserve}'::text[])[1 + number %% 3] FROM one
        WHERE number %% 4 = 0;
INSERT INTO history SELECT at + after(24 * 90), 'cases.assistance.answered', 'assistance', subject, owner
    FROM one WHERE number %% 4 = 0 AND chance(0.7);
INSERT INTO history SELECT at + interval '90 days', CASE WHEN chance(0.2) THEN 'cases.clock.lapsed' ELSE
        'cases.clock.settled' END,
    'case', subject, owner, NULL, 'how=answered;item=1' FROM one WHERE number %% 4 = 1;
INSERT INTO history SELECT at + interval '5 days', 'reports.worklist.listed', 'report', NULL, owner, 25 FROM report;
INSERT INTO history SELECT at, 'cases.cases.listed', 'case', NULL, owner, 25 FROM report
    LIMIT greatest(0, %(n)s - (SELECT count(*) FROM history));
"""
"""`n` entries or a few more: lives of reports, places, series and requests, and people who look at lists."""

WRITTEN = """
INSERT INTO ledger_entry (at, act, verb, organisation, kind, subject, owner, why, count, tags)
    SELECT at, act, 'alteration', owner, kind, subject, owner, 'assessment', count, tags FROM
    (SELECT * FROM history WHERE at < %(ends)s ORDER BY at LIMIT %(n)s) h ORDER BY at;
DROP TABLE history, desk, report, place, one;
"""

PLACED = """
INSERT INTO ledger_leaf (position, entry, hash)
    SELECT row_number() OVER (ORDER BY id) - 1 + (SELECT coalesce(max(position) + 1, 0) FROM ledger_leaf), id,
    sha256(int8send(id)) FROM ledger_entry WHERE at < %(until)s AND id > (SELECT coalesce(max(entry), 0) FROM
        ledger_leaf)
"""

_LAST = "(array_agg(act ORDER BY at DESC) FILTER (WHERE act IN ('{0}', '{1}')))[1] = '{0}'"


def _m(*acts: str) -> str:
    return f"min(at) FILTER (WHERE act IN ({', '.join(repr(act) for act in acts)}))"


def _t(act: str, name: str) -> str:
    return f"max(substring(tags FROM '(?:^|;){name}=([^;]*)')) FILTER (WHERE act = '{act}')"


_CLOCK = "(SELECT max(at) FROM ledger_entry)"
_IDENTIFIED = (
    _LAST.format("victims.series.identified", "victims.series.retracted")
    + " AS known, "
    + (
        f"{_m('victims.series.identified')} AS cohort, {_m('victims.series.safeguarded')} AS safe, "
        f"coalesce({_t('victims.series.identified', 'children')}, '1')::int AS children"
    )
)
_ARRIVED = (
    f"{_m('reports.report.received')} AS cohort, "
    f"{_m('reports.report.claimed', 'reports.assessment.made', 'reports.assessment.concluded')} AS touched, "
    f"{_t('reports.report.received', 'urgent')} AS urgent, {_t('reports.report.received', 'copy')} AS copy, "
    f"{_t('reports.report.received', 'new')}::int AS fresh, "
    "max(count) FILTER (WHERE act = 'reports.report.received') AS items, "
    "(array_agg(substring(tags FROM 'outcome=([^;]*)') ORDER BY at DESC) "
    "FILTER (WHERE act LIKE 'reports.outcome.%%'))[1] AS last, "
    "count(*) FILTER (WHERE act LIKE 'reports.outcome.%%' AND tags !~ 'in_progress|opened') AS outcomes"
)
_PLACE = (
    f"{_m('reports.location.traced')} AS traced, {_m('reports.location.police_told')} AS told, "
    f"{_m('reports.hold.begun')} AS held, {_m('reports.notice.sent')} AS sent, "
    f"{_m('reports.location.offline')} AS gone, "
    "max(at) FILTER (WHERE act = 'reports.location.reappeared') AS back"
)
_ACTS = {"victims": "victims.%%", "report": "reports.%%", "assistance": "cases.assistance.%%", "case": "cases.clock.%%"}

NAIVE: dict[str, tuple[str, str, str, str, str, str]] = {
    "identified_flow": ("victims", _IDENTIFIED, "cohort", "known", "0", "sum(children)"),
    "safeguarded_flow": ("victims", _IDENTIFIED, "safe", "known", "0", "sum(children)"),
    "safeguarded_share": (
        "victims",
        _IDENTIFIED,
        "cohort",
        "known",
        "sum(children) FILTER (WHERE safe IS NOT NULL)",
        "sum(children)",
    ),
    "country_share": (
        "victims",
        f"{_m('victims.series.opened')} AS cohort, {_m('victims.series.absorbed')} IS NULL AS own, "
        + _LAST.format("victims.country.proposed", "victims.country.dropped")
        + " AS hit",
        "cohort",
        "own",
        "count(*) FILTER (WHERE hit)",
        "count(*)",
    ),
    "country_accepted_share": (
        "victims",
        f"{_m('victims.series.disseminated')} AS cohort, "
        + _LAST.format("victims.series.accepted", "victims.series.given_back")
        + " AS hit",
        "cohort",
        "true",
        "count(*) FILTER (WHERE hit)",
        "count(*)",
    ),
    "urgent_triage": (
        "report",
        _ARRIVED,
        "cohort",
        f"urgent = '1' AND cohort + interval '15 minutes' <= {_CLOCK}",
        "percentile_cont(0.5) WITHIN GROUP (ORDER BY touched - cohort) IS NULL",
        "count(touched)",
    ),
    "forwarded_with_outcome": (
        "report",
        _ARRIVED,
        "cohort",
        "copy = '1'",
        "count(*) FILTER (WHERE outcomes > 0)",
        "count(*)",
    ),
    "dropped_by_receiver": (
        "report",
        _ARRIVED,
        "cohort",
        "copy = '1' AND outcomes > 0",
        "count(*) FILTER (WHERE last IN ('dropped', 'needs_more'))",
        "count(*)",
    ),
    "known_material_share": (
        "report",
        _ARRIVED,
        "cohort",
        "copy = '0' AND items > 0",
        "sum(items - fresh)",
        "sum(items)",
    ),
    "police_notice_24h": (
        "report",
        _PLACE,
        "traced",
        f"traced + interval '24 hours' <= {_CLOCK}",
        "count(*) FILTER (WHERE told <= traced + interval '24 hours')",
        "count(*)",
    ),
    **{
        code: (
            "report",
            _PLACE,
            "sent",
            f"sent + interval '{hours} hours' <= {_CLOCK}",
            f"count(*) FILTER (WHERE gone <= sent + interval '{hours} hours')",
            "count(*)",
        )
        for code, hours in (("removal_24h", 24), ("removal_72h", 72), ("removal_7d", 168))
    },
    "reappearance": ("report", _PLACE, "gone", "true", "count(*) FILTER (WHERE back > gone)", "count(*)"),
    "held_share": ("report", _PLACE, "traced", "true", "count(*) FILTER (WHERE held IS NOT NULL)", "count(*)"),
    "assistance_days": (
        "assistance",
        (
            f"{_m('cases.assistance.sent')} AS cohort, {_m('cases.assistance.answered')} AS answered, "
            f"{_t('cases.assistance.sent', 'kind')} AS brings"
        ),
        "cohort",
        "brings <> 'preserve'",
        "percentile_cont(0.5) WITHIN GROUP (ORDER BY answered - cohort) IS NULL",
        "count(answered)",
    ),
    "preservations_lapsed": (
        "case",
        f"{_m('cases.clock.lapsed')} AS lapsed, {_m('cases.clock.settled')} AS came",
        "least(lapsed, came)",
        "true",
        "count(lapsed)",
        "count(*)",
    ),
}
"""Code: kind of subject, what is gathered of each, cohort, condition, numerator, denominator."""


def naive(code: str) -> str:
    """Return one statement over the raw ledger: member, month, numerator, denominator."""
    kind, gathered, cohort, condition, numerator, denominator = NAIVE[code]
    return f"""
        WITH life AS (
            SELECT subject, owner, {gathered} FROM ledger_entry
            WHERE act LIKE '{_ACTS[kind]}' AND subject IS NOT NULL GROUP BY 1, 2
        )
        SELECT o.member_id, date_trunc('month', {cohort} AT TIME ZONE 'UTC')::date, {numerator}, {denominator}
        FROM life JOIN organisations_organisation o ON o.id = life.owner
        WHERE {cohort} IS NOT NULL AND {condition} GROUP BY 1, 2
    """
