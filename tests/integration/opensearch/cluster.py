# SPDX-License-Identifier: Apache-2.0
"""What the tests with a cluster share: talking to it, filling its indexes from a store, deciding with it."""

import base64
import json
import os
import pathlib
import sqlite3
import ssl
import struct
import sys
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(os.environ["ASKIAM_SOURCE"], "tests", "integration", "cli")))

from support import SENTENCE, CliCase, environment, template  # noqa: E402, F401

URL = os.environ["ASKIAM_TEST_OPENSEARCH"]
CA = os.environ.get("ASKIAM_TEST_OPENSEARCH_CA", "")
ADMIN = "admin:admin"
TRUST = ssl.create_default_context(cafile=CA) if CA else None
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}),
                                     urllib.request.HTTPSHandler(context=TRUST) if TRUST else urllib.request.HTTPHandler())


def ask(method, path, body=None, kind="application/json"):
    """The cluster's answer; as its administrator where it knows one."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": kind}
    if CA:
        headers["Authorization"] = "Basic " + base64.b64encode(ADMIN.encode()).decode()
    request = urllib.request.Request(URL + path, data=data, method=method, headers=headers)
    with DIRECT.open(request, timeout=60) as answer:
        return json.load(answer)


def settings(**values):
    return [part for key, value in values.items() for part in ("--set", f"{key.replace('__', '.')}={value}")]


KEYWORDS = ("doc_id", "kind", "user_name", "app_id", "role_id", "scope", "compliance_level", "model", "generation",
            "pattern_id", "user_id", "source")
ANALYSIS = {"tokenizer": {"askiam_words": {"type": "pattern", "pattern": "[^\\p{L}\\p{N}\\p{M}]+"}},
            "analyzer": {"askiam": {"type": "custom", "tokenizer": "askiam_words",
                                    "filter": ["lowercase", "asciifolding", "porter_stem"]}}}


def create(index, dimension=256, engine="lucene"):
    fields = {name: {"type": "keyword"} for name in KEYWORDS}
    fields |= {"title": {"type": "text", "index": False, "copy_to": ["words", "words"]},
               "text": {"type": "text", "index": False, "copy_to": ["words"]},
               "words": {"type": "text", "analyzer": "askiam"}}
    fields |= {"approved": {"type": "boolean"}, "timestamp": {"type": "date", "format": "epoch_millis"}}
    method = {"method": {"name": "hnsw", "engine": engine, "space_type": "cosinesimil"}} if engine else {}
    fields["embedding"] = {"type": "knn_vector", "dimension": dimension, **method}
    ask("PUT", f"/{index}", {"settings": {"index": {"knn": True, "number_of_shards": 1, "number_of_replicas": 0},
                                          "analysis": ANALYSIS}, "mappings": {"properties": fields}})


def entries(database):
    """What a store's tables have for the indexes: pairs of index and entry."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as store:
        for number, doc_id, title, text, vector, model in store.execute(
                "SELECT document_no, id, title, text, embedding, model FROM documents"):
            about = store.execute("SELECT kind, id FROM document_scope WHERE document_no = ?", (number,)).fetchall()
            scope = [{"global": "global", "application": f"app:{key}", "role": f"role:{key}"}[kind] for kind, key in about]
            embedding = {"embedding": list(struct.unpack(f"<{len(vector) // 4}f", vector))} if vector else {}
            yield "iam_metadata", {"doc_id": doc_id, "kind": "document", "title": title, "text": text, "scope": scope,
                                   "model": model, **embedding}
        for row in store.execute("SELECT user_id, role_id, app_id, timestamp, approved, source, origin FROM access_patterns"):
            names = ("user_id", "role_id", "app_id", "timestamp", "approved", "source", "pattern_id")
            entry = dict(zip(names, row))
            entry["approved"] = entry["approved"] == 1
            entry["pattern_id"] = "/".join(str(part) for part in (row[1], row[3], row[0], row[6]))
            yield "access_patterns", entry


def fill(database):
    lines = []
    for index, entry in entries(database):
        lines += [json.dumps({"index": {"_index": index}}), json.dumps(entry)]
    done = ask("POST", "/_bulk?refresh=true", "".join(line + "\n" for line in lines).encode(), "application/x-ndjson")
    assert not done["errors"], done


class ClusterCase(CliCase):
    """The sample organisation in a store, and a copy of it in the cluster."""

    QUICK = settings(retry__delay_ms=0, retry__jitter_ms=0, retry__attempts=2)
    url = URL

    @classmethod
    def setUpClass(cls):
        for index in ("iam_metadata", "access_patterns"):
            try:
                ask("DELETE", f"/{index}")
            except urllib.error.HTTPError:
                pass
            create(index)
        fill(template() / "sample.db")

    def setUp(self):
        super().setUp()
        self.sample()

    def search(self, **more):
        chosen = {"search__backend": "opensearch", "search__url": self.url, "http__ca_file": CA, **more}
        return settings(**chosen) + self.QUICK

    def decide(self, *arguments, env=None, **more):
        """A decision, and what was logged."""
        result = self.askiam(*self.search(**more), "--set", "log.level=debug", *arguments, "validate", "--json", "--user",
                             "john.doe", "--", SENTENCE, env=env)
        self.log = result.err
        return result.json()

    def assertSearched(self, decision):
        self.assertEqual(decision["rag"]["result"], "VALID", (decision, self.log))
        self.assertIn("50 of 50 similar requests were approved", decision["rag"]["reason"])
        self.assertNotEqual(decision["rag"]["documents"], [])

    def assertRulesDecide(self, decision, code="RAG_UNAVAILABLE", said=""):
        self.assertEqual((decision["status"], decision["method"]), ("VALID", "MCP"), (decision, self.log))
        self.assertEqual(decision["rag"]["result"], "ABSTAINED", decision)
        self.assertIn(code, decision["reason_codes"])
        self.assertIn(said, self.log)
