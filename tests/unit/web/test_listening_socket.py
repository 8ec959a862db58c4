"""The socket that the web service listens on."""

import socket

import pytest

from app.main import listen


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_every_piece_of_an_answer_is_sent_at_once(host: str) -> None:
    with listen(host, 0) as listener:
        address = listener.getsockname()[:2]
        with socket.create_connection(address), listener.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_an_address_in_use_is_an_error() -> None:
    with listen("127.0.0.1", 0) as listener, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", listener.getsockname()[1])
