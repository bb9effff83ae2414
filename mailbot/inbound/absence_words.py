"""Words of absence notes, in many languages: a table.

SUBJECTS open the subject of what a program sends; PHRASES stand in its text. One phrase alone proves nothing
("I am on vacation until Monday, but go ahead" is a person's answer); two of different sorts do.
"""

from __future__ import annotations

import re
from typing import Final

from mailbot.inbound.absence_by_language import ABSENCE_BY_LANGUAGE

_SUBJECTS: Final = (
    r"(?:automatic|automated) (?:reply|response)", r"auto(?:matic)?[- ]?(?:reply|response|responder)",
    r"out[- ]of[- ](?:the )?office", r"ooo\b", r"away from (?:my )?(?:e-?mail|desk|office)",
    r"on (?:vacation|holiday|leave|annual leave|parental leave|maternity leave)\b",
    r"vacation (?:reply|response|message|notice)", r"i(?:'m| am) (?:away|out of|on (?:vacation|leave|holiday))",
    r"absence (?:notice|notification|message)",
    r"abwesen(?:d|heit(?:snotiz|snachricht|sbenachrichtigung|sassistent|smeldung|sagent|\b))",
    r"automatische (?:antwort|e-?mail-?antwort|rückantwort)", r"autom\. antwort",
    r"(?:ich bin )?(?:nicht im (?:büro|haus)|außer haus|ausser haus|im urlaub)",
    r"urlaub(?:snotiz|smeldung|svertretung)", r"automatische nachricht",
    r"r[ée]ponse automatique", r"absence\s?(?:du bureau)?\s?:", r"absent(?:e)? du bureau", r"message d.absence",
    r"notification d.absence", r"je suis absent", r"absence du bureau", r"en cong[ée]s?\b",
    r"respuesta autom[áa]tica", r"fuera de (?:la )?oficina", r"ausente de la oficina", r"auto ?respuesta",
    r"de vacaciones", r"ausencia",
    r"resposta autom[áa]tica", r"fora do escrit[óo]rio", r"ausente do escrit[óo]rio", r"f[ée]rias\b",
    r"aus[êe]ncia", r"ausente:",
    r"risposta automatica", r"fuori (?:ufficio|sede)", r"assente (?:dall.ufficio)?", r"avviso di assenza",
    r"assenza", r"in ferie",
    r"automatisch antwoord", r"automatische (?:beantwoording|reactie)", r"afwezig(?:heid(?:smelding|sbericht)?)?",
    r"niet aanwezig",
    r"buiten kantoor", r"met (?:vakantie|verlof)",
    r"automatiskt svar", r"autosvar", r"frånvaro(?:meddelande|besked)?", r"inte på kontoret", r"ej på kontoret",
    r"automatisk (?:svar|besvarelse)", r"fraværs?(?:besked|melding|assistent)?", r"ikke til stede", r"autosvar",
    r"ikke på kontoret", r"på ferie",
    r"automaattinen vastaus", r"poissaolo(?:ilmoitus|viesti)?", r"poissa", r"lomalla", r"automatische svar",
    r"automatyczna odpowied[źz]", r"odpowied[źz] automatyczna", r"autoodpowied[źz]", r"poza biurem",
    r"nieobecno[śs][ćc]", r"nieobecny", r"urlop",
    r"automatick[áa] odpov[ěe][dď]", r"odpov[ěe][dď] v nep[řr][íi]tomnosti", r"mimo kancel[áa][řr]",
    r"nep[řr][íi]tomnost", r"dovolen[áa]", r"neprítomnosť", r"mimo kancelárie",
    r"automatikus v[áa]lasz", r"h[áa]zon k[íi]v[üu]l", r"szabads[áa]gon", r"t[áa]voll[ée]t",
    r"irod[áa]n k[íi]v[üu]l", r"r[ăa]spuns automat", r"absen[țtţ][ăa]", r"plecat din birou", r"[îi]n concediu",
    r"автоматический ответ", r"автоответ", r"автоответчик", r"вне офиса", r"нет на месте", r"в отпуске",
    r"отсутств", r"автоматична відповідь", r"автоматичний відповідь", r"автоматичен отговор", r"извън офиса",
    r"αυτόματη απάντηση", r"εκτός γραφείου", r"απουσία",
    r"otomatik (?:yan[ıi]t|cevap)", r"ofis d[ıi][şs][ıi]nda", r"izindeyim", r"automatski odgovor",
    r"samodejni odgovor", r"odsoten", r"odsotnost", r"izvan ureda", r"automatinis atsakymas",
    r"automātiska atbilde", r"automaatvastus", r"resposta automàtica",
    r"自动(?:回复|答复)", r"自動(?:回覆|回信|応答|返信|送信)", r"外出", r"不在(?:通知|のお知らせ|時|メール)?",
    r"休暇", r"休假", r"자동 ?(?:회신|응답|답장)",
    r"부재 ?중", r"tr[ảa] l[ờo]i t[ựu] đ[ộo]ng", r"vắng mặt", r"ตอบกลับอัตโนมัติ", r"การตอบกลับอัตโนมัติ",
    r"balasan otomatis", r"jawaban otomatis", r"balasan automatik", r"di luar kantor",
    r"رد تلقائي", r"الرد التلقائي", r"خارج المكتب", r"تشובה אוטומטית", r"תשובה אוטומטית", r"מענה אוטומטי",
    r"מחוץ למשרד", r"پاسخ خودکار", r"аўтаматычны адказ", r"automatska poruka", r"аутоматски одговор",
    r"avtomatsk[io] (?:odgovor|sporočilo)",
    r"sjálfvirkt svar", r"avtomatik cavab", r"otomatik mesaj", r"tự động trả lời", r"automātisk[aā] (?:atbilde|ziņa)",
    r"automatická správa", r"godišnji odmor", r"dopust", r"atostog", r"atvaļinājum", r"puhkus", r"fora de"
    r" l.oficina", r"absència",
)  # fmt: skip
ABSENCE_SUBJECTS: Final = re.compile(
    rf"(?:auto\s?:\s?)?(?:\[[^\]]{{0,40}}\]\s*|\W)?(?:{'|'.join(_SUBJECTS)})(?=\W|\Z)(?!.{{0,80}}\?)", re.IGNORECASE
)
"""Matches at the start of a subject. A subject that asks is a person's."""
ANNOUNCES: Final = re.compile(
    rf"\W?(?:{'|'.join(_SUBJECTS)})\s(?:from|next|on|this|starting|ab|vom|nächste\w*|à partir|desde"
    r"|a partir|dal|da|vanaf|volgende|från|nästa|fra|næste|neste|od|с)\s",
    re.IGNORECASE,
)
"""Matches a subject that goes on with a day to come: a note is written of an absence that has begun."""
ABSENCE_AT_END: Final = re.compile(
    r"(?:\((?:out of (?:the )?office|auto-?reply|automatic reply|abwesend|absent|ausente|afwezig)\)"
    r"|\b(?:is (?:currently )?(?:out of (?:the )?office|away|on (?:vacation|leave|holiday))|ist (?:außer haus"
    r"|ausser haus|abwesend|nicht im (?:haus|büro))|est absent\(e\)|está fuera de la oficina|está fora do escritório"
    r"|è fuori (?:sede|ufficio)|is (?:afwezig|niet (?:aanwezig|op kantoor))|är (?:inte på kontoret|frånvarande)"
    r"|er ikke (?:til stede|på kontoret)|jest nieobecn[ya]|不在办公室))"
    r"[\s.!]*\Z",
    re.IGNORECASE,
)
"""Matches the end of a subject as Notes and GroupWise write it: "Jo Pike is out of the office."."""

