"""Invitations in a reader's words."""

from __future__ import annotations

import time

import pytest

from mailbot.inbound.calendar_text import event_text
from mailbot.inbound.message import read

ZONE = (
    "BEGIN:VTIMEZONE\nTZID:Harbour\nBEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0530\n"
    "TZOFFSETTO:+0530\nEND:STANDARD\nEND:VTIMEZONE\n"
)
HEAD = "From: bob@acme.example\nSubject: Repair\nMIME-Version: 1.0\n"


def calendar(*properties: str, method: str = "REQUEST", before: str = "") -> str:
    inner = "\n".join(properties)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:{method}\n{before}BEGIN:VEVENT\n{inner}\nEND:VEVENT\nEND:VCALENDAR\n"


LINES = {
    "DTSTART:20260112T091500Z": "Begins: 2026-01-12 09:15 UTC",
    "DTSTART:20260112T091500": "Begins: 2026-01-12 09:15",
    "DTSTART;TZID=Europe/Berlin:20260712T091500": "Begins: 2026-07-12 09:15 (Europe/Berlin, UTC+2)",
    "DTSTART;TZID=America/New_York:20260112T091500": "Begins: 2026-01-12 09:15 (America/New_York, UTC-5)",
    "DTSTART;TZID=Harbour:20260112T091500": "Begins: 2026-01-12 09:15 (Harbour, UTC+5:30)",
    "DTSTART;TZID=Nowhere:20260112T091500": "Begins: 2026-01-12 09:15 (Nowhere)",
    "DTSTART;VALUE=DATE:20260112": "Begins: 2026-01-12",
    "DTSTART;VALUE=DATE:20260112\nDTEND;VALUE=DATE:20260113": "Begins: 2026-01-12",
    "DTSTART;VALUE=DATE:20260112\nDTEND;VALUE=DATE:20260115": "Begins: 2026-01-12\nEnds: 2026-01-14",
    "DTSTART:20260112T091500Z\nDTEND:20260112T101500Z": "Begins: 2026-01-12 09:15 UTC\nEnds: 2026-01-12 10:15 UTC",
    "DTSTART:20260112T091500Z\nDURATION:PT30M": "Begins: 2026-01-12 09:15 UTC\nEnds: 2026-01-12 09:45 UTC",
    "RRULE:FREQ=DAILY": "Repeats: every day",
    "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=4": "Repeats: every 2 weeks on Monday, Wednesday, 4 times",
    "RRULE:FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20261231": "Repeats: every month on the last Friday, until 2026-12-31",
    "RRULE:FREQ=SOMETIMES": "",
    "LOCATION:Harbour Road 5\\, gate 2": "Where: Harbour Road 5, gate 2",
    'ORGANIZER;CN="Carter, Bob":mailto:bob@acme.example': "Organizer: Carter, Bob <bob@acme.example>",
    "ORGANIZER:MAILTO:bob@acme.example": "Organizer: bob@acme.example",
    "STATUS:CANCELLED": "Status: cancelled",
    "STATUS:CONFIRMED": "",
    "DESCRIPTION:One\\nTwo\\, three": "\nOne\nTwo, three",
    "DTSTART:soon": "",
    "no property": "",
    "SUMMARY:again": "",
}


@pytest.mark.parametrize("properties", LINES)
def test_a_property_is_told_in_words(properties):
    told = LINES[properties]

    text = event_text(calendar("SUMMARY:Repair", properties, before=ZONE))

    assert text == "Invitation\nRepair" + (f"\n{told}" if told else "")


@pytest.mark.parametrize(
    ("method", "partstat", "told"),
    [
        ("REPLY", "ACCEPTED", "Answer to an invitation\nRepair\nAnn <ann@customer.example>: accepted"),
        ("REPLY", "DECLINED", "Answer to an invitation\nRepair\nAnn <ann@customer.example>: declined"),
        ("REPLY", "TENTATIVE", "Answer to an invitation\nRepair\nAnn <ann@customer.example>: perhaps"),
        ("REPLY", "NEEDS-ACTION", "Answer to an invitation\nRepair"),
        ("CANCEL", "NEEDS-ACTION", "Cancelled\nRepair"),
        ("COUNTER", "NEEDS-ACTION", "Other time proposed\nRepair"),
        ("PUBLISH", "NEEDS-ACTION", "Repair"),
    ],
)
def test_what_was_answered_is_told(method, partstat, told):
    attendee = f"ATTENDEE;CN=Ann;PARTSTAT={partstat}:mailto:ann@customer.example"

    assert event_text(calendar("SUMMARY:Repair", attendee, method=method)) == told


@pytest.mark.parametrize("end", range(0, 400, 7))
def test_a_calendar_cut_anywhere_is_read_or_kept(end):
    whole = calendar("SUMMARY:Repair", "DTSTART:20260112T091500Z", "DESCRIPTION:" + "x" * 200, before=ZONE)

    text = event_text(whole[:end])

    assert text is None or "Repair" in text or "SUMMARY:Repair\n" not in whole[:end]


@pytest.mark.parametrize(
    "text",
    ["", "x", "BEGIN:VCALENDAR", "BEGIN:VCALENDAR\nEND:VCALENDAR", "BEGIN:VEVENT", "\0", "BEGIN:VCALENDAR\n" * 5000],
)
def test_what_is_no_calendar_is_none(text):
    assert event_text(text) is None


def test_an_event_without_a_calendar_around_it_is_read():
    assert event_text("BEGIN:VEVENT\nSUMMARY:Repair\nEND:VEVENT") == "Repair"


@pytest.mark.parametrize(
    "piece",
    ["SUMMARY:x\n", "ATTENDEE;CN=a:mailto:a@b\n", "RRULE:FREQ=DAILY;BYDAY=MO\n", ";A=b", "BEGIN:VEVENT\n", "\n x"],
)
def test_a_large_calendar_costs_little(piece):
    began = time.process_time()

    event_text("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY" + piece * (2_000_000 // len(piece)))

    assert time.process_time() - began < 1.5


def _mail(text: str) -> bytes:
    event = calendar("SUMMARY:Repair of the pump", "DTSTART:20260112T091500Z")
    parts = (
        f"--b\nContent-Type: text/plain\n\n{text}\n--b\nContent-Type: text/calendar; method=REQUEST\n\n{event}\n--b--\n"
    )
    return f"{HEAD}Content-Type: multipart/alternative; boundary=b\n\n{parts}".encode()


def test_an_invitation_is_told_below_words_that_do_not_name_it():
    found = read(_mail("See you then."))

    assert found.text == "See you then.\n\nInvitation\nRepair of the pump\nBegins: 2026-01-12 09:15 UTC"


def test_an_invitation_whose_words_tell_it_is_not_told_again():
    assert read(_mail("Invitation: Repair of the pump, Monday")).text == "Invitation: Repair of the pump, Monday"


def test_a_calendar_that_cannot_be_read_is_a_file_with_a_note():
    found = read(f"{HEAD}Content-Type: text/calendar\n\nBEGIN:NONSENSE\n".encode())

    assert len(found.attachments) == 1
    assert "a calendar without an event that can be read: kept as a file" in found.notes
