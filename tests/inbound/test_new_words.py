"""What an author typed, told from what he answered, signed, or had added for him."""

import pytest

from tests.inbound.mails import reading, words

NEW = "The pump still leaks.\n\nShould I send it back?"
OLD = "Please tighten the screws.\nBob"

HEADER_BLOCKS = {
    "en": ("From: Bob Carter <bob@acme.example>", "Sent: Monday, 5 January 2026 09:12", "To: Ann Field",
    "Subject: Pump"),
    "en starred": ("*From:* Bob Carter [mailto:bob@acme.example]", "*Sent:* Monday, 5 January 2026 09:12",
    "*To:* Ann Field", "*Subject:* Pump"),
    "de": ("Von: Bob Carter <bob@acme.example>", "Gesendet: Montag, 5. Januar 2026 09:12", "An: Ann Field",
    "Betreff: Pumpe"),
    "fr": ("De : Bob Carter <bob@acme.example>", "Envoyé : lundi 5 janvier 2026 09:12", "À : Ann Field",
    "Objet : Pompe"),
    "es": ("De: Bob Carter <bob@acme.example>", "Enviado el: lunes, 5 de enero de 2026 9:12", "Para: Ann Field",
    "Asunto: Bomba"),
    "pt": ("De: Bob Carter <bob@acme.example>", "Enviado: segunda-feira, 5 de janeiro de 2026 09:12",
    "Para: Ann Field", "Assunto: Bomba"),
    "it": ("Da: Bob Carter <bob@acme.example>", "Inviato: lunedì 5 gennaio 2026 09:12", "A: Ann Field",
    "Oggetto: Pompa"),
    "nl": ("Van: Bob Carter <bob@acme.example>", "Verzonden: maandag 5 januari 2026 09:12", "Aan: Ann Field",
    "Onderwerp: Pomp"),
    "sv": ("Från: Bob Carter <bob@acme.example>", "Skickat: den 5 januari 2026 09:12", "Till: Ann Field", "Ämne: Pump"),
    "da": ("Fra: Bob Carter <bob@acme.example>", "Sendt: 5. januar 2026 09:12", "Til: Ann Field", "Emne: Pumpe"),
    "fi": ("Lähettäjä: Bob Carter <bob@acme.example>", "Lähetetty: 5. tammikuuta 2026 9:12",
    "Vastaanottaja: Ann Field", "Aihe: Pumppu"),
    "pl": ("Od: Bob Carter <bob@acme.example>", "Wysłano: poniedziałek, 5 stycznia 2026 09:12", "Do: Ann Field",
    "Temat: Pompa"),
    "cs": ("Od: Bob Carter <bob@acme.example>", "Odesláno: pondělí 5. ledna 2026 9:12", "Komu: Ann Field",
    "Předmět: Čerpadlo"),
    "sk": ("Od: Bob Carter <bob@acme.example>", "Odoslané: pondelok 5. januára 2026 9:12", "Komu: Ann Field",
    "Predmet: Čerpadlo"),
    "hu": ("Feladó: Bob Carter <bob@acme.example>", "Elküldve: 2026. január 5., hétfő 9:12", "Címzett: Ann Field",
    "Tárgy: Szivattyú"),
    "ro": ("De la: Bob Carter <bob@acme.example>", "Trimis: luni, 5 ianuarie 2026 09:12", "Către: Ann Field",
    "Subiect: Pompă"),
    "ru": ("От: Bob Carter <bob@acme.example>", "Отправлено: 5 января 2026 г. 9:12", "Кому: Ann Field", "Тема: Насос"),
    "uk": ("Від: Bob Carter <bob@acme.example>", "Надіслано: 5 січня 2026 р. 9:12", "Кому: Ann Field", "Тема: Насос"),
    "el": ("Από: Bob Carter <bob@acme.example>", "Εστάλη: Δευτέρα, 5 Ιανουαρίου 2026 9:12", "Προς: Ann Field",
    "Θέμα: Αντλία"),
    "tr": ("Kimden: Bob Carter <bob@acme.example>", "Gönderilme: 5 Ocak 2026 Pazartesi 09:12", "Kime: Ann Field",
    "Konu: Pompa"),
    "bg": ("От: Bob Carter <bob@acme.example>", "Изпратено: 5 януари 2026 г. 9:12", "До: Ann Field", "Относно: Помпа"),
    "hr": ("Šalje: Bob Carter <bob@acme.example>", "Poslano: 5. siječnja 2026. 9:12", "Prima: Ann Field",
    "Predmet: Crpka"),
    "sl": ("Od: Bob Carter <bob@acme.example>", "Poslano: 5. januar 2026 9:12", "Za: Ann Field", "Zadeva: Črpalka"),
    "lt": ("Nuo: Bob Carter <bob@acme.example>", "Išsiųsta: 2026 m. sausio 5 d. 9:12", "Kam: Ann Field",
    "Tema: Siurblys"),
    "lv": ("No: Bob Carter <bob@acme.example>", "Nosūtīts: 2026. gada 5. janvāris 9:12", "Kam: Ann Field",
    "Tēma: Sūknis"),
    "et": ("Saatja: Bob Carter <bob@acme.example>", "Saadetud: 5. jaanuar 2026 9:12", "Saaja: Ann Field",
    "Teema: Pump"),
    "zh-cn": ("发件人: Bob Carter <bob@acme.example>", "发送时间: 2026年1月5日 9:12", "收件人: Ann Field", "主题: 泵"),
    "zh-tw": ("寄件者： Bob Carter <bob@acme.example>", "寄件日期： 2026年1月5日 上午 09:12", "收件者： Ann Field",
    "主旨： 泵"),
    "ja": ("差出人: Bob Carter <bob@acme.example>", "送信日時: 2026年1月5日 9:12", "宛先: Ann Field", "件名: ポンプ"),
    "ko": ("보낸 사람: Bob Carter <bob@acme.example>", "보낸 날짜: 2026년 1월 5일 월요일 오전 9:12",
    "받는 사람: Ann Field", "제목: 펌프"),
    "vi": ("Từ: Bob Carter <bob@acme.example>", "Đã gửi: 05 Tháng Giêng 2026 9:12", "Đến: Ann Field", "Chủ đề: Bơm"),
    "th": ("จาก: Bob Carter <bob@acme.example>", "ส่ง: 5 มกราคม 2569 9:12", "ถึง: Ann Field", "เรื่อง: ปั๊ม"),
    "id": ("Dari: Bob Carter <bob@acme.example>", "Dikirim: 05 Januari 2026 9:12", "Kepada: Ann Field",
    "Perihal: Pompa"),
    "ar": ("من: Bob Carter <bob@acme.example>", "تاريخ الإرسال: 05/يناير/2026 09:12", "إلى: Ann Field",
    "الموضوع: مضخة"),
    "he": ("מאת: Bob Carter <bob@acme.example>", "נשלח: יום שני 05 ינואר 2026 09:12", "אל: Ann Field", "נושא: משאבה"),
    "nb": ("Fra: Bob Carter <bob@acme.example>", "Sendt: mandag 5. januar 2026 09:12", "Til: Ann Field", "Emne: Pumpe"),
    "sr": ("Од: Bob Carter <bob@acme.example>", "Послато: 5. јануар 2026. 9:12", "За: Ann Field", "Тема: Пумпа"),
    "ca": ("De: Bob Carter <bob@acme.example>", "Enviat el: dilluns, 5 de gener de 2026 9:12", "Per a: Ann Field",
    "Assumpte: Bomba"),
    "fa": ("از: Bob Carter <bob@acme.example>", "ارسال شده: ۵ ژانویه ۲۰۲۶", "به: Ann Field", "موضوع: پمپ"),
    "hi": ("प्रेषक: Bob Carter <bob@acme.example>", "भेजा गया: सोमवार, 5 जनवरी 2026 9:12", "प्रति: Ann Field",
    "विषय: पंप"),
    "ms": ("Daripada: Bob Carter <bob@acme.example>", "Dihantar: Isnin, 5 Januari 2026 9:12", "Kepada: Ann Field",
    "Subjek: Pam"),
    "date first": ("Date: Mon, 5 Jan 2026 09:12:00 +0100", "From: bob@acme.example", "To: ann@customer.example",
    "Subject: Pump"),
}  # fmt: skip

