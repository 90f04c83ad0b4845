# SPDX-License-Identifier: Apache-2.0
"""Faults between the relay of events and their receiver: no event is lost, and none counts as sent whose acknowledgement did not come."""

import os
import pathlib
import shutil
import socket
import sys
import time
import types
import unittest

TESTS = pathlib.Path(os.environ["ASKIAM_SOURCE"]) / "tests"
sys.path[:0] = [str(TESTS / "support"), str(TESTS / "integration" / "cli")]
import test_webhook  # noqa: E402
import toxiproxy  # noqa: E402

TIMEOUT_MS = 400


class Handler(test_webhook.Handler):
    def answer(self):
        if self.server.garbage:
            self.wfile.write(b"\x00\xff\x16garbage\r\n\r\n" * 50)
            self.close_connection = True
        else:
            super().answer()


class Faults(test_webhook.WebhookCase):
    @classmethod
    def setUpClass(cls):
        cls.toxiproxy = toxiproxy.Toxiproxy()
        cls.addClassCleanup(cls.toxiproxy.stop)

    def setUp(self):
        super().setUp()
        self.server = self.serve(handler=Handler)
        self.server.garbage = False
        self.server.handle_error = lambda *_: None  # torn connections are what is tested
        self.proxy = types.SimpleNamespace(server_port=self.toxiproxy.proxy(self.id(), self.server.server_port))
        self.addCleanup(self.toxiproxy.ask, "DELETE", f"/proxies/{self.id()}")

    def toxic(self, kind, **attributes):
        self.toxiproxy.toxic(self.id(), kind, **attributes)

    def came(self):
        """The ids of what came whole to the receiver since the last call, in order; each was signed."""
        ids = [event["id"] for event in self.events(self.server)]
        self.server.received.clear()
        return ids

    def through(self, timeout_ms=10_000, attempts=1, aside=True):
        """Relays through the proxy; `aside`: refused events may be put aside, which none of an outage may be."""
        began = time.monotonic()
        result = self.relay(self.proxy, f"webhook.timeout_ms={timeout_ms}", f"webhook.attempts={attempts}",
                            *([f"webhook.dead_letters={self.dead}"] if aside else []))
        self.assertLess(time.monotonic() - began, attempts * timeout_ms / 1000 + 4, "it ended in time")
        self.assertFalse(self.dead.exists(), "an outage is no refusal")
        return result

    def rest(self):
        """What is sent once the fault is over; after it there is nothing left."""
        self.server.garbage, self.server.statuses = False, []
        self.toxiproxy.reset()
        result = self.through()
        self.assertCode(result, 0)
        ids = self.came()
        self.assertEqual(result.json(), {"delivered": len(ids)})
        self.assertEqual(self.through().json(), {"delivered": 0})
        self.assertEqual(self.came(), [])
        return ids

    def assertNoneSent(self, *words, **options):
        """A relay in two attempts delivers nothing and says so; later all comes, once and in order."""
        self.assertFails(self.through(attempts=2, **options), 69, *words)
        tried = self.came()
        rest = self.rest()
        self.assertGreaterEqual(len(rest), 3)
        self.assertEqual(len(set(rest)), len(rest))
        self.assertLessEqual(set(tried), {rest[0]}, "the first one again, by its id, and no other")
        return tried

    def test_refuse(self):
        self.toxiproxy.enable(self.id(), False)
        self.assertEqual(self.assertNoneSent("wait"), [])

    def test_reset(self):
        self.toxic("reset_peer", timeout=0)
        self.assertNoneSent("wait")

    def test_stall(self):
        self.toxic("timeout", timeout=0)
        self.assertNoneSent("wait", timeout_ms=TIMEOUT_MS)

    def test_drip(self):
        self.toxic("slicer", average_size=1, size_variation=0, delay=50_000)
        self.assertEqual(len(self.assertNoneSent("wait", timeout_ms=TIMEOUT_MS)), 2)

    def test_truncate(self):
        self.toxic("limit_data", bytes=10)
        self.assertEqual(len(self.assertNoneSent("wait")), 2)

    def test_garbage(self):
        self.server.garbage = True
        self.assertEqual(len(self.assertNoneSent("wait")), 2)

    def test_500(self):
        """Time and again, that is a refusal of this event; where nothing is put aside, it waits."""
        self.server.statuses = [500] * 2
        self.assertEqual(len(self.assertNoneSent("500", aside=False)), 2)

    def test_503(self):
        self.server.statuses = [503] * 2
        self.assertEqual(len(self.assertNoneSent("wait", "503")), 2)

    def test_slow_is_no_failure(self):
        self.toxic("latency", latency=50)
        self.assertCode(self.through(), 0)
        self.assertGreaterEqual(len(self.came()), 3)
        self.assertEqual(self.rest(), [])

    def acknowledgement(self):
        """The bytes of one answer of the receiver."""
        with socket.create_connection(("127.0.0.1", self.server.server_port)) as peer:
            peer.sendall(b"POST / HTTP/1.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            size = sum(len(part) for part in iter(lambda: peer.recv(4096), b""))
        self.server.received.clear()
        return size

    def each_cut(self, limits, stream):
        """For each cut of the first connection: all events in order, what came before the cut, and what came afterwards. The store is as at first each time."""
        whole = self.room / "whole"
        whole.mkdir()
        for path in self.room.glob("iam.db*"):
            shutil.copy(path, whole)
        everything = self.rest()
        for limit in limits:
            for path in self.room.glob("iam.db*"):
                path.unlink()
            for path in whole.iterdir():
                shutil.copy(path, self.room)
            self.toxic("limit_data", stream=stream, bytes=limit)
            self.through()
            yield limit, everything, self.came(), self.rest()

    def test_an_acknowledgement_that_is_cut_is_none(self):
        size = self.acknowledgement()
        limits = [1, *(size * number + part for number in range(3) for part in (size // 2, size - 1))]
        for limit, everything, first, rest in self.each_cut(limits, "downstream"):
            with self.subTest(bytes=limit, of=size):
                sent = limit // size
                self.assertEqual(first, everything[:sent + 1])
                self.assertEqual(rest, everything[sent:], "the event whose acknowledgement was cut comes again")

    def test_an_event_that_is_cut_comes_again(self):
        cut = 0
        for limit, everything, first, rest in self.each_cut(range(50, 1800, 175), "upstream"):
            with self.subTest(bytes=limit):
                sent = len(everything) - len(rest)
                self.assertEqual(rest, everything[sent:])
                self.assertIn(first, (everything[:sent], everything[:sent + 1]))
                cut += sent < len(everything)
        self.assertGreater(cut, 5)


if __name__ == "__main__":
    unittest.main()
