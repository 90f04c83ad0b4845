# SPDX-License-Identifier: Apache-2.0
"""Functions that are invoked directly, under the emulator."""
import json
import unittest

from support import SENTENCE, Function, LambdaCase


class Direct(LambdaCase):
    def test_the_orchestrator_decides(self):
        with Function("orchestrator", store=self.store) as function:
            first = function.invoke({"user_id": "john.doe", "raw_request": SENTENCE, "request_id": "r-1"})
            again = function.invoke({"user_id": "john.doe", "raw_request": SENTENCE, "request_id": "r-1"})
            self.assertEqual((first["status"], first["request_id"]), ("VALID", "r-1"))
            self.assertEqual(first, again)
            other = function.invoke({"user_id": "john.doe", "raw_request": "I need access to Workday", "request_id": "r-1"})
            self.assertEqual((other["status"], other["reason_codes"]), ("ERROR", ["REQUEST_ID_CONFLICT"]))
        recorded = [json.loads(line) for line in self.askiam("audit", "query", "--json").stdout.splitlines()]
        self.assertEqual([entry["request_id"] for entry in recorded], ["r-1"])

    def test_a_request_that_is_none_is_an_error_in_the_form_of_a_decision(self):
        with Function("orchestrator", store=self.store) as function:
            for event in ({}, [], 7, {"raw_request": SENTENCE}, {"user_id": "john.doe"}, {"user_id": [], "raw_request": SENTENCE}):
                answer = function.invoke(event)
                self.assertEqual((answer["status"], answer["reason_codes"]), ("ERROR", ["INVALID_REQUEST"]), event)
            self.assertEqual(function.invoke({"user_id": "john.doe", "raw_request": SENTENCE})["status"], "VALID")

    def test_the_extractor_names_ids(self):
        with Function("extractor", store=self.store) as function:
            answer = function.invoke({"user_id": "john.doe", "raw_request": SENTENCE, "request_id": "r-1"})
            self.assertNotIn("statusCode", answer)
            self.assertEqual(answer["user_id"], "john.doe")
            self.assertTrue(answer["app_id"] and answer["role_id"])

    def test_the_extractor_answers_400_with_suggestions_for_what_nobody_knows(self):
        with Function("extractor", store=self.store) as function:
            answer = function.invoke({"user_id": "john.doe", "raw_request": "I need access to HR Anlyzer role in Workday"})
            if "ROLE_UNKNOWN" not in answer["reason_codes"]:
                answer = function.invoke({"user_id": "john.doe", "raw_request": "I need the Dragon Tamer role in Workday"})
            self.assertEqual(answer["statusCode"], 400)
            self.assertIn("ROLE_UNKNOWN", answer["reason_codes"])
            self.assertTrue(answer["suggestions"])
            self.assertEqual(function.invoke({"raw_request": 5})["errorType"], "InvalidEvent")

    def test_the_validators_take_ids(self):
        with Function("extractor", store=self.store) as function:
            ids = function.invoke({"user_id": "john.doe", "raw_request": SENTENCE})
        triple = {"user_id": "john.doe", "app_id": ids["app_id"], "role_id": ids["role_id"], "request_id": "r-1"}
        with Function("mcp", store=self.store) as function:
            answer = function.invoke(triple)
            self.assertTrue(answer["is_valid"])
            self.assertEqual(len(answer["checks"]), 9)
            self.assertEqual(function.invoke({**triple, "role_id": "nothing"})["errorType"], "NOT_FOUND")
            self.assertEqual(function.invoke({**triple, "role_id": 7})["errorType"], "InvalidEvent")
            self.assertEqual(function.invoke({"user_id": "john.doe"})["errorType"], "InvalidEvent")
            self.assertEqual(function.invoke([])["errorType"], "InvalidEvent")
        with Function("rag", store=self.store) as function:
            answer = function.invoke(triple)
            self.assertEqual({"is_valid", "confidence", "documents", "reason"} - set(answer), set())


if __name__ == "__main__":
    unittest.main()
