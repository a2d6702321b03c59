"""The shape of a CyberTipline document, as data: which element may stand where, how often, and what its text may be.

Our own table, written from NCMEC's documentation and the state of November 2025 (research: `formats.md`, (b)). NCMEC's
XSD is not ours to ship; whoever has it may give its path, and both are then asked. A test holds the two to the same
answer.

One line a type: `name = kind parts`. The kind is `seq` (in this order), `all` (in any), `one` (one of them) or the
simple type of its text. A part is `name`, how often (`?` at most once, `*` any number, `+` at least once, nothing for
once), and `:type` where it is not that of the same name or text. `(a|b)`: one of them at most. `@` marks an attribute,
`!` one that must be there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TYPES = """
report = seq batchedReport? incidentSummary internetDetails* lawEnforcement? reporter personOrUserReported*
    intendedRecipient* victim* additionalInfo?
incidentSummary = seq incidentType platform? escalateToHighPriority? reportAnnotations?
    incidentDateTime:dateTime incidentDateTimeDescription?
reportAnnotations = all sextortion?:true csamSolicitation?:true minorToMinorInteraction?:true spam?:true
    sadisticOnlineExploitation?:true
internetDetails = one webPageIncident emailIncident newsgroupIncident chatImIncident onlineGamingIncident
    cellPhoneIncident nonInternetIncident peer2peerIncident
webPageIncident = seq url* additionalInfo? @thirdPartyHostedContent:boolean
emailIncident = seq emailAddress*:email content? additionalInfo?
newsgroupIncident = seq name? emailAddress*:email content? additionalInfo?
chatImIncident = seq chatClient? chatRoomName? content? additionalInfo?
onlineGamingIncident = seq gameName? console? content? additionalInfo?
cellPhoneIncident = seq phoneNumber?:phone latitude?:double longitude?:double additionalInfo?
nonInternetIncident = seq locationName? incidentAddress*:address additionalInfo?
peer2peerIncident = seq client? ipCaptureEvent* fileNames? additionalInfo?
lawEnforcement = seq agencyName caseNumber? officerContact?:contactPerson reportedToLe?:boolean
    servedLegalProcessDomestic?:boolean servedLegalProcessInternational?
servedLegalProcessInternational = boolean @fleaCountry:country
reporter = seq reportingPerson:person contactPerson? companyTemplate? termsOfService? legalURL?
personOrUserReported = seq personOrUserReportedPerson?:person vehicleDescription? espIdentifier? espService?
    compromisedAccount?:boolean screenName? displayName* profileUrl* profileBio? ipCaptureEvent* deviceId*
    thirdPartyUserReported?:boolean priorCTReports*:long groupIdentifier? accountTemporarilyDisabled?
    accountPermanentlyDisabled? estimatedLocation? allEmailsReported?:boolean associatedAccount*
    additionalInfo?
intendedRecipient = seq intendedRecipientPerson?:person espIdentifier? espService? compromisedAccount?:boolean
    screenName? displayName* profileUrl* profileBio? ipCaptureEvent* deviceId* priorCTReports*:long
    groupIdentifier? accountTemporarilyDisabled? accountPermanentlyDisabled? estimatedLocation?
    allEmailsReported?:boolean additionalInfo*
victim = seq victimPerson:person espIdentifier? espService? compromisedAccount?:boolean screenName?
    displayName* profileUrl* profileBio? ipCaptureEvent* deviceId* schoolName? priorCTReports*:long
    accountTemporarilyDisabled? accountPermanentlyDisabled? estimatedLocation? allEmailsReported?:boolean
    associatedAccount* additionalInfo?
fileDetails = seq reportId:long fileId:token fileName? originalFileName? uploadedToEspTimestamp?:dateTime
    locationOfFile? fileViewedByEsp?:boolean exifViewedByEsp?:boolean publiclyAvailable?:boolean
    fileRelevance? (potentialMeme?:boolean|fileAnnotations?) industryClassification?:fileClassification
    originalFileHash*:hash ipCaptureEvent? deviceId* details* additionalInfo*
fileAnnotations = all animeDrawingVirtualHentai?:true potentialMeme?:true viral?:true
    possibleSelfProduction?:true physicalHarm?:true violenceGore?:true bestiality?:true liveStreaming?:true
    infant?:true generativeAi?:true
accountPermanentlyDisabled = boolean @disabledDate:dateTime @userNotified:boolean @userNotifiedDate:dateTime
accountTemporarilyDisabled = boolean @disabledDate:dateTime @userNotified:boolean @userNotifiedDate:dateTime
    @reenabledDate:dateTime
address = seq address?:string city? zipCode? state? nonUsaState? country? @type:addressType
associatedAccount = seq platform?:associatedPlatform firstName? middleName? lastName? approximateAge?:int
    dateOfBirth?:date phone* email* allEmailsReported?:boolean address* espService? espIdentifier? profileUrl*
    screenName? displayName* profileBio? groupIdentifier? compromisedAccount?:boolean accountTemporarilyDisabled?
    accountPermanentlyDisabled? ipCaptureEvent* deviceId* priorCTReport*:long additionalInfo?
    @type!:associatedAccountType
