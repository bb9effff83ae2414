"""A small model of mail programs: each makes of a mail of ours the answer that such a program would send.

In: our composed octets and what the person types (above, below, or between the lines of the newest comment). Out: the
answer's octets. The forms follow what the programs are seen to write; no text is copied from anywhere.
"""

from __future__ import annotations

import email
import html
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage

BETWEEN = "Please close the valve first!"
"""The line of our newest comment under which an interleaved answer is typed."""


@dataclass(frozen=True)
class Typed:
    """What a person types: at the top, under `BETWEEN`, and at the end."""

    top: str = ""
    between: str = ""
    bottom: str = ""


def parts_of(raw: bytes) -> tuple[str, str]:
    """Return the text and the HTML of a mail of ours."""
    found = {}
    for part in email.message_from_bytes(raw).walk():
        if part.get_content_type() in ("text/plain", "text/html") and not part.get_filename():
            found.setdefault(part.get_content_type(), part.get_payload(decode=True).decode().replace("\r\n", "\n"))
    return found["text/plain"], found["text/html"]


def _message(plain: str | None, page: str | None) -> bytes:
    message = EmailMessage()
    message["From"] = "Ann Miller <ann@customer.example>"
    message["To"] = "reply+a7kq2m9xw4tzc8r3fh6p1cd5eb0jn2vs@desk.example"
    message["Subject"] = "Re: [Desk #1042] Pump leaks"
    message["Message-ID"] = "<answer@customer.example>"
    message["In-Reply-To"] = "<ours@desk.example>"
    if plain is not None:
        message.set_content(plain)
    if page is not None:
        if plain is None:
            message.set_content(page, subtype="html")
        else:
            message.add_alternative(page, subtype="html")
    return message.as_bytes()


def _marked(text: str, typed: Typed, *, width: int = 0, mark: str = "> ") -> str:
    """Quote a text line by line, with an answer under the line that holds `BETWEEN`."""
    out: list[str] = []
    waiting = typed.between
    for line in text.split("\n"):
        pieces = textwrap.wrap(line, width) if width and len(line) > width else [line]
        out += [f"{mark}{piece}".rstrip() for piece in pieces]
        if waiting and BETWEEN in line:
            out += ["", waiting, ""]
            waiting = ""
    return "\n".join(out)


def _body_of(page: str) -> str:
    inside = re.search(r"<body[^>]*>(.*)</body>", page, re.DOTALL)
    return inside.group(1) if inside else page


def _typed_html(text: str) -> str:
    return "".join(f"<div>{html.escape(line) or '<br>'}</div>" for line in text.split("\n")) if text else ""


def _inserted(page: str, typed: Typed, *, element: str = "div", style: str = "") -> str:
    """Type an answer into the quoted HTML, right under `BETWEEN`, as one does in an editor: a paragraph of its own."""
    if not typed.between:
        return page
    return page.replace(BETWEEN, f"{BETWEEN}<{element}{style}>{html.escape(typed.between)}</{element}>", 1)


def _prefixed(page: str, prefix: str) -> str:
    return re.sub(
        r'(class|id)="([^"]+)"',
        lambda hit: f'{hit.group(1)}="' + " ".join(prefix + one for one in hit.group(2).split()) + '"',
        page,
    )


def gmail(raw: bytes, typed: Typed) -> bytes:
    text, page = parts_of(raw)
    line = (
        "On Wed, Mar 4, 2026 at 9:12 AM Bob Carter (Acme) via Desk <\n"
        "reply+a7kq2m9xw4tzc8r3fh6p1cd5eb0jn2vs@desk.example> wrote:"
    )
    plain = f"{typed.top}\n\n{line}\n\n{_marked(text, typed, width=74)}\n\n{typed.bottom}\n"
    quoted = _body_of(_prefixed(page, "m_-4711"))
    halves = quoted.split(BETWEEN, 1)
    open_quote = (
        '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex">'
    )
    if typed.between:
        inside = (
            f"{open_quote}{halves[0]}{BETWEEN}</blockquote>{_typed_html(typed.between)}{open_quote}"
            f"{halves[1]}</blockquote>"
        )
    else:
        inside = f"{open_quote}{quoted}</blockquote>"
    page = (
        f'<div dir="ltr">{_typed_html(typed.top)}</div><br><div class="gmail_quote"><div dir="ltr" '
        f'class="gmail_attr">{html.escape(line)}<br></div>{inside}</div>{_typed_html(typed.bottom)}'
    )
    return _message(plain, page)


