"""CyberTipline documents: what is read, told, kept, and written."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.formats.arriving import NOW, mutated

from vaern.arrivals import Account, Detail, IpEvent, Location
from vaern.formats.cybertipline import MAX_ATTRIBUTES, MAX_BYTES, MAX_DEPTH, REPORT_ANNOTATIONS, read
from vaern.formats.cybertipline_shape import INCIDENTS
from vaern.formats.cybertipline_write import Reporter

MATERIAL = INCIDENTS[0]
SUMMARY = (
    f"<incidentSummary><incidentType>{MATERIAL}</incidentType>{{}}"
    "<incidentDateTime>{}</incidentDateTime></incidentSummary>"
)
REPORTER = "<reporter><reportingPerson><email>desk@platform.example</email></reportingPerson></reporter>"
MOMENT = "2026-11-01T12:30:00Z"
DESK = Reporter("desk@hotline.example")
QUICK = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


def report(
    more: str = "", *, summary: str = "", moment: str = MOMENT, before: str = "", reporter: str = REPORTER
) -> str:
    above, _, below = more.partition("|")  # before the reporter, and behind it
    return f"<report>{before}{SUMMARY.format(summary, moment)}{above}{reporter}{below}</report>"


def file(more: str) -> str:
    return f"<fileDetails><reportId>7</reportId><fileId>f1</fileId>{more}</fileDetails>"


def faults(xml: str) -> set[tuple[str, str]]:
    return {(fault.path, fault.said) for one in read(xml.encode(), now=NOW) for fault in one.faults}


def paths(xml: str) -> set[str]:
    return {path for path, _said in faults(xml)}


# What the second layer refuses and the XSD lets pass: (document, path of the fault). Each alone.
BATCH = '<batchedReport reason="VIRAL_POTENTIAL_MEME"/>'
ACCOUNT = "<personOrUserReported>{}</personOrUserReported>"
MEME = "<fileAnnotations><viral>true</viral></fileAnnotations>"
RULES = {
    "no e-mail of the reporter": (
        report(reporter="<reporter><reportingPerson/></reporter>"),
        "report/reporter/reportingPerson/email",
    ),
    "no zone": (report(moment="2026-11-01T12:30:00"), "report/incidentSummary/incidentDateTime"),
    "in the future": (report(moment="2027-11-01T12:30:00Z"), "report/incidentSummary/incidentDateTime"),
    "blank escalation": (
        report(summary="<escalateToHighPriority>  </escalateToHighPriority>"),
        "report/incidentSummary/escalateToHighPriority",
    ),
    "too long": (report(summary=f"<platform>{'x' * 257}</platform>"), "report/incidentSummary/platform"),
    "no address": (
        report("|" + ACCOUNT.format("<ipCaptureEvent><ipAddress>999.1.1.1</ipAddress></ipCaptureEvent>")),
        "report/personOrUserReported/ipCaptureEvent/ipAddress",
    ),
    "no port": (
        report("|" + ACCOUNT.format("<ipCaptureEvent><ipAddress>::1</ipAddress><port>65536</port></ipCaptureEvent>")),
        "report/personOrUserReported/ipCaptureEvent/port",
    ),
    "two accounts": (
        report("|" + 2 * ACCOUNT.format("<espIdentifier>a</espIdentifier>")),
        "report/personOrUserReported[2]",
    ),
    "url": (
        report("<internetDetails><webPageIncident><url>no url</url></webPageIncident></internetDetails>"),
        "report/internetDetails/webPageIncident/url",
    ),
    "mail of nobody": (
        report(
            "<internetDetails><emailIncident><emailAddress>a@b.example</emailAddress></emailIncident></internetDetails>"
        ),
        "report/internetDetails/emailIncident/emailAddress",
    ),
    "local part": (
        report(
            "|"
            + ACCOUNT.format(
                "<personOrUserReportedPerson><email>" + "a" * 65 + "@b.example</email></personOrUserReportedPerson>"
            )
        ),
        "report/personOrUserReported/personOrUserReportedPerson/email",
    ),
    "verified": (
        report(
            "|"
            + ACCOUNT.format(
                '<personOrUserReportedPerson><email verificationDate="2026-01-01T00:00:00Z">'
                "a@b.example</email></personOrUserReportedPerson>"
            )
        ),
        "report/personOrUserReported/personOrUserReportedPerson/email/@verificationDate",
    ),
    "age": (
        report("|" + ACCOUNT.format("<personOrUserReportedPerson><age>151</age></personOrUserReportedPerson>")),
        "report/personOrUserReported/personOrUserReportedPerson/age",
    ),
    "born tomorrow": (
        report(
            "|"
            + ACCOUNT.format(
                "<personOrUserReportedPerson><dateOfBirth>2026-11-25</dateOfBirth></personOrUserReportedPerson>"
            )
        ),
        "report/personOrUserReported/personOrUserReportedPerson/dateOfBirth",
    ),
    "country": (
        report("|" + ACCOUNT.format("<estimatedLocation><city>a</city></estimatedLocation>")),
        "report/personOrUserReported/estimatedLocation/countryCode",
    ),
    "region": (
        report(
            "|" + ACCOUNT.format("<estimatedLocation><city>a</city><countryCode>US</countryCode></estimatedLocation>")
        ),
        "report/personOrUserReported/estimatedLocation/region",
    ),
    "notified": (
        report(
            "|"
            + ACCOUNT.format(
                '<accountPermanentlyDisabled disabledDate="2026-01-02T00:00:00Z" '
                'userNotifiedDate="2026-01-01T00:00:00Z">true</accountPermanentlyDisabled>'
            )
        ),
        "report/personOrUserReported/accountPermanentlyDisabled/@userNotifiedDate",
    ),
    "enabled": (
        report(
            "|"
            + ACCOUNT.format(
                '<accountTemporarilyDisabled disabledDate="2026-01-02T00:00:00Z" '
                'reenabledDate="2026-01-02T00:00:00Z">true</accountTemporarilyDisabled>'
            )
        ),
        "report/personOrUserReported/accountTemporarilyDisabled/@reenabledDate",
    ),
    "two ages": (
        report(
            "|"
            + ACCOUNT.format(
                '<associatedAccount type="Linked"><approximateAge>3</approximateAge>'
                "<dateOfBirth>2020-01-01</dateOfBirth></associatedAccount>"
            )
        ),
        "report/personOrUserReported/associatedAccount/approximateAge",
    ),
    "exif without file": (
        file("<fileViewedByEsp>false</fileViewedByEsp><exifViewedByEsp>true</exifViewedByEsp>"),
        "fileDetails/exifViewedByEsp",
    ),
    "supplemental with a class": (
        file("<fileRelevance>Supplemental Reported</fileRelevance><industryClassification>A1</industryClassification>"),
        "fileDetails/industryClassification",
    ),
    "supplemental meme": (
        file("<fileRelevance>Supplemental Reported</fileRelevance><potentialMeme>true</potentialMeme>"),
        "fileDetails/fileRelevance",
    ),
    "hash type": (
        file(f'<originalFileHash hashType="{"x" * 65}">00</originalFileHash>'),
        "fileDetails/originalFileHash/@hashType",
    ),
    "pair": (
        file(f'<details type="EXIF"><nameValuePair><name>{"x" * 65}</name><value>1</value></nameValuePair></details>'),
        "fileDetails/details/nameValuePair/name",
    ),
    "batch with a victim": (report("|<victim><victimPerson/></victim>", before=BATCH), "report/victim"),
    "batch with an escalation": (
        report(summary="<escalateToHighPriority>now</escalateToHighPriority>", before=BATCH),
        "report/incidentSummary/escalateToHighPriority",
    ),
    "batched account": (
        report("|" + ACCOUNT.format("<screenName>a</screenName>"), before=BATCH),
        "report/personOrUserReported",
    ),
    "batch with two files": (f"<cyberTipline>{report(before=BATCH)}{2 * file(MEME)}</cyberTipline>", "fileDetails[2]"),
    "batched file without annotation": (
        f"<cyberTipline>{report(before=BATCH)}{file('')}</cyberTipline>",
        "fileDetails/fileAnnotations",
    ),
    "batched supplemental file": (
        "<cyberTipline>"
        + report(before=BATCH)
        + file("<fileRelevance>Supplemental Reported</fileRelevance>" + MEME)
        + "</cyberTipline>",
        "fileDetails/fileRelevance",
    ),
    "batched file with a name": (
        f"<cyberTipline>{report(before=BATCH)}{file('<originalFileName>a</originalFileName>' + MEME)}</cyberTipline>",
        "fileDetails/originalFileName",
    ),
}


def test_a_report_without_fault_has_none() -> None:
    assert not faults(report())
    assert not faults(f"<cyberTipline>{report(before=BATCH)}{file(MEME)}</cyberTipline>")
    assert not faults(file("<fileViewedByEsp>true</fileViewedByEsp><exifViewedByEsp>true</exifViewedByEsp>"))


@pytest.mark.parametrize("name", RULES)
def test_each_rule_of_the_second_layer_is_told_alone_and_takes_no_report_away(name: str) -> None:
    xml, path = RULES[name]
    assert paths(xml) == {path}
    assert all(one.arrival and not any(fault.fatal for fault in one.faults) for one in read(xml.encode(), now=NOW))


def test_every_fault_is_told_at_once() -> None:
    xml = report(
        "|<victim/>" + ACCOUNT.format("<ipCaptureEvent><ipAddress>x</ipAddress></ipCaptureEvent>"),
        summary="<escalateToHighPriority/>",
        moment="never",
    )
    assert paths(xml) >= {
        "report/incidentSummary/incidentDateTime",
        "report/incidentSummary/escalateToHighPriority",
        "report/victim/victimPerson",
        "report/personOrUserReported",  # out of order
        "report/personOrUserReported/ipCaptureEvent/ipAddress",
    }


def test_faults_repeat_nothing_of_what_was_sent() -> None:
    secret = "SECRET-31337"
    xml = report(
        f"<internetDetails><webPageIncident><url>{secret}</url></webPageIncident></internetDetails>|"
        + ACCOUNT.format(
            f"<ipCaptureEvent><ipAddress>{secret}</ipAddress><eventName>{secret}</eventName></ipCaptureEvent>"
        ),
        moment=secret,
    )
    assert len(faults(xml)) >= 4
    assert secret not in str(faults(xml))


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "no xml",
        "<report",
        "<other/>",
        "<report/>",
        "<cyberTipline/>",
        f"<report>{REPORTER}</report>",
        f"<report><incidentSummary><incidentDateTime>{MOMENT}</incidentDateTime></incidentSummary>{REPORTER}</report>",
        '<!DOCTYPE report [<!ENTITY a "b">]>' + report(),
        '<!DOCTYPE report SYSTEM "http://elsewhere.example/x.dtd">' + report(),
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><report>&x;</report>',
        "<report>" + MAX_DEPTH * "<a>" + MAX_DEPTH * "</a>" + "</report>",
        report() + " " * MAX_BYTES,
    ],
)
def test_what_leaves_nothing_to_take_is_fatal(xml: str) -> None:
    (one,) = read(xml.encode(), now=NOW)
    assert one.arrival is None
    assert any(fault.fatal for fault in one.faults)


def test_a_bomb_is_refused_at_once() -> None:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 20}">' for n in range(1, 12))
    for use in ("<report>&a11;</report>", '<report a="&a11;"/>'):
        bomb = f'<!DOCTYPE report [<!ENTITY a0 "ha">{levels}]>{use}'
        before = time.process_time()
        (one,) = read(bomb.encode(), now=NOW)
        assert one.arrival is None
        assert time.process_time() - before < 5


@pytest.mark.once
def test_many_elements_cost_no_more_than_they_are() -> None:
    xml = report("|" + ACCOUNT.format("<displayName>a</displayName>" * 40_000))
    before = time.process_time()
    (one,) = read(xml.encode(), now=NOW)
    assert one.arrival is not None
    assert len(one.arrival.unknown) == 2000
    assert any("have no place" in fault.said for fault in one.faults)
    assert time.process_time() - before < 30


@pytest.mark.parametrize(("most", "taken"), [(MAX_ATTRIBUTES, True), (200_000, False)])
def test_many_attributes_are_refused_before_they_are_read(most: int, taken: bool) -> None:
    many = " ".join(f'a{n}=""' for n in range(most))
    (one,) = read(report().replace("<report", f"<report {many}", 1).encode(), now=NOW)
    assert (one.arrival is not None) == taken
    assert taken or [fault.what.code for fault in one.faults] == ["too_many_attributes"]


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ("9999-12-31T24:00:00-14:00", "expected_dateTime"),
        ("-0044-03-15T12:00:00Z", "expected_dateTime"),
        ("2026-01-01T00:00:00", "no_zone"),
    ],
)
def test_a_moment_that_cannot_be_kept_is_not_told_to_lack_the_zone_that_it_has(moment: str, code: str) -> None:
    (one,) = read(report(moment=moment).encode(), now=NOW)
    assert [fault.what.code for fault in one.faults] == [code]


def test_long_names_and_deep_places_make_no_long_paths() -> None:
    name = "a" * 40_000
    below = (
        "".join(f"<x{n}>" for n in range(50))
        + f"<{name}>t</{name}>" * 100
        + "".join(f"</x{n}>" for n in range(49, -1, -1))
    )
    (one,) = read(report("|" + below).encode(), now=NOW)
    assert one.arrival is not None
    assert max(len(path) for path, _text in one.arrival.unknown) < 600
    assert max(len(fault.path) for fault in one.faults) < 600


def test_fields_go_where_they_belong() -> None:
    xml = f"""<cyberTipline reference="R-1">{
        report(
            "<internetDetails><webPageIncident><url>https://a.example/1</url></webPageIncident></internetDetails>"
            "<internetDetails><chatImIncident><chatClient>Chat</chatClient><chatRoomName>room</chatRoomName>"
            "</chatImIncident></internetDetails>|"
            + ACCOUNT.format(
                "<personOrUserReportedPerson><phone>+45</phone><email>u@mail.example</email></personOrUserReportedPerson>"
                "<espIdentifier>u1</espIdentifier><espService>Photos</espService><screenName>nick</screenName>"
                "<ipCaptureEvent><ipAddress>192.0.2.1</ipAddress><eventName>Upload</eventName>"
                "<dateTime>2026-10-01T00:00:00+02:00</dateTime><possibleProxy>true</possibleProxy><port>443</port>"
                "</ipCaptureEvent><deviceId><idType>IMEI</idType><idValue>12</idValue></deviceId>"
                "<accountPermanentlyDisabled>true</accountPermanentlyDisabled>"
            )
            + "<victim><victimPerson><firstName>Unsayable</firstName></victimPerson></victim>"
            "<additionalInfo>words</additionalInfo>",
            summary="<platform>Photos</platform><escalateToHighPriority>meets tonight</escalateToHighPriority>",
        )
    }
      {
        file(
            "<originalFileName>a.jpg</originalFileName><locationOfFile>https://a.example/2</locationOfFile>"
            "<fileViewedByEsp>false</fileViewedByEsp><publiclyAvailable>true</publiclyAvailable>"
            "<fileAnnotations><infant/><generativeAi>true</generativeAi></fileAnnotations>"
            "<industryClassification>A1</industryClassification>"
            f'<originalFileHash hashType="MD5">{bytes(range(16)).hex()}</originalFileHash>'
            f'<details type="HASH"><nameValuePair><name>PDQ</name><value>{"0f" * 16 + "1e" * 16}</value>'
            "</nameValuePair></details>"
        )
    }
    </cyberTipline>"""
    (one,) = read(xml.encode(), now=NOW)
    arrival = one.arrival
    assert arrival is not None
    assert "Unsayable" not in str(arrival)
    assert {fault.path for fault in one.faults} == {"report/victim/victimPerson/firstName"}
    event = IpEvent("192.0.2.1", 443, datetime(2026, 9, 30, 22, tzinfo=UTC), "upload", proxy=True)
    assert (arrival.reference, arrival.offence, arrival.danger_now, arrival.danger_text) == (
        "R-1",
        "material",
        True,
        "meets tonight",
    )
    assert arrival.narrative == "words"
    assert arrival.contact == "desk@platform.example"
    assert arrival.locations == (Location("https://a.example/1", "Photos"), Location("", "Chat", "room", medium="chat"))
    assert arrival.accounts[0] == Account(
        "suspect", "Photos", "u1", "nick", ("u@mail.example",), ("+45",), (event,), ("IMEI: 12",), True
    )
    found = arrival.files[0]
    assert (found.name, found.viewed, found.exif_viewed) == ("a.jpg", "not", False)
    assert [signal.kind for signal in found.signals] == ["md5", "pdq"]
    assert (found.classification, found.scheme, found.annotations) == ("A1", "NCMEC", ("infant", "generated"))
    assert found.location == Location("https://a.example/2", public=True)
    assert (found.reference, arrival.tip_number) == ("f1", "7")
    assert not arrival.unknown


def test_what_has_no_place_is_kept_with_its_path() -> None:
    xml = report(
        "<lawEnforcement><agencyName>Police</agencyName></lawEnforcement>",
        summary="<reportAnnotations><informational>true</informational></reportAnnotations>",
    )
    (one,) = read(xml.encode(), now=NOW)
    assert one.arrival is not None
    assert dict(one.arrival.unknown) == {
        "report/incidentSummary/reportAnnotations/informational": "true",
        "report/lawEnforcement/agencyName": "Police",
    }
    assert [fault.path for fault in one.faults] == ["report/incidentSummary/reportAnnotations/informational"]


def test_a_wrapper_holds_several_reports_each_with_its_files() -> None:
    xml = f"<cyberTipline>{report()}{file('')}{report()}{file('')}{file('')}</cyberTipline>"
    reads = read(xml.encode(), now=NOW)
    assert [(one.line, len(one.arrival.files)) for one in reads if one.arrival] == [(1, 1), (2, 2)]
    for one in reads:  # and the part of the document that is kept of each is a document that reads the same
        (again,) = read(one.part, now=NOW)
        assert (again.arrival, again.faults, again.part) == (one.arrival, one.faults, b"")


def test_a_wrapper_that_holds_something_else_says_so() -> None:
    xml = f'<cyberTipline reference="R-1" other="x">{report()}words{report()}<stray><spam/></stray></cyberTipline>'
    first, _second = read(xml.encode(), now=NOW)
    assert {fault.path for fault in first.faults} == {
        "cyberTipline",
        "cyberTipline/@reference",
        "cyberTipline/@other",
        "cyberTipline/stray",
    }


def test_files_alone_name_the_report_that_they_belong_to() -> None:
    for xml, alone, number in (
        (file(""), True, "7"),
        (file("").replace("7</reportId>", "0</reportId>"), False, ""),
        (file("").replace("7</reportId>", "no number</reportId>"), False, ""),
        (f"<cyberTipline>{report()}{file('')}</cyberTipline>", False, "7"),
        (f'<cyberTipline reference="R-1">{report()}{file("")}</cyberTipline>', False, "7"),
        (f"<cyberTipline>{file('')}{file('')}</cyberTipline>", True, "7"),
    ):
        (one,) = read(xml.encode(), now=NOW)
        assert one.arrival is not None
        assert (one.files_alone, one.arrival.tip_number) == (alone, number)


def test_annotations_are_read_whether_they_are_empty_or_say_true() -> None:
    """NCMEC's documentation has them empty, and so do its clients."""
    marks = "<sextortion/><csamSolicitation/><minorToMinorInteraction>true</minorToMinorInteraction><spam/>"
    marks += "<sadisticOnlineExploitation></sadisticOnlineExploitation>"
    (one,) = read(report(summary=f"<reportAnnotations>{marks}</reportAnnotations>").encode(), now=NOW)
    assert one.arrival is not None
    assert set(one.arrival.annotations) == set(REPORT_ANNOTATIONS.values())
    assert not one.arrival.unknown
    (one,) = read(report(summary="<reportAnnotations><spam>false</spam></reportAnnotations>").encode(), now=NOW)
    assert one.arrival is not None
    assert not one.arrival.annotations
    assert dict(one.arrival.unknown) == {"report/incidentSummary/reportAnnotations/spam": "false"}


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("hxxps://bad[.]example/x", False),
        ("hXXp://bad.example/", False),
        ("https://bad[.]example/", False),
        ("https://bad(dot)example/", False),
        ("h**p://bad.example/", False),
        ("https://a.example/?q=x[.]y", True),
        ("https://a.example/x", True),
        ("https://[2001:db8::1]/x", True),
    ],
)
def test_a_defanged_address_is_told_and_kept(url: str, is_one: bool) -> None:
    xml = report(f"<internetDetails><webPageIncident><url>{url}</url></webPageIncident></internetDetails>")
    (one,) = read(xml.encode(), now=NOW)
    assert one.arrival is not None
    assert [place.url for place in one.arrival.locations] == [url]
    assert {fault.what.code for fault in one.faults} == (set() if is_one else {"no_address"})


