# SPDX-License-Identifier: Apache-2.0
"""Faults between the client and a real server: each ends in time, with a status and a message, and the next request works."""

import http.server
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(os.environ["ASKIAM_SOURCE"]) / "tests" / "support"))
import tls  # noqa: E402
import toxiproxy  # noqa: E402

PROBE = os.environ["ASKIAM_PROBE"]
BODY = b"x" * 100_000


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        length = int(self.headers.get("Content-Length", 0))
        self.rfile.read(length)
        if self.path == "/garbage":
            self.wfile.write(b"\x00\xff\x16garbage\r\n\r\n" * 10)
            self.close_connection = True
            return
        self.send_response(500 if self.path == "/500" else 200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Torn connections are what is tested."""


def serve(files=None):
    server = Server(("127.0.0.1", 0), Handler)
    if files is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files[1], files[2])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.room = pathlib.Path(tempfile.mkdtemp(prefix="askiam-http-"))
        cls.addClassCleanup(shutil.rmtree, cls.room)
        cls.toxiproxy = toxiproxy.Toxiproxy()
        cls.addClassCleanup(cls.toxiproxy.stop)
        cls.ca = tls.authority(cls.room)
        cls.ports = {}
        for name, files in (("http", None), ("https", cls.ca)):
            server = serve(files)
            cls.addClassCleanup(server.server_close)
            cls.addClassCleanup(server.shutdown)
            cls.ports[name] = cls.toxiproxy.proxy(name, server.server_port)

    def setUp(self):
        self.toxiproxy.reset()

    def probe(self, scheme, path="/", method="GET", **settings):
        settings = {"deadline_ms": 2000, "ca": self.ca[0], **settings}
        words = [f"{name}={value}" for name, value in settings.items()]
        began = time.monotonic()
        done = subprocess.run([PROBE, method, f"{scheme}://127.0.0.1:{self.ports[scheme]}{path}", *words],
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.took = time.monotonic() - began
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        return answers if "times" in settings else answers[0]

    def assertOutcome(self, answer, outcome, retryable=True):
        self.assertEqual((answer["outcome"], answer["retryable"]), (outcome, retryable), answer)
        self.assertNotEqual(answer["message"], "")

    def assertWorks(self, scheme):
        answer = self.probe(scheme, deadline_ms=20000)
        self.assertEqual((answer["outcome"], answer["http_status"], answer["bytes"]), ("OK", 200, len(BODY)), answer)

    def each(self, check):
        for scheme in ("http", "https"):
            with self.subTest(scheme=scheme):
                self.toxiproxy.reset()
                check(scheme)
                self.toxiproxy.reset()
                self.assertWorks(scheme)

    def test_without_a_fault_the_connection_is_kept(self):
        def check(scheme):
            answers = self.probe(scheme, times=5)
            self.assertEqual([answer["bytes"] for answer in answers], [len(BODY)] * 5)
        self.each(check)

    def test_refuse(self):
        def check(scheme):
            self.toxiproxy.enable(scheme, False)
            self.assertOutcome(self.probe(scheme), "UNAVAILABLE")
        self.each(check)

    def test_reset(self):
        def check(scheme):
            self.toxiproxy.toxic(scheme, "reset_peer", timeout=0)
            self.assertOutcome(self.probe(scheme), "UNAVAILABLE")
        self.each(check)

    def test_stall(self):
        def check(scheme):
            self.toxiproxy.toxic(scheme, "timeout", timeout=0)
            answer = self.probe(scheme, deadline_ms=500)
            self.assertOutcome(answer, "TIMEOUT")
            self.assertLess(answer["ms"], 1500)
        self.each(check)

    def test_stall_ends_at_the_request_s_own_timeout(self):
        def check(scheme):
            self.toxiproxy.toxic(scheme, "timeout", timeout=0)
            self.assertOutcome(self.probe(scheme, timeout_ms=300), "TIMEOUT")
        self.each(check)

    def test_drip(self):
        def check(scheme):
            self.toxiproxy.toxic(scheme, "bandwidth", rate=1)
            answer = self.probe(scheme, deadline_ms=700)
            self.assertOutcome(answer, "TIMEOUT")
            self.assertLess(answer["ms"], 2000)
        self.each(check)

    def test_slices(self):
        """Slow and in small pieces, but in time: that is no fault."""
        def check(scheme):
            self.toxiproxy.toxic(scheme, "slicer", average_size=500, size_variation=100, delay=10)
            self.assertEqual(self.probe(scheme, deadline_ms=20000)["bytes"], len(BODY))
        self.each(check)

    def test_truncate(self):
        def check(scheme):
            self.toxiproxy.toxic(scheme, "limit_data", bytes=20_000)
            self.assertOutcome(self.probe(scheme), "UNAVAILABLE")
        self.each(check)

    def test_hang_up_before_the_answer(self):
        def check(scheme):
            self.toxiproxy.toxic(scheme, "limit_data", bytes=0)
            self.assertOutcome(self.probe(scheme), "UNAVAILABLE")
        self.each(check)

    def test_latency_within_the_deadline(self):
        def check(scheme):
            self.toxiproxy.toxic(scheme, "latency", latency=200)
            self.assertEqual(self.probe(scheme, deadline_ms=20000)["outcome"], "OK")
            self.assertOutcome(self.probe(scheme, deadline_ms=100), "TIMEOUT")
        self.each(check)

    def test_garbage(self):
        self.each(lambda scheme: self.assertOutcome(self.probe(scheme, "/garbage"), "UNAVAILABLE"))

    def test_500(self):
        self.each(lambda scheme: self.assertEqual(self.probe(scheme, "/500")["http_status"], 500))

    def test_more_than_is_wanted(self):
        self.each(lambda scheme: self.assertOutcome(self.probe(scheme, limit=1000), "UNAVAILABLE", retryable=False))

    def test_an_upload_that_nobody_takes(self):
        def check(scheme):
            self.toxiproxy.toxic(scheme, "timeout", stream="upstream", timeout=0)
            self.assertOutcome(self.probe(scheme, method="POST", body="y" * 100_000, deadline_ms=500), "TIMEOUT")
        self.each(check)

    def test_tls_that_never_shakes_hands(self):
        self.toxiproxy.toxic("https", "limit_data", bytes=100)
        answer = self.probe("https")
        self.assertIn(answer["outcome"], ("UNAVAILABLE", "TIMEOUT"), answer)

    def test_tls_where_there_is_none(self):
        answer = self.probe_as("https", "http")
        self.assertEqual(answer["outcome"], "UNAVAILABLE", answer)

    def probe_as(self, scheme, other):
        ports = self.ports
        self.ports = {**ports, scheme: ports[other]}
        try:
            return self.probe(scheme)
        finally:
            self.ports = ports


if __name__ == "__main__":
    unittest.main()
