"""The new words of an answer: what its author typed, without what he answered, signed or had added for him.

In: a mail's text as `Line`s. Out: the words kept, and each cut with its rule. The rules run in the order of
`RULES`; `docs/reading.md` explains each. Better too much than lost: when nothing is left, the whole text is kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from mailbot.inbound import contact_block, history, own_history, signature
from mailbot.inbound.draft import Draft
from mailbot.inbound.lines import Line


def cut_hidden(draft: Draft) -> None:
    """Cut what the HTML hides from a reader."""
    for index, line in enumerate(draft.lines):
        if line.zone == "hidden":
            draft.cut(index, index + 1, "hidden")


def new_words(
    lines: Sequence[Line],
    *,
    forwards: bool = False,
    answers: bool = True,
    marked: bool = False,
    own_lines: Sequence[str] = (),
) -> Draft:
    """Return a draft with every rule applied.

    `forwards`: the mail hands on another one, whose text stays. `answers`: it answers one. `marked`: the lines
    come from HTML that marks its quotes, so nothing unmarked is taken for a quote only because it stands low.
    `own_lines`: our own mails.
    """
    draft = Draft(lines)
    cut_hidden(draft)
    signature.cut_banners(draft)
    history.cut_history(draft, forwards=forwards or not answers)
    history.keep_announced(draft)
    own_history.cut_own(draft, own_lines)
    signature.cut_marked_signatures(draft)
    signature.cut_signatures(draft)
    signature.cut_ruled_signatures(draft)
    signature.cut_taglines(draft, whole_tail=not marked and not forwards)
    signature.cut_notices(draft)
    contact_block.cut_contact_blocks(draft)
    history.keep_context(draft, answers=answers)
    return _never_empty(draft)


def _never_empty(draft: Draft) -> Draft:
    """Take cuts back until something is said: first what stood beside the new words, then everything."""
    for spared in ("contact", "signature", "tagline", "legal", "list"):
        if draft.says_something():
            return draft
        for index, rule in enumerate(draft.rules):
            if rule.startswith(spared):
                draft.rules[index] = ""
    if not draft.says_something():
        draft.restore(0, len(draft.lines))
    return draft
