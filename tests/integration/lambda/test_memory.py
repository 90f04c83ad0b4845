# SPDX-License-Identifier: Apache-2.0
"""Memory that runs out, in each place in turn: an error of the function, never the end of the process, and never an approval."""
import os
import unittest

from lex_events import event as lex_event
from runtime_api import Runtime
from support import SENTENCE, LambdaCase

FAILING = os.environ["ASKIAM_LAMBDA_FAILING"]
EVENTS = int(os.environ.get("ASKIAM_EVENTS", "300"))
TRIPLE = {"user_id": "john.doe", "app_id": "workday", "role_id": "workday-hr-analyst"}
FORBIDDEN = {"user_id": "ghost", "raw_request": SENTENCE}
ASKED = {"orchestrator": FORBIDDEN, "extractor": {"user_id": "john.doe", "raw_request": SENTENCE}, "rag": TRIPLE, "mcp": TRIPLE,
         "audit": {"request_id": "r-1", "user_id": "john.doe", "validation_result": {}, "context": {}}, "status": {"request_id": "r-1"},
         "chat": {"user_id": "john.doe", "message": "hi", "session_id": "none"}, "lex": lex_event(words=SENTENCE),
         "fulfil": {"request_id": "r-1"}, "authorizer": {"type": "TOKEN", "authorizationToken": "Bearer x", "methodArn": "arn:aws:execute-api:r:1:a/s/GET/x"}}
LACKING = {("error", "NO_MEMORY"), ("error", "EventTooLarge"), ("response", "ERROR")}
UNHEARD = ("error", "Unauthorized")  # a token that cannot be kept opens no door


class Memory(LambdaCase):
    def function(self, name, fail):
        return Runtime(name, store=self.store, config={"log.level": "off"}, program=FAILING, ASKIAM_FAIL=fail)

    def outcome(self, call):
        return (call.kind, call.json["errorType"]) if call.kind == "error" else (call.kind, call.json.get("status"))

    def test_each_request_for_memory_of_an_event_fails_in_turn(self):
        for name, event in ASKED.items():
            with self.subTest(name), self.function(name, "never") as whole, self.function(name, "each") as failing:
                expected = self.outcome(whole.ask(event))
                found = {self.outcome(failing.ask(event)) for _ in range(EVENTS)}
                self.assertLessEqual(found, LACKING | {expected} | ({UNHEARD} if name == "authorizer" else set()))
                self.assertTrue(found & LACKING, "nothing failed")
                self.assertNotIn(("response", "VALID"), found)
                self.assertIsNone(failing.process.poll())
                self.assertEqual(failing.connections, 1)

    def test_a_start_without_memory_says_so(self):
        ended = 0
        for number in range(1, 40):
            with self.subTest(number), self.function("orchestrator", f"start:{number}") as runtime:
                runtime.send(FORBIDDEN)
                if number > 1 and runtime.answer().kind != "init/error":
                    continue  # it can do without, and answers
                ended += 1
                self.assertEqual(runtime.exit_code(), 78)
                self.assertRegex(runtime.output(), "memory" if number > 1 else "AWS_LAMBDA_RUNTIME_API")
        self.assertGreater(ended, 10)

    def test_an_error_that_cannot_be_sent_ends_the_process_and_says_why(self):
        for header in (3, 4, 5):
            with self.subTest(header), self.function("mcp", f"list:{header}") as runtime:
                runtime.send(b"{")
                self.assertEqual(runtime.exit_code(), 69)
                self.assertIn("out of memory for a call of invocation/", runtime.output())


if __name__ == "__main__":
    unittest.main()
