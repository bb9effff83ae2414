"""Names of header fields as mail programs print them above a quoted mail, in many languages: a table.

Outlook, Exchange and their kin introduce the answered mail by a block of "From: … Sent: … To: … Subject: …" in the
language of the program. Each label here has one role; a block is recognised by its roles, not by its language.
"""

from __future__ import annotations

from typing import Final

FROM: Final = (
    "from", "von", "de", "da", "van", "från", "fra", "lähettäjä", "od", "feladó", "de la", "expéditeur",
    "expediteur", "mittente",
    "remitente", "remetente", "afzender", "avsändare", "avsender", "afsender", "absender", "odesílatel",
    "odosielateľ", "nadawca",
    "expeditor", "от", "от кого", "отправитель", "від", "від кого", "από", "αποστολέας", "kimden", "gönderen",
    "发件人", "發件人", "寄件者",
    "寄件人", "差出人", "送信者", "from（差出人）", "보낸 사람", "보낸사람", "발신", "từ", "người gửi", "จาก",
    "dari", "pengirim", "من",
    "המרسل", "المرسل",
    "מאת", "از", "فرستنده", "nuo", "siuntėjas", "no", "sūtītājs", "saatja", "šalje", "pošiljatelj", "pošiljatelj",
    "šiuntėjas", "подател",
    "пошиљалац", "frá", "nork", "igorlea", "sender", "reply-to", "ó", "oddi wrth", "प्रेषक", "mula kay", "nga",
)  # fmt: skip

DATE: Final = (
    "message du", "nachricht vom", "messaggio del", "mensaje del", "bericht van", "sent", "date", "date sent",
    "sent on", "received", "gesendet", "gesendet am", "datum", "envoyé", "envoye", "envoyé le", "inviato",
    "data invio", "data",
    "enviado", "enviado el", "enviado em", "enviada em", "enviada", "fecha", "fecha de envío", "verzonden",
    "verzonden op", "skickat",
    "skickades", "sendt", "dato", "lähetetty", "päivämäärä", "päiväys", "pvm", "wysłano", "odesláno", "odoslané",
    "dátum", "elküldve",
    "küldve", "trimis", "trimis la", "отправлено", "дата", "дата отправки", "надіслано", "εστάλη", "ημερομηνία",
    "στάλθηκε", "gönderilme", "tarih",
    "gönderilme tarihi", "gönderildi", "发送时间", "发送日期", "發送時間", "日期", "寄件日期", "傳送時間", "時間",
    "时间", "送信日時", "送信日",
    "日時", "日付", "보낸 날짜", "날짜", "보낸날짜",
    "đã gửi", "gửi", "ngày", "ngày gửi", "ส่ง", "ส่งเมื่อ", "วันที่", "dikirim", "tanggal", "تاريخ الإرسال",
    "التاريخ", "أرسل", "تم الإرسال", "נשלח", "תאריך", "בתאריך",
    "تاریخ", "ارسال شده", "išsiųsta", "nosūtīts", "datums", "saadetud", "kuupäev", "poslano", "изпратено",
    "послато", "датум", "sent at", "seolta",
    "anfonwyd", "bidalia", "sendt den", "enviat", "fecha y hora", "दिनांक", "भेजा गया", "petsa", "sendur", "dags",
    "data e hora",
)  # fmt: skip

TO: Final = (
    "to", "an", "à", "a", "para", "aan", "till", "til", "vastaanottaja", "do", "komu", "címzett", "către", "catre",
    "destinataire", "destinataires",
    "destinatario", "destinatarios", "destinatari", "empfänger", "ontvanger", "mottagare", "кому", "получатель",
    "к", "προς", "παραλήπτης", "kime", "alıcı",
    "收件人", "收件者", "宛先", "받는 사람", "받는사람", "수신", "đến", "tới", "người nhận", "ถึง", "kepada", "ke",
    "untuk", "إلى",
    "الى", "אל", "לכבוד", "به", "kam", "kam:", "gavėjas", "saaja",
    "za", "prima", "primatelj", "до", "прима", "nori", "per", "viðtakandi", "chuig", "at", "प्रति", "kay", "për",
    "odbiorca", "příjemce", "príjemca", "adresát",
)  # fmt: skip

SUBJECT: Final = (
    "subject", "betreff", "betr", "objet", "sujet", "oggetto", "asunto", "assunto", "onderwerp", "ämne", "emne",
    "aihe", "temat", "předmět", "predmet",
    "tárgy", "subiect", "тема", "θέμα", "konu", "主题", "主題", "主旨", "件名", "제목", "chủ đề", "tiêu đề", "v/v",
    "เรื่อง",
    "หัวเรื่อง", "perihal", "subjek", "subyek", "hal",
    "الموضوع", "موضوع", "נושא", "הנושא", "tema", "temats", "teema", "naslov", "zadeva", "относно", "предмет",
    "наслов", "assumpte", "gaia", "efni", "pwnc",
    "ábhar", "विषय", "paksa", "subjekt", "subjecte", "re",
)  # fmt: skip

