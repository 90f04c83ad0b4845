# SPDX-License-Identifier: Apache-2.0
"""Faults on the way to a real PostgreSQL: every call ends in time, no failure is an approval, and what was answered was recorded."""

import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(os.environ["ASKIAM_SOURCE"]) / "tests" / "support"))
import toxiproxy  # noqa: E402

SERVER = os.environ["ASKIAM_TEST_POSTGRES"]
SENTENCE = "I need access to HR Analyst role in Workday"
DEADLINE_MS = 1500


def askiam(store, *rest, stdin=None):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ASKIAM_", "PG"))}
    return subprocess.run([os.environ["ASKIAM"], "--store", store, "--json", *rest], capture_output=True, text=True,
                          encoding="utf-8", env=kept, timeout=120, check=False, input=stdin)


@contextlib.contextmanager
def garbage():
    """A server that answers whatever comes with bytes that are no PostgreSQL; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        def serve():
            with contextlib.suppress(OSError):
                while True:
                    peer, _ = server.accept()
                    with peer, contextlib.suppress(OSError):
                        peer.recv(64)
                        peer.sendall(b"N" + b"\x00\xff\x16garbage\r\n" * 500)
        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


class Cut:
    """A way to the server whose connections can be cut: what was sent before still arrives."""

    def __init__(self, target):
        self.target = target
        self.peers = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self.listener.accept()
                server = socket.create_connection(self.target)
                self.peers.append(peer)
                for source, sink in ((peer, server), (server, peer)):
                    threading.Thread(target=self.carry, args=(source, sink), daemon=True).start()

    @staticmethod
    def carry(source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def cut(self):
        there, self.peers = self.peers, []  # those that come meanwhile stay
        for peer in there:
            peer.shutdown(socket.SHUT_RDWR)


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.toxiproxy = toxiproxy.Toxiproxy()
        cls.addClassCleanup(cls.toxiproxy.stop)
        name = "f" + os.urandom(6).hex()
        subprocess.run(["psql", "-qtAX", f"{SERVER}/postgres", "-c", f"CREATE DATABASE {name}"], check=True, timeout=60)
        cls.straight = f"{SERVER}/{name}"
        made = askiam(cls.straight, "init", "--sample")
        if made.returncode != 0:
            raise AssertionError(made.stderr)
        user, place = SERVER.split("@")
        port = cls.toxiproxy.proxy("postgres", int(place.rpartition(":")[2]))
        cls.through = f"{user}@127.0.0.1:{port}/{name}"
        cls.number = 0

    def setUp(self):
        self.toxiproxy.reset()

    def decide(self, store, request_id=None):
        type(self).number += 1
        self.asked = request_id or f"fault-{self.number}"
        began = time.monotonic()
        done = askiam(store, "validate", "--user", "john.doe", "--request-id", self.asked, "--timeout-ms",
                      str(DEADLINE_MS), SENTENCE)
        self.took = time.monotonic() - began
        self.assertLess(self.took, DEADLINE_MS / 1000 + 2, "it ended in time")
        return done, json.loads(done.stdout) if done.stdout else None

    def recorded(self, request_id):
        done = askiam(self.straight, "status", request_id)
        return json.loads(done.stdout) if done.returncode == 0 else None

    def assertError(self, done, decision):
        self.assertEqual(done.returncode, 69, done.stdout + done.stderr)
        self.assertEqual(decision["status"], "ERROR")
        self.assertNotIn("audit_id", decision)

    def assertWorks(self):
        """The next one is decided, and the trail has all that was ever answered."""
        self.toxiproxy.reset()
        done, decision = self.decide(self.through)
        self.assertEqual((done.returncode, decision["status"]), (0, "VALID"), done.stdout + done.stderr)
        verified = askiam(self.straight, "audit", "verify")
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)

    def test_refuse(self):
        self.toxiproxy.enable("postgres", False)
        self.assertError(*self.decide(self.through))
        self.toxiproxy.enable("postgres", True)
        self.assertWorks()

    def test_reset(self):
        self.toxiproxy.toxic("postgres", "reset_peer", timeout=0)
        self.assertError(*self.decide(self.through))
        self.assertWorks()

    def test_stall(self):
        self.toxiproxy.toxic("postgres", "timeout", timeout=0)
        self.assertError(*self.decide(self.through))
        self.assertGreater(self.took, DEADLINE_MS / 1000 - 0.5, "it waited for what may still come")
        self.assertWorks()

    def test_drip(self):
        self.toxiproxy.toxic("postgres", "slicer", average_size=1, size_variation=0, delay=20_000)
        self.assertError(*self.decide(self.through))
        self.assertWorks()

    def test_slow_is_no_failure(self):
        self.toxiproxy.toxic("postgres", "latency", latency=20)
        done, decision = self.decide(self.through)
        self.assertEqual((done.returncode, decision["status"]), (0, "VALID"), done.stdout + done.stderr)
        self.assertWorks()

    def test_garbage(self):
        with garbage() as port:
            user, _ = SERVER.split("@")
            self.assertError(*self.decide(f"{user}@127.0.0.1:{port}/nothing"))

    def test_cut_at_any_byte_of_the_answers(self):
        """Also between the COMMIT and its answer: a decision that was told stands in the trail, one that was not may be asked for again."""
        told = lost = 0
        for limit in [*range(64, 4096, 288), *range(4096, 40960, 2304)]:
            with self.subTest(bytes=limit):
                self.toxiproxy.reset()
                self.toxiproxy.toxic("postgres", "limit_data", bytes=limit)
                done, decision = self.decide(self.through)
                request_id = self.asked
                kept = self.recorded(request_id)
                if decision is not None and decision["status"] != "ERROR":
                    told += 1
                    self.assertEqual(kept["status"], decision["status"])
                else:
                    lost += 1
                    self.assertEqual(done.returncode, 69, done.stdout + done.stderr)
                    self.toxiproxy.reset()
                    done, again = self.decide(self.through, request_id)
                    self.assertEqual((done.returncode, again["status"]), (0, "VALID"), done.stdout + done.stderr)
                    if kept is not None:  # it had been recorded: the same, not a second one
                        self.assertEqual(again["audit"], kept["audit"])
        self.assertTrue(told > 2 and lost > 2, f"{told} told, {lost} lost: the cuts are at the wrong places")
        self.assertWorks()

    def waiting(self, count):
        """Until so many transactions wait for the user's row."""
        query = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%askiam_lock_user%' AND wait_event_type = 'Lock'"
        end = time.monotonic() + 30
        while subprocess.run(["psql", "-qtAX", self.straight, "-c", query], capture_output=True, text=True, timeout=60,
                             check=True).stdout.strip() != str(count):
            self.assertLess(time.monotonic(), end, f"{count} transactions never waited")
            time.sleep(0.02)

    def test_a_grant_whose_answer_was_lost_is_told_as_changed(self):
        """The first attempt is committed only after the second one was sent."""
        _, decision = self.decide(self.straight)
        self.assertEqual(decision["status"], "VALID")
        user, place = SERVER.split("@")
        way = Cut(("127.0.0.1", int(place.rpartition(":")[2])))
        self.addCleanup(way.listener.close)
        through = f"{user}@127.0.0.1:{way.port}/{self.straight.rpartition('/')[2]}"
        answer = {}
        with subprocess.Popen(["psql", "-qtAX", self.straight], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as holder:
            holder.stdin.write("BEGIN; SELECT 1 FROM users WHERE user_id = 'john.doe' FOR UPDATE;\n")
            holder.stdin.flush()
            self.assertEqual(holder.stdout.readline(), "1\n")  # it has the row
            run = threading.Thread(target=lambda: answer.update(done=askiam(through, "fulfil", self.asked)))
            run.start()
            self.waiting(1)
            way.cut()
            self.waiting(2)
            holder.stdin.write("COMMIT;\n")
            holder.stdin.close()
            run.join(timeout=60)
        done = answer["done"]
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        told = json.loads(done.stdout)
        self.assertEqual((told["grant"]["state"], told["changed"]), ("granted", True))
        self.assertEqual(askiam(self.straight, "revoke", self.asked, "--actor", "test").returncode, 0)
        self.assertEqual(askiam(self.straight, "audit", "verify").returncode, 0)

    def test_cut_on_the_way_there(self):
        for limit in (64, 256, 1024, 3000, 6000):
            with self.subTest(bytes=limit):
                self.toxiproxy.reset()
                self.toxiproxy.toxic("postgres", "limit_data", stream="upstream", bytes=limit)
                done, decision = self.decide(self.through)
                if decision is None or decision["status"] == "ERROR":
                    self.assertEqual(done.returncode, 69, done.stdout + done.stderr)
                    self.assertIsNone(self.recorded(self.asked))
        self.assertWorks()


if __name__ == "__main__":
    unittest.main()
