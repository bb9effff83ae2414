"""Words by which a machine gives itself away in a mail that no header field marks: a table by sort and language.

In: the first lines of a mail. Out: the name of the rule they fall under, or None. What only machines say of their
own mail ("this is an automated message") is enough alone. What people say as well ("we have received your request",
"please do not answer this") counts with a second sort, and never where the writer says "I" or asks.
"""

from __future__ import annotations

import re
from typing import Final

from mailbot.inbound.absence_words import ABSENCE_PHRASES

_WHOM_TO_TURN_TO: Final = ABSENCE_PHRASES[2]
_THIS: Final = (
    r"(?:th(?:is|e following)|diese[rs]?|dies|das|hierbei|ce(?:ci|tte|t)?|est[aeo]|éste|ess[ae]|quest[oa]|dit|deze"
    r"|dett[ae]|denn[ae]|det|tämä|to|ta|niniejsz\w+|t[ao]to|ez|aceasta?|acest|ovo|ova|ova[jk]|šis|see|aquest[a]?"
    r"|это|данное|настоящее|це|цей|това|тази|αυτ[όή]|το παρόν|bu|đây|thư này|ini|هذه|هذا|זוהי|זו"
    r"|これ|この|本|此|这|這|이|본)"
)
_MAIL: Final = (
    r"(?:e-?mail|mail|mel|message|reply|response|notification|notice|confirmation|acknowledge?ment|answer"
    r"|nachricht|antwort|benachrichtigung|(?:eingangs)?bestätigung|courriel|réponse|mensaje|correo(?: electrónico)?"
    r"|respuesta|notificación|mensagem|resposta|notificação|messaggio|risposta|notifica|comunicazione|bericht|antwoord"
    r"|reactie|ontvangstbevestiging|meddelande|svar|besked|melding|e-post|mejl|bekräftelse|bekræftelse|viesti|vastaus"
    r"|wiadomość|odpowiedź|powiadomienie|zpráva|odpověď|správa|odpoveď|üzenet|levél|válasz|mesaj|răspuns|poruka"
    r"|sporočilo|odgovor|laiškas|žinutė|vēstule|kiri|missatge|correu|письмо|сообщение|ответ|уведомление|лист"
    r"|повідомлення|съобщение|отговор|имейл|μήνυμα|απάντηση|mesaj|ileti|e-posta|yanıt|thư|email|pesan|surel"
    r"|رسالة|رد|הודעה|מענה|メール|返信|通知|邮件|郵件|信件|回复|回覆|메일|회신|답장)"
)
_AUTO: Final = (
    r"(?:auto-?|automat\w*|autom[áà]tic\w*|otomatik|maschinell\w*|автомат\w*|αυτόματ\w*"
    r"|аўтамат\w*|tự động|อัตโนมัติ|تلقائي\w*|אוטומטית?|自動|自动|자동|robot\w*)"
)
_MADE: Final = (
    r"(?:generated|created|produced|sent\b(?! to)|generier\w*|erstell\w*|erzeug\w*|versend\w*|verschickt\w*|versandt\w*"
    r"|gesendet\w*|générée?|envoyée?|créée?|generad[oa]|enviad[oa]|gerad[oa]|generat[oa]|inviat[oa]|gegenereerd\w*"
    r"|verzonden|verstuurd|aangemaakt\w*|genererat?|skickat?s?|genereret|sendt|generert|luotu|lähetetty|wygenerowan\w+"
    r"|wysłan\w+|vygenerován\w*|odeslán\w*|generovan\w+|generált|generată?|generiran\w*|sugeneruot\w*|genereeritud"
    r"|сформирован\w*|создан\w*|отправлен\w*|сгенерирован\w*|згенерован\w*|надіслан\w*|генериран\w*|изпратен\w*"
    r"|δημιουργ\w+|στάλθηκε|(?:olarak )?(?:gönderil|oluşturul|üretil)\w+|gửi|tạo|dikirim|dihasilkan"
    r"|送信|配信|返信|发送|發送|发出|發出|生成|발송|발신|전송|생성)"
)
_MADE_ALONE: Final = (
    rf"(?:(?:{_AUTO}|computer|system)[\s-]{{0,2}}(?:\w{{1,12}}\s)?{_MADE}|{_MADE}[\s-]{{0,2}}(?:\w{{1,12}}\s)?{_AUTO})"
)
_MADE_WHAT: Final = (
    r"(?!\w{0,20} (?:encrypted|signed|scanned|checked|translated|archived|classified|labell?ed|protected"
    r"|verschlüsselt|signiert|geprüft|übersetzt|archiviert|chiffrée?|signée?|cifrad[oa]|firmad[oa]|cifrat[oa]|firmat[oa]|versleuteld|krypterat))"
)  # a gateway's word on a person's mail: "sent automatically encrypted"
_DECLARES: Final = re.compile(
    rf"(?:please note(?: that)?|note|bitte beachten sie|hinweis|nota|info)?[\W_]{{0,8}}(?:"
    rf"{_THIS}\W{{0,3}}.{{0,30}}?(?:{_AUTO}\s?(?:{_MAIL}|report|alert|summary)|{_MAIL}\s?{_AUTO}"
    rf"|{_MADE_ALONE}\s?{_MAIL}"
    rf"|{_MAIL}.{{0,40}}?{_MADE_ALONE}{_MADE_WHAT})|(?:{_AUTO}\s?)?{_MAIL}.{{0,12}}{_MADE_ALONE}{_MADE_WHAT}"
    rf"|{_MADE_ALONE}\s{_MAIL}\b\W{{0,3}}(?:\Z|[-–—,:;]|please|do not|no reply))"
)
"""Matches a sentence from its first word: "this message was generated automatically", not what speaks of another."""

