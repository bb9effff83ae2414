"""What keeps the pages safe: one answer to guesses, sealed forms, strict headers, bounds, proxies."""

from __future__ import annotations

import secrets
import socket
from datetime import timedelta
from pathlib import Path

import pytest

from mailbot.core.reply_token import Purpose, Token, new_key, write_key
from mailbot.core.ticket import Party
from mailbot.service.ticket_page import without_addresses
from mailbot.web import connection, guard
from tests.system.waiting import await_true
from tests.web.browsing import acted, hidden, multipart, replied
from tests.web.served import Answer, Served, asked, served

PATHS = ("", "/conversation.txt", "/conversation.mbox", "/attachment/1/1", "/style.css")


def same(one: Answer, other: Answer) -> bool:
    return (one.status, one.body, one.headers) == (other.status, other.body, other.headers)


def test_a_wrong_token_an_unknown_route_and_a_wrong_method_get_one_answer(here: Served) -> None:
    ticket = here.open_ticket()
    path = here.path(ticket)
    token = path.rpartition("/")[2]
    keys = here.desk.addresses.keys
    wrong = [
        "/",
        "/nothing",
        "/t/",
        "/t/short",
        f"{path}/",
        f"{path}/nothing",
        f"{path}/attachment/1/1",
        f"{path}/attachment/1/99999999999999999999",
        f"{path[:-1]}{'0' if path[-1] != '0' else '1'}",
        "/t/" + keys.sign(Token(Purpose.REPLY, Party.VENDOR, ticket.number)),
        "/t/" + keys.sign(Token(Purpose.VIEW, Party.VENDOR, 4711)),
        f"/t/{token}%00",
        f"//t/{token}",
        "/t/../style.css",
    ]

    answers = [here.ask(one) for one in wrong] + [here.ask(path, "POST"), here.ask(path, "DELETE")]

    first = answers[0]
    assert first.status == 404
    assert [
        where for where, answer in zip([*wrong, "POST", "DELETE"], answers, strict=True) if not same(first, answer)
    ] == []


def test_a_token_is_read_whatever_its_case(here: Served) -> None:
    path = here.path(here.open_ticket())

    assert here.ask("/t/" + path[3:].upper()).status == 200


def test_too_many_wrong_links_are_put_off_and_right_ones_still_open(here: Served) -> None:
    ticket = here.open_ticket()

    statuses = [here.ask("/t/" + secrets.token_hex(16)).status for _ in range(103)]
    right = here.ask(here.path(ticket))
    here.clock.move(timedelta(minutes=1))
    later = here.ask("/t/nothing")

    assert statuses == [404] * 100 + [429] * 3
    assert (right.status, later.status) == (200, 404)


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_bears_the_strict_headers(here: Served, path: str) -> None:
    ticket = here.open_ticket()
    base = here.path(ticket) if path != "/style.css" else ""

    headers = here.ask(base + path).headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "noindex" in headers["x-robots-tag"]
    assert path == "/style.css" or headers["cache-control"] == "no-store"
    assert headers["date"] == "Mon, 23 Nov 2026 09:00:00 GMT"
    assert "server" not in headers
    assert "set-cookie" not in headers


def test_pages_cannot_be_framed_and_run_no_inline_script(here: Served) -> None:
    ticket = here.open_ticket()

    answer = here.ask(here.path(ticket))

    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "base-uri 'none'" in policy
    assert "style=" not in answer.text
    assert "<style" not in answer.text
    assert answer.text.count("<script") == answer.text.count('<script src="/page.js')
    assert "http" not in answer.text.replace("https://desk.example/complaints", "")


def test_get_and_head_change_nothing(here: Served) -> None:
    ticket = here.open_ticket()
    path = here.path(ticket)
    before = (here.history(ticket), here.mails(ticket))

    for name in ("", "/reply", "/close", "/reopen", "/keep", "/pause", "/type", "/conversation.txt"):
        for method in ("GET", "HEAD"):
            assert here.ask(path + name, method).status in (200, 303)

    assert (here.history(ticket), here.mails(ticket)) == before


def test_head_is_get_without_a_body(here: Served) -> None:
    path = here.path(here.open_ticket())

    got, head = here.ask(path), here.ask(path, "HEAD")

    assert head.status == 200
    assert head.body == b""
    assert head.headers["content-length"] == got.headers["content-length"]


