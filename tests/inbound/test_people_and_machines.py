"""A person may write about machines, and a machine may say that a person is away: each is told for what he is."""

import re

import pytest

from mailbot.inbound.absence_words import ABSENCE_PHRASES
from mailbot.inbound.notice_words import LEGAL_PHRASES
from mailbot.inbound.reading import MailKind
from mailbot.inbound.taglines import TAGLINE_OPENING
from tests.inbound.mails import reading

# fmt: off
PEOPLE = [
    ("RE: bill", "Paid.\n\nAnn\n\nThis message was sent automatically encrypted by our gateway."),
    ("AW: Rechnung", "Bezahlt.\n\nDiese E-Mail wurde automatisch versendet verschlüsselt."),
    ("Out of office next week", "I am out of the office next week. Can we test the pump before that?"),
    ("Abwesenheit ab Montag", "Ich bin ab Montag im Urlaub. Können Sie vorher liefern?"),
    ("Mailbox full", "The mailbox old@customer.example is full, please use new@customer.example for the answer."),
    ("Re: pump", "I am out of the office a lot, so call the shop."),
    ("Out of office replies from your customer",
     "My customer wrote me an out of office reply: he is back on Monday. Please resend the ring."),
    ("Automatic reply", "I got an automatic reply from your colleague. Who handles it now?"),
    ("Automatic reply settings", "Where do I switch your automatic reply off? I am away from Monday."),
    ("Abwesenheitsnotiz", "Ich bekomme von Ihrem Kollegen nur eine Abwesenheitsnotiz. Wer hilft mir jetzt?"),
    ("Delivery failed?",
     "I got 'delivery failed' from your server: 550 5.1.1 <bob@acme.example> user unknown. Use another address."),
    ("Undeliverable mail to Bob",
     "Your last mail was returned as undeliverable to bob@acme.example. I think the address is wrong."),
    ("Undeliverable parcel", "The parcel was undeliverable, the carrier says. Send it again."),
    ("Delivery failed", "Delivery failed, nobody was home. I will be back on Monday."),
    ("Unzustellbar: Paket 17", "Die Lieferung war unzustellbar, sagt die Post. Schicken Sie sie nochmal."),
    ("Delivery status of my order", "The parcel has not arrived."),
    ("Mailbox full", "The mailbox full message came again. Please check your mailbox."),
    ("Failure notice from your server", "This is what came back.\n\n> Hi. This is the qmail-send program.\n"
     "> I'm afraid I wasn't able to deliver your message.\n> <bob@acme.example>: no mailbox here"),
    ("Fwd: Undelivered Mail Returned to Sender",
     "See below.\n\n-------- Forwarded Message --------\nSubject: Undelivered Mail Returned to Sender\n"
     "From: MAILER-DAEMON@mx.example\nTo: ann@customer.example\n\n<bob@acme.example>: 550 5.1.1 user unknown"),
    ("Re: pump", "I will be away until Monday, so please deliver after that."),
    ("Re: pump", "I am on vacation until Friday. The pump still leaks, I tried it before I left."),
    ("AW: Pumpe", "Ich bin bis Freitag im Urlaub, schicken Sie das Teil danach."),
    ("RE: Pompe", "Je suis en vacances jusqu'au 12, envoyez-moi la pièce après."),
    ("Re: bomba", "Estoy de vacaciones hasta el lunes. La bomba sigue goteando."),
    ("Re: pump", "We have received your message about the delivery and will ship on Monday. Regards, Bob"),
    ("Re: pump", "Thank you for your message. The valve has to be replaced, I will send one tomorrow.\n\nBob"),
    ("Re: pump", "Sorry, I was on holiday until yesterday. For urgent matters call me on 555 1234."),
    ("Re: pump", "I have no access to my email this week, call 555 1234."),
    ("RE: Pompe", "Je suis en formation cette semaine, livrez plutôt lundi."),
    ("AW: Pumpe", "Ihre Nachricht habe ich erst heute gelesen, ich war auf Dienstreise. Bitte liefern Sie am 12."),
    ("Odp: Pompa", "Jestem na urlopie, ale proszę wysłać paczkę do sąsiada."),
    ("Férias", "Vamos de férias no dia 4. Podem entregar antes?"),
    ("Out of office messages", "Can your desk leave out of office messages alone? I am out of the office on Friday."),
    ("Automatic response", "Every mail to you brings one of these. Is the order known to you?"),
    ("Re: bill", "Your message was received by both of us, and the sum is right."),
    ("AW: Automatische Antwort: Pumpe", "Danke, dann warte ich. Ich bin bis zum 12. da, dringend ist es nicht."),
]
FIELDS_OF_PEOPLE = [
    {"Auto_Submitted": "no"},
    {"X_Auto_Response_Suppress": "DR, RN, NRN, OOF, AutoReply"},
    {"X_Auto_Response_Suppress": "All"},
    {"X_Auto_Response_Suppress": "All", "References": "<ours@desk.example>", "subject": "Pump"},
    {"Precedence": "normal"},
    {"List_Unsubscribe": "<mailto:off@acme.example>", "In_Reply_To": "<ours@desk.example>"},
    {"Feedback_ID": "acme:sales", "In_Reply_To": "<ours@desk.example>"},
    {"Feedback_ID": "acme:sales", "Auto_Submitted": "no"},
    {"X_MS_Exchange_Inbox_Rules_Loop": "ann@customer.example"},
    {"Disposition_Notification_To": "ann@customer.example"},
]
AWAY = [
    ("AW: Pumpe", "Ich bin bis zum 12.12. nicht im Büro und habe keinen Zugriff auf meine E-Mails."),
    ("RE: Pompe", "Bonjour, je suis absente du bureau jusqu'au 12 juin. En cas d'urgence, contactez Paul au 0123."),
    ("RE: Bomba", "Estoy fuera de la oficina hasta el 12 de junio. Para asuntos urgentes contacte con Pablo."),
    ("RES: Bomba", "Estou ausente do escritório até 12 de junho. Em caso de urgência contacte Paulo."),
    ("R: Pompa", "Sono fuori ufficio fino al 12 giugno. Per urgenze contattare Paolo."),
    ("RE: Pomp", "Ik ben afwezig tot 12 juni. Voor dringende zaken kunt u contact opnemen met Piet."),
    ("SV: Pump", "Jag är på semester till den 12 juni. Vid brådskande ärenden kontakta Per."),
    ("SV: Pumpe", "Jeg er på ferie til 12. juni. Ved hastesager kontakt venligst Per."),
    ("SV: Pumpe", "Jeg er ikke på kontoret før 12. juni. Ved hastesaker, kontakt Per."),
    ("VS: Pumppu", "Olen lomalla 12.6. asti. Kiireellisissä asioissa ota yhteyttä Pekkaan."),
    ("Odp: Pompa", "Jestem na urlopie do 12 czerwca. W pilnych sprawach proszę o kontakt z Pawłem."),
    ("RE: Čerpadlo", "Jsem mimo kancelář do 12. června. V naléhavých případech kontaktujte Pavla."),
    ("RE: Szivattyú", "Szabadságon vagyok június 12-ig. Sürgős esetben keresse Pált."),
    ("RE: Pompă", "Sunt în concediu până pe 12 iunie. Pentru urgențe contactați-l pe Paul."),
    ("RE: Насос", "Я в отпуске до 12 июня. По срочным вопросам обращайтесь к Павлу."),
    ("RE: Насос", "Я у відпустці до 12 червня. З термінових питань звертайтеся до Павла."),
    ("ΑΠ: Αντλία", "Λείπω από το γραφείο έως 12 Ιουνίου. Για επείγοντα επικοινωνήστε με τον Παύλο."),
    ("YNT: Pompa", "12 Haziran'a kadar izindeyim. Acil durumlarda Pol ile iletişime geçin."),
    ("Re: ポンプ", "6月12日まで休暇をいただいております。お急ぎの場合は鈴木までご連絡ください。"),
    ("回复: 泵", "我正在休假，6月12日回来。如有急事请联系王先生。"),
    ("Re: 펌프", "6월 12일까지 휴가입니다. 급한 용무는 김 대리에게 연락해 주세요."),
    ("RE: Bomba", "Sóc de vacances fins al 12 de juny. Per a urgències, contacteu amb en Pau."),
    ("RE: Pumpa", "Na godišnjem sam odmoru do 12. lipnja. Za hitne slučajeve obratite se kolegi."),
    ("RE: Črpalka", "Do 12. junija sem na dopustu. V nujnih primerih pokličite kolego."),
    ("RE: Čerpadlo", "Do 12. júna čerpám dovolenku. V súrnych prípadoch kontaktujte kolegu."),
    ("RE: Siurblys", "Iki birželio 12 d. atostogauju. Skubiais klausimais kreipkitės į kolegą."),
    ("RE: Sūknis", "Esmu atvaļinājumā līdz 12. jūnijam. Steidzamos gadījumos zvaniet kolēģim."),
    ("RE: Pump", "Olen puhkusel kuni 12. juunini. Kiireloomulistes küsimustes pöörduge kolleegi poole."),
    ("RE: Pompa", "Saya sedang cuti sampai 12 Juni. Untuk hal mendesak hubungi rekan saya."),
    ("RE: Bơm", "Tôi đang nghỉ phép đến ngày 12 tháng 6. Nếu cần gấp, vui lòng liên hệ đồng nghiệp."),
    ("RE: ปั๊ม", "ลาพักร้อนถึงวันที่ 12 มิถุนายน กรณีเร่งด่วนติดต่อเพื่อนร่วมงาน"),
    ("RE: Помпа", "В отпуск съм до 12 юни. При спешни случаи се обадете на колегата ми."),
    ("RE: مضخة", "أنا في إجازة حتى 12 يونيو. للأمور العاجلة اتصلوا بزميلي."),
    ("RE: משאבה", "אני בחופשה עד 12 ביוני. בעניינים דחופים פנו לעמיתי."),
    ("Re: pump", "Our office is closed from 23 December to 2 January. We will reply when we reopen."),
    ("Bob Hill is out of the office.", "Back on the 12th."),
    ("Re: pump", "I'll be out of the office on jury duty through Friday. If you need immediate help, call 555 0100."),
    ("Re: pump", "I am on sabbatical and will not be checking email. Contact dean@uni.example for anything urgent."),
    ("Re: pump", "Out of office until 12 March. Urgent matters: 555 0100."),
    ("AW: Pumpe", "Abwesend bis 12.03. Vertretung: Frau Ulm"),
    ("AW: Pumpe", "Ich bin vom 4. bis 12. März auf Dienstreise und lese meine Mails nur unregelmäßig."),
    ("RE: Pompe", "Je suis en formation et consulterai mes messages à mon retour."),
    ("Odp: Pompa", "Jestem na urlopie macierzyńskim. Zastępuje mnie Anna Nowak."),
    ("Re: 펌프", "현재 출장 중으로 메일 확인이 늦어질 수 있습니다. 급한 용건은 전화 주세요."),
    ("AW: Pumpe", "Ich bin erkrankt und kann Ihre E-Mail derzeit nicht bearbeiten."),
    ("RE: Pompe", "Je suis en congé maternité jusqu'au 1er mai. Merci d'adresser vos messages à Marie."),
    ("RE: Bomba", "Me encuentro de baja hasta nuevo aviso. Por favor, contacte con administración."),
    ("R: Pompa", "Sarò assente dal 4 al 12 marzo. Può rivolgersi alla collega Anna."),
    ("RE: Pomp", "Bedankt voor uw mail. Tot en met 12 maart ben ik op vakantie. Daarna beantwoord ik uw bericht."),
    ("SV: Pump", "Jag är föräldraledig och svarar inte på mail."),
    ("Re: Насос", "С 4 по 12 марта я буду в отпуске. На время моего отсутствия обращайтесь к Ивану."),
    ("Re: ポンプ", "3月4日から12日まで休業とさせていただきます。ご返信は13日以降となります。"),
    ("Bob Hill ist außer Haus.", "Ab dem 12. wieder da."),
    ("Re: pump (Out of Office)", "Back on the 12th."),
    ("Re: pump", "I'm on parental leave until September. Please contact Bob in my absence."),
    ("Re: pump", "I am currently out of the office with limited access to email and will return on June 12."),
]
TEXT = "{}:\n\nann@customer.example\n{}\n"
BOUNCES = [
    ("Unzustellbar: Pumpe", TEXT.format("Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen",
     "Die eingegebene E-Mail-Adresse konnte nicht gefunden werden.")),
    ("Non remis : pompe", TEXT.format("Échec de la remise à ces destinataires ou groupes",
     "L'adresse de messagerie que vous avez entrée est introuvable.")),
    ("No se puede entregar: bomba", TEXT.format("Error en la entrega a los siguientes destinatarios o grupos",
     "No se encontró la dirección de correo electrónico.")),
    ("Non recapitabile: pompa", TEXT.format("Impossibile recapitare il messaggio ai seguenti destinatari",
     "L'indirizzo non è stato trovato.")),
    ("Onbestelbaar: pomp", TEXT.format("Uw bericht kon niet worden bezorgd bij de volgende geadresseerden",
     "Het adres is niet gevonden.")),
    ("Não é possível entregar: bomba", TEXT.format("Falha na entrega para estes destinatários ou grupos",
     "O endereço não foi encontrado.")),
    ("Det går inte att leverera: pump", TEXT.format("Det gick inte att leverera till följande mottagare",
     "Det gick inte att hitta e-postadressen.")),
    ("Kan ikke leveres: pumpe", TEXT.format("Levering til disse modtagere eller grupper mislykkedes",
     "Mailadressen blev ikke fundet.")),
    ("Nelze doručit: čerpadlo", TEXT.format("Doručení těmto příjemcům nebo skupinám se nezdařilo",
     "Adresa nebyla nalezena.")),
    ("Niedostarczalne: pompa", TEXT.format("Nie można dostarczyć wiadomości do następujących adresatów",
     "Nie znaleziono adresu.")),
    ("Недоставлено: насос", TEXT.format("Не удалось доставить сообщение следующим получателям", "Адрес не найден.")),
    ("Teslim edilemedi: pompa", TEXT.format("Şu alıcılara veya gruplara teslim edilemedi", "Adres bulunamadı.")),
    ("Kézbesíthetetlen: szivattyú", TEXT.format("A kézbesítés az alábbi címzetteknek nem sikerült",
     "A cím nem található.")),
    ("配信不能: ポンプ", TEXT.format("次の受信者への配信に失敗しました", "アドレスが見つかりませんでした。")),
    ("未传递: 泵", TEXT.format("无法将邮件传递给以下收件人或组", "找不到您输入的电子邮件地址。")),
    ("배달되지 않음: 펌프", TEXT.format("다음 받는 사람에게 배달하지 못했습니다", "메일 주소를 찾을 수 없습니다.")),
    ("ZUSTELLUNGSFEHLER: Benutzer ann nicht im Domino-Verzeichnis",
     "Ihre Nachricht\n\n  Betreff: Pumpe\n\nwurde nicht zugestellt an:\n\n  ann@customer.example\n\nweil:\n\n"
     "  Benutzer ann (ann@customer.example) ist nicht im Domino-Verzeichnis aufgeführt\n"),
    ("RAPPORT D'ECHEC DE DISTRIBUTION : utilisateur ann non répertorié",
     "Votre message\n\n  Objet : pompe\n\nn'a pas été distribué à :\n\n  ann@customer.example\n\ncar :\n\n"
     "  Utilisateur ann (ann@customer.example) non répertorié dans l'annuaire Domino\n"),
]
# fmt: on