_SENTENCE_END = re.compile(
    r"[.!?。！？\n※*|]+\s*|(?<=[,;:])\s+(?=merci|please|bitte|this is|dies ist|ceci est|est[eo] es|quest[oa] è|dit is)"
    r"|\s{2,}"
)

_UNREAD: Final = re.compile(
    r"this (?:mailbox|inbox|e-?mail (?:account|address|box)|address|account) (?:is|was) (?:not |no longer |un-?)"
    r"(?:regularly |actively )?(?:monitored|checked|read|attended)(?! (?:at|on|over|outside|during|after)\b)"
    r"|diese(?:s|r)? (?:postfach|mailbox|adresse|e-?mail-?adresse)\b.{0,20}nicht (?:mehr )?"
    r"(?:gelesen|überwacht|abgerufen|bearbeitet)"
    r"|cette (?:adresse|boîte).{0,30}n'est (?:pas|plus) (?:consultée|lue|surveillée|relevée|active)"
    r"|est[ea] (?:buzón|dirección|cuenta).{0,20}no (?:es|está|se) (?:supervisad|monitorizad|atendid|lee|revisa)"
    r"|est[ea] (?:caixa|endereço|conta).{0,20}não é (?:monitorad|lid|verificad)"
    r"|quest[oa] (?:casella|indirizzo).{0,20}non (?:è|viene) (?:monitorat|presidiat|controllat|lett)"
    r"|de(?:ze|it) (?:mailbox|postbus|adres).{0,20}niet (?:gelezen|gecontroleerd|gemonitord)"
)
_NO_ANSWER: Final = re.compile(
    r"\b(?:do not|don.t|please no|no need to) (?:reply|respond|answer)\b.{0,30}\b(?:this|the)\b"
    r"|bitte (?:antworten sie |nicht ).{0,30}(?:nicht|antworten)|ne pas (?:y )?répondre"
    r"|no (?:responda|conteste)|não responda|(?:si prega di )?non rispondere|niet (?:te )?(?:beantwoorden|reageren)"
    r"|(?:inte|ikke) (?:går )?(?:att |at )?(?:besvara|svara|svare|besvare|svar)\w* (?:på|denne?)|älä vastaa"
    r"|nie odpowiada|neodpovídejte|ne válaszoljon|nu răspundeți|не отвеча|отвечать (?:на него )?не|не відповіда"
    r"|μην απαντ|yanıtlamayın|cevaplamayın|(?:请勿|請勿|不要)(?:直接)?(?:回|答)|返信(?:いただいても|しないで)|회신하지"
)
_MAX_PLEA_CHARS: Final = 70
_MAX_RECEIPT_CHARS: Final = 600
_REQUEST: Final = (
    r"(?:e-?mail|message|mail|request|in?quiry|enquiry|ticket|case|query|submission|application|feedback|nachricht"
    r"|anfrage|anliegen|e-?mail|meldung|demande|message|courriel|solicitud|consulta|mensaje|correo|mensagem|pedido"
    r"|solicitação|chamado|richiesta|segnalazione|messaggio|vraag|bericht|verzoek|melding|ärende|meddelande|mejl"
    r"|henvendelse|besked|forespørgsel|viesti\w*|yhteydenot\w*|pyyn\w*|zgłoszeni\w*|wiadomoś\w*|zapytani\w*|dotaz"
    r"|požadav\w*|zpráv\w*|podnět|požiadavk\w*|üzenet\w*|megkeresés\w*|level\w*|mesaj\w*|solicitar\w*|cerere\w*"
    r"|обращени\w*|письмо|сообщение|запрос|заявк\w*|звернення|запит|лист|запитване|μήνυμ\w*|αίτημ\w*|talebi\w*"
    r"|mesajı\w*|e-postanı\w*|お問い合わせ|メール|ご連絡|来信|邮件|郵件|来函|请求|문의|메일)"
)
_RECEIVED: Final = re.compile(
    rf"\b(?:received|have|got) your {_REQUEST}|\b(?:your|the|a|this) {_REQUEST}\b.{{0,60}}\b(?:has been|was|is"
    rf"|have been) "
    r"(?:now |successfully )?(?:received|created|opened|logged|registered|assigned|recorded|submitted|added|queued)"
    r"|\b(?:acknowledge|confirm) (?:the )?(?:receipt|that we have received)|thank(?:s| you) for (?:contacting|reaching)"
    r"|(?:ihre|deine) (?:e-?mail|nachricht|anfrage|meldung|mail|anliegen)\b.{0,60}"
    r"(?:erhalten|eingegangen|erfasst|registriert|angekommen|bekommen)|bestätigen (?:wir )?(?:ihnen )?den (?:eingang"
    r"|erhalt)"
    rf"|accus(?:ons|e) (?:bonne )?réception|(?:avons (?:bien )?reçu|bien reçu) votre|votre {_REQUEST}\b.{{0,40}}"
    r"(?:enregistrée?|reçue?|prise? en compte)"
    rf"|hemos recibido (?:su|tu)|(?:su|tu) {_REQUEST}\b.{{0,40}}(?:recibid|registrad)"
    rf"|recebemos (?:a |o )?(?:sua|seu)|(?:sua|seu) {_REQUEST}\b.{{0,40}}(?:recebid|registrad)"
    rf"|abbiamo ricevuto (?:la|il)|(?:sua|vostra|tua|suo) {_REQUEST}\b.{{0,40}}(?:ricevut|pres[oa] in carico|registrat)"
    rf"|(?:uw|je) {_REQUEST}\b.{{0,40}}(?:ontvangen|geregistreerd)|ontvangst (?:van|bevestig)"
    rf"|(?:tagit emot|mottagit) (?:ditt|din)|ditt {_REQUEST}\b.{{0,40}}(?:registrerat|mottag)"
    r"|(?:modtaget|mottatt) (?:din|ditt|deres)|(?:olemme )?vastaanottaneet"
    r"|otrzymaliśmy (?:twoj|państwa|pan)|(?:twoje|państwa) \w+.{0,40}(?:zarejestrowan|otrzyman|przyjęt)"
    r"|(?:přijali|obdrželi|prijali|dostali) (?:jsme|sme) (?:váš|vaš)|(?:váš|vaše|vašu)\b.{0,40}(?:přijat"
    r"|zaregistrován|prijat)"
    rf"|megkaptuk {_REQUEST}|{_REQUEST} (?:megérkezett|beérkezett)|am primit (?:mesaj|solicit|cerer)"
    rf"|a fost (?:înregistrat|primit)"
    rf"|(?:получили|отримали|получихме) ваш|(?:ваш\w*|твое|твій) {_REQUEST}\b.{{0,40}}(?:получен|зарегистрирован|принят"
    r"|отриман|зареєстрован|получен)"
    r"|λάβαμε|έχουμε λάβει|(?:tarafımıza|bize) ulaş|alınmıştır|almış bulunuyoruz"
    r"|受け付け|受付いたし|承りました|受信(?:いた|し)ました|(?:邮件|郵件|来信|來信|请求|請求).{0,12}(?:已(?:经)?|我们|我們)收到|접수(?:되|하)"
)
_WILL_ANSWER: Final = re.compile(
    r"\b(?:will|shall|aim to|endeavou?r to|is going to) (?:\w+ ){0,4}?(?:get back|come back|repl|respon|answer"
    r"|contact you|"
    r"be in (?:touch|contact)|follow|review|be review|be (?:answered|processed|handled))|being reviewed|reviewing your"
    r"|\b(?:wir|mitarbeiter\w*|team)\b.{0,60}\b(?:melden|melde[nt]|antworten|beantworten|bearbeite[nt]|kontaktieren"
    r"|kümmern)"
    r"|\bwe (?:reply|respond|answer)\b|wird .{0,30}(?:bearbeitet|beantwortet)|sera traitée?|vous contactera"
    r"|beantwortung|retornaremos|daremos respuesta"
    r"|reageren|meldet sich|répondr\w*"
    r"|recontacter\w*|traiter\w* (?:votre|dans)|responder\w*|contactar\w*|pondr\w* en contacto"
    r"|entrar\w* em contato|contatter\w*|risponder\w*|ricontatter\w*|beantwoord\w*|contact (?:met u )?op"
    r"|neemt.{0,20}contact"
    r"|återkomm\w*|svarar?\b|vender? tilbage|svare[rn]?\b|vastaa\w*|odpowie\w*|skontaktu\w*|ozv\w*|odpoví\w*"
    r"|válaszol\w*|jelentkez\w*|răspund\w*|contacta\w*|свяж\w*|ответ\w*|відпов\w*|зв.яж\w*|свърж\w*|απαντ\w*"
    r"|επικοινων\w*"
    r"|dönüş|yanıtlan|iletişime geç|ご連絡|回答|返信|回复|回覆|联系您|聯絡您|답변|연락"
)
_SOON: Final = re.compile(
    r"\bwithin (?:\w+ ){1,2}(?:hours?|(?:business |working )?days?)|as soon as (?:possible|we can)|office hours"
    r"|\bshortly\b"
    r"|schnellstmöglich|in kürze|so bald wie möglich|innerhalb (?:von|der)|sous \d+ ?(?:h|jours)|meilleurs délais"
    r"|brefs délais"
    r"|(?:lo antes|o mais rápido|assim que) pos\w+|en breve|em breve|entro \d+|quanto prima|al più presto"
    r"|prima possibile"
    r"|\d werktage|binnen \d+|zo (?:snel|spoedig) mogelijk|inom \w+ (?:tim|dag|arbets)|så snart|hurtigst muligt"
    r"|inden for|snarest"
    r"|mahdollisimman pian|w ciągu|jak najszybciej|nejdříve|в ближайшее|как можно скорее|найближчим|mielőbb|hamarosan"
    r"|cel mai scurt|σύντομα|en kısa|尽快|盡快|工作日|折り返し|追って|빠른"
)
_THANKS: Final = re.compile(
    r"thank(?:s| you) for (?:your (?:\w+ )?(?:e-?mail|message|mail|enquiry|inquiry|request)|contacting|reaching"
    r"|writing)|(?:danke|dank) für ihre"
    r"|merci (?:pour|de) (?:votre|nous)|gracias por (?:su|contactar|escribir)|obrigad[oa] por|obrigad[oa] pel[oa] s"
    r"|(?:grazie|ringraziamo) per|bedankt voor|tack för (?:att|ditt|ert)|tak for (?:din|at)|takk for (?:din|at)"
    r"|kiitos (?:viest|yhteyd)|dziękujemy za|děkujeme za|köszönjük|mulțumim pentru|спасибо за|благодарим|дякуємо"
    r"|ευχαριστούμε|teşekkür ederiz|感谢您|感謝您|ありがとうござい|감사합니다"
)
_IS_AWAY: Final = re.compile(
    r"\b(?:is|ist|est|está|è|är|er|jest) (?:\w+ ){0,2}?(?:out of (?:the )?office|on (?:\w+ )?(?:leave|vacation"
    r"|holidays?)"
    r"|im urlaub|nicht im (?:büro|haus)|in elternzeit|en congés?|en vacances|de vacaciones|fuera de la oficina|in ferie"
    r"|fuori ufficio|met (?:vakantie|verlof)|på (?:semester|ferie)|na urlopie)\b"
)
_NUMBER: Final = re.compile(
    r"(?:\b(?:ticket|case|reference|request|support|vorgangs?|fall|dossier|caso|chamado|protocolo|pratica|zaak"
    r"|ärende|sag"
    r"|sak|sprawy|zgłoszenia|обращени[яе]|заявк[аи])[ -]?(?:number|id|no\.?|nr\.?|nummer|numero|número|n[°ºo]\.?)?"
    r"|\b(?:under|assigned|with|unter(?: der)?|sous|con|bajo|com|sob|met|onder|med|under|pod|číslem|под|за|με|com)\b"
    r"(?: \w+){0,2} (?:number|id|nummer|\w{0,12}nummer|numéro|numero|número|numerem|číslem|номер\w*|αριθμό)"
    r"|番号|编号|編號|번호|(?:^|[\s(\[])#|№)(?:\s(?:is|ist|est|es|è))?[\W_]{0,4}[a-z-]{0,8}\d{3,}"
)
_YOUR_MAIL: Final = re.compile(
    rf"\b(?:your|all|any|future|further|ihre?n?|vos|votre|toutes?|tous|sus?|sua|suas|seu|seus|le (?:vostre|sue)|uw|alle"
    rf"|ditt|din|dina|jeres|teidän|państwa|vaše|az ön|ваш\w*|ваші|您的|今後の) ?(?:future |further )?{_REQUEST}"
)
_CHALLENGE: Final = re.compile(
    r"(?:your|the) (?:e-?mail|message|mail) .{0,60}?(?:(?:is being|was|has been|is) held (?:because|until|pending"
    r"|for (?:approval|moderation|review|verification))|awaits? (?:moderat|approv)\w+|waitlisted|requires? "
    r"(?:confirmation|verification)|needs (?:to be )?confirm)"
    r"|(?:confirm|verify) (?:that )?you (?:are|sent).{0,80}(?:human|this message|by (?:clicking|replying))"
    r"|spam ?arrest|boxbe|\btmda\b|mailblocks|challenge[-/]response|sender verification|(?:my|his|her) (?:list of )?"
    r"(?:approved senders?|guest list)|apologi[sz]e for this automatic"
    r"|click.{0,60}(?:so (?:that )?(?:i can receive|your)|to (?:deliver|release) (?:your|the) (?:e-?mail|message))"
    r"|pour que votre (?:message|e-?mail|courriel) (?:soit|puisse).{0,120}(?:cliqu|lien|authentif|identif)"
    r"|authentifi\w+.{0,60}(?:cliqu|lien)"
    r"|damit ihre (?:e-?mail|nachricht).{0,40}(?:zugestellt|ankommt).{0,120}(?:klick|link|bestätig)"
    r"|para que (?:su|tu|sua) (?:mensaje|correo|mensagem) (?:sea|llegue|seja).{0,120}(?:cli[cq]|confirm|enlace|link)"
    r"|affinché il (?:suo|tuo) messaggio.{0,120}(?:clicc|link|conferm)"
)
_READ: Final = re.compile(
    r"your (?:message|document|mail)\W{1,6}.{0,300}\b(?:was|has been) (?:read|deleted|displayed|accessed|opened"
    r"|received by(?! (?:all|both|every\w*|me|my|us|him|her|them|our (?!e-?mail|mail|server|system))\b))"
    r"|the message (?:sent|that you sent).{0,120}(?:was|has been) (?:read|displayed)"
    r"|\brecipients?\b.{0,200}\baccessed\b"
    r"|would like to recall the (?:e-?mail|message)|möchte die nachricht .{0,200}zurückrufen"
    r"|souhaite rappeler le message|desea recuperar el mensaje"
    r"|confirmation of (?:reading|delivery):|ihre nachricht.{0,200}(?:wurde gelesen|wurde (?:am|um).{0,40}gelesen)"
    r"|votre message.{0,200}a été (?:lu|affiché|supprimé)|(?:su|el) mensaje.{0,200}(?:fue|ha sido) (?:leído|eliminado)"
    r"|(?:a sua|sua) mensagem.{0,200}foi (?:lida|excluída|eliminada)|il (?:suo )?messaggio.{0,200}è stato (?:letto"
    r"|eliminato)"
    r"|uw bericht.{0,200}is (?:gelezen|verwijderd)|wiadomość.{0,200}została (?:przeczytana|usunięta)"
    r"|(?:ditt meddelande|din meddelelse|meldingen).{0,200}(?:lästes|blev læst|ble lest)|開封されました|已被?阅读"
)
_GONE: Final = re.compile(
    r"\bhas left (?:the|our|us)\b|\bno longer (?:works?|working|employed|with|at|part of)\b|has retired\b"
    r"|nicht mehr (?:in|bei|für|im|unter).{0,40}?(?:tätig|beschäftigt|unternehmen|erreichbar)"
    r"|unternehmen .{0,12}verlassen"
    r"|aus(?: unserem| dem) unternehmen ausgeschieden|ne (?:fait|travaille) plus (?:partie|chez|pour|dans)"
    r"|a quitté (?:l'entreprise|la société|notre)|ya no (?:trabaja|forma parte|labora)|(?:já )?não (?:trabalha"
    r"|faz) mais"
    r"|já não (?:trabalha|faz)|non (?:lavora|fa) più|(?:niet (?:meer|langer) (?:bij|werkzaam|voor)|werkt niet meer)"
    r"|(?:arbetar|jobbar) inte längre|har slutat|(?:arbejder|jobber|arbeider) ikke (?:længere|lenger)"
    r"|ei (?:ole|työskentele) enää|nie (?:pracuje|jest już)|już nie pracuje|již (?:nepracuje|není)|už nepracuje"
    r"|már nem dolgozik|nu mai (?:lucrează|face parte)|больше не работает|більше не працює|вече не работи"
    r"|δεν εργάζεται πλέον|artık .{0,30}çalışm|已离职|已離職|不再(?:任职|担任)|退職(?:いたし|し)ました|퇴사"
)
_TURN_TO: Final = re.compile(
    r"[^\s@]{1,64}@[^\s@]{1,255}|\b(?:contact|direct|address|send|forward|turn to|call)\b|wenden|contacter|adresser"
    r"|dirig|"
    r"contact(?:e|ar|are|eer)|kontakt|ota(?:kaa)? yhteyttä|обраща|зверта|iletişim|联系|聯絡|連絡|연락"
)
_SAYS_I: Final = re.compile(
    r"(?<![\w.@/-])(?:i|i['’](?:m|ll|ve|d)|me|my|ich|mir|mich|meine?[rnms]?|je|j['’]\w+|moi|mon|ma|mes|yo|mí|mi|eu"
    r"|meus?|minhas?"
    r"|m['’]\w+|io|mio|mia|ik|mij|mijn|jag|mig|min|mitt|jeg|meg|minä|minun|mnie|mój|moja|já|mne|můj|én|nekem|я"
    r"|мне|меня|мой"
    r"|мені|мене|εγώ|μου|ben|bana|benim)(?![\w\u0307-])|我(?!们|們)|私|저는|제가"
)
_ASKS: Final = re.compile(r"[?？؟]")


