"""One ticket is one conversation in the clients that people use: a simulator of JWZ's algorithm, and Outlook's."""

import base64
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

from mailbot.core.ticket import Actor, Event, Kind, Party
from mailbot.outbound import threads
from mailbot.outbound.compose import compose
from mailbot.outbound.example import example_mail
from mailbot.outbound.mail import EntryFace
from tests.outbound.reading_mails import parsed

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
HIS_OWN = "<his.own@customer.example>"


@dataclass
class Container:
    """A node of the thread tree; `mail` is None for one that is only referred to."""

    mail: EmailMessage | None = None
    parent: "Container | None" = None
    children: list["Container"] = field(default_factory=list)

    @property
    def root(self) -> "Container":
        return self.parent.root if self.parent else self


def conversations(mails: list[EmailMessage]) -> list[Container]:
    """The roots that a client shows, by the References algorithm (jwz.org/doc/threading.html, steps 1 and 2)."""
    table: dict[str, Container] = {}
    for mail in mails:
        own = table.setdefault(mail["Message-ID"], Container())
        own.mail = mail
        chain = [*str(mail.get("References", "")).split(), *str(mail.get("In-Reply-To", "")).split()]
        parent: Container | None = None
        for spec in dict.fromkeys(chain):
            node = table.setdefault(spec, Container())
            if parent is not None and node.parent is None and node is not parent.root:
                link(node, parent)
            parent = node
        if parent is not None and parent.root is not own:
            link(own, parent)
    roots = {id(node.root): node.root for node in table.values()}
    return list(roots.values())


def link(child: Container, parent: Container) -> None:
    if child.parent:
        child.parent.children.remove(child)
    child.parent = parent
    parent.children.append(child)


def life(party: Party, opened_by: str | None, length: int = 30) -> list[EmailMessage]:
    """All mails of a ticket's life to one party, as composed."""
    base = example_mail(Kind.REPLY, party)
    mails, ids = [], [opened_by] if opened_by else []
    for number in range(1, length + 1):
        at = START + timedelta(hours=7 * number)
        entry = EntryFace(number, Event.COMMENT, at, Actor.CUSTOMER, "Ann", f"Comment {number}")
        own = f"<1042.{number}.{party.value}@desk.example>"
        mail = replace(
            base,
            message_id=own,
            date=at,
            in_reply_to=ids[-1] if ids else None,
            references=tuple(ids),
            entry=entry,
            newest=(entry,),
            history=(entry,),
            ticket=replace(base.ticket, opened_at=START),
        )
        mails.append(parsed(compose(mail, None)))
        ids.append(own)
    return mails


def test_a_whole_life_is_one_conversation_for_the_party_that_got_the_opened_mail() -> None:
    assert len(conversations(life(Party.VENDOR, None))) == 1


def test_a_life_that_the_partys_own_mail_opened_hangs_under_that_mail() -> None:
    his = EmailMessage()
    his["Message-ID"] = HIS_OWN

    (root,) = conversations([his, *life(Party.CUSTOMER, HIS_OWN)])

    assert root.mail is his


def test_mails_that_arrive_in_any_order_or_not_at_all_are_still_one_conversation() -> None:
    mails = life(Party.CUSTOMER, HIS_OWN)

    assert len(conversations(list(reversed(mails)))) == 1
    assert len(conversations(mails[::4])) == 1


def test_subject_and_topic_are_the_same_for_the_whole_life() -> None:
    mails = life(Party.CUSTOMER, HIS_OWN)

    assert {str(mail["Subject"]) for mail in mails} == {"[Desk #1042] Pump leaks at the lower seal"}
    assert {str(mail["Thread-Topic"]) for mail in mails} == {"[Desk #1042] Pump leaks at the lower seal"}


def test_outlook_sees_one_conversation_whose_mails_follow_in_time() -> None:
    indexes = [base64.b64decode(str(mail["Thread-Index"])) for mail in life(Party.CUSTOMER, None)]

    assert len({index[:22] for index in indexes}) == 1
    assert [index[22:] for index in indexes] == sorted(index[22:] for index in indexes)
    assert {len(index) for index in indexes} == {27}


def test_the_thread_index_holds_the_opening_time_and_is_the_tickets_own() -> None:
    first = base64.b64decode(threads.thread_index("desk.example", 1042, START, START))
    other = base64.b64decode(threads.thread_index("desk.example", 1043, START, START))

    ticks = int.from_bytes(first[:6], "big") << 16
    assert abs(datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10) - START) < timedelta(seconds=1)
    assert len(first) == 22
    assert first[6:] != other[6:]


def test_of_a_very_long_chain_the_first_and_the_latest_are_kept() -> None:
    last = life(Party.CUSTOMER, HIS_OWN, length=60)[-1]

    chain = str(last["References"]).split()

    assert chain[0] == HIS_OWN
    assert chain[-1] == "<1042.59.customer@desk.example>"
    assert len(chain) == 20


def test_a_desk_name_cannot_break_the_tag() -> None:
    assert threads.subject("De[sk] #9", 7, "x") == "[Desk 9 #7] x"
    assert threads.subject("]", 7, "x") == "[Desk #7] x"
