"""Answers to mails that are not ours, in many languages: what each mail program would send, built from a table.

In: a `Tongue`, which holds what the person types, what he answers, and the words of his program. Out: octets.
The words are written for these tests; the forms follow what the programs are seen to write.
"""

from __future__ import annotations

import html
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage


@dataclass(frozen=True)
class Tongue:
    """A language: two paragraphs typed, an old mail, and how programs in it introduce that."""

    code: str
    typed: tuple[str, str]
    old: str
    attribution: str
    labels: tuple[str, str, str, str]
    sent: str
    tagline: str
    original: str

    @property
    def new(self) -> str:
        """The words typed, as a reading should give them."""
        return "\n\n".join(self.typed)

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """The printed header of the old mail: labels and values."""
        values = ("Nils Berg <nils@berg.example>", self.sent, "ann@customer.example", "Pump 3")
        return tuple(zip(self.labels, values, strict=True))


# fmt: off
WHO = "Nils Berg <nils@berg.example>"
TONGUES = (
    Tongue("en", ("It works again.", "Do I owe you anything?"), "Turn the valve to the left.",
           f"On Tue, Jun 9, 2026 at 4:05 PM {WHO} wrote:", ("From", "Sent", "To", "Subject"),
           "Tuesday, June 9, 2026 4:05 PM", "Sent from my Galaxy", "Original Message"),
    Tongue("de", ("Sie läuft wieder.", "Was bin ich schuldig?"), "Drehen Sie das Ventil nach links.",
           f"Am Di., 9. Juni 2026 um 16:05 Uhr schrieb {WHO}:", ("Von", "Gesendet", "An", "Betreff"),
           "Dienstag, 9. Juni 2026 16:05", "Von meinem iPhone gesendet", "Ursprüngliche Nachricht"),
    Tongue("fr", ("Elle marche à nouveau.", "Que vous dois-je ?"), "Tournez la vanne à gauche.",
           f"Le mar. 9 juin 2026 à 16:05, {WHO} a écrit :", ("De", "Envoyé", "À", "Objet"),
           "mardi 9 juin 2026 16:05", "Envoyé de mon iPhone", "Message d'origine"),
    Tongue("es", ("Ya funciona otra vez.", "¿Cuánto le debo?"), "Gire la válvula a la izquierda.",
           f"El mar, 9 jun 2026 a las 16:05, {WHO} escribió:", ("De", "Enviado", "Para", "Asunto"),
           "martes, 9 de junio de 2026 16:05", "Enviado desde mi iPhone", "Mensaje original"),
    Tongue("pt", ("Já funciona de novo.", "Quanto lhe devo?"), "Gire a válvula para a esquerda.",
           f"Em ter., 9 de jun. de 2026 às 16:05, {WHO} escreveu:", ("De", "Enviado", "Para", "Assunto"),
           "terça-feira, 9 de junho de 2026 16:05", "Enviado do meu iPhone", "Mensagem original"),
    Tongue("it", ("Funziona di nuovo.", "Quanto le devo?"), "Giri la valvola a sinistra.",
           f"Il giorno mar 9 giu 2026 alle ore 16:05 {WHO} ha scritto:", ("Da", "Inviato", "A", "Oggetto"),
           "martedì 9 giugno 2026 16:05", "Inviato da iPhone", "Messaggio originale"),
    Tongue("nl", ("Hij doet het weer.", "Wat ben ik u schuldig?"), "Draai de klep naar links.",
           f"Op di 9 jun 2026 om 16:05 schreef {WHO}:", ("Van", "Verzonden", "Aan", "Onderwerp"),
           "dinsdag 9 juni 2026 16:05", "Verstuurd vanaf mijn iPhone", "Oorspronkelijk bericht"),
    Tongue("sv", ("Den fungerar igen.", "Vad är jag skyldig?"), "Vrid ventilen åt vänster.",
           f"Den tis 9 juni 2026 kl 16:05 skrev {WHO}:", ("Från", "Skickat", "Till", "Ämne"),
           "den 9 juni 2026 16:05", "Skickat från min iPhone", "Ursprungligt meddelande"),
    Tongue("da", ("Den virker igen.", "Hvad skylder jag?"), "Drej ventilen til venstre.",
           f"Den tirs. 9. jun. 2026 kl. 16.05 skrev {WHO}:", ("Fra", "Sendt", "Til", "Emne"),
           "9. juni 2026 16:05", "Sendt fra min iPhone", "Oprindelig meddelelse"),
    Tongue("nb", ("Den virker nå.", "Hva skylder jeg deg?"), "Vri ventilen mot venstre.",
           f"tir. 9. juni 2026 kl. 16:05 skrev {WHO}:", ("Fra", "Sendt", "Til", "Emne"),
           "tirsdag 9. juni 2026 16:05", "Sendt fra min iPhone", "Opprinnelig melding"),
    Tongue("fi", ("Se toimii taas.", "Mitä olen velkaa?"), "Käännä venttiiliä vasemmalle.",
           f"ti 9. kesäk. 2026 klo 16.05 {WHO} kirjoitti:", ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"),
           "tiistai 9. kesäkuuta 2026 16.05", "Lähetetty iPhonesta", "Alkuperäinen viesti"),
    Tongue("pl", ("Znowu działa.", "Ile jestem winien?"), "Proszę obrócić zawór w lewo.",
           f"wt., 9 cze 2026 o 16:05 {WHO} napisał(a):", ("Od", "Wysłano", "Do", "Temat"),
           "wtorek, 9 czerwca 2026 16:05", "Wysłane z iPhone'a", "Wiadomość oryginalna"),
    Tongue("cs", ("Už zase běží.", "Kolik vám dlužím?"), "Otočte ventilem doleva.",
           f"út 9. 6. 2026 v 16:05 odesílatel {WHO} napsal:", ("Od", "Odesláno", "Komu", "Předmět"),
           "úterý 9. června 2026 16:05", "Odesláno z iPhonu", "Původní zpráva"),
    Tongue("sk", ("Už zase beží.", "Koľko vám dlhujem?"), "Otočte ventilom doľava.",
           f"ut 9. 6. 2026 o 16:05 {WHO} napísal(a):", ("Od", "Odoslané", "Komu", "Predmet"),
           "utorok 9. júna 2026 16:05", "Odoslané z môjho iPhonu", "Pôvodná správa"),
    Tongue("hu", ("Megint működik.", "Mennyivel tartozom?"), "Fordítsa balra a szelepet.",
           f"{WHO} ezt írta (időpont: 2026. jún. 9., K, 16:05):", ("Feladó", "Elküldve", "Címzett", "Tárgy"),
           "2026. június 9., kedd 16:05", "Küldve az iPhone-omról", "Eredeti üzenet"),
    Tongue("ro", ("Merge din nou.", "Cât vă datorez?"), "Rotiți robinetul spre stânga.",
           f"Pe mar., 9 iun. 2026 la 16:05, {WHO} a scris:", ("De la", "Trimis", "Către", "Subiect"),
           "marți, 9 iunie 2026 16:05", "Trimis de pe iPhone-ul meu", "Mesaj original"),
    Tongue("ru", ("Снова работает.", "Сколько я должен?"), "Поверните вентиль влево.",
           f"вт, 9 июн. 2026 г. в 16:05, {WHO}:", ("От", "Отправлено", "Кому", "Тема"),
           "9 июня 2026 г. 16:05", "Отправлено с iPhone", "Исходное сообщение"),
    Tongue("uk", ("Знову працює.", "Скільки я винен?"), "Поверніть вентиль ліворуч.",
           f"вт, 9 черв. 2026 р. о 16:05 {WHO} пише:", ("Від", "Надіслано", "Кому", "Тема"),
           "9 червня 2026 р. 16:05", "Надіслано з iPhone", "Вихідне повідомлення"),
    Tongue("bg", ("Пак работи.", "Колко ви дължа?"), "Завъртете крана наляво.",
           f"На вт, 9.06.2026 г. в 16:05 {WHO} написа:", ("От", "Изпратено", "До", "Относно"),
           "9 юни 2026 г. 16:05", "Изпратено от моя iPhone", "Оригинално съобщение"),
    Tongue("el", ("Λειτουργεί ξανά.", "Πόσα σας χρωστάω;"), "Στρίψτε τη βαλβίδα αριστερά.",
           f"Στις Τρί 9 Ιουν 2026 στις 4:05 μ.μ., ο χρήστης {WHO} έγραψε:", ("Από", "Στάλθηκε", "Προς", "Θέμα"),
           "Τρίτη, 9 Ιουνίου 2026 4:05 μμ", "Στάλθηκε από το iPhone μου", "Αρχικό μήνυμα"),
    Tongue("tr", ("Yine çalışıyor.", "Borcum ne kadar?"), "Vanayı sola çevirin.",
           f"{WHO}, 9 Haz 2026 Sal, 16:05 tarihinde şunu yazdı:", ("Kimden", "Gönderildi", "Kime", "Konu"),
           "9 Haziran 2026 Salı 16:05", "iPhone'umdan gönderildi", "Özgün ileti"),
    Tongue("hr", ("Opet radi.", "Koliko vam dugujem?"), "Okrenite ventil ulijevo.",
           f"uto, 9. lip 2026. u 16:05 {WHO} napisao je:", ("Šalje", "Poslano", "Prima", "Predmet"),
           "9. lipnja 2026. 16:05", "Poslano s mog iPhonea", "Izvorna poruka"),
    Tongue("ja", ("また動きました。", "お代はいくらですか。"), "バルブを左に回してください。",
           f"2026年6月9日(火) 16:05 {WHO}:", ("差出人", "送信日時", "宛先", "件名"),
           "2026年6月9日 16:05", "iPhoneから送信", "元のメッセージ"),
    Tongue("zh-CN", ("又可以用了。", "我需要付多少钱？"), "请把阀门向左转。",
           f"{WHO} 于2026年6月9日周二 16:05写道：", ("发件人", "发送时间", "收件人", "主题"),
           "2026年6月9日 16:05", "发自我的iPhone", "原始邮件"),
    Tongue("zh-TW", ("又可以用了。", "我需要付多少錢？"), "請把閥門向左轉。",
           f"{WHO} 於 2026年6月9日 週二 下午4:05寫道：", ("寄件者", "寄件日期", "收件者", "主旨"),
           "2026年6月9日 下午 04:05", "從我的iPhone傳送", "原始郵件"),
    Tongue("ko", ("다시 작동합니다.", "얼마를 드려야 하나요?"), "밸브를 왼쪽으로 돌리세요.",
           f"2026년 6월 9일 (화) 오후 4:05, {WHO}님이 작성:", ("보낸 사람", "보낸 날짜", "받는 사람", "제목"),
           "2026년 6월 9일 화요일 오후 4:05", "나의 iPhone에서 보냄", "원본 메시지"),
    Tongue("vi", ("Nó chạy lại rồi.", "Tôi nợ bao nhiêu?"), "Hãy xoay van sang trái.",
           f"Vào Th 3, 9 thg 6, 2026 vào lúc 16:05 {WHO} đã viết:", ("Từ", "Đã gửi", "Đến", "Chủ đề"),
           "09 Tháng Sáu 2026 16:05", "Đã gửi từ iPhone của tôi", "Thư gốc"),
    Tongue("ar", ("تعمل من جديد.", "كم علي أن أدفع؟"), "أدر الصمام إلى اليسار.",
           f"في الثلاثاء، 9 يونيو 2026 في 4:05 م تمت كتابة ما يلي بواسطة {WHO}:",
           ("من", "تاريخ الإرسال", "إلى", "الموضوع"), "09/يونيو/2026 04:05", "مُرسل من الـ iPhone", "الرسالة الأصلية"),
    Tongue("he", ("זה עובד שוב.", "כמה אני חייב?"), "סובב את השסתום שמאלה.",
           f"בתאריך יום ג׳, 9 ביוני 2026 ב-16:05 מאת {WHO}:", ("מאת", "נשלח", "אל", "נושא"),
           "יום שלישי 09 יוני 2026 16:05", "נשלח מה-iPhone שלי", "הודעה מקורית"),
)
# fmt: on