_ARRIVED: Final = re.compile(
    r"\W{0,9}(?:you(?:['’]ve| have)|sie haben|vous avez|(?:usted )?tiene|(?:você )?tem|(?:lei )?ha|u (?:heeft|hebt)"
    r"|du har|masz|máte|у вас)\b (?:[\w()]{1,12} ){0,4}?(?:voice ?mail|voice ?message|fax|sprachnachricht|message vocal"
    r"|mensaje de voz|mensagem de voz|messaggio vocale|voicemail|spraakbericht|röstmeddelande|talebesked|talebeskjed"
    r"|wiadomość głosow|hlasovou zprávu|голосов\w+ сообщени)"
)
_LASTS: Final = re.compile(
    r"\(\d{1,2}:\d\d(?::\d\d)?\b|\b(?:length|duration|dauer|länge|durée|duración|duração|durata|duur|längd|varighed"
    r"|varighet|długość|délka|длительность)\W{1,3}\d|\b\d{1,4} ?(?:sec|seconds?|sek|sekunden|secondes?|segundos)\b"
)
"""How long what was spoken lasts: telephone systems say it, people who tell of a call do not."""
_POINTS_AT_IT: Final = re.compile(
    r"\b(?:see|look|read|got|fyi|what (?:is|does)|siehe|unten|anbei|voir|ci-(?:dessous|joint)|ver|véase|abajo|vedi"
    r"|sotto|zie"
    r"|hieronder|nedan|nedenfor|poniżej|níže|ниже|下記|见下)\b"
)


