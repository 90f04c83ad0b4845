# SPDX-License-Identifier: Apache-2.0
"""Events of EventBridge and SQS, in the shapes that they document: fulfilment and audit."""
import json
import sqlite3
import unittest

from support import SENTENCE, Function, LambdaCase

ARN = "arn:aws:sqs:eu-central-1:123456789012:grants"


def bridge(event):
    """An event of ours as EventBridge delivers it."""
    return {"version": "0", "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "detail-type": event["detail-type"], "source": event["source"],
            "account": "123456789012", "time": "2026-11-28T03:00:00Z", "region": "eu-central-1", "resources": [], "detail": event["detail"]}


def record(number, body, arn=ARN):
    return {"messageId": f"059f36b4-87a3-44ab-83d2-{number:012d}", "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a...",
            "body": body if isinstance(body, str) else json.dumps(body),
            "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1545082649183", "SenderId": "AIDAIENQZJOLO23YVJ4VO",
                           "ApproximateFirstReceiveTimestamp": "1545082649185"},
            "messageAttributes": {}, "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3", "eventSource": "aws:sqs", "eventSourceARN": arn,
            "awsRegion": "eu-central-1"}


def batch(*bodies, arn=ARN):
    return {"Records": [record(number, body, arn) for number, body in enumerate(bodies)]}


def failed(answer):
    """The numbers of the messages that come again."""
    assert list(answer) == ["batchItemFailures"], answer
    return [int(item["itemIdentifier"].rsplit("-", 1)[1]) for item in answer["batchItemFailures"]]


class EventCase(LambdaCase):
    def decide(self, *ids, user="john.doe", sentence=SENTENCE):
        """Decided requests, and their events grant.requested by request id."""
        lines = "".join(json.dumps({"user_id": user, "raw_request": sentence, "request_id": one}) + "\n" for one in ids)
        path = self.room / "requests.jsonl"
        path.write_text(lines)
        self.askiam("validate", "--batch", str(path), check=False)
        self.askiam("outbox", "relay", "--to", f"file:{self.room}/events.jsonl")
        events = [json.loads(line) for line in (self.room / "events.jsonl").read_text().splitlines()]
        return {event["detail"]["request_id"]: event for event in events if event["detail-type"] == "grant.requested"}

    def roles(self, user="john.doe"):
        with sqlite3.connect(self.database) as database:
            return sorted(row[0] for row in database.execute("SELECT role_id FROM user_roles WHERE user_id = ? AND status = 'active'", (user,)))


