"""A person's mail, an automatic one, a bounce, another report: told apart, and bounces read."""

from base64 import encodebytes

import pytest

from mailbot.inbound.message import read
from mailbot.inbound.reading import MailKind
from tests.inbound.mails import mail, reading

AUTOMATIC_FIELDS = [
    {"Auto_Submitted": "auto-replied"},
    {"Auto_Submitted": "auto-generated (rejected)"},
    {"Auto_Submitted": "auto-notified; owner-email=a@b.example"},
    {"Precedence": "bulk"},
    {"Precedence": "auto_reply"},
    {"X_Autoreply": "yes"},
    {"X_Autorespond": "pump"},
    {"X_AutoReply_From": "ann@customer.example"},
    {"X_Mail_Autoreply": "1"},
    {"X_FC_MachineGenerated": "true"},
    {"List_Id": "<pumps.lists.example>"},
    {"Mailing_List": "contact pumps-help@lists.example; run by ezmlm"},
    {"List_Unsubscribe": "<mailto:off@lists.example>"},
    {"Feedback_ID": "1:2:3"},
    {"Return_Path": "<>"},
    {"X_MS_Exchange_Generated_Message_Source": "Mailbox Rules Agent"},
    {"sender": "Nagios <nagios@watch.example>"},
    {"sender": "root@srv.example (Cron Daemon)"},
]

AUTOMATIC_SUBJECTS = [
    "Automatic reply: pump", "Out of Office: pump", "Auto: Out of office", "Abwesenheitsnotiz: Pumpe",
    "Automatische Antwort: Pumpe",
    "Réponse automatique : pompe", "Absence du bureau", "Respuesta automática: bomba", "Fuera de la oficina",
    "Resposta automática: bomba",
    "Risposta automatica: pompa", "Fuori ufficio", "Automatisch antwoord: pomp", "Afwezig: pomp", "Autosvar: pump",
    "Frånvaromeddelande",
    "Automatisk svar: pumpe", "Fraværsbesked", "Automaattinen vastaus: pumppu", "Poissaoloilmoitus",
    "Odpowiedź automatyczna: pompa", "Automatyczna odpowiedź",
    "Automatická odpověď: čerpadlo", "Automatikus válasz: szivattyú", "Răspuns automat: pompă",
    "Автоматический ответ: насос", "Автоответ", "Αυτόματη απάντηση: αντλία",
    "Otomatik Yanıt: pompa", "自动回复: 泵", "自動回覆: 泵", "自動応答: ポンプ", "자동 회신: 펌프",
    "Trả lời tự động: bơm",
    "ตอบกลับอัตโนมัติ: ปั๊ม", "رد تلقائي: مضخة", "תשובה אוטומטית: משאבה",
]  # fmt: skip

