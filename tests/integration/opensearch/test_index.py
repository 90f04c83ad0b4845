# SPDX-License-Identifier: Apache-2.0
"""A real cluster's indexes, created and filled: again, after a change, after a kill, against another sync, over a broken network."""

import fcntl
import json
import os
import pathlib
import pty
import signal
import sqlite3
import struct
import subprocess
import sys
import termios
import time
import unittest
import urllib.error
import urllib.parse

from cluster import CA, URL, ask, settings
from support import PROGRAM, CliCase, environment

sys.path.insert(0, str(pathlib.Path(os.environ["ASKIAM_SOURCE"]) / "tests" / "support"))
import toxiproxy  # noqa: E402

INDEXES = ("iam_metadata", "access_patterns")
ROLES, DOCUMENTS, PATTERNS = 42, 27, 582


def entries(index):
    """Everything in the index, by id."""
    ask("POST", f"/{index}/_refresh")
    hits = ask("POST", f"/{index}/_search", {"size": 10000, "query": {"match_all": {}}})["hits"]["hits"]
    return {hit["_id"]: hit["_source"] for hit in hits}


def kept():
    """What the mapping keeps of the last sync."""
    return ask("GET", "/iam_metadata/_mapping")["iam_metadata"]["mappings"]["_meta"].get("askiam_sync", {})


