"""How mail programs introduce a quote, in many languages: a table of words.

An attribution is "On DATE, NAME wrote:" in some order. VERBS are the forms of "wrote" that programs and their
translations print; OPENERS the words such a line begins with. Months and weekdays need no table: a line counts
by its verb together with digits or an address.
"""

from __future__ import annotations

from typing import Final

VERBS: Final = (
    # English, German, Dutch, Afrikaans, Frisian
    "wrote", "writes", "said", "says", "schrieb", "schreibt", "hat geschrieben", "geschrieben", "schreef",
    "het geskryf", "skreau", "schrieben", "schreift", "hat geskryf", "skryf",
    # Scandinavian, Finnish, Icelandic, Estonian
    "skrev", "skreiv", "skriver", "kirjoitti", "skrifaði", "skrivaði", "kirjutas",
    # Romance
    "a écrit", "écrit", "a ecrit", "ha scritto", "scrisse", "escribió", "escribio", "ha escrito", "escreveu",
    "escribiu",
    "va escriure", "ha escrit", "a scris", "a écrit ceci", "escriguèt", "ha scribite", "skribis",
    # Slavic
    "napisał", "napisała", "napisał(a)", "napisał/a", "pisze", "napsal", "napsala", "napsal(a)", "napísal", "napísala",
    "napísal(a)", "je napisao", "je napisala", "je napisao/la", "je napisal", "je napisal(a)", "napisao", "napisala",
    "написал", "написала", "написал(а)", "написал (а)", "пишет", "писал", "писал(а)", "написав", "написала",
    "написав(-ла)", "написав(ла)",
    "píše", "piše", "napísali", "napisali", "napisaŭ", "написано", "писала", "пишут",
    "пише", "напиша", "написа", "написао", "је написао", "је написао/ла", "напісаў",
    # Hungarian, Greek, Turkish, Baltic, Albanian, Basque, Irish, Welsh
    "írta", "írta (időpont", "ezt írta", "έγραψε", "έγραψαν", "γράφει", "yazdı", "şunu yazdı", "şunları yazdı",
    "rašė", "parašė", "rakstīja",
    "yazmış", "yazıb", "yazdı ki", "yozgan", "жазды", "დაწერა", "գրեց", "ka shkruar", "al scrivè",
    "shkroi", "idatzi zuen", "idatzi du", "scríobh", "ysgrifennodd",
    # East Asian
    "写道", "寫道", "写到", "寫到", "提到", "寫入", "写入", "写于", "寫於", "撰写", "来信",
    "のメッセージ", "のメール", "wrote（书写）", "さんは書きました",
    "書きました", "が書きました", "さんが書きました",
    "님이 작성", "작성", "님이 씀", "님의 말", "쓴 글", "쓴 내용", "님이 쓴",
    # South-East Asian, Indian
    "viết", "đã viết", "เขียนว่า", "เขียน", "menulis", "tulis", "sumulat", "ने लिखा", "लिखा", "लिहिले", "লিখেছেন",
    "লিখেছিলেন", "লিখিছিল", "ਲਿਖਿਆ", "લખ્યું", "எழுதினார்", "రాశారు", "వ్రాశారు", "ಬರೆದಿದ್ದಾರೆ", "എഴുതി", "បានសរសេរ",
    # Right to left
    "كتب", "كتبت", "بواسطة", "כתב", "כתבה", "כתב/ה", "נכתב", "מאת", "نوشت", "نوشته است", "لکھا",
    # programs without a person: Horde, GMX, help desks
    "replied", "commented", "responded", "added",
    # people, who set the line in their programs
    "typed", "scribbled", "penned",
)  # fmt: skip

OPENERS: Final = (
    "on", "at", "in", "around", "on or about", "quoting",
    "am", "um", "zitat von", "den", "le", "il", "el", "em", "op", "dne", "dňa", "dnia",
    "w dniu", "v", "a", "la",
    "em", "no dia", "en", "pe", "data", "на", "в", "от", "дня", "το", "στις", "την", "på", "i", "dana", "datum",
    "tarihinde", "vào",
    "pada", "tanggal", "เมื่อ", "ในวันที่", "في", "ב", "ביום", "בתאריך", "بتاريخ", "در", "noong", "ngày", "citando",
    "citando a", "citazione di",
    "missatge de", "je", "lo", "o", "më", "ditën e", "þann", "tann", "ar an", "ühel kenal päeval", "kuupäev",
    "pada hari",
    "у", "дана", "вы", "روز", "على", "نوشته", "在", "於", "于", "پر",
    "selon", "ar", "v dne", "dana", "u", "dňa", "kl", "klo", "le",
)  # fmt: skip

QUOTING: Final = (
    "quoting",
    "excerpts from",
    "zitat von",
    "zitiere",
    "citando",
    "citando a",
    "citazione di",
    "quoto",
    "cytowanie",
    "cytuje",
    "цитирую",
    "selon",
    "citeren",
    "cituji",
    "citát",
    "citiram",
    "citēju",
    "lainaus",
    "idézet",
    "alıntı",
    "citat af",
    "цитую",
    "цитирам",
    "vísa til",
    "s'està citant",
    "estase citando",
    "παραθέτοντας από",
    "نقل قول",
    "引述",
    "citat av",
    "citerar",
    "citerer",
    "引用",
)
"""Openers that need no verb: "Quoting NAME <address>:" (Horde and others)."""
