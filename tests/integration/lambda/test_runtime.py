# SPDX-License-Identifier: Apache-2.0
"""The client of the Runtime API: what ends the process and what does not, what it tells, deadlines, trace ids, memory."""
import base64
import hashlib
import hmac
import json
import pathlib
import socket
import time
import unittest

from runtime_api import Runtime
from support import PROGRAM, SENTENCE, Function, LambdaCase, free_port

FUNCTIONS = ["orchestrator", "extractor", "rag", "mcp", "audit", "status", "chat", "lex", "authorizer", "fulfil"]
TRACE = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1"
METHOD = "arn:aws:execute-api:us-east-1:123456789012:abcdef123/prod/GET/status/r-1"
REQUEST = {"user_id": "john.doe", "raw_request": SENTENCE}
SANITIZED = b"__asan_init" in pathlib.Path(PROGRAM).read_bytes()


class Starting(LambdaCase):
    def fails_to_start(self, error_type, *words, handler="orchestrator", **options):
        with Runtime(handler, **options) as runtime:
            call = runtime.answer()
            self.assertNotEqual(runtime.exit_code(), 0)
            self.assertEqual(call.kind, "init/error")
            self.assertEqual(call.headers["Lambda-Runtime-Function-Error-Type"], error_type)
            self.assertEqual(call.json["errorType"], error_type)
            self.assertEqual(call.json["stackTrace"], [])
            for word in words:
                self.assertIn(word, call.json["errorMessage"])
            self.assertIn(error_type, runtime.output())
            return call.json["errorMessage"] + runtime.output()

    def test_an_unknown_function_is_an_init_error_that_lists_them(self):
        self.fails_to_start("Runtime.NoSuchHandler", "nothing", *FUNCTIONS, handler="nothing")
        self.fails_to_start("Runtime.NoSuchHandler", "_HANDLER", *FUNCTIONS, handler=None)
        self.fails_to_start("Runtime.NoSuchHandler", *FUNCTIONS, handler="")
        self.fails_to_start("Runtime.NoSuchHandler", *FUNCTIONS, handler="Orchestrator")

    def test_a_bad_setting_is_an_init_error_without_secrets(self):
        self.fails_to_start("Runtime.ConfigInvalid", "DECISION_THRESHOLD", store=self.store, config={"decision.threshold": "seven"})
        self.fails_to_start("Runtime.ConfigInvalid", ASKIAM_CONFIG=str(self.room / "missing.json"))
        path = self.room / "askiam.json"
        path.write_text(json.dumps({"judge": {"key": "hunter2"}, "store.url": "postgresql://u:hunter2@h/d", "decision": {"mod": "x"}}))
        self.assertNotIn("hunter2", self.fails_to_start("Runtime.ConfigInvalid", "decision.mod", ASKIAM_CONFIG=str(path)))

    def test_the_emulator_tells_of_an_init_error(self):
        with Function("nothing", store=self.store) as function:
            status, _ = function.post(REQUEST)
            self.assertEqual(status, 502)

    def test_file_and_environment_are_read(self):
        path = self.room / "askiam.json"
        path.write_text(json.dumps({"store": {"url": "sqlite:/nowhere/at/all.db"}, "decision": {"mode": "rag_first"}}))
        with Runtime("orchestrator", store=self.store, ASKIAM_CONFIG=str(path)) as runtime:
            answer = runtime.ask(REQUEST).json
            self.assertEqual((answer["status"], answer["mode"]), ("VALID", "rag_first"))


class Broken(LambdaCase):
    def test_nobody_listens(self):
        with Runtime("orchestrator", store=self.store, AWS_LAMBDA_RUNTIME_API=f"127.0.0.1:{free_port()}") as runtime:
            self.assertNotEqual(runtime.exit_code(), 0)
            self.assertIn("Runtime API", runtime.output())

    def test_there_is_no_address(self):
        for address in ("", "a" * 2000):
            with Runtime("orchestrator", store=self.store, AWS_LAMBDA_RUNTIME_API=address) as runtime:
                self.assertNotEqual(runtime.exit_code(), 0)
                self.assertIn("AWS_LAMBDA_RUNTIME_API", runtime.output())

    def test_next_fails(self):
        for status in (400, 403, 500, 503):
            runtime = Runtime("orchestrator", store=self.store)
            runtime.next_status = status
            with runtime:
                self.assertNotEqual(runtime.exit_code(), 0)
                self.assertIn(str(status), runtime.output())

    def test_an_answer_is_refused(self):
        for kind, event in (("response", REQUEST), ("error", b"{")):
            for status in (400, 403, 500):
                with Runtime("orchestrator", store=self.store) as runtime:
                    runtime.post_status[kind] = status
                    self.assertEqual(runtime.ask(event).kind, kind)
                    self.assertNotEqual(runtime.exit_code(), 0)

    def test_it_hangs_up(self):
        with Runtime("orchestrator", store=self.store) as runtime:
            runtime.ask(REQUEST)
            runtime.events.put(None)
            runtime.server.socket.close()
            self.assertNotEqual(runtime.exit_code(), 0)

    def test_an_event_without_a_usable_id(self):
        for request_id in ("", "../../init/error", "..", ".", "a b", "x" * 300):
            with Runtime("orchestrator", store=self.store) as runtime:
                runtime.send(REQUEST, request_id=request_id)
                self.assertNotEqual(runtime.exit_code(), 0)