def _message(plain: str | None = None, page: str | None = None) -> bytes:
    message = EmailMessage()
    message["From"] = "Ann Field <ann@customer.example>"
    message["To"] = "Nils Berg <nils@berg.example>"
    message["Subject"] = "Re: Pump 3"
    message["Message-ID"] = "<two@customer.example>"
    message["In-Reply-To"] = "<one@berg.example>"
    if plain is not None:
        message.set_content(plain)
    if page is not None and plain is not None:
        message.add_alternative(page, subtype="html")
    elif page is not None:
        message.set_content(page, subtype="html")
    return message.as_bytes()


def _old(tongue: Tongue) -> str:
    return f"{tongue.old}\n\nNils Berg"


def _marked(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _paragraphs(text: str) -> str:
    return "".join(f"<div>{html.escape(line) or '<br>'}</div>" for line in text.split("\n"))


def _block(tongue: Tongue, *, bold: str = "", space: str = " ") -> str:
    return "\n".join(f"{bold}{label}:{bold}{space}{value}" for label, value in tongue.fields)


def _block_html(tongue: Tongue) -> str:
    return "<br>".join(f"<b>{label}:</b> {html.escape(value)}" for label, value in tongue.fields)


def text_quote(tongue: Tongue) -> bytes:
    return _message(f"{tongue.new}\n\n{tongue.attribution}\n{_marked(_old(tongue))}\n")


def text_quote_wrapped(tongue: Tongue) -> bytes:
    line = "\n".join(textwrap.wrap(tongue.attribution, 60, break_long_words=False, break_on_hyphens=False))
    return _message(f"{tongue.new}\n\n{line}\n\n{_marked(_old(tongue))}\n")


def text_unmarked(tongue: Tongue) -> bytes:
    return _message(f"{tongue.new}\n\n{tongue.attribution}\n\n{_old(tongue)}\n")


def text_tagline(tongue: Tongue) -> bytes:
    return _message(f"{tongue.new}\n\n{tongue.tagline}\n\n> {tongue.attribution}\n> \n{_marked(_old(tongue))}\n")


def text_tagline_alone(tongue: Tongue) -> bytes:
    return _message(f"{tongue.new}\n\n{tongue.tagline}\n")


def outlook_text(tongue: Tongue) -> bytes:
    return _message(f"{tongue.new}\n\n{'_' * 32}\n{_block(tongue)}\n\n{_old(tongue)}\n")


def outlook_text_without_rule(tongue: Tongue) -> bytes:
    return _message(f"{tongue.new}\n\n\n{_block(tongue)}\n\n{_old(tongue)}\n")


def outlook_original(tongue: Tongue) -> bytes:
    return _message(f"{tongue.new}\n\n-----{tongue.original}-----\n{_block(tongue)}\n\n{_old(tongue)}\n")


def outlook_stars(tongue: Tongue) -> bytes:
    return _message(f"{tongue.new}\n\n{_block(tongue, bold='*')}\n\n{_old(tongue)}\n")


def outlook_html(tongue: Tongue) -> bytes:
    page = (
        f'<html><body lang="{tongue.code}"><div class="WordSection1">'
        + "".join(f'<p class="MsoNormal">{line}<o:p>&nbsp;</o:p></p>' for line in tongue.new.split("\n"))
        + '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
        f'<p class="MsoNormal">{_block_html(tongue)}</p></div></div>'
        f'<p class="MsoNormal">{tongue.old}</p><p class="MsoNormal">Nils Berg</p></div></body></html>'
    )
    return _message(page=page)


def outlook_web(tongue: Tongue) -> bytes:
    page = (
        f'<html><body>{_paragraphs(tongue.new)}<div id="appendonsend"></div><hr style="display:inline-block;'
        f'width:98%"><div id="divRplyFwdMsg" dir="ltr"><font>{_block_html(tongue)}</font><div>&nbsp;</div></div>'
        f"{_paragraphs(_old(tongue))}</body></html>"
    )
    return _message(page=page)


def gmail_html(tongue: Tongue) -> bytes:
    page = (
        f'<div dir="ltr">{_paragraphs(tongue.new)}</div><br><div class="gmail_quote"><div dir="ltr" '
        f'class="gmail_attr">{html.escape(tongue.attribution)}<br></div><blockquote class="gmail_quote" '
        f'style="margin:0 0 0 .8ex">{_paragraphs(_old(tongue))}</blockquote></div>'
    )
    return _message(page=page)


def apple_html(tongue: Tongue) -> bytes:
    page = (
        f'<html><body>{_paragraphs(tongue.new)}<div><br><blockquote type="cite"><div>'
        f"{html.escape(tongue.attribution)}</div><br><div>{_paragraphs(_old(tongue))}</div></blockquote></div></body>"
    )
    return _message(page=page)


def thunderbird_html(tongue: Tongue) -> bytes:
    page = (
        f'<html><body>{_paragraphs(tongue.new)}<div class="moz-cite-prefix">{html.escape(tongue.attribution)}<br>'
        f'</div><blockquote type="cite" cite="mid:one@berg.example">{_paragraphs(_old(tongue))}</blockquote></body>'
    )
    return _message(page=page)


def unknown_html(tongue: Tongue) -> bytes:
    page = f"<p>{'</p><p>'.join(tongue.typed)}</p><p>{html.escape(tongue.attribution)}</p><p>{tongue.old}</p>"
    return _message(page=page)


def notes_table(tongue: Tongue) -> bytes:
    """Lotus Notes prints its header as a table, whose labels and values come out on lines of their own."""
    rows = "".join(
        f'<tr><td width="1%"><font color="#5F5F5F">{label}:</font></td><td><font>{html.escape(value)}</font></td></tr>'
        for label, value in tongue.fields
    )
    return _message(page=f"{_paragraphs(tongue.new)}<br><table>{rows}</table><hr>{_paragraphs(_old(tongue))}")


def notes_text(tongue: Tongue) -> bytes:
    block = "\n".join(f"{label}:\n{value}" for label, value in tongue.fields)
    return _message(f"{tongue.new}\n\n\n\n{block}\n\n{_old(tongue)}\n")


def notes_aligned(tongue: Tongue) -> bytes:
    return _message(f"{tongue.new}\n\n\n{_block(tongue, space=chr(9))}\n\n\n\n{_old(tongue)}\n")


CLIENTS: tuple[Callable[[Tongue], bytes], ...] = (
    text_quote, text_quote_wrapped, text_unmarked, text_tagline, text_tagline_alone, outlook_text,
    outlook_text_without_rule, outlook_original, outlook_stars, outlook_html, outlook_web, gmail_html, apple_html,
    thunderbird_html, unknown_html, notes_table, notes_text, notes_aligned,
)  # fmt: skip
