"""Where webhooks may be sent: no address of this machine or of a private network, unless the operator allows it.

A name is resolved when an endpoint is registered and again at every attempt, and the connection goes to the address
that was checked: a name that resolves to something else a moment later (DNS rebinding) gains nothing.
"""

import ipaddress
import re
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.errors import RefusedTarget

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Lookup = Callable[[str, int], tuple[str, ...]]
"""Addresses of a name, as text; raises OSError where there is none."""

LONGEST_URL = 1000
LOOKED_UP_WITHIN_S = 10.0
"""A resolver may take minutes over a name whose servers do not answer; whoever asked is told after so long."""

DEFAULT_PORTS = {"https": 443, "http": 80}

_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?")
_PRINTABLE = re.compile(r"[!-~]+")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_REFUSED = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # shared by a carrier's customers
        "192.0.0.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "198.18.0.0/15",
        "240.0.0.0/4",
        "::/96",  # IPv4-compatible
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",  # Teredo among them
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
    )
)
"""Beyond what `ipaddress` calls private, reserved and so on in every Python that this program runs on."""


@dataclass(frozen=True, slots=True)
class TargetRules:
    """What the operator allows.

    Attributes:
        networks: Networks that may be reached although they are private.
        http: Whether unencrypted addresses may be named.
    """

    networks: tuple[Network, ...] = ()
    http: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart.

    Attributes:
        scheme: https or http.
        host: A name in ASCII, or an address without brackets.
        port: From 1.
        path: With the query, beginning with a slash.
    """

    scheme: str
    host: str
    port: int
    path: str


def networks_of(text: str) -> tuple[Network, ...]:
    """Networks from a list with commas or spaces, e.g. ``10.1.0.0/16, fd00::/8``.

    Raises:
        ValueError: If one is no network.
    """
    return tuple(ipaddress.ip_network(part) for part in re.split(r"[\s,]+", text.strip()) if part)


def look_up(host: str, port: int) -> tuple[str, ...]:
    """Every address of a name, in the order of the resolver.

    Raises:
        OSError: If the name is not known, or nobody has answered within `LOOKED_UP_WITHIN_S`.
    """
    answer: Future[tuple[str, ...]] = Future()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
            answer.set_result(tuple(dict.fromkeys(str(entry[4][0]) for entry in found)))
        except Exception as error:
            answer.set_exception(error)

    # The resolver cannot be told to stop: its thread is left behind, and holds up nothing, not even the end.
    threading.Thread(target=ask, name="look-up", daemon=True).start()
    return answer.result(LOOKED_UP_WITHIN_S)


def parse_target(url: str, *, rules: TargetRules) -> Target:
    """Take an address apart; says nothing of where its name leads.

    Raises:
        RefusedTarget: If it is no address that a request can be sent to, or not encrypted.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _refused("The address cannot be read.") from None
    if len(url) > LONGEST_URL or not _PRINTABLE.fullmatch(url):
        raise _refused(f"An address has at most {LONGEST_URL} characters, all of them printable ASCII.")
    if parts.scheme not in (("https", "http") if rules.http else ("https",)):
        raise _refused("The address must begin with https://.")
    if parts.username is not None or parts.password is not None or "#" in url or "\\" in url:
        raise _refused("The address must hold no user, password, fragment or backslash.")
    if not (_is_address(host) or _NAME.fullmatch(host)) or port == 0:
        raise _refused("The address names no host.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(scheme=parts.scheme, host=host, port=port or DEFAULT_PORTS[parts.scheme], path=path)


def reachable_addresses(host: str, port: int, *, rules: TargetRules, lookup: Lookup = look_up) -> tuple[str, ...]:
    """The addresses that a host stands for, all of them checked.

    Args:
        host: A name or an address.
        port: Where to.
        rules: What the operator allows.
        lookup: Resolves the name.

    Raises:
        RefusedTarget: If the name is not known, or any of its addresses may not be reached.
    """
    try:
        found = lookup(host, port)
    except (OSError, UnicodeError):
        found = ()
    if not found:
        raise _refused("The host of the address is not known.")
    if not all(_may_reach(text, rules=rules) for text in found):
        raise _refused("The host of the address is in a private or reserved network.")
    return found


def _may_reach(text: str, *, rules: TargetRules) -> bool:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    every = (address, *_within(address))
    if any(one in network for one in every for network in rules.networks):
        return True
    return all(map(_is_public, every))


def _within(address: Address) -> tuple[Address, ...]:
    """IPv4 addresses that an IPv6 address is only another way of writing."""
    if isinstance(address, ipaddress.IPv4Address):
        return ()
    carried = [address.ipv4_mapped, address.sixtofour]
    if address in _NAT64:
        carried.append(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
    return tuple(one for one in carried if one is not None)


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return _is_public(address.ipv4_mapped)
    never = (
        address.is_private,
        address.is_loopback,
        address.is_link_local,
        address.is_multicast,
        address.is_reserved and address not in _NAT64,
        address.is_unspecified,
        any(address in network for network in _REFUSED),
    )
    return not any(never)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return "%" not in host


def _refused(message: str) -> RefusedTarget:
    return RefusedTarget(message)
