# SPDX-License-Identifier: Apache-2.0
"""The shared cases of tests/decisions: what they expect, and the very JSON that the command line program gives.

ASKIAM names the program; without it, it is looked for where scripts/test builds it.
"""

import json
import os
import pathlib
import subprocess

import askiam
import pytest

CASES = pathlib.Path(__file__).resolve().parents[3] / "tests" / "decisions"


def program(root):
    found = pathlib.Path(os.environ.get("ASKIAM", root / "build" / "release" / "bin" / "askiam"))
    if not found.exists():
        pytest.fail(f"{found} is not there; build the program, or name it in the environment variable ASKIAM")
    return found


def environment():
    """Without settings of whoever runs the tests, and without what makes this process a sanitized one."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("ASKIAM_", "LD_PRELOAD"))}


@pytest.fixture(scope="module", params=sorted(path.stem for path in CASES.glob("*.jsonl")))
def organisation(request, tmp_path_factory):
    """The cases of an organisation, and the URL of its store."""
    path = tmp_path_factory.mktemp(request.param) / "iam.db"
    with askiam.Engine(f"sqlite:{path}") as engine:
        engine.migrate()
        own = CASES / f"{request.param}.json"
        if own.exists():
            engine.import_folder(own)
        else:
            engine.import_sample()
    file = CASES / f"{request.param}.jsonl"
    return file, [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()], f"sqlite:{path}"


def seen(decision):
    found = {
        "status": decision.status,
        "code": decision.code,
        "failed": [check.code for check in decision.mcp.checks if not check.passed],
        "remedies": [remedy.code for remedy in decision.remedies],
        "ends": decision.duration.expires_at is not None,
    }
    for kind in ("user", "application", "role"):
        entity = getattr(decision.entities, kind)
        found[kind] = entity.id if entity else None
    return found


def ask(engine, case):
    return engine.validate(
        case["raw_request"],
        user=case["user_id"],
        requester=case.get("requester_id"),
        context=case.get("request_context"),
        dry_run=True,
    )


def same(decision):
    """A decision without what differs from call to call: ids, times, and an end that is counted from now."""
    values = json.loads(decision) if isinstance(decision, (str, bytes)) else decision.to_dict()
    for name in ("request_id", "timestamp", "duration_ms"):
        assert values.pop(name) is not None
    if values["duration"]["expires_at"]:
        values["duration"]["expires_at"] = values["duration"]["expires_at"][:10]
    return values


def test_expectations_hold(organisation):
    _, cases, store = organisation
    with askiam.Engine(store) as engine:
        for case in cases:
            decision = ask(engine, case)
            found, expected = seen(decision), dict(case["expect"])
            also, never = expected.pop("also", []), expected.pop("never", None)
            assert {name: found[name] for name in expected} == expected, (case["name"], decision)
            assert set(also) <= set(decision.reason_codes), case["name"]
            assert found["status"] != never, case["name"]


def test_same_json_as_the_program(organisation, root):
    file, cases, store = organisation
    answered = subprocess.run(
        [program(root), "--store", store, "validate", "--batch", file, "--dry-run"],
        capture_output=True, encoding="utf-8", env=environment(), timeout=120, check=False,
    )  # fmt: skip
    lines = answered.stdout.splitlines()
    assert len(lines) == len(cases), answered.stderr
    # One engine each: the first request of an engine loads the policies, and says so.
    with askiam.Engine(store) as engine, askiam.Engine(store) as another:
        batch = list(another.validate_batch(cases, dry_run=True))
        for case, line, decision in zip(cases, lines, batch, strict=True):
            single = ask(engine, case)
            assert list(json.loads(line)) == list(single.to_dict()), case["name"]  # the order of the members too
            assert same(single) == same(line), case["name"]
            assert same(decision) == same(line), case["name"]


def test_malformed_lines_are_answered_like_the_program(sample, root):
    lines = [
        b'{"user_id": "john.doe"}', b"{", b"[]", b'{"user_id": 7.5, "raw_request": "x"}', b'{"raw_request": "x", "text": "y"}',
        b'{"user_id": "john.doe", "raw_request": " "}', b"\xff", b'{"user_id": "a\\u0000b", "raw_request": "x"}',
    ]  # fmt: skip
    answered = subprocess.run(
        [program(root), "--store", f"sqlite:{sample}", "validate", "--batch", "-", "--dry-run"],
        input=b"\n".join(lines) + b"\n", capture_output=True, env=environment(), timeout=120, check=False,
    )  # fmt: skip
    told = [json.loads(line) for line in answered.stdout.splitlines()]
    with askiam.Engine(f"sqlite:{sample}") as engine:
        ours = [decision.to_dict() for decision in engine.validate_batch(lines, dry_run=True)]
    assert len(told) == len(ours) == len(lines)
    for theirs, our in zip(told, ours, strict=True):
        assert theirs.pop("line")
        assert list(theirs) == list(our)
        assert (theirs["status"], theirs["reason_codes"]) == (our["status"], our["reason_codes"])
        assert our["reason"].removeprefix("line 1, ") in theirs["reason"]  # the program says which line
