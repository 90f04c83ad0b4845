# SPDX-License-Identifier: Apache-2.0
"""Memory that runs out, in each place in turn: an error of the function, never the end of the process, and never an approval."""
import base64
import hashlib
import hmac
import json
import os
import time
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
SECRET = "0123456789abcdef0123456789abcdef"
METHOD = "arn:aws:execute-api:us-east-1:123456789012:abcdef123/prod/GET/x"


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token():
    claims = {"iss": "https://id.example/", "aud": "askiam", "sub": "john.doe", "groups": ["HR Team"], "exp": int(time.time()) + 3600}
    text = ".".join(base64url(json.dumps(part).encode()) for part in ({"alg": "HS256"}, claims))
    return f"{text}.{base64url(hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).digest())}"


class Memory(LambdaCase):
    def function(self, name, fail, **config):
        return Runtime(name, store=self.store, config={"log.level": "off", **config}, program=FAILING, ASKIAM_FAIL=fail)

    def ask_until_it_is_answered(self, name, event, good, **config):
        """Asks while each request for memory fails in turn: a failure tells of that, an answer is as without."""
        with self.function(name, "each", **config) as failing:
            lacks = 0
            for _ in range(EVENTS):
                call = failing.ask(event)
                if call.kind == "error":
                    self.assertIn(("error", call.json["errorType"]), LACKING, call.json)
                    lacks += 1
                else:
                    self.assertTrue(good(call.json), call.json)
            self.assertGreater(lacks, 1)
            self.assertEqual(call.kind, "response", "it was never answered")

    def outcome(self, call):
        return (call.kind, call.json["errorType"]) if call.kind == "error" else (call.kind, call.json.get("status"))

    def test_each_request_for_memory_of_an_event_fails_in_turn(self):
        for name, event in ASKED.items():
            with self.subTest(name), self.function(name, "never") as whole, self.function(name, "each") as failing:
                expected = self.outcome(whole.ask(event))
                found = {self.outcome(failing.ask(event)) for _ in range(EVENTS)}
                self.assertLessEqual(found, LACKING | {expected})
                self.assertTrue(found & LACKING, "nothing failed")
                self.assertNotIn(("response", "VALID"), found)
                self.assertIsNone(failing.process.poll())
                self.assertEqual(failing.connections, 1)

    def test_who_proves_to_be_somebody_is_never_told_that_he_is_nobody(self):
        secret = self.room / "secret"
        secret.write_text(SECRET)
        settings = {"auth.issuer": "https://id.example/", "auth.audience": "askiam", "auth.hs256_key_file": str(secret)}
        key = self.askiam("key", "create", "--owner", "john.doe", "--burst", "1000", "--per-minute", "1000").stdout.decode().strip()

        def allowed(answer):
            return answer["principalId"] == "john.doe" and answer["policyDocument"]["Statement"][0]["Effect"] == "Allow"

        for credential in (token(), "Bearer " + token(), key):
            with self.subTest(credential[:10]):
                event = {"type": "TOKEN", "authorizationToken": credential, "methodArn": METHOD}
                self.ask_until_it_is_answered("authorizer", event, allowed, **settings)
        rest = {"type": "REQUEST", "methodArn": METHOD, "headers": {"Authorization": token()}}
        self.ask_until_it_is_answered("authorizer", rest, allowed, **settings)

    def test_who_speaks_is_never_asked_to_sign_in_for_want_of_memory(self):
        def heard(answer):
            return "sign in" not in json.dumps(answer)

        event = lex_event(words=SENTENCE, attributes={"user": "john.doe"})
        self.ask_until_it_is_answered("lex", event, heard, **{"lex.trust_attribute": "user"})

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