SEPARATORS = [
    "-----Original Message-----",
    "----- Original Message -----",
    "-------- Original Message --------",
    "-----Ursprüngliche Nachricht-----",
    "-------- Original-Nachricht --------",
    "----- Message d'origine -----",
    "-------- Messaggio originale --------",
    "-----Mensaje original-----",
    "-----Mensagem original-----",
    "-----Oorspronkelijk bericht-----",
    "-----Ursprungligt meddelande-----",
    "-----Oprindelig meddelelse-----",
    "-----Alkuperäinen viesti-----",
    "-----Wiadomość oryginalna-----",
    "-----Původní zpráva-----",
    "-----Исходное сообщение-----",
    "------------------ 原始邮件 ------------------",
    "-----元のメッセージ-----",
    "-----원본 메시지-----",
    "-----הודעה מקורית-----",
    "##- Please write your answer above this line -##",
]

TAGLINES = [
    "Sent from my iPhone",
    "Sent from my Samsung Galaxy smartphone.",
    "Sent from Outlook for Android",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Sent via the Yahoo Mail app",
    "Sent from Mail for Windows",
    "Von meinem iPhone gesendet",
    "Gesendet von Mail für Windows",
    "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
    "Envoyé de mon iPhone",
    "Envoyé depuis l'application Mail Orange",
    "Enviado desde mi iPhone",
    "Enviado do meu iPhone",
    "Inviato da iPhone",
    "Verzonden vanaf mijn iPhone",
    "Verstuurd vanaf mijn Samsung-apparaat",
    "Skickat från min iPhone",
    "Sendt fra min iPhone",
    "Lähetetty iPhonesta",
    "Wysłane z iPhone'a",
    "Odesláno z iPhonu",
    "Odoslané z iPhonu",
    "Trimis de pe iPhone-ul meu",
    "Отправлено с iPhone",
    "Надіслано з iPhone",
    "Изпратено от моя iPhone",
    "Στάλθηκε από το iPhone μου",
    "iPhone'umdan gönderildi",
    "发自我的iPhone",
    "從我的iPhone傳送",
    "iPhoneから送信",
    "나의 iPhone에서 보냄",
    "Đã gửi từ iPhone của tôi",
    "ส่งจาก iPhone ของฉัน",
    "Dikirim dari iPhone saya",
    "أُرسلت من الـ iPhone",
    "נשלח מה-iPhone שלי",
    "Išsiųsta iš mano iPhone",
    "Saadetud minu iPhone'ist",
    "Poslano s mog iPhonea",
]  # fmt: skip

