# SPDX-License-Identifier: Apache-2.0
"""What the tests with a cluster share: talking to it, filling its indexes from a store, deciding with it."""

import base64
import json
import os
import pathlib
import ssl
import sys
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(os.environ["ASKIAM_SOURCE"], "tests", "integration", "cli")))

from support import SENTENCE, CliCase, environment, run, template  # noqa: E402, F401

URL = os.environ["ASKIAM_TEST_OPENSEARCH"]
CA = os.environ.get("ASKIAM_TEST_OPENSEARCH_CA", "")
ADMIN = "admin:admin"
TRUST = ssl.create_default_context(cafile=CA) if CA else None
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=TRUST))


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
        where = settings(search__backend="opensearch", search__url=URL, http__ca_file=CA)
        env = environment(ASKIAM_OPENSEARCH_USER="admin", ASKIAM_OPENSEARCH_PASSWORD="admin") if CA else None
        for verb in ("create", "sync"):
            done = run("--store", f"sqlite:{template() / 'sample.db'}", *where, "index", verb, env=env)
            assert done.code == 0, done
        ask("POST", "/iam_metadata,access_patterns/_refresh")

    def setUp(self):
        super().setUp()
        self.sample()

    def search(self, **more):
        chosen = {"search__backend": "opensearch", "search__url": self.url, "http__ca_file": CA, **more}
        return settings(**chosen) + self.QUICK

    def decide(self, *arguments, env=None, **more):
        """A decision, and what was logged."""
        result = self.askiam(*self.search(**more), "--set", "log.level=debug", *arguments, "validate", "--json",
                             "--user", "john.doe", "--", SENTENCE, env=env)
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
