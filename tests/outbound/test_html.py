"""The HTML part against what mail clients can do, and its colours against people's eyes, light and dark."""

import re
from dataclasses import dataclass, replace
from html.parser import HTMLParser

import pytest

from mailbot.core.ticket import Kind, Party
from mailbot.outbound.compose import compose
from mailbot.outbound.example import example_mail, example_mails
from mailbot.outbound.mail import OutgoingMail, OutgoingNotice
from mailbot.shipped import shipped_path
from tests.outbound.reading_mails import html_of, parsed

TAGS = {
    "html", "head", "meta", "style", "title", "body", "div", "p", "table", "tbody", "tr", "td", "a", "br",
}  # fmt: skip
SUPPORTED = {
    "background-color", "border", "border-left", "border-top", "color", "font-family", "font-size", "font-weight",
    "line-height", "margin", "padding", "text-align", "text-decoration", "vertical-align", "width",
}  # fmt: skip
"""Known to Gmail, Outlook (Word), Apple Mail, Yahoo and Thunderbird alike (caniemail.com)."""
HARMLESS = {
    "border-radius",
    "clear",
    "max-width",
    "overflow-wrap",
    "word-break",
    "word-wrap",
    "-webkit-text-size-adjust",
}
"""Unknown to some, which then show the same mail a little plainer."""
EMPTY = {"meta", "br"}


@dataclass
class Element:
    tag: str
    classes: tuple[str, ...]
    style: dict[str, str]


class Page(HTMLParser):
    """Walks a page and keeps what is asked of it: elements, links, and each text with the elements around it."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[Element, dict[str, str]]] = []
        self.texts: list[tuple[str, tuple[Element, ...]]] = []
        self._path: list[Element] = []
        self.feed(markup)
        assert self._path == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        element = Element(tag, tuple(known.get("class", "").split()), declarations(known.get("style", "")))
        self.elements.append((element, known))
        if tag not in EMPTY:
            self._path.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._path.pop().tag == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and not {"head", "style"} & {element.tag for element in self._path}:
            self.texts.append((data.strip(), tuple(self._path)))


def declarations(style: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in style.split(";") if part.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def page(mail: OutgoingMail | OutgoingNotice) -> Page:
    return Page(html_of(parsed(compose(mail, None))))


MAILS = [*example_mails(), *example_mails("de")]


@pytest.mark.parametrize("mail", MAILS)
def test_only_what_mail_clients_support_is_used(mail: OutgoingMail | OutgoingNotice) -> None:
    for element, _ in page(mail).elements:
        assert element.tag in TAGS
        assert set(element.style) <= SUPPORTED | HARMLESS, element


@pytest.mark.parametrize("mail", MAILS)
def test_nothing_is_loaded_run_or_tracked(mail: OutgoingMail | OutgoingNotice) -> None:
    markup = html_of(parsed(compose(mail, None)))

    assert re.search(r"url\(|@import|<script|<img|<link|<iframe|<form|background=|src=", markup) is None
    for _, attributes in page(mail).elements:
        assert not any(name.startswith("on") for name in attributes)
        assert attributes.get("href", "https:").startswith(("https://", "http://", "mailto:", "https:"))


def test_layout_tables_are_no_tables_for_a_screen_reader_and_the_page_has_a_language_and_a_title() -> None:
    found = page(example_mail(Kind.REPLY, Party.CUSTOMER, "de")).elements

    tables = [attributes for element, attributes in found if element.tag == "table"]
    assert [table.get("role", "details") for table in tables].count("details") == 1
    assert next(attributes for element, attributes in found if element.tag == "html")["lang"] == "de"
    assert any(element.tag == "title" for element, _ in found)


def test_outlook_gets_a_table_of_600_pixels_and_phones_none() -> None:
    markup = html_of(parsed(compose(example_mail(Kind.REPLY, Party.CUSTOMER), None)))

    assert re.search(r'<!--\[if mso\]><table [^>]*width="600"', markup)
    assert "max-width: 600px" in markup
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in markup
    assert '<meta name="color-scheme" content="light dark">' in markup


def dark_rules() -> list[tuple[tuple[str, ...], dict[str, str]]]:
    """The selectors and declarations of the dark half of the style sheet."""
    css = (shipped_path("templates") / "mail/style.css").read_text()
    block = css.partition("@media (prefers-color-scheme: dark) {")[2]
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", block)
    return [
        (tuple(selector.strip() for selector in selectors.split(",")), declarations(body.replace(" !important", "")))
        for selectors, body in rules
    ]


def in_the_dark(path: tuple[Element, ...]) -> tuple[Element, ...]:
    """The same elements with the dark rules applied."""
    around: set[str] = set()
    result = []
    for element in path:
        style = dict(element.style)
        for selectors, rules in dark_rules():
            own = {f".{name}" for name in element.classes}
            inner = {f"{outer} {element.tag}" for outer in around}
            if (own | inner) & set(selectors):
                style |= rules
        around |= {f".{name}" for name in element.classes}
        result.append(replace(element, style=style))
    return tuple(result)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(path: tuple[Element, ...]) -> float:
    """Contrast of a text with what lies behind it."""
    colours = {"color": "#24588f" if path[-1].tag == "a" else "#000000", "background-color": "#ffffff"}
    for element in path:
        colours |= {name: element.style[name] for name in colours if name in element.style}
    light, dark = sorted((luminance(colour) for colour in colours.values()), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mail", MAILS[:20])
def test_every_text_has_the_contrast_that_wcag_asks_for_in_light_and_dark(mail: OutgoingMail | OutgoingNotice) -> None:
    for text, path in page(mail).texts:
        assert contrast(path) >= 4.5, (text, path)
        assert contrast(in_the_dark(path)) >= 4.5, (text, in_the_dark(path))
