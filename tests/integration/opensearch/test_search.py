# SPDX-License-Identifier: Apache-2.0
"""Decisions with a real cluster are those with the embedded search; what the cluster lacks is told."""

import json
import os
import sqlite3
import subprocess
import time
import unittest

from cluster import URL, ClusterCase, ask, settings

PEOPLE = 6


class Search(ClusterCase):
    def everything(self, *options):
        """What is decided for some people about every role: codes and evidence."""
        with sqlite3.connect(self.database) as store:
            roles = store.execute("SELECT a.name, r.name FROM roles r JOIN applications a USING(app_id) ORDER BY 1, 2")
            texts = [f"I need access to {role} role in {application}" for application, role in roles]
            people = [row[0] for row in store.execute("SELECT user_id FROM users ORDER BY user_id LIMIT ?", (PEOPLE,))]
        lines = [json.dumps({"user_id": person, "raw_request": text}) for person in people for text in texts]
        result = self.askiam(*options, "validate", "--batch", "-", "--json", "--dry-run", stdin="\n".join(lines) + "\n")
        self.assertCode(result, 0)
        return [(line, decision["reason_codes"], decision["rag"]) for line, decision in zip(lines, result.lines())]

    def test_decisions_are_those_of_the_embedded_search(self):
        embedded = self.everything()
        here = self.everything(*self.search())
        self.assertEqual(len(embedded), len(here))
        for (line, codes, rag), (_, other_codes, other) in zip(embedded, here):
            self.assertEqual(codes, other_codes, line)
            for name in ("result", "confidence", "reason", "cause"):
                self.assertEqual(rag[name], other[name], line)
            self.assertEqual(len(rag["documents"]), len(other["documents"]), line)
            self.assertGreater(len(rag["documents"]), 0)
        # How rare a word is, is measured over more documents: now and then the order differs.
        first = [rag["documents"][0]["id"] == other["documents"][0]["id"]
                 for (_, _, rag), (_, _, other) in zip(embedded, here)]
        self.assertGreater(sum(first), 0.9 * len(first))

    def test_the_space_of_vectors_does_not_matter(self):
        """All have unit length: the order is the same, whatever its scores look like."""
        wanted = self.everything(*self.search())
        for space in ("innerproduct", "l2"):
            with self.subTest(space=space):
                index = f"of_{space}"
                where = self.search(opensearch__space=space, opensearch__metadata_index=index)
                self.addCleanup(ask, "DELETE", f"/{index}")
                for verb in ("create", "sync"):
                    self.assertCode(self.askiam(*where, "index", verb), 0)
                ask("POST", f"/{index}/_refresh")
                self.assertEqual(self.everything(*where), wanted)

    def test_roles_are_found_where_that_is_wanted(self):
        found = [document["id"] for document in self.decide(opensearch__search_roles="true")["rag"]["documents"]]
        self.assertIn("role:wd-hr-analyst", found)

    def test_evidence_approves_as_it_does_in_a_store(self):
        self.assertSearched(self.decide())

    def test_an_index_that_is_not_there_is_told(self):
        decision = self.decide(opensearch__metadata_index="no_such_index")
        self.assertRulesDecide(decision, said="no such index [no_such_index]; `askiam index create` makes the indexes")
        decision = self.decide(opensearch__patterns_index="no_such_index")
        self.assertRulesDecide(decision, said="no such index [no_such_index]")

    def test_vectors_of_another_length_are_told(self):
        decision = self.decide(embedder__dimension=128)
        self.assertRulesDecide(decision, said="dimension")

    def test_a_cluster_that_hangs_costs_no_more_than_the_time_there_is(self):
        """The engine of this index is not named, and the default one is not there: its first refresh never ends."""
        mappings = {"properties": {"embedding": {"type": "knn_vector", "dimension": 2}}}
        ask("PUT", "/hanging", {"settings": {"index": {"knn": True}}, "mappings": mappings})
        self.addCleanup(ask, "DELETE", "/hanging")
        ask("POST", "/hanging/_doc", {"embedding": [1.0, 0.0]})
        began = time.monotonic()
        done = subprocess.run([os.environ["ASKIAM_PROBE"], "POST", f"{URL}/hanging/_refresh", "deadline_ms=1000"],
                              capture_output=True, text=True, timeout=60, check=True)
        self.assertEqual(json.loads(done.stdout)["outcome"], "TIMEOUT", done.stdout)
        self.assertLess(time.monotonic() - began, 5)

    def test_a_store_is_no_cluster(self):
        result = self.askiam(*settings(search__backend="opensearch"), "validate", "--user", "john.doe", "--", "x")
        self.assertFails(result, 78, "search.url", "http:// or https://")


if __name__ == "__main__":
    unittest.main()
