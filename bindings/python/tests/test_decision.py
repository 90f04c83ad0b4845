# SPDX-License-Identifier: Apache-2.0
"""Decisions as values."""

import copy
import dataclasses
import datetime
import json
import pickle

import askiam
import pytest
from conftest import SENTENCE


@pytest.fixture
def decision(engine):
    return engine.validate(SENTENCE + " for 30 days", user="john.doe", dry_run=True)


def test_members_are_those_of_the_json(decision):
    names = [field.name for field in dataclasses.fields(decision)]
    assert names == [*json.loads(decision.to_json()), "grant"]
    for part, name in [(decision.rag, "rag"), (decision.mcp, "mcp"), (decision.audit, "audit")]:
        assert [field.name for field in dataclasses.fields(part)] == list(decision.to_dict()[name])


def test_nothing_is_lost_between_attributes_and_json(decision):
    again = dataclasses.replace(decision)
    assert again == decision
    assert again.to_dict() == decision.to_dict()


def test_frozen(decision):
    with pytest.raises(dataclasses.FrozenInstanceError):
        decision.status = askiam.Verdict.INVALID
    with pytest.raises(dataclasses.FrozenInstanceError):
        del decision.status


def test_dict_may_be_changed_without_changing_the_decision(decision):
    decision.to_dict()["status"] = "INVALID"
    decision.to_dict()["rag"].clear()
    assert decision.to_dict()["rag"]["result"] == "VALID"


def test_times_are_aware_and_in_utc(decision):
    assert decision.timestamp.utcoffset() == datetime.timedelta(0)
    left = decision.duration.expires_at - decision.timestamp
    assert datetime.timedelta(days=29) < left < datetime.timedelta(days=31)


def test_equal_hash_copy_pickle(decision):
    for other in (copy.copy(decision), copy.deepcopy(decision), pickle.loads(pickle.dumps(decision))):
        assert other == decision and hash(other) == hash(decision)
        assert other.to_json() == decision.to_json()
    assert decision != dataclasses.replace(decision, reason="another")


def test_from_json_takes_what_to_json_gives_and_nothing_else(decision):
    assert askiam.Decision.from_json(decision.to_json()) == decision
    for text in ("", "{", "[]", "null", "{}", '{"request_id": 1}', b"\xff"):
        with pytest.raises(ValueError):
            askiam.Decision.from_json(text)


def test_values_of_later_versions_are_taken(decision):
    values = decision.to_dict() | {"status": "DEFERRED", "reason_codes": ["NEW_CODE"], "added": {}}
    later = askiam.Decision.from_json(json.dumps(values))
    assert later.status == "DEFERRED" and not later.status.known and not later
    assert later.code is askiam.Code("NEW_CODE") and pickle.loads(pickle.dumps(later.code)) is later.code
    assert "NEW_CODE" not in askiam.Code.__members__
    assert askiam.Code.INTERNAL.known


def test_unknown_attribute_is_an_attribute_error(decision):
    with pytest.raises(AttributeError, match="colour"):
        _ = decision.colour
    assert not hasattr(decision, "__array__")


def test_match_statement(engine):
    decision = engine.validate("I need access to Workday", user="john.doe", dry_run=True)
    match decision:
        case askiam.Decision(status=askiam.Verdict.NEEDS_INFO, question=str(question)):
            assert question
        case _:
            pytest.fail("not matched")


def test_enums_cover_the_contract(root):
    """Every code that the library can give is known to this version."""
    import re

    text = (root / "src/model/codes.h").read_text(encoding="utf-8")
    codes = re.findall(r"X\(([A-Z_]+), (?:VALID|INVALID|NEEDS_INFO|ERROR)", text)
    assert len(codes) > 30
    assert {code for code in codes} <= set(askiam.Code.__members__)
    statuses = re.findall(r"ASKIAM_STATUS_([A-Z_]+) =", (root / "include/askiam/error.h").read_text(encoding="utf-8"))
    assert {*statuses, "CLOSED"} == set(askiam.Status.__members__)
    for name in statuses:
        raised = askiam._errors.class_of(askiam.Status[name], askiam.Layer.ENGINE)
        assert issubclass(raised, askiam.Error)
        assert (raised is askiam.Error) == (name == "OK"), name
        assert raised.__name__ in askiam.__all__
    layers = re.findall(r"ASKIAM_LAYER_([A-Z_]+) =", (root / "include/askiam/error.h").read_text(encoding="utf-8"))
    assert set(layers) == set(askiam.Layer.__members__)
