"""What mail programs print in each language, as their translations have it: one line of each kind for a language."""

# fmt: off
# Roundcube, Thunderbird, Evolution, KMail, Gmail and others, by language; "NAME" stands for the author
ATTRIBUTIONS = {
    "en": "On Mon, 2026-03-02 at 10:15 +0100, NAME wrote:",
    "de": "Am Montag, dem 02.03.2026 um 10:15 +0100 schrieb NAME:",
    "nl": "NAME schreef op ma 02-03-2026 om 10:15 [+0100]:",
    "fr": "Le lundi 02 mars 2026 à 10:15 +0100, NAME a écrit :",
    "es": "El lun, 02-03-2026 a las 10:15 +0100, NAME escribió:",
    "pt": "A seg, 02-03-2026 às 10:15 +0000, NAME escreveu:",
    "it": "Il giorno lun, 02/03/2026 alle 10.15 +0100, NAME ha scritto:",
    "ca": "El dl. 02 de 03 de 2026 a les 10:15 +0100, en/na NAME va escriure:",
    "gl": "O lun, 02-03-2026 ás 10:15 +0100, NAME escribiu:",
    "oc": "Lo lun 02 de-03-de 2026, at 10:15 +0100, NAME escriguèt :",
    "ro": "În data de Lu, 02-03-2026 la 10:15 +0200, NAME a scris:",
    "sv": "mån 2026-03-02 klockan 10:15 +0100 skrev NAME:",
    "da": "ma., 02 03 2026 kl. 10:15 +0100, skrev NAME:",
    "nb": "Den 02.03.2026 10:15, skrev NAME:",
    "nn": "må. den 2. 03. 2026 klokka 10.15 (+0100) skreiv NAME:",
    "fi": "NAME kirjoitti 2.3.2026 klo 10.15:",
    "is": "Þann 02.03.2026 10:15, skrifaði NAME:",
    "fo": "Tann 2026-03-02 10:15, skrivaði NAME:",
    "et": "Ühel kenal päeval, E, 02.03.2026 kell 10:15, kirjutas NAME:",
    "lv": "NAME @ 2026-03-02 10:15 rakstīja:",
    "lt": "2026-03-02 10:15, NAME rašė:",
    "pl": "W dniu pon, 02.03.2026 o godzinie 10:15 +0100, użytkownik NAME napisał:",
    "cs": "NAME píše v Po 02. 03. 2026 v 10:15 +0100:",
    "sk": "Dňa 2. 3. 2026 o 10:15 NAME napísal(a):",
    "hu": "2026. 03. 02. 10:15 keltezéssel, NAME írta:",
    "sl": "Dne 02.03.2026 (pon) ob 10:15 +0100 je NAME napisal(a):",
    "hr": "02. 03. 2026. u 10:15, NAME piše:",
    "sr": "Дана 2.3.26. у 10:15, NAME пише:",
    "mk": "На пон, 2026-03-02 во 10:15 +0100, NAME напиша:",
    "bg": "В 10:15 +0200 на 02.03.2026 (пн), NAME написа:",
    "ru": "В Пн, 02/03/2026 в 10:15 +0300, NAME пишет:",
    "uk": "У Пн, 2026-03-02 у 10:15 +0200, NAME пише:",
    "be": "NAME напісаў 2026-03-02 10:15:",
    "el": "Στις 02-03-2026, ημέρα Δευ, και ώρα 10:15 +0200, ο/η NAME έγραψε:",
    "sq": "Ditën e Hën, 02/03/2026 më 10.15 +0100, NAME ka shkruar:",
    "tr": "2.03.2026 10:15 tarihinde NAME yazdı:",
    "az": "2026-03-02 10:15 tarixdə, NAME yazıb:",
    "hy": "2026-03-02 10:15-ին, NAME-ը գրեց:",
    "ka": "2026-03-02 10:15-ში, NAME დაწერა:",
    "eu": "2026-03-02 10:15 egunean, NAME-(e)k idatzi du:",
    "ga": "Ar an 2026-03-02 10:15, scríobh NAME:",
    "cy": "Ar 2026-03-02 10:15, ysgrifennodd NAME:",
    "eo": "Je 2026-03-02 10:15, NAME skribis:",
    "he": ":כתב NAME, 2026-03-02 10:15 בתאריך",
    "ar": "كتب NAME في 2026-03-02 10:15:",
    "fa": "در 2026-03-02 10:15، NAME نوشته است:",
    "hi": "सोम, 2 मार्च 2026 को 10:15 am बजे को NAME ने लिखा:",
    "mr": "2026-03-02 10:15 या दिवशी NAME ने लिहिले:",
    "bn": "সোম, 2026-03-02 -র 10:15 +0600-এ, NAME লিখেছিলেন:",
    "pa": "ਸੋਮ , 02-03-2026, 10:15 ਵਜੇ +0530, NAME ਨੇ ਲਿਖਿਆ:",
    "th": "เมื่อ 2/3/26 เวลา 10:15 NAME เขียนว่า:",
    "vi": "Vào lúc 10:15 02/03/2026, NAME đã viết:",
    "id": "Pada hari Senin, tanggal 02/03/2026, pukul 10:15 +0700, NAME menulis:",
    "ms": "Pada Isn, 2026-03-02 pukul 10:15 +0800, NAME menulis:",
    "ja": "2026-03-02 (月) の 10:15 +0900 に NAME さんは書きました:",
    "ko": "2026-03-02 10:15에 NAME이(가) 쓴 내용:",
    "zh-CN": "在 2026-03-02星期一的 10:15 +0800，NAME写道：",
    "zh-TW": "於 週一，2026-03-02 於 10:15 +0800，NAME 提到：",
}

