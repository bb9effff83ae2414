"""Machines that no header field marks: known by their own words, which people near them do not share."""

import time

import pytest

from mailbot.inbound.machine_words import machines_words
from mailbot.inbound.reading import MailKind
from tests.inbound.mails import reading

# fmt: off
ACKNOWLEDGEMENTS = [
    "We have received your enquiry and will get back to you within two working days.",
    "Your request has been registered under number 40117. Our team will contact you.",
    "A ticket has been opened (#40117). We aim to reply by tomorrow.",
    "Wir haben Ihre Anfrage erhalten. Ein Mitarbeiter wird sich in Kürze bei Ihnen melden.",
    "Ihre Nachricht wurde unter der Vorgangsnummer 40117 erfasst.",
    "Nous avons bien reçu votre message. Notre équipe vous répondra sous 48 heures.",
    "Hemos recibido su consulta. Nos pondremos en contacto con usted.",
    "Recebemos a sua mensagem e entraremos em contato em breve.",
    "Abbiamo ricevuto la sua richiesta. La ricontatteremo quanto prima.",
    "Uw vraag is ontvangen. Wij nemen zo snel mogelijk contact met u op.",
    "Vi har tagit emot ditt ärende och återkommer inom kort.",
    "Vi har modtaget din henvendelse og vender tilbage hurtigst muligt.",
    "Państwa zgłoszenie zostało zarejestrowane. Odpowiemy w ciągu dwóch dni.",
    "Váš požadavek byl zaregistrován pod číslem 40117.",
    "Ваше обращение зарегистрировано под номером 40117.",
    "Hi! Thanks for your message. Our office hours are Mon-Fri 9-5, we reply as soon as possible.",
    "Gentile cliente, la ringraziamo per averci contattato. Le risponderemo entro 48 ore.",
    "Beste klant, bedankt voor uw e-mail. We reageren binnen 2 werkdagen.",
    "お問い合わせを受け付けました。担当者よりご連絡いたします。",
    "您的邮件我们已收到,我们会尽快回复您。",
]
DECLARATIONS = [
    "Your parcel leaves today.\n\nThis is an automated message.",
    "Your parcel leaves today.\n\nThis email was sent automatically, please do not reply.",
    "Ihr Paket geht heute ab.\n\nDiese E-Mail wurde automatisch erstellt.",
    "Ihr Paket geht heute ab.\n\nDies ist eine automatisch erzeugte Nachricht.",
    "Votre colis part aujourd'hui.\n\nCe message est envoyé automatiquement.",
    "Su paquete sale hoy.\n\nEste es un mensaje automático.",
    "O seu pacote sai hoje.\n\nEsta é uma mensagem automática.",
    "Il pacco parte oggi.\n\nQuesta è una e-mail generata automaticamente.",
    "Uw pakket vertrekt vandaag.\n\nDit is een automatisch gegenereerd bericht.",
    "Paketet skickas i dag.\n\nDetta är ett automatiskt meddelande.",
    "Paczka wyjdzie dziś.\n\nWiadomość wygenerowana automatycznie.",
    "Посылка уходит сегодня.\n\nЭто письмо сформировано автоматически.",
    "本日発送します。\n\n※このメールは自動送信されています。",
    "包裹今天发出。\n\n此邮件由系统自动发送,请勿回复。",
    "This mailbox is not monitored. Visit our help pages.",
    "The parcel leaves today.\n\nPlease do not reply to this message.",
]
DEPARTURES = [
    "Bob Hill has left the company. Please send your message to office@acme.example.",
    "Herr Hill ist nicht mehr bei uns tätig. Bitte richten Sie Ihre Anfrage an office@acme.example.",
    "Bob Hill is on annual leave until 12 March. Please email office@acme.example for urgent enquiries.",
    "M. Hill ne travaille plus chez nous. Merci d'adresser votre demande à office@acme.example.",
    "Bob Hill ya no trabaja en la empresa. Dirija su mensaje a office@acme.example.",
    "Thank you for writing. Since March I no longer work for the firm, and this address is not checked. Please turn to"
    " office@pumps.example.",
]
CHALLENGES = [
    "Para que sua mensagem seja entregue, clique no link abaixo e digite as letras.",
    "Your message is being held until you confirm that you sent it.",
    "Pour que votre message soit remis, merci de cliquer sur le lien ci-dessous.",
    "Para que su mensaje llegue, confirme con un clic en el enlace.",
    "Para que sua mensagem seja lida por Ana, clique aqui e copie as letras da figura.",
    "Your message\n\n  To: Bob\n  Subject: pump\n\nwas read on Monday.",
    "Your message about the pump was received by bob@acme.example on Monday.",
    "Bob would like to recall the message, \"pump\".",
]
PEOPLE = [
    "Thank you for the drawing. I no longer work on Fridays, and this mailbox is not read then; could you call me?",
    "We have received your request and the fitter looked at it: the seal is gone. Shall we change it?",
    "We received your message. The pump will be sent tomorrow.",
    "We have received your request for 3 rings, number 88123, and ship today. Bob",
    "I received your message and will get back to you when the part is here.",
    "Wir haben Ihre E-Mail erhalten. Der Techniker kommt morgen um 10.",
    "Nous avons bien reçu votre message. La pièce part demain.",
    "Мы получили насос, спасибо. Номер 88120.",
    "已收到,谢谢。",
    "Case 10425 was opened last week and nothing happened.",
    "The request has been submitted on your site, number 99887. Nothing happened.",
    "This message is about the automatic door. It does not close.",
    "The e-mail was automatically generated by your shop and came twice.",
    "This invoice was automatically generated and is wrong.",
    "Your confirmation was automatically sent to my spam folder.",
    "Diese Nachricht betrifft die automatische Pumpe.",
    "Ce message automatique ne m'aide pas.",
    "What is this? See below.\n\nThis is an automated message. Your parcel is late.",
    "Please do not reply to this mail, call Bob at 555.",
    "This mailbox is full of water. The postman is not amused.",
    "Bob has left the company, I am his successor. Please send everything to me.",
    "Bob no longer works here. Send it to ann@acme.example and hurry, the line is down.",
    "Your mail is being held by the customs office.",
    "Your message was not read by the fitter.",
    "Thanks for your email. We will reply to the offer on Monday, the boss decides.",
    "We have received your request. The part costs 40 EUR and will be delivered within 3 days.",
    "Vielen Dank für Ihre Mail. Die Ersatzpumpe wird innerhalb von zwei Tagen geliefert.",
    "Merci pour votre message. La pièce sera livrée sous 48 h.",
    "Bob is on leave until 12 March, Ann took the pump to the workshop.",
    "Absent de la boîte : le joint.",
    "Thank you for your email. I am away on Thursday, so the fitter may come on Friday.",
    "Vielen Dank für Ihre Nachricht. Die Pumpe kann ab Montag geholt werden. In dringenden Fällen liefern wir.",
    "Je suis en déplacement demain, c'est urgent, livrez aujourd'hui.",
    "Estaré fuera la semana próxima, es urgente que llegue antes.",
    "Ich bin ab Montag im Urlaub. Meine Kollegin Frau Ulm übernimmt, sie braucht noch die Rechnung.",
    "Na godišnjem sam do petka, pošaljite susjedu.",
    "Do pátku jsem na dovolené, pošlete to prosím sousedovi.",
    "Saya sedang di luar kota sampai Jumat, kirim saja ke kantor.",
]
# fmt: on


