"""Bounds on octets, lines, seconds, errors, connections and memory."""

from __future__ import annotations

import socket
import tracemalloc
from ipaddress import ip_network

import pytest

from mailbot.smtpd import answers
from mailbot.smtpd.arrival import Arrival, Room
from mailbot.smtpd.crowd import Crowd
from mailbot.smtpd.limits import PortLimits


def test_a_mail_that_is_too_big_is_refused_at_its_dot_and_the_session_goes_on(start_port):
    port = start_port(max_message_bytes=1000)
    talk = port.talk().greeted()

    fits = talk.sent(b"x" * 998 + b"\r\n.\r\n")
    too_big = talk.sent(b"x" * 999 + b"\r\n.\r\n")
    next_one = talk.sent(b"small\r\n.\r\n")

    assert [fits[:9], too_big[:9], next_one[:9]] == ["250 2.6.0", "552 5.3.4", "250 2.6.0"]
    assert [len(mail.raw) for mail in port.intake.mails] == [1000, 7]


def test_stuffed_dots_do_not_count(start_port):
    port = start_port(max_message_bytes=300)
    talk = port.talk().greeted()

    assert talk.sent(b"..\r\n" * 100 + b".\r\n").startswith("250")


def test_a_refused_mail_without_an_end_is_cut_off(start_port):
    port = start_port(max_message_bytes=1000, max_discarded_bytes=100_000)
    talk = port.talk().greeted().begun()

    with pytest.raises(ConnectionError):
        talk.flood(b"x" * 70 + b"\r\n" + b"y" * 60_000 + b"\r\n", 10_000)

    assert talk.answer().startswith("552 5.3.4")
    assert talk.is_closed()  # else what follows would be commands
    assert port.intake.mails == []


def test_long_lines_are_taken_up_to_their_bound(port):
    talk = port.talk().greeted()

    longest = talk.sent(b"Subject: x\r\n\r\n" + b"x" * 65_536 + b"\r\n.\r\n")
    longer = talk.sent(b"Subject: x\r\n\r\n" + b"x" * 65_537 + b"\r\n.\r\n")

    assert [longest[:9], longer[:9]] == ["250 2.6.0", "554 5.6.0"]


@pytest.mark.parametrize(("hops", "answer"), [(50, "250 2.6.0"), (51, "554 5.4.6")])
def test_a_mail_with_too_many_hops_is_a_loop(port, hops, answer):
    talk = port.talk().greeted()
    header = b"Received: by a\r\nrEcEiVeD : by b\r\n" * 26
    received = b"".join(line + b"\r\n" for line in header.split(b"\r\n")[:hops])

    mail = received + b"Subject: x\r\n\r\nReceived: in the text\r\n"

    assert talk.sent(mail + b".\r\n").startswith(answer)


def test_a_mail_without_a_header_has_no_hops(port):
    talk = port.talk().greeted()

    assert talk.sent(b"\r\n" + b"Received: quoted by a person\r\n" * 60 + b".\r\n").startswith("250 2.6.0")


def test_a_long_command_is_refused_and_an_endless_one_ends_the_session(start_port):
    port = start_port(max_command_bytes=512, max_line_bytes=4096)
    talk = port.talk().greeted()

    longest = talk.say("NOOP " + "x" * 505)
    longer = talk.say("NOOP " + "x" * 506)
    talk.send(b"NOOP " + b"x" * 6000)

    assert [longest[:9], longer[:9], talk.answer()[:9]] == ["250 2.0.0", "500 5.5.2", "500 5.5.2"]
    assert talk.is_closed()


def test_an_endless_command_line_costs_no_memory(port):
    talk = port.talk().greeted()
    tracemalloc.start()

    with pytest.raises(ConnectionError):
        talk.flood(b"x" * 1_048_576, 100)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


def test_an_endless_line_in_a_mail_costs_no_more_memory_than_its_bound(start_port):
    port = start_port(max_message_bytes=1_048_576, max_discarded_bytes=67_108_864)
    talk = port.talk().greeted().begun()
    tracemalloc.start()

    with pytest.raises(ConnectionError):
        talk.flood(b"x" * 1_048_576, 200)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert talk.answer()[:9] in {"554 5.6.0", "552 5.3.4"}
    assert peak < 4_000_000


