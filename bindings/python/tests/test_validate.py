# SPDX-License-Identifier: Apache-2.0
"""One request, its decision, its record."""

import json

import askiam
import pytest
from conftest import SENTENCE


def test_sentence_of_the_specification_is_approved_and_recorded(engine):
    decision = engine.validate(SENTENCE, user="john.doe")
    assert decision.status is askiam.Verdict.VALID
    assert decision.code is askiam.Code.APPROVED_BY_EVIDENCE
    assert decision.method is askiam.Method.RAG
    assert decision.entities.role.id == "wd-hr-analyst"
    assert [check.passed for check in decision.mcp.checks] == [True] * 9
    assert decision.audit.seq == 1 and len(decision.audit.hash) == 64
    assert engine.audit_verify()


def test_dry_run_records_nothing(engine):
    decision = engine.validate(SENTENCE, user="john.doe", dry_run=True)
    assert decision and decision.dry_run
    assert decision.audit == askiam.AuditEntry(None, None, None)
    assert engine.validate(SENTENCE, user="john.doe").audit.seq == 1


def test_same_request_id_returns_the_same_bytes(engine):
    first = engine.validate(SENTENCE, user="john.doe", request_id="r-1")
    assert engine.validate(SENTENCE, user="john.doe", request_id="r-1").to_json() == first.to_json()


def test_request_id_with_another_sentence_is_a_conflict_that_carries_its_decision(engine):
    engine.validate(SENTENCE, user="john.doe", request_id="r-1")
    with pytest.raises(askiam.Conflict) as caught:
        engine.validate("I need Payroll Administrator in Workday", user="john.doe", request_id="r-1")
    assert caught.value.status is askiam.Status.CONFLICT
    assert caught.value.decision.status is askiam.Verdict.ERROR
    assert caught.value.decision.code is askiam.Code.REQUEST_ID_CONFLICT


def test_a_refusal_is_a_decision_and_is_false(engine):
    decision = engine.validate("I need Payroll Administrator in Workday", user="nobody.here")
    assert decision.status is askiam.Verdict.INVALID
    assert not decision


def test_what_is_missing_is_asked_for(engine):
    decision = engine.validate("I need access to Workday", user="john.doe")
    assert decision.status is askiam.Verdict.NEEDS_INFO
    assert decision.question and not decision


def test_context_and_requester_are_recorded(engine):
    context = {"ip": "10.0.0.1", "session_id": "s", "user_agent": "a", "trace_id": "t", "timestamp": "2024-01-21T10:30:00Z"}
    decision = engine.validate(SENTENCE, user="john.doe", requester="mary.major", context=context, dry_run=True)
    assert decision.requester.id == "mary.major"


def test_context_takes_a_mapping_that_is_no_dict_and_ignores_what_it_does_not_know(engine):
    import types

    context = types.MappingProxyType({"ip": "10.0.0.1", "colour": object()})
    assert engine.validate(SENTENCE, user="john.doe", context=context, dry_run=True)


def test_bad_address_in_context_is_bad_data(engine):
    with pytest.raises(askiam.BadData, match="ip"):
        engine.validate(SENTENCE, user="john.doe", context={"ip": "not an address"})


def test_status_tells_the_decision_and_its_grant(engine):
    decision = engine.validate(SENTENCE, user="john.doe", request_id="r-2")
    found = engine.status("r-2")
    assert found.audit == decision.audit and found.status is decision.status
    assert found.grant.state == "requested"
    assert found.to_dict()["grant"]["state"] == "requested"
    with pytest.raises(askiam.NotFound) as caught:
        engine.status("r-3")
    assert isinstance(caught.value, LookupError)


def test_extract_reads_without_deciding(engine):
    found = engine.extract("Please give me HR Analyst", user="john.doe")
    assert found["entities"]["role"]["id"] == "wd-hr-analyst"
    assert found["reason_codes"] == []


def test_timeout_is_seconds(engine):
    assert engine.validate(SENTENCE, user="john.doe", timeout=30, dry_run=True)
    for wrong in (0, -1, float("nan"), float("inf"), 1e30):
        with pytest.raises(ValueError, match="timeout"):
            engine.validate(SENTENCE, user="john.doe", timeout=wrong)


def test_erased_person_is_gone_and_the_trail_verifies(engine):
    engine.validate(SENTENCE, user="john.doe", request_id="r-4")
    assert engine.erase_user("john.doe") == 1
    report = engine.audit_verify()
    assert report.sound and report.to_dict() == report.report


def test_changed_trail_is_not_sound(engine, store):
    import sqlite3

    engine.validate(SENTENCE, user="john.doe")
    engine.close()
    with sqlite3.connect(store.removeprefix("sqlite:")) as base:
        base.execute("UPDATE audit_log SET status = 'INVALID'")
    base.close()
    with askiam.Engine(store) as again:
        report = again.audit_verify()
    assert not report
    assert json.dumps(report.to_dict())


def test_describe_names_the_backends(engine):
    found = engine.describe()
    assert found["version"] == askiam.__version__
    assert "sqlite" in found["backends"]["store"]


def test_versions_agree(root):
    text = (root / "bindings/python/pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{askiam.__version__}"' in text
