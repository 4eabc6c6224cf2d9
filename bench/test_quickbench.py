"""Tests of the benchmark's own arithmetic and clients: python3 -m unittest discover -s bench"""

import contextlib
import http.server
import pathlib
import re
import socket
import subprocess
import sys
import threading
import unittest
from collections.abc import Iterator

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from quickbench import measures, table, world
from quickbench.systems import ADDRESSES, BODY, Envoy, HAProxy

HERE = pathlib.Path(__file__).parent
GREETING = b"Hello from Service B (TCP)\n"


@contextlib.contextmanager
def application(status: int = 200) -> Iterator[measures.Endpoint]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(BODY)))
            self.end_headers()
            self.wfile.write(BODY.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer((world.APP, 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server.server_address[:2]
    finally:
        server.shutdown()
        server.server_close()


class TableTest(unittest.TestCase):
    def test_percentiles_are_values_that_occurred(self) -> None:
        values = [float(n) for n in range(100, 0, -1)]
        for percent, expected in ((1, 1.0), (50, 50.0), (99, 99.0), (99.9, 100.0), (100, 100.0)):
            with self.subTest(percent=percent):
                self.assertEqual(table.percentile(values, percent), expected)
        self.assertEqual(table.percentile([7.0], 99), 7.0)

    def test_a_ratio_is_the_median_of_the_ratios_within_rounds(self) -> None:
        own = [{"x": 10.0}, {"x": 1.0}, {"x": 60.0}]
        base = [{"x": 20.0}, {"x": 10.0}, {"x": 10.0}]
        self.assertEqual(table.ratio(own, base, "x"), "0.50")
        self.assertEqual(table.ratio(own, None, "x"), "-")
        self.assertEqual(table.ratio(own, [{"x": 0.0}], "x"), "-")

    def test_a_spread_shows_median_and_range(self) -> None:
        self.assertEqual(table.spread([3.0, 1.0, 2000.0], table.whole), "3 [1-2,000]")
        self.assertEqual(table.spread([3.0], table.whole), "3")
        self.assertEqual(table.spread([], table.whole), "-")

    def test_a_broken_and_a_skipped_system_show(self) -> None:
        load = {"requests": 10, "per_second": 10.0, "p50_us": 1, "p99_us": 2, "failed": 4, "cpu_seconds": 1.0}
        text = table.Report(
            {
                "machine": {"busy": False},
                "versions": {},
                "parameters": {"connections": 32, "rate": 500},
                "rounds": {"load": {"direct": [load], "gibbon L4": [load]}},
                "memory": {},
                "skipped": {"envoy": "not installed (install it so)"},
                "errors": {"gibbon": ["load: 4 failed"]},
            }
        ).text()
        self.assertRegex(text, r"\| gibbon L4 \(!\) .*\| +4 \|")
        self.assertIn("(!) gibbon: load: 4 failed", text)
        self.assertIn("skipped envoy: not installed (install it so)", text)


class TemplateTest(unittest.TestCase):
    def test_every_placeholder_has_a_value(self) -> None:
        values = {**ADDRESSES, **world.APP_PORTS, "body": BODY, "dir": "/tmp/x"}
        ports = {"haproxy": HAProxy.ports, "envoy": Envoy.ports}
        for template in sorted((HERE / "peers").iterdir()):
            with self.subTest(template=template.name):
                own = {**values, **ports.get(re.split("[-.]", template.name)[0], {})}
                text = world.ConfigTemplate(template.read_text()).substitute(own)
                self.assertNotIn("@{", text)


class MeasuresTest(unittest.TestCase):
    def test_a_response_ends_where_its_length_says(self) -> None:
        whole = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc"
        self.assertEqual(measures._response_end(whole + b"HTTP"), len(whole))
        for cut in range(len(whole)):
            self.assertEqual(measures._response_end(whole[:cut]), 0)
        for bad in (b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"):
            with self.assertRaises(ConnectionResetError):
                measures._response_end(bad)

    def test_steady_answers_every_request_that_was_due(self) -> None:
        with application() as endpoint:
            result = measures.steady(endpoint, seconds=0.5, rate=100, connections=4)
        self.assertEqual((len(result["taken_us"]), result["failed"]), (50, 0))

    def test_steady_counts_what_was_not_answered(self) -> None:
        with application(status=503) as endpoint:
            self.assertEqual(measures.steady(endpoint, 0.5, 100, 4)["failed"], 50)

    def test_greetings_come_to_a_client_that_sends_nothing(self) -> None:
        with socket.create_server((world.APP, 0)) as free:
            endpoint = free.getsockname()
        server = subprocess.Popen([sys.executable, str(HERE / "greeter.py"), endpoint[0], str(endpoint[1])])
        try:
            world.wait_for("the greeter", 10, lambda: world.accepts(*endpoint))
            result = measures.greetings(endpoint, GREETING, warm_up=2, count=5)
            self.assertEqual((len(result["taken_us"]), result["failed"]), (5, 0))
            self.assertEqual(measures.greetings(endpoint, b"Another", 0, 3)["failed"], 3)
        finally:
            server.terminate()
            server.wait()

    def test_a_greeting_that_never_comes_is_a_failure(self) -> None:
        with socket.create_server((world.APP, 0)) as free:
            endpoint = free.getsockname()
        with self.assertRaisesRegex(world.Failure, "ConnectionRefusedError"):
            measures.greeting(endpoint, GREETING)


if __name__ == "__main__":
    unittest.main()