ABSENT = {
    "en": (
        "Thank you for your e-mail. I am out of the office until Monday 12 January with limited access to "
        "e-mail. In urgent cases please contact my colleague Bob."
    ),
    "de": (
        "Vielen Dank für Ihre Nachricht. Ich bin bis zum 12. Januar im Urlaub. In dringenden Fällen wenden Sie "
        "sich bitte an meine Vertretung."
    ),
    "fr": "Merci pour votre message. Je suis absente jusqu'au 12 janvier. En cas d'urgence, contactez mon collègue.",
    "es": (
        "Gracias por su mensaje. Estoy de vacaciones hasta el 12 de enero. Para asuntos urgentes, contacte con "
        "mi colega."
    ),
    "pt": (
        "Obrigada pela sua mensagem. Estou de férias até o dia 12 de janeiro. Em caso de urgência, contacte o "
        "meu colega."
    ),
    "it": "Grazie per il suo messaggio. Sono in ferie fino al 12 gennaio. Per urgenze contattare il mio collega.",
    "nl": (
        "Bedankt voor uw bericht. Ik ben met vakantie tot en met 12 januari. Voor dringende zaken kunt u mijn "
        "collega bellen."
    ),
    "sv": (
        "Tack för ditt mejl. Jag är på semester till och med den 12 januari. Vid brådskande ärenden, kontakta "
        "min kollega."
    ),
    "da": "Tak for din mail. Jeg er på ferie indtil den 12. januar. Ved hastende sager kontakt min kollega.",
    "fi": "Kiitos viestistäsi. Olen lomalla 12. tammikuuta saakka. Kiireellisissä asioissa ota yhteyttä kollegaani.",
    "pl": "Dziękuję za wiadomość. Jestem na urlopie do dnia 12 stycznia. W pilnych sprawach proszę o kontakt z kolegą.",
    "cs": "Děkuji za váš e-mail. Jsem na dovolené do 12. ledna. V naléhavých případech kontaktujte kolegu.",
    "hu": "Köszönöm levelét. Szabadságon vagyok január 12-ig. Sürgős esetben keresse kollégámat.",
    "ru": "Спасибо за ваше письмо. Я в отпуске до 12 января. По срочным вопросам обращайтесь к коллеге.",
    "tr": "Mesajınız için teşekkürler. 12 Ocak'a kadar izindeyim. Acil durumlarda arkadaşımı arayın.",
    "zh": "感谢您的来信。我目前正在休假,至1月12日返回。如有紧急事务请联系同事。",
    "ja": "メールをいただきありがとうございます。1月12日まで休暇中です。お急ぎの場合は同僚までご連絡ください。",
    "ko": "메일을 보내주셔서 감사합니다. 1월 12일까지 휴가 중입니다. 긴급한 용무는 동료에게 연락 바랍니다.",
}  # fmt: skip

PERSONS = [
    ("Re: pump", "I am on vacation until Monday, but please go ahead with the repair."),
    ("Re: vacation calendar shows the wrong week", "It still shows week 9."),
    ("Re: auto-reply detection is too eager", "My comment was swallowed again."),
    ("Out of paper", "The printer is out of paper."),
    ("Re: pump", "My mail to bob@acme.example came back as undeliverable. Could you forward it?"),
    ("Is the automatic reply broken?", "It never came."),
    ("Re: pump", "Thank you for your message. When will you be back on Monday?"),
    ("Re: pump", "Please do it by Friday, this is urgent."),
    ("Delivery of the pump", "Delivery failed: the driver did not find the house. Please try again."),
    ("Failure notice for tenants", "Can you tell me what this is?"),
    ("Re: pump", "ok"),
]


@pytest.mark.parametrize("fields", AUTOMATIC_FIELDS, ids=str)
def test_header_fields_of_machines_make_a_mail_automatic(fields):
    assert reading("Noted.", **fields).kind is MailKind.AUTO_REPLY


@pytest.mark.parametrize("subject", AUTOMATIC_SUBJECTS)
def test_a_subject_in_a_programs_words_makes_a_mail_automatic(subject):
    assert reading("…", subject=subject).kind is MailKind.AUTO_REPLY


@pytest.mark.parametrize("language", ABSENT)
def test_an_absence_note_is_known_by_its_words_alone(language):
    assert reading(ABSENT[language], subject="Re: [Desk #1042] pump").kind is MailKind.AUTO_REPLY


@pytest.mark.parametrize(("subject", "text"), PERSONS)
def test_a_person_stays_a_person(subject, text):
    assert reading(text, subject=subject).kind is MailKind.HUMAN


def test_a_null_return_path_of_the_envelope_makes_a_mail_automatic():
    assert read(mail("Noted."), null_return_path=True).kind is MailKind.AUTO_REPLY


def test_auto_submitted_no_is_a_person():
    assert reading("Noted.", Auto_Submitted="no").kind is MailKind.HUMAN


def _report(status: str, action: str, *, code: str = "smtp; 550 5.1.1 no such user") -> bytes:
    return f"""From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: bounce+abc@desk.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

I could not deliver your mail.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Original-Recipient: rfc822;ann@customer.example
Final-Recipient: rfc822; ann.field@inside.customer.example
Action: {action}
Status: {status}
Diagnostic-Code: {code}

--b
Content-Type: message/rfc822

Message-ID: <ours@desk.example>
Subject: pump

Hello
--b--
""".encode()


