# SPDX-License-Identifier: Apache-2.0
"""Faults on the way to a model's server: every call ends in time, a failed model never approves, and what comes after works."""

import concurrent.futures
import contextlib
import http.server
import json
import os
import pathlib
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import unittest
import urllib.parse

from test_guesses import guess
from test_llm import KEY, SENTENCE, LlmCase, control, environment, judgement, run, settings

sys.path.insert(0, str(pathlib.Path(os.environ["ASKIAM_SOURCE"]) / "tests" / "support"))
import toxiproxy  # noqa: E402
from support import PROGRAM  # noqa: E402

AIMOCK = urllib.parse.urlsplit(os.environ["ASKIAM_TEST_AIMOCK"]).port
BEDROCK = urllib.parse.urlsplit(os.environ["ASKIAM_TEST_BEDROCK"]).port
PATIENCE_MS = 15000
LITTLE_PATIENCE_MS = 600  # where nothing is going to come
ONCE = settings(retry__delay_ms=0, retry__jitter_ms=0, retry__attempts=1)
UNCLEAR = "I need access to Workday"


class Failing(http.server.BaseHTTPRequestHandler):
    """Sorry, whatever is asked; in a body that would be an answer."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        message = {"role": "assistant", "content": judgement(confidence=0.99)}
        body = json.dumps({"choices": [{"finish_reason": "stop", "message": message}]}).encode()
        self.send_response(500)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def failing():
    """Gives the port of a server that answers with nothing but 500."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Failing) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@contextlib.contextmanager
def garbage():
    """Gives the port of a server that answers with bytes that are no HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        def serve():
            with contextlib.suppress(OSError):
                while True:
                    peer, _ = server.accept()
                    with peer, contextlib.suppress(OSError):
                        peer.recv(65536)
                        peer.sendall(b"\x00\xff\x16garbage\r\n\r\n" * 50)
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


class FaultCase(LlmCase):
    upstream = AIMOCK

    @classmethod
    def setUpClass(cls):
        cls.toxiproxy = toxiproxy.Toxiproxy()
        cls.addClassCleanup(cls.toxiproxy.stop)
        cls.port = cls.toxiproxy.proxy("model", cls.upstream)
        cls.url = f"http://127.0.0.1:{cls.port}"

    def setUp(self):
        super().setUp()
        self.addCleanup(self.toxiproxy.reset)

    @contextlib.contextmanager
    def instead(self, server):
        """This server in the place of the model's."""
        with server as port:
            self.toxiproxy.ask("POST", "/proxies/model", {"upstream": f"127.0.0.1:{port}", "enabled": True})
            try:
                yield
            finally:
                self.toxiproxy.ask("POST", "/proxies/model", {"upstream": f"127.0.0.1:{self.upstream}", "enabled": True})

    @contextlib.contextmanager
    def toxic(self, kind, **attributes):
        self.toxiproxy.toxic("model", kind, **attributes)
        try:
            yield
        finally:
            self.toxiproxy.reset()

    @contextlib.contextmanager
    def refusing(self):
        self.toxiproxy.enable("model", False)
        try:
            yield
        finally:
            self.toxiproxy.enable("model", True)

    def faults(self):
        """Each fault, and how the path that meets it ends."""
        return [("refuse", self.refusing(), "RAG_UNAVAILABLE"),
                ("reset", self.toxic("reset_peer", timeout=0), "RAG_UNAVAILABLE"),
                ("stall", self.toxic("timeout", timeout=0), "RAG_TIMEOUT"),
                ("drip", self.toxic("slicer", average_size=1, size_variation=0, delay=50_000), "RAG_TIMEOUT"),
                ("truncate in the head", self.toxic("limit_data", bytes=40), "RAG_UNAVAILABLE"),
                ("truncate in the body", self.toxic("limit_data", bytes=self.short), "RAG_UNAVAILABLE"),
                ("garbage", self.instead(garbage()), "RAG_UNAVAILABLE"),
                ("500", self.instead(failing()), "RAG_UNAVAILABLE")]

    short = 500  # ends within the body of aimock's answers
    patience_ms = PATIENCE_MS

    def patience(self, code):
        self.patience_ms = LITTLE_PATIENCE_MS if code == "RAG_TIMEOUT" else PATIENCE_MS

    def in_time(self, *arguments, **variables):
        began = time.monotonic()
        result = run("--store", self.store, *ONCE, *settings(log__level="debug"), *arguments,
                     env=environment(no_proxy="*", **variables))
        self.assertLess(time.monotonic() - began, self.patience_ms / 1000 + 4, "it ended in time")
        self.assertNotIn(KEY, result.out + result.err)
        self.log = result.err
        return result

    def each(self, decide):
        for name, fault, code in self.faults():
            with self.subTest(fault=name):
                self.patience(code)
                with fault:
                    decision = decide()
                self.patience(None)
                self.assertIn("HTTP status 500" if name == "500" else "", self.log)
                self.assertRulesDecide(decision, code)
                self.assertNotIn("APPROVED_BY_EVIDENCE", decision["reason_codes"])
                self.assertWorks(decide())

    def assertWorks(self, decision):
        self.assertEqual((decision["status"], decision["rag"]["result"]), ("VALID", "VALID"), decision)


