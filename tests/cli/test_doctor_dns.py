"""What `mailbot doctor` says of SPF and DMARC, asked from a real DNS server on loopback."""

import ipaddress
from pathlib import Path

import pytest

from mailbot.cli.checkup import Finding
from mailbot.cli.checkup_dmarc import organisation
from mailbot.cli.checkup_dns import check_dns
from mailbot.cli.dns_questions import Questions
from mailbot.cli.spf import SpfFault, evaluate
from mailbot.config import load
from mailbot.outbound.signing import new_private_key
from mailbot.setting_readers import endpoint
from tests.cli.dns_zone import Records
from tests.given import SETTINGS

OURS = ipaddress.ip_address("192.0.2.25")
OURS_6 = ipaddress.ip_address("2001:db8::25")
SENDS = {("out.relay.example.", "A"): ["192.0.2.25"]}
MX = {("desk.example.", "MX"): ["10 mx.desk.example."], ("mx.desk.example.", "A"): ["192.0.2.1"]}


def spf(record: str, name: str = "desk.example.") -> Records:
    return {(name, "TXT"): [f'"{record}"']}


def dmarc(record: str, domain: str = "desk.example") -> Records:
    return {(f"_dmarc.{domain}.", "TXT"): [f'"{record}"']}


@pytest.fixture
def look(tmp_path: Path, zones):
    """What the doctor finds with these records; `address` is the desk's author address."""

    def look(records: Records, *, url: str = "smtp://out.relay.example", address: str = "", key: bool = False):
        settings = SETTINGS.replace("[desk]", f'[desk]\naddress = "{address}"') if address else SETTINGS
        keys = ""
        if key:
            (tmp_path / "k1.pem").write_bytes(new_private_key("ed25519"))
            keys = f'[dkim]\nkeys = ["{tmp_path / "k1.pem"}"]\n'
        (tmp_path / "config.toml").write_text(f'{settings}[smarthost]\nurl = "{url}"\n{keys}')
        found = check_dns(load(tmp_path / "config.toml"), endpoint(zones(MX | SENDS | records)))
        return {one.what: one for one in found}

    return look


@pytest.mark.parametrize(
    ("record", "more", "verdict"),
    [
        ("v=spf1 ip4:192.0.2.25 -all", {}, "pass"),
        ("v=spf1 ip4:192.0.2.0/24 -all", {}, "pass"),
        ("v=spf1 ip4:192.0.2.0/28 -all", {}, "fail"),
        ("V=SPF1 IP4:192.0.2.25 ~ALL", {}, "pass"),
        ("v=spf1 ~all", {}, "softfail"),
        ("v=spf1 ?all", {}, "neutral"),
        ("v=spf1", {}, "neutral"),
        ("v=spf1 -ip4:192.0.2.25 +all", {}, "fail"),
        ("v=spf1 a -all", {("desk.example.", "A"): ["192.0.2.25"]}, "pass"),
        ("v=spf1 a:out.relay.example -all", SENDS, "pass"),
        ("v=spf1 a:other.example/24 -all", {("other.example.", "A"): ["192.0.2.1"]}, "pass"),
        ("v=spf1 mx -all", {**MX, ("mx.desk.example.", "A"): ["192.0.2.25"]}, "pass"),
        ("v=spf1 mx/24 -all", MX, "pass"),
        ("v=spf1 mx -all", MX, "fail"),
        ("v=spf1 include:r.example -all", spf("v=spf1 ip4:192.0.2.25 -all", "r.example."), "pass"),
        ("v=spf1 include:r.example ~all", spf("v=spf1 -all", "r.example."), "softfail"),
        ("v=spf1 redirect=r.example", spf("v=spf1 ip4:192.0.2.25 -all", "r.example."), "pass"),
        ("v=spf1 redirect=r.example", spf("v=spf1 ~all", "r.example."), "softfail"),
        ("v=spf1 exists:here.example -all", {("here.example.", "A"): ["127.0.0.2"]}, "pass"),
        ("v=spf1 exists:%{i}._spf.example -all", {}, "unseen"),
        ("v=spf1 exists:%{i}._spf.example ip4:192.0.2.25 -all", {}, "pass"),
        ("v=spf1 ptr -all", {}, "unseen"),
        ("v=spf1 unknown=modifier ip4:192.0.2.25 -all", {}, "pass"),
    ],
)
def test_what_a_record_says_of_an_address(zones, record, more, verdict) -> None:
    ask = Questions(endpoint(zones(spf(record) | more)))

    result = evaluate(ask, "desk.example", OURS)

    assert result is not None
    assert result.verdict == verdict


