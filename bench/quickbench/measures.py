"""What is measured on one path. Every function works on an endpoint that is already known to answer."""

import http.client
import json
import pathlib
import select
import socket
import ssl
import struct
import subprocess
import threading
import time

from .world import CLIENT, Failure

Endpoint = tuple[str, int]

_REPORT = pathlib.Path(__file__).parent.parent / "report.lua"
_ETH_P_IP = 0x0800


def wrk(endpoint: Endpoint, seconds: int, connections: int, keep_alive: bool) -> dict[str, float]:
    """A closed loop over so many connections: requests/s, latency at that load, and failures."""
    address, port = endpoint
    command = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--timeout", "5s", "-s", str(_REPORT)]
    if not keep_alive:
        command += ["-H", "Connection: close"]
    done = subprocess.run(
        [*command, f"http://{address}:{port}/"],
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds + 30,
        start_new_session=True,
    )
    line = next((line for line in done.stdout.splitlines() if line.startswith("REPORT ")), None)
    if line is None:
        raise Failure(f"wrk to {address}:{port}: {(done.stderr or done.stdout).strip()[-300:]}")
    report = json.loads(line.removeprefix("REPORT "))
    failed = sum(report[kind] for kind in ("connect", "read", "write", "status", "timeout"))
    return {
        "per_second": report["requests"] / (report["duration_us"] / 1e6),
        "requests": report["requests"],
        "failed": failed,
        "p50_us": report["p50_us"],
        "p99_us": report["p99_us"],
    }


def get(endpoint: Endpoint) -> bytes:
    """One request on a connection of its own; the body, or Failure if the status is not 200."""
    connection = http.client.HTTPConnection(*endpoint, timeout=5, source_address=(CLIENT, 0))
    try:
        connection.request("GET", "/")
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise Failure(f"status {response.status} (expected: 200)")
        return body
    except (OSError, http.client.HTTPException) as error:
        raise Failure(f"{type(error).__name__}: {error}") from None
    finally:
        connection.close()