@pytest.mark.parametrize(("subject", "text"), PEOPLE)
def test_a_person_who_speaks_of_machines_is_a_person(subject: str, text: str) -> None:
    assert reading(text, subject=subject).kind is MailKind.HUMAN


@pytest.mark.parametrize("fields", FIELDS_OF_PEOPLE)
def test_fields_that_only_ask_machines_to_be_silent_do_not_make_one(fields: dict[str, str]) -> None:
    assert reading("Thanks, it works.", **fields).kind is MailKind.HUMAN


@pytest.mark.parametrize(("subject", "text"), AWAY)
def test_an_absence_note_without_headers_is_known_in_many_languages(subject: str, text: str) -> None:
    assert reading(text, subject=subject).kind is MailKind.AUTO_REPLY


@pytest.mark.parametrize(("subject", "text"), BOUNCES, ids=[subject for subject, _ in BOUNCES])
def test_an_exchange_or_domino_bounce_is_known_in_many_languages(subject: str, text: str) -> None:
    found = reading(text, subject=subject, sender="Microsoft Outlook <postmaster@mx.example>")

    assert found.kind is MailKind.BOUNCE
    assert [one.address for one in found.failed_recipients] == ["ann@customer.example"]
    assert found.failed_recipients[0].permanent is True


@pytest.mark.parametrize("phrase", [*ABSENCE_PHRASES, *LEGAL_PHRASES, TAGLINE_OPENING])
def test_phrases_for_text_in_lower_case_are_in_lower_case(phrase):
    without_classes = re.sub(r"\\[A-Za-z]", "", phrase.pattern)

    assert without_classes == without_classes.lower()
    assert not phrase.flags & re.IGNORECASE