def gmail_phone(raw: bytes, typed: Typed) -> bytes:
    text, page = parts_of(raw)
    line = (
        "Am Mi., 4. März 2026 um 09:12 Uhr schrieb Bob Carter (Acme) via Desk "
        "<reply+a7kq2m9xw4tzc8r3fh6p1cd5eb0jn2vs@desk.example>:"
    )
    plain = f"{typed.top}\n\n{line}\n\n{_marked(text, typed, width=74)}\n{typed.bottom}\n"
    page = (
        f'<div dir="auto">{_typed_html(typed.top)}</div><br><div class="gmail_quote"><div '
        f'dir="ltr">{html.escape(line)}<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex;'
        f"border-left:1px #ccc solid;"
        f'padding-left:1ex">{_inserted(_body_of(page), typed)}</blockquote></div>{_typed_html(typed.bottom)}'
    )
    return _message(plain, page)


def apple_mail(raw: bytes, typed: Typed) -> bytes:
    text, page = parts_of(raw)
    line = (
        "On 4. Mar 2026, at 09:12, Bob Carter (Acme) via Desk "
        "<reply+a7kq2m9xw4tzc8r3fh6p1cd5eb0jn2vs@desk.example> wrote:"
    )
    plain = f"{typed.top}\n\n> {line}\n> \n{_marked(text, typed)}\n\n{typed.bottom}\n"
    page = (
        f"<html><body>{_typed_html(typed.top)}<div><br><blockquote "
        f'type="cite"><div>{html.escape(line)}</div><br '
        f'class="Apple-interchange-newline"><div>'
        f"{_inserted(_body_of(page), typed)}</div></blockquote></div><br>{_typed_html(typed.bottom)}</body></html>"
    )
    return _message(plain, page)


def apple_phone(raw: bytes, typed: Typed) -> bytes:
    text, page = parts_of(raw)
    line = (
        "Am 04.03.2026 um 09:12 schrieb Bob Carter (Acme) via Desk "
        "<reply+a7kq2m9xw4tzc8r3fh6p1cd5eb0jn2vs@desk.example>:"
    )
    plain = f"{typed.top}\n\nVon meinem iPhone gesendet\n\n> {line}\n> \n{_marked(text, typed)}\n\n{typed.bottom}\n"
    page = (
        f'<html><body dir="auto">{_typed_html(typed.top)}<br id="lineBreakAtBeginningOfSignature"><div '
        f'dir="ltr">Von meinem iPhone gesendet</div><div dir="ltr"><br><blockquote '
        f'type="cite">{html.escape(line)}<br><br></blockquote></div><blockquote type="cite"><div '
        f'dir="ltr">{_inserted(_body_of(page), typed)}</div></blockquote>{_typed_html(typed.bottom)}</body></html>'
    )
    return _message(plain, page)


_OUTLOOK_HEAD = (
    ("From:", "Bob Carter (Acme) via Desk <reply+a7kq2m9xw4tzc8r3fh6p1cd5eb0jn2vs@desk.example>"),
    ("Sent:", "Wednesday, March 4, 2026 9:12 AM"),
    ("To:", "Ann Miller <ann@customer.example>"),
    ("Subject:", "[Desk #1042] Pump leaks"),
)


def _outlook_text(text: str, typed: Typed, head: tuple[tuple[str, str], ...]) -> str:
    if typed.between:
        text = text.replace(BETWEEN, f"{BETWEEN}\n\n{typed.between}\n", 1)
    fields = "\n".join(" ".join(one) for one in head)
    return f"{typed.top}\n\n{fields}\n\n{text}\n\n{typed.bottom}\n"


def outlook(raw: bytes, typed: Typed) -> bytes:
    """Outlook for Windows: classes are gone, a border stands above the header block, nothing is marked as quoted."""
    text, page = parts_of(raw)
    stripped = re.sub(r'\s(?:class|id)="[^"]*"', "", _body_of(page))
    fields = "<br>".join(f"<b>{name}</b> {html.escape(value)}" for name, value in _OUTLOOK_HEAD)
    page = (
        f"<html><body lang=EN-US><div class=WordSection1><p "
        f"class=MsoNormal>{html.escape(typed.top)}<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;"
        f"</o:p></p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p "
        f"class=MsoNormal>{fields}<o:p></o:p></p></div></div>"
        f"{_inserted(stripped, typed, element='p', style=' class=MsoNormal')}<p "
        f"class=MsoNormal>{html.escape(typed.bottom)}</p></div></body></html>"
    )
    return _message(_outlook_text(text, typed, _OUTLOOK_HEAD), page)


def outlook_html_only(raw: bytes, typed: Typed) -> bytes:
    page = email.message_from_bytes(outlook(raw, typed)).get_payload(1).get_payload(decode=True).decode()
    return _message(None, page)


