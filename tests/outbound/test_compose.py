import html
import re
from dataclasses import replace
from email.message import EmailMessage

import pytest

from mailbot.core.marks import HISTORY_CLASS, MAIL_CLASS, is_separator
from mailbot.core.ticket import Actor, Event, Kind, Party
from mailbot.outbound.compose import compose
from mailbot.outbound.example import example_mail, example_mails
from mailbot.outbound.mail import AttachmentFace, EntryFace, OutgoingMail, OutgoingNotice
from tests.outbound.reading_mails import html_of, parsed, text_of, unflowed

SIX = [Kind.OPENED, Kind.REPLY, Kind.TYPE_CHANGED, Kind.CLOSED, Kind.WARNING, Kind.REOPENED]
REPLY = example_mail(Kind.REPLY, Party.CUSTOMER)


def text(mail: OutgoingMail | OutgoingNotice) -> str:
    return unflowed(text_of(parsed(compose(mail, None))))


def words(markup: str) -> str:
    """The words of an HTML part, tags and white space aside."""
    body = re.sub(r"(?s)<head>.*?</head>|<!--.*?-->|<[^>]*>", " ", markup)
    return " ".join(html.unescape(body).split())


def reason(mail: OutgoingMail) -> str:
    """The first sentence under the separator."""
    return text(mail).split("\n")[2]


@pytest.mark.parametrize("kind", SIX)
@pytest.mark.parametrize("party", list(Party))
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_kind_has_its_parts_in_the_one_order(kind: Kind, party: Party, language: str) -> None:
    mail = example_mail(kind, party, language)

    shown = text(mail)

    first = "What you can do" if language == "en" else "Was Sie tun können"
    last = "History, newest first" if language == "en" else "Verlauf, Neuestes zuerst"
    places = [shown.index(words) for words in (first.upper(), mail.page_url, "\nTICKET #1042\n", last.upper())]
    assert places == sorted(places)
    assert is_separator(shown.split("\n")[0])
    for entry in mail.newest:
        assert shown.index(entry.text) < places[0] < shown.index(entry.text, places[-1])


@pytest.mark.parametrize("mail", example_mails() + example_mails("de"))
def test_text_and_html_say_the_same(mail: OutgoingMail | OutgoingNotice) -> None:
    message = parsed(compose(mail, None))
    shown = words(html_of(message))

    for line in unflowed(text_of(message)).split("\n"):
        plain = re.sub(r"^(\* |! |> |\()|[:)]$", "", line.strip())
        if plain and not set(plain) <= {"-"} and not plain.startswith(("mailto:", "https://", "[", "##-")):
            for piece in plain.split(": ", 1):
                assert " ".join(piece.split()).lower() in shown.lower(), line


def test_every_address_that_a_reader_can_click_is_in_both_parts() -> None:
    mail = example_mail(Kind.WARNING, Party.VENDOR)
    message = parsed(compose(mail, None))

    for part in (text_of(message), html_of(message)):
        assert f"mailto:{mail.close_address}?subject=Close%20ticket%20%231042" in part
        assert f"mailto:{mail.keep_address}?subject=Keep%20ticket%20%231042%20open" in part
        assert mail.page_url in part


@pytest.mark.parametrize("kind", SIX)
def test_neither_party_sees_the_others_address_in_any_octet(kind: Kind) -> None:
    for_ann, for_acme = (compose(example_mail(kind, party), None) for party in Party)

    assert b"support@acme.example" not in for_ann
    assert b"ann@customer.example" not in for_acme
    assert b"1.vendor@" not in for_ann