# two lines of Claws Mail; what stands above a marked quote without any verb, or is named by the quoting alone
INTRODUCTIONS = [
    "Am Mon, 2 Mar 2026 10:15:00 +0100\nschrieb Ann Field:",
    "在 Mon, 2 Mar 2026 10:15:00 +0800\nAnn Field 已寫入：",
    "2026-03-02 (월), 10:15 +0900, Ann Field:",
    "02.03.2026 10:15, Ann Field:",
    "Am Montag, 2. März 2026 um 10:15 schrieben Sie:",
    "Cituji Ann Field <ann@customer.example>:",
    "Lainaus Ann Field <ann@customer.example>:",
    "Idézet (Ann Field <ann@customer.example>):",
    "Alıntı Ann Field <ann@customer.example>:",
    "引述 Ann Field <ann@customer.example>:",
]

TAGLINES = {
    "en": "Sent from my iPhone", "de": "Von unterwegs gesendet", "nl": "Verstuurd vanaf mijn telefoon",
    "fr": "Envoyé de mon mobile Free", "es": "Enviado desde mi HUAWEI", "pt": "Obter o Outlook para iOS",
    "it": "Inviato da smartphone", "ca": "Enviat des de l'iPhone", "ro": "Obțineți Outlook pentru iOS",
    "sv": "Hämta Outlook för iOS", "da": "Hent Outlook til iOS", "nb": "Skaff deg Outlook for iOS",
    "fi": "Hanki Outlook for iOS", "et": "Saadetud minu iPhone'ist", "lv": "Nosūtīts no mana iPhone",
    "lt": "Išsiųsta iš mano telefono", "pl": "Wysłano z aplikacji Poczta o2", "cs": "Získejte Outlook pro iOS",
    "sk": "Získajte Outlook pre iOS", "hu": "Elküldve az iPhone-omról", "sl": "Poslano iz mojega iPhona",
    "hr": "Poslano s mog iPhone uređaja", "sr": "Послато са iPhone-а", "bg": "Изтеглете Outlook за iOS",
    "ru": "Получить Outlook для Android", "uk": "Отримати Outlook для iOS", "el": "Αποκτήστε το Outlook για iOS",
    "tr": "Outlook for iOS'i edinin", "he": "נשלח מה-iPhone שלי", "ar": "مرسل من هاتفي",
    "fa": "ارسال شده از iPhone من", "hi": "मेरे iPhone से भेजा गया", "th": "ส่งจาก iPhone ของฉัน",
    "vi": "Đã gửi từ iPhone của tôi", "id": "Dikirim dari ponsel saya", "ms": "Dihantar daripada iPhone saya",
    "ja": "スマホから送信", "ko": "Android용 Outlook 다운로드", "zh-CN": "发自我的小米", "zh-TW": "從我的手機傳送",
}