def test_a_form_is_good_for_its_own_ticket_and_party_alone(here: Served) -> None:
    ticket, other = here.open_ticket(), here.open_ticket()
    seals = [
        hidden(here.ask(here.path(other)).text),
        hidden(here.ask(here.path(ticket, Party.CUSTOMER)).text),
        {"nonce": "x", "csrf": here.path(ticket).rpartition("/")[2]},
        {"nonce": "", "csrf": ""},
        {},
    ]

    answers = [replied(here, ticket, "Forged.", seal=seal) for seal in seals]

    assert [answer.status for answer in answers] == [403] * 5
    assert len(here.history(ticket)) == 1
    assert "Forged.</textarea>" in answers[0].text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_form_from_elsewhere_does_nothing(here: Served, headers: dict[str, str]) -> None:
    ticket = here.open_ticket()

    answer = replied(here, ticket, "Forged.", headers=headers)

    assert answer.status == 403
    assert len(here.history(ticket)) == 1


@pytest.mark.parametrize("site", [{}, {"Origin": "null", "Sec-Fetch-Site": "same-origin"}])
def test_a_form_from_our_own_page_is_taken(here: Served, site: dict[str, str]) -> None:
    ticket = here.open_ticket()

    assert replied(here, ticket, "Mine.", headers=site or {"Origin": f"http://127.0.0.1:{here.port}"}).status == 303


@pytest.mark.parametrize(
    "name",
    [
        "plan.pdf",
        'a"b;c.html',
        "näme 人.svg",
        "x" * 500 + ".exe",
        "..\\..\\boot.ini",
        "line\r\nX-Evil: 1.txt",
        "\u202egpj.exe",
    ],
)
def test_an_attachment_only_ever_downloads(here: Served, name: str) -> None:
    ticket = here.open_ticket()
    html = b"<script>document.title='ran'</script>"
    here.say(ticket, Party.VENDOR, "See.", attachments=(here.stored(name, html, "text/html"),))

    answer = here.ask(f"{here.path(ticket, Party.CUSTOMER)}/attachment/2/1")

    assert answer.body == html
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    assert "x-evil" not in answer.headers
    assert "\u202e" not in answer.text
    assert "sandbox" in answer.headers["content-security-policy"]


def test_nobody_downloads_another_tickets_files(here: Served) -> None:
    ticket, other = here.open_ticket(), here.open_ticket()
    here.say(ticket, Party.VENDOR, "See.", attachments=(here.stored("a.txt", b"secret"),))

    assert here.ask(f"{here.path(other)}/attachment/2/1").status == 404


def test_a_body_without_end_is_refused(tmp_path: Path) -> None:
    with served(tmp_path, {"smtp": {"max_message_bytes": "50 kB"}}) as here:
        path = here.path(here.open_ticket())

        announced = here.ask(f"{path}/reply", "POST", {"Content-Length": "99999999999"})
        nonsense = here.ask(f"{path}/reply", "POST", {"Content-Length": "-5"})
        wrong = here.ask("/t/wrong/reply", "POST", {"Content-Length": "99999999999"})

    assert (announced.status, wrong.status) == (413, 413)
    assert nonsense.status == 400


def test_a_chunked_body_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    with served(tmp_path, {"smtp": {"max_message_bytes": "50 kB"}}) as here:
        path = here.path(here.open_ticket())
        headers, body = multipart({**hidden(here.ask(path).text), "text": "words"}, [("a", b"x" * 300_000)])
        head = (
            f"POST {path}/reply HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            f"Content-Type: {headers['Content-Type']}\r\n\r\n"
        )

        with socket.create_connection(("127.0.0.1", here.port), timeout=20) as client:
            client.sendall(head.encode() + f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n")
            answer = client.recv(100).decode()

    assert answer.startswith("HTTP/1.1 413")


def test_malformed_forms_are_told_so(here: Served) -> None:
    path = here.path(here.open_ticket())
    kinds = [
        "multipart/form-data",
        "multipart/form-data; boundary=edge",
        "application/x-www-form-urlencoded",
        "text/plain",
        "",
    ]

    statuses = [here.ask(f"{path}/reply", "POST", {"Content-Type": kind}, b"\xff\x00=%zz&--edge") for kind in kinds]

    assert [answer.status for answer in statuses] == [403] * 5
    assert all('role="alert"' in answer.text for answer in statuses)


def test_a_request_head_without_end_is_refused(here: Served) -> None:
    with socket.create_connection(("127.0.0.1", here.port), timeout=20) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 40_000)
        answer = client.recv(100)

    assert answer.startswith(b"HTTP/1.1 400")