class Index(CliCase):
    def setUp(self):
        super().setUp()
        for index in INDEXES:
            try:
                ask("DELETE", f"/{index}")
            except urllib.error.HTTPError:
                pass
        self.sample()

    def where(self, **more):
        return settings(**{"search__backend": "opensearch", "search__url": URL, "http__ca_file": CA, **more})

    def index(self, *arguments, **more):
        return self.askiam(*self.where(**more), "index", *arguments)

    def create(self):
        self.assertCode(self.index("create"), 0)

    def sync(self, *arguments, **more):
        result = self.index("sync", "--json", *arguments, **more)
        self.assertCode(result, 0)
        self.assertEqual(result.err, "")
        return result.json()

    def begin_slowly(self, *arguments, url=URL):
        """A sync that sends entry by entry, and has kept a place in the past decisions."""
        where = self.where(opensearch__bulk_entries=1, search__url=url)
        command = [PROGRAM, "--store", self.store, *where, "index", "sync", *arguments]
        running = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(running.stdout.close)
        self.addCleanup(running.stderr.close)
        end = time.monotonic() + 60
        while "access_patterns" not in kept().get("position", ""):
            self.assertIsNone(running.poll(), "it was faster than the test")
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)
        return running

    def assertComplete(self):
        generation = kept()["generation"]
        for index, count in (("iam_metadata", ROLES + DOCUMENTS), ("access_patterns", PATTERNS)):
            found = entries(index)
            self.assertEqual(len(found), count)
            self.assertEqual({entry["generation"] for entry in found.values()}, {generation})

    def test_the_indexes_are_created_once(self):
        self.assertEqual(self.index("create", "--json").json(), {"created": 2})
        result = self.index("create")
        self.assertCode(result, 0)
        self.assertIn("there already", result.out)
        ask("DELETE", "/access_patterns")
        self.assertEqual(self.index("create", "--json").json(), {"created": 1})

    def test_without_indexes_it_says_what_to_do(self):
        self.assertFails(self.index("sync"), 65, "askiam index create")

    def test_what_was_made_otherwise_is_a_conflict(self):
        self.create()
        for verb in ("create", "sync"):
            self.assertFails(self.index(verb, embedder__dimension=64), 65, "dimension 256", "embedder.dimension is 64")
            self.assertFails(self.index(verb, opensearch__space="l2"), 65, "cosinesimil", "opensearch.space is l2")
        ask("DELETE", "/access_patterns")
        ask("PUT", "/access_patterns", {})
        self.assertFails(self.index("create"), 65, "was not made by `askiam index create`")

    def test_everything_is_there_and_the_same_the_next_time(self):
        self.create()
        said = {"roles": ROLES, "documents": DOCUMENTS, "patterns": PATTERNS, "removed": 0, "resumed": False}
        self.assertEqual(self.sync(), said)
        self.assertComplete()
        before = {index: entries(index) for index in INDEXES}
        self.assertEqual(self.sync(), said)
        self.assertComplete()
        for index in INDEXES:
            after = entries(index)
            self.assertEqual({key: {**entry, "generation": ""} for key, entry in after.items()},
                             {key: {**entry, "generation": ""} for key, entry in before[index].items()})
            self.assertFalse({entry["generation"] for entry in after.values()}
                             & {entry["generation"] for entry in before[index].values()})
        self.assertFalse(kept()["open"])

    def test_entries_have_the_fields_of_the_specification(self):
        self.create()
        self.sync()
        by_id = {(entry["kind"], entry["doc_id"]): entry for entry in entries("iam_metadata").values()}
        role = by_id["role", "wd-hr-analyst"]
        self.assertEqual((role["user_name"], role["app_name"], role["role_name"], role["compliance_level"]),
                         ("grace.miller", ["Workday"], ["HR Analyst"], "medium"))
        self.assertIn("high-risk-for-a-time", json.loads(role["policy_json"]))
        self.assertNotIn("contractors", json.loads(role["policy_json"]))
        self.assertEqual((role["scope"], len(role["embedding"])), (["role:wd-hr-analyst"], 256))
        with sqlite3.connect(self.database) as store:
            for doc_id, title, text, vector, model in store.execute("SELECT id, title, text, embedding, model FROM documents"):
                entry = by_id["document", doc_id]
                self.assertEqual((entry["title"], entry["text"], entry["model"]), (title, text, model))
                for one, other in zip(struct.unpack("<256f", vector), entry["embedding"]):
                    self.assertAlmostEqual(one, other, 8)
            past = sorted(store.execute("SELECT user_id, role_id, app_id, timestamp, approved, source FROM access_patterns"))
        there = sorted((entry["user_id"], entry["role_id"], entry["app_id"], entry["timestamp"], int(entry["approved"]),
                        entry["source"]) for entry in entries("access_patterns").values())
        self.assertEqual(there, [tuple(row) for row in past])

    def test_what_the_store_has_no_more_is_removed(self):
        self.create()
        self.sync()
        with sqlite3.connect(self.database) as store:
            number, doc_id = store.execute("SELECT document_no, id FROM documents LIMIT 1").fetchone()
            store.execute("DELETE FROM document_scope WHERE document_no = ?", (number,))
            store.execute("DELETE FROM documents WHERE document_no = ?", (number,))
            gone = store.execute("DELETE FROM access_patterns WHERE user_id = (SELECT user_id FROM access_patterns LIMIT 1)")
            patterns = gone.rowcount
        said = self.sync()
        self.assertEqual((said["documents"], said["patterns"], said["removed"]),
                         (DOCUMENTS - 1, PATTERNS - patterns, 1 + patterns))
        left = {entry["doc_id"] for entry in entries("iam_metadata").values() if entry["kind"] == "document"}
        self.assertNotIn(doc_id, left)
        self.assertEqual(len(entries("access_patterns")), PATTERNS - patterns)

    def test_a_sync_that_was_killed_is_gone_on_with(self):
        self.create()
        running = self.begin_slowly()
        running.send_signal(signal.SIGKILL)
        running.wait(30)
        self.assertTrue(kept()["open"])
        generation = kept()["generation"]
        self.assertEqual(self.sync(), {"roles": ROLES, "documents": DOCUMENTS, "patterns": PATTERNS, "removed": 0,
                                       "resumed": True})
        self.assertEqual(kept(), {"generation": generation, "open": False})
        self.assertComplete()

    def test_a_sync_that_was_killed_may_be_begun_anew(self):
        self.create()
        running = self.begin_slowly()
        running.send_signal(signal.SIGKILL)
        running.wait(30)
        self.assertFalse(self.sync("--restart")["resumed"])
        self.assertComplete()

    def test_after_an_import_it_begins_anew(self):
        self.create()
        running = self.begin_slowly()
        running.send_signal(signal.SIGKILL)
        running.wait(30)
        self.assertCode(self.askiam("import", str(pathlib.Path(os.environ["ASKIAM_SOURCE"], "data", "sample"))), 0)
        self.assertFalse(self.sync()["resumed"])
        self.assertComplete()

    def test_a_sync_that_was_overtaken_stops_and_spoils_nothing(self):
        self.create()
        running = self.begin_slowly()
        running.send_signal(signal.SIGSTOP)
        self.sync("--restart")
        running.send_signal(signal.SIGCONT)
        _, said = running.communicate(timeout=60)
        self.assertEqual(running.returncode, 65)
        self.assertIn(b"another sync began", said)
        self.assertComplete()

    def test_a_network_that_breaks_for_a_while_is_outlasted(self):
        self.create()
        proxy = toxiproxy.Toxiproxy()
        self.addCleanup(proxy.stop)
        port = proxy.proxy("cluster", urllib.parse.urlsplit(URL).port)
        running = self.begin_slowly("--restart", url=f"http://127.0.0.1:{port}")
        proxy.enable("cluster", False)
        time.sleep(1)
        proxy.enable("cluster", True)
        proxy.toxic("cluster", "reset_peer", timeout=50)
        time.sleep(1)
        proxy.reset()
        _, said = running.communicate(timeout=120)
        self.assertEqual(running.returncode, 0, said)
        self.assertComplete()

    def test_a_cluster_that_is_away_is_told(self):
        result = self.askiam(*settings(search__backend="opensearch", search__url="http://127.0.0.1:9", retry__attempts=1),
                             "index", "sync")
        self.assertFails(result, 69, "127.0.0.1:9")

    def test_decisions_of_the_cases_are_those_of_the_embedded_search(self):
        self.create()
        self.sync()
        cases = str(pathlib.Path(os.environ["ASKIAM_SOURCE"], "tests", "decisions", "sample.jsonl"))
        answers = [self.askiam(*where, "validate", "--batch", cases, "--dry-run").lines()
                   for where in ([], self.where(retry__attempts=1))]
        self.assertGreater(len(answers[0]), 40)
        for embedded, here in zip(*answers):
            for name in ("status", "reason_codes", "method", "entities", "remedies"):
                self.assertEqual(embedded[name], here[name], here)
            for name in ("result", "confidence", "reason"):
                self.assertEqual(embedded["rag"][name], here["rag"][name], here)

    def test_progress_is_for_terminals(self):
        self.create()
        main, side = pty.openpty()
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        with subprocess.Popen([PROGRAM, "--store", self.store, *self.where(), "index", "sync"], stdin=side,
                              stdout=subprocess.PIPE, stderr=side, env=environment(TERM="xterm")) as running:
            os.close(side)
            shown = b""
            while True:
                try:
                    part = os.read(main, 65536)
                except OSError:
                    break
                if not part:
                    break
                shown += part
            told = running.stdout.read().decode()
        os.close(main)
        self.assertIn(b"entries  access_patterns", shown)
        self.assertTrue(shown.endswith(b"\r\x1b[K"), shown)
        self.assertRegex(told, r"(?m)^  roles +42$")
        self.assertRegex(told, r"(?m)^  resumed +no$")


if __name__ == "__main__":
    unittest.main()