@pytest.mark.parametrize("says", ["false", "0", "No", " FALSE "])
def test_an_escalation_that_says_no_makes_nothing_urgent(says: str) -> None:
    (one,) = read(report(summary=f"<escalateToHighPriority>{says}</escalateToHighPriority>").encode(), now=NOW)
    assert one.arrival is not None
    assert (one.arrival.danger_now, one.arrival.danger_text) == (None, "")
    assert [fault.what.code for fault in one.faults] == ["not_urgent"]
    assert dict(one.arrival.unknown) == {"report/incidentSummary/escalateToHighPriority": says.strip()}


def test_the_address_and_the_device_of_a_file_stay_with_that_file() -> None:
    def uploaded(number: int) -> str:
        return file(
            f"<ipCaptureEvent><ipAddress>192.0.2.{number}</ipAddress><eventName>Upload</eventName></ipCaptureEvent>"
            f"<deviceId><idType>IMEI</idType><idValue>{number}</idValue></deviceId>"
            f'<details type="EXIF"><nameValuePair><name>Model</name><value>Camera {number}</value></nameValuePair>'
            "</details>"
        )

    xml = f"<cyberTipline>{report()}{''.join(map(uploaded, (1, 2, 3)))}</cyberTipline>"
    (one,) = read(xml.encode(), now=NOW)
    assert one.arrival is not None
    assert not one.arrival.accounts
    assert [(found.ip_events[0].ip, found.devices, found.details) for found in one.arrival.files] == [
        (f"192.0.2.{n}", (f"IMEI: {n}",), (Detail("Model", f"Camera {n}", "EXIF"),)) for n in (1, 2, 3)
    ]


