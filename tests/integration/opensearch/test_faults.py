# SPDX-License-Identifier: Apache-2.0
"""Faults between the program and a real cluster: each ends in time, without evidence, and the rules decide."""

import http.server
import os
import pathlib
import sys
import threading
import time
import unittest
import urllib.parse

from cluster import URL, ClusterCase, settings

sys.path.insert(0, str(pathlib.Path(os.environ["ASKIAM_SOURCE"]) / "tests" / "support"))
import toxiproxy  # noqa: E402

SHORT = settings(rag__timeout_ms=1500)
HITS = b'"hits":{"hits":[]}'
WHOLE = b'{"timed_out":false,"_shards":{"failed":0},%s}' % HITS


class Faults(ClusterCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.toxiproxy = toxiproxy.Toxiproxy()
        cls.addClassCleanup(cls.toxiproxy.stop)
        port = cls.toxiproxy.proxy("cluster", urllib.parse.urlsplit(URL).port)
        cls.url = f"http://127.0.0.1:{port}"

    def setUp(self):
        super().setUp()
        self.toxiproxy.reset()

    def assertRecovers(self):
        self.toxiproxy.reset()
        self.assertSearched(self.decide())

    def test_refuse(self):
        self.toxiproxy.enable("cluster", False)
        self.assertRulesDecide(self.decide())
        self.assertRecovers()

    def test_reset(self):
        self.toxiproxy.toxic("cluster", "reset_peer", timeout=0)
        self.assertRulesDecide(self.decide())
        self.assertRecovers()

    def test_stall(self):
        self.toxiproxy.toxic("cluster", "timeout", timeout=0)
        began = time.monotonic()
        self.assertRulesDecide(self.decide(*SHORT), "RAG_TIMEOUT")
        self.assertLess(time.monotonic() - began, 10)
        self.assertRecovers()

    def test_drip(self):
        self.toxiproxy.toxic("cluster", "bandwidth", rate=1)
        began = time.monotonic()
        self.assertRulesDecide(self.decide(*SHORT), "RAG_TIMEOUT")
        self.assertLess(time.monotonic() - began, 10)
        self.assertRecovers()

    def test_truncate(self):
        for size in (0, 20, 700):
            with self.subTest(size=size):
                self.toxiproxy.reset()
                self.toxiproxy.toxic("cluster", "limit_data", bytes=size)
                self.assertRulesDecide(self.decide())
        self.assertRecovers()

    def test_slow_but_in_time_is_no_fault(self):
        self.toxiproxy.toxic("cluster", "slicer", average_size=200, size_variation=50, delay=10)
        self.assertSearched(self.decide())


class Stranger(http.server.BaseHTTPRequestHandler):
    """Answers every request with what the test says."""
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked += 1
        status, body = self.server.says
        if status is None:
            self.wfile.write(body)
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Quiet(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Torn connections are what is tested."""


class Answers(ClusterCase):
    """What is no answer of OpenSearch, or only a part of one, is no evidence."""

    @classmethod
    def setUpClass(cls):
        cls.server = Quiet(("127.0.0.1", 0), Stranger)
        threading.Thread(target=cls.server.serve_forever, args=(0.05,), daemon=True).start()
        cls.addClassCleanup(cls.server.server_close)
        cls.addClassCleanup(cls.server.shutdown)
        cls.url = f"http://127.0.0.1:{cls.server.server_port}"

    def answered(self, status, body):
        self.server.says = (status, body)
        self.server.asked = 0
        return self.decide()

    def test_garbage(self):
        for body in (b"\x00\xff\x16garbage\r\n\r\n" * 10, b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{"):
            with self.subTest(body=body):
                self.assertRulesDecide(self.answered(None, body))

    def test_failures_of_a_server_are_tried_again(self):
        for status in (429, 500, 502, 503):
            with self.subTest(status=status):
                self.assertRulesDecide(self.answered(status, b"<html>sorry</html>"), said=f"status {status}")
                self.assertGreaterEqual(self.server.asked, 2)

    def test_refusals_are_not(self):
        for status in (301, 400, 401, 403, 404):
            with self.subTest(status=status):
                self.assertRulesDecide(self.answered(status, b'{"error":{"type":"t","reason":"because"}}'))
                self.assertLessEqual(self.server.asked, 2)  # once for documents, once for the past

    def test_parts_of_an_answer(self):
        for body in (b"", b"{}", b"[]", WHOLE, b'{"responses":[]}', b'{"responses":[%s]}' % WHOLE,
                     b'{"responses":[%s,%s]}' % (WHOLE.replace(b"false", b"true"), WHOLE),
                     b'{"responses":[%s,%s]}' % (WHOLE, WHOLE.replace(b"0}", b"1}")),
                     b'{"responses":[%s,%s]}' % (WHOLE, WHOLE.replace(HITS, b'"hits":{"hits":[{"_score":NaN}]}')),
                     b'{"responses":[%s,%s]}' % (WHOLE, WHOLE) + b" " * 17_000_000):
            with self.subTest(body=body[:120]):
                self.assertRulesDecide(self.answered(200, body))


if __name__ == "__main__":
    unittest.main()