NOT_TAGLINES = [
    "Sent from the warehouse on Monday, it should be with you soon, is that fine?",
    "Sent it yesterday by post.",
    "Gesendet habe ich es gestern, aber es ist nicht angekommen.",
    "The part was sent from my office and is on its way",
]


@pytest.mark.parametrize("language", HEADER_BLOCKS)
def test_a_printed_header_block_begins_the_answered_mail(language):
    block = "\n".join(HEADER_BLOCKS[language])

    assert words(f"{NEW}\n\n{block}\n\n{OLD}\n") == NEW


@pytest.mark.parametrize("language", HEADER_BLOCKS)
def test_a_header_block_counts_with_a_blank_line_after_each_field(language):
    block = "\n\n".join(HEADER_BLOCKS[language])

    assert words(f"{NEW}\n\n{block}\n\n{OLD}\n") == NEW


@pytest.mark.parametrize("line", SEPARATORS)
def test_a_separator_begins_the_answered_mail(line):
    assert words(f"{NEW}\n\n{line}\n{OLD}\n") == NEW


@pytest.mark.parametrize("line", TAGLINES)
def test_a_devices_tagline_is_cut(line):
    assert words(f"{NEW}\n\n{line}\n") == NEW


@pytest.mark.parametrize("line", NOT_TAGLINES)
def test_a_persons_sentence_about_sending_stays(line):
    assert words(f"{NEW}\n\n{line}\n") == f"{NEW}\n\n{line}"


def test_quoted_lines_below_are_cut_and_named():
    found = reading(f"{NEW}\n\n> {OLD}".replace("\nBob", "\n> Bob"))

    assert found.text == NEW
    assert [cut.rule for cut in found.cuts] == ["quote"]


