# SPDX-License-Identifier: Apache-2.0
"""Settings: names with "__", a mapping, a file, the environment; their order; what is refused."""

import json

import askiam
import pytest
from conftest import SENTENCE


def mode(engine):
    return engine.validate(SENTENCE, user="john.doe", dry_run=True).mode


def test_names_with_two_underscores_stand_for_dots(store):
    with askiam.Engine(store, decision__mode="rag_first", decision__threshold=0.9, rag__enabled=True) as engine:
        assert mode(engine) is askiam.Mode.RAG_FIRST


def test_lists_and_sets_of_texts(store):
    with askiam.Engine(store, decision__soft_codes=["PREREQUISITE_MISSING"]):
        pass
    with askiam.Engine(store, settings={"decision.soft_codes": frozenset({"PREREQUISITE_MISSING"})}):
        pass


@pytest.mark.parametrize("settings", [{"decision.mode": "rag_first"}, {"decision": {"mode": "rag_first"}}])
def test_mapping_has_dotted_or_nested_keys(store, settings):
    with askiam.Engine(store, settings=settings) as engine:
        assert mode(engine) is askiam.Mode.RAG_FIRST


def test_later_sources_win(store, tmp_path):
    file = tmp_path / "askiam.json"
    file.write_text(json.dumps({"decision.mode": "rag_first", "store.url": store}))
    with askiam.Engine(config_file=file) as engine:
        assert mode(engine) is askiam.Mode.RAG_FIRST
    environment = {"ASKIAM_DECISION_MODE": "guarded"}
    with askiam.Engine(config_file=file, environment=environment) as engine:
        assert mode(engine) is askiam.Mode.GUARDED
    with askiam.Engine(config_file=file, environment=environment, decision__mode="rag_first") as engine:
        assert mode(engine) is askiam.Mode.RAG_FIRST


def test_environment_is_read_only_where_it_is_asked_for(store, monkeypatch):
    monkeypatch.setenv("ASKIAM_DECISION_MODE", "rag_first")
    with askiam.Engine(store) as engine:
        assert mode(engine) is askiam.Mode.GUARDED
    with askiam.Engine(store, environment=True) as engine:
        assert mode(engine) is askiam.Mode.RAG_FIRST


@pytest.mark.parametrize(
    "settings",
    [{"decision.modus": "x"}, {"decision.threshold": 7}, {"decision.threshold": True}, {"rag.top_k": None}, {"rag": 1}],
)
def test_unknown_keys_and_bad_values_name_the_key(store, settings):
    with pytest.raises(askiam.ConfigError) as caught:
        askiam.Engine(store, settings=settings)
    assert next(iter(settings)).split(".")[0] in caught.value.message
    assert caught.value.status is askiam.Status.CONFIG


def test_key_given_twice_is_refused(store):
    for settings, named in [({"store.url": store}, {}), ({"rag.top_k": 3}, {"rag__top_k": 4}), (None, {"store__url": store})]:
        with pytest.raises(ValueError, match="twice"):
            askiam.Engine(store, settings=settings, **named)


@pytest.mark.parametrize("value", [object(), b"x", {1: 2}, float("nan"), 1j, [object()]])
def test_values_of_other_types_are_refused(store, value):
    with pytest.raises((TypeError, ValueError)):
        askiam.Engine(store, decision__threshold=value)


def test_config_keys_are_told():
    keys = {key: (default, secret) for key, default, _, secret in askiam.config_keys()}
    assert keys["decision.mode"] == ("guarded", False)
    assert keys["judge.key"][1] is True


def test_missing_config_file_is_named(tmp_path):
    with pytest.raises(askiam.Error, match="nowhere.json"):
        askiam.Engine(config_file=tmp_path / "nowhere.json")