def test_a_delivery_report_names_the_recipient_we_wrote_to_and_the_one_it_became():
    found = read(_report("5.1.1", "failed"))

    assert found.kind is MailKind.BOUNCE
    assert [one.address for one in found.failed_recipients] == [
        "ann@customer.example",
        "ann.field@inside.customer.example",
    ]
    assert found.failed_recipients[0].permanent is True
    assert found.failed_recipients[0].status == "5.1.1"
    assert "no such user" in found.failed_recipients[0].diagnostic
    assert found.original_message_id == "<ours@desk.example>"


def test_a_delayed_mail_has_not_failed_for_good():
    assert read(_report("4.4.1", "delayed", code="smtp; 451 try later")).failed_recipients[0].permanent is False


def test_a_report_of_success_names_nobody():
    found = read(_report("2.0.0", "delivered"))

    assert found.kind is MailKind.BOUNCE
    assert found.failed_recipients == ()


ODD_BOUNCES = {
    "qmail": ("MAILER-DAEMON@mx.example", "failure notice", (
        "Hi. This is the qmail-send program at mx.example.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n<ann@customer.example>:\n"
        "Sorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n"
        "Return-Path: <desk@desk.example>\nTo: other@else.example\n"
    ), True),
    "exim": ("Mail Delivery System <Mailer-Daemon@mx.example>", "Mail delivery failed: returning message to sender", (
        "This message was created automatically by mail delivery software.\n\n"
        "A message that you sent could not be delivered to one or more of its\n"
        "recipients. This is a permanent error. The following address(es) failed:\n\n  ann@customer.example\n"
        "    Unrouteable address\n\n------ This is a copy of the message ------\n\nFrom: desk@desk.example\n"
        "To: other@else.example\n"
    ), True),
    "exim delay": ("Mail Delivery System <Mailer-Daemon@mx.example>", "Warning: message 1abc-0002 delayed 24 hours", (
        "A message that you sent has not yet been delivered to one or more of its recipients after more than "
        "24 hours.\n\nThe address to which the message has not yet been delivered is:\n\n"
        "  ann@customer.example\n\nNo action is required on your part. Delivery attempts will continue for "
        "some time.\n"
    ), False),
    "postfix plain": ("MAILER-DAEMON@mx.example (Mail Delivery System)", "Undelivered Mail Returned to Sender", (
        "This is the mail system at host mx.example.\n\n"
        "<ann@customer.example>: host mx2.customer.example[192.0.2.7] said: 550 5.1.1\n"
        "    <ann@customer.example>: Recipient address rejected: User unknown (in reply to RCPT TO command)\n"
    ), True),
    "gmail plain": ("Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
    "Delivery Status Notification (Failure)", (
        "Delivery to the following recipient failed permanently:\n\n     ann@customer.example\n\n"
        "Technical details of permanent failure:\nThe email account that you tried to reach does not exist.\n"
    ), True),
    "exchange": ("System Administrator <postmaster@mx.example>", "Undeliverable: pump", (
        "Your message\n\n  To:      ann@customer.example\n  Subject: pump\n\n"
        "did not reach the following recipient(s):\n\nann@customer.example on Mon, 5 Jan 2026 09:12:00 +0100\n"
        "    The recipient name is not recognized\n"
    ), True),
    "domino": ("Postmaster@mx.example",
    "DELIVERY FAILURE: User ann (ann@customer.example) not listed in Domino Directory", (
        "Your message\n\n  Subject: pump\n\nwas not delivered to:\n\n  ann@customer.example\n\nbecause:\n\n"
        "  User ann (ann@customer.example) not listed in Domino Directory\n"
    ), True),
    "german": ("Mail Delivery System <mailer-daemon@mx.example>", "Unzustellbare Nachricht", (
        "Ihre Nachricht konnte an folgenden Empfänger nicht zugestellt werden:\n\nann@customer.example\n\n"
        "Das Postfach existiert nicht.\n"
    ), True),
    "japanese": ("Postmaster@mx.example", "Mail System Error - Returned Mail",
    (
        "次のあて先へのメッセージはエラーのため送信できませんでした。\n\n送信先メールアドレスが見つかりません。\n\n"
        "ann@customer.example\n"
    ), True),
    "full box": ("mailer-daemon@mx.example", "Delivery failure", (
        "Message from mx.example.\nUnable to deliver message to the following address(es).\n\n"
        "<ann@customer.example>:\n452 4.2.2 mailbox full, will be retried for 3 days\n"
    ), False),
    "gateway": ("postmaster@gate.example", "Rejected email",
    "The message you sent to ann@customer.example was rejected by the mail gateway: 554 5.7.1 policy.\n", True),
    "vtext": ("post_master@vtext.example", "Undeliverable Message",
    "Error: No valid recipients for this message\n\nTo: ann@customer.example\nSubject: pump\n", True),
}  # fmt: skip