def test_answers_between_quoted_lines_keep_the_line_they_stand_under():
    text = (
        "Hello,\n\nOn 5 Jan 2026, Bob <b@acme.example> wrote:\n> Is it new?\n\nYes.\n\n> Long talk.\n"
        "> Does it leak?\n\nIt does.\n\n> Bye\n> Bob\n"
    )

    assert words(text) == "Hello,\n\n> Is it new?\n\nYes.\n\n> Long talk.\n> Does it leak?\n\nIt does."


def test_an_answer_below_the_whole_quote_stands_alone():
    text = "On 5 Jan 2026, Bob <b@acme.example> wrote:\n> Is it new?\n> Bob\n\nIt is new.\n"

    assert words(text) == "It is new."


def test_marked_lines_in_the_middle_of_what_a_person_says_are_his():
    said = "I typed\n$ pump --test > log\nand the display says\n> E17\n> E18\nCan I go on?"

    assert words(said) == said


def test_a_list_below_two_dashes_is_no_signature():
    said = "We need\n- a ring\n--\n- a tube, but later"

    assert words(said) == said


def test_sections_between_lines_of_dashes_are_a_persons():
    said = "Missing\n--\ntwo rings\n--\nAll else is here."

    assert words(said) == said


def test_sections_below_drawn_rules_are_a_persons():
    rule = "------------------"
    said = f"Two things.\n\n{rule}\nThe tube leaks.\n\n{rule}\nThe page shows\nwww.acme.example/old"

    assert words(said) == said


def test_a_contact_block_between_two_rules_is_a_signature():
    rule = "------------------"

    assert words(f"{NEW}\n\n{rule}\nAnn Field\nPhone: +44 20 7946 0000\n{rule}\n") == NEW


def test_two_signatures_one_below_the_other_are_cut():
    footer = "You received this message because you are subscribed to the group.\nhttps://lists.example/pumps"

    assert words(f"{NEW}\n\n--\nAnn Field\n\n--\n{footer}\n") == NEW


def test_a_quote_in_the_middle_of_a_sentence_is_a_persons():
    said = "Your leaflet says\n\n> Turn it left.\n\nbut it only turns right."

    assert words(said) == said


def test_a_printed_header_that_a_person_leads_up_to_is_shown():
    said = (
        "This one never arrived:\n\nFrom: bob@acme.example\nTo: ann@customer.example\nSubject: Pump\n"
        "Date: Mon, 5 Jan 2026 09:12:00 +0100\n\nIs it in your log?"
    )
    answered = "\n".join(HEADER_BLOCKS["de"])

    assert words(said) == said
    assert words(f"{said}\n\n{answered}\n\n{OLD}") == said


def test_a_forward_keeps_its_comment_and_the_forwarded_mail():
    text = (
        "Please look.\n\n---------- Forwarded message ---------\nFrom: Bob <bob@acme.example>\n"
        "Date: Mon, 5 Jan 2026\nSubject: Pump\nTo: Ann\n\nIt is the seal.\n"
    )

    found = words(text, subject="Fwd: Pump")

    assert found.startswith("Please look.")
    assert "It is the seal." in found


def test_a_signature_below_its_delimiter_is_cut():
    assert words(f"{NEW}\n\n-- \nAnn Field\nField Ltd\n") == NEW


def test_a_sign_off_with_a_name_stays():
    assert words(f"{NEW}\n\nBest regards,\nAnn\n") == f"{NEW}\n\nBest regards,\nAnn"


def test_the_ways_to_reach_a_person_below_a_sign_off_are_cut():
    text = f"{NEW}\n\nBest regards,\nAnn Field\nField Ltd, Harbour Road 5\nPhone: +44 20 7946 0000\nwww.field.example\n"

    assert words(text) == f"{NEW}\n\nBest regards,\nAnn Field"


def test_a_contact_block_above_a_legal_notice_is_cut():
    notice = (
        "This e-mail is confidential and intended only for the addressee. If you received it in error, please "
        "notify the sender and delete it."
    )
    text = (
        f"{NEW}\n\nBest regards,\n\nAnn Field\nBuyer | Field Ltd\nT: +44 20 7946 0000 | www.field.example\n\n{notice}"
    )

    assert words(text) == f"{NEW}\n\nBest regards,\n\nAnn Field"