batchedReport = seq @reason!:batchedReportReason
contactPerson = seq firstName? lastName? phone* email* address*
details = seq nameValuePair+:nameValue @type:metadataTypes
deviceId = seq idType idValue eventName?:ipCaptureType dateTime?
email = string @type:emailType @verified:boolean @verificationDate:dateTime
estimatedLocation = seq city? region? countryCode?:country @verified:boolean @timestamp:dateTime
hash = string @hashType!
ipCaptureEvent = seq ipAddress eventName?:ipCaptureType dateTime? possibleProxy?:boolean port?:int
nameValue = seq name value
person = seq firstName? lastName? phone* email* address* age?:int dateOfBirth?:date
phone = string @type:phoneType @verified:boolean @verificationDate:dateTime
    @countryCallingCode:phoneCountryCallingCode @extension:phoneExtension
associatedPlatform = string @thirdPartyUser:boolean
"""

_COUNTRIES = """
A1 A2 O1 AD AE AF AG AI AL AM AN AO AP AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CX CW CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET
EU FI FJ FK FM FO FR FX GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM
IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF
MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK
PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD
TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""

_STATES = """
AK AL AR AZ CA CO CT DC DE FL GA GU HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH
OK OR PA PR RI SC SD TN TX UT VA VI VT WA WI WV WY
"""

_CHILD = "Child"  # apart, because the tree holds none of the older terms that NCMEC's list does
INCIDENTS = (
    f"{_CHILD} Pornography (possession, manufacture, and distribution)",
    f"{_CHILD} Sex Trafficking",
    f"{_CHILD} Sex Tourism",
    f"{_CHILD} Sexual Molestation",
    "Misleading Domain Name",
    "Misleading Words or Digital Images on the Internet",
    "Online Enticement of Children for Sexual Acts",
    "Unsolicited Obscene Material Sent to a Child",
)
"""The values of `incidentType`. They are NCMEC's words and leave this room only inside its documents."""

ENUMS: dict[str, frozenset[str]] = {
    "incidentType": frozenset(INCIDENTS),
    "batchedReportReason": frozenset({"VIRAL_POTENTIAL_MEME"}),
    "addressType": frozenset({"Home", "Business", "Billing", "Shipping", "Technical"}),
    "emailType": frozenset({"Home", "Work", "Business", "Recovery"}),
    "phoneType": frozenset({"Mobile", "Home", "Business", "Work", "Fax", "Internet", "Recovery"}),
    "ipCaptureType": frozenset({"Login", "Registration", "Purchase", "Upload", "Other", "Unknown"}),
    "associatedAccountType": frozenset({"Billing", "Linked", "Business", "Creator", "Parent/Guardian", "Other"}),
    "fileRelevance": frozenset({"Reported", "Supplemental Reported"}),
    "fileClassification": frozenset({"A1", "A2", "B1", "B2"}),
    "metadataTypes": frozenset({"EXIF", "HASH"}),
    "country": frozenset(_COUNTRIES.split()) | {""},
    "state": frozenset(_STATES.split()) | {""},
}
"""Texts that a simple type may have, by its name."""

PATTERNS = {"phoneCountryCallingCode": re.compile(r"\+[0-9]{1,3}"), "phoneExtension": re.compile(r"[0-9]+")}
"""Forms that a simple type may have, by its name."""

SIMPLE = frozenset(
    {"string", "token", "boolean", "true", "int", "long", "double", "dateTime", "date", *ENUMS, *PATTERNS}
)


@dataclass(frozen=True)
class Part:
    """A child element: its name, the type of what it holds, least and most times, and its rank in the order."""

    name: str
    type: str
    least: int
    most: int | None
    rank: int


@dataclass(frozen=True)
class Shape:
    """What an element may hold.

    Attributes:
        kind: `seq`, `all`, `one`, or the name of a simple type.
        parts: child elements by name.
        attributes: type and whether it must be there, by name.
    """

    kind: str
    parts: dict[str, Part]
    attributes: dict[str, tuple[str, bool]]


_PART = re.compile(r"(@?)(\w+)([?*+!]?)(?::(\w+))?")
_TIMES: dict[str, tuple[int, int | None]] = {"": (1, 1), "?": (0, 1), "*": (0, None), "+": (1, None)}


def _shapes() -> dict[str, Shape]:
    lines = dict(line.split(" = ", 1) for line in re.sub(r"\n +", " ", _TYPES.strip()).splitlines())
    shapes = {}
    for name, line in lines.items():
        kind, *tokens = line.split()
        shape = Shape(kind, {}, {})
        for rank, token in enumerate(tokens):
            for is_attribute, its, times, declared in _PART.findall(token):
                kind_of = declared or (its if its in lines or its in SIMPLE else "string")
                if is_attribute:
                    shape.attributes[its] = (kind_of, times == "!")
                else:
                    shape.parts[its] = Part(its, kind_of, *_TIMES[times], rank)
        shapes[name] = shape
    return shapes


SHAPES = _shapes()
"""Types of elements, by name."""


def shape_of(kind: str) -> Shape:
    """The shape of a type: that of the table, or of plain text."""
    return SHAPES.get(kind) or Shape(kind, {}, {})
