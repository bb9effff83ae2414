"""Programs that write mail under their own name, many of them without any field that says so.

In: the value of a From field. Out: whether its author is such a program and nobody else. A name counts only when it is
all there is before the `@` or all of the display name, bar a host or a word like "server": people work for the makers
of these programs, and "Ann (Zabbix sales)" is one of them.
"""

from __future__ import annotations

import re
from typing import Final

_LISTS: Final = r"majordomo|listserv|listproc|sympa|mailman|ezmlm|ecartis|mlmmj|minimalist"
_SCANNERS: Final = (
    r"mailscanner|amavis(?:d|d-new)?|scanmail|interscan(?: messaging)?|imss|groupshield|mailsweeper|mailmarshal"
    r"|webshield|clamav|clamsmtp|virusalert|content[- ]?filter|anti-?virus|virus[- ]?(?:scanner|checker|wall|alert)"
    r"|(?:symantec )?mail security"
)
_TELEPHONES: Final = (
    r"asterisk(?: pbx)?|freepbx|pbx|3cx(?: phone ?system)?|(?:cisco )?unity ?connection|voice-?mail|hylafax|fax-?server"
    r"|answering ?machine"
)
_WATCHERS: Final = (
    r"nagios\d?|icinga\d?|zabbix|monit|munin|cacti|prtg(?: network monitor)?|grafana|alertmanager|logwatch"
    r"|logcheck|smartd|mdadm(?: monitoring)?|apcupsd|fail2ban|rkhunter|arpwatch|tripwire|ossec|wazuh|jenkins"
    r"|anacron|cron(?: daemon)?|backups?|backuppc|bacula|veeam(?: backup)?"
)
_NAMES: Final = rf"(?:{_LISTS}|{_SCANNERS}|{_TELEPHONES}|{_WATCHERS})"
_ROLE: Final = r"(?:[ -](?:server|system|messaging|alerts?|daemon|gateway|notifications?|for (?:exchange|domino|smtp)))"
_LOCAL = re.compile(_NAMES)
_DISPLAYED = re.compile(rf"{_NAMES}{_ROLE}{{0,3}}(?: (?:at|on) \S{{1,255}})?(?: \(\w{{1,64}}\))?")
_COMMENT = re.compile(r"\(([^()]{1,200})\)\s*$")  # "nagios@host (Nagios)", as old programs write From


def written_by_a_program(author: str) -> bool:
    """Tell whether a From field names a program."""
    name, angle, address = author[:1000].lower().rpartition("<")
    local = address.strip().partition("@")[0]
    if _LOCAL.fullmatch(local):
        return True
    comment = None if angle else _COMMENT.search(address)
    shown = comment.group(1) if comment else name
    return _DISPLAYED.fullmatch(shown.strip(' "')) is not None