@pytest.mark.parametrize(
    ("record", "verdict"),
    [
        ("v=spf1 ip6:2001:db8::25 -all", "pass"),
        ("v=spf1 ip6:2001:db8::/32 -all", "pass"),
        ("v=spf1 ip4:192.0.2.25 -all", "fail"),
        ("v=spf1 a:six.example//64 -all", "pass"),
    ],
)
def test_what_a_record_says_of_an_address_of_ipv6(zones, record, verdict) -> None:
    ask = Questions(endpoint(zones(spf(record) | {("six.example.", "AAAA"): ["2001:db8::1"]})))

    result = evaluate(ask, "desk.example", OURS_6)

    assert result is not None
    assert result.verdict == verdict


@pytest.mark.parametrize(
    ("records", "says"),
    [
        (spf("v=spf1 ipv4:192.0.2.25 -all"), "no term of SPF"),
        (spf("v=spf1 ip4:mx.example -all"), "names no address"),
        (spf("v=spf1 ip4:2001:db8::1 -all"), "names no address of its kind"),
        (spf("v=spf1 a/99 -all") | {("desk.example.", "A"): ["192.0.2.1"]}, "no prefix length"),
        (spf("v=spf1 include:none.example -all"), "leads to a domain without a record"),
        (spf("v=spf1 include:desk.example -all"), "includes itself"),
        (spf("v=spf1 a:x.example a:y.example a:z.example ip4:192.0.2.25 -all"), "do not exist"),
        (spf("v=spf1 " + " ".join(f"exists:{n}.example" for n in range(11)) + " -all"), "do not exist"),
        ({("desk.example.", "TXT"): ['"v=spf1 -all"', '"v=spf1 mx -all"']}, "has 2 records"),
    ],
)
def test_a_record_that_counts_as_an_error_is_one(zones, records, says) -> None:
    with pytest.raises(SpfFault, match=says):
        evaluate(Questions(endpoint(zones(records))), "desk.example", OURS)


@pytest.mark.parametrize(("includes", "holds"), [(9, True), (10, False)])
def test_ten_lookups_are_allowed_over_all_records_and_no_more(zones, includes: int, holds: bool) -> None:
    chain: Records = {}
    for number in range(includes):
        chain |= spf(f"v=spf1 include:{number + 1}.example -all", f"{number}.example.")
    chain |= spf("v=spf1 -all", f"{includes}.example.")
    ask = Questions(endpoint(zones(chain | spf("v=spf1 ip4:192.0.2.25 include:0.example -all"))))

    if holds:
        result = evaluate(ask, "desk.example", OURS)
        assert result is not None
        assert (result.verdict, result.lookups) == ("pass", 10)
    else:
        with pytest.raises(SpfFault, match="more than 10 lookups"):
            evaluate(ask, "desk.example", OURS)


@pytest.mark.parametrize(
    ("record", "url", "level", "says"),
    [
        ("v=spf1 a:out.relay.example -all", "smtp://out.relay.example", "ok", "names the smarthost, 192.0.2.25, by a:"),
        ("v=spf1 mx -all", "smtp://out.relay.example", "warn", "does not name the smarthost's address 192.0.2.25"),
        ("v=spf1 ip4:192.0.2.7 -all", "smtp://192.0.2.7:587", "ok", "names the smarthost, 192.0.2.7"),
        ("v=spf1 mx -all", "smtp://127.0.0.1:25", "ok", "cannot be seen from here"),
        ("v=spf1 mx -all", "smtp://10.1.2.3", "ok", "cannot be seen from here"),
        ("v=spf1 mx -all", "capture", "ok", "there is none yet"),
        ("v=spf1 ptr -all", "smtp://out.relay.example", "ok", "hangs on ptr"),
        ("v=spf1 a:out.relay.example", "smtp://out.relay.example", "warn", "says nothing of other senders"),
        ("v=spf1 include:lost.example -all", "smtp://out.relay.example", "fail", "without a record"),
        ("v=spf1 +all", "smtp://out.relay.example", "warn", "allows the whole world"),
    ],
)
def test_the_doctor_looks_for_the_smarthost_in_the_spf_record(look, record, url, level, says) -> None:
    found = look(spf(record), url=url)["SPF"]

    assert (found.level, says in found.words) == (level, True), found