def _declares(text: str) -> bool:
    """Whether a sentence says that a machine wrote this mail, and nothing above it points at what somebody received."""
    above = 0
    for sentence in _SENTENCE_END.split(text):
        if _DECLARES.match(sentence) and not _SAYS_I.search(sentence):
            return not (_ASKS.search(text[:above]) or _POINTS_AT_IT.search(text[:above]))
        above += len(sentence) + 1
    return False


def says_i(text: str) -> bool:
    """Tell whether somebody in a text speaks of himself."""
    return _SAYS_I.search(text.lower()) is not None


def machines_words(opening: str, lines: str) -> str | None:
    """Name the rule that shows a machine in a mail's first words.

    `opening` has its white space single, `lines` stand as written. The patterns are in lower case: twice as fast.
    """
    opening, lines = opening.lower(), lines.lower()
    if _CHALLENGE.search(opening[:800]):
        return "words of a challenge to the sender"
    if _READ.search(opening[:500]):
        return "words of a read receipt"
    if _declares(lines) or _declares(opening):
        return "says that a machine wrote it"
    unread = _UNREAD.search(opening)
    if unread and (unread.start() < 40 or _turns_away(opening)):
        return "says that nobody reads answers"
    if _SAYS_I.search(opening) or _ASKS.search(opening):
        return None
    if _ARRIVED.match(opening) and _LASTS.search(opening[:400]):
        return "announces a voice message"
    return _words_of_an_office(opening, unread=unread is not None)


