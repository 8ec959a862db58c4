"""Where webhooks may go: what an attacker would write, and what an operator allows."""

import ipaddress
import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import RefusedTarget
from app.webhooks import addresses
from app.webhooks.addresses import TargetRules, look_up, networks_of, parse_target, reachable_addresses

PUBLIC = ("93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8", "64:ff9b::808:808")
REFUSED = (
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "3fff::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "no address",
)


def to(*addresses: str):
    return lambda _host, _port: addresses


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_reached(address: str) -> None:
    assert reachable_addresses("name.test", 443, rules=TargetRules(), lookup=to(address)) == (address,)


@pytest.mark.parametrize("address", REFUSED)
def test_no_other_address_may_be_reached(address: str) -> None:
    with pytest.raises(RefusedTarget, match="private or reserved"):
        reachable_addresses("name.test", 443, rules=TargetRules(), lookup=to(address))


@pytest.mark.parametrize("address", REFUSED)
def test_one_private_address_among_public_ones_is_enough_to_refuse(address: str) -> None:
    with pytest.raises(RefusedTarget, match="private or reserved"):
        reachable_addresses("name.test", 443, rules=TargetRules(), lookup=to("8.8.8.8", address))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_however_it_is_written(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    written = (
        str(address),
        f"::ffff:{address}",
        str(ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) | number)),
    )
    verdicts = set()
    for text in written:
        try:
            reachable_addresses("name.test", 443, rules=TargetRules(), lookup=to(text))
            verdicts.add(True)
        except RefusedTarget:
            verdicts.add(False)
    assert len(verdicts) == 1


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_what_is_not_global_is_never_reached(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    try:
        reachable_addresses("name.test", 443, rules=TargetRules(), lookup=to(str(address)))
    except RefusedTarget:
        return
    mapped = getattr(address, "ipv4_mapped", None) or address
    assert mapped.is_global and not mapped.is_multicast


def test_a_network_of_the_operator_may_be_reached_and_nothing_beside_it() -> None:
    rules = TargetRules(networks=networks_of("10.1.0.0/16, fd00:1::/32 127.0.0.1"))
    for address in ("10.1.2.3", "fd00:1::7", "127.0.0.1", "::ffff:10.1.2.3"):
        assert reachable_addresses("name.test", 443, rules=rules, lookup=to(address)) == (address,)
    for address in ("10.2.0.1", "fd00:2::1", "127.0.0.2"):
        with pytest.raises(RefusedTarget):
            reachable_addresses("name.test", 443, rules=rules, lookup=to("10.1.2.3", address))


def test_networks_are_read_or_refused() -> None:
    assert networks_of("") == networks_of("  ") == ()
    with pytest.raises(ValueError, match="does not appear"):
        networks_of("10.0.0.0/8, intranet")
    with pytest.raises(ValueError, match="host bits"):
        networks_of("10.0.0.1/8")


def test_a_name_that_is_not_known_is_refused() -> None:
    def unknown(_host: str, _port: int) -> tuple[str, ...]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    for lookup in (unknown, to()):
        with pytest.raises(RefusedTarget, match="not known"):
            reachable_addresses("name.test", 443, rules=TargetRules(), lookup=lookup)


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost"])
def test_other_ways_of_writing_this_machine_are_resolved_before_they_are_judged(host: str) -> None:
    with pytest.raises(RefusedTarget):
        reachable_addresses(host, 443, rules=TargetRules(), lookup=look_up)


def test_a_name_whose_servers_do_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    monkeypatch.setattr(addresses, "LOOKED_UP_WITHIN_S", 0.01)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: answered.wait(60) and [])
    with pytest.raises(RefusedTarget):
        reachable_addresses("slow.example.org", 443, rules=TargetRules(), lookup=look_up)
    answered.set()


def test_an_address_is_taken_apart() -> None:
    target = parse_target("https://Hooks.Example.org/calls/a%20b?token=x", rules=TargetRules())
    assert (target.scheme, target.host, target.port) == ("https", "hooks.example.org", 443)
    assert target.path == "/calls/a%20b?token=x"
    assert parse_target("https://[2606:2800::1]:8443", rules=TargetRules()).host == "2606:2800::1"
    assert parse_target("https://[2606:2800::1]:8443", rules=TargetRules()).port == 8443
    assert parse_target("http://example.org", rules=TargetRules(http=True)).port == 80


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "//example.org/",
        "example.org",
        "https://",
        "https:///path",
        "https://user@example.org/",
        "https://user:password@example.org/",
        "https://example.org@127.0.0.1/",
        "https://example.org#@127.0.0.1/",
        "https://example.org/#fragment",
        "https://example.org\\@127.0.0.1/",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org:port/",
        "https://exa mple.org/",
        "https://example.org/a b",
        "https://example.org/\r\nX: y",
        "https://example.org/\x00",
        "https://bücher.example/",
        "https://１２７.0.0.1/",
        "https://-example.org/",
        "https://example..org/",
        "https://exam%70le.org/",
        "https://[fe80::1%25eth0]/",
        "https://[::1",
        "https://" + "a" * 64 + ".org/",
        "https://example.org/" + "a" * 1000,
    ],
)
def test_what_is_no_plain_https_address_is_refused(url: str) -> None:
    with pytest.raises(RefusedTarget):
        parse_target(url, rules=TargetRules())


@given(st.text(max_size=60))
def test_any_text_is_taken_apart_or_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"https://example.org/{text}"):
        try:
            target = parse_target(url, rules=TargetRules())
        except RefusedTarget:
            continue
        assert target.path.isascii() and target.path.isprintable() and target.path.startswith("/")
