"""The moment that counts: a mail that arrived whole goes to the service, and 250 means stored."""

from __future__ import annotations

import asyncio

from mailbot.service.handover import Envelope
from mailbot.smtpd import answers
from mailbot.smtpd.answers import Answer
from mailbot.smtpd.arrival import Arrival
from mailbot.smtpd.connection import Port, log
from mailbot.smtpd.traces import shown_address


async def hand_over(port: Port, envelope: Envelope, arrival: Arrival) -> Answer:
    """Give the mail to the intake and return the answer: stored, or 451 with the mail left to the relay.

    A connection that is lost meanwhile does not cancel the work: a commit broken off in the middle helps
    nobody, and the relay's second try is recognised as the same mail.
    """
    work = asyncio.get_running_loop().create_task(_take(port, envelope, arrival))
    port.handovers.add(work)
    work.add_done_callback(port.handovers.discard)
    return await asyncio.shield(work)


async def _take(port: Port, envelope: Envelope, arrival: Arrival) -> Answer:
    peer, size_bytes = envelope.session.peer, len(envelope.raw)
    try:
        await port.intake.take(envelope)
    except Exception:  # noqa: BLE001 - the door: nothing was promised, a trace for us, 451 for the relay
        log.exception("mail not stored peer=%s bytes=%d", peer, size_bytes)
        return answers.FAULT
    finally:
        arrival.release()
    recipients = ",".join(shown_address(recipient) for recipient in envelope.recipients)
    log.info("mail taken peer=%s recipients=%s bytes=%d", peer, recipients, size_bytes)
    return answers.STORED