def test_a_mail_is_kept_once_in_memory():
    arrival = Arrival(PortLimits(), Room(100_000_000))
    block = (b"x" * 98 + b"\r\n") * 1000
    tracemalloc.start()

    for _ in range(200):
        arrival.feed(block)
    arrival.feed(b".\r\n")
    message = arrival.message()

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(message) == 20_000_000
    assert peak < 26_000_000


def test_mails_that_arrive_together_share_one_bound(start_port):
    port = start_port(max_buffered_bytes=100_000)
    first, second = port.talk().greeted().begun(), port.talk().greeted()
    port.intake.may_store.clear()
    first.send((b"x" * 78 + b"\r\n") * 1000 + b".\r\n")
    assert port.intake.is_storing.wait(10)

    while_full = second.sent((b"x" * 78 + b"\r\n") * 1000 + b".\r\n")
    port.intake.may_store.set()
    first_answer = first.answer()
    afterwards = second.sent((b"x" * 78 + b"\r\n") * 1000 + b".\r\n")

    assert [while_full[:9], first_answer[:9], afterwards[:9]] == ["452 4.3.1", "250 2.6.0", "250 2.6.0"]


def test_a_mail_that_breaks_off_gives_its_room_back(start_port):
    port = start_port(max_buffered_bytes=100_000)
    for _ in range(3):
        talk = port.talk().greeted().begun()
        talk.send(b"x" * 60_000 + b"\r\n")
        talk.close()

    later = port.talk().greeted()
    answers = [later.sent(b"x" * 60_000 + b"\r\n.\r\n")[:3]]
    while answers[-1] == "452" and len(answers) < 100:  # the three may still be on their way out
        answers.append(later.sent(b"x" * 60_000 + b"\r\n.\r\n")[:3])

    assert answers[-1] == "250"


def test_a_refused_mail_that_breaks_off_gives_its_room_back_once():
    room = Room(1000)
    arrival = Arrival(PortLimits(max_line_bytes=10), room)

    arrival.feed(b"short\r\n" * 20)
    claimed = 1000 - room.free_bytes
    arrival.feed(b"a line that is too long\r\n")
    arrival.release()

    assert (claimed > 100, arrival.fault, room.free_bytes) == (True, answers.MAIL_LINE_TOO_LONG, 1000)


def test_a_silent_client_is_hung_up_on(start_port):
    talk = start_port(command_timeout=0.2).talk().greeted()

    assert talk.answer().startswith("421 4.4.2 ")
    assert talk.is_closed()


def test_octets_that_drip_do_not_stretch_the_deadline_of_a_command(start_port):
    talk = start_port(command_timeout=0.3).talk().greeted()

    assert talk.dripped(b"N").startswith("421 4.4.2 ")


def test_the_deadline_of_data_is_for_the_whole(start_port):
    port = start_port(data_timeout=0.3, command_timeout=60)
    talk = port.talk().greeted().begun()

    assert talk.dripped(b"line\r\n").startswith("421 4.4.2 ")
    assert port.intake.mails == []


def test_a_client_that_reads_nothing_is_cut_off(start_port):
    port = start_port(command_timeout=0.3)
    talk = port.talk()
    talk.sock.settimeout(20)

    with pytest.raises(ConnectionError):
        talk.flood(b"EHLO relay.example\r\n" * 1000, 1_000_000)


def test_who_closes_his_side_and_reads_nothing_keeps_his_place_and_is_cut_off_soon(start_port):
    port = start_port(max_connections=1)
    talk = port.talk(receive_buffer_bytes=2048).greeted()
    (connection,) = port.connections()
    connection.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    talk.send(b"HELP\r\n" * 800 + b"MAIL FROM:<>\r\nRCPT TO:<a@desk.example>\r\n")
    talk.sock.shutdown(socket.SHUT_WR)
    port.wait_until(connection.transport.is_closing)

    while_unread = port.talk().answer()
    port.wait_until_nobody_is_connected()

    assert while_unread.startswith("421 4.3.2 ")
    port.talk().greeted()


def test_our_own_slowness_is_no_fault_of_the_client(start_port):
    port = start_port(command_timeout=0.2, data_timeout=0.2)
    port.intake.may_store.clear()
    slow = port.talk().greeted().begun()
    slow.send(b"mail\r\n.\r\n")
    assert port.intake.is_storing.wait(10)
    idle = port.talk().greeted()
    assert idle.answer().startswith("421")  # so longer than the deadline has passed

    port.intake.may_store.set()

    assert slow.answer().startswith("250")