@pytest.mark.once
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(root=mutated("report") | mutated("fileDetails"), data=st.data())
def test_take_any_element_or_attribute_away_and_the_reading_changes(root: etree._Element, data: st.DataObject) -> None:
    """Nothing vanishes, with text or without: each element ends in the arrival, in `unknown`, or is a fault."""
    for element in root.iter():
        if not len(element) and not data.draw(st.integers(0, 2)):
            element.text = data.draw(st.sampled_from([None, " ", "true"]))
    whole = read(etree.tostring(root), now=NOW)
    below = list(root.iter())[1:]
    if whole[0].arrival is None or not below:
        return  # nothing of it was taken, and that is told
    gone = data.draw(st.sampled_from(below))
    if gone.attrib and data.draw(st.booleans()):
        del gone.attrib[data.draw(st.sampled_from(sorted(gone.attrib)))]
    else:
        above = gone.getparent()
        assert above is not None
        above.remove(gone)
    assert read(etree.tostring(root), now=NOW) != whole


@QUICK
@given(root=mutated("report") | mutated("fileDetails"))
def test_every_text_of_a_document_is_taken_or_kept(root: etree._Element) -> None:
    """Nothing is dropped: mark each text, and find all marks again (a victim's name apart, which is told)."""
    marks = []
    for number, element in enumerate(root.iter()):
        is_name = element.tag in {"firstName", "middleName", "lastName"}
        if not len(element) and not is_name and element.text in {None, "text", ""}:
            element.text = f"mark{number}"
            marks.append(element.text)
    (one,) = read(etree.tostring(root), now=NOW)
    if one.arrival is not None:
        said = str(msgspec.json.encode(one.arrival))
        assert all(mark in said for mark in marks)


@QUICK
@given(data=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_raise(data: bytes) -> None:
    assert read(data, now=NOW)


@QUICK
@given(root=mutated("report"), cut=st.integers(0, 400), put=st.binary(max_size=3), data=st.data())
def test_no_damaged_document_raises_and_fatal_means_none(
    root: etree._Element, cut: int, put: bytes, data: st.DataObject
) -> None:
    whole = etree.tostring(root)
    for document in (whole, whole[:cut] + put + whole[cut + len(put) :]):
        for one in read(document, now=NOW):
            assert (one.arrival is None) == any(fault.fatal for fault in one.faults)