class Going(LambdaCase):
    def test_an_error_of_the_function_does_not_end_the_process(self):
        with Runtime("mcp", store=self.store) as runtime:
            for event in (b"", b"{", b"[1,]", b'{"a":1,"a":2}', b'"\xff"', b"[" * 100000, {}, [], 7, "x"):
                call = runtime.ask(event)
                self.assertEqual(call.kind, "error", event)
                self.assertEqual(call.headers["Lambda-Runtime-Function-Error-Type"], "InvalidEvent")
                self.assertEqual(sorted(call.json), ["errorMessage", "errorType", "stackTrace"])
                self.assertIn(call.request_id, runtime.output())
            self.assertIsNone(runtime.process.poll())
            self.assertEqual(runtime.connections, 1)

    def test_a_store_that_is_not_there_is_an_answer_each_time(self):
        with Runtime("orchestrator", store="sqlite:/nowhere/at/all.db") as runtime:
            for _ in range(3):
                call = runtime.ask(REQUEST)
                self.assertEqual((call.kind, call.json["status"], call.json["reason_codes"]), ("response", "ERROR", ["STORE_UNAVAILABLE"]))

    def test_too_large_an_answer_is_an_error_and_the_next_is_answered(self):
        with Runtime("orchestrator", store=self.store) as runtime:
            runtime.post_status["response"] = 413
            self.assertEqual(runtime.ask(REQUEST).kind, "response")
            call = runtime.answer()
            self.assertEqual((call.kind, call.json["errorType"]), ("error", "Function.ResponseSizeTooLarge"))
            runtime.post_status.clear()
            self.assertEqual(runtime.ask(REQUEST).json["status"], "VALID")

    def test_the_emulator_refuses_six_megabytes_and_goes_on(self):
        poisoned = [{"messageId": f"{number}" + "m" * 1000000, "body": "{", "eventSource": "aws:sqs"} for number in range(7)]
        with Function("fulfil", store=self.store, config={"log.level": "off"}) as function:
            function.post({"Records": poisoned})
            self.assertEqual(function.invoke({"Records": poisoned[:1]})["batchItemFailures"][0]["itemIdentifier"][0], "0")
            self.assertNotIn("exited", function.output())

    def test_large_events(self):
        with Runtime("orchestrator", store=self.store) as runtime:
            call = runtime.ask({**REQUEST, "more": "x" * 6000000})
            self.assertEqual((call.kind, call.json["reason_codes"]), ("response", ["INVALID_REQUEST"]))
            call = runtime.ask({**REQUEST, "more": "x" * 17000000})
            self.assertEqual((call.kind, call.json["errorType"]), ("error", "EventTooLarge"))
            self.assertEqual(runtime.ask(REQUEST).json["status"], "VALID")

    def test_the_trace_id_goes_into_log_and_events(self):
        with Runtime("orchestrator", store=self.store) as runtime:
            runtime.ask({**REQUEST, "request_id": "r-1"}, trace_id=TRACE)
            runtime.ask({**REQUEST, "request_id": "r-2"}, trace_id="x" * 2000)
            runtime.ask({**REQUEST, "request_id": "r-3", "request_context": {"trace_id": "own"}}, trace_id=TRACE)
            self.assertIn(TRACE, runtime.output())
        self.askiam("outbox", "relay", "--to", f"file:{self.room}/events.jsonl")
        events = [json.loads(line)["detail"] for line in (self.room / "events.jsonl").read_text().splitlines()]
        found = {event["request_id"]: event["trace_id"] for event in events}
        self.assertEqual((found["r-1"], found["r-3"]), (TRACE, "own"))
        self.assertIn("r-2", found)

    def test_every_line_of_the_log_is_json(self):
        with Runtime("orchestrator", store=self.store) as runtime:
            runtime.ask(REQUEST)
            runtime.ask(b"{")
            lines = runtime.output().splitlines()
            self.assertGreaterEqual(len(lines), 2)
            for line in lines:
                self.assertIn("level", json.loads(line))


    def test_the_log_can_be_for_people(self):
        with Runtime("orchestrator", store=self.store, config={"log.format": "text"}) as runtime:
            runtime.ask({**REQUEST, "request_id": "r-1"})
            self.assertRegex(runtime.output(), r'(?m)^INFO .*request="r-1".*user="john.doe"')

    def test_a_long_sentence_does_not_keep_its_line_out_of_the_log(self):
        sentence = SENTENCE + "\u0001" * 3900
        with Runtime("orchestrator", store=self.store, config={"log.sentence": "true"}) as runtime:
            runtime.ask({**REQUEST, "raw_request": sentence, "request_id": "r-long"})
            lines = [json.loads(line) for line in runtime.output().splitlines()]
            self.assertIn(("r-long", sentence), [(line["request_id"], line.get("sentence")) for line in lines])

    def test_a_proxy_of_the_environment_is_not_for_the_runtime_api(self):
        nowhere = f"http://127.0.0.1:{free_port()}"
        with Runtime("orchestrator", store=self.store, http_proxy=nowhere, ALL_PROXY=nowhere) as runtime:
            self.assertEqual(runtime.ask(REQUEST).json["status"], "VALID")


