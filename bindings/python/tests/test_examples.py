# SPDX-License-Identifier: Apache-2.0
"""The examples do what they say, and the README's code runs as it is printed."""

import importlib.util
import json
import re
import runpy

import askiam
import pytest
from conftest import SENTENCE


def load(path, monkeypatch, store):
    monkeypatch.setenv("ASKIAM_STORE", store)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Context:
    def get_remaining_time_in_millis(self):
        return 3000


def event(body):
    return {
        "body": body,
        "requestContext": {
            "authorizer": {"claims": {"sub": "john.doe"}},
            "identity": {"sourceIp": "10.0.0.1", "userAgent": "test"},
        },
    }


def test_lambda(root, monkeypatch, store):
    module = load(root / "examples/python_lambda/handler.py", monkeypatch, store)
    answer = module.handler(event(json.dumps({"message": SENTENCE, "user_id": "mallory"})), Context())
    assert answer["statusCode"] == 200
    decision = askiam.Decision.from_json(answer["body"])
    assert decision and decision.requester.id == "john.doe"
    for body in (None, "", "{", "[]", '{"message": 5}', '{"message": " "}', '{"message": "\\ud800"}'):
        assert module.handler(event(body), Context())["statusCode"] == 400
    module.engine.close()


def test_lambda_without_a_store_says_later(root, monkeypatch, tmp_path):
    module = load(root / "examples/python_lambda/handler.py", monkeypatch, f"sqlite:{tmp_path}/none.db")
    assert module.handler(event(json.dumps({"message": SENTENCE})), Context())["statusCode"] == 503
    module.engine.close()


@pytest.mark.unsanitized
@pytest.mark.filterwarnings("ignore")  # of what FastAPI stands on
def test_fastapi(root, monkeypatch, store):
    from fastapi import testclient

    module = load(root / "examples/python_fastapi/app.py", monkeypatch, store)
    with testclient.TestClient(module.app, client=("10.0.0.1", 5000)) as client:
        answer = client.post("/requests", json={"text": SENTENCE, "request_id": "f-1"}, headers={"x-user": "john.doe"})
        assert answer.status_code == 200 and answer.json()["status"] == "VALID"
        again = client.get("/status/f-1", headers={"x-user": "john.doe"})
        assert again.json()["grant"]["state"] == "requested"
        assert client.get("/status/f-2", headers={"x-user": "john.doe"}).status_code == 404
        conflict = client.post("/requests", json={"text": "I need Okta", "request_id": "f-1"}, headers={"x-user": "john.doe"})
        assert conflict.status_code == 409 and conflict.json()["status"] == "ERROR"
        assert client.post("/requests", json={"text": " "}, headers={"x-user": "john.doe"}).status_code == 400
        assert client.post("/requests", json={"text": SENTENCE}).status_code == 422


def test_code_of_the_readme(root, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (root / "bindings/python/README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) >= 3
    program = tmp_path / "readme.py"
    program.write_text("\n".join(blocks))
    runpy.run_path(str(program))
