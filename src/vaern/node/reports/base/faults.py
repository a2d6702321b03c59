"""Faults of documents: as stored with a report, and as text in the language of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from vaern.arrivals import Fault
from vaern.faults import Said

if TYPE_CHECKING:
    from collections.abc import Sequence


WORDS: dict[str, Any] = {
    "other": "{text}",
    "missing": _("is missing"),
    "future": _("lies in the future"),
    "once": _("may stand once only"),
    "first_taken": _("may stand once only; the first was taken"),
    "years": _("lies outside of the years 1900 to 2199; it is kept as text"),
    "unknown_document": _("is no CyberTipline XML, XARF, ARF mail or CSV with a column url"),
    "document_bytes": _("the document has more than {most} bytes"),
    "about_nothing": _("holds no place, no file, no account and no words"),
    "encoded_file": _("is or looks like an encoded file; it was not decoded and not kept"),
    "parts_left": _("more than {most} parts have no place here; the sender's document has them all"),
    "parts_kept": _("{n} parts have no place here; {kept} are kept, the sender's document has all"),
    "more_faults": _("{n} more faults"),
    "one_of": _("expected one of {values}"),
    "none_of": _("is none of {values}"),
    "no_text": _("is no text of at most {most} characters"),
    "no_address": _("is no complete address (scheme://host/…)"),
    "no_ip": _("is no IPv4 or IPv6 address"),
    "no_ip_no_address": _("is no IPv4 or IPv6 address and no complete address (scheme://host/…)"),
    "moment_with_zone": _("expected a moment with its zone, as 2026-01-31T12:30:00Z"),
    "date_with_zone": _("expected a date with its zone"),
    "no_report": _("holds no report and no fileDetails"),
    "is_no_report": _("is no report and no fileDetails"),
    "no_xml": _("no valid XML from here on"),
    "encoding": _("the document declares an encoding that is not read here; send it as UTF-8"),
    "dtd": _("the document has a DTD, which the format has not and which is never read"),
    "entities": _("the document has entities, which the format has not"),
    "root": _("the root is none of {values}"),
    "too_deep": _("the document is deeper than {most} elements"),
    "too_many_attributes": _("an element has more than {most} attributes"),
    "too_many_elements": _("the document has more than {most} elements"),
    "namespace": _("the element is in a namespace; the format has none"),
    "no_such_attribute": _("the format has no such attribute here"),
    "no_such_element": _("the format has no such element here"),
    "only_elements": _("holds text where only elements may stand"),
    "only_text": _("holds elements where only text may stand"),
    "order": _("stands after an element that must follow it"),
    "not_beside": _("may not stand beside {name}"),
    "exactly_one": _("must hold exactly one of {values}"),
    "no_value": _("is none of the values that the format has here"),
    "no_value_of": _("is none of the values that the format has here: {values}"),
    "expected_boolean": _("expected true or false"),
    "expected_true": _("expected true, or the element left out"),
    "expected_int": _("expected a whole number"),
    "expected_long": _("expected a whole number"),
    "expected_double": _("expected a number"),
    "expected_dateTime": _("expected a moment as 2026-01-31T12:30:00Z"),
    "expected_date": _("expected a day as 2026-01-31"),
    "expected_phoneCountryCallingCode": _("expected a plus sign and one to three digits"),
    "expected_phoneExtension": _("expected digits"),
    "xsd": _("refused by the XSD ({name})"),
    "characters": _("has more than {most} characters"),
    "digits": _("has more than {most} digits"),
    "room": _("has {n} characters; the format has room for {most}"),
    "no_email": _("is no e-mail address with a local part of at most {most} characters"),
    "blank_urgency": _("is blank; it holds the reason for the urgency"),
    "not_urgent": _("says no; the element holds the reason for the urgency, and is left out without one"),
    "between": _("is not between {least} and {most}"),
    "without_verified": _("stands without verified=true"),
    "no_zone": _("has no zone (or a year that no calendar has): 2026-01-31T12:30:00Z or 2026-01-31T13:30:00+01:00"),
    "exif_viewed": _("is true although fileViewedByEsp is not"),
    "supplemental_meme": _("a supplemental file cannot be a potential meme"),
    "supplemental_class": _("a supplemental file has no classification"),
    "region": _("is missing: a city in the USA needs it"),
    "before_disabled": _("lies before disabledDate"),
    "not_after_disabled": _("does not lie after disabledDate"),
    "sender_reachable": _("is missing: the sender must be reachable"),
    "one_account": _("only one account may be reported, unless the report is batched"),
    "email_of_nobody": _("is not an e-mail of an account reported, a recipient or a victim"),
    "not_in_batch": _("may not stand in a batched report"),
    "only_identifier": _("holds espIdentifier only in a batched report"),
    "batch_one_file": _("a batched report has one file at most"),
    "batch_annotations": _("must be viral, potentialMeme or both, and no other, in a batched report"),
    "batch_relevance": _("must be Reported in a batched report"),
    "victims_name": _("a victim's name is not taken over; only the sender's own document has it"),
    "offence_unclear": _("is unclear; the format needs one of its eight kinds: assess the report first"),
    "moment_missing": _("is missing; the format needs the moment, with its zone"),
    "report_bytes": _("the report has more than {most} bytes"),
    "no_json": _("no valid JSON object"),
    "no_xarf": _("is missing: no XARF report"),
    "no_x_arf": _("is missing: no X-ARF report"),
    "version_4": _("expected 4.x.y"),
    "no_uuid": _("is no UUID"),
    "internal": _("must never be sent; it was not kept"),
    "no_child": _("reports another kind of abuse than sexual abuse of children; a person must look at it"),
    "no_plain_text": _("is no plain text of usual length; it was not decoded and not kept"),
    "attached": _("attached files are not decoded and not kept"),
    "date_missing": _("is missing, or without zone"),
    "xarf_place": _("XARF needs one complete address (scheme://host/…); the report has {n} of them to choose from"),
    "xarf_offence": _("is none that XARF knows: {values}"),
    "xarf_class": _("XARF has no word for this class: it knows the baseline and A1 to B2; assess the report first"),
    "mail_bytes": _("the mail has more than {most} bytes"),
    "no_mail": _("no mail that can be read"),
    "html_read": _("the mail has no plain text; its HTML was read as text"),
    "empty_mail": _("the mail holds neither a report for machines nor a text"),
    "no_machine_part": _("the mail has no part for machines; a person must read its text"),
    "mail_parts": _("has more than {most} parts; the others were not read"),
    "complained_of": _("the message complained of was not opened and not kept"),
    "attached_part": _("an attached part was not decoded and not kept"),
    "names_no_column": _("names no column of {values}"),
    "fills_no_column": _("fills no column of {values}"),
    "lines": _("more than {most} lines; send the others by themselves"),
    "no_line": _("the document holds no line with a report"),
    "windows_1252": _("the text is not valid UTF-8; it was read as Windows-1252"),
    "more_cells": _("the line has more cells than the first line names columns"),
    "no_json_value": _("is no valid JSON"),
    "no_report_at": _("holds no report at the mapping's path {path}; correct the mapping, or send another document"),
    "more_reports": _("more than {most} reports; send the others by themselves"),
    "more_values": _("is one of more than {most} values of one field; all after the first {most} were kept as text"),
    "more_made": _("more than {most} places, accounts, files and addresses; what stands behind them was kept as text"),
    "reports_bytes": _(
        "the reports of the document together are larger than {most} bytes; send the others by themselves"
    ),
    "outside": _("stands outside of the place {place}, where what it belongs to begins"),
    "not_in_table": _("is not in the mapping's table of values; add what it means. It was kept as text"),
    "moment_in_form": _("is no moment as the mapping says ({form}); it was kept as text"),
    "moment_no_zone": _("has no zone, and the mapping states none; it was kept as text"),
    "moment_twice": _("was shown twice or never by the clocks of {zone}; it was kept as text"),
    "expected_digits": _("expected a whole number of at most 18 digits"),
    "needs_value": _("has no {name}; what stands here was kept as text"),
    "many_fields": _("has more than {most} fields and groups"),
    "relative": _("must go from the group around it, without / at its beginning, with at most {most} characters"),
    "needs_field": _("has no field {name}, without which none of it is taken"),
    "path_or_value": _("must have either a path or a value"),
    "no_zone_name": _("is no zone as Europe/Copenhagen or +01:00"),
    "moment_by_path": _("cannot be the same moment for all; give a path"),
    "no_table": _("has a table of values, which only fields with a list of words have"),
    "signal_longer": _("{kind} of {n} characters is longer than any that exists"),
    "signal_kind": _("'{kind}' is no kind of signal that is known here"),
    "signal_digits": _("{kind} of {n} characters; expected {digits} hexadecimal digits"),
    "signal_multiple": _("{kind} of {n} characters; expected a multiple of {digits} hexadecimal digits"),
    "signal_frames": _("vpdq is no list of frames, each a PDQ value, a quality and seconds"),
    "signal_hexadecimal": _("{kind} holds characters that are not hexadecimal digits"),
    "signal_placeholder": _("{kind} is a placeholder, not a value"),
    "signal_pdna": _("pdna of {n} characters; expected 192 characters of base64 or 288 hexadecimal digits"),
    "signal_repeated": _("{kind} is one byte repeated ({byte}): a placeholder, not a value"),
    "signal_junk": _("{kind} is a value that is known to be wrong (an empty file or faulty software)"),
    "signal_weight": _("pdq has {n} of 256 bits set; a genuine one has 128; below {least} or above {most} it is noise"),
}
"""What people read of each code of `vaern.faults.TEXTS`: the same text, to be translated."""


def stored(fault: Fault) -> list[Any]:
    """Return a fault as it is stored with a report: path, code, values."""
    return [fault.path, fault.what.code, dict(fault.what.values)]


def restored(kept: Sequence[Any]) -> Fault:
    """Return a stored fault; it never stops a report, or there would be none."""
    path, code, values = kept
    return Fault(path, Said(code, tuple(values.items())), fatal=False)


def worded(kept: Sequence[Any]) -> tuple[str, str]:
    """Return path and text of a stored fault."""
    path, code, values = kept
    return path, str(WORDS[code]).format(**values)
