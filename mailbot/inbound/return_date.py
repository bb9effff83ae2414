"""The day until which an out-of-office reply says that somebody is away, or on which he is back.

In: the text of automatic mail and the day it was sent. Out: an ISO date, or None: a wrong day is worse than none,
so a date counts only behind a word that says so, and "03/04/2027", which two continents read differently, never.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

MAX_TEXT_CHARS = 4_000
_REACH_CHARS = 40
_LONGEST_ABSENCE = timedelta(days=400)

_MONTHS = (
    "january february march april may june july august september october november december",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "jänner februar märz april mai juni juli august sept okt nov dez",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "januar februar marts april maj juni juli august september oktober november december",
    "januar februar mars april mai juni juli august september oktober november desember",
    "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta"
    " marraskuuta joulukuuta",
    "ledna února března dubna května června července srpna září října listopadu prosince",
    "januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra",
    "január február március április május június július augusztus szeptember október november december",
    "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca",
    "januarja februarja marca aprila maja junija julija avgusta septembra oktobra novembra decembra",
    "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",
    "sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio",
    "janvārim februārim martam aprīlim maijam jūnijam jūlijam augustam septembrim oktobrim novembrim decembrim",
    "jaanuarini veebruarini märtsini aprillini maini juunini juulini augustini septembrini oktoobrini novembrini"
    " detsembrini",
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "januari februari maret april mei juni juli agustus september oktober november desember",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "януари февруари март април май юни юли август септември октомври ноември декември",
    "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου"
    " δεκεμβρίου",
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
)
_NUMBERS = [(name, number) for names in _MONTHS for number, name in enumerate(names.split(), 1)]
_NUMBER_OF = {name: number for name, number in _NUMBERS if all(n == number for other, n in _NUMBERS if other == name)}
"""Without what is one month in Poland and another in Croatia (listopada)."""
_NAME = "|".join(sorted(map(re.escape, _NUMBER_OF), key=len, reverse=True))
_YEAR = r"(?P<year{0}>20\d\d)"
_DATES = (
    rf"{_YEAR.format(1)}-(?P<month1>\d\d)-(?P<day1>\d\d)",
    rf"(?P<day2>\d\d?)\. ?(?P<month2>\d\d?)\.(?: ?{_YEAR.format(2)})?",
    rf"(?P<day3>\d\d?)(?:\.|st|nd|rd|th|er|:e)? (?:of |de |d'"
    rf"|ב)?(?P<month3>{_NAME})\b\.?,?(?: (?:de )?{_YEAR.format(3)})?",
    rf"(?P<month4>{_NAME})\b\.? (?P<day4>\d\d?)(?:st|nd|rd|th)?\b,?(?: {_YEAR.format(4)})?",
    rf"(?P<day5>\d\d?)/(?P<month5>\d\d?)/{_YEAR.format(5)}",
    rf"(?:{_YEAR.format(6)} ?[年년] ?)?(?P<month6>\d\d?) ?[月월] ?(?P<day6>\d\d?) ?[日号號일]",
    rf"(?P<day7>\d\d?) tháng (?P<month7>\d\d?)\b(?:[, ](?:năm )?{_YEAR.format(7)})?",
)
_DATE = re.compile(rf"(?<![\d./])(?<!\d-)(?:{'|'.join(_DATES)})(?!\.?\d)")
_SAYS_SO = re.compile(
    r"\b(?:until|till?|through|back|return|returning|bis|wieder|zurück|ab|jusqu|retour|partir|hasta|vuelta|regreso"
    r"|fino|rientr\w{0,4}|tot|terug|até|volto|tillbaka|do|wracam|indtil|tilbage|tilbake|vrát\w{0,3}|până|înapoi|iki"
    r"|kuni"
    r"|līdz|fins|sampai|hingga|kembali|до|вернусь|μέχρι|έως|đến|حتى|עד)\b|[至到於于]|直到"
    r"|\b\d{1,2}\.? (?:\w{3,12} )?(?:au|al|a|to|t/m|bis|[–-]) \Z"
)
_SAYS_SO_BEHIND = re.compile(
    r"[’']?-?(?:[iı]g\b|(?:y?[ae] )?kadar\b)|\W{0,3}(?:tarihine )?kadar\b|\W{0,2}(?:asti|saakka|d\. (?:imtinai|grįš))\b"
    r"|\W{0,2}(?:(?:[(（].{1,3}[)）])?(?:まで|に戻|より(?:出社|通常)|까지|返回|回来|回來|恢复|上班|之前))"
)


def return_date(text: str, sent_on: date | None) -> str | None:
    """The last day that the text names as that of a return; a day without a year is the next one after `sent_on`."""
    words = " ".join(text[:MAX_TEXT_CHARS].lower().split())
    found = [
        day
        for match in _DATE.finditer(words)
        if (
            _SAYS_SO.search(words[max(0, match.start() - _REACH_CHARS) : match.start()])
            or _SAYS_SO_BEHIND.match(words, match.end())
        )
        and (day := _day(match, sent_on)) is not None
    ]
    return max(found).isoformat() if found else None


def _day(match: re.Match[str], sent_on: date | None) -> date | None:
    parts = {name.rstrip("1234567"): value for name, value in match.groupdict().items() if value is not None}
    month = _NUMBER_OF.get(parts["month"]) or int(parts["month"])
    if match["day5"] and int(parts["day"]) != month:  # either may be the month
        day_or_month = sorted((int(parts["day"]), month))
        if day_or_month[1] <= 12:
            return None
        month, parts["day"] = day_or_month[0], str(day_or_month[1])
    year = int(parts["year"]) if "year" in parts else None
    return _plausible(year, month, int(parts["day"]), sent_on)


def _plausible(year: int | None, month: int, day: int, sent_on: date | None) -> date | None:
    """The date, if it exists and lies within the time that somebody may be away from `sent_on` on."""
    if sent_on is None:
        return _date(year, month, day) if year else None
    for one in [year] if year else [sent_on.year, sent_on.year + 1]:
        found = _date(one, month, day)
        if found and sent_on <= found <= sent_on + _LONGEST_ABSENCE:
            return found
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
