"""A DNS server on loopback that knows a few records."""

from __future__ import annotations

import socketserver
import threading

import dns.message
import dns.rcode
import dns.rrset

Records = dict[tuple[str, str], list[str]]


class Zone:
    """Answers by UDP; a name in `broken` is answered with SERVFAIL. It counts the questions."""

    def __init__(self, records: Records, broken: frozenset[str] = frozenset()) -> None:
        zone = self
        self.records = records
        self.broken = broken
        self.asked: list[str] = []

        class Answer(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                octets, socket = self.request
                socket.sendto(zone.answer(octets), self.client_address)

        self.server = socketserver.UDPServer(("127.0.0.1", 0), Answer)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    @property
    def where(self) -> str:
        return f"127.0.0.1:{self.server.server_address[1]}"

    def answer(self, octets: bytes) -> bytes:
        query = dns.message.from_wire(octets)
        (question,) = query.question
        name, kind = question.name.to_text(), question.rdtype.name
        self.asked.append(f"{kind} {name}")
        response = dns.message.make_response(query, recursion_available=True)
        if name in self.broken:
            response.set_rcode(dns.rcode.SERVFAIL)
        if (name, kind) in self.records:
            response.answer = [dns.rrset.from_text(name, 60, "IN", kind, *self.records[name, kind])]
        return response.to_wire()

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