@pytest.mark.parametrize(
    ("kind", "party", "words"),
    [
        (Kind.OPENED, Party.CUSTOMER, "Your request is now ticket #1042, and Acme has been told."),
        (Kind.OPENED, Party.VENDOR, "Ann Miller needs your help: this is the new ticket #1042 (Refund)."),
        (Kind.REPLY, Party.CUSTOMER, "Bob Carter (Acme) answered on ticket #1042."),
        (Kind.REPLY, Party.VENDOR, "Your comment is on ticket #1042, and Ann Miller has been told."),
        (Kind.CLOSED, Party.CUSTOMER, "You closed ticket #1042."),
        (Kind.CLOSED, Party.VENDOR, "Ann Miller closed ticket #1042."),
        (Kind.REOPENED, Party.VENDOR, "Ann Miller opened ticket #1042 again."),
    ],
)
def test_the_first_sentence_says_to_each_reader_why_the_mail_came(kind: Kind, party: Party, words: str) -> None:
    assert reason(example_mail(kind, party)) == words


def test_a_type_change_names_both_types() -> None:
    shown = reason(example_mail(Kind.TYPE_CHANGED, Party.CUSTOMER))

    assert shown == "Bob Carter (Acme) changed the type of ticket #1042 from Refund to Technical support."


def test_a_warning_says_whose_answer_is_awaited_since_when_and_what_happens_next_in_the_readers_zone() -> None:
    warning = example_mail(Kind.WARNING, Party.VENDOR)

    berlin, new_york = text(warning), text(replace(warning, zone="America/New_York"))

    assert (
        "Ann Miller has been waiting for your answer on ticket #1042 since Tuesday 3 March 2026, 10:12 CET.\n\n"
        "Without your answer, the ticket closes on Monday 9 March 2026, 10:12 CET."
    ) in berlin
    assert "the ticket closes on Monday 9 March 2026, 05:12 EDT." in new_york


def test_a_warning_tells_the_other_side_too() -> None:
    shown = text(example_mail(Kind.WARNING, Party.CUSTOMER))

    assert "Acme has not answered on ticket #1042 since Tuesday 3 March 2026, 10:12 CET and was reminded" in shown
    assert "Without an answer from Acme, the ticket closes on Monday 9 March 2026, 10:12 CET." in shown


def test_a_closing_by_silence_says_whose_silence_it_was() -> None:
    closed = example_mail(Kind.CLOSED, Party.VENDOR)
    silence = replace(closed.entry, actor=Actor.INACTIVITY, who="Desk")
    mail = replace(closed, entry=silence, history=(silence, *closed.history[1:]))

    for_vendor, for_customer = reason(mail), reason(replace(mail, to_party=Party.CUSTOMER))

    assert for_vendor.startswith("Ticket #1042 was closed, because no answer came from Ann Miller since Wednesday 4")
    assert for_customer.startswith("Ticket #1042 was closed, because no answer came from you since Wednesday 4")


def test_a_closed_ticket_says_until_when_a_reply_opens_it_again_and_offers_no_closing() -> None:
    shown = text(example_mail(Kind.CLOSED, Party.CUSTOMER))

    assert "Reply to this mail until Monday 23 March 2026, 10:12 CET to open the ticket again." in shown
    assert "close+" not in shown


def test_a_vendor_without_an_address_is_told_of_with_whom_to_turn_to() -> None:
    opened = example_mail(Kind.OPENED, Party.CUSTOMER)

    message = parsed(compose(replace(opened, vendor_unreachable="Acme, +43 1 555 0199"), None))

    for part in (unflowed(text_of(message)), words(html_of(message))):
        assert "Acme has no email address on file" in part
        assert "Please turn to: Acme, +43 1 555 0199" in part
        assert "Acme has been told" not in part


def test_a_failing_address_of_the_other_side_is_told() -> None:
    assert "Acme's address does not accept mail" in text(replace(REPLY, other_failing=True))


def test_the_footer_says_where_to_turn_when_the_other_side_does_not_help() -> None:
    assert "If Acme does not help: complaints@desk.example" in text(REPLY)
    assert "does not help" not in text(replace(REPLY, desk=replace(REPLY.desk, complaints="")))