def _turns_away(opening: str) -> bool:
    """Whether a mail thanks for one and sends its writer elsewhere: beside an unread box, who says "I" has left."""
    return bool(_THANKS.search(opening[:200]) and _TURN_TO.search(opening)) and not _ASKS.search(opening)


def _words_of_an_office(opening: str, *, unread: bool) -> str | None:
    """What people say as well, two sorts of it together, from somebody who never says "I"."""
    no_answer = _NO_ANSWER.search(opening) is not None
    promises = no_answer or unread or _WILL_ANSWER.search(opening) or _NUMBER.search(opening)
    if promises and _RECEIVED.search(opening[:_MAX_RECEIPT_CHARS]):
        return "words of an acknowledgement"
    if (
        _THANKS.search(opening[:200])
        and _WILL_ANSWER.search(opening)
        and (_SOON.search(opening) or _NUMBER.search(opening))
    ):
        return "thanks and promises an answer"
    if _IS_AWAY.search(opening[:200]) and _WHOM_TO_TURN_TO.search(opening):
        return "says that somebody is away"
    if no_answer and (unread or any(_asks_only_for_no_answer(one) for one in _SENTENCE_END.split(opening))):
        return "asks for no answer"
    if _GONE.search(opening[:400]) and _TURN_TO.search(opening) and _YOUR_MAIL.search(opening):
        return "says that somebody left"
    return None


def _asks_only_for_no_answer(sentence: str) -> bool:
    """Whether that is all that a sentence says: a person goes on, with what to do instead."""
    return len(sentence) <= _MAX_PLEA_CHARS and "," not in sentence and _NO_ANSWER.search(sentence) is not None
