"""Whole lives of tickets: what comes in by mail, what goes out to whom."""

from datetime import timedelta

from mailbot.core.ticket import Actor, Kind, Party
from mailbot.core.verdict import Outcome
from mailbot.service import tickets as use
from tests.given import ANN, BOB, a_mail

CUSTOMER, VENDOR = Party.CUSTOMER, Party.VENDOR


def test_a_mail_to_an_intake_address_opens_a_ticket_and_tells_both(play):
    verdict = play.receive("support@desk.example", a_mail("My pump leaks.\n\nAnn"))

    mails = play.deliver()

    assert verdict.outcome is Outcome.OPENED
    ticket = play.show(verdict.ticket)
    assert (ticket["status"], ticket["waiting_on"], ticket["subject"]) == ("open", "vendor", "Pump leaks")
    assert ticket["customer"]["address"] == ANN
    assert ticket["comments"][0]["text"] == "My pump leaks.\n\nAnn"
    assert [(mail.kind, mail.to_party, mail.to_address) for mail in mails] == [
        (Kind.OPENED, CUSTOMER, ANN),
        (Kind.OPENED, VENDOR, BOB),
    ]


def test_replies_become_comments_and_turn_the_ticket_around(play):
    number = play.open()
    play.deliver()

    answer = play.receive(
        play.reply_address(number, VENDOR), a_mail("Which one?", f"Bob <{BOB}>", "<b1@vendor.example>"), BOB
    )

    mails = play.deliver()
    assert (answer.outcome, answer.ticket) == (Outcome.COMMENTED, number)
    ticket = play.show(number)
    assert (ticket["waiting_on"], ticket["last_actor"]) == ("customer", "vendor")
    assert ticket["comments"][1] | {"at": None} == {
        "number": 2,
        "opening": False,
        "party": "vendor",
        "sender": BOB,
        "sender_grade": "addressee",
        "at": None,
        "text": "Which one?",
        "message_id": "<b1@vendor.example>",
        "via": "mail",
        "attachments": [],
    }
    assert [(mail.kind, mail.to_party) for mail in mails] == [(Kind.REPLY, CUSTOMER), (Kind.REPLY, VENDOR)]
    assert mails[0].newest[0].text == "Which one?"
    assert mails[0].writer == "Acme"
    assert [face.event for face in mails[0].history] == ["comment", "opened"]


def test_each_party_has_a_thread_of_its_own(play):
    number = play.open()
    play.deliver()
    play.receive(play.reply_address(number, VENDOR), a_mail("Which one?", BOB, "<b1@vendor.example>"), BOB)
    play.deliver()
    play.receive(play.reply_address(number, CUSTOMER), a_mail("The red one.", ANN, "<a1@customer.example>"))

    to_customer, to_vendor = play.deliver()

    sent = {party: [mail.message_id for mail in play.sent if mail.to_party is party] for party in Party}
    assert to_customer.in_reply_to == "<a1@customer.example>"
    assert to_customer.references == (sent[CUSTOMER][0], sent[CUSTOMER][1], "<a1@customer.example>")
    assert to_vendor.in_reply_to == sent[VENDOR][1]
    assert to_vendor.references == (sent[VENDOR][0], "<b1@vendor.example>", sent[VENDOR][1])


def test_the_same_mail_again_is_one_comment(play):
    number = play.open()
    mail = a_mail("Which one?", BOB, "<b1@vendor.example>")
    address = play.reply_address(number, VENDOR)
    play.receive(address, mail, BOB)

    again = play.receive(address, b"Received: by relay.example\r\n" + mail, BOB)
    other = play.receive(address, a_mail("Something else.", BOB, "<b1@vendor.example>"), BOB)

    assert (again.outcome, other.outcome) == (Outcome.IGNORED, Outcome.COMMENTED)
    assert "duplicate" in again.reason
    assert len(play.show(number)["comments"]) == 3


def test_automatic_mail_is_a_note_and_moves_nothing(play):
    number = play.open()
    before = play.show(number)
    play.clock.move(timedelta(hours=1))
    away = a_mail("I am away.", BOB, "<o1@vendor.example>", Auto_Submitted="auto-replied")

    verdict = play.receive(play.reply_address(number, VENDOR), away, BOB)
    null = play.receive(play.reply_address(number, VENDOR), a_mail("Away.", BOB, "<o2@vendor.example>"), "")
    opening = play.receive(
        "support@desk.example", a_mail("News!", ANN, "<o3@x.example>", Precedence="bulk", List_Id="<n.x.example>")
    )

    after = play.show(number)
    assert {verdict.outcome, null.outcome, opening.outcome} == {Outcome.IGNORED}
    assert [entry["event"] for entry in after["history"]] == ["opened", "note"]
    assert len(after["comments"]) == 1
    assert (after["last_activity_at"], after["next"]) == (before["last_activity_at"], before["next"])
    assert {mail["kind"] for mail in after["mails"]} == {"opened"}