def test_an_opened_mail_that_repeats_nothing_holds_no_word_of_its_opener() -> None:
    opened = example_mail(Kind.OPENED, Party.CUSTOMER)
    spam = "BuyPillsNow"
    entry = replace(
        opened.entry, text=spam, who=spam, attachments=(AttachmentFace(spam, "x/y", 1, spam, spam.encode()),)
    )
    mail = replace(
        opened,
        repeats_nothing=True,
        to_name=spam,
        writer=spam,
        ticket=replace(opened.ticket, subject=spam, customer=spam, details=((spam, spam),)),
        entry=entry,
        newest=(entry,),
        history=(entry,),
    )

    raw = compose(mail, None)

    message = parsed(raw)
    assert message["Subject"] == "[Desk #1042] Your request"
    assert all(spam not in part for part in (raw.decode(), text_of(message), html_of(message)))
    assert "Your request is now ticket #1042" in text_of(message)


def long_history(count: int, chars: int) -> OutgoingMail:
    entries = tuple(
        replace(REPLY.history[-2], number=number, text=f"Comment {number} " + "x" * chars)
        for number in range(count, 0, -1)
    )
    return replace(REPLY, entry=entries[0], newest=entries[:1], history=entries)


WHO_AND_WHEN = len("Bob Carter (Acme) wrote" + "Monday 2 March 2026, 14:12 CET")


def shown_numbers(message: EmailMessage) -> list[int]:
    """The comments that the histories of both parts show."""
    in_text = text_of(message).partition("HISTORY, NEWEST FIRST")[2]
    in_html = html_of(message).partition(HISTORY_CLASS)[2]
    found, same = (re.findall(r"Comment (\d+) ", part) for part in (in_text, in_html))
    assert found == same
    return [int(number) for number in found]


def words_of_attachment(message: EmailMessage) -> str:
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == "history-1042.txt"
    return str(attachment.get_content())


@pytest.mark.parametrize(
    ("count", "chars", "budget", "shown"), [(40, 10_000, 200_000, 19), (40, 3_500, 20_000, 5), (40, 1_000, 16_000, 15)]
)
def test_of_a_history_beyond_its_budget_the_newest_that_fit_are_shown_and_a_file_holds_all(
    count: int, chars: int, budget: int, shown: int
) -> None:
    message = parsed(compose(replace(long_history(count, chars), max_history_bytes=budget), None))

    assert shown_numbers(message) == list(range(count, count - shown, -1))
    whole = words_of_attachment(message)
    assert all(f"Comment {number} " + "x" * chars + "\n" in whole for number in range(1, count + 1))
    where = (
        f"{count - shown} older entries are in the attached file history-1042.txt alone,"
        f" which holds the complete history ({count} entries)."
    )
    assert where in unflowed(text_of(message))
    assert where in words(html_of(message))


@pytest.mark.parametrize("letter", ["x", "ü", "漢", "🙂"])
def test_a_history_is_shown_whole_up_to_the_last_octet_of_its_budget(letter: str) -> None:
    mail = long_history(3, 0)
    entries = tuple(replace(entry, text=f"{entry.text}{letter * 100}.") for entry in mail.history)
    budget = 3 * (WHO_AND_WHEN + len(f"Comment 1 {letter * 100}.".encode()))

    within, beyond = (
        parsed(compose(replace(mail, history=entries, max_history_bytes=limit), None)) for limit in (budget, budget - 1)
    )

    assert shown_numbers(within) == [3, 2, 1]
    assert list(within.iter_attachments()) == []
    assert shown_numbers(beyond) == [3, 2]
    assert f"Comment 1 {letter * 100}." in words_of_attachment(beyond)
    assert "One older entry is in the attached file" in unflowed(text_of(beyond))


def test_the_newest_entry_is_shown_whatever_its_size() -> None:
    mail = long_history(3, 700_000)
    alone = replace(mail, history=mail.history[:1])

    with_others, by_itself = (parsed(compose(one, None)) for one in (mail, alone))

    assert shown_numbers(with_others) == [3]
    assert "x" * 700_000 in text_of(with_others)
    assert "2 older entries are in the attached file" in unflowed(text_of(with_others))
    assert shown_numbers(by_itself) == [3]
    assert list(by_itself.iter_attachments()) == []