@pytest.mark.parametrize("program", ODD_BOUNCES)
def test_a_bounce_in_prose_names_who_failed_and_whether_for_good(program):
    sender, subject, text, permanent = ODD_BOUNCES[program]

    found = reading(text, subject=subject, sender=sender)

    assert found.kind is MailKind.BOUNCE
    assert [one.address for one in found.failed_recipients] == ["ann@customer.example"]
    assert found.failed_recipients[0].permanent is permanent


REPORT = (
    b"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; ann@customer.example\nAction: failed\nStatus: 5.1.1\n"
)
ODD_PARTS = {
    "base64": b"Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n" + encodebytes(REPORT),
    "quoted-printable": (
        b"Content-Type: message/delivery-status\nContent-Transfer-Encoding: quoted-printable\n\n"
        + REPORT.replace(b"ann@", b"a=6E=\nn@")
    ),
    "octets": b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n" + encodebytes(REPORT),
    "blank lines": b"Content-Type: message/delivery-status\n\n" + REPORT.replace(b"\nAction", b"\n\nAction"),
}


@pytest.mark.parametrize("part", ODD_PARTS)
def test_a_report_in_an_odd_wrapping_is_read(part):
    raw = (
        b"From: MAILER-DAEMON@mx.example\nSubject: Undelivered mail\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nSorry.\n--b\n"
    )

    found = read(raw + ODD_PARTS[part] + b"\n--b--\n")

    assert found.kind is MailKind.BOUNCE
    assert [(one.address, one.permanent, one.status) for one in found.failed_recipients] == [
        ("ann@customer.example", True, "5.1.1")
    ]


def test_the_other_servers_code_is_more_exact_than_a_status_that_names_a_class_alone():
    assert read(_report("5.0.0", "failed")).failed_recipients[0].status == "5.1.1"


def test_a_code_further_down_the_prose_belongs_to_the_only_address():
    text = (
        "Delivery has failed to these recipients or groups:\n\nann@customer.example\nNot found.\n\n\n\n\n\n"
        "Diagnostic information:\n\n\n\nReported error: 550 5.1.10 not found\n"
    )

    found = reading(text, subject="Undeliverable: pump", sender="Microsoft Outlook <postmaster@mx.example>")

    assert [(one.address, one.status) for one in found.failed_recipients] == [("ann@customer.example", "5.1.10")]


def test_the_reason_stands_where_the_address_failed_and_not_where_the_mail_is_named():
    sender, subject, text, _ = ODD_BOUNCES["exchange"]

    found = reading(text, subject=subject, sender=sender)

    assert "not recognized" in found.failed_recipients[0].diagnostic


def test_a_warning_that_the_mail_is_still_tried_is_no_failure_for_good():
    text = (
        "   THIS IS A WARNING MESSAGE ONLY\n  YOU DO NOT NEED TO RESEND YOUR MESSAGE\n\n"
        "   ----- The following addresses had transient non-fatal errors -----\n<ann@customer.example>\n\n"
        "   ----- Transcript of session follows -----\n<ann@customer.example>... Deferred: Connection refused\n"
        "Will keep trying until message is 5 days old\n"
    )

    found = reading(text, subject="Warning: could not send message for past 4 hours", sender="MAILER-DAEMON@mx.example")

    assert [(one.address, one.permanent) for one in found.failed_recipients] == [("ann@customer.example", False)]