def served_without_certificate(endpoint: Endpoint) -> bool:
    """Whether a TLS client that presents no certificate gets a byte of application data."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with socket.create_connection(endpoint, timeout=5) as plain:
            with context.wrap_socket(plain) as client:
                # In TLS 1.3 the client's side of the handshake is over before it is refused.
                client.sendall(b"GET / HTTP/1.1\r\nHost: b\r\n\r\n")
                return len(client.recv(1)) > 0
    except OSError:
        return False


def greeting(endpoint: Endpoint, expected: bytes) -> float:
    """Connect, send nothing, read the greeting: seconds from connect to its last byte."""
    with socket.socket() as client:
        client.settimeout(5)
        client.bind((CLIENT, 0))
        begin = time.perf_counter()
        try:
            client.connect(endpoint)
            got = b""
            while len(got) < len(expected):
                piece = client.recv(4096)
                if not piece:
                    raise Failure(f"greeting: {got!r} (expected: {expected!r})")
                got += piece
        except OSError as error:
            raise Failure(f"greeting: {type(error).__name__}: {error}") from None
        taken = time.perf_counter() - begin
        if got != expected:
            raise Failure(f"greeting: {got!r} (expected: {expected!r})")
        return taken


def greetings(endpoint: Endpoint, expected: bytes, warm_up: int, count: int) -> dict[str, object]:
    """Greetings one after the other, each on a new connection; times in microseconds."""
    taken: list[float] = []
    failed = 0
    for _ in range(warm_up + count):
        try:
            taken.append(greeting(endpoint, expected) * 1e6)
        except Failure:
            failed += 1
            if failed > 5:
                break
    return {"taken_us": taken[warm_up:], "failed": failed}


def steady(endpoint: Endpoint, seconds: float, rate: int, connections: int) -> dict[str, object]:
    """Requests at a fixed rate, in turn over keep-alive connections.

    Each latency counts from the moment the request was due, so a stall is charged to all who waited for it.
    """
    address, port = endpoint
    request = f"GET / HTTP/1.1\r\nHost: {address}:{port}\r\n\r\n".encode()
    clients = [_connect(endpoint) for _ in range(connections)]
    by_handle = {client.fileno(): number for number, client in enumerate(clients)}
    due: list[list[float]] = [[] for _ in clients]
    pending = [b"" for _ in clients]
    taken: list[float] = []
    try:
        # One answer for each connection first, so that dialling is not part of what is measured.
        for number in range(connections):
            clients[number].sendall(request)
            _drain(clients[number])
        total = int(rate * seconds)
        begin = time.perf_counter() + 0.01
        sent = 0
        while len(taken) < total:
            now = time.perf_counter()
            if sent < total and now >= begin + sent / rate:
                number = sent % connections
                due[number].append(begin + sent / rate)
                clients[number].sendall(request)
                sent += 1
                continue
            pause = begin + sent / rate - now if sent < total else 5.0
            ready = select.select(clients, [], [], pause)[0]
            if not ready and sent == total:
                break
            for client in ready:
                number = by_handle[client.fileno()]
                piece = client.recv(65536)
                if not piece:
                    return {"taken_us": taken, "failed": total - len(taken)}
                pending[number] += piece
                while (end := _response_end(pending[number])) > 0:
                    pending[number] = pending[number][end:]
                    taken.append((time.perf_counter() - due[number].pop(0)) * 1e6)
    except OSError:
        return {"taken_us": taken, "failed": int(rate * seconds) - len(taken)}
    finally:
        for client in clients:
            client.close()
    return {"taken_us": taken, "failed": int(rate * seconds) - len(taken)}


def _connect(endpoint: Endpoint) -> socket.socket:
    client = socket.create_connection(endpoint, timeout=5, source_address=(CLIENT, 0))
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


def _drain(client: socket.socket) -> None:
    got = b""
    while _response_end(got) <= 0:
        piece = client.recv(65536)
        if not piece:
            raise ConnectionResetError("closed before a whole response")
        got += piece


def _response_end(data: bytes) -> int:
    """Where the first response ends, or 0 if it is not all there."""
    head = data.find(b"\r\n\r\n")
    if head < 0:
        return 0
    if not data.startswith(b"HTTP/1.1 200"):
        raise ConnectionResetError("not a 200")
    for line in data[:head].split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            end = head + 4 + int(value)
            return end if len(data) >= end else 0
    raise ConnectionResetError("a response without Content-Length")


class Wire:
    """Watches the loopback interface: on which connections can a marker be read, and where is TLS seen?"""

    def __init__(self, marker: bytes) -> None:
        self._marker = marker
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ETH_P_IP))
        self._socket.bind(("lo", _ETH_P_IP))
        self._socket.settimeout(0.1)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.readable: set[tuple[str, int, str, int]] = set()
        self.tls: set[tuple[str, int, str, int]] = set()

    def __enter__(self) -> "Wire":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # The last packets may still be in the socket's queue: the thread reads until it is empty.
        self._over.set()
        self._thread.join()
        self._socket.close()

    def _watch(self) -> None:
        while True:
            try:
                packet = self._socket.recv(65536)
            except TimeoutError:
                if self._over.is_set():
                    return
                continue
            head = (packet[0] & 15) * 4
            if packet[9] != socket.IPPROTO_TCP or len(packet) < head + 20:
                continue
            source, target = socket.inet_ntoa(packet[12:16]), socket.inet_ntoa(packet[16:20])
            source_port, target_port = struct.unpack_from("!HH", packet, head)
            body = packet[head + (packet[head + 12] >> 4) * 4 :]
            flow = (source, source_port, target, target_port)
            if self._marker in body:
                self.readable.add(flow)
            if len(body) > 5 and body[0] == 0x17 and body[1:3] == b"\x03\x03":
                self.tls.add(flow)
