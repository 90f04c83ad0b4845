# SPDX-License-Identifier: Apache-2.0
"""Events of API Gateway, as they are documented and as nobody should send them, under the emulator."""
import base64
import contextlib
import copy
import json
import random
import sqlite3
import unittest

from http_events import EVENTS, HttpCase, http, rest
from support import SENTENCE, Function


class Http(HttpCase):
    def test_every_function_answers_every_route(self):
        for number, handler in enumerate(("orchestrator", "status", "chat")):
            with Function(handler, store=self.store) as function:
                make = (rest, http)[number % 2]
                decision = self.call(function, make("POST", "/requests", "john.doe", {"raw_request": SENTENCE}, Idempotency_Key=f"r-{number}"), 200)
                self.assertEqual((decision["status"], decision["requester"]["id"], decision["request_id"]), ("VALID", "john.doe", f"r-{number}"))
                status = self.call(function, make("GET", f"/status/r-{number}", "john.doe"), 200)
                self.assertEqual(status["grant"]["state"], "requested")
                turn = self.call(function, make("POST", "/chat", "emma.brown", {"message": "I need a role in Jira"}), 200)
                self.assertEqual((turn["state"], turn["slot"]), ("ask", "role"))
                self.call(function, make("GET", "/elsewhere", "john.doe"), 404)
                self.call(function, make("DELETE", "/requests", "john.doe"), 405)
                self.call(function, make("POST", "/requests", None, {"raw_request": SENTENCE}), 401)

    def test_documented_events(self):
        expected = {"rest_anonymous": 401, "rest_status_anonymous": 401, "http_anonymous": 401, "http_payload_1_without_claims": 401, "balancer": 400}
        with Function("orchestrator", store=self.store, config={"http.iam_principal": "name"}) as function:
            for name, event in sorted(EVENTS.items()):
                with self.subTest(name):
                    body = self.call(function, event, expected.get(name, 200))
                    if name not in expected:
                        self.assertEqual((body["status"], body["requester"]["id"]), ("VALID", "john.doe"))

    def test_the_trail_has_what_the_gateway_saw(self):
        with Function("orchestrator", store=self.store) as function:
            event = rest("POST", "/requests", "john.doe", {"raw_request": SENTENCE},
                         X_Forwarded_For="10.77.77.77", Forwarded="for=10.88.88.88", User_Agent="header")
            self.call(function, event, 200)
        trail = self.askiam("audit", "export").stdout.decode()
        self.assertIn("10.20.30.40", trail)
        for lie in (b"10.77.77.77", b"10.88.88.88"):
            self.assertNotIn(lie, trail.encode())
            self.assertNotIn(lie, self.database.read_bytes())

    def test_who_speaks_for_another(self):
        body = {"user_id": "maria.garcia", "raw_request": "I need Payment Approver in SAP ERP", "request_id": "b-1"}
        with Function("orchestrator", store=self.store) as function:
            self.assertIn("on-behalf", self.call(function, http("POST", "/requests", "karen.lee", body), 403)["detail"])
            self.assertEqual(self.askiam("audit", "query", "--json").stdout, b"")
            decision = self.call(function, http("POST", "/requests", "karen.lee", body, scopes="openid on-behalf"), 200)
            self.assertEqual((decision["requester"]["id"], decision["entities"]["user"]["id"]), ("karen.lee", "maria.garcia"))
            self.assertNotIn("Invoice Creator", json.dumps(decision))
            self.call(function, http("POST", "/requests", "karen.lee", {**body, "requester_id": "grace.miller"}, scopes="on-behalf"), 403)
            self.assertIn("Invoice Creator", json.dumps(self.call(function, http("GET", "/status/b-1", "maria.garcia"), 200)))
            self.assertNotIn("Invoice Creator", json.dumps(self.call(function, http("GET", "/status/b-1", "karen.lee"), 200)))
            self.call(function, http("GET", "/status/b-1", "grace.miller", scopes="audit"), 200)
            stranger = self.call(function, http("GET", "/status/b-1", "john.doe", scopes="on-behalf"), 404)
            self.assertEqual(stranger, self.call(function, http("GET", "/status/b-2", "john.doe", scopes="on-behalf"), 404))

    def test_an_api_key_is_its_owner(self):
        made = json.loads(self.askiam("--json", "key", "create", "--owner", "john.doe").stdout)
        event = http("POST", "/requests", None, {"raw_request": SENTENCE}, X_Api_Key=made["key"])
        with Function("orchestrator", store=self.store) as function:
            self.call(function, event, 401)
        with Function("orchestrator", store=self.store, config={"http.api_keys": "true"}) as function:
            self.assertEqual(self.call(function, event, 200)["requester"]["id"], "john.doe")
            self.call(function, http("POST", "/requests", None, {"raw_request": SENTENCE}, X_Api_Key=made["key"] + "x"), 401)
            self.assertNotIn(made["key"], function.output())

    def test_whom_our_authorizer_names_is_who_calls(self):
        made = json.loads(self.askiam("--json", "key", "create", "--owner", "john.doe", "--scope", "audit").stdout)
        asked = {"version": "2.0", "type": "REQUEST", "routeArn": "arn:aws:execute-api:us-east-2:123456789012:a/dev/POST/requests",
                 "identitySource": [made["key"]], "routeKey": "POST /requests", "rawPath": "/requests", "headers": {"x-api-key": made["key"]},
                 "requestContext": {"http": {"method": "POST", "path": "/requests"}, "stage": "$default"}}
        with Function("authorizer", store=self.store) as function:
            answer = function.invoke(asked)
        event = http("POST", "/requests", None, {"raw_request": SENTENCE})
        event["requestContext"]["authorizer"] = {"lambda": answer["context"]}
        with Function("orchestrator", store=self.store) as function:
            decision = self.call(function, event, 200)
        self.assertEqual(decision["requester"]["id"], "john.doe", answer)
        self.assertTrue(decision["mcp"]["queries_executed"], "the scope audit was not handed on")

    def test_a_forwarded_event_of_lex_is_the_caller_s(self):
        def slot(value):
            return value and {"shape": "Scalar", "value": {"originalValue": value, "interpretedValue": value, "resolvedValues": []}}

        slots = {"UserName": None, "ApplicationName": slot("Workday"), "RoleName": slot("HR Analyst"), "Justification": None}
        intent = {"name": "AccessRequest", "state": "ReadyForFulfillment", "confirmationState": "Confirmed", "slots": slots}
        event = {"messageVersion": "1.0", "invocationSource": "FulfillmentCodeHook", "inputMode": "Text", "sessionId": "lex-1",
                 "inputTranscript": "yes", "bot": {"id": "B", "name": "b", "aliasId": "A", "localeId": "en_US", "version": "1"},
                 "sessionState": {"sessionAttributes": {"user_id": "maria.garcia"}, "intent": intent}, "interpretations": []}
        with Function("orchestrator", store=self.store) as function:
            answer = self.call(function, http("POST", "/lex-webhook", "john.doe", event), 200)
            self.assertEqual(answer["sessionState"]["dialogAction"]["type"], "Close")
            self.call(function, http("POST", "/lex-webhook", "john.doe", {"bot": 7}), 400)
            self.call(function, http("POST", "/lex-webhook", None, event), 401)
        trail = [json.loads(line) for line in self.askiam("audit", "query", "--json").stdout.splitlines()]
        self.assertEqual([entry["requester_id"] for entry in trail], ["john.doe"], trail)
        self.assertIn("10.20.30.40", self.askiam("audit", "export").stdout.decode(), "policies read whence it was asked")

    def test_bodies(self):
        with Function("orchestrator", store=self.store) as function:
            large = json.dumps({"raw_request": SENTENCE, "filler": "x" * 70000})
            self.call(function, rest("POST", "/requests", "john.doe", large), 413)
            self.call(function, rest("POST", "/requests", "john.doe", "x" * 3_000_000), 413)
            for body in ("{", "[]", '{"raw_request": "a", "raw_request": "b"}', '{"raw_request": "a\\u0000"}', "\ufeff{}", ""):
                problem = self.call(function, rest("POST", "/requests", "john.doe", body), 400)
                self.assertTrue(problem["errors"][0]["detail"], problem)
            for raw, code in ((json.dumps({"raw_request": SENTENCE}).encode(), 200), (b'{"raw_request": "\xff\xfe"}', 400), (b"\0", 400)):
                event = http("POST", "/requests", "john.doe", base64.b64encode(raw).decode())
                event["isBase64Encoded"] = True
                self.call(function, event, code)
                event["body"] += "!"
                self.call(function, event, 400)
            self.call(function, rest("POST", "/requests", "john.doe", {"raw_request": SENTENCE}, Content_Type="text/plain"), 415)

    def test_what_no_text_holds_is_no_error_of_the_function(self):
        with Function("orchestrator", store=self.store) as function:
            for body in ("a\0b", "\0", json.dumps({"raw_request": SENTENCE})[:-2] + "\0\"}"):
                for make in (rest, http):
                    self.call(function, make("POST", "/requests", "john.doe", body), 400)
                    self.call(function, make("POST", "/chat", "john.doe", body), 400)
            event = rest("GET", "/status/%00", "john.doe")  # API Gateway decodes what it hands on beside the path
            event.update(pathParameters={"proxy": "status/\0"}, queryStringParameters={"requester_id": "john.doe\0"})
            self.call(function, event, 404)
            event = rest("POST", "/requests", "john.doe", {"raw_request": SENTENCE}, X_Request_Id="a\0b")
            event["queryStringParameters"] = {"\0": "\0"}
            event["requestContext"]["identity"]["userAgent"] = "a\0b"
            self.call(function, event, 200)
            self.call(function, rest("POST", "/requests", "john.doe\0", {"raw_request": SENTENCE}), 401)
            self.assertEqual(function.invoke({"user_id": "john.doe", "raw_request": "a\0b"})["errorType"], "InvalidEvent")
            self.assertNotIn("InvalidEvent", function.output().replace("InvalidEvent", "", 1))

    def test_ids_in_headers(self):
        with Function("orchestrator", store=self.store) as function:
            for sent in ("a\r\nX-Evil: 1", "a b", "\u00e4", "x" * 129, "<b>"):
                event = rest("GET", "/status/x", "john.doe")
                event["headers"]["x-ReQuEsT-iD"] = sent
                answer = function.invoke(event)
                self.assertEqual(answer["headers"]["X-Request-ID"], event["requestContext"]["requestId"])
                self.assertNotIn("Evil", json.dumps(answer))
                self.call(function, rest("POST", "/requests", "john.doe", {"raw_request": SENTENCE}, IDEMPOTENCY_KEY=sent), 400)
            event = rest("GET", "/status/x", "john.doe", X_Request_Id="mine:1")
            self.assertEqual(function.invoke(event)["headers"]["X-Request-ID"], "mine:1")

    def test_paths_are_decoded_once(self):
        with Function("orchestrator", store=self.store) as function:
            self.call(function, http("POST", "/requests", "john.doe", {"raw_request": SENTENCE, "request_id": "a:b"}), 200)
            self.call(function, http("GET", "/status/a%3Ab", "john.doe"), 200)
            for path in ("/status/a%253Ab", "/status/a%3Ab%2F", "/status/%00", "/status/%zz", "/status/..%2fstatus%2fa:b", "/./status/a:b", "//status/a:b"):
                self.call(function, http("GET", path, "john.doe"), 404)

    def test_pages_of_other_origins(self):
        config = {"http.cors.origins": "https://iam.example.com"}
        with Function("orchestrator", store=self.store, config=config) as function:
            answer = function.invoke(http("OPTIONS", "/requests", None, Origin="https://iam.example.com", Access_Control_Request_Method="POST"))
            self.assertEqual((answer["statusCode"], answer["headers"]["Access-Control-Allow-Origin"], answer["headers"]["Vary"]),
                             (204, "https://iam.example.com", "Origin"))
            answer = function.invoke(http("OPTIONS", "/requests", None, Origin="https://evil.example.com"))
            self.assertNotIn("Access-Control-Allow-Origin", answer["headers"])

    def test_what_is_wrong_inside_stays_in_the_log(self):
        with Function("orchestrator", store=f"sqlite:{self.room}/hidden-name.db") as function:
            answer = function.invoke(rest("POST", "/requests", "john.doe", {"raw_request": SENTENCE}))
            self.assertEqual((answer["statusCode"], answer["headers"]["Retry-After"]), (503, "5"))
            self.assertNotIn("hidden-name", json.dumps(answer))
            self.assertIn("hidden-name", function.output())

    def test_a_damaged_store_is_not_told_as_a_reason(self):
        with contextlib.closing(sqlite3.connect(self.database)) as store, store:
            store.execute("DROP TABLE policy_sets")
        with Function("orchestrator", store=self.store) as function:
            decision = self.call(function, rest("POST", "/requests", "john.doe", {"raw_request": SENTENCE, "request_id": "d-1"}), 200)
            self.assertEqual(decision["reason_codes"][0], "POLICY_DENY")
            status = self.call(function, rest("GET", "/status/d-1", "john.doe"), 200)
            self.assertNotIn("iam.db", json.dumps([decision, status]))
            self.assertIn("iam.db", json.dumps(self.call(function, rest("GET", "/status/d-1", "grace.miller", scopes="audit"), 200)))
            self.assertIn("iam.db", function.output())

    def test_mangled_events_never_end_the_process_nor_decide(self):
        chance = random.Random(7)
        values = [None, 7, -1e308, True, "", "x", [], [None], {}, {"": ""}, "\u0000"[:0], "john.doe", {"claims": {"sub": "john.doe"}}]

        def mangle(node):
            if isinstance(node, dict) and node and chance.random() < 0.9:
                key = chance.choice(list(node))
                if chance.random() < 0.3:
                    node[key] = copy.deepcopy(chance.choice(values))
                elif chance.random() < 0.2:
                    del node[key]
                else:
                    mangle(node[key])

        with Function("orchestrator", store=self.store) as function:
            first = None
            for _ in range(400):
                event = copy.deepcopy(EVENTS[chance.choice(["rest_anonymous", "http_anonymous", "rest_status_anonymous", "balancer"])])
                for _ in range(chance.randint(1, 6)):
                    mangle(event)
                if isinstance(event.get("requestContext"), dict):  # what the gateway says of the caller is no client's to say
                    event["requestContext"].pop("authorizer", None)
                answer = function.invoke(event)
                self.assertNotIn(answer.get("statusCode"), (200, 500), (event, answer))
                first = first or function.pids()
            self.assertEqual(function.pids(), first)
        self.assertEqual(self.askiam("audit", "query", "--json").stdout, b"")


if __name__ == "__main__":
    unittest.main()
