# SPDX-License-Identifier: Apache-2.0
"""`topology: split` with four real functions, each under its own emulator: the decisions of tests/decisions are those of one process, and what
happens when a function is gone, or does not answer."""
import contextlib
import http.server
import json
import pathlib
import re
import socket
import sqlite3
import threading
import unittest
import urllib.request

from http_events import rest
from support import DIRECT, SENTENCE, SOURCE, Function, LambdaCase, cli

STAGES = ("extractor", "rag", "mcp", "audit")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z")
QUIET = {"retry.delay_ms": 0, "retry.jitter_ms": 0}


def cases(organisation):
    with open(SOURCE / "tests" / "decisions" / f"{organisation}.jsonl", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            case = json.loads(line)
            yield case["name"], {"user_id": case["user_id"], "raw_request": case["raw_request"], "request_id": f"case-{number}"}


def told(decision):
    """A decision without its moment and its place in the trail. Two processes do not decide in the same millisecond."""
    kept = {key: value for key, value in decision.items() if key not in ("timestamp", "duration_ms", "audit")}
    return json.loads(TIME.sub("TIME", json.dumps(kept)))


@contextlib.contextmanager
def gate(url, together):
    """The address of a function that is called on only when as many calls as `together` waits for have come."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                together.wait()
            except threading.BrokenBarrierError:
                self.send_error(400)
                return
            with DIRECT.open(urllib.request.Request(url, body), timeout=30) as answer:
                body = answer.read()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


class Split(LambdaCase):
    @contextlib.contextmanager
    def functions(self, store, config=None, without=(), orchestrator=None):
        """The orchestrator, which has no store, and what stands behind it; a stage of `without` is at an address where nobody is."""
        with contextlib.ExitStack() as stack:
            stages = {stage: stack.enter_context(Function(stage, store=store, config=config))
                      for stage in STAGES if stage not in without}
            urls = {f"split.{stage}": stages[stage].url if stage in stages else "http://127.0.0.1:9/gone" for stage in STAGES}
            settings = {**(config or {}), **QUIET, "topology": "split", **urls, **(orchestrator or {})}
            yield stack.enter_context(Function("orchestrator", config=settings))

    def second_store(self, organisation):
        """Two stores that hold the same."""
        if organisation == "sample":
            copy = self.room / "copy.db"
            copy.write_bytes(self.database.read_bytes())
            return f"sqlite:{self.database}", f"sqlite:{copy}"
        stores = [f"sqlite:{self.room / name}.db" for name in ("one", "two")]
        for store in stores:
            cli("--store", store, "init")
            cli("--store", store, "import", str(SOURCE / "tests" / "decisions" / f"{organisation}.json"))
        return tuple(stores)

    def compare(self, organisation, config):
        fused_store, split_store = self.second_store(organisation)
        with Function("orchestrator", store=fused_store, config=config) as fused, self.functions(split_store, config) as split:
            for name, request in cases(organisation):
                with self.subTest(name):
                    expected, found = fused.invoke(request), split.invoke(request)
                    self.assertEqual(told(found), told(expected))
                    self.assertEqual(found["audit"]["chain"] is None, expected["audit"]["chain"] is None)
                    self.assertEqual(split.invoke(request), found, "the same request again is the stored decision")
        cli("--store", split_store, "audit", "verify")
        cli("--store", split_store, "replay", "--last", "1000")

    def test_every_case_of_the_sample_is_decided_as_in_one_process(self):
        self.compare("sample", {})

    def test_every_case_of_an_unfamiliar_organisation_is_decided_as_in_one_process(self):
        self.compare("hospital", {})

    def test_what_a_body_claims_is_kept_as_in_one_process(self):
        claimed = {"ip": "10.66.66.66", "user_agent": "liar \"7\"", "timestamp": "2001-01-01T00:00:00Z"}
        event = rest("POST", "/requests", "john.doe", {"raw_request": SENTENCE, "request_id": "r-1", "request_context": claimed})
        stores, kept = self.second_store("sample"), []
        with Function("orchestrator", store=stores[0]) as fused, self.functions(stores[1]) as split:
            answers = [json.loads(function.invoke(event)["body"]) for function in (fused, split)]
        self.assertEqual(told(answers[1]), told(answers[0]))
        for store in stores:
            with contextlib.closing(sqlite3.connect(store.removeprefix("sqlite:"))) as opened:
                kept.append(json.loads(opened.execute("SELECT facts FROM requests WHERE request_id = 'r-1'").fetchone()[0]))
            self.assertEqual((kept[-1]["claimed"], kept[-1]["ip"]), (claimed, "10.20.30.40"))
            del kept[-1]["now_ms"]
        self.assertEqual(kept[1], kept[0])
        cli("--store", stores[1], "audit", "verify")

    def test_evidence_first_too(self):
        self.compare("sample", {"decision.mode": "rag_first", "decision.threshold": "0.5"})

    def decide(self, **arguments):
        with self.functions(self.store, **arguments) as split:
            return split.invoke({"user_id": "john.doe", "raw_request": SENTENCE})

    def test_evidence_and_rules_are_asked_at_the_same_time(self):
        together = threading.Barrier(2, timeout=10)
        with contextlib.ExitStack() as stack:
            urls = {f"split.{stage}": stack.enter_context(gate(stack.enter_context(Function(stage, store=self.store)).url, together))
                    for stage in ("rag", "mcp")}
            split = stack.enter_context(self.functions(self.store, without=["rag", "mcp"], orchestrator=urls))
            decision = split.invoke({"user_id": "john.doe", "raw_request": SENTENCE})
        self.assertEqual((decision["status"], decision["method"]), ("VALID", "RAG"))
        self.assertFalse(together.broken)

    def test_without_evidence_the_rules_decide(self):
        decision = self.decide(without=["rag"])
        self.assertEqual((decision["status"], decision["method"]), ("VALID", "MCP"))
        self.assertIn("RAG_UNAVAILABLE", decision["reason_codes"])

    def test_evidence_that_is_late_is_passed_by(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:  # takes calls, and never answers
            late = f"http://127.0.0.1:{silent.getsockname()[1]}/rag"
            decision = self.decide(without=["rag"], orchestrator={"split.rag": late, "rag.timeout_ms": 500})
        self.assertEqual((decision["status"], decision["method"]), ("VALID", "MCP"))
        self.assertIn("RAG_TIMEOUT", decision["reason_codes"])

    def test_without_another_function_there_is_no_verdict(self):
        for stage, code in (("extractor", "STORE_UNAVAILABLE"), ("mcp", "STORE_UNAVAILABLE"), ("audit", "AUDIT_UNAVAILABLE")):
            with self.subTest(stage):
                decision = self.decide(without=[stage])
                self.assertEqual((decision["status"], decision["reason_codes"]), ("ERROR", [code]))
        self.assertEqual(self.askiam("audit", "query", "--json").stdout, b"")

    def test_a_function_whose_store_is_gone_says_so(self):
        with self.functions(f"sqlite:{pathlib.Path(self.room) / 'no' / 'such.db'}") as split:
            decision = split.invoke({"user_id": "john.doe", "raw_request": SENTENCE})
            self.assertEqual(decision["status"], "ERROR")


if __name__ == "__main__":
    unittest.main()
