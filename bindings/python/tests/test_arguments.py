# SPDX-License-Identifier: Apache-2.0
"""Garbage of every type: TypeError or ValueError, never a crash; and text of every kind."""

import askiam
import pytest
from conftest import SENTENCE

GARBAGE = [None, True, 0, -1, 2**70, 1.5, float("nan"), 1j, b"bytes", bytearray(b"x"), [], [1], (), {}, {"a": 1}, set(), object(),
           object, len, lambda: 1, Exception("x"), memoryview(b"x"), range(3), iter([])]  # fmt: skip



@pytest.mark.parametrize("value", GARBAGE, ids=repr)
def test_text_must_be_a_str(engine, value):
    with pytest.raises(TypeError):
        engine.validate(value, user="john.doe")
    with pytest.raises(TypeError):
        engine.extract(value)


@pytest.mark.parametrize("value", [value for value in GARBAGE if value is not None], ids=repr)
def test_optional_texts_must_be_str_or_none(engine, value):
    for name in ("user", "requester", "request_id"):
        with pytest.raises(TypeError, match=name):
            engine.validate(SENTENCE, **{"user": "john.doe", name: value})
    with pytest.raises(TypeError):
        engine.erase_user(value)
    with pytest.raises(TypeError):
        engine.status(value)
    with pytest.raises(TypeError):
        engine.status("x", requester=value)


@pytest.mark.parametrize("value", GARBAGE, ids=repr)
def test_context_must_be_a_mapping_of_texts(engine, value):
    if value is None or isinstance(value, dict):
        assert engine.validate(SENTENCE, user="john.doe", context=value, dry_run=True)
    else:
        with pytest.raises(TypeError):
            engine.validate(SENTENCE, user="john.doe", context=value)
    if value is not None:
        for name in ("ip", "timestamp", "session_id", "user_agent", "trace_id"):
            with pytest.raises(TypeError, match=name):
                engine.validate(SENTENCE, user="john.doe", context={name: value})


@pytest.mark.parametrize("value", [value for value in GARBAGE if value is not None], ids=repr)
def test_timeout_must_be_a_number_of_seconds(engine, value):
    if isinstance(value, (int, float)) and value == 1.5:
        assert engine.validate(SENTENCE, user="john.doe", timeout=value, dry_run=True)
    else:
        with pytest.raises((TypeError, ValueError)):
            engine.validate(SENTENCE, user="john.doe", timeout=value)


@pytest.mark.parametrize("value", [value for value in GARBAGE if not isinstance(value, bool)], ids=repr)
def test_dry_run_must_be_a_bool(engine, value):
    with pytest.raises(TypeError, match="dry_run"):
        engine.validate(SENTENCE, user="john.doe", dry_run=value)
    with pytest.raises(TypeError, match="dry_run"):
        list(engine.validate_batch([{"raw_request": SENTENCE}], dry_run=value))


@pytest.mark.parametrize("value", GARBAGE, ids=repr)
def test_constructor_refuses_garbage(value):
    for name in ("settings", "environment", "logger", "judge", "search", "embedder"):
        harmless = value is None or (name == "settings" and value == {}) or isinstance(value, dict) and name == "environment"
        if harmless or (name in ("environment", "logger") and isinstance(value, bool)):
            continue
        with pytest.raises((TypeError, ValueError, askiam.ConfigError)):
            askiam.Engine("sqlite:x.db", **{name: value})
    if value is not None:
        with pytest.raises(TypeError):
            askiam.Engine(value)


@pytest.mark.parametrize("value", [value for value in GARBAGE if not isinstance(value, bytes)], ids=repr)
def test_paths_must_be_paths(engine, value):
    with pytest.raises(TypeError):
        engine.import_folder(value)
    if value is not None:
        with pytest.raises(TypeError):
            engine.audit_verify(checkpoint=value)
        with pytest.raises(TypeError):
            engine.audit_verify(public_key=value)