def outlook_web(raw: bytes, typed: Typed) -> bytes:
    text, page = parts_of(raw)
    head = (
        ("Von:", _OUTLOOK_HEAD[0][1]),
        ("Gesendet:", "Mittwoch, 4. März 2026 09:12"),
        ("An:", _OUTLOOK_HEAD[2][1]),
        ("Betreff:", _OUTLOOK_HEAD[3][1]),
    )
    fields = "<br>".join(f"<b>{name}</b> {html.escape(value)}" for name, value in head)
    page = (
        f'<html><body dir="ltr"><div class="elementToProof">{html.escape(typed.top)}</div><div '
        f'id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div '
        f'id="divRplyFwdMsg" dir="ltr"><font>{fields}</font><div>&nbsp;'
        f"</div></div><div>{_inserted(_prefixed(_body_of(page), 'x_'), typed)}</div>"
        f"{_typed_html(typed.bottom)}</body></html>"
    )
    plain = _outlook_text(text, typed, head).replace("\n\nVon:", "\n________________________________\nVon:", 1)
    return _message(plain, page)


def outlook_phone(raw: bytes, typed: Typed) -> bytes:
    text, page = parts_of(raw)
    plain = _outlook_text(text, typed, _OUTLOOK_HEAD).replace(
        "\n\nFrom:", "\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom:", 1
    )
    fields = "<br>".join(f"<b>{name}</b> {html.escape(value)}" for name, value in _OUTLOOK_HEAD)
    page = (
        f'<html><body><div dir="ltr">{html.escape(typed.top)}</div><br><div '
        f'id="ms-outlook-mobile-signature">Get <a href="https://aka.ms/o0ukef">Outlook for '
        f"iOS</a></div><hr><div "
        f'id="divRplyFwdMsg">{fields}</div>{_inserted(_prefixed(_body_of(page), "x_"), typed)}'
        f"{_typed_html(typed.bottom)}</body></html>"
    )
    return _message(plain, page)


def thunderbird_text(raw: bytes, typed: Typed) -> bytes:
    text, _ = parts_of(raw)
    return _message(
        (
            f"{typed.top}\n\nOn 3/4/26 09:12, Bob Carter (Acme) via Desk wrote:\n{_marked(text, typed)}\n\n"
            f"{typed.bottom}\n"
        ),
        None,
    )


def thunderbird_html(raw: bytes, typed: Typed) -> bytes:
    text, page = parts_of(raw)
    line = "Am 04.03.26 um 09:12 schrieb Bob Carter (Acme) via Desk:"
    page = (
        f'<html><body><p>{html.escape(typed.top)}</p><div class="moz-cite-prefix">{line}<br></div><blockquote '
        f'type="cite" '
        f'cite="mid:ours@desk.example">{_inserted(_body_of(page), typed)}</blockquote><p>'
        f"{html.escape(typed.bottom)}</p></body></html>"
    )
    return _message(f"{typed.top}\n\n{line}\n{_marked(text, typed)}\n{typed.bottom}\n", page)


def yahoo(raw: bytes, typed: Typed) -> bytes:
    text, page = parts_of(raw)
    line = (
        "On Wednesday, March 4, 2026 at 09:12:03 AM GMT+1, Bob Carter (Acme) via Desk "
        "<reply+a7kq2m9xw4tzc8r3fh6p1cd5eb0jn2vs@desk.example> wrote:"
    )
    quoted = "\n".join(f" {one}".rstrip() for one in text.split("\n"))
    if typed.between:
        quoted = quoted.replace(BETWEEN, f"{BETWEEN}\n\n{typed.between}\n", 1)
    plain = f" {typed.top}\n\n    {line}  \n \n{quoted}\n  {typed.bottom}"
    page = (
        f'<html><body><div class="ydp12ab">{html.escape(typed.top)}</div><div id="yahoo_quoted_12" '
        f'class="yahoo_quoted"><div>{html.escape(line)}</div><div><br></div>'
        f"{_inserted(_prefixed(_body_of(page), 'yiv123'), typed)}</div>{_typed_html(typed.bottom)}</body></html>"
    )
    return _message(plain, page)


