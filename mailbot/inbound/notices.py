"""Texts that an office or a list adds to every mail: legal notices, list footers, warnings about outside senders.

In: paragraphs. Out: whether one is such a text. Legal notices count by how many telling phrases they hold, so
that a person who says "this is confidential" is heard.
"""

from __future__ import annotations

import re
from typing import Final

_LEGAL: Final = (
    # English
    r"\bconfidential", r"\bprivileged\b", r"intended (?:only|solely|recipient|for the|exclusively)",
    r"(?:not the|other than the) (?:intended|named|addressee|recipient)", r"in error\b",
    r"notify (?:the|us|me) ?(?:sender)?",
    r"strictly (?:prohibited|forbidden)", r"\b(?:unauthori[sz]ed|dissemination|disclosure|copying|distribution)\b",
    r"\bvirus", r"scanned (?:for|by)\b", r"consider the environment", r"before printing",
    r"views (?:or opinions )?expressed", r"do(?:es)? not necessarily (?:reflect|represent)",
    r"\blegally binding\b", r"\baddressee\b", r"delete (?:this|the|it|all)\b", r"hereby notified",
    r"not liable|no liability|accepts? no responsibility",
    r"this (?:e-?mail|message|communication|transmission)\b.{0,60}(?:and any|contain|is for|may|intended)",
    r"registered (?:in|office|number|company)", r"company (?:no|number|reg)",
    # German, Dutch, Scandinavian
    r"vertraulich", r"irrtümlich|versehentlich|nicht der (?:richtige|beabsichtigte) (?:adressat|empfänger)",
    r"unbefugt|unerlaubt", r"vernichten sie|löschen sie|vernichtet",
    r"(?:diese|dieser|dieses) (?:e-?mail|nachricht).{0,60}(?:enthält|ist|kann)",
    r"handelsregister|amtsgericht|geschäftsführ|ust-?id|sitz der gesellschaft|registergericht|aufsichtsrat",
    r"umwelt.{0,60}druck|ausdrucken",
    r"vertrouwelijk", r"geadresseerde|bestemd voor", r"abusievelijk|ten onrechte|per vergissing",
    r"konfidentiel|fortrolig|konfidensiell|luottamuksell", r"avsedd|tiltenkt|tilsigtet",
    r"av misstag|ved en feil|ved en fejl|erehdyksessä",
    # Romance
    r"confidentiel", r"destinataire", r"par erreur", r"strictement interdit",
    r"pièces jointes.{0,60}confiden|établis à l'intention", r"confidencial", r"destinat[aá]ri[oa]",
    r"por error|por engano|por equivoca", r"prohibid[oa]|proibid[oa]", r"riservat[oei]", r"per errore",
    r"vietat[oa]", r"tutela della privacy|trattamento dei dati|protección de datos|rgpd|gdpr|d\.? ?lgs",
    r"confiden[țt]ial", r"imprim(?:er|ir|a|ere)\b.{0,60}|medio ambiente|meio ambiente|ambiente prima",
    # Slavic, Hungarian, Greek, Turkish
    r"poufn", r"adresat", r"omyłkow|przypadkow", r"důvěrn|dôvern", r"omylem|omylom",
    r"конфиденциальн|конфіденційн|поверителн", r"адресат|получател", r"по ошибке|помилково|по погрешка",
    r"bizalmas", r"tévedés", r"εμπιστευτικ", r"παραλήπτη", r"gizli", r"yanlışlıkla", r"povjerljiv|zaupn",
    # East Asian, Semitic
    r"机密|機密|保密", r"收件人|收件者|误收|誤收", r"機密情報|誤って受信|誤送信",
    r"기밀|수신인|오류로 수신|잘못 전송", r"סודי|חסוי", r"סרי|سرية|سري",
    r"بطريق الخطأ|بالخطأ", r"محرمانه",
)  # fmt: skip
_LEGAL_PHRASES: Final = tuple(re.compile(one, re.IGNORECASE) for one in _LEGAL)
_LEGAL_HEADING = re.compile(
    (
        r"[\s*_#=~-]{0,10}(?:legal |e-?mail |confidentiality |important )?(?:disclaimer|"
        r"confidentiality(?: notice| note| statement)?|legal notice|privacy notice|haftungsausschluss|"
        r"vertraulichkeitshinweis|rechtlicher hinweis|avis de confidentialité|aviso legal|"
        r"aviso de confidencialidad|aviso de confidencialidade|avviso di riservatezza|nota di riservatezza|"
        r"informativa privacy|klauzula poufności|免責事項|免责声明|保密声明|免責聲明)[\s*_:.：#=~-]{0,10}"
    ),
    re.IGNORECASE,
)
_PRINT = re.compile(
    (
        r"\W{0,6}(?:please|bitte|merci de|pensez|s'il vous plaît|por favor|antes de|prima di|denk|tänk|think|"
        r"consider|save|before)\b.{0,80}(?:environment|umwelt|environnement|medio ?ambiente|meio ambiente|"
        r"ambiente|milieu|miljö|print|imprim|druck|stampare|tree|paper)"
    ),
    re.IGNORECASE,
)
_LIST = re.compile(
    r"""\W{0,6}(?:
        you(?:'re|\ are|\ have)?\ (?:received|receiving|got|getting)\ this\ (?:e-?mail|message|mail|because
          |notification)
      | you(?:\ are|'re)\ (?:currently\ )?subscribed\ to | to\ (?:unsubscribe|post\ to\ this|stop\ receiving
        |view\ this\ discussion|change\ your|manage\ your|opt\ out)
      | unsubscribe\b.{0,80}$ | for\ more\ options,\ visit | reply\ to\ this\ e-?mail\ directly
        | view\ it\ on\ github | this\ (?:message|mail)\ was\ sent\ to\ \S+@
      | sie\ erhalten\ diese\ (?:e-?mail|nachricht),?\ (?:weil|da)\b | um\ sich\ (?:ab|aus) | vous\ (?:recevez
        |avez\ reçu)\ (?:ce|cet)\b | pour\ (?:vous\ désabonner|se\ désinscrire)
      | (?:has\ recibido|recibes|recibió)\ este | para\ (?:cancelar|darse\ de\ baja|anular) | você\ (?:recebeu
        |está\ recebendo)\ est | hai\ ricevuto\ questo | per\ (?:annullare\ l'iscrizione|cancellarsi)
      | u\ ontvangt\ dit | om\ u\ af\ te\ melden | .{1,60}\ mailing\ list$ | .{1,60}@[^\s]*lists?\.[^\s]+$
        | .{0,20}mailman/listinfo
      | (?:this\ e-?mail|diese\ e-?mail|cet\ e-?mail|este\ (?:correo|mensaje|e-?mail)
        |questa\ e-?mail).{0,60}(?:checked\ for\ viruses|virenfrei|viren\ gepr|antivirus|avast|avg\b
        |virus-?free)
      | (?:virus-free|virenfrei|garanti\ sans\ virus|libre\ de\ virus|privo\ di\ virus)\.?
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_BANNER = re.compile(
    r"""[\s\W]{0,10}(?:
        (?:\[?\s?(?:external|caution|warning|attention|alert|notice|achtung|vorsicht|extern|externe|externo|esterno)\b[^\w]{0,4}\s?){1,3}.{0,80}(?:e-?mail|message|mail|sender|nachricht|absender|correo|courriel|expéditeur|messaggio|bericht|afzender|organi[sz]ation|mensaje|mensagem|remitente|remetente|mittente)
      | (?:caution|warning|external(?:\ e-?mail)?|\[external\]|\[extern\]|external\ sender|externe\ e-?mail
        |achtung|attention)[\s:!.\]*]{0,6}$
      | (?:this|the)\ (?:e-?mail|message|sender|mail)\ .{0,40}(?:originated|came|comes|was\ sent
        |is)\ (?:from\ )?(?:an?\ )?(?:outside|external)
      | you\ don['’]t\ often\ (?:get|receive)\ e-?mail\ from
        | some\ people\ who\ received\ this\ message\ don['’]t\ often
      | sie\ erhalten\ nicht\ (?:häufig|oft)\ e-?mails? | (?:diese|die)\ (?:e-?mail|nachricht)\ (?:stammt|kommt
        |wurde)\ .{0,40}(?:extern|außerhalb)
      | vous\ n['’]obtenez\ pas\ souvent | (?:ce|cet)\ (?:message|e-?mail|courriel)\ (?:provient
        |vient)\ .{0,40}(?:extern|extérieur)
      | (?:este\ (?:correo|mensaje)|esta\ mensagem|este\ e-?mail).{0,40}(?:extern|fuera|fora)
        | no\ suele\ recibir\ correo | (?:questo\ messaggio|questa\ e-?mail).{0,40}estern
      | (?:deze\ e-?mail|dit\ bericht).{0,40}(?:extern|buiten) | u\ ontvangt\ niet\ vaak\ e-?mail
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_BANNER_GOES_ON = re.compile(
    (
        r"\W{0,6}(?:do not|don['’]t|never|please|unless|be (?:careful|cautious)|exercise|think before|"
        r"learn why|if you|verify|only|klicken|öffnen|bitte|ne cliquez|no haga|no abra|não clique|non cliccare|"
        r"klik|report)\b"
    ),
    re.IGNORECASE,
)
_MAX_CHARS: Final = 4000


def is_legal(paragraph: str) -> bool:
    """Tell whether a paragraph is an office's legal notice: a heading of one, or two telling phrases and more."""
    text = paragraph[:_MAX_CHARS]
    if len(text) < 100 and (_LEGAL_HEADING.fullmatch(text) or _PRINT.match(text)):
        return True
    if len(text) < 60:
        return False
    hits = sum(1 for phrase in _LEGAL_PHRASES if phrase.search(text))
    return hits >= 3 or (hits == 2 and _LEGAL_HEADING.match(text) is not None)


def is_list_footer(paragraph: str) -> bool:
    """Tell whether a paragraph is what a mailing list, a tracker or a virus scanner adds at the end."""
    return _LIST.match(paragraph[:400]) is not None


def is_banner(line: str) -> bool:
    """Tell whether a line warns of a sender from outside, as mail gateways put on top."""
    return len(line) <= 600 and _BANNER.match(line) is not None


def banner_goes_on(line: str) -> bool:
    """Tell whether a line reads like the second sentence of such a warning."""
    return len(line) <= 600 and _BANNER_GOES_ON.match(line) is not None