def test_native_layer_checks_what_it_is_given(engine):
    """Nobody calls it but this package; it must not crash all the same."""
    native = engine._native
    for method in (native.validate, native.extract, native.validate_batch, native.status, native.import_path, native.audit_verify):
        for count in (0, 1, 3, 6, 8, 20):
            with pytest.raises(TypeError):
                method(*[None] * count)
        for value in GARBAGE:
            for count in (2, 5, 7):
                with pytest.raises((TypeError, ValueError, OverflowError, askiam.Error)):
                    method(*[value] * count)
                    raise TypeError("harmless")
    kind = type(native)
    for arguments in [(), (None,) * 6, (None, None, b"{}", None, 1, 1, 1), (None, None, b"{}", None, (), (), ()), (1, 2, 3, 4, 5, 6, 7)]:
        with pytest.raises((TypeError, askiam.Error)):
            kind(*arguments)
    with pytest.raises(TypeError):
        type("Sub", (kind,), {})


def test_lone_surrogates_are_a_unicode_error(engine):
    for bad in ("\ud800", "I need \udfff please"):
        with pytest.raises(UnicodeEncodeError):
            engine.validate(bad, user="john.doe")
        with pytest.raises(UnicodeEncodeError):
            engine.validate(SENTENCE, user=bad)
        with pytest.raises(UnicodeEncodeError):
            engine.validate(SENTENCE, user="john.doe", context={"user_agent": bad})
        with pytest.raises(ValueError):
            askiam.Engine("sqlite:" + bad)


@pytest.mark.parametrize("text", ["", " ", "\n\t", "x\0y", "a" * 4097, "é" * 2049, "😀" * 1025])
def test_texts_that_are_no_sentence_are_bad_data(engine, text):
    with pytest.raises(askiam.BadData) as caught:
        engine.validate(text, user="john.doe")
    assert isinstance(caught.value, ValueError)
    assert caught.value.layer is askiam.Layer.REQUEST and not caught.value.retryable


@pytest.mark.parametrize("text", ["é" * 2048, "😀" * 1024, "नमस्ते, HR Analyst?", "\u202eHR Analyst\u202c", "ＨＲ Ａｎａｌｙｓｔ please", "a\u0301" * 500])
def test_unicode_is_decided_and_comes_back_unchanged(engine, text):
    decision = engine.validate(text, user="john.doe", dry_run=True)
    assert decision.status in askiam.Verdict
    assert askiam.Decision.from_json(decision.to_json()) == decision


def test_huge_strings_are_refused_quickly(engine):
    huge = "I need access " * 10_000_000
    with pytest.raises(askiam.BadData):
        engine.validate(huge, user="john.doe")
    with pytest.raises(askiam.BadData):
        engine.validate(SENTENCE, user=huge)
    (bad,) = engine.validate_batch([{"user_id": "john.doe", "raw_request": huge}])
    assert bad.code is askiam.Code.INVALID_REQUEST


def test_strings_with_nul_in_paths_and_environment_are_value_errors(store):
    with pytest.raises(ValueError):
        askiam.Engine(config_file="a\0b")
    with pytest.raises(ValueError):
        askiam.Engine(store, environment={"ASKIAM_RAG_TOP_K": "3\0"})
    with askiam.Engine(store) as engine, pytest.raises(ValueError):
        engine.import_folder("a\0b")


def test_missing_argument_and_unknown_argument(engine):
    with pytest.raises(TypeError):
        engine.validate()
    with pytest.raises(TypeError):
        engine.validate(SENTENCE, "john.doe")
    with pytest.raises(TypeError):
        engine.validate(SENTENCE, name="john.doe")
    with pytest.raises(askiam.BadData, match="user_id"):
        engine.validate(SENTENCE)


def test_engines_are_neither_pickled_nor_copied(engine):
    import copy
    import pickle

    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="process"):
            attempt(engine)