LEGAL_NOTICES = {
    "en": "NOTICE: This e-mail may contain privileged and confidential information intended solely for the addressee.",
    "de": "Diese Nachricht ist nur für den vorgesehenen Empfänger bestimmt. Sollten Sie es nicht sein, bitten wir um "
          "Benachrichtigung und Löschung.",
    "fr": "Ce courriel est confidentiel. S'il ne vous est pas destiné, veuillez en informer l'expéditeur.",
    "da": "Denne e-mail kan indeholde fortrolige oplysninger. Hvis du ikke er den rette modtager, bedes du straks "
          "underrette afsenderen og slette den.",
    "pl": "Niniejsza wiadomość zawiera informacje poufne i jest przeznaczona wyłącznie dla adresata. W razie pomyłki "
          "prosimy o powiadomienie nadawcy i usunięcie wiadomości.",
    "cs": "Tato zpráva je důvěrná a je určena pouze adresátovi. Pokud jste ji obdrželi omylem, zprávu smažte.",
    "hu": "Az üzenet bizalmas, és kizárólag a címzettnek szól. Ha tévedésből kapta, kérjük, törölje.",
    "ru": "Сообщение конфиденциально и предназначено исключительно для адресата. "
          "Если оно получено по ошибке, удалите его.",
    "uk": "Повідомлення конфіденційне і призначене виключно для адресата. "
          "Якщо ви отримали його помилково, видаліть його.",
    "hr": "Ova poruka je povjerljiva i namijenjena isključivo primatelju. Ako ste je primili greškom, obrišite je.",
    "el": "Το μήνυμα είναι εμπιστευτικό και απευθύνεται αποκλειστικά στον παραλήπτη. Αν το λάβατε εκ παραδρομής, "
          "διαγράψτε το.",
    "tr": "Bu ileti gizli bilgiler içerir ve yalnızca alıcıya özeldir. Yanlışlıkla aldıysanız siliniz.",
    "he": "הודעה זו מכילה מידע סודי ומיועדת לנמען בלבד. אם התקבלה בטעות, נא להודיע לשולח ולמחוק.",
    "ja": "本メールは機密情報を含みます。誤って受信された場合は送信者に連絡し、削除してください。",
    "ko": "본 메일은 기밀 정보를 포함하며 지정된 수신인만을 위한 것입니다. 잘못 받으신 경우 삭제하여 주십시오.",
    "zh": "本邮件及附件含有保密信息，仅限收件人使用。如果您错收了本邮件，请立即通知发件人并删除。",
}

WARNINGS = [
    "CAUTION: This email originated from outside of the organization. Do not click links.",
    "[EXTERNAL EMAIL] Use caution with links and attachments.",
    "ACHTUNG: Diese E-Mail stammt von einem externen Absender. Bitte öffnen Sie keine Anhänge.",
    "PRECAUCIÓN: Este correo electrónico se originó fuera de la organización. No haga clic en enlaces.",
    "ATTENTION : Cet e-mail provient d'un expéditeur externe. Ne cliquez pas sur les liens.",
    "UWAGA: Wiadomość pochodzi spoza organizacji. Nie klikaj w linki.",
    "ВНИМАНИЕ: Это письмо отправлено внешним отправителем.",
    "注意：此邮件来自组织外部。",
    "Ud modtager ikke ofte mails fra ann@customer.example. <https://aka.ms/LearnAboutSenderIdentification>",
]
# fmt: on