def test_too_many_errors_end_the_session(port):
    talk = port.talk().greeted()

    answers = [talk.say("FNORD") for _ in range(20)]

    assert {answer[:9] for answer in answers} == {"500 5.5.1"}
    assert talk.answer().startswith("421 4.7.0")
    assert talk.is_closed()


def test_refused_mails_are_errors_too(start_port):
    talk = start_port(max_errors=2, max_message_bytes=10).talk().greeted()

    refused = [talk.sent(b"x" * 20 + b"\r\n.\r\n")[:9] for _ in range(2)]

    assert refused == ["552 5.3.4"] * 2
    assert talk.answer().startswith("421 4.7.0")
    assert talk.is_closed()


def test_a_stored_mail_wipes_errors_out(start_port):
    talk = start_port(max_errors=3).talk().greeted()

    for _ in range(4):
        talk.say("MAIL FROM:<>")
        refused = [talk.say("RCPT TO:<unknown@desk.example>") for _ in range(2)]
        assert [answer[:3] for answer in refused] == ["550", "550"]
        talk.say("RCPT TO:<known@desk.example>")
        talk.say("DATA")
        talk.send(b"x\r\n.\r\n")
        assert talk.answer().startswith("250")


@pytest.mark.parametrize("command", ["NOOP", "RSET", "VRFY ann", "HELP", "EHLO relay.example"])
def test_commands_that_bring_no_mail_end_the_session_at_last(start_port, command):
    talk = start_port(max_idle_commands=5).talk().greeted()  # which is one of them

    answers = [talk.say(command)[:3] for _ in range(4)]
    last = talk.say(command)

    assert {answer[0] for answer in answers} == {"2"}
    assert last.startswith("421 4.7.0 too many commands without a mail")
    assert talk.is_closed()


def test_idle_commands_are_forgotten_with_each_mail_that_is_stored(start_port):
    talk = start_port(max_idle_commands=3).talk().greeted()

    for _ in range(5):
        assert talk.say("RSET").startswith("250")
        talk.say("MAIL FROM:<a@b.example>")
        talk.say("RCPT TO:<known@desk.example>")
        talk.say("DATA")
        talk.send(b"x\r\n.\r\n")
        assert talk.answer().startswith("250")


def test_connections_are_capped_in_all_and_leaving_makes_room(start_port):
    port = start_port(max_connections=2)
    first, second = port.talk().greeted(), port.talk().greeted()

    third = port.talk()
    refusal = third.answer()
    first.say("QUIT")
    assert first.is_closed()

    assert refusal.startswith("421 4.3.2 ")
    assert third.is_closed()
    port.talk().greeted()
    assert second.say("NOOP").startswith("250")


def test_connections_are_capped_per_peer(start_port):
    port = start_port(max_connections_per_peer=1)
    port.talk().greeted()

    refused = port.talk()

    assert refused.answer().startswith("421 4.7.0 ")
    assert refused.is_closed()


def test_one_ipv6_network_is_one_peer_and_a_unix_socket_none():
    crowd = Crowd(100, 1)

    admitted = [crowd.admit_peer(peer) for peer in ("2001:db8::1", "2001:db8::ffff:0:0:2", "2001:db8:0:1::1")]
    admitted += [crowd.admit_peer("unix"), crowd.admit_peer("unix")]

    assert admitted == [True, False, True, True, True]


def test_peers_that_left_are_forgotten():
    crowd = Crowd(100, 1)
    tracemalloc.start()

    for number in range(20_000):
        peer = f"10.0.{number // 256}.{number % 256}"
        crowd.admit_peer(peer)
        crowd.leave_peer(peer)

    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 50_000


def test_a_relay_that_is_named_is_not_capped_but_counts_in_all():
    crowd = Crowd(100, 1, (ip_network("192.0.2.0/24"),))

    admitted = [crowd.admit_peer(peer) for peer in ("192.0.2.7", "192.0.2.7", "198.51.100.1", "198.51.100.1")]

    assert admitted == [True, True, True, False]


def test_many_half_sent_mails_stay_within_the_shared_bound(start_port):
    port = start_port(max_buffered_bytes=4_000_000)
    talks = [port.talk().greeted().begun() for _ in range(30)]
    mail = (b"x" * 998 + b"\r\n") * 2000
    tracemalloc.start()

    for talk in talks:
        talk.send(mail)
    answers = [talk.say(".")[:9] for talk in talks]

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert set(answers) <= {"250 2.6.0", "452 4.3.1"}
    assert "452 4.3.1" in answers
    assert peak < 16_000_000