def test_a_connection_that_asks_nothing_is_closed(here: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "REQUEST_HEAD_SECONDS", 0.2)

    with socket.create_connection(("127.0.0.1", here.port), timeout=20) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHo")

        assert client.recv(100) == b""


def begun_reply(here: Served, path: str) -> bytes:
    """The start of a form that promises more than it sends."""
    head = f"POST {path}/reply HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
    return f"{head}Content-Type: multipart/form-data; boundary=e\r\n\r\n--e".encode()


def test_a_body_that_stops_halfway_is_given_up(here: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "PAUSE_SECONDS", 0.2)
    path = here.path(here.open_ticket())

    with socket.create_connection(("127.0.0.1", here.port), timeout=20) as client:
        client.sendall(begun_reply(here, path))

        assert client.recv(100).startswith(b"HTTP/1.1 408")


def test_a_client_that_leaves_halfway_leaves_no_trace(here: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    ticket = here.open_ticket()

    with socket.create_connection(("127.0.0.1", here.port), timeout=20) as client:
        client.sendall(begun_reply(here, here.path(ticket)))
    await_true(lambda: "client left" in caplog.text or "ERROR" in caplog.text, 10, "it is noticed", lambda: caplog.text)

    assert "ERROR" not in caplog.text
    assert len(here.history(ticket)) == 1


def test_under_a_proxys_prefix_all_links_stay_under_it(tmp_path: Path) -> None:
    web = {"web": {"trusted_proxies": ["127.0.0.1"]}}
    with served(tmp_path, web) as here:
        ticket = here.open_ticket()

        page = here.ask(here.path(ticket), headers={"X-Forwarded-Prefix": "/desk"}).text
        kept = here.ask("/desk" + here.path(ticket), headers={"X-Forwarded-Prefix": "/desk"})

    assert f'action="/desk{here.path(ticket)}/reply"' in page
    assert 'href="/desk/style.css' in page
    assert kept.status == 200


@pytest.mark.parametrize("prefix", ["//evil.example", "https://evil.example", '/"><script>', "/a\\b", "/ä"])
def test_a_prefix_that_is_no_path_is_ignored(tmp_path: Path, prefix: str) -> None:
    with served(tmp_path, {"web": {"trusted_proxies": ["127.0.0.1"]}}) as here:
        page = here.ask(
            here.path(here.open_ticket()), headers={"X-Forwarded-Prefix": prefix.encode().decode("latin-1")}
        )

    assert 'href="/style.css' in page.text


def test_a_stranger_sets_no_prefix_and_no_address(here: Served) -> None:
    ticket = here.open_ticket()
    strange = {"X-Forwarded-Prefix": "/evil", "X-Forwarded-For": "192.0.2.1"}

    page = here.ask(here.path(ticket), headers=strange).text
    statuses = [here.ask("/wrong", headers={"X-Forwarded-For": f"192.0.2.{n}"}).status for n in range(102)]

    assert "/evil" not in page
    assert statuses[-1] == 429


def test_behind_a_proxy_each_client_has_its_own_allowance(tmp_path: Path) -> None:
    with served(tmp_path, {"web": {"trusted_proxies": ["127.0.0.1"]}}) as here:
        ones = [here.ask("/wrong", headers={"X-Forwarded-For": "198.51.100.1, 192.0.2.1"}).status for _ in range(101)]
        other = here.ask("/wrong", headers={"X-Forwarded-For": "198.51.100.1, 192.0.2.2"}).status

    assert (ones[-1], other) == (429, 404)


def test_a_base_url_with_a_path_works_without_a_proxys_word(tmp_path: Path) -> None:
    with served(tmp_path, {"desk": {"base_url": "https://example.com/desk"}}) as here:
        ticket = here.open_ticket()

        stripped = here.ask(here.path(ticket))
        kept = here.ask("/desk" + here.path(ticket))

        assert here.desk.addresses.page(ticket.number, Party.VENDOR) == "https://example.com/desk" + here.path(ticket)
    assert (stripped.status, kept.status) == (200, 200)
    assert 'href="/desk/style.css' in stripped.text


def test_static_files_may_be_kept_by_their_version(here: Served) -> None:
    page = here.ask(here.path(here.open_ticket())).text
    linked = page.partition('rel="stylesheet" href="')[2].partition('"')[0]

    versioned, plain = here.ask(linked), here.ask("/style.css")

    assert versioned.headers["cache-control"].endswith("immutable")
    assert plain.headers["cache-control"] == "public, max-age=300"


def test_links_expire_a_year_after_the_closing_whatever_they_open(here: Served) -> None:
    ticket, still_open = here.open_ticket(), here.open_ticket()
    here.say(ticket, Party.VENDOR, "See.", attachments=(here.stored("a.txt", b"x"),))
    seal = hidden(here.ask(here.path(ticket)).text)
    here.close(ticket)

    here.clock.move(timedelta(days=364))
    before = here.ask(here.path(ticket)).status
    here.clock.move(timedelta(days=2))
    after = [
        here.ask(here.path(ticket) + tail)
        for tail in ("", "/attachment/2/1", "/conversation.txt", "/conversation.mbox")
    ]
    late_reply = replied(here, ticket, "Hello?", seal=seal)

    assert before == 200
    assert all(same(answer, here.ask("/nothing")) for answer in [*after, late_reply])
    assert here.ask(here.path(still_open)).status == 200
    assert len(here.history(ticket)) == 3


def test_a_retired_keys_links_open_nothing(here: Served) -> None:
    path = here.path(here.open_ticket())
    file = here.desk.config.desk.data_dir / "token.keys"
    file.write_text(file.read_text().replace("1 ", "1 retired ", 1) + write_key(new_key(2)))

    with served(file.parent.parent / "again", {"desk": {"data_dir": str(file.parent)}}) as again:
        answer = again.ask(path)

        assert same(answer, again.ask("/nothing"))


def test_an_erased_ticket_is_a_wrong_link(here: Served) -> None:
    wrong = here.ask("/t/" + here.desk.addresses.keys.sign(Token(Purpose.VIEW, Party.VENDOR, 9999)))

    assert wrong.status == 404


def test_acts_that_do_not_exist_are_wrong_links(here: Served) -> None:
    ticket = here.open_ticket()

    assert acted(here, ticket, "delete").status == 404


def test_keep_alive_serves_many_requests_on_one_connection(here: Served) -> None:
    path = here.path(here.open_ticket())
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()

    with socket.create_connection(("127.0.0.1", here.port), timeout=20) as client:
        for _ in range(3):
            client.sendall(request)
            assert client.recv(15) == b"HTTP/1.1 200 OK"
            answer = b""
            while not answer.endswith(b"</html>\n"):
                answer += client.recv(65_536)


def test_the_listeners_do_not_show_each_others_pages(here: Served) -> None:
    path = here.path(here.open_ticket())

    assert asked(here.capture_port, path).status == 404
    assert here.ask("/mail/x").status == 404


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("write to bob@vendor.example, please", "write to …, please"),
        ("<bob+x@vendor.example>", "<…>"),
        ("mailto:bob@vendor.example?subject=x", "mailto:…?subject=x"),
        ("a@b@c.example", "…@c.example"),
        ("5 @ 3 euros, @home, me@", "5 @ 3 euros, @home, me@"),
        ("büro@vendör.example.", "…."),
        ("no address", "no address"),
        ("", ""),
    ],
)
def test_addresses_in_quotes_are_blanked(text: str, left: str) -> None:
    assert without_addresses(text) == left


def test_blanking_addresses_takes_linear_time(here: Served) -> None:
    ticket = here.open_ticket()
    here.say(ticket, Party.VENDOR, "x", cuts=(("quote", "a" * 3_000_000 + "@" * 1_000_000 + "a.@" * 500_000),))

    page = here.ask(here.path(ticket, Party.CUSTOMER))
    text = here.ask(here.path(ticket, Party.CUSTOMER) + "/conversation.txt")

    assert (page.status, text.status) == (200, 200)
    assert len(page.body) < 50_000
