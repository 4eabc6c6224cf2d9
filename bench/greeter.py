#!/usr/bin/env python3
"""A server that speaks first: greets each connection with one line, closes, and never reads.

It stays one process, because a server that forks for each connection (as ncat does with --sh-exec) takes
longer to answer than two proxies add.
"""

import socket
import sys

GREETING = b"Hello from Service B (TCP)\n"


def serve(address: str, port: int) -> None:
    """Serve until the process is ended. One connection at a time is enough for one client."""
    with socket.create_server((address, port), backlog=128) as listener:
        while True:
            connection, _ = listener.accept()
            with connection:
                try:
                    connection.sendall(GREETING)
                    connection.shutdown(socket.SHUT_WR)
                except OSError:
                    # The client has gone; the next one is served all the same.
                    continue


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