class Judge(FaultCase):
    def decide(self):
        return self.in_time(*settings(judge__backend="llm", judge__url=f"{self.url}/v1", judge__model="test-model",
                                      rag__timeout_ms=self.patience_ms),
                            "validate", "--json", "--user", "john.doe", "--", SENTENCE, ASKIAM_JUDGE_KEY=KEY).json()

    def assertWorks(self, decision):
        super().assertWorks(decision)
        self.assertEqual((decision["rag"]["judge"], decision["reason_codes"]), ("both", ["APPROVED_BY_EVIDENCE"]))

    def test_each_fault_leaves_it_to_the_rules(self):
        self.model_says(judgement())
        self.assertWorks(self.decide())
        self.each(self.decide)

    def test_an_answer_cut_anywhere_is_none(self):
        self.model_says(judgement())
        whole = lost = 0
        for limit in (1, 16, 100, 200, 260, 320, 400, 600, 700, 800, 4000):
            with self.subTest(bytes=limit), self.toxic("limit_data", bytes=limit):
                decision = self.decide()
                if decision["rag"]["result"] == "ABSTAINED":
                    lost += 1
                    self.assertRulesDecide(decision, "RAG_UNAVAILABLE")
                else:
                    whole += 1
                    self.assertWorks(decision)
        self.assertTrue(lost > 4 and whole > 0, f"{lost} lost, {whole} whole: the cuts are at the wrong places")

    def test_one_process_goes_on_after_each_fault(self):
        """Its kept connections were torn, and its breaker has counted."""
        self.model_says(judgement())
        arguments = [*ONCE, *settings(judge__backend="llm", judge__url=f"{self.url}/v1", judge__model="test-model", rag__timeout_ms=2000)]
        line = json.dumps({"user_id": "john.doe", "raw_request": SENTENCE}).encode() + b"\n"
        with subprocess.Popen([PROGRAM, "--store", self.store, *arguments, "validate", "--dry-run", "--batch", "-"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              env=environment(ASKIAM_JUDGE_KEY=KEY, no_proxy="*")) as process:
            self.addCleanup(process.kill)

            def decide():
                process.stdin.write(line)
                process.stdin.flush()
                return json.loads(process.stdout.readline())

            self.assertWorks(decide())
            for name, fault, code in self.faults():
                with self.subTest(fault=name):
                    with fault:
                        self.assertRulesDecide(decide(), code)
                    self.assertWorks(decide())
            process.stdin.close()
            self.assertEqual(process.wait(10), 0)

    def test_slow_is_no_failure(self):
        self.model_says(judgement())
        with self.toxic("latency", latency=100):
            self.assertWorks(self.decide())


class Bedrock(FaultCase):
    upstream = BEDROCK
    credentials = {"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
                   "AWS_SECRET_ACCESS_KEY": "hunter2/EXAMPLE+KEY="}
    short = 300

    def model_says(self, content, **more):
        control("POST", "/fixtures", {"fixtures": [{"match": {"endpoint": "chat"}, "response": {"content": content, **more}}]})

    def bedrock(self, *arguments):
        result = self.in_time(*settings(bedrock__url=self.url), *arguments, **self.credentials)
        self.assertNotIn("hunter2", result.out + result.err)
        return result

    def test_each_fault_of_the_judge_leaves_it_to_the_rules(self):
        self.model_says(judgement())
        self.each(lambda: self.bedrock(*settings(judge__backend="bedrock", judge__model="m", rag__timeout_ms=self.patience_ms),
                                       "validate", "--json", "--user", "john.doe", "--", SENTENCE).json())

    def test_each_fault_of_the_embedder_leaves_it_to_the_rules(self):
        self.store = f"sqlite:{self.room / 'bedrock.db'}"
        chosen = settings(embedder__backend="bedrock", embedder__dimension=512)
        self.assertCode(run("--store", self.store, *chosen, *settings(bedrock__url=self.url), "init", "--sample",
                            env=environment(no_proxy="*", **self.credentials)), 0)
        self.each(lambda: self.bedrock(*chosen, *settings(rag__timeout_ms=self.patience_ms), "validate", "--json", "--user",
                                       "john.doe", "--", SENTENCE).json())


class EmbedderCase(FaultCase):
    short = 300

    def setUp(self):
        super().setUp()
        self.database = self.room / "other.db"
        self.store = f"sqlite:{self.database}"
        fixture = {"match": {"endpoint": "embedding"}, "response": {"embedding": [3, 4]}}
        control("POST", "/fixtures", {"fixtures": [fixture]})

    def chosen(self, port):
        return settings(embedder__backend="openai", embedder__url=f"http://127.0.0.1:{port}/v1", embedder__dimension=2,
                        embedder__model="test-embedding", rag__timeout_ms=self.patience_ms)

    def embedded(self, *arguments):
        return self.in_time(*self.chosen(self.port), *arguments, ASKIAM_EMBEDDER_KEY=KEY)

    def organisation(self):
        folder = self.room / "organisation"
        folder.mkdir()
        (folder / "users.csv").write_text("user_id,email,name,status\nkim,kim@a.example,Kim,active\n", encoding="utf-8")
        documents = [json.dumps({"id": f"d{i}", "title": "", "text": f"Document {i}"}) for i in range(40)]  # two batches
        (folder / "documents.jsonl").write_text("\n".join(documents) + "\n", encoding="utf-8")
        return str(folder)

    def rows(self, database):
        """Every table's rows, but those of the index of words, which follow from them."""
        with contextlib.closing(sqlite3.connect(database)) as reader:
            tables = [name for (name,) in reader.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: reader.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables if "fts" not in name}

    def assertNothingImported(self, result, before, database=None):
        self.assertCode(result, 69)
        self.assertIn("askiam: ", result.err)
        self.assertEqual(self.rows(database or self.database), before)


class Embedder(EmbedderCase):
    def test_an_import_that_meets_a_fault_leaves_nothing_behind(self):
        folder = self.organisation()
        self.assertCode(self.embedded("init"), 0)
        before = self.rows(self.database)
        for name, fault, code in self.faults():
            if code != "RAG_TIMEOUT":  # these are below
                with self.subTest(fault=name):
                    with fault:
                        result = self.embedded("import", folder)
                    self.assertNothingImported(result, before)
        self.assertCode(self.embedded("import", folder), 0)
        self.assertNotEqual(self.rows(self.database), before)

    def test_an_import_cut_after_its_first_documents_leaves_nothing_behind(self):
        folder = self.organisation()
        self.assertCode(self.embedded("init"), 0)
        before = self.rows(self.database)
        control("POST", "/reset/journal")
        asked = []
        for limit in range(500, 20_000, 500):
            with self.toxic("limit_data", bytes=limit):
                result = self.embedded("import", folder)
            if result.code == 0:
                break
            self.assertNothingImported(result, before)
            asked.append(sum(entry["path"] == "/v1/embeddings" for entry in control("GET", "/journal")))
            control("POST", "/reset/journal")
        self.assertEqual((asked[0], asked[-1]), (1, 2), asked)
        self.assertNotEqual(self.rows(self.database), before)

    def test_each_fault_leaves_it_to_the_rules(self):
        self.assertCode(self.embedded("init", "--sample"), 0)
        self.each(lambda: self.embedded("validate", "--json", "--user", "john.doe", "--", SENTENCE).json())


class StalledImport(EmbedderCase):
    def test_an_import_that_is_never_answered_ends_all_the_same(self):
        # An import has no deadline of its own: what ends it are the client's 30 seconds for one answer.
        folder = self.organisation()

        def meet(name, kind, **attributes):
            database = self.room / f"{name}.db"
            self.toxiproxy.toxic(name, kind, **attributes)
            arguments = ["--store", f"sqlite:{database}", *ONCE, *self.chosen(ports[name])]
            self.assertCode(run(*arguments, "init", env=environment(no_proxy="*")), 0)
            before = self.rows(database)
            result = run(*arguments, "import", folder, env=environment(ASKIAM_EMBEDDER_KEY=KEY, no_proxy="*"))
            self.assertNothingImported(result, before, database)

        ports = {name: self.toxiproxy.proxy(name, AIMOCK) for name in ("stalling", "dripping")}
        with concurrent.futures.ThreadPoolExecutor() as pool:
            began = time.monotonic()
            runs = [pool.submit(meet, "stalling", "timeout", timeout=0),
                    pool.submit(meet, "dripping", "slicer", average_size=1, size_variation=0, delay=50_000)]
            for one in runs:
                one.result()
            self.assertLess(time.monotonic() - began, 40)


class Extractor(FaultCase):
    def read(self):
        return self.in_time(*settings(extract__backend="llm", extract__url=f"{self.url}/v1", extract__model="test-model",
                                      extract__timeout_ms=self.patience_ms),
                            "validate", "--json", "--user", "john.doe", "--", UNCLEAR, ASKIAM_EXTRACT_KEY=KEY)

    def test_each_fault_leaves_the_reading(self):
        plain = self.askiam("validate", "--json", "--user", "john.doe", "--", UNCLEAR).json()
        self.model_says(guess("HR Analyst", "Workday"))
        for name, fault, code in self.faults():
            with self.subTest(fault=name):
                self.patience(code)
                with fault:
                    result = self.read()
                self.patience(None)
                decision = result.json()
                for member in ("status", "question", "suggestions", "reason_codes", "entities"):
                    self.assertEqual(decision[member], plain[member])
                self.assertIn("the model guessed nothing", result.err)
                self.assertTrue(self.read().json()["question"].startswith('Do you mean "I need the HR Analyst role in Workday"? '))


del EmbedderCase, FaultCase, LlmCase
if __name__ == "__main__":
    unittest.main()
