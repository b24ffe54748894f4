"""Requests in flight as the kernel tells them: the first of a connection, one that waits to be accepted, one that follows an
answer; and none where nobody asks."""

import socket
import time
from collections.abc import Generator

import pytest

from suanwang.drivers.kernel.diag import InFlight, Sample


@pytest.fixture
def listening() -> Generator[socket.socket]:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as made:
        yield made


def look(listening: socket.socket) -> Sample:
    port = listening.getsockname()[1]
    counter = InFlight(ports=(port,))
    try:
        return counter.sample().get(("::1", port), Sample(0, (), 0))
    finally:
        counter.close()


def test_the_first_request_of_a_connection_is_in_flight_at_once_and_until_it_is_answered(listening: socket.socket) -> None:
    """Twenty in a row: connected, asked and answered within one tick of the kernel's clock."""
    for _ in range(20):
        with socket.create_connection(listening.getsockname()[:2]) as client:
            assert look(listening).in_flight == ()
            client.send(b"ask")
            time.sleep(0.0005)
            assert len(look(listening).in_flight) == 1, "nobody has accepted it yet"
            with listening.accept()[0] as server:
                server.recv(9)
                assert len(look(listening).in_flight) == 1
                server.send(b"answer")
                assert look(listening).in_flight == ()


def test_the_next_request_of_a_connection_is_in_flight_too_and_how_long_is_told(listening: socket.socket) -> None:
    with socket.create_connection(listening.getsockname()[:2]) as client, listening.accept()[0] as server:
        for _ in range(5):
            client.send(b"ask")
            server.recv(9)
            time.sleep(0.03)
            (waited_ms,) = look(listening).in_flight
            assert 15 <= waited_ms <= 1000
            server.send(b"answer")
            client.recv(9)
            assert look(listening).in_flight == ()
            time.sleep(0.02)


def test_connections_that_wait_are_counted(listening: socket.socket) -> None:
    clients = [socket.create_connection(listening.getsockname()[:2]) for _ in range(7)]
    for client in clients:
        client.send(b"ask")
    time.sleep(0.001)
    sample = look(listening)
    assert len(sample.in_flight) == 7 and sample.waiting == 7
    for client in clients:
        client.close()
