# SPDX-License-Identifier: Apache-2.0
"""A real cluster filled from a real PostgreSQL, by the role that may read what goes into it."""

import os
import subprocess
import unittest
import urllib.error

from cluster import URL, ask, settings
from support import SENTENCE, run

SERVER = os.environ["ASKIAM_TEST_POSTGRES"]
WHERE = settings(search__backend="opensearch", search__url=URL)


def psql(url, sql):
    subprocess.run(["psql", "-qX", "-1", "-v", "ON_ERROR_STOP=1", url], input=sql, text=True, check=True, timeout=60)


class PostgresIndex(unittest.TestCase):
    def setUp(self):
        for index in ("iam_metadata", "access_patterns"):
            try:
                ask("DELETE", f"/{index}")
            except urllib.error.HTTPError:
                pass
        name = "d" + os.urandom(6).hex()
        subprocess.run(["psql", "-qX", f"{SERVER}/postgres", "-c", f"CREATE DATABASE {name}"], check=True, timeout=60)
        self.owner = f"{SERVER}/{name}"
        self.reader = self.owner.replace("//postgres@", "//t_index@")
        self.good(self.owner, "init", "--sample")
        psql(self.owner, self.good(self.owner, "init", "--grants").out)
        psql(self.owner, "DROP ROLE IF EXISTS t_index; CREATE ROLE t_index LOGIN IN ROLE askiam_indexer;")

    def good(self, store, *arguments):
        result = run("--store", store, *arguments)
        self.assertEqual(result.code, 0, result)
        return result

    def test_everything_is_there_and_goes_with_the_store(self):
        self.good(self.reader, *WHERE, "index", "create")
        said = {"roles": 42, "documents": 27, "patterns": 582, "removed": 0, "resumed": False}
        self.assertEqual(self.good(self.reader, *WHERE, "--json", "index", "sync").json(), said)
        here = self.good(self.owner, *WHERE, "validate", "--json", "--dry-run", "--user", "john.doe", SENTENCE).json()
        embedded = self.good(self.owner, "validate", "--json", "--dry-run", "--user", "john.doe", SENTENCE).json()
        for name in ("result", "confidence", "reason"):
            self.assertEqual(here["rag"][name], embedded["rag"][name])
        psql(self.owner, "DELETE FROM documents WHERE id = (SELECT min(id) FROM documents);")
        said = {**said, "documents": 26, "removed": 1}
        self.assertEqual(self.good(self.reader, *WHERE, "--json", "index", "sync").json(), said)


if __name__ == "__main__":
    unittest.main()
