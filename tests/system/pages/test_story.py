"""The story that mailbot is made for, with the real process: mails in and out, and the link in between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.system.desk import Desk, desk_settings
from tests.system.mailbox import Mail, Maildir
from tests.system.mailclient import Client
from tests.system.relay import Relay
from tests.system.waiting import await_true


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A running mailbot that captures its mails."""
    settings = desk_settings(tmp_path / "var", 25)
    settings["smarthost"] = {"url": "capture"}
    desk = Desk(tmp_path, settings)
    desk.start()
    yield desk
    desk.clean_up()


@pytest.fixture
def ann(desk: Desk, tmp_path: Path) -> Client:
    """A customer whose mails go straight to the desk's port."""
    return Client("Ann", "ann@customer.example", Relay(tmp_path, port=desk.smtp_port))


def captured(desk: Desk, recipient: str, count: int) -> Mail:
    """The mail that was captured for a recipient as `count`th."""
    box = Maildir(desk.data_dir / "captured", desk.tails)

    def own() -> list[Mail]:
        return [mail for mail in box.mails() if mail.header("Delivered-To") == recipient]

    await_true(lambda: len(own()) >= count, 20, f"{count} captured mails for {recipient}", desk.tails)
    return own()[count - 1]


def link(mail: Mail) -> str:
    """The ticket page's link in a mail."""
    found = re.search(r"http://\S+/t/\w+", mail.text)
    assert found is not None
    return found[0]


def test_a_customer_writes_a_vendor_answers_on_the_page_and_the_customer_by_mail(
    desk: Desk, ann: Client, page: Page
) -> None:
    ann.write("support@desk.example", "Pump leaks", "It drips at the flange.")
    opened = captured(desk, "bob@vendor.example", 1)

    page.goto(link(opened))
    expect(page.get_by_text("Ann is waiting for your answer.")).to_be_visible()
    expect(page.get_by_text("It drips at the flange.")).to_be_visible()
    page.get_by_label("Message").fill("Tighten the screw.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("status")).to_contain_text("Your answer is on the ticket")

    answer = captured(desk, "ann@customer.example", 2)
    assert "Tighten the screw." in answer.text
    ann.reply(answer, "That helped, thanks.")
    desk.await_ticket(lambda ticket: len(ticket["comments"]) == 3, "Ann's answer is on the ticket")

    page.reload()
    expect(page.get_by_text("That helped, thanks.")).to_be_visible()
    expect(page.get_by_text("Reached Ann's mail server")).to_be_visible()
    shown = desk.ticket()
    assert [(one["party"], one["via"], one["sender_grade"]) for one in shown["comments"]] == [
        ("customer", "mail", "addressee"),
        ("vendor", "page", "link"),
        ("customer", "mail", "addressee"),
    ]
    desk.stop()


def test_a_newcomer_plays_the_whole_conversation_in_the_browser(desk: Desk, page: Page) -> None:
    page.goto(f"http://{desk.settings['capture']['listen']}/")
    page.get_by_label("Subject").fill("Pump leaks")
    page.get_by_label("Message").fill("It drips.")
    page.get_by_role("button", name="Send the mail").click()

    page.get_by_label("Mail for bob@vendor.example").get_by_role("link", name="Pump leaks").click()
    expect(page.frame_locator("iframe").get_by_text("Ann needs your help")).to_be_visible()
    page.get_by_label("Message").fill("Which pump is it?")
    page.get_by_role("button", name="Send the answer").click()

    expect(page.get_by_role("status")).to_contain_text("Your answer was sent")
    page.get_by_label("Mail for ann@customer.example").get_by_role("link", name="reply").click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("Which pump is it?").first).to_be_visible()
    with page.expect_popup() as opened:
        frame.get_by_role("link", name="Ticket page").click()
    expect(opened.value.get_by_text("Acme is waiting for your answer.")).to_be_visible()

    frame.get_by_role("link", name="Close it").click()
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_role("status")).to_contain_text("The mail action was sent")
    desk.await_ticket(lambda ticket: ticket["status"] == "closed", "the mail action closed it")
    desk.stop()
