# SPDX-License-Identifier: Apache-2.0
"""A Lambda function behind API Gateway: {"message": "I need …"} in, the decision out.

Who asks, from where and with what comes from the authenticated event, never from the body. ASKIAM_STORE names the store.
"""

import json

import askiam

engine = askiam.Engine(environment=True)  # once a container, not once a call


def handler(event, context):
    caller = event["requestContext"]
    user = caller["authorizer"]["claims"]["sub"]
    identity = {"ip": caller["identity"]["sourceIp"], "user_agent": caller["identity"]["userAgent"]}
    try:
        message = json.loads(event["body"] or "{}")["message"]
        left = context.get_remaining_time_in_millis() / 1000 - 0.5  # so that the answer still leaves
        decision = engine.validate(message, user=user, context=identity, timeout=max(left, 0.1))
    except (askiam.BadData, json.JSONDecodeError, UnicodeEncodeError, KeyError, TypeError) as problem:
        return {"statusCode": 400, "body": json.dumps({"error": str(problem)})}
    except askiam.Error:
        return {"statusCode": 503, "body": json.dumps({"error": "try again later"})}
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": decision.to_json()}
