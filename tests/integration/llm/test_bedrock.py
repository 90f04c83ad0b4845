# SPDX-License-Identifier: Apache-2.0
"""The program with Amazon Bedrock: a stand-in that believes only what AWS's own SDK would have signed and sent, and an aimock behind it."""

import json
import os
import unittest

from test_llm import KEY, SENTENCE, LlmCase, control, environment, judgement, run, settings

URL = os.environ["ASKIAM_TEST_BEDROCK"]
PROFILE = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0"
CREDENTIALS = {"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "hunter2/EXAMPLE+KEY="}
QUICK = settings(bedrock__url=URL, retry__delay_ms=0, retry__jitter_ms=0, retry__attempts=2)


class BedrockCase(LlmCase):
    def with_bedrock(self, *arguments, credentials=None, **more):
        result = run("--store", self.store, *QUICK, *settings(log__level="debug"), *arguments,
                     env=environment(**(credentials or CREDENTIALS), no_proxy="*"), **more)
        self.assertNotIn("hunter2", result.out + result.err)
        return result


class Judge(BedrockCase):
    def model_says(self, content="", **more):
        control("POST", "/fixtures", {"fixtures": [{"match": {"endpoint": "chat"}, "response": {"content": content, **more}}]})

    def model_calls(self, answer, name="judgement"):
        fixture = {"match": {"endpoint": "chat"}, "response": {"toolCalls": [{"name": name, "arguments": answer}]}}
        control("POST", "/fixtures", {"fixtures": [fixture]})

    def decide(self, *more, model="eu.anthropic.claude-sonnet-4-5-20250929-v1:0", **options):
        return self.with_bedrock(*settings(judge__backend="bedrock", judge__model=model), *more, "validate", "--json",
                                 "--user", "john.doe", "--", SENTENCE, **options).json()

    def asked(self):
        return [entry for entry in control("GET", "/journal") if entry["path"].endswith("/converse")]

    def test_agreement_with_the_past_is_told_as_both(self):
        self.model_says(judgement())
        rag = self.decide()["rag"]
        self.assertEqual((rag["result"], rag["judge"]), ("VALID", "both"))
        self.assertIn(" as for the access: The document says so.", rag["reason"])

    def test_the_form_of_the_answer_is_asked_for_and_the_sentence_is_not_told(self):
        self.model_says(judgement())
        self.decide()
        (entry,) = self.asked()
        self.assertEqual(entry["path"], "/model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse")
        self.assertEqual(entry["body"]["temperature"], 0)
        sent = json.dumps(entry["body"])
        self.assertIn("<<<DOCUMENT 1 ", sent)
        self.assertNotIn("I need access", sent)
        form = json.loads(entry["headers"]["x-form"])["outputConfig"]["textFormat"]
        self.assertEqual(form["type"], "json_schema")
        self.assertEqual(json.loads(form["structure"]["jsonSchema"]["schema"])["required"],
                         ["verdict", "confidence", "citations", "reason"])

    def test_a_profile_is_named_by_its_arn(self):
        self.model_says(judgement())
        self.assertEqual(self.decide(model=PROFILE)["rag"]["judge"], "both")
        self.assertIn("%3Ainference-profile%2Feu.anthropic", self.asked()[0]["path"])

    def test_a_model_without_structured_outputs_calls_a_tool(self):
        self.model_calls(judgement())
        rag = self.decide(*settings(bedrock__output="tool"))["rag"]
        self.assertEqual((rag["result"], rag["judge"]), ("VALID", "both"))
        self.assertEqual(json.loads(self.asked()[0]["headers"]["x-form"])["toolConfig"]["toolChoice"],
                         {"tool": {"name": "judgement"}})

    def test_other_ends_leave_the_past_alone(self):
        for content, more, cause in [
                ("Sure, VALID!", {}, "its answer is not one JSON object"),
                (judgement(confidence=1.01), {}, "its confidence is no probability"),
                (judgement(citations=[99]), {}, "it cites a document that it was not given"),
                (judgement(), {"finishReason": "length"}, "its answer was cut off"),
                ("Sorry.", {"finishReason": "guardrail_intervened"}, "a guardrail intervened"),
                ("Sorry.", {"finishReason": "content_filtered"}, "a content filter stopped it"),
                (judgement(), {"toolCalls": [{"name": "grant", "arguments": "{}"}]}, "it called a tool")]:
            with self.subTest(cause=cause):
                control("DELETE", "/fixtures")
                self.model_says(content, **more)
                rag = self.decide()["rag"]
                self.assertEqual((rag["result"], rag["judge"]), ("VALID", "evidence"))
                self.assertTrue(rag["reason"].endswith(f"the model abstained: {cause}"), rag["reason"])

    def test_a_failing_service_leaves_it_to_the_rules(self):
        self.model_says(judgement())
        for chaos in ("dropRate", "malformedRate", "disconnectRate"):
            with self.subTest(chaos=chaos):
                control("POST", "/reset/journal")
                control("POST", "/chaos", {chaos: 1})
                self.assertRulesDecide(self.decide(), "RAG_UNAVAILABLE")
                self.assertEqual(len(self.asked()), 2)

    def test_a_slow_service_is_passed_by(self):
        self.model_says(judgement())
        control("POST", "/chaos", {"latencyMs": 20000})
        self.assertRulesDecide(self.decide(*settings(rag__timeout_ms=700)), "RAG_TIMEOUT")

    def test_what_is_signed_wrongly_is_an_outage(self):
        self.model_says(judgement())
        for change in ({"AWS_SECRET_ACCESS_KEY": "hunter2"}, {"AWS_REGION": "us-east-1"}, {"AWS_SESSION_TOKEN": "hunter2"}):
            with self.subTest(change=list(change)):
                self.assertRulesDecide(self.decide(credentials={**CREDENTIALS, **change}), "RAG_UNAVAILABLE")
        self.assertEqual(self.asked(), [])

    def test_a_session_is_signed(self):
        self.model_says(judgement())
        session = {**CREDENTIALS, "AWS_SESSION_TOKEN": "hunter2-session=="}
        self.assertEqual(self.decide(credentials=session)["rag"]["judge"], "both")

    def test_what_is_missing_is_told(self):
        for change, said in ((("AWS_REGION", ""), "aws.region"), (("AWS_SECRET_ACCESS_KEY", ""), "aws.secret_access_key is not set")):
            with self.subTest(said=said):
                result = self.with_bedrock(*settings(judge__backend="bedrock", judge__model="m"), "validate", "--user",
                                           "john.doe", "--", SENTENCE, credentials={**CREDENTIALS, change[0]: change[1]})
                self.assertFails(result, 78, said)


class Embedder(BedrockCase):
    chosen = settings(embedder__backend="bedrock", embedder__dimension=512)

    def setUp(self):
        super().setUp()
        self.store = f"sqlite:{self.room / 'bedrock.db'}"
        self.assertCode(self.with_bedrock(*self.chosen, "init", "--sample"), 0)

    def decide(self, *more, **options):
        return self.with_bedrock(*self.chosen, *more, "validate", "--json", "--user", "john.doe", "--", SENTENCE, **options).json()

    def test_documents_and_queries_are_embedded(self):
        self.assertEqual(self.decide()["rag"]["result"], "VALID")

    def test_what_is_signed_wrongly_leaves_it_to_the_rules(self):
        self.assertRulesDecide(self.decide(credentials={**CREDENTIALS, "AWS_SECRET_ACCESS_KEY": "hunter2"}), "RAG_UNAVAILABLE")


del LlmCase
if __name__ == "__main__":
    unittest.main()
