"""The ticket page in a real browser: what people do with it, with scripts and without, by mouse and by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mailbot.core.ticket import Event, Party, Ticket
from tests.system.pages.conftest import NewContext
from tests.web.served import Served

WITH_AND_WITHOUT_SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
SEND = "Send the answer"


def comments(here: Served, ticket: Ticket) -> list[str]:
    return [entry.words.text for entry in here.history(ticket) if entry.event is Event.COMMENT and entry.words]


def send(page: Page, text: str) -> None:
    page.get_by_label("Message").fill(text)
    page.get_by_role("button", name=SEND).click()


@WITH_AND_WITHOUT_SCRIPTS
def test_a_vendor_reads_and_answers_with_a_file_that_the_customer_downloads(
    here: Served, new_context: NewContext, tmp_path: Path, scripts: bool
) -> None:
    ticket = here.open_ticket()
    file = tmp_path / "Plän für Ann.pdf"
    file.write_bytes(b"%PDF-1.4 " + b"x" * 200_000)
    page = new_context(java_script_enabled=scripts).new_page()

    page.goto(here.url(ticket))
    page.get_by_label("Files").set_input_files([file])
    send(page, "Tighten it.\nBob")
    expect(page.get_by_role("status")).to_have_text("Your answer is on the ticket and on its way to Ann.")

    page.goto(here.url(ticket, Party.CUSTOMER))
    expect(page.get_by_role("heading", name="Acme wrote")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Plän für Ann.pdf").click()
    assert download.value.suggested_filename == "Plän für Ann.pdf"
    assert download.value.path().read_bytes() == file.read_bytes()
    assert comments(here, ticket) == ["Tighten it.\nBob"]


@WITH_AND_WITHOUT_SCRIPTS
def test_close_and_reopen(here: Served, new_context: NewContext, scripts: bool) -> None:
    ticket = here.open_ticket()
    page = new_context(java_script_enabled=scripts).new_page()
    page.goto(here.url(ticket))

    page.locator("summary", has_text="Close the ticket").click()
    expect(page.get_by_text("It ends for both of you, and Ann is told by mail.")).to_be_visible()
    page.get_by_role("button", name="Close it now").click()
    expect(page.get_by_text("You closed this ticket.")).to_be_visible()

    page.locator("summary", has_text="Open it again").click()
    page.get_by_role("button", name="Open it again now").click()
    expect(page.get_by_role("status")).to_contain_text("The ticket is open again.")
    assert [entry.event for entry in here.history(ticket)] == [Event.OPENED, Event.CLOSED, Event.REOPENED]


@WITH_AND_WITHOUT_SCRIPTS
def test_more_time_keep_open_and_type(here: Served, new_context: NewContext, scripts: bool) -> None:
    ticket = here.open_ticket()
    page = new_context(java_script_enabled=scripts).new_page()
    page.goto(here.url(ticket))

    page.locator("summary", has_text="Need more time").click()
    page.get_by_label("Until the end of").fill("2026-11-30")
    page.get_by_role("button", name="Let the clock rest").click()
    expect(page.get_by_text("The clock rests until Tuesday 1 December 2026")).to_be_visible()

    page.locator("summary", has_text="Keep it open").click()
    page.get_by_role("button", name="Keep it open").click()
    expect(page.get_by_role("status")).to_contain_text("its clock starts anew")

    page.locator("summary", has_text="Change the type").click()
    page.get_by_label("New type").select_option(label="Refund")
    page.get_by_role("button", name="Change the type").click()
    expect(page.get_by_text("Ticket #1001 · Refund")).to_be_visible()


def test_a_wrong_link_says_what_to_do(here: Served, page: Page) -> None:
    ticket = here.open_ticket()

    answer = page.goto(here.url(ticket)[:-4] + "0000")

    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", name="This link opens nothing")).to_be_visible()


@WITH_AND_WITHOUT_SCRIPTS
def test_a_double_click_on_send_is_one_comment(here: Served, new_context: NewContext, scripts: bool) -> None:
    ticket = here.open_ticket()
    page = new_context(java_script_enabled=scripts).new_page()
    page.goto(here.url(ticket))

    page.get_by_label("Message").fill("Once.")
    page.get_by_role("button", name=SEND).dblclick()
    expect(page.get_by_role("status")).to_be_visible()

    assert comments(here, ticket) == ["Once."]


@WITH_AND_WITHOUT_SCRIPTS
def test_after_the_back_button_the_next_answer_is_another_comment(
    here: Served, new_context: NewContext, scripts: bool
) -> None:
    ticket = here.open_ticket()
    page = new_context(java_script_enabled=scripts).new_page()
    page.goto(here.url(ticket))
    send(page, "First.")
    expect(page.get_by_role("status")).to_be_visible()

    page.go_back()
    send(page, "Second.")
    expect(page.get_by_role("status")).to_be_visible()
    page.reload()

    assert comments(here, ticket) == ["First.", "Second."]


@WITH_AND_WITHOUT_SCRIPTS
def test_an_empty_answer_says_what_is_missing(here: Served, new_context: NewContext, scripts: bool) -> None:
    ticket = here.open_ticket()
    page = new_context(java_script_enabled=scripts).new_page()
    page.goto(here.url(ticket))

    send(page, "  ")

    expect(page.get_by_role("alert").first).to_contain_text("please write something or choose a file")
    assert comments(here, ticket) == []


def test_a_broken_connection_keeps_text_and_files(here: Served, page: Page, tmp_path: Path) -> None:
    ticket = here.open_ticket()
    file = tmp_path / "a.txt"
    file.write_text("content")
    page.goto(here.url(ticket))
    page.route("**/reply", lambda route: route.abort("connectionreset"))
    page.get_by_label("Files").set_input_files([file])

    send(page, "My long words.")
    expect(page.get_by_role("alert")).to_contain_text("the connection broke")
    page.unroute("**/reply")
    page.get_by_role("button", name=SEND).click()
    expect(page.get_by_role("status")).to_be_visible()

    words = here.history(ticket)[-1].words
    assert words is not None
    assert (words.text, [one.name for one in words.attachments]) == ("My long words.", ["a.txt"])


def test_a_draft_survives_a_reload_and_ends_with_its_sending(here: Served, page: Page) -> None:
    ticket = here.open_ticket()
    page.goto(here.url(ticket))
    page.get_by_label("Message").fill("Half a thou")

    page.reload()
    expect(page.get_by_label("Message")).to_have_value("Half a thou")
    send(page, "Half a thought.")
    expect(page.get_by_role("status")).to_be_visible()
    page.goto(here.url(ticket))

    expect(page.get_by_label("Message")).to_have_value("")


def test_while_an_answer_is_sent_the_page_says_so(here: Served, page: Page) -> None:
    ticket = here.open_ticket()
    page.goto(here.url(ticket))
    page.route("**/reply", lambda _route: None)

    send(page, "On its way.")

    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("button", name="Sending…")).to_be_disabled()


def test_everything_can_be_done_by_keyboard(here: Served, page: Page) -> None:
    ticket = here.open_ticket()
    page.goto(here.url(ticket))

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to your answer")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Message")).to_be_focused()
    page.keyboard.type("By keyboard.")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Files")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_be_focused()
    assert comments(here, ticket) == ["By keyboard."]


def test_an_act_can_be_opened_and_pressed_by_keyboard(here: Served, page: Page) -> None:
    ticket = here.open_ticket()
    page.goto(here.url(ticket))

    page.locator("summary", has_text="Close the ticket").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Close it now")).to_be_focused()
    page.keyboard.press("Space")

    expect(page.get_by_text("You closed this ticket.")).to_be_visible()


@pytest.mark.parametrize("width", [320, 375, 768, 1440])
def test_no_width_scrolls_sideways_and_buttons_can_be_tapped(here: Served, new_context: NewContext, width: int) -> None:
    ticket = here.open_ticket("A" * 3000 + "\n" + "https://pumps.example/" + "b" * 300, subject="S" * 200)
    here.say(ticket, Party.VENDOR, "x", cuts=(("quote", "c" * 500),), attachments=(here.stored("d" * 120, b"x"),))
    page = new_context(viewport={"width": width, "height": 800}).new_page()

    page.goto(here.url(ticket, Party.CUSTOMER))
    for summary in page.locator("summary").all():
        summary.click()

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    heights = [button.bounding_box() for button in page.locator("button:visible, .acts summary").all()]
    assert all(box is not None and box["height"] >= 44 for box in heights)


def test_dark_mode_is_dark(here: Served, new_context: NewContext) -> None:
    ticket = here.open_ticket()
    page = new_context(color_scheme="dark").new_page()

    page.goto(here.url(ticket))

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 22, 27)"


def test_the_browsers_language_is_spoken(here: Served, new_context: NewContext) -> None:
    ticket = here.open_ticket()
    page = new_context(locale="de-DE").new_page()

    page.goto(here.url(ticket))

    expect(page.get_by_role("button", name="Antwort senden")).to_be_visible()


def test_a_visit_weighs_less_than_100_kb(here: Served, page: Page) -> None:
    ticket = here.open_ticket("words " * 500)
    for number in range(30):
        here.say(ticket, list(Party)[number % 2], "words and more words\n" * 20)
    weights = []
    page.on("response", lambda response: weights.append(len(response.body())))

    page.goto(here.url(ticket), wait_until="networkidle")

    assert len(weights) >= 3
    assert sum(weights) < 100_000