PROGRAMS_SUBJECT: Final = re.compile(
    r"aut[oò]m?|otomat|авто|аўта|αυτ[όο]|自[动動]|자동|tự động|อัตโนมัติ|تلقائي|אוטומט|ooo\b|office|notiz|nachricht"
    r"|notice|message"
    r"|notification|meddelande|melding|besked|notificación|bericht",
    re.IGNORECASE,
)
"""What a person would not call his own mail; "Férias" or "On holiday" he might."""

_PHRASES: Final = (
    # being away, first person, several languages: one sort
    (
        r"\bi(?:'m| am|’m) (?:currently |now |presently |still )?(?:out of (?:the )?(?:office|town|country)|"
        r"away(?: from)?|on (?:(?:annual|parental|maternity|paternity|sick|medical|extended|"
        r"business) )?(?:leave|vacation|holiday|holidays|trip|travel)|travell?ing|not in the office|"
        r"unavailable|abroad)|\bi will be (?:out of|away|on (?:vacation|leave|holiday)|unavailable|back|"
        r"returning)|ich bin (?:bis|vom|ab|zur ?zeit|derzeit|momentan|aktuell|im|nicht|außer|leider|wieder|am|"
        r"in der zeit)\b.{0,80}(?:urlaub|abwesend|erreichbar|büro|außer haus|verreist|elternzeit|krank|da\b|"
        r"zurück)|je suis (?:actuellement |absent|en (?:congé|vacances|déplacement)|hors)|je serai (?:absent|"
        r"de retour|en congé)|estoy (?:fuera|de vacaciones|ausente)|estaré (?:fuera|ausente|de vacaciones)|"
        r"estou (?:fora|ausente|de f[ée]rias)|estarei (?:fora|ausente)|sono (?:assente|fuori|in ferie)|"
        r"sar[òo] (?:assente|fuori|in ferie)|ik ben (?:momenteel |tot |van |afwezig|niet|met (?:vakantie|"
        r"verlof))|jag är (?:på semester|inte|för närvarande|frånvarande|ledig|tjänstledig|borta)|jeg (?:er|"
        r"holder) (?:på ferie|ferie|ikke|fraværende|ude|bortreist|for tiden)|olen (?:lomalla|poissa|"
        r"vuosilomalla|matkoilla)|jestem (?:nieobecn|na urlopie|poza)|przebywam|jsem (?:na dovolené|mimo|"
        r"nepřítom)|(?:nyaralok|szabadságon vagyok|nem vagyok)|sunt (?:în concediu|plecat|absent)|(?:я |"
        r"сейчас )?(?:в отпуске|отсутствую|в командировке|нахожусь в)|я (?:у відпустці|відсутн)|(?:απουσιάζω|"
        r"είμαι εκτός|λείπω)|(?:izindeyim|ofis dışındayım|tatildeyim)|我(?:目前|现在|正在|將|"
        r"将).{0,12}(?:休假|外出|出差|不在|"
        r"度假)|不在にして|休暇(?:中|を)|出張(?:中|で)|휴가 ?(?:중|입니다|이며)|"
        r"부재 ?중|출장 ?중|đang (?:đi|nghỉ|vắng)|"
        r"أنا (?:في إجازة|خارج)|(?:אני|"
        r"אהיה) (?:בחופשה|מחוץ|לא)"
        r"|^(?:\w{2,10}\W{1,3})?(?:out of (?:the )?office|ooo|on (?:\w+ )?(?:leave|vacation|holiday)|abwesend"
        r"|absente?|ausente"
        r"|assente|afwezig|im urlaub|en congés?|de vacaciones|in ferie|på (?:ferie|semester)|lomalla|na urlopie"
        r"|в отпуске)(?:[.,:;!]| (?:\d|until|till|from|bis|vom|ab|du|jusqu|hasta|del|desde|até|fino|dal|tot|van"
        r"|til|fra|från|do|od|до|с)\b)"
        r"|\bi (?:no longer work|have left)\b|(?:our|the) (?:offices?|company|shop|business) (?:is|are|will be) closed"
        r"|(?:wir haben|unser (?:büro|betrieb|unternehmen)).{0,60}(?:geschlossen|betriebs(?:ferien|urlaub))"
        r"|ich werde .{0,40}(?:nicht im|abwesend|außer)|nos bureaux (?:sont|seront) fermés"
        r"|nuestras? oficinas?.{0,30}cerrad"
        r"|nossos? escritórios?.{0,30}fechad|(?:nostri|nostro|gli|l.)\s?uffic[io].{0,30}chius"
        r"|ons kantoor.{0,30}gesloten"
        r"|kontoret (?:är|er|holder).{0,20}(?:stängt|lukket|stengt)|biuro.{0,30}(?:zamknięte|nieczynne)"
    ),
    # until when: another
    (
        r"\b(?:until|till|through|from .{3,40} (?:to|until)|return(?:ing)? (?:on|to)|back (?:on|in|at))\b|"
        r"\b(?:bis (?:zum|einschließlich|\w+tag|\d)|ab dem|wieder (?:ab|am|im|da|erreichbar))|\bjusqu.(?:au|à)|"
        r"de retour (?:le|à)|\bhasta (?:el|la)|\bat[ée] (?:o |a |ao |dia |\d)|\bfino (?:al|a)|rientr|"
        r"\btot (?:en met|\w+dag|\d)|terug (?:op|vanaf)|\btill (?:och med|den|\d)|tillbaka|\b(?:indtil|"
        r"frem til|tilbake|tilbage)|\b(?:saakka|asti|palaan)|\bdo (?:dnia|\d)|wracam|\b(?:vracím|zpět|do dne)|"
        r"\bpână (?:la|pe|în)|\bдо \d|вернусь|буду (?:на|с)|\bμέχρι|επιστρ|\bkadar|döne|(?:至|到|直到).{0,12}(?:日|"
        r"号|號)|まで|까지|戻"
    ),
    # whom to turn to, or that mail is not read: a third
    (
        r"(?:in|for) (?:urgent|urgency|case of emergency|emergenc|immediate)|urgent (?:matters|issues|requests|"
        r"cases|enquir|inquir)|limited (?:access|e-?mail)|(?:no|without|limited|sporadic|"
        r"intermittent) access to (?:my )?e-?mail|(?:will|shall) (?:not be read|reply|respond|answer|"
        r"get back).{0,40}(?:return|back|soon as|reopen)|read (?:my )?e?-?mail rarely|"
        r"\bcontact\b.{1,40}\b(?:in|during) my absence|(?:keinen?|eingeschränkten?|begrenzten?) zugriff auf|"
        r"pas accès à (?:ma messagerie|mes (?:e-?)?mails)|(?:sin|no tengo) acceso a(?:l| mi) correo|"
        r"non ho accesso alla posta|geen toegang tot mijn (?:e-?)?mail|"
        r"(?:please )?contact (?:my colleague|\S+@)|not be (?:forwarded|read)|in dringenden|dringende (?:fälle|"
        r"anliegen)|wenden sie sich|(?:e-?mails?|nachricht\w*) (?:wird|werden) (?:nicht|weder)|"
        r"nicht (?:weitergeleitet|gelesen)|meine vertretung|en cas d.urgence|pour toute urgence|"
        r"(?:contact\w*|kontakt\w*|scriv\w*|schreib\w*|écri\w*|escrib\w*|wend\w*|opnemen|пиш\w*|e-?mail|reach"
        r"|turn to|vertret\w+|via)"
        r"\b[^@]{0,40}\s[^\s@]{1,64}@|\bvertretung\b|"
        r"contacter? (?:mon|ma|\S+@)|contact(?:ar|e|ez|tare|eer)(?!-moi|me\b)"
        r"|(?:cas[eoi]s?|assuntos?|asuntos?|temas?|para|pour|per|por|pentru|caz)\b.{0,24}\burg[eèê]n\w+"
        r"|(?:in|bei|für|voor|bij)\b.{0,12}\b(?:dringend\w*|spoed\w*)"
        r"|(?:vid|ved|i|for)\b.{0,10}\b(?:brådskande|akut\w*|hast\w+|presserende)|kiireellisi"
        r"|(?:w|sprawach) piln|v naléhav|naléhavých|sürgős (?:eset|ügy|kérdés)"
        r"|срочн\w{1,3} (?:вопрос|случа|дел)|случае срочн|термінових|επείγο(?:ν|υ)|acil (?:durum|konu|iş|hal)"
        r"|(?:如|若|有|遇|紧急|緊急).{0,4}(?:急事|紧急|緊急|事宜|事项|事項|情况)|急ぎの(?:場合|方|際|ご)|緊急(?:の|時|連絡)"
        r"|(?:급한|긴급한?) ?(?:용무|일|사항|문의|경우|연락)|cần gấp|khẩn|(?:للأمور|الحالات|حالة).{0,10}(?:عاجل|طارئ)"
        r"|(?:בעניינים|במקרים?|לעניינים) .{0,4}דחופ"
    ),
    # thanks for a mail, from nobody in particular: a fourth
    (
        r"thank(?:s| you) for (?:your|contacting|the) (?:e-?mail|message|mail|note|us)|"
        r"vielen dank für ihre (?:e-?mail|nachricht|mail|anfrage)|danke für (?:ihre|deine) (?:e-?mail|"
        r"nachricht|mail)|merci (?:pour|de) votre (?:message|e-?mail|courriel)|gracias por su (?:mensaje|"
        r"correo)|obrigad[oa] pel[oa] su[ao]|grazie per (?:la sua|il suo|avermi)|bedankt voor (?:uw|"
        r"je) (?:bericht|e-?mail|mail)|tack för (?:ditt|ert|din) (?:mejl|mail|meddelande|e-post)|"
        r"tak for (?:din|deres) (?:mail|besked|e-mail)|takk for (?:din|e-posten)|kiitos (?:viestistäsi|"
        r"sähköpostistasi)|dziękuję za (?:wiadomość|e-?mail|maila)|děkuji za (?:váš|vaši|e-?mail|zprávu)|"
        r"köszönöm (?:levelét|üzenetét)|mulțumesc pentru|спасибо за (?:ваше|письмо)|дякую за|ευχαριστώ για το|"
        r"mesajınız için|感谢您的来信|您的邮件|来信已收到|メール(?:を|いただき|ありがとう)|메일(?:을|에) "
    ),
    # saying itself that a machine writes: a fifth
    (
        r"(?:automatic|automated|auto-?generated|automatically generated) (?:reply|response|message|e-?mail|"
        r"mail|answer)|automatisch (?:generiert|erstellt|erzeugt|gegenereerd|bericht|antwoord)|"
        r"automatische (?:antwort|nachricht)|(?:réponse|message) automatique|(?:respuesta|resposta|risposta|"
        r"mensaje) autom[áa]tic|automatiskt? (?:svar|meddelande|genererat)|automaattinen|automatyczn|"
        r"automatick|automatikus|автоматич|αυτόματ|otomatik|自动(?:回复|答复)|自動(?:返信|応答|回覆)|자동"
    ),
)  # fmt: skip
ABSENCE_PHRASES: Final = tuple(
    re.compile("|".join([one, *(by_sort[sort] for by_sort in ABSENCE_BY_LANGUAGE.values() if sort < len(by_sort))]))
    for sort, one in enumerate(_PHRASES)
)
"""For text in lower case: twice as fast as ignoring the case."""