def gmx(raw: bytes, typed: Typed) -> bytes:
    _, page = parts_of(raw)
    page = (
        f'<html><body><div style="font-family: Verdana;"><div>{html.escape(typed.top)}</div><div name="quote" '
        f'style="margin:10px 5px 5px 10px; padding: 10px 0 10px 10px; border-left:2px solid #C3D9E5;"><div '
        f'style="margin:0 0 10px 0;"><b>Gesendet:</b>&nbsp;Mittwoch, 04. M&auml;rz 2026 um 09:12 '
        f"Uhr<br/><b>Von:</b>&nbsp;&quot;Bob Carter (Acme) via Desk&quot; &lt;"
        f"reply+a7kq2m9xw4tzc8r3fh6p1cd5eb0jn2vs@desk.example&gt;<br/><b>An:</b>&nbsp;"
        f"ann@customer.example<br/><b>Betreff:</b>&nbsp;[Desk #1042] Pump leaks</div><div "
        f'name="quoted-content">{_inserted(_body_of(page), typed)}</div></div>'
        f"{_typed_html(typed.bottom)}</div></body></html>"
    )
    return _message(None, page)


def proton(raw: bytes, typed: Typed) -> bytes:
    text, page = parts_of(raw)
    line = (
        "On Wednesday, March 4th, 2026 at 9:12 AM, Bob Carter (Acme) via Desk "
        "<reply+a7kq2m9xw4tzc8r3fh6p1cd5eb0jn2vs@desk.example> wrote:"
    )
    plain = f"{typed.top}\n\nSent with Proton Mail secure email.\n\n{line}\n\n{_marked(text, typed)}\n{typed.bottom}"
    page = (
        f'<div style="font-family: Arial;">{html.escape(typed.top)}</div><div '
        f'class="protonmail_signature_block"><div class="protonmail_signature_block-proton">Sent with <a '
        f'href="https://proton.me/">Proton Mail</a> secure email.</div></div><div '
        f'class="protonmail_quote">{html.escape(line)}<br><blockquote class="protonmail_quote" '
        f'type="cite">{_inserted(_body_of(page), typed)}</blockquote><br></div>{_typed_html(typed.bottom)}'
    )
    return _message(plain, page)


def roundcube(raw: bytes, typed: Typed) -> bytes:
    text, _ = parts_of(raw)
    return _message(
        (
            f"{typed.top}\n\nOn 2026-03-04 09:12, Bob Carter (Acme) via Desk wrote:\n"
            f"{_marked(text, typed, width=70)}\n\n{typed.bottom}\n"
        ),
        None,
    )


def zimbra(raw: bytes, typed: Typed) -> bytes:
    text, _ = parts_of(raw)
    quoted = text.replace(BETWEEN, f"{BETWEEN}\n\n{typed.between}\n", 1) if typed.between else text
    head = (
        'From: "Bob Carter (Acme) via Desk" <reply+a7kq2m9xw4tzc8r3fh6p1cd5eb0jn2vs@desk.example>\n'
        'To: "Ann Miller" <ann@customer.example>\nSent: Wednesday, March 4, 2026 9:12:03 AM\n'
        "Subject: [Desk #1042] Pump leaks"
    )
    return _message(f"{typed.top}\n\n----- Original Message -----\n{head}\n\n{quoted}\n\n{typed.bottom}\n", None)


def notes(raw: bytes, typed: Typed) -> bytes:
    text, _ = parts_of(raw)
    quoted = text.replace(BETWEEN, f"{BETWEEN}\n\n{typed.between}\n", 1) if typed.between else text
    head = (
        "Von:\tBob Carter (Acme) via Desk <reply+a7kq2m9xw4tzc8r3fh6p1cd5eb0jn2vs@desk.example>\n"
        "An:\tann@customer.example\nDatum:\t04.03.2026 09:12\nBetreff:\t[Desk #1042] Pump leaks"
    )
    return _message(f"{typed.top}\n\n\n\n{head}\n\n\n\n{quoted}\n\n{typed.bottom}\n", None)


def mutt(raw: bytes, typed: Typed) -> bytes:
    text, _ = parts_of(raw)
    return _message(
        (
            f"{typed.top}\n\nOn Wed, Mar 04, 2026 at 09:12:03AM +0100, Bob Carter (Acme) via Desk wrote:\n"
            f"{_marked(text, typed)}\n\n{typed.bottom}\n\n-- \nAnn\n"
        ),
        None,
    )


def unknown_program(raw: bytes, typed: Typed) -> bytes:
    """A program in a language that no table knows, which marks nothing at all."""
    text, _ = parts_of(raw)
    quoted = text.replace(BETWEEN, f"{BETWEEN}\n\n{typed.between}\n", 1) if typed.between else text
    return _message(f"{typed.top}\n\n{quoted}\n\n{typed.bottom}\n", None)


CLIENTS: tuple[Callable[[bytes, Typed], bytes], ...] = (
    gmail, gmail_phone, apple_mail, apple_phone, outlook, outlook_html_only, outlook_web, outlook_phone,
    thunderbird_text,
    thunderbird_html, yahoo, gmx, proton, roundcube, zimbra, notes, mutt, unknown_program,
)  # fmt: skip