OTHER: Final = (
    "cc", "bcc", "kopie", "kopi", "kopia", "kopio", "copie", "copie à", "copia", "cópia", "cc:", "másolat", "kópia",
    "копия", "копія", "κοιν", "κοινοποίηση",
    "bilgi", "抄送", "副本", "參考", "참조", "đồng gửi", "สำเนา", "tembusan", "نسخة", "העתק", "עותק", "رونوشت",
    "do wiadomości", "dw", "ads", "importance", "priority", "wichtigkeit",
    "priorität", "importance", "priorità", "prioridad", "prioridade", "importância", "attachments", "anlagen",
    "pièces jointes", "reply-to", "antwort an", "répondre à",
    "responder a", "rispondi a", "message-id", "organization", "newsgroups", "mailed by", "signed by", "x-mailer",
    "content-type", "mime-version",
)  # fmt: skip

ORIGINAL: Final = (
    "original message", "original mail", "original email", "original e-mail", "original", "reply message",
    "replied message", "ursprüngliche nachricht",
    "originalnachricht", "original-nachricht", "ursprüngliche mail", "ursprüngliche e-mail", "message d'origine",
    "message d’origine", "message original",
    "message initial", "mensaje original", "mensagem original", "messaggio originale", "messaggio di origine",
    "oorspronkelijk bericht",
    "oorspronkelijke bericht", "originele bericht", "ursprungligt meddelande", "originalmeddelande",
    "ursprungligt e-postmeddelande", "oprindelig meddelelse", "oprindelig besked", "oprindelig mail",
    "oprindelig e-mail", "opprinnelig melding", "original melding", "opprinnelig e-post", "alkuperäinen viesti",
    "wiadomość oryginalna", "oryginalna wiadomość",
    "wiadomość pierwotna", "původní zpráva", "původní e-mail", "pôvodná správa", "eredeti üzenet", "mesaj original",
    "mesajul original",
    "исходное сообщение", "исходное письмо", "оригинальное сообщение", "первоначальное сообщение",
    "оригінальне повідомлення", "вихідне повідомлення",
    "початкове повідомлення", "αρχικό μήνυμα", "özgün ileti", "özgün mesaj", "orijinal mesaj", "orijinal ileti",
    "原始邮件", "原始郵件", "原邮件", "原郵件", "回复的原邮件",
    "原始信件", "原始訊息", "元のメッセージ", "元のメール", "original message（元のメッセージ）", "원본 메시지",
    "원본 메일", "원본메일", "thư gốc",
    "tin nhắn gốc",
    "ข้อความเดิม", "ข้อความต้นฉบับ", "pesan asli", "mesej asal", "الرسالة الأصلية", "رسالة أصلية", "הודעה מקורית",
    "ההודעה המקורית", "پیام اصلی", "originalus laiškas",
    "sākotnējais ziņojums", "algne sõnum", "algne kiri", "izvorna poruka", "originalna poruka", "izvirno sporočilo",
    "оригинално съобщение",
    "оригинална порука", "missatge original", "jatorrizko mezua", "upprunaleg skilaboð", "mesazhi origjinal",
    "messaggio inoltrato originale",
)  # fmt: skip

FORWARDED: Final = (
    "forwarded message", "forwarded mail", "forwarded email", "begin forwarded message", "start forwarded message",
    "weitergeleitete nachricht", "weitergeleitete mail", "anfang der weitergeleiteten nachricht",
    "anfang der weitergeleiteten e-mail", "beginn der weitergeleiteten nachricht", "message transféré",
    "début du message transféré",
    "début du message réexpédié", "message transmis", "messaggio inoltrato", "inizio messaggio inoltrato",
    "inizio del messaggio inoltrato", "mensaje reenviado", "inicio del mensaje reenviado",
    "mensagem encaminhada", "mensagem reencaminhada", "início da mensagem encaminhada",
    "início da mensagem reencaminhada", "doorgestuurd bericht", "begin doorgestuurd bericht",
    "vidarebefordrat meddelande",
    "vidarebefordrat brev", "vidarebefordrat mejl", "startar vidarebefordrat brev", "videresendt besked",
    "videresendt meddelelse", "start på videresendt besked", "videresendt melding", "start på videresendt melding",
    "välitetty viesti",
    "välitetty viesti alkaa", "edelleenlähetetty viesti", "wiadomość przekazana", "treść przekazanej wiadomości",
    "początek przekazywanej wiadomości", "přeposlaná zpráva", "předaná zpráva", "začátek přeposílané zprávy",
    "preposlaná správa", "továbbított üzenet", "továbbított levél", "mesaj redirecționat", "пересылаемое сообщение",
    "пересланное сообщение", "начало переадресованного сообщения", "переслане повідомлення",
    "προωθημένο μήνυμα", "iletilmiş mesaj", "iletilen mesaj", "yönlendirilen mesaj", "转发的邮件", "转发邮件",
    "轉寄郵件",
    "轉寄的郵件", "開始轉寄郵件", "转发邮件信息", "轉寄的訊息", "転送されたメッセージ", "転送メッセージ",
    "전달된 메시지", "전달된 메일",
    "thư được chuyển tiếp", "thư đã chuyển tiếp", "ข้อความที่ส่งต่อ", "pesan terusan", "pesan yang diteruskan",
    "رسالة معاد توجيهها", "الرسالة المعاد توجيهها", "הודעה שהועברה", "הודעה מועברת", "persiųstas laiškas",
    "pārsūtīts ziņojums",
    "edastatud kiri", "proslijeđena poruka", "posredovano sporočilo", "препратено съобщение", "прослеђена порука",
    "missatge reenviat",
)  # fmt: skip