def test_a_sign_off_in_two_languages_and_two_numbers_in_a_line():
    signed = "Mit freundlichen Grüßen / Best regards\nAnn Feld"

    assert words(f"{NEW}\n\n{signed}\nEinkauf\nTel. (0 41) 555-01, Fax 555-02\n") == f"{NEW}\n\n{signed}"


def test_of_two_sign_offs_the_last_stands_above_the_name():
    signed = "Merci d'avance.\nBien cordialement,\n\nAnne Champ"
    block = "Acheteuse\nTél. : +33 2 99 00 00 12\nwww.field.example"

    assert words(f"{NEW}\n\n{signed}\n{block}\n") == f"{NEW}\n\n{signed}"


def test_a_paragraph_below_a_contact_block_stays():
    block = "Buyer\nT: +44 20 7946 0000\nwww.field.example"
    added = (
        "By the way, the second pump that we ordered in autumn has the same trouble, only with the other tube, and "
        "nobody came."
    )

    assert words(f"{NEW}\n\nRegards\nAnn\n{block}\n\n{added}") == f"{NEW}\n\nRegards\nAnn\n{added}"


def test_a_configuration_is_no_printed_header():
    said = "Is it right?\n\nfrom: bob@acme.example\nto: ann@customer.example\nsubject: Pump\ndate: 09:12\n\nIt fails."

    assert words(said) == said


def test_original_message_above_a_printed_header_needs_no_dashes():
    text = "\n".join((NEW, "Sent from my BlackBerry", "  Original Message  ", *HEADER_BLOCKS["en"], "", OLD))

    assert words(text) == NEW


def test_what_a_person_tells_below_his_name_stays():
    said = (
        "Please call my colleague.\n\nThanks\nAnn\n\nHis numbers\nPhone: +44 20 7946 0000\nMobile: +44 7700 900000\n"
        "He speaks German as well."
    )

    assert words(said) == said


def test_a_phone_number_that_a_person_gives_stays():
    text = "My address for the parcel:\n\nAnn Field\nHarbour Road 5\nPhone: +44 20 7946 0000"

    assert words(text) == text


def test_a_confidentiality_notice_is_cut():
    notice = (
        "This e-mail is confidential and intended only for the addressee. If you received it in error, please "
        "notify the sender and delete it."
    )

    found = reading(f"{NEW}\n\n{notice}\n")

    assert found.text == NEW
    assert found.cuts[0].rule == "legal notice"


def test_a_person_who_says_that_something_is_confidential_is_heard():
    text = f"{NEW}\n\nPlease treat the drawing as confidential, it is not for the public."

    assert words(text) == text


def test_a_person_who_asks_about_what_is_confidential_is_heard():
    text = (
        "Is this message confidential and intended only for us? May our auditor see it, or is any disclosure "
        "prohibited? Please notify the sender of our question."
    )

    assert words(f"Hello,\n\n{text}") == f"Hello,\n\n{text}"


def test_a_count_of_what_was_sent_is_no_tagline():
    said = "Parcels:\n\nBy road: 3\n\nSent from Leeds: 12\n\nWhere are the others?"

    assert words(said) == said


def test_a_gateways_warning_on_top_is_cut():
    assert words(f"CAUTION: This email originated from outside the organization. Do not click links.\n\n{NEW}") == NEW


@pytest.mark.parametrize(
    "text", ["> only a quote", "-- \nAnn", "Sent from my iPhone", "On 5 Jan 2026, Bob <b@acme.example> wrote:\n> x"]
)
def test_when_nothing_is_left_the_readable_text_is_kept(text):
    assert words(text).strip() != ""


def test_markdown_rules_and_lists_are_a_persons():
    text = "Points:\n\n## One\n----\n\n- a\n- b\n\n====\n\nThat is all."

    assert words(text) == text


def test_a_quote_that_a_relay_wrapped_is_still_one():
    text = (
        f"{NEW}\n\nOn 5 Jan 2026, Bob <b@acme.example> wrote:\n\n"
        f"> The screws on the upper side of the pump housing must be tightened as the\nmanual says.\n> Bob\n"
    )

    assert words(text) == NEW