NAMELESS = [
    ("Undeliverable mail", "Postmaster <postmaster@acme.example>",
     "Our mail system could not deliver your message to:\n\nann@customer.example\n\n550 5.1.1 no such user"),
    ("Your email could not be delivered", "noreply@acme.example",
     "Your email to ann@customer.example could not be delivered.\n\n550 5.4.1 Access denied."),
    ("E-Mail konnte nicht zugestellt werden", "Mailserver <server@acme.example>",
     "Die E-Mail an ann@customer.example konnte nicht zugestellt werden.\nFehler: 550 unbekannt"),
    ("Mail rejected: mailbox full", "root@acme.example",
     "The mailbox of ann@customer.example is full. Your message was rejected."),
    ("Message you sent was blocked", "no-reply@filter.example",
     "Your message to: ann@customer.example\nwas blocked and has not been delivered."),
    ("NOTICE: mail delivery status.", "Courier <@mx.example>",
     "Your message to the following recipients cannot be delivered:\n\n<ann@customer.example>:\n<<< 550 User unknown."),
]  # fmt: skip


@pytest.mark.parametrize("null_path", [True, False])
def test_a_full_mailbox_that_sent_our_mail_back_is_a_bounce(null_path):
    text = "The account of ann@customer.example is over its quota.\nYour message was therefore returned."
    found = read(
        mail(text, subject="Quota: ann@customer.example", sender="Quota <quota@customer.example>"),
        null_return_path=null_path,
    )

    assert found.kind is MailKind.BOUNCE
    assert [one.address for one in found.failed_recipients] == ["ann@customer.example"]


def _wrapped(author: str) -> bytes:
    """A relay's or a person's mail around a whole delivery report."""
    return (
        f"From: {author}\nSubject: FW: Undelivered Mail\nContent-Type: multipart/mixed; boundary=outer\n\n--outer\n\n"
        "Please see the attached mail.\n--outer\nContent-Type: message/rfc822\n\n"
    ).encode() + _report("5.1.1", "failed")


def test_a_delivery_report_that_a_server_wrapped_whole_is_read():
    raw = _wrapped("MAILER-DAEMON@relay.example") + b"\n--outer--\n"
    found = read(raw, null_return_path=True)
    plain = read(_report("5.1.1", "failed"))

    assert found.kind is MailKind.BOUNCE
    assert found.failed_recipients
    assert found.failed_recipients == plain.failed_recipients


def test_a_person_who_attaches_a_delivery_report_is_a_person():
    assert read(_wrapped("Postmaster <postmaster@acme.example>") + b"\n--outer--\n").kind is MailKind.HUMAN


def test_who_sent_the_mail_that_failed_is_no_failed_recipient():
    text = "Mail to ann@customer.example could not be delivered: she accepts no mail from other@desk.example."
    found = reading(text, subject="Mail Delivery Problem", sender="MAILER-DAEMON@customer.example")

    assert [one.address for one in found.failed_recipients] == ["ann@customer.example"]


def test_a_recipient_may_be_called_nearly_like_a_server():
    text = "This is the mail system of mx.example. Your mail to abuse.desk@customer.example was not delivered."
    found = reading(text, subject="Undelivered Mail", sender="MAILER-DAEMON@mx.example")

    assert [one.address for one in found.failed_recipients] == ["abuse.desk@customer.example"]


def test_a_providers_own_number_is_no_code():
    text = "Your message could not be delivered:\n\n<ann@customer.example>: invalid recipient. REF_416"
    found = reading(text, subject="Undelivered Mail", sender="MAILER-DAEMON@mx.example")

    assert [one.permanent for one in found.failed_recipients] == [True]


@pytest.mark.parametrize(("subject", "sender", "text"), NAMELESS)
def test_a_bounce_from_no_known_server_names_who_failed(subject, sender, text):
    found = read(mail(text, subject=subject, sender=sender), null_return_path=True)

    assert found.kind is MailKind.BOUNCE
    assert [one.address for one in found.failed_recipients] == ["ann@customer.example"]


