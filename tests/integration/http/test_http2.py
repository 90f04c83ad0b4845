# SPDX-License-Identifier: Apache-2.0
"""A server that speaks nothing but HTTP/2 (nghttpd): the client offers it, keeps one connection, and reads large answers and errors."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(os.environ["ASKIAM_SOURCE"]) / "tests" / "support"))
import tls  # noqa: E402
import toxiproxy  # noqa: E402

PROBE = os.environ["ASKIAM_PROBE"]
BODY = b"y" * 3_000_000


class Http2(unittest.TestCase):
    def setUp(self):
        self.room = pathlib.Path(tempfile.mkdtemp(prefix="askiam-http2-"))
        self.addCleanup(shutil.rmtree, self.room)
        self.ca, certificate, key = tls.authority(self.room)
        (self.room / "files").mkdir()
        (self.room / "files" / "large").write_bytes(BODY)
        self.port = toxiproxy.free_port()
        self.log = self.room / "log"
        with self.log.open("wb") as log:
            self.server = subprocess.Popen(
                ["nghttpd", "--verbose", "--address=127.0.0.1", f"--htdocs={self.room / 'files'}", "--echo-upload",
                 str(self.port), str(key), str(certificate)], stdout=log, stderr=subprocess.STDOUT)
        self.addCleanup(self.stop)
        self.wait()

    def stop(self):
        self.server.kill()
        self.server.wait(10)

    def wait(self):
        for _ in range(200):
            if self.server.poll() is None and b"listen" in self.log.read_bytes():
                return
            time.sleep(0.05)
        self.fail(self.log.read_text())

    def probe(self, method, path, **settings):
        words = [f"{name}={value}" for name, value in {"deadline_ms": 10000, "ca": self.ca, **settings}.items()]
        done = subprocess.run([PROBE, method, f"https://127.0.0.1:{self.port}{path}", *words], capture_output=True,
                              text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [json.loads(line) for line in done.stdout.splitlines()]

    def connections(self):
        return set(re.findall(r"\[id=(\d+)\]", self.log.read_text(errors="replace")))

    def test_one_connection_for_many_requests(self):
        answers = self.probe("GET", "/large", times=5)
        self.assertEqual([(answer["outcome"], answer["http_status"], answer["bytes"]) for answer in answers],
                         [("OK", 200, len(BODY))] * 5)
        self.assertEqual(len(self.connections()), 1)

    def test_a_body_goes_there_and_back(self):
        (answer,) = self.probe("POST", "/echo", body="z" * 100_000)
        self.assertEqual((answer["outcome"], answer["http_status"], answer["bytes"]), ("OK", 200, 100_000))

    def test_an_error_is_an_answer(self):
        (answer,) = self.probe("GET", "/nothing")
        self.assertEqual((answer["outcome"], answer["http_status"]), ("OK", 404), answer)

    def test_more_than_is_wanted(self):
        (answer,) = self.probe("GET", "/large", limit=1000)
        self.assertEqual((answer["outcome"], answer["retryable"]), ("UNAVAILABLE", False), answer)

    def test_a_server_that_dies_is_worth_another_try(self):
        self.probe("GET", "/large")
        self.stop()
        (answer,) = self.probe("GET", "/large")
        self.assertEqual((answer["outcome"], answer["retryable"]), ("UNAVAILABLE", True), answer)


if __name__ == "__main__":
    unittest.main()
