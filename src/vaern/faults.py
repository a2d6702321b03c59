"""What can be wrong with a document that a report came in: each as a code with values, and its English text.

The text is also the key under which the node translates it. A text repeats nothing of what was sent; a value is a
number, a name of the format, or a list of these.
"""

from __future__ import annotations

import msgspec

TEXTS: dict[str, str] = {
    # of any document
    "other": "{text}",
    "missing": "is missing",
    "future": "lies in the future",
    "once": "may stand once only",
    "first_taken": "may stand once only; the first was taken",
    "years": "lies outside of the years 1900 to 2199; it is kept as text",
    "unknown_document": "is no CyberTipline XML, XARF, ARF mail or CSV with a column url",
    "document_bytes": "the document has more than {most} bytes",
    "about_nothing": "holds no place, no file, no account and no words",
    "encoded_file": "is or looks like an encoded file; it was not decoded and not kept",
    "parts_left": "more than {most} parts have no place here; the sender's document has them all",
    "parts_kept": "{n} parts have no place here; {kept} are kept, the sender's document has all",
    "more_faults": "{n} more faults",
    "one_of": "expected one of {values}",
    "none_of": "is none of {values}",
    "no_text": "is no text of at most {most} characters",
    "no_address": "is no complete address (scheme://host/…)",
    "no_ip": "is no IPv4 or IPv6 address",
    "no_ip_no_address": "is no IPv4 or IPv6 address and no complete address (scheme://host/…)",
    "moment_with_zone": "expected a moment with its zone, as 2026-01-31T12:30:00Z",
    "date_with_zone": "expected a date with its zone",
    # of CyberTipline XML: its shape
    "no_report": "holds no report and no fileDetails",
    "is_no_report": "is no report and no fileDetails",
    "no_xml": "no valid XML from here on",
    "encoding": "the document declares an encoding that is not read here; send it as UTF-8",
    "dtd": "the document has a DTD, which the format has not and which is never read",
    "entities": "the document has entities, which the format has not",
    "root": "the root is none of {values}",
    "too_deep": "the document is deeper than {most} elements",
    "too_many_attributes": "an element has more than {most} attributes",
    "too_many_elements": "the document has more than {most} elements",
    "namespace": "the element is in a namespace; the format has none",
    "no_such_attribute": "the format has no such attribute here",
    "no_such_element": "the format has no such element here",
    "only_elements": "holds text where only elements may stand",
    "only_text": "holds elements where only text may stand",
    "order": "stands after an element that must follow it",
    "not_beside": "may not stand beside {name}",
    "exactly_one": "must hold exactly one of {values}",
    "no_value": "is none of the values that the format has here",
    "no_value_of": "is none of the values that the format has here: {values}",
    "expected_boolean": "expected true or false",
    "expected_true": "expected true, or the element left out",
    "expected_int": "expected a whole number",
    "expected_long": "expected a whole number",
    "expected_double": "expected a number",
    "expected_dateTime": "expected a moment as 2026-01-31T12:30:00Z",
    "expected_date": "expected a day as 2026-01-31",
    "expected_phoneCountryCallingCode": "expected a plus sign and one to three digits",
    "expected_phoneExtension": "expected digits",
    "xsd": "refused by the XSD ({name})",
    # of CyberTipline XML: its second layer
    "characters": "has more than {most} characters",
    "digits": "has more than {most} digits",
    "room": "has {n} characters; the format has room for {most}",
    "no_email": "is no e-mail address with a local part of at most {most} characters",
    "blank_urgency": "is blank; it holds the reason for the urgency",
    "not_urgent": "says no; the element holds the reason for the urgency, and is left out without one",
    "between": "is not between {least} and {most}",
    "without_verified": "stands without verified=true",
    "no_zone": "has no zone (or a year that no calendar has): 2026-01-31T12:30:00Z or 2026-01-31T13:30:00+01:00",
    "exif_viewed": "is true although fileViewedByEsp is not",
    "supplemental_meme": "a supplemental file cannot be a potential meme",
    "supplemental_class": "a supplemental file has no classification",
    "region": "is missing: a city in the USA needs it",
    "before_disabled": "lies before disabledDate",
    "not_after_disabled": "does not lie after disabledDate",
    "sender_reachable": "is missing: the sender must be reachable",
    "one_account": "only one account may be reported, unless the report is batched",
    "email_of_nobody": "is not an e-mail of an account reported, a recipient or a victim",
    "not_in_batch": "may not stand in a batched report",
    "only_identifier": "holds espIdentifier only in a batched report",
    "batch_one_file": "a batched report has one file at most",
    "batch_annotations": "must be viral, potentialMeme or both, and no other, in a batched report",
    "batch_relevance": "must be Reported in a batched report",
    "victims_name": "a victim's name is not taken over; only the sender's own document has it",
    "offence_unclear": "is unclear; the format needs one of its eight kinds: assess the report first",
    "moment_missing": "is missing; the format needs the moment, with its zone",
    # of XARF
    "report_bytes": "the report has more than {most} bytes",
    "no_json": "no valid JSON object",
    "no_xarf": "is missing: no XARF report",
    "no_x_arf": "is missing: no X-ARF report",
    "version_4": "expected 4.x.y",
    "no_uuid": "is no UUID",
    "internal": "must never be sent; it was not kept",
    "no_child": "reports another kind of abuse than sexual abuse of children; a person must look at it",
    "no_plain_text": "is no plain text of usual length; it was not decoded and not kept",
    "attached": "attached files are not decoded and not kept",
    "date_missing": "is missing, or without zone",
    "xarf_place": "XARF needs one complete address (scheme://host/…); the report has {n} of them to choose from",
    "xarf_offence": "is none that XARF knows: {values}",
    "xarf_class": "XARF has no word for this class: it knows the baseline and A1 to B2; assess the report first",
    # of mails
    "mail_bytes": "the mail has more than {most} bytes",
    "no_mail": "no mail that can be read",
    "html_read": "the mail has no plain text; its HTML was read as text",
    "empty_mail": "the mail holds neither a report for machines nor a text",
    "no_machine_part": "the mail has no part for machines; a person must read its text",
    "mail_parts": "has more than {most} parts; the others were not read",
    "complained_of": "the message complained of was not opened and not kept",
    "attached_part": "an attached part was not decoded and not kept",
    # of CSV
    "names_no_column": "names no column of {values}",
    "fills_no_column": "fills no column of {values}",
    "lines": "more than {most} lines; send the others by themselves",
    "no_line": "the document holds no line with a report",
    "windows_1252": "the text is not valid UTF-8; it was read as Windows-1252",
    "more_cells": "the line has more cells than the first line names columns",
    # of documents that are read by a mapping
    "no_json_value": "is no valid JSON",
    "no_report_at": "holds no report at the mapping's path {path}; correct the mapping, or send another document",
    "more_reports": "more than {most} reports; send the others by themselves",
    "more_values": "is one of more than {most} values of one field; all after the first {most} were kept as text",
    "more_made": "more than {most} places, accounts, files and addresses; what stands behind them was kept as text",
    "reports_bytes": "the reports of the document together are larger than {most} bytes; send the others by themselves",
    "outside": "stands outside of the place {place}, where what it belongs to begins",
    "not_in_table": "is not in the mapping's table of values; add what it means. It was kept as text",
    "moment_in_form": "is no moment as the mapping says ({form}); it was kept as text",
    "moment_no_zone": "has no zone, and the mapping states none; it was kept as text",
    "moment_twice": "was shown twice or never by the clocks of {zone}; it was kept as text",
    "expected_digits": "expected a whole number of at most 18 digits",
    "needs_value": "has no {name}; what stands here was kept as text",
    "many_fields": "has more than {most} fields and groups",
    "relative": "must go from the group around it, without / at its beginning, with at most {most} characters",
    "needs_field": "has no field {name}, without which none of it is taken",
    "path_or_value": "must have either a path or a value",
    "no_zone_name": "is no zone as Europe/Copenhagen or +01:00",
    "moment_by_path": "cannot be the same moment for all; give a path",
    "no_table": "has a table of values, which only fields with a list of words have",
    # of signals
    "signal_longer": "{kind} of {n} characters is longer than any that exists",
    "signal_kind": "'{kind}' is no kind of signal that is known here",
    "signal_digits": "{kind} of {n} characters; expected {digits} hexadecimal digits",
    "signal_multiple": "{kind} of {n} characters; expected a multiple of {digits} hexadecimal digits",
    "signal_frames": "vpdq is no list of frames, each a PDQ value, a quality and seconds",
    "signal_hexadecimal": "{kind} holds characters that are not hexadecimal digits",
    "signal_placeholder": "{kind} is a placeholder, not a value",
    "signal_pdna": "pdna of {n} characters; expected 192 characters of base64 or 288 hexadecimal digits",
    "signal_repeated": "{kind} is one byte repeated ({byte}): a placeholder, not a value",
    "signal_junk": "{kind} is a value that is known to be wrong (an empty file or faulty software)",
    "signal_weight": "pdq has {n} of 256 bits set; a genuine one has 128; below {least} or above {most} it is noise",
}
"""English text by code. A code never changes once a report carries it."""


class Said(msgspec.Struct, frozen=True):
    """One of TEXTS, with the values that stand in it."""

    code: str
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return TEXTS[self.code].format(**dict(self.values))


def say(code: str, **values: object) -> Said:
    """Return what is wrong, by its code.

    Raises:
        KeyError: there is no such code, or its text names a value that was not given.
    """
    found = Said(code, tuple((name, str(value)) for name, value in values.items()))
    str(found)
    return found
