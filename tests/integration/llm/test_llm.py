# SPDX-License-Identifier: Apache-2.0
"""The program with a language model as judge and a server of embeddings: aimock, which answers, refuses, breaks and stalls."""

import json
import os
import pathlib
import sys
import time
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(os.environ["ASKIAM_SOURCE"], "tests", "integration", "cli")))

from support import SENTENCE, CliCase, environment, run  # noqa: E402

SERVER = os.environ["ASKIAM_TEST_AIMOCK"]
KEY = os.environ["ASKIAM_TEST_AIMOCK_KEY"]
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def control(method, path, body=None):
    request = urllib.request.Request(f"{SERVER}/__aimock{path}", method=method,
                                     data=None if body is None else json.dumps(body).encode(),
                                     headers={"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"})
    with DIRECT.open(request, timeout=30) as answer:
        return json.load(answer)


def settings(**values):
    return [part for key, value in values.items() for part in ("--set", f"{key.replace('__', '.')}={value}")]


JUDGE = settings(judge__backend="llm", judge__url=f"{SERVER}/v1", judge__model="test-model", retry__delay_ms=0,
                 retry__jitter_ms=0, retry__attempts=2)


def judgement(verdict="VALID", confidence=0.9, citations=(1,), reason="The document says so."):
    return json.dumps({"verdict": verdict, "confidence": confidence, "citations": list(citations), "reason": reason})


class LlmCase(CliCase):
    def setUp(self):
        super().setUp()
        self.sample()
        control("POST", "/reset")
        control("DELETE", "/fixtures")
        control("DELETE", "/chaos")
        self.addCleanup(control, "DELETE", "/chaos")

    def model_says(self, content, **more):
        fixture = {"match": {"responseFormat": "json_schema"}, "response": {"content": content, **more}}
        control("POST", "/fixtures", {"fixtures": [fixture]})

    def decide(self, *more, key=KEY):
        result = self.askiam(*JUDGE, *more, "--set", "log.level=debug", "validate", "--json", "--user", "john.doe",
                             "--", SENTENCE, env=environment(ASKIAM_JUDGE_KEY=key, no_proxy="*"))
        self.assertNotIn(key, result.out + result.err)
        return result.json()

    def asked(self):
        return [entry for entry in control("GET", "/journal") if entry["path"] == "/v1/chat/completions"]

    def assertRulesDecide(self, decision, code):
        self.assertEqual(decision["rag"]["result"], "ABSTAINED", decision)
        self.assertIn(code, json.dumps(decision))
        self.assertEqual(decision["status"], "VALID", decision)
        self.assertNotEqual(decision["method"], "RAG")


class Judge(LlmCase):
    def test_agreement_with_the_past_is_told_as_both(self):
        self.model_says(judgement())
        rag = self.decide()["rag"]
        self.assertEqual((rag["result"], rag["judge"]), ("VALID", "both"))
        self.assertGreater(rag["confidence"], 0.98)
        self.assertLessEqual(rag["confidence"], 0.9925)
        self.assertIn("50 of 50 similar requests were approved; the model reads ", rag["reason"])
        self.assertIn(" as for the access: The document says so.", rag["reason"])

    def test_the_model_sees_facts_and_documents_and_not_the_sentence(self):
        self.model_says(judgement())
        decision = self.decide()
        (entry,) = self.asked()
        sent = json.dumps(entry["body"])
        self.assertNotIn("I need access", sent)
        self.assertIn("<<<DOCUMENT 1 ", sent)
        self.assertIn("john.doe", sent)
        self.assertIn("HR Analyst", sent)
        self.assertTrue(entry["body"]["response_format"]["json_schema"]["strict"])
        self.assertIn(decision["rag"]["documents"][0]["title"], entry["body"]["messages"][1]["content"])

    def test_disagreement_lowers(self):
        self.model_says(judgement("INVALID", 0.99))
        decision = self.decide()
        self.assertEqual(decision["rag"]["judge"], "both")
        self.assertLess(decision["rag"]["confidence"], 0.8)
        self.assertNotEqual(decision["method"], "RAG")

    def test_answers_of_another_form_leave_the_past_alone(self):
        for content, more, cause in [
                ("Sure, VALID!", {}, "its answer is not one JSON object"),
                (judgement() + judgement(), {}, "its answer is not one JSON object"),
                (judgement(confidence=1.01), {}, "its confidence is no probability"),
                (judgement(confidence="0.96"), {}, "its answer has not the members that were asked for"),
                (judgement(citations=[99]), {}, "it cites a document that it was not given"),
                (judgement(), {"finishReason": "length"}, "its answer was cut off"),
                (judgement(), {"finishReason": "content_filter"}, "a content filter stopped it"),
                (judgement(), {"toolCalls": [{"name": "grant", "arguments": {}}]}, "it called a tool")]:
            with self.subTest(content=content, more=more):
                control("DELETE", "/fixtures")
                self.model_says(content, **more)
                rag = self.decide()["rag"]
                self.assertEqual((rag["result"], rag["judge"]), ("VALID", "evidence"))
                self.assertAlmostEqual(rag["confidence"], 0.97, delta=0.005)
                self.assertTrue(rag["reason"].endswith(f"the model abstained: {cause}"), rag["reason"])

    def test_ten_megabytes_are_not_read(self):
        self.model_says("x" * 10_000_000)
        rag = self.decide()["rag"]
        self.assertEqual((rag["result"], rag["judge"]), ("VALID", "evidence"))
        self.assertTrue(rag["reason"].endswith("the model abstained: its answer is too long"), rag["reason"])

    def test_a_failing_server_leaves_it_to_the_rules(self):
        self.model_says(judgement())
        for chaos in ("dropRate", "malformedRate", "disconnectRate"):
            with self.subTest(chaos=chaos):
                control("POST", "/reset/journal")
                control("POST", "/chaos", {chaos: 1})
                self.assertRulesDecide(self.decide(), "RAG_UNAVAILABLE")
                self.assertEqual(len(self.asked()), 2)

    def test_retry_after_is_kept(self):
        self.model_says(judgement())
        control("POST", "/chaos", {"rateLimitRate": 1})
        began = time.monotonic()
        self.assertRulesDecide(self.decide(), "RAG_UNAVAILABLE")
        self.assertGreaterEqual(time.monotonic() - began, 1)
        self.assertEqual([entry["response"]["status"] for entry in self.asked()], [429, 429])

    def test_a_slow_server_is_passed_by(self):
        self.model_says(judgement())
        control("POST", "/chaos", {"latencyMs": 20000})
        began = time.monotonic()
        self.assertRulesDecide(self.decide(*settings(rag__timeout_ms=700)), "RAG_TIMEOUT")
        self.assertLess(time.monotonic() - began, 10)

    def test_a_wrong_key_is_an_outage_and_not_told(self):
        self.model_says(judgement())
        self.assertRulesDecide(self.decide(key="sk-wrong-secret"), "RAG_UNAVAILABLE")

    def test_no_key_is_recorded_with_a_decision(self):
        self.model_says(judgement())
        self.decide()
        for path in self.room.iterdir():
            self.assertNotIn(KEY.encode(), path.read_bytes())

    def test_a_judge_without_a_model_is_refused(self):
        result = self.askiam(*settings(judge__backend="llm"), "validate", "--user", "john.doe", "--", SENTENCE)
        self.assertFails(result, 78, "judge.model")