def test_events_without_words_count_for_their_budget_too() -> None:
    events = tuple(EntryFace(number, Event.KEPT_OPEN, REPLY.date, Actor.VENDOR, "Bob") for number in range(500, 0, -1))

    message = parsed(compose(replace(REPLY, history=events, max_history_bytes=5_000), None))

    assert text_of(message).count("Bob keeps the ticket open") == 5_000 // len(
        "Bob keeps the ticket open" + "Wednesday 4 March 2026, 09:12 CET"
    )


def test_the_file_with_the_history_names_who_wrote_for_whom_and_the_files_but_holds_no_link() -> None:
    first = replace(REPLY.history[-1], written_by="Max")
    mail = replace(REPLY, history=(*REPLY.history[:-1], first), max_history_bytes=1)

    message = parsed(compose(replace(mail, max_attachment_bytes=0), None))
    whole = words_of_attachment(message)

    assert "Ann Miller opened the ticket, Monday 2 March 2026, 09:12 CET\n(written by Max for Ann Miller)\n\n" in whole
    assert "\n\nAnn\n\n[leak.jpg, 2.4 MB]\n" in whole
    assert "https://desk.example" not in whole


def test_a_history_that_is_not_attached_is_said_to_be_on_the_page() -> None:
    message = parsed(compose(replace(long_history(3, 100), max_history_bytes=1, attaches_history=False), None))

    assert list(message.iter_attachments()) == []
    assert "2 older entries are on the ticket page alone" in unflowed(text_of(message))
    assert "2 older entries are on the ticket page alone" in words(html_of(message))


def test_a_history_within_its_budget_is_shown_whole() -> None:
    message = parsed(compose(long_history(40, 1000), None))

    assert list(message.iter_attachments()) == []
    assert shown_numbers(message) == list(range(40, 0, -1))


@pytest.mark.parametrize(("chars", "octets"), [(600, 60_000), (3_500, 102_000)])
def test_a_typical_ticket_of_20_comments_stays_under_gmails_clip_of_102_kb(chars: int, octets: int) -> None:
    message = parsed(compose(long_history(20, chars), None))

    assert len(html_of(message).encode()) < octets


def test_the_newest_comments_files_travel_along_as_long_as_they_fit_and_others_are_links() -> None:
    files = tuple(
        AttachmentFace(f"{number}.pdf", "application/pdf", 40, f"https://desk.example/f/{number}", b"x" * 40)
        for number in range(3)
    )
    old = replace(REPLY.history[-1], attachments=(replace(files[0], name="old.pdf", url="https://desk.example/f/old"),))
    newest = replace(REPLY.newest[0], attachments=files)

    message = parsed(compose(replace(REPLY, newest=(newest,), history=(newest, old), max_attachment_bytes=100), None))

    assert [file.get_filename() for file in message.iter_attachments()] == ["0.pdf", "1.pdf"]
    shown = text_of(message)
    assert "[0.pdf, 40 B, attached]" in shown
    assert "[2.pdf, 40 B]\nhttps://desk.example/f/2\n" in shown
    assert "[old.pdf, 40 B]\nhttps://desk.example/f/old\n" in shown
    assert '<a class="link" href="https://desk.example/f/2"' in html_of(message)


def test_a_forwarded_mail_travels_as_a_file() -> None:
    forward = next(mail for mail in example_mails() if mail.kind is Kind.FORWARD)

    (attachment,) = parsed(compose(forward, None)).iter_attachments()

    assert attachment.get_filename() == "mail.eml"
    assert attachment.get_content() == b"Subject: hello\r\n\r\nhello\r\n"


def test_a_notice_that_answers_automatic_mail_says_so() -> None:
    notice = next(mail for mail in example_mails() if isinstance(mail, OutgoingNotice))

    assert parsed(compose(replace(notice, answers_automatic=True), None))["Auto-Submitted"] == "auto-replied"


def test_a_comment_keeps_its_lines_and_its_markup_is_shown_and_not_obeyed() -> None:
    entry = replace(REPLY.newest[0], text='a  b\n  c\n<img src="http://x.example/t.gif">\n<script>x</script>')

    markup = html_of(parsed(compose(replace(REPLY, newest=(entry,), history=(entry,)), None)))

    assert "a &nbsp;b<br>\n&nbsp;&nbsp;c<br>\n&lt;img src=" in markup
    assert "<script" not in markup
    assert "<img" not in markup


