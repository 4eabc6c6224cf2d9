"""Tests of the program `load`: a lost request has to be seen, and one that was answered must not count as lost."""

import json
import pathlib
import signal
import socket
import struct
import subprocess
import threading
import unittest

LOAD = pathlib.Path(__file__).parent / "test-apps" / "load"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Answers(threading.Thread):
    """Answers requests in turn as it is told, and then always well. None: resets the connection."""

    def __init__(self, *answers):
        super().__init__(daemon=True)
        self.answers = list(answers)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d/" % self.socket.getsockname()[1]
        self.good = threading.Event()
        self.start()

    def run(self):
        while True:
            try:
                connection = self.socket.accept()[0]
            except OSError:
                return
            with connection:
                self.serve(connection)

    def serve(self, connection):
        # One client that sends no bodies before its tenth request: a read is a request.
        while connection.recv(65536):
            answer = self.answers.pop(0) if self.answers else ANSWER
            if answer is None:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            if not self.answers:
                self.good.set()
            connection.sendall(answer)
            if answer != ANSWER:
                return


class Load(unittest.TestCase):
    def report(self, *answers):
        server = Answers(*answers)
        with subprocess.Popen(
            [LOAD, server.url, "--kept", "1", "--fresh", "0", "--rate", "5"], stdout=subprocess.PIPE, text=True
        ) as program:
            self.assertTrue(server.good.wait(20))
            program.send_signal(signal.SIGTERM)
            last = program.stdout.read().splitlines()[-1]
        server.socket.close()
        self.assertEqual(program.returncode, 0)
        return json.loads(last)

    def test_answers_are_counted_on_one_connection(self):
        report = self.report(ANSWER, ANSWER, ANSWER)
        # One more may have been on its way when it was stopped.
        self.assertGreaterEqual(report["ok"], 3)
        self.assertEqual((report["failed"], report["connections"]), (0, 1))
        self.assertTrue(report["done"])

    def test_a_reset_a_status_and_half_an_answer_are_lost_requests(self):
        report = self.report(
            ANSWER, None, b"HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\n\r\n", ANSWER[:-1], ANSWER
        )
        self.assertGreaterEqual(report["ok"], 2)
        self.assertEqual(report["failed"], 3)
        errors = [failure["error"].split(":")[0] for failure in report["failures"]]
        self.assertEqual(errors, ["ConnectionResetError", "HTTPException", "IncompleteRead"])


if __name__ == "__main__":
    unittest.main()