OPENINGS = [
    "Your message to {} could not be delivered: 550 5.1.1 no such user.",
    "We were unable to deliver your message to {} (550 5.1.1).",
    "Ihre Nachricht an {} konnte leider nicht zugestellt werden.",
    "Die Zustellung Ihrer E-Mail an {} ist fehlgeschlagen.",
    "Votre message n'a pas pu être distribué à {}.",
    "Votre message n'a pas pu etre delivre a {}.",
    "Impossible de remettre votre message à {}.",
    "Su correo no ha podido ser entregado a {}.",
    "No se pudo entregar su mensaje a {}.",
    "A sua mensagem não pôde ser entregue a {}.",
    "Il messaggio non può essere consegnato a {}.",
    "Uw bericht aan {} kon niet worden bezorgd.",
    "Ditt meddelande till {} kunde inte levereras.",
    "Din besked til {} kunne ikke leveres.",
    "Viestiäsi vastaanottajalle {} ei voitu toimittaa.",
    "Twoja wiadomość do {} nie mogła zostać dostarczona.",
    "Zprávu pro {} se nepodařilo doručit.",
    "Az üzenetet nem sikerült kézbesíteni a következő címre: {}",
    "Mesajul către {} nu a putut fi livrat.",
    "Ваше письмо для {} не может быть доставлено.",
    "Ваш лист до {} не вдалося доставити.",
    "Το μήνυμά σας προς {} δεν ήταν δυνατόν να παραδοθεί.",
    "İletiniz {} adresine teslim edilemedi.",
    "メールを配信できませんでした。\n\n{}",
    "您的邮件无法送达。\n\n{}",
    "메일이 전송되지 못했습니다.\n\n{}",
    "Email của bạn không thể gửi đến {}.",
    "Pesan Anda tidak dapat terkirim ke {}.",
]


@pytest.mark.parametrize("text", OPENINGS)
def test_a_script_that_opens_like_a_failure_notice_sends_bounces_in_any_language(text):
    found = reading(text.format("ann@customer.example"), subject="Pump", sender="Web <panel@web7.example>")

    assert found.kind is MailKind.BOUNCE
    assert [one.address for one in found.failed_recipients] == ["ann@customer.example"]


@pytest.mark.parametrize(
    "text",
    [
        "Your message to bob@vendor.example could not be delivered because I gave you the old address.",
        "Ihre Nachricht an bob@vendor.example konnte nicht zugestellt werden, ich habe jetzt eine neue Adresse.",
        "Votre message n'a pas pu être distribué à bob@vendor.example, il est à moi de le changer.",
        "Your message to bob@vendor.example was not delivered. Which address is right?",
        "The message that came back says bob@vendor.example is unknown. Could not be delivered, it says.",
        "Your parcel for bob@vendor.example could not be delivered.",
    ],
)
def test_a_person_may_open_like_a_failure_notice(text):
    assert reading(text, subject="Address", sender="Ann <ann@acme.example>").kind is MailKind.HUMAN


@pytest.mark.parametrize("local", ["contact", "helpdesk", "questions", "administrator", "contact.us"])
def test_a_recipient_called_like_somebody_to_turn_to_is_a_recipient(local):
    text = f"This is the qmail-send program at mx.example.\n\n<{local}@customer.example>:\nno mailbox here. (#5.1.1)\n"
    found = reading(text, subject="failure notice", sender="MAILER-DAEMON@mx.example")

    assert [(one.address, one.permanent) for one in found.failed_recipients] == [(f"{local}@customer.example", True)]


def test_whom_to_contact_about_a_failure_is_no_recipient():
    text = (
        "Your message was not delivered:\n\n<ann@customer.example>: no mailbox here\n\n"
        "If that is an error, contact office@customer.example\n"
    )
    found = reading(text, subject="Undelivered Mail", sender="MAILER-DAEMON@mx.example")

    assert [one.address for one in found.failed_recipients] == ["ann@customer.example"]