def test_a_change_of_type_brings_its_own_plan_and_tells_both(play):
    number = play.open()
    play.deliver()

    use.change_type(play.desk, number, "refund", Actor.DESK)

    ticket = play.show(number)
    assert (ticket["type"], ticket["next"], ticket["waiting_on"]) == ("refund", None, "vendor")
    assert [(mail.kind, mail.entry.facts) for mail in play.deliver()] == [
        (Kind.TYPE_CHANGED, (("from", "Technical support"), ("to", "Refund")))
    ] * 2


def test_a_mail_that_leaves_late_tells_the_type_of_its_time(play):
    number = play.open()
    use.change_type(play.desk, number, "refund", Actor.VENDOR)
    use.change_type(play.desk, number, "technical-support", Actor.VENDOR)

    types = [(mail.kind, mail.ticket.type_label) for mail in play.deliver() if mail.to_party is CUSTOMER]

    assert types == [
        (Kind.OPENED, "Technical support"),
        (Kind.TYPE_CHANGED, "Refund"),
        (Kind.TYPE_CHANGED, "Technical support"),
    ]


def test_a_closed_ticket_reopens_with_a_reply(play):
    number = play.open()
    use.close(play.desk, number, Actor.DESK)
    closed = play.show(number)
    play.deliver()

    verdict = play.receive(play.reply_address(number, CUSTOMER), a_mail("It leaks again."))

    assert (closed["status"], closed["waiting_on"], closed["next"]) == ("closed", None, None)
    assert verdict.outcome is Outcome.REOPENED
    ticket = play.show(number)
    assert (ticket["status"], ticket["waiting_on"]) == ("open", "vendor")
    assert [entry["event"] for entry in ticket["history"]] == ["opened", "closed", "reopened", "comment"]
    assert [(mail.kind, mail.newest[0].text) for mail in play.deliver()] == [(Kind.REOPENED, "It leaks again.")] * 2


def test_a_late_reply_opens_a_ticket_that_links_to_the_old_one(play):
    number = play.open()
    use.close(play.desk, number, Actor.CUSTOMER)
    play.clock.move(timedelta(days=14, seconds=1))

    verdict = play.receive(play.reply_address(number, VENDOR), a_mail("Still there?", BOB, "<b9@vendor.example>"), BOB)

    assert verdict.outcome is Outcome.OPENED
    ticket = play.show(verdict.ticket)
    assert (ticket["successor_of"], ticket["waiting_on"], ticket["subject"]) == (number, "customer", "Pump leaks")


def test_mail_actions_close_and_keep_open(play):
    from mailbot.core.reply_token import Purpose, Token

    number = play.open()
    play.clock.move(timedelta(hours=5))
    keep = play.desk.addresses.address(Token(Purpose.KEEP, CUSTOMER, number))
    close = play.desk.addresses.address(Token(Purpose.CLOSE, CUSTOMER, number))

    kept = play.receive(keep, a_mail("", message_id="<k@customer.example>"))
    after_keeping = play.show(number)
    stranger = play.receive(close, a_mail("", "eve@else.example", "<e@else.example>"), "eve@else.example")
    out_of_office = play.receive(close, a_mail("", message_id="<o@customer.example>", Auto_Submitted="auto-replied"))
    still = play.show(number)["status"]
    closed = play.receive(close, a_mail("Solved, thank you!", message_id="<c@customer.example>"))

    assert (kept.outcome, after_keeping["waiting_on"]) == (Outcome.KEPT_OPEN, "vendor")
    assert after_keeping["last_activity_at"] == "2026-11-23T14:00:00Z"
    assert stranger.outcome is not Outcome.CLOSED
    assert out_of_office.outcome is Outcome.IGNORED
    assert still == "open"
    assert closed.outcome is Outcome.CLOSED
    ticket = play.show(number)
    assert ticket["status"] == "closed"
    assert ticket["comments"][-1]["text"] == "Solved, thank you!"


def test_a_vendor_without_an_address_is_no_dead_end(play):
    number = play.open(vendor="silent")

    (mail,) = play.deliver()

    assert (mail.to_party, mail.vendor_unreachable) == (CUSTOMER, "+1 555 0100")
    with play.desk.store.read() as connection:
        from mailbot.store import outbox

        notices = [row for row in outbox.list_rows(connection) if row.kind is Kind.NOTICE]
    assert [notice.to_address for notice in notices] == ["admin@operator.example"]
    assert str(number) in notices[0].notice["subject"]


