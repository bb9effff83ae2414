"""What is to come, as plain text for a terminal and as JSON: lists, a ticket's time line, a plan played."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mailbot.cli.entry import one_line, table
from mailbot.core.simulate import Deed, Played
from mailbot.core.ticket import Actor, Event, Party
from mailbot.service.forecast import Coming, Past, Scene, Timeline, local, why_later
from mailbot.service.show import moment

Json = dict[str, Any]
_WORDS = {"warn": "warning", "close": "closing"}
_LEFT = {"sent": "left", "queued": "queued", "failed": "failed", "withdrawn": "withdrawn before it left"}


def coming_object(one: Coming) -> Json:
    """A coming step of a ticket."""
    return {"ticket": one.ticket, **step_object(one.step, one.zone)}


def step_object(step: Played, zone: str) -> Json:
    """A warning or closing to come. `planned_at` is what the rule alone says, before a closing moves."""
    return {
        "action": step.action,
        "party": step.waiting_on.value,
        "at": moment(step.at),
        **_local(step.at, zone),
        "rule": step.rule,
        "counted_from": moment(step.counted_from),
        "planned_at": moment(step.planned_at),
        "overdue": step.overdue,
    }


def timeline_object(line: Timeline) -> Json:
    """A ticket's past and future."""
    return {
        "ticket": line.ticket.number,
        "status": "open" if line.ticket.is_open else "closed",
        "zone": line.zone,
        "now": moment(line.now),
        "past": [_past_object(past, line.zone) for past in line.past],
        "coming": [step_object(step, line.zone) for step in line.coming],
        "remark": line.remark,
    }


def scene_object(scene: Scene) -> Json:
    """A plan played."""
    return {
        "zone": scene.zone,
        "opened_by": scene.opened_by.value,
        "acts": [{"at": moment(at), **_local(at, scene.zone), "by": str(deed)} for at, deed in scene.acts],
        "steps": [step_object(step, scene.zone) for step in scene.steps],
    }


def coming_text(found: list[Coming]) -> str:
    """What `mailbot due` prints."""
    if not found:
        return "Nothing is due."
    rows = [
        [
            local(one.step.at, one.zone),
            one.zone,
            str(one.ticket),
            _WORDS[one.step.action],
            one.step.rule,
            why_later(one.step, one.zone),
        ]
        for one in found
    ]
    return table(rows, ["WHEN", "ZONE", "TICKET", "WHAT", "RULE", "NOTE"])


def timeline_text(line: Timeline) -> str:
    """What `mailbot timeline` prints: past above, future below, the present between them."""
    zone = line.zone
    rows = [(local(one.entry.at, zone), "●", _past_words(one, zone)) for one in line.past]
    rows += [(local(line.now, zone), "┼", (f"now: {line.remark}",))]
    rows += [(local(step.at, zone), "○", _step_words(step, zone)) for step in line.coming]
    return f"Ticket {line.ticket.number}: {one_line(line.ticket.subject)}\n  times in {zone}\n\n{_drawn(rows)}"


def scene_text(scene: Scene) -> str:
    """What `mailbot simulate` prints."""
    zone = scene.zone
    acts = [(at, "●", (_act_text(deed, first=index == 0),)) for index, (at, deed) in enumerate(scene.acts)]
    steps = [(step.at, "○", _step_words(step, zone)) for step in scene.steps]
    ordered: list[tuple[datetime, str, tuple[str, ...]]] = sorted([*acts, *steps], key=lambda row: row[0])
    drawn = _drawn([(local(at, zone), mark, words) for at, mark, words in ordered])
    end = "" if scene.steps and scene.steps[-1].action == "close" else "\n\n  Nothing further comes by itself."
    return f"  times in {zone}; each warning leaves the moment it is due\n\n{drawn}{end}"


def _drawn(rows: list[tuple[str, str, tuple[str, ...]]]) -> str:
    """A vertical line with its marks; of rows with several words, the first two stand in columns."""
    several = [words for _, _, words in rows if len(words) > 1]
    widths = [max((len(words[column]) for words in several), default=0) for column in (0, 1)]
    lines = []
    for when, mark, words in rows:
        columns = [word.ljust(width) for word, width in zip(words, widths, strict=False)] if len(words) > 1 else words
        lines.append(f"  {when}  {mark}  {'   '.join([*columns, *words[2:]])}".rstrip())
    return "\n".join(lines)


def _local(at: datetime, zone: str) -> Json:
    there = at.astimezone(ZoneInfo(zone))
    return {"local": there.isoformat(timespec="seconds"), "weekday": f"{there:%A}", "zone": zone}


def _past_object(past: Past, zone: str) -> Json:
    entry, mail = past.entry, past.mail
    return {
        "event": entry.event.value,
        "by": entry.actor.value,
        "at": moment(entry.at),
        **_local(entry.at, zone),
        "rule": dict(entry.facts).get("rule"),
        "mail": {"to": mail.party, "status": mail.status, "settled_at": moment(mail.settled_at)} if mail else None,
    }


def _past_words(past: Past, zone: str) -> tuple[str, ...]:
    entry, facts = past.entry, dict(past.entry.facts)
    by = str(entry.actor) if entry.actor is Actor.INACTIVITY else f"the {entry.actor}"
    text = f"{entry.event.replace('_', ' ')} by {by}"
    match entry.event:
        case Event.WARNING:
            text = f"warning to the {facts['waiting_on']}"
        case Event.PAUSED:
            text += f" until {local(datetime.fromisoformat(facts['until']), zone)}"
        case Event.TYPE_CHANGED:
            text += f": {facts['from']} → {facts['to']}"
        case Event.NOTE | Event.DELIVERY_FAILED | Event.HELD:
            text += "".join(f", {key} {value}" for key, value in facts.items())
    rule, mail = facts.get("rule", ""), _mail_text(past, zone)
    return (text, rule, mail) if rule else (text,)


def _mail_text(past: Past, zone: str) -> str:
    if past.mail is None:
        return ""
    when = f" {local(past.mail.settled_at, zone)}" if past.mail.settled_at else ""
    return f"{_LEFT[past.mail.status]}{when}"


def _step_words(step: Played, zone: str) -> tuple[str, ...]:
    what = f"warning to the {step.waiting_on}" if step.action == "warn" else "closing"
    start = f"from {local(step.counted_from, zone)}"
    return what, step.rule, ", ".join(filter(None, [start, why_later(step, zone)]))


def _act_text(deed: Deed, *, first: bool) -> str:
    if isinstance(deed, Party):
        return f"opened by the {deed}" if first else f"the {deed} replies"
    return deed