def test_a_mail_server_that_names_an_address_needs_no_word_that_we_know():
    found = reading("Хабарламаңыз жеткізілмеді:\n\n<ann@customer.example>\n", sender="MAILER-DAEMON@mx.example")

    assert found.kind is MailKind.BOUNCE
    assert [one.address for one in found.failed_recipients] == ["ann@customer.example"]


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "Your message has been delayed",
            "Your mail to ann@customer.example is delayed. We will keep trying for 3 days.",
        ),
        (
            "Verzögerte Zustellung: Pumpe",
            "An ann@customer.example: Es wird weiterhin versucht, die Nachricht zuzustellen.",
        ),
        ("Courrier retardé", "Pour ann@customer.example, de nouvelles tentatives seront faites. Inutile de renvoyer."),
    ],
)
def test_a_notice_of_delay_is_a_bounce_that_is_not_for_good(subject, text):
    found = reading(text, subject=subject, sender="Microsoft Outlook <postmaster@mx.example>")

    assert found.kind is MailKind.BOUNCE
    assert [(one.address, one.permanent) for one in found.failed_recipients] == [("ann@customer.example", False)]


@pytest.mark.parametrize("sender", ["Postmaster <postmaster@acme.example>", "Ann <ann@acme.example>"])
def test_who_asks_about_a_failure_is_a_person_whatever_his_address(sender):
    text = "I tried to mail bob@vendor.example and it was refused. Where do I turn now?"

    assert reading(text, subject="Your mail could not be delivered", sender=sender).kind is MailKind.HUMAN


def test_a_mail_administrator_who_writes_is_a_person():
    text = "Our filter blocked your mail because of the picture. It is through now. Send PDFs next time."

    assert reading(text, subject="Blocked", sender="Mail Administrator <mailadmin@acme.example>").kind is MailKind.HUMAN


@pytest.mark.parametrize(
    ("sender", "text"),
    [
        ("Ann <ann@acme.example>", "My last mail to bob@vendor.example was not delivered: 550. Please pass it on."),
        (
            "Ann <ann@acme.example>",
            "Meine E-Mail an bob@vendor.example wurde nicht zugestellt: 550. Bitte weitergeben.",
        ),
        ("Postmaster <postmaster@acme.example>", "What you sent us was not delivered to bob@acme.example. Fixed now."),
    ],
)
def test_who_speaks_of_his_own_mail_is_a_person(sender, text):
    assert reading(text, subject="Undeliverable mail", sender=sender).kind is MailKind.HUMAN


def test_a_report_on_a_domains_mail_is_another_report():
    subject = "Report Domain: desk.example Submitter: provider.example Report-ID: 17"

    assert reading("", subject=subject, sender="dmarc@provider.example").kind is MailKind.OTHER


def test_a_forwarded_bounce_is_a_persons_mail():
    raw = (
        b"From: ann@customer.example\nSubject: Fwd: Undelivered\nContent-Type: multipart/mixed; boundary=x\n\n"
        b"--x\n\nWhat is this?\n--x\nContent-Type: message/rfc822\n\n"
    )

    assert read(raw + _report("5.1.1", "failed") + b"\n--x--\n").kind is MailKind.HUMAN


def test_abuse_feedback_is_another_report():
    raw = (
        b"From: fbl@provider.example\nSubject: complaint\n"
        b"Content-Type: multipart/report; report-type=feedback-report; boundary=x\n\n--x\n\nAbuse.\n--x\n"
        b"Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n\n--x--\n"
    )

    assert read(raw).kind is MailKind.OTHER


def test_a_complaint_in_a_providers_own_form_is_another_report():
    found = reading("", subject="complaint", sender="staff@provider.example", X_HmXmrOriginalRecipient="a@b.example")

    assert found.kind is MailKind.OTHER


def test_a_read_receipt_is_automatic():
    raw = (
        b"From: ann@customer.example\nSubject: Read: pump\n"
        b"Content-Type: multipart/report; report-type=disposition-notification; boundary=x\n\n--x\n\nRead.\n"
        b"--x\nContent-Type: message/disposition-notification\n\n"
        b"Disposition: manual-action/MDN-sent-manually; displayed\n\n--x--\n"
    )

    assert read(raw).kind is MailKind.AUTO_REPLY


def test_the_deciding_rule_is_named():
    assert reading("x", Precedence="bulk").why_kind == "Precedence: bulk"