def test_urls_in_comments_become_links_to_what_they_show() -> None:
    entry = replace(
        REPLY.newest[0],
        text='See (https://a.example/x?y=1&z="q), http://b.example/c_(d).\njavascript:alert(1) https://e.example/é!',
    )

    markup = html_of(parsed(compose(replace(REPLY, newest=(entry,), history=(), desk=replace(REPLY.desk)), None)))

    links = re.findall(r'<a href="(http[^"]*)">([^<]*)</a>', markup)
    assert [shown for _, shown in links] == [link for link, _ in links]
    assert [html.unescape(link) for link, _ in links] == [
        "https://a.example/x?y=1&z=",
        "http://b.example/c_(d)",
        "https://e.example/é",
    ]
    assert 'href="javascript' not in markup


def test_what_a_client_may_quote_back_bears_our_marks() -> None:
    markup = html_of(parsed(compose(REPLY, None)))

    assert markup.index(MAIL_CLASS) < markup.index("##-") < markup.index(HISTORY_CLASS)


def test_ticket_text_is_never_a_template() -> None:
    entry = replace(REPLY.newest[0], text="{{ 7 * 7 }} {% raw %}", who="{{ desk }}")

    shown = text(replace(REPLY, newest=(entry,), history=(entry,), entry=entry))

    assert "{{ 7 * 7 }} {% raw %}" in shown
    assert "{{ desk }} wrote" in shown


@pytest.mark.parametrize("event", list(Event))
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_event_has_a_line_in_the_history(event: Event, language: str) -> None:
    entry = EntryFace(9, event, REPLY.date, Actor.DESK, "Desk")

    assert "Desk" in text(replace(REPLY, history=(entry,), language=language))


def test_an_unknown_language_or_zone_falls_back_to_english_and_utc() -> None:
    shown = text(replace(REPLY, language="tlh", zone="Mars/Olympus"))

    assert "Wednesday 4 March 2026, 08:12 UTC" in shown


def test_a_regional_language_uses_its_languages_templates() -> None:
    assert "Mittwoch, 4. März 2026, 09:12 MEZ" in text(replace(REPLY, language="de-AT"))


def test_the_same_values_make_the_same_octets() -> None:
    for mail in example_mails():
        assert compose(mail, None) == compose(mail, None)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece", ["http://", "https://x.example/)", " ", "x ", "\n ", "(", "&", "\u202e", "\r", "=?", "- ", ">", "\t", "漢"]
)
def test_a_megabyte_of_crafted_text_is_composed_in_seconds(piece: str) -> None:
    entry = replace(REPLY.newest[0], text=piece * (1_000_000 // len(piece)))

    raw = compose(replace(REPLY, newest=(entry,), history=(), to_name=entry.text, writer=entry.text), None)

    assert len(raw) > 10_000


def test_a_later_mail_that_repeats_nothing_is_silent_about_the_opener_too() -> None:
    opening = replace(REPLY.history[-1], text="BuyPillsNow", who="BuyPillsNow", attachments=())
    closed = EntryFace(2, Event.CLOSED, REPLY.date, Actor.DESK, "Desk")
    mail = replace(
        example_mail(Kind.CLOSED, Party.CUSTOMER),
        repeats_nothing=True,
        entry=closed,
        newest=(opening,),
        history=(closed, opening),
    )

    raw = compose(mail, None)

    assert b"BuyPills" not in raw
    assert "The customer opened the ticket" in text_of(parsed(raw))


def test_a_customer_without_a_name_is_called_the_customer() -> None:
    opened = example_mail(Kind.OPENED, Party.VENDOR)

    shown = text(replace(opened, ticket=replace(opened.ticket, customer=""), entry=replace(opened.entry, who="")))

    assert shown.split("\n")[2] == "The customer needs your help: this is the new ticket #1042 (Refund)."
    assert "Reply to this mail: the customer is waiting" in shown or "your words go to the customer" in shown