class Time(LambdaCase):
    def test_little_time_is_enough(self):
        with Runtime("orchestrator", store=self.store) as runtime:
            runtime.ask(REQUEST)
            for deadline_ms in (50, 1, -1000, 0, None, 10**12):
                began = time.monotonic()
                call = runtime.ask(REQUEST, deadline_ms=deadline_ms)
                self.assertEqual(call.kind, "response")
                self.assertIn(call.json["status"], ("VALID", "ERROR"))
                self.assertLess(time.monotonic() - began, 2)
                if deadline_ms is None or deadline_ms > 50:
                    self.assertEqual(call.json["status"], "VALID")

    def test_a_model_that_hangs_does_not_outlast_the_deadline(self):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            config = {"judge.backend": "llm", "judge.url": f"http://127.0.0.1:{silent.getsockname()[1]}/v1",
                      "judge.model": "m", "judge.key": "k"}
            with Runtime("orchestrator", store=self.store, config=config) as runtime:
                began = time.monotonic()
                call = runtime.ask(REQUEST, deadline_ms=1500)
                self.assertLess(time.monotonic() - began, 1.5)
                self.assertEqual(call.kind, "response")
                self.assertIn(call.json["status"], ("VALID", "ERROR"))


class Memory(LambdaCase):
    def rss_kib(self, runtime):
        status = pathlib.Path(f"/proc/{runtime.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    def test_a_thousand_invocations_in_one_process_do_not_grow(self):
        self.does_not_grow("orchestrator", lambda number: (
            {**REQUEST, "request_id": f"r-{number}"}, {**REQUEST, "raw_request": "I need Workday"}, b"{", {})[number % 4])

    def test_an_authorizer_does_not_grow_by_tokens_and_keys_whatever_they_are_worth(self):
        secret = b"a secret of thirty-two bytes, and more"
        (self.room / "secret").write_bytes(secret)
        part = [base64.urlsafe_b64encode(json.dumps(text).encode()).rstrip(b"=") for text in (
            {"alg": "HS256"}, {"iss": "https://id.example/", "aud": "askiam", "sub": "john.doe", "exp": int(time.time()) + 3600})]
        signature = base64.urlsafe_b64encode(hmac.new(secret, b".".join(part), hashlib.sha256).digest()).rstrip(b"=")
        token = b".".join((*part, signature)).decode()
        key = self.askiam("key", "create", "--owner", "john.doe", "--burst", "100").stdout.decode().strip()
        credentials = (token, token[:-2] + "AA", "a.b.c", key, key[:-1] + "x", "x" * 20000)
        events = [{"type": "TOKEN", "authorizationToken": credential, "methodArn": METHOD} for credential in credentials]
        self.does_not_grow("authorizer", lambda number: events[number % len(events)], **{
            "auth.issuer": "https://id.example/", "auth.audience": "askiam", "auth.hs256_key_file": self.room / "secret"})

    def does_not_grow(self, handler, event, **config):
        quiet = {"ASAN_OPTIONS": "quarantine_size_mb=1:thread_local_quarantine_size_kb=64"} if SANITIZED else {}
        with Runtime(handler, store=self.store, config={"log.level": "off", **config}, **quiet) as runtime:
            self.assertEqual(runtime.ask(event(0)).kind, "response")
            for number in range(1, 100):
                runtime.ask(event(number))
            before = self.rss_kib(runtime)
            began = time.monotonic()
            for number in range(100, 1100):
                runtime.ask(event(number))
            seconds = time.monotonic() - began
            after = self.rss_kib(runtime)
            print(f"1,000 invocations of {handler} in {seconds:.2f} s, RSS {before} -> {after} KiB", flush=True)
            self.assertEqual(runtime.connections, 1)
            self.assertLess(after - before, 16384 if SANITIZED else 1024)


if __name__ == "__main__":
    unittest.main()