def test_a_missing_address_is_named_with_the_term_to_add(look) -> None:
    found = look(spf("v=spf1 mx -all"))["SPF"]

    assert "(fail by -all)" in found.words
    assert found.advice.startswith("add ip4:192.0.2.25")


@pytest.mark.parametrize(
    ("record", "address", "key", "level", "says"),
    [
        ("v=DMARC1; p=reject", "", True, "ok", "From, DKIM and return path agree"),
        ("v=DMARC1; p=reject; adkim=s; aspf=s", "", True, "ok", "From, DKIM and return path agree"),
        ("v=DMARC1; p=none", "", False, "warn", "no key of ours signs"),
        ("v=DMARC1; p=reject", "help@sub.desk.example", True, "ok", "From, DKIM and return path agree"),
        ("v=DMARC1; p=reject; aspf=s", "help@sub.desk.example", True, "ok", "the return path does not (aspf=s)"),
        ("v=DMARC1; p=reject; adkim=s", "help@sub.desk.example", True, "warn", "does not (adkim=s)"),
        ("v=DMARC1; p=reject; adkim=s; aspf=s", "help@sub.desk.example", True, "fail", "compared strictly"),
        ("v=DMARC1; rua=mailto:x@desk.example", "", True, "fail", "without a policy"),
        ("v=DMARC1; p=always", "", True, "fail", "without a policy"),
    ],
)
def test_the_doctor_compares_from_dkim_and_return_path_as_the_record_asks(
    look, record, address, key, level, says
) -> None:
    found = look(dmarc(record), address=address, key=key)["DMARC"]

    assert (found.level, says in found.words) == (level, True), found


def test_two_dmarc_records_count_as_none(look) -> None:
    found = look({("_dmarc.desk.example.", "TXT"): ['"v=DMARC1; p=none"', '"v=DMARC1; p=reject"']})["DMARC"]

    assert (found.level, "2 records" in found.words) == ("fail", True)


def test_an_author_of_another_organisation_is_never_aligned(look) -> None:
    records = dmarc("v=DMARC1; p=none", "brand.example") | dmarc("v=DMARC1; p=none")

    found = look(records, address="desk@brand.example", key=True)["DMARC"]

    assert found == Finding(
        "fail",
        "DMARC",
        "mail from brand.example is signed and returned as desk.example: not aligned, compared by organisation",
        "give [desk] address the domain desk.example",
    )


@pytest.mark.parametrize(
    ("records", "domain", "owner"),
    [
        (dmarc("v=DMARC1; p=none", "brand.example"), "a.b.brand.example", "brand.example"),
        (dmarc("v=DMARC1; p=none", "brand.example"), "brand.example", "brand.example"),
        ({}, "a.brand.example", "a.brand.example"),
        (
            dmarc("v=DMARC1; p=none", "b.brand.example") | dmarc("v=DMARC1; p=none", "brand.example"),
            "a.b.brand.example",
            "brand.example",
        ),
        (
            dmarc("v=DMARC1; p=none; psd=n", "b.brand.example") | dmarc("v=DMARC1; p=none", "brand.example"),
            "a.b.brand.example",
            "b.brand.example",
        ),
        (dmarc("v=DMARC1; p=none; psd=y", "brand.example"), "a.b.brand.example", "b.brand.example"),
    ],
)
def test_an_organisation_is_found_by_walking_up(zones, records, domain, owner) -> None:
    assert organisation(Questions(endpoint(zones(records))), domain) == owner


def test_a_name_in_the_record_that_is_not_answered_is_told_and_the_rest_is_looked_at(look, zones) -> None:
    zones.broken = frozenset({"slow.example."})

    found = look(spf("v=spf1 include:slow.example -all") | dmarc("v=DMARC1; p=none"))

    assert found["SPF"].level == "warn"
    assert "is not answered" in found["SPF"].words
    assert found["DMARC"].level == "warn"
