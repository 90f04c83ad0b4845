# SPDX-License-Identifier: Apache-2.0
"""Functions whose time ends while PostgreSQL hangs: by a lock of somebody else, by a network that carries nothing any more, at each of its answers."""
import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import threading
import time
import unittest

from runtime_api import Runtime
from support import SOURCE, LambdaCase
from test_events import batch, failed
from test_limits import ENDLESS, FOREIGN, LATE_MS, LimitCase

sys.path.insert(0, str(pathlib.Path(SOURCE) / "tests" / "support"))
import toxiproxy  # noqa: E402

SERVER = os.environ["ASKIAM_TEST_POSTGRES"]
USER, PLACE = SERVER.split("@")
PORT = int(PLACE.rpartition(":")[2])
TRIPLE = {"user_id": "u0", "app_id": "vault", "role_id": "reader"}
CALLS = {"fulfil": {"request_id": "u0"}, "audit": FOREIGN, "status": {"request_id": "u0"}, "mcp": TRIPLE, "rag": TRIPLE}


class Stalling:
    """A way to the server that carries so many of its answers, and then nothing."""

    def __init__(self, answers):
        self.left, self.stalled = answers, threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)

    def accept(self):
        with self.listener, contextlib.suppress(OSError):
            while True:
                peer, _ = self.listener.accept()
                threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def serve(self, peer):
        with peer, socket.create_connection(("127.0.0.1", PORT)) as server:
            back = threading.Thread(target=self.carry, args=(server, peer, True), daemon=True)
            back.start()
            self.carry(peer, server, False)
            back.join()

    def carry(self, source, sink, answers):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self.left -= answers
                if answers and self.left < 0:
                    self.stalled.set()  # taken, and carried no further
                else:
                    sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


class Hanging(LimitCase):
    @classmethod
    def setUpClass(cls):
        cls.toxiproxy = toxiproxy.Toxiproxy()
        cls.addClassCleanup(cls.toxiproxy.stop)
        cls.port = cls.toxiproxy.proxy("postgres", PORT)

    def setUp(self):
        LambdaCase.setUp(self)
        self.toxiproxy.reset()
        name = "l" + os.urandom(6).hex()
        subprocess.run(["psql", "-qtAX", f"{SERVER}/postgres", "-c", f"CREATE DATABASE {name}"], check=True, timeout=60)
        self.store, self.name = f"{SERVER}/{name}", name
        self.askiam("init")
        self.prepare()

    def by(self, port):
        return f"{USER}@127.0.0.1:{port}/{self.name}"

    def count(self, what):
        done = subprocess.run(["psql", "-qtAX", self.store, "-c", f"SELECT count(*) FROM {what}"], capture_output=True, text=True, timeout=60, check=True)
        return int(done.stdout)

    @contextlib.contextmanager
    def locked(self, statement):
        """While somebody else holds what this statement locks."""
        with subprocess.Popen(["psql", "-qtAX", self.store], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
            holder.stdin.write(f"BEGIN; {statement}; SELECT 'held';\n")
            holder.stdin.flush()
            while holder.stdout.readline().strip() != "held":
                pass
            yield
            holder.stdin.close()

    def test_what_was_granted_before_a_lock_stays_and_what_came_after_was_not_begun(self):
        users = ["u0", "u1", "u2"]
        self.approve(users)
        event = batch(*({"request_id": user} for user in users))
        with Runtime("fulfil", store=self.store, config=ENDLESS) as runtime:
            runtime.ask({"request_id": "none"})  # it is connected
            with self.locked("SELECT 1 FROM users WHERE user_id = 'u1' FOR UPDATE"):
                self.assertEqual(failed(runtime.ask(event, deadline_ms=5000).json), [1, 2])
                self.assertIn("no time was left for this message", runtime.output())
                self.check_once(["u0"])
            self.assertEqual(failed(runtime.ask(event, deadline_ms=60000).json), [])
        self.check_once(users)

    def test_the_server_does_not_go_on_with_what_was_given_up(self):
        """So that attempt after attempt does not leave another connection that waits, and none grants long after it was told that it did not."""
        self.approve(["u0"])
        waiting = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        with Runtime("fulfil", store=self.store, config=ENDLESS) as runtime:
            with self.locked("SELECT 1 FROM users WHERE user_id = 'u0' FOR UPDATE"):
                self.times_out(runtime, {"request_id": "u0"})
                end = time.monotonic() + 60
                while self.count(waiting) > 0:
                    self.assertLess(time.monotonic(), end, "it waits on")
                    time.sleep(0.05)
            self.check_once([])
            self.assertEqual(runtime.ask({"request_id": "u0"}).json["changed"], True)
        self.check_once(["u0"])

    def test_every_function_ends_in_time_where_tables_are_locked(self):
        self.approve(["u0"])
        for handler, event in CALLS.items():
            with self.subTest(handler), Runtime(handler, store=self.store, config=ENDLESS) as runtime:
                with self.locked("LOCK TABLE users, requests, audit_chains, catalogue_version"):
                    self.times_out(runtime, event)
                self.assertEqual(runtime.ask(event).kind, "response")

    def test_every_function_ends_in_time_where_the_network_stalls(self):
        self.approve(["u0"])
        for handler, event in CALLS.items():
            with self.subTest(handler), Runtime(handler, store=self.by(self.port), config=ENDLESS) as runtime:
                runtime.ask(event)  # it is connected
                self.toxiproxy.toxic("postgres", "timeout", timeout=0)
                self.times_out(runtime, event)
                self.toxiproxy.reset()
                self.assertEqual(runtime.ask(event).kind, "response")

    def test_a_server_that_hangs_at_any_of_its_answers_grants_once(self):
        users = [f"u{n}" for n in range(60)]
        self.approve(users)
        with Runtime("fulfil", store=self.store) as straight:
            for number, user in enumerate(users):
                event = batch({"request_id": user})
                with Stalling(number) as way, Runtime("fulfil", store=self.by(way.port), config=ENDLESS) as runtime:
                    told = failed(runtime.ask(event, deadline_ms=LATE_MS).json)
                    self.assertTrue(told == [0] or not way.stalled.is_set())
                self.assertEqual(failed(straight.ask(event, deadline_ms=60000).json), [])
                if not way.stalled.is_set():
                    break
        self.assertGreater(number, 3)
        self.assertLess(number, len(users) - 1)
        self.check_once(users[:number + 1])


if __name__ == "__main__":
    unittest.main()
