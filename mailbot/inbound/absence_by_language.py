"""More words of absence notes, a row for each language: being away, until when, and whom to turn to instead.

They join the sorts of `absence_words`; all in lower case.
"""

from __future__ import annotations

from typing import Final

ABSENCE_BY_LANGUAGE: Final = {
    # away; until when; whom to turn to, or that mail is not read
    "da": (
        r"jeg har (?:afspadsering|ferie|orlov)|jeg er på rejse|er jeg (?:på|ikke|væk|fraværende)|jeg er på (?:barsel"
        r"|orlov|kursus|forretningsrejse|ferie)|jeg er (?:syg"
        r"|sygemeldt)",
        r"indtil|\btil (?:og med|den)|tilbage",
        r"begrænset adgang|læser ikke|i mit fravær|kontakt (?:venligst )?\w+ på",
    ),
    "de": (
        r"ich bin .{0,60}(?:auf (?:dienst|geschäfts)?reise|in kur)|bin ich .{0,60}(?:urlaub|abwesend|erreichbar|büro"
        r"|verreist|elternzeit|krank)|ich befinde mich"
        r"|ich bin (?:\w+ ){0,2}(?:erkrankt|krank\b|verhindert)|ich arbeite in teilzeit"
        r"|ich bin .{0,60}(?:mutterschutz|dienstreise"
        r"|fortbildung|kur\b)|unsere? \w+ (?:ist|sind|bleib\w+)\b.{0,60}geschlossen",
        r"nach meiner rückkehr|bis auf weiteres|bis \d",
        r"(?:lese|rufe) .{0,20}(?:mails?|nachrichten) .{0,12}(?:nur|unregelmäßig|nicht|selten)|nur unregelmäßig"
        r"|nicht (?:bearbeite|beantworte)\w*|in meiner abwesenheit|erreichen sie (?:meine|unsere)|wird nicht gelesen",
    ),
    "en": (
        r"\bi(?:['’]m|['’]ll be| am| will be"
        r"| have been) (?:\w+ ){0,2}?(?:out of (?:the )?(?:office|town|country)"
        r"|away from"
        r"|on (?:\w+ )?(?:leave|vacation|holidays?|sabbatical|jury duty)|travell?ing|abroad|attending|off (?:work"
        r"|sick)|unwell)"
        r"|\bi work part[- ]time|\bi only work\b",
        r"after that date|i return|until further notice|through \w+day|upon my return|when i (?:am back|return"
        r"|get back)",
        r"read your (?:e-?mail|message)s? after|for immediate needs|limited (?:internet )?access|not be (?:checking"
        r"|reading|monitoring|able to (?:read|check|respond|reply))|for anything urgent"
        r"|if (?:it is|it.s|this is) urgent|in my absence"
        r"|need immediate|expect delays?|delay(?:ed)? in (?:my )?respon|(?:respond|reply)\b.{0,40}(?:my return"
        r"|when i|return)",
    ),
    "es": (
        r"me encuentro (?:de|en|fuera|ausente)|estoy de (?:baja|permiso|viaje|licencia)|(?:estaré"
        r"|estaremos) de (?:baja|viaje)",
        r"hasta nuevo aviso|\bdel \d{1,2} al \d|a mi regreso|a mi vuelta",
        r"acceso (?:limitado|restringido) al? (?:correo|e-?mail)|sin acceso|en mi ausencia|durante mi ausencia"
        r"|(?:atender|responder)[ée] .{0,40}(?:regreso|vuelta)|dir[íi]ja(?:n)?se",
    ),
    "fr": (
        r"je suis .{0,20}(?:en formation|en mission|en voyage|malade)|je suis .{0,30}(?:absente?|congés?|vacances"
        r"|déplacement|arrêt)|je serai .{0,20}(?:absente?|congés?|vacances)",
        r"\bdu \d{1,2}.{0,12} au \d|jusqu|à mon retour|dès mon retour",
        r"consulter\w* .{0,20}(?:messages|mails|messagerie)|messagerie .{0,20}(?:irrégul|limité)|merci d.adresser"
        r"|vous adresser à|en mon absence|durant mon absence|(?:répondrai|traiterai).{0,40}retour",
    ),
    "it": (
        r"(?:sono|sarò|mi trovo) .{0,20}(?:assente|fuori|ferie|malattia|maternità|trasferta)",
        r"\bdal \d{1,2}.{0,12} al \d|al mio rientro",
        r"rivolger(?:si|vi)|si rivolga|in mia assenza|durante la mia assenza|(?:risponderò|leggerò).{0,40}rientro",
    ),
    "ja": (
        r"休業(?:とさせて|期間|いたし|し)|お休みをいただ|休職|産休|育休",
        r"以降|日から",
        r"返信は?.{0,20}(?:以降|遅れ|でき)|ご連絡ください|までご連絡",
    ),
    "nl": (
        r"ben ik (?:op|met|tot|niet|afwezig|vrij)|ik ben (?:met \w*verlof|op vakantie|ziek|vrij|op reis)"
        r"|ik werk (?:parttime"
        r"|deeltijd)",
        r"\btot (?:nader|en)|daarna|bij (?:mijn )?terugkomst",
        r"beantwoord ik|tijdens mijn afwezigheid|niet (?:gelezen|doorgestuurd)",
    ),
    "no": (
        r"er jeg (?:på|ikke|borte)|jeg er (?:på (?:kurs|reise|permisjon|ferie)|syk|sykmeldt)|jeg har (?:ferie"
        r"|permisjon)",
        r"\b(?:til og med|frem til|fram til)|tilbake",
        r"leser ikke|i mitt fravær|begrenset tilgang",
    ),
    "pl": (
        r"jestem (?:na zwolnieniu|na wakacjach|w podróży|na macierzyńskim)|w dniach .{1,20}(?:jestem|będę)"
        r"|będę nieobecn",
        r"\bw dniach\b|do odwołania|po powrocie",
        r"zastępuje mnie|w zastępstwie|w czasie mojej nieobecności|pod moją nieobecność|odpowiem .{0,30}powrocie"
        r"|proszę o kontakt",
    ),
    "ru": (
        r"я буду (?:в отпуске|отсутств|в командировке)|буду отсутствовать|нахожусь (?:в отпуске|на больничном)",
        r"\bс \d{1,2} по \d|после возвращения",
        r"почту не проверяю|почта не проверяется|по вопросам .{0,30}\S+@|обращайтесь|во время моего отсутствия"
        r"|моего отсутствия|в мо[её] отсутствие|отвечу .{0,40}(?:возвращ|после)",
    ),
    "sv": (
        r"jag är på (?:resande fot|tjänsteresa)|är jag (?:på|inte|ledig|borta)|jag är (?:föräldraledig|sjuk\b"
        r"|sjukskriven|på (?:resa|kurs)|mammaledig"
        r"|pappaledig)",
        r"tills vidare|\btill och med|åter (?:den|på)",
        r"begränsad (?:möjlighet|tillgång)|svarar inte|läser inte|under min frånvaro|kontakta \w+ på",
    ),
    "bg": (r"в отпуск(?:а)? съм|отсъствам|извън офиса съм", r"\bдо \d|ще се върна", r"спешн|нямам достъп"),
    "ca": (
        r"s[óo]c (?:de vacances|fora)|est(?:ic|aré) (?:de vacances|fora|absent)",
        r"fins (?:al|el|a)\b|torn(?:o|aré)",
        r"urg[èe]nci|contacteu|no tinc accés",
    ),
    "cs": (
        r"jsem (?:nemocn[áý]|na nemocenské|na mateřské)|čerpám dovolenou|budu (?:na dovolené|mimo)",
        r"\bdo \d|vrátím",
        r"obracejte se|obraťte se|zastupuje mne|zastupuje mě|nemám přístup",
    ),
    "et": (
        r"olen (?:puhkusel|ära|eemal|lähetuses)|viibin (?:puhkusel|eemal)",
        r"\bkuni\b|tagasi",
        r"kiireloomul|e-kirju ei loe",
    ),
    "fa": (r"در مرخصی|در دفتر نیستم", r"\bتا\b|باز", r"فوری|ضروری"),
    "hr": (
        r"na godišnjem(?: sam)? odmoru|(?:nisam|neću biti) u uredu|(?:sam|biću) na (?:odmoru|godišnjem|bolovanju)"
        r"|odsut(?:an|na) sam",
        r"\bdo \d|vraćam",
        r"hitn\w+ slučaj|(?:za|u) hitn",
    ),
    "id": (
        r"sedang (?:cuti|tidak (?:di|berada)|dinas|bercuti)|berada di luar kantor|tidak berada di (?:kantor|pejabat)",
        r"\b(?:sampai|hingga)\b|kembali",
        r"mendesak|tidak dapat membalas",
    ),
    "ko": (
        r"출장 ?중|휴가 ?중|부재 ?중|육아 ?휴직",
        r"까지|복귀",
        r"메일 확인이 (?:늦|어렵|불가)|급한 (?:용건|일|업무)",
    ),
    "lt": (
        r"atostogauju|esu (?:atostogose|komandiruotėje|išvyk)|nesu biure|nebūsiu biure",
        r"\biki\b|grįš",
        r"skubi(?:ais|ems)",
    ),
    "lv": (
        r"(?:esmu|būšu|atrodos) (?:atvaļinājumā|prombūtnē|komandējumā)|neesmu birojā",
        r"\blīdz\b|atgriez",
        r"steidzam|neatliekam",
    ),
    "pt": (
        r"estou em f[ée]rias|encontro-me (?:ausente|de|em)|estarei de f[ée]rias",
        r"retorn|regress",
        r"sem acesso a|não terei acesso|em minha ausência|na minha ausência|favor (?:contatar|contactar)",
    ),
    "sk": (
        r"čerpám dovolenku|som (?:na dovolenke|mimo|neprítomn)|budem (?:na dovolenke|mimo)",
        r"\bdo \d|vrátim",
        r"(?:urgentných|súrnych|naliehavých) príp|nemám prístup",
    ),
    "sl": (
        r"sem (?:na dopustu|odsot|na službeni)|(?:nisem|ne bom) v pisarni|bom (?:na dopustu|odsot)",
        r"\bdo \d|vrnem|vrnil",
        r"nujnih|v nujn",
    ),
    "sr": (r"на годишњем(?: сам)? одмору|одсут(?:ан|на) сам|нисам у канцеларији", r"\bдо \d|враћам", r"хитн"),
    "th": (
        r"ลาพักร้อน|ลาหยุด|ไม่อยู่ที่(?:สำนักงาน|ออฟฟิศ)|ลากิจ|ลาป่วย|ลาคลอด",
        r"ถึงวันที่|จนถึง|กลับมา",
        r"เร่งด่วน|ไม่สามารถ(?:ตอบ|เข้าถึง)",
    ),
    "uk": (r"(?:перебуваю|буду|знаходжусь) у відпустці|мене немає в офісі", r"\bдо \d|повернус", r"термінов|нагальн"),
    "vi": (
        r"(?:đang|sẽ) (?:nghỉ|đi công tác|vắng)",
        r"\bđến (?:ngày|hết)|trở lại",
        r"cần gấp|khẩn|không (?:truy cập|thể trả lời)",
    ),
    "ar": (
        r"(?:أنا|سأكون) (?:حاليا |حالياً )?(?:في إجازة|خارج المكتب)",
        r"حتى|أعود",
        r"للأمور العاجلة|الحالات الطارئة|لن أتمكن من الرد",
    ),
    "he": (r"(?:אני|אהיה|הנני) (?:נמצאת? )?(?:בחופש|מחוץ למשרד|בחופשה)", r"\bעד\b|אחזור", r"דחופ|דחוף|ללא גישה"),
    "hu": (
        r"szabadságon (?:vagyok|leszek)|(?:nem|házon kívül) (?:tartózkodom|vagyok)",
        r"\b\S+-i?g\b|vissza",
        r"nem olvasom|sürgős",
    ),
    "tr": (
        r"(?:yıllık |doğum )?izindeyim|izinde olacağım|ofis dışında",
        r"tarihine kadar|dön",
        r"acil|erişimim olmayacak",
    ),
    "zh": (
        r"(?:在?休(?:年)?假|不在(?:辦公室|办公室)|出差)(?:中|期间|期間)?[,，。]",
        r"返回|回来|回來|返回办公室",
        r"如有.{0,4}(?:急事|紧急|緊急)|紧急事宜|不及时|无法及时",
    ),
}