def test_a_stranger_is_held_and_the_addressee_confirms(play):
    from mailbot.core.reply_token import Purpose, Token

    number = play.open()
    play.deliver()
    eve = a_mail("I am his assistant: which one?", "Eve <eve@else.example>", "<e1@else.example>")

    held = play.receive(play.reply_address(number, VENDOR), eve, "eve@else.example")
    waiting = play.show(number)
    confirm = play.desk.addresses.address(Token(Purpose.CONFIRM, VENDOR, waiting["held"][0]["id"]))
    wrong = play.receive(confirm, a_mail("", "eve@else.example", "<e2@else.example>"), "eve@else.example")
    confirmed = play.receive(confirm, a_mail("", BOB, "<b2@vendor.example>"), BOB)

    assert held.outcome is Outcome.HELD
    assert [(mail["sender"], mail["reason"]) for mail in waiting["held"]] == [("eve@else.example", "stranger")]
    assert [mail["to"] for mail in waiting["mails"] if mail["kind"] == "confirm"] == ["vendor"]
    assert (wrong.outcome, confirmed.outcome) == (Outcome.REFUSED, Outcome.CONFIRMED)
    ticket = play.show(number)
    assert ticket["held"] == []
    assert ticket["comments"][-1]["sender_grade"] == "stranger"
    again = play.receive(
        play.reply_address(number, VENDOR), a_mail("And?", "eve@else.example", "<e3@else.example>"), "eve@else.example"
    )
    assert again.outcome is Outcome.COMMENTED


def test_mail_to_postmaster_goes_on_to_the_admins_as_it_came(play):
    verdict = play.receive("postmaster@desk.example", a_mail("Your mail bounces."))

    with play.desk.store.read() as connection:
        from mailbot.store import outbox

        (row,) = outbox.list_rows(connection)
    from mailbot.service import deliver

    raw = deliver.prepare(play.desk, row)
    assert verdict.outcome is Outcome.FORWARDED
    assert row.to_address == "admin@operator.example"
    assert raw.startswith(b"Received: by desk.example")
    assert raw.endswith(a_mail("Your mail bounces."))


def test_too_many_comments_of_one_party_wait_for_a_digest(play):
    number = play.open()
    play.deliver()
    address = play.reply_address(number, VENDOR)
    for count in range(13):
        play.receive(address, a_mail(f"Comment {count}", BOB, f"<b{count}@vendor.example>"), BOB)
        play.deliver()

    at_once = [mail for mail in play.sent if mail.kind is Kind.REPLY]
    after = play.wait(timedelta(hours=1))

    assert len(play.show(number)["comments"]) == 14
    assert len(at_once) == 20
    assert after == [(Kind.REPLY, CUSTOMER), (Kind.REPLY, VENDOR)]
    assert [face.text for face in play.sent[-1].newest] == ["Comment 12", "Comment 11", "Comment 10"]


def test_the_other_partys_words_do_not_wait_for_a_digest_and_what_waited_goes_before_them(play):
    number = play.open()
    for count in range(13):
        play.receive(
            play.reply_address(number, VENDOR), a_mail(f"Comment {count}", BOB, f"<b{count}@vendor.example>"), BOB
        )
        play.deliver()
    before = len(play.sent)

    play.receive(play.reply_address(number, CUSTOMER), a_mail("I am here, too.", message_id="<a1@customer.example>"))
    play.deliver()

    told = [(mail.to_party, mail.newest[0].text, len(mail.newest)) for mail in play.sent[before:]]
    assert told == [(party, text, new) for text, new in (("Comment 12", 3), ("I am here, too.", 1)) for party in Party]
    assert play.wait(timedelta(hours=1)) == []


def test_our_own_addresses_and_links_never_reach_the_other_party(play):
    number = play.open()
    secret = play.show(number)["vendor"]
    play.deliver()

    play.receive(
        play.reply_address(number, VENDOR),
        a_mail(f"Forward of {secret['page']} and {secret['reply_address']}, see?", BOB, "<b1@vendor.example>"),
        BOB,
    )
    play.say(number, VENDOR, f"Again {secret['page']}")

    texts = [comment["text"] for comment in play.show(number)["comments"]]
    assert len(texts) == 3
    assert not any(secret["page"][-32:] in text or secret["reply_address"][6:38] in text for text in texts)


def test_a_reply_keeps_what_a_person_typed_and_nothing_of_what_we_wrote(play):
    from mailbot.inbound.own_history import lines_of
    from mailbot.outbound.compose import compose

    number = play.open("It drips.\n\nIs the seal too old?")
    mail = play.deliver()[1]
    ours = list(lines_of(compose(mail, None)))
    quoted = [f"> {line}" for line in ours]
    inside = next(place for place, line in enumerate(ours) if "Is the seal" in line) + 1
    unmarked = [*ours[:inside], "No, it is the ring.", *ours[inside:]]

    top = "\n".join(["Yes it is.", "", "Am 23.11.2026 um 10:00 schrieb Desk:", *quoted])
    between = "\n".join(["Bob here.", "", *unmarked])
    for count, text in enumerate((top, between)):
        play.receive(play.reply_address(number, VENDOR), a_mail(text, BOB, f"<b{count}@vendor.example>"), BOB)

    first, second = [comment["text"] for comment in play.show(number)["comments"]][1:]
    assert first == "Yes it is."
    assert "No, it is the ring." in second
    assert second.startswith("Bob here.")
    assert "WHAT YOU CAN DO" not in second
