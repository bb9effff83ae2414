"""Words of legal notices, list footers, scanners' verdicts and gateways' warnings, in many languages: a table.

`notices` says how many of them, and in which order, make such a text.
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
    r"(?:ikke|inte|ej) (?:er |är )?(?:den )?(?:rett?e|rätta?) (?:mott?ag|modtag)",
    r"\b(?:slett|slet|radera|poista)\w*\b",
    r"(?:underrett|informer|meddela|varsle|kontakta|ilmoita)\w*.{0,20}(?:avsänd|avsend|afsend|lähettäj)",
    r"\b(?:denn?e|detta) (?:e-?post|e-?mail|mejl|meddel)", r"\bvastaanottaja", r"\btarkoitettu\b",
    r"geheim|gesetzlich geschützt|rechtlich geschützt",
    r"empfänger bestimmt|(?:vorgesehene|genannte|angegebene)\w* (?:empfänger|adressat)",
    r"benachrichtig\w+", r"löschung|zu löschen", r"informieren sie.{0,30}absender|absender.{0,20}informieren",
    r"afzender.{0,30}(?:informeren|waarschuwen|stellen)", r"te (?:vernietigen|verwijderen)|niet toegestaan",
    # Romance
    r"confidentiel", r"destinataire", r"par erreur", r"strictement interdit",
    r"pièces jointes.{0,60}confiden|établis à l'intention", r"confidencial", r"destinat[aá]ri[oa]",
    r"por error|por engano|por equivoca", r"prohibid[oa]|proibid[oa]", r"riservat[oei]", r"per errore",
    r"vietat[oa]", r"tutela della privacy|trattamento dei dati|protección de datos|rgpd|gdpr|d\.? ?lgs",
    r"(?:avertir|informer|prévenir|aviser).{0,40}expéditeur", r"détrui|supprimer",
    r"pas destiné|à l.intention exclusive", r"comuni\w+.{0,30}remit|elim[ií]n",
    r"avis\w+.{0,30}remetente|apag(?:ue|ar)", r"\b(?:mittente|darne)\b", r"\bcancellar(?:e|lo|la)\b",
    r"confiden[țt]ial", r"ști?erge|eroare",
    r"imprim(?:er|ir|a|ere)\b.{0,60}|medio ambiente|meio ambiente|ambiente prima",
    # Slavic, Hungarian, Greek, Turkish
    r"poufn", r"adresat", r"omyłkow|przypadkow", r"wyłącznie", r"nadawc", r"usuni|usuną|zniszcz", r"zabronion",
    r"důvěrn|dôvern", r"omylem|omylom", r"výhradn|výlučn|pouze|určen", r"odesílatel|odosielateľ", r"smaž|vymaž|odstra",
    r"конфиденциальн|конфіденційн|поверителн", r"адресат|получател|одержувач|адресант",
    r"по ошибке|помилково|по погрешка|грешка",
    r"исключительно|виключно|единствено|предназначен|призначен", r"отправител|відправник|подател",
    r"удалит|видал|унищож|изтри", r"вложени|вкладен",
    r"bizalmas", r"tévedés", r"kizárólag", r"címzett", r"töröl|megsemmisít", r"feladó",
    r"εμπιστευτικ", r"παραλήπτη", r"αποκλειστικ", r"παραδρομή|κατά λάθος", r"αποστολέα", r"διαγρά|καταστρ",
    r"gizli", r"yanlışlıkla", r"\balıcı|yalnızca|sadece", r"gönderen|göndereni", r"\bsil(?:iniz|in|erek|mek)\b|imha",
    r"povjerljiv|poverljiv|zaupn|поверљив", r"isključivo|izključno|искључиво", r"greškom|pomotoma|грешком",
    r"pošiljatelj|pošiljaoc|пошиљао", r"obri[šs]|izbri[šs]|обриш",
    r"konfidentsiaal|konfidenci|konfidencial", r"ekslikult|klaid|kļūd", r"saatja|siuntėj|sūtītāj",
    r"kustuta|ištrin|izdzē",
    r"rahasia", r"ditujukan|penerima", r"kesalahan|tidak sengaja|silap", r"hapus|memadam|padam",
    r"bảo mật|\bmật\b", r"người nhận", r"nhầm", r"\bxóa\b",
    r"ลับ", r"ผู้รับ", r"ผิดพลาด", r"ลบ",
    # East Asian, Semitic
    r"机密|機密|保密", r"收件人|收件者|仅限|僅限|仅供|僅供|指定", r"误收|誤收|错收|錯收|错误地|誤寄|误发",
    r"发件人|寄件者|寄件人|發件人", r"删除|刪除|销毁|銷毀",
    r"誤って|誤送信|誤配信", r"送信者|発信者", r"削除|破棄|廃棄", r"宛先以外|受信者|名宛人|意図された",
    r"기밀|비밀", r"수신인|수신자", r"오류로|잘못", r"발신인|발신자", r"삭제|폐기",
    r"סודי|חסוי", r"לנמען|הנמען|נמען", r"בטעות", r"לשולח|השולח", r"מחק|למחוק|השמד",
    r"سرية|سري\b|سرّي", r"المرسل إليه|للمرسل|المستلم|المستقبل", r"بطريق الخطأ|بالخطأ|عن طريق الخطأ", r"حذف|إتلاف",
    r"محرمانه", r"گیرنده", r"اشتباه", r"پاک کن",
    r"गोपनीय", r"प्राप्तकर्ता", r"गलती|त्रुटि", r"हटा|मिटा",
)  # fmt: skip
LEGAL_PHRASES: Final = tuple(re.compile(one) for one in _LEGAL)
"""For text in lower case: a pattern that ignores case cannot look for its first letters."""
FIRST_PERSON: Final = re.compile(
    r"(?<![\w.@/-])(?:I|[Ii]ch|[Yy]o|[Hh]o|[Ee]u|[Ii]k|[Jj]ag|[Jj]eg|[Mm]inä|[Jj]sem|[Mm]nie|[Яя]|[Мм]не|[Мм]еня|"
    r"[Мм]ені|[Bb]ana|[Ee]ngem|[Nn]ekem|μου|[Jj]e (?:suis|vous|ne|l[ea]s?|me|pense|crois|voudrais|souhaite)|"
    r"[Hh]e (?:recibido|enviado)|\w{2,20}ł[ea]m)(?!\w)|\b[Jj]['’](?:ai|avais|étais)\b"
    r"|我(?![们們司方公行院])|私(?!ども|たち)|僕|저는|제가|저에게|내가|אני|אותי|أنا",
)
"""One who says "I" is no office and no list: a person may well ask to delete what came in error, or to unsubscribe."""
SENTENCE_END: Final = re.compile(r"(?<=[.!?？])\s")
LEGAL_HEADING: Final = re.compile(
    (
        r"[\s*_#=~-]{0,10}(?:legal |e-?mail |confidentiality |important )?(?:disclaimer|"
        r"(?:irs |treasury )?circular 230 (?:disclosure|notice)|"
        r"confidentiality(?: notice| note| statement)?|legal notice|privacy notice|haftungsausschluss|"
        r"vertraulichkeitshinweis|rechtlicher hinweis|avis de confidentialité|aviso legal|"
        r"aviso de confidencialidad|aviso de confidencialidade|avviso di riservatezza|nota di riservatezza|"
        r"informativa privacy|klauzula poufności|免責事項|免责声明|保密声明|免責聲明)[\s*_:.：#=~-]{0,10}"
    ),
    re.IGNORECASE,
)
REGISTERED: Final = re.compile(
    r"\bregistered (?:in|with|at|office)\b.{0,60}\b(?:company|registration|registered|charity)\b.{0,20}"
    r"\b(?:number|no)\b",
    re.IGNORECASE,
)
"""What the Companies Act has British firms print on every letter."""
PRINT: Final = re.compile(
    r"\bprint|imprim|druck|stampa|skriv\w{0,3} (?:ut|du)|udskriv|tulost|wydruk|drukuj|drukow|\btisk|vytisk|vytlač|"
    r"ispis|kinyomtat|распечат|друку|εκτυπ|yazdır|afdruk|打印|列印|印刷",
    re.IGNORECASE,
)
SPARED: Final = re.compile(
    r"environment|umwelt|environnement|medio ?ambiente|meio ambiente|ambiente|milieu|milj[öø]|ympäristö|środowisk|"
    r"prostředí|prostredie|okoliš|környezet|mediul|окружающ|экологи|довкілл|природ|περιβάλλον|çevre|\btrees?\b|"
    r"\bpaper\b|papier|papel|carta\b|环境|環境|e-?mail|\bmail|message|nachricht|correo|mensaje|mensagem|courriel|"
    r"bericht|письм",
    re.IGNORECASE,
)
HESITATES: Final = re.compile(
    r"\b(?:think|before|really|necessary|unless|only if|don['’]?t|save|bevor|wirklich|nötig|unbedingt|avant|vraiment|"
    r"nécessaire|pensez|antes|necesario|necessário|realmente|prima|davvero|necessario|voordat|nodig|innan|før|ennen|"
    r"zanim|przed|než|skôr|prije|mielőtt|înainte|прежде|перед|πριν|önce|yazdırmadan)\b|之前|前に",
    re.IGNORECASE,
)
LIST: Final = re.compile(
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
      | this\ e-?mail\ is\ a\ service\ from\b
      | (?:this|the)\ (?:e-?mail|message|mail)\ (?:was|has\ been)\ (?:scanned|checked|inspected)\ (?:by|for|with)\b
      | (?:virus-free|virenfrei|garanti\ sans\ virus|libre\ de\ virus|privo\ di\ virus)\.?
    )""",
    re.IGNORECASE | re.VERBOSE,
)
LINKED: Final = re.compile(r"<[^<>\s]{1,300}>")
_SCANNERS: Final = "avast|avg|avira|bitdefender|eset|f-secure|kaspersky|malwarebytes|mcafee|norton|nod32|sophos"
SCANNED: Final = re.compile(
    rf"(?:[^\s.]{{1,20}}\s){{0,4}}(?:[^\s.]{{1,20}}\.?\s)?[<(\[]?(?:https?://)?(?:www\.)?(?:{_SCANNERS})\.\w{{2,4}}\S{{0,200}}\s?"
    rf"|.{{0,120}}\b(?:antivirus|anti-virus)\b.{{0,40}}\b(?:{_SCANNERS})\b.{{0,120}}"
    rf"|.{{0,120}}\b(?:{_SCANNERS})\b.{{0,20}}\b(?:antivirus|anti-virus)\b.{{0,120}}",
    re.IGNORECASE,
)
"""A scanner's verdict in whatever language: few words and its address, or its name beside "antivirus"."""
BANNER: Final = re.compile(
    r"""[\s\W]{0,10}(?:
        (?:external|extern[eo]?|externer|externa|estern[oa]|zewnętrzn\w{1,3})\W{1,3}(?:e-?mail|message|sender|nachricht
          |absender|correo|courriel|expéditeur|messaggio|mittente|bericht|afzender|remetente|mensagem|wiadomość)
          (?:\s{0,2}$|\W{2,}|[:\]!|]|\ (?:use|from|originated|do|be|please|this|warning|-|–)\b)
      | (?:caution|warning|external(?:\ e-?mail)?|\[external\]|\[extern\]|external\ sender|externe\ e-?mail
        |achtung|attention)[\s:!.\]*]{0,6}$
      | (?:this|the)\ (?:e-?mail|message|sender|mail)\ .{0,40}(?:originated|came|comes|was\ sent
        |is)\ (?:from\ )?(?:an?\ )?(?:outside|external)
      | .{0,300}aka\.ms/LearnAboutSenderIdentification
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
WARNING: Final = re.compile(
    r"[\s\W]{0,10}(?:caution|warning|attention|alert|notice|important|external|achtung|vorsicht|warnung|hinweis|extern|"
    r"avertissement|prudence|externe|precaución|advertencia|atención|aviso|cuidado|atenção|externo|attenzione|avviso|"
    r"avvertenza|esterno|let op|waarschuwing|opgelet|varning|obs|advarsel|forsigtig|bemærk|varoitus|huomio|uwaga|"
    r"ostrzeżenie|upozorněn\w{1,2}|pozor|upozornenie|figyelem|figyelmeztetés|atenție|внимание|увага|предупреждение|"
    r"προσοχή|dikkat|uyarı|注意|警告|提醒|주의|경고|זהירות|שים לב|تنبيه|تحذير)(?![\w-])",
    re.IGNORECASE,
)
OUTSIDE: Final = re.compile(
    r"\b(?:outside|external|extern\w{0,3}|außerhalb|ausserhalb|extérieur\w{0,2}|fuera|fora|estern\w|buiten|utanför|"
    r"utenfor|udefra|uden for|ulkopuol\w+|zewnętrzn\w+|spoza|mimo|externí\w{0,2}|külső|exterior\w{0,2}|внешн\w+|"
    r"зовнішн\w+|вне|за пределами|εξωτερικ\w+|εκτός|harici|dışından|dışarıdan)\b"
    r"|外部|社外|组织外|組織外|외부|חיצוני|خارج",
    re.IGNORECASE,
)
MAILED: Final = re.compile(
    r"\b(?:e-?mails?|mail|message|sender|nachricht|absender|correo|mensaje|remitente|courriel|message|expéditeur|"
    r"messaggio|mittente|bericht|afzender|mensagem|remetente|meddelande\w*|avsändare|e-?post\w*|besked|afsender|"
    r"avsender|sähköposti\w*|viesti\w*|wiadomoś\w+|nadawc\w+|zpráv\w+|odesílatel\w*|správ\w+|üzenet\w*|mesaj\w*|"
    r"письм\w+|сообщени\w+|отправител\w+|лист|μήνυμα|ileti|e-posta)\b|邮件|郵件|メール|메일|הודעה|דוא|رسالة|بريد",
    re.IGNORECASE,
)
BANNER_GOES_ON: Final = re.compile(
    (
        r"\W{0,6}(?:do not|don['’]t|never|please|unless|be (?:careful|cautious)|exercise|think before|"
        r"learn why|if you|verify|only|klicken|öffnen|bitte|ne cliquez|no haga|no abra|não clique|non cliccare|"
        r"klik|klicka|klikk|älä|nie klikaj|neklikejte|ne kattintson|не переходите|не открывайте|не нажимайте|μην|"
        r"tıklamayın|report)\b"
    ),
    re.IGNORECASE,
)
DENSE: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