class Fulfil(EventCase):
    def test_an_event_of_eventbridge_grants_once(self):
        event = self.decide("r-1")["r-1"]
        before = self.roles()
        with Function("fulfil", store=self.store) as function:
            first = function.invoke(bridge(event))
            again = function.invoke(bridge(event))
        self.assertEqual((first["grant"]["state"], first["changed"]), ("granted", True))
        self.assertEqual((again["grant"]["state"], again["changed"]), ("granted", False))
        self.assertEqual(self.roles(), sorted([*before, event["detail"]["role_id"]]))

    def test_a_request_by_its_id(self):
        self.decide("r-1")
        with Function("fulfil", store=self.store) as function:
            self.assertEqual(function.invoke({"request_id": "r-1", "requester_id": "john.doe"})["grant"]["state"], "granted")
            self.assertEqual(function.invoke({"request_id": "r-2"})["errorType"], "NOT_FOUND")
            for event in ({}, [], {"request_id": 7}, {"request_id": "r-1", "requester_id": 7}):
                self.assertEqual(function.invoke(event)["errorType"], "InvalidEvent")

    def test_an_event_of_another_kind_or_with_another_role_grants_nothing(self):
        event = self.decide("r-1")["r-1"]
        before = self.roles()
        with Function("fulfil", store=self.store) as function:
            other = json.loads(json.dumps(event))
            other["detail"]["role_id"] = "another"
            self.assertEqual(function.invoke(bridge(other))["errorType"], "InvalidEvent")
            self.assertEqual(function.invoke(bridge({**event, "detail-type": "access.decided"}))["errorType"], "InvalidEvent")
        self.assertEqual(self.roles(), before)

    def test_of_a_batch_only_what_failed_comes_again(self):
        events = self.decide("r-1")
        with Function("fulfil", store=self.store) as function:
            good = events["r-1"]
            answer = function.invoke(batch(bridge(good), "no JSON", {"detail-type": "grant.requested", "detail": {}}, good,
                                           {"request_id": "r-1"}, {"request_id": "unknown"}, "[]"))
            self.assertEqual(failed(answer), [1, 2, 5, 6])
            self.assertIn("BAD_DATA", function.output())
        self.assertEqual(self.roles().count(good["detail"]["role_id"]), 1)

    def test_a_message_whose_body_is_no_text_is_bad_data(self):
        with Function("fulfil", store=self.store) as function:
            event = batch("x", "x")
            event["Records"][0]["body"] = {"request_id": "r-1"}
            del event["Records"][1]["body"]
            self.assertEqual(failed(function.invoke(event)), [0, 1])
            self.assertEqual(function.output().count("BAD_DATA"), 2)
            self.assertNotIn("NO_MEMORY", function.output())

    def test_after_a_failure_the_rest_of_a_fifo_queue_waits(self):
        good = self.decide("r-1")["r-1"]
        before = self.roles()
        with Function("fulfil", store=self.store) as function:
            self.assertEqual(failed(function.invoke(batch("no JSON", good, good, arn=ARN + ".fifo"))), [0, 1, 2])
            self.assertEqual(self.roles(), before)
            self.assertEqual(failed(function.invoke(batch(good, arn=ARN + ".fifo"))), [])

    def test_a_store_that_is_not_there_fails_the_whole_batch(self):
        good = self.decide("r-1")["r-1"]
        with Function("fulfil", store="sqlite:/nowhere/at/all.db") as function:
            self.assertEqual(failed(function.invoke(batch(good, good))), [0, 1])
            self.assertIn("errorType", function.invoke(bridge(good)))

    def test_a_message_without_an_id_fails_the_invocation(self):
        event = batch("{}")
        for wrong in (None, "", 7):
            event["Records"][0]["messageId"] = wrong
            with Function("fulfil", store=self.store) as function:
                self.assertEqual(function.invoke(event)["errorType"], "InvalidEvent")


class Audit(EventCase):
    def record(self, request_id="r-1"):
        with Function("orchestrator", store=self.store) as function:
            decision = function.invoke({"user_id": "john.doe", "raw_request": SENTENCE, "request_id": "elsewhere"})
        decision.pop("audit")
        return {"request_id": request_id, "user_id": "john.doe", "validation_result": {**decision, "request_id": request_id},
                "context": {"ip": "10.0.0.1"}}

    def entries(self, request_id):
        lines = self.askiam("audit", "query", "--json").stdout.decode().splitlines()
        return sum(json.loads(line)["request_id"] == request_id for line in lines)

    def test_the_same_is_recorded_once_whichever_way_it_comes(self):
        item = self.record()
        with Function("audit", store=self.store) as function:
            first = function.invoke(item)
            self.assertEqual((first["status"], first["repeated"]), ("RECORDED", False))
            again = function.invoke(bridge({"detail-type": "access.decided", "source": "elsewhere", "detail": item}))
            self.assertEqual((again["repeated"], again["audit"]), (True, first["audit"]))
            self.assertEqual(failed(function.invoke(batch(item, {"detail-type": "x", "detail": item}, "{}", "7"))), [2, 3])
            self.assertEqual(function.invoke({"request_id": "r-1"})["errorType"], "InvalidEvent")
        self.assertEqual(self.entries("r-1"), 1)


if __name__ == "__main__":
    unittest.main()