@pytest.mark.parametrize("text", ACKNOWLEDGEMENTS + DECLARATIONS + DEPARTURES + CHALLENGES)
def test_what_only_a_machine_says_makes_a_mail_automatic(text: str) -> None:
    assert reading(text, subject="Re: [Desk #1042] pump").kind is MailKind.AUTO_REPLY


@pytest.mark.parametrize("text", PEOPLE)
def test_what_people_say_of_mail_and_machines_stays_theirs(text: str) -> None:
    assert reading(text, subject="Re: [Desk #1042] pump").kind is MailKind.HUMAN


def test_who_forwards_a_machines_words_is_a_person() -> None:
    block = "---------- Forwarded message ---------\nFrom: x@y.example\nSubject: pump\n\nThis is an automated message."

    assert reading(f"Bob\n\n{block}", subject="Fwd: pump").kind is MailKind.HUMAN


@pytest.mark.parametrize(
    "piece",
    ["your message ", "this mail auto ", "you're auto ", "a@", "your ticket ", "recipient accessed", "click so "],
)
def test_crafted_words_are_judged_in_no_time(piece: str) -> None:
    start = time.process_time()

    machines_words((piece * 5000)[:2500], (piece * 5000)[:2500])

    assert time.process_time() - start < 0.5


@pytest.mark.parametrize(
    "text",
    [
        "You have received a new voice message (0:48) from 5550100.",
        "You have 1 new voicemail.\n\nFrom: 5550100\nDuration: 00:48",
        "Sie haben eine neue Sprachnachricht erhalten. Dauer: 0:48",
        "Vous avez un nouveau message vocal de 5550100 (12 secondes).",
        "Tiene un nuevo mensaje de voz. Duración: 12",
        "Você tem uma nova mensagem de voz (0:12).",
        "U heeft een nieuw voicemail bericht (0:12) van 5550100.",
    ],
)
def test_a_telephone_that_tells_of_what_was_spoken_is_a_machine(text):
    assert reading(text, subject="Message 17", sender="PBX <pbx@acme.example>").kind is MailKind.AUTO_REPLY


@pytest.mark.parametrize(
    "text",
    [
        "You have a voice message from Bob. Please call him at 5550100.",
        "Sie haben eine Sprachnachricht von mir auf dem Band (0:48), bitte abhören.",
        "You have a new voicemail (0:48) from the plumber. Have you heard it?",
    ],
)
def test_who_tells_of_a_call_is_a_person(text):
    assert reading(text, subject="Call", sender="Ann <ann@acme.example>").kind is MailKind.HUMAN


def test_a_turkish_capital_in_lower_case_is_no_english_i():
    text = "İyi günler, talebiniz alınmıştır. En kısa sürede dönüş yapılacaktır."

    assert reading(text, subject="Talep", sender="Destek <destek@acme.example>").kind is MailKind.AUTO_REPLY
