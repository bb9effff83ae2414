"""Words by which a person speaks of what a machine sent him: "I got an automatic reply", "I think it is wrong".

In: a mail's text. Out: whether its author tells, thinks or wonders. Programs that report a failure or an absence never
do; but they do say that they received *your* mail, so that does not count.
"""

from __future__ import annotations

import re
from typing import Final

_TELLS = re.compile(
    r"\bi (?:just |only |always |still |keep )?(?:got|get|getting)\b(?! back)"
    r"|\bi (?:have )?(?:just )?received (?!your|the following)|\b(?:wrote|sends?|sent|gave) me\b|\bcame back\b"
    r"|\byou (?:wrote|said|told me)\b|\b(?:schrieben|sagten) sie\b|\bvous (?:écrivez|disiez|avez écrit)\b"
    r"|\bi (?:think|guess|suppose|wonder|assume)\b"
    r"|\b(?:bekam|bekomme|erhielt|kriege) (?:ich|immer|nur|eine?n?|die|diese)\b"
    r"|\bich (?:bekam|bekomme|erhielt|kriege|glaube|denke|vermute)\b"
    r"|\b(?:kam|kommt) (?:wieder |immer )?zurück\b|\bj['’]ai (?:bien )?reçu (?!votre)|\bje (?:reçois|crois|pense)\b"
    r"|\bhe recibido (?!su|tu)|\brecibí (?!su|tu)|\bcreo que\b|\brecebi (?!a? ?sua|o? ?seu)|\bacho que\b"
    r"|\bho ricevuto (?!la|il)|\bcredo che\b|\bik (?:kreeg|krijg|denk)\b|\bjag (?:fick|får|tror)\b"
    r"|\bjeg (?:fik|fikk|får|tror)\b|\bя получил|\bдумаю\b|\bdostał[ae]m\b|\bmyślę\b",
    re.IGNORECASE,
)
_MAX_CHARS: Final = 2000


def tells_of_a_machine(text: str) -> bool:
    """Tell whether the text's author says what came to him or what he makes of it."""
    return _TELLS.search(" ".join(text[:_MAX_CHARS].split())) is not None
