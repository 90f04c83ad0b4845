# SPDX-License-Identifier: Apache-2.0
"""Events of API Gateway as it documents them, and what an answer to one must be."""
import copy
import json

from support import SOURCE, LambdaCase

EVENTS = {path.stem: json.loads(path.read_text()) for path in (SOURCE / "tests/unit/apps_lambda/events").glob("*.json")}


def rest(method, path, who=None, body=None, scopes="", **headers):
    """An event of a REST API with a token that the gateway verified."""
    event = copy.deepcopy(EVENTS["rest_cognito"])
    event.update(httpMethod=method, path=path, resource="/{proxy+}", pathParameters={"proxy": path.lstrip("/")}, multiValueHeaders=None,
                 headers={"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}},
                 body=None if body is None else body if isinstance(body, str) else json.dumps(body))
    event["requestContext"]["authorizer"] = None if who is None else {"claims": {"sub": who, "scope": scopes}}
    return event


def http(method, path, who=None, body=None, scopes="", **headers):
    """The same of an HTTP API."""
    event = copy.deepcopy(EVENTS["http_jwt"])
    event.update(routeKey="$default", rawPath=path,
                 headers={"content-type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}},
                 body=None if body is None else body if isinstance(body, str) else json.dumps(body))
    event["requestContext"]["http"].update(method=method, path=path)
    event["requestContext"]["authorizer"] = {"jwt": {"claims": {"sub": who, "scope": scopes}, "scopes": None}} if who else None
    return event


class HttpCase(LambdaCase):
    def call(self, function, event, code):
        answer = function.invoke(event)
        self.assertEqual(answer.get("statusCode"), code, answer)
        self.assertIs(answer["isBase64Encoded"], False)
        self.assertEqual(answer["headers"]["Cache-Control"], "no-store")
        for value in answer["headers"].values():
            self.assertNotRegex(value, r"[\x00-\x1f\x7f]")
        if code >= 400:
            self.assertEqual(answer["headers"]["Content-Type"], "application/problem+json")
            problem = json.loads(answer["body"])
            self.assertEqual((problem["status"], problem["instance"]), (code, answer["headers"]["X-Request-ID"]))
            self.assertTrue(problem["type"].startswith("urn:askiam:problem:") and problem["title"] and problem["detail"])
            return problem
        return json.loads(answer["body"]) if answer["body"] else None