HTML_QUOTES = {
    "gmail": (
        '<div dir="ltr">{new}</div><br><div class="gmail_quote"><div class="gmail_attr">Jos, 5 d\'en 2026, Bob '
        '&lt;b@acme.example&gt; eskribas:<br></div><blockquote class="gmail_quote" style="border-left:1px '
        'solid">{old}</blockquote></div>'
    ),
    "apple": '<div>{new}</div><div><br><blockquote type="cite"><div>{old}</div></blockquote></div>',
    "outlook.com": (
        '<div>{new}</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>X:</b> '
        'Bob</div><div>{old}</div>'
    ),
    "yahoo": '<div>{new}</div><div id="yahoo_quoted_1" class="yahoo_quoted"><div>{old}</div></div>',
    "zimbra": '<div>{new}</div><div class="zmail_extra"><div>{old}</div></div>',
    "proton": '<div>{new}</div><div class="protonmail_quote">Bob:<br><blockquote type="cite">{old}</blockquote></div>',
    "gmx": '<div>{new}</div><div name="quote" style="border-left:2px solid">{old}</div>',
    "thunderbird": '<p>{new}</p><div class="moz-cite-prefix">Bob:<br></div><blockquote type="cite">{old}</blockquote>',
    "outlook": (
        "<p class=MsoNormal>{new}</p><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm "
        "0cm 0cm'><p class=MsoNormal><b>From:</b> Bob &lt;b@acme.example&gt;<br><b>Sent:</b> Monday, January 5,"
        " 2026 9:12 AM<br><b>To:</b> Ann<br><b>Subject:</b> Pump</p></div><p class=MsoNormal>{old}</p>"
    ),
    "mobile outlook": '<div>{new}</div><div class="ms-outlook-mobile-reference-message">{old}</div>',
    "tutanota": '<div>{new}</div><blockquote class="tutanota_quote">{old}</blockquote>',
}  # fmt: skip


@pytest.mark.parametrize("program", HTML_QUOTES)
def test_a_programs_own_marks_tell_the_quote_in_html(program):
    page = HTML_QUOTES[program].format(new="The pump still leaks.", old="Tighten the screws. Bob")

    assert words(html=f"<html><body>{page}</body></html>") == "The pump still leaks."


def test_the_html_is_asked_when_the_text_marks_no_quote():
    page = '<div>Still leaks.</div><div class="yahoo_quoted">Tighten the screws.</div>'

    assert words("Still leaks.\n\nTighten the screws.\n", html=page) == "Still leaks."


def test_an_indented_paragraph_in_html_is_no_quote():
    page = '<div>Serial:</div><blockquote style="margin:0 0 0 40px;border:none;padding:0px">A17-00917</blockquote>'

    assert words(html=page).split() == ["Serial:", "A17-00917"]


def test_links_show_where_they_lead():
    assert (
        words(html='<p>See <a href="https://acme.example/manual">the manual</a>.</p>')
        == "See the manual <https://acme.example/manual>."
    )


def test_hidden_text_is_cut():
    found = reading(html='<div style="display:none">buy now</div><p>Hello</p>')

    assert found.text == "Hello"
    assert found.cuts[0].rule == "hidden"


def test_text_right_to_left_is_read_like_any_other():
    assert (
        words("המשאבה עדיין דולפת.\n\nבתאריך יום ב׳, 5 בינו׳ 2026 ב-9:12 מאת Bob <b@acme.example>:\n\n> ישן")
        == "המשאבה עדיין דולפת."
    )


def test_non_breaking_and_zero_width_characters_do_not_hide_a_mark():
    assert (
        words(f"{NEW}\n\nOn\u00a0Mon, 5\u00a0Jan 2026 at 9:12\u202fAM Bob\u00a0<b@acme.example>\u200b wrote:\n\n> old")
        == NEW
    )


def test_flowed_text_is_joined():
    raw = (
        b"From: a@b.example\nContent-Type: text/plain; format=flowed\n\nOne line that \ngoes on.\n\n"
        b"> a quote that \n> goes on\n"
    )

    from mailbot.inbound.message import read

    assert read(raw).text == "One line that goes on."
