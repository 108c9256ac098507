"""Run in a network of its own behind conf/nftables.conf: knocks at mosquitto as a guesser does, and tells as JSON.

`python -m tests.security.behind_firewall FOLDER`
"""

import json
import socket
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Final

from tests.brokers import start_broker
from tests.security.mqtt_door import connect_packet, knock
from tests.waiting import LIMIT_S

PORT: Final = 8883
SECRETS: Final = {"A1": "secret of A1", "B2": "secret of B2"}
GUESSES: Final = 500
GUESSER: Final = "127.0.1.1"
NEIGHBOUR: Final = "127.0.2.2"


def main(folder: Path) -> None:
    """Print how often a guesser was heard, whether an honest pile elsewhere is let in, and the same for IPv6."""
    broker = start_broker("mosquitto", folder / "broker", SECRETS, PORT)
    try:
        guesses = Counter(_guess(number) for number in range(GUESSES))
        right = knock(PORT, connect_packet(b"B2", b"B2", SECRETS["B2"].encode()), address=NEIGHBOUR)
    finally:
        broker.stop()
    told = {"guesses": guesses, "neighbour": right, "ipv6": _knock_by_ipv6()}
    sys.stdout.write(json.dumps(told))


def _guess(number: int) -> str:
    """ "heard" when the broker looked at the password, "refused" when nobody did."""
    packet = connect_packet(b"A1", b"A1", f"guess {number}".encode())
    try:
        knock(PORT, packet, address=GUESSER)
    except ConnectionRefusedError:
        return "refused"
    return "heard"


def _knock_by_ipv6() -> dict[str, int]:
    """How many of as many connections come through from one /64, and from another (addresses of the loopback)."""
    with socket.create_server(("2001:db8:0:1::1", PORT), family=socket.AF_INET6, backlog=GUESSES) as server:
        threading.Thread(target=_hang_up_on_all, args=(server,), daemon=True).start()
        one = sum(_comes_through(f"2001:db8:0:2::{number % 8 + 1}") for number in range(GUESSES))
        return {"one network": one, "another": int(_comes_through("2001:db8:0:3::1"))}


def _comes_through(address: str) -> bool:
    try:
        socket.create_connection(("2001:db8:0:1::1", PORT), LIMIT_S, source_address=(address, 0)).close()
    except ConnectionRefusedError:
        return False
    return True


def _hang_up_on_all(server: socket.socket) -> None:
    while True:
        try:
            server.accept()[0].close()
        except OSError:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