class Embedder(LlmCase):
    chosen = settings(embedder__backend="openai", embedder__url=f"{SERVER}/v1", embedder__model="test-embedding",
                      embedder__dimension=2, retry__attempts=1)

    def with_key(self, *arguments, **more):
        result = run("--store", f"sqlite:{self.room / 'other.db'}", *arguments, **more,
                     env=environment(ASKIAM_EMBEDDER_KEY=KEY, no_proxy="*"))
        self.assertNotIn(KEY, result.out + result.err)
        return result

    def embeddings(self):
        return [entry for entry in control("GET", "/journal") if entry["path"] == "/v1/embeddings"]

    def vectors(self, *values):
        fixture = {"match": {"endpoint": "embedding"}, "response": {"embedding": list(values)}}
        control("POST", "/fixtures", {"fixtures": [fixture]})

    def test_documents_and_queries_are_embedded(self):
        self.vectors(3, 4)
        self.assertCode(self.with_key(*self.chosen, "init", "--sample"), 0)
        batches = self.embeddings()
        self.assertGreater(len(batches), 0)
        self.assertEqual(batches[0]["body"]["model"], "test-embedding")
        decided = self.with_key(*self.chosen, "validate", "--json", "--user", "john.doe", "--", SENTENCE).json()
        self.assertEqual(decided["rag"]["result"], "VALID")
        self.assertEqual(len(self.embeddings()), len(batches) + 1)
        asked = json.dumps(self.embeddings()[-1]["body"])
        self.assertIn("HR Analyst", asked)
        self.assertNotIn("I need access", asked)

    def test_what_is_asked_again_needs_no_round_trip(self):
        self.vectors(3, 4)
        self.assertCode(self.with_key(*self.chosen, "init", "--sample"), 0)
        lines = "".join(json.dumps({"user_id": "john.doe", "raw_request": SENTENCE}) + "\n" for _ in range(3))
        for entries, wanted in ((8, 1), (0, 3)):
            with self.subTest(entries=entries):
                control("POST", "/reset/journal")
                decided = self.with_key(*self.chosen, *settings(embedder__cache_entries=entries), "validate",
                                        "--dry-run", "--batch", "-", stdin=lines).lines()
                self.assertEqual([line["rag"]["result"] for line in decided], ["VALID"] * 3)
                self.assertEqual(len(self.embeddings()), wanted)

    def test_vectors_of_another_length_stop_an_import(self):
        self.vectors(1, 0, 0)
        result = self.with_key(*self.chosen, "init", "--sample")
        self.assertNotEqual(result.code, 0)
        self.assertIn("3 floats, embedder.dimension says 2", result.err)

    def test_a_failing_server_leaves_it_to_the_rules(self):
        self.vectors(3, 4)
        self.assertCode(self.with_key(*self.chosen, "init", "--sample"), 0)
        control("POST", "/chaos", {"dropRate": 1})
        decided = self.with_key(*self.chosen, "validate", "--json", "--user", "john.doe", "--", SENTENCE).json()
        self.assertRulesDecide(decided, "RAG_UNAVAILABLE")


if __name__ == "__main__":
    unittest.main()
