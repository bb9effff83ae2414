"""What mail programs write into class, id and name to mark a quote or a signature: a table.

In: an element's attributes. Out: the mark, if any. Gmail puts `m_` and digits before every class and id that it
quotes, Outlook on the web `x_`, Yahoo `yiv` and digits or `ydp` and hex digits: these prefixes are ignored.
"""

from __future__ import annotations

import re
from typing import Final

from mailbot.core.marks import bears_mark

HISTORY: Final = frozenset(
    [
        "yahoo_quoted",
        "zmail_extra",
        "protonmail_quote",
        "tutanota_quote",
        "moz-forward-container",
        "zmail_extra_quote",
        "outlookmessageheader",
        "gmail_quote_attribution",
        "mailspring-quote",
        "nylas-quote",
        "ik_mail_quote",
        "airmail_quote",
        "ms-outlook-mobile-reference-message",
        "mail-editor-reference-message-container",
        "messagereplysection",
        "front-blockquote",
        "sh-quoted-content",
        "missive_quote",
        "freshdesk_quote",
        "aolmail_quoted",
        "aolreplacedbody",
        "isreplycontent",
        "composewebview_previouse_content",
        "history_container",
        "zd-comment",
        "blue_mail_quote",
        "edo-message",
        "quoted-content",
        "replysplit",
    ]
)
"""Everything inside such an element is the answered mail."""

STARTS: Final = frozenset(
    [
        "divrplyfwdmsg",
        "appendonsend",
        "stopspelling",
        "replyforwarddivider",
        "reply-intro",
        "moz-cite-prefix",
        "gmail_attr",
        "-x-evo-attribution",
        "protonmail_quote_header",
        "edo-original",
        "spliter",
    ]
)
"""Such an element stands at the head of the answered mail."""

SIGNATURE: Final = frozenset(
    [
        "gmail_signature",
        "gmail_signature_prefix",
        "moz-signature",
        "signature",
        "ms-outlook-mobile-signature",
        "applemailsignature",
        "protonmail_signature_block",
        "protonmail_signature_block-user",
        "protonmail_signature_block-proton",
        "yahoo_signature",
        "composer_signature",
        "ymail_android_signature",
        "ymail_ios_signature",
        "edo-signature",
        "bloop_sign",
        "sh-signature",
        "front-signature",
        "tutanota_signature",
        "zmail_signature",
        "signature_block",
        "elementtoproof_signature",
        "mobile_signature",
        "initial_signature",
        "email-signature",
        "email_signature",
        "x_signature",
        "default-signature",
        "gmail-signature",
        "outlook-signature",
        "mail-signature",
        "mailspring-signature",
    ]
)
"""Everything inside such an element is a signature."""

_PREFIX = re.compile(r"(?:m_-?\d+|x_|yiv\d+|ydp[0-9a-f]+|gmail-(?=m_|moz|x_))+")


def mark(attributes: dict[str, str]) -> tuple[str, str]:
    """Return (what, which): what is "history", "starts", "signature", "own" or ""; which names the mark."""
    for value in (
        attributes.get("class", ""),
        attributes.get("id", ""),
        attributes.get("name", ""),
        attributes.get("data-smartmail", ""),
    ):
        if not value:
            continue
        if bears_mark(value):
            return "own", value.split()[0][:60]
        for word in value.lower().split()[:20]:
            name = _PREFIX.sub("", word) if word[0] in "mxyg" else word
            if name in HISTORY or name.startswith("mailspring-quote"):
                return "history", name
            if name in STARTS:
                return "starts", name
            if name in SIGNATURE:
                return "signature", name
    return ("history", "name=quote") if attributes.get("name") == "quote" else ("", "")


def is_quote(attributes: dict[str, str]) -> bool:
    """Tell whether a blockquote quotes, or only indents (Gmail's indent button writes one without a border)."""
    if attributes.get("type") == "cite" or "cite" in attributes or "quote" in attributes.get("class", "").lower():
        return True
    style = attributes.get("style", "").replace(" ", "").lower()
    return not (
        "border:none" in style
        or "border:0" in style
        or ("margin" in style and "border" not in style and "40px" in style)
    )
