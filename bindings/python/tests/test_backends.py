# SPDX-License-Identifier: Apache-2.0
"""Backends written in Python, and what becomes of their failures; log records."""

import array
import datetime
import json
import logging
import signal
import threading
import time

import askiam
import pytest
from conftest import SENTENCE


class Judge:
    def __init__(self, answer, **attributes):
        self.answer, self.cases = answer, []
        self.__dict__.update(attributes)

    def judge(self, case):
        self.cases.append(case)
        return self.answer(case) if callable(self.answer) else self.answer


def ask(store, **backends):
    with askiam.Engine(store, **backends) as engine:
        return engine.validate(SENTENCE, user="john.doe", dry_run=True)


def test_judge_sees_facts_and_evidence_and_its_opinion_counts(store):
    judge = Judge(askiam.Opinion(0.99, "Everybody in HR has it."), kind="hr")
    decision = ask(store, judge=judge)
    assert decision.rag.judge == "hr" and decision.rag.reason == "Everybody in HR has it."
    assert decision.rag.confidence == pytest.approx(0.99)
    (case,) = judge.cases
    assert (case.user_id, case.application_id, case.role_id) == ("john.doe", "workday", "wd-hr-analyst")
    assert case.attributes["department"] and case.roles and 0 < case.remaining <= 25
    assert case.documents[0].text and isinstance(case.documents[0], askiam.CaseDocument)
    times = [pattern.time for pattern in case.patterns]
    assert len(times) > 10 and times == sorted(times, reverse=True) and times[0].tzinfo is datetime.timezone.utc
    assert any(pattern.known and pattern.attributes and pattern.roles for pattern in case.patterns)
    assert SENTENCE not in repr(case)


@pytest.mark.parametrize(
    ("answer", "result"), [(0.99, "VALID"), (1, "VALID"), (0.2, "INVALID"), (askiam.Opinion(0.0), "INVALID"), (None, "ABSTAINED")]
)
def test_judge_gives_an_opinion_a_number_or_none(store, answer, result):
    assert ask(store, judge=Judge(answer)).rag.result == result


@pytest.mark.parametrize("answer", [float("nan"), -0.1, 1.1, float("inf"), askiam.Opinion(float("nan"), "x")])
def test_judge_without_a_probability_abstains(store, answer):
    decision = ask(store, judge=Judge(answer))
    assert decision.rag.result == "ABSTAINED" and decision.code is askiam.Code.APPROVED_BY_RULES


@pytest.mark.parametrize("answer", ["yes", b"", [], (0.9, "x"), object(), True, {}, askiam.Opinion("x"), askiam.Opinion(0.9, 5),
                                    askiam.Opinion(0.9, "\ud800"), askiam.Opinion(None)])  # fmt: skip
def test_judge_with_another_answer_abstains(store, answer):
    decision = ask(store, judge=Judge(answer))
    assert decision.rag.result == "ABSTAINED"
    assert askiam.Code.RAG_UNAVAILABLE in decision.reason_codes


class Boom(Exception):
    def __str__(self):
        raise RuntimeError("not even its text can be had")


@pytest.mark.parametrize("problem", [ValueError("secret-7f3a"), Boom(), MemoryError(), RecursionError(), StopIteration(), KeyError()])
@pytest.mark.parametrize("remote", [False, True])
def test_judge_that_raises_abstains_and_is_logged_with_its_traceback(store, caplog, problem, remote):
    def fail(case):
        raise problem

    decision = ask(store, judge=Judge(fail, remote=remote))
    assert decision.rag.result == "ABSTAINED" and decision.code is askiam.Code.APPROVED_BY_RULES
    assert askiam.Code.RAG_UNAVAILABLE in decision.reason_codes
    assert "secret" not in decision.to_json()
    (record,) = [record for record in caplog.records if record.exc_info]
    assert record.exc_info[1] is problem and type(problem).__name__ in record.getMessage()


def test_judge_cannot_overrule_a_fact(store):
    with askiam.Engine(store, judge=Judge(1.0)) as engine:
        cases = engine.validate_batch([{"user_id": "john.doe", "raw_request": "I need Employee Self Service in Workday"}], dry_run=True)
        assert next(cases).status is askiam.Verdict.INVALID  # held already


def test_ctrl_c_in_a_backend_is_raised_where_the_call_returns(store):
    def interrupt(case):
        raise KeyboardInterrupt

    with askiam.Engine(store, judge=Judge(interrupt)) as engine, pytest.raises(KeyboardInterrupt):
        engine.validate(SENTENCE, user="john.doe", dry_run=True)
        time.sleep(1)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_exit_in_a_backend_abstains(store):
    def leave(case):
        raise SystemExit(5)

    assert ask(store, judge=Judge(leave)).rag.result == "ABSTAINED"


def test_remote_judge_is_passed_by_at_the_deadline(store):
    go = threading.Event()
    try:
        begin = time.monotonic()
        with askiam.Engine(store, judge=Judge(lambda case: go.wait(20), remote=True), rag__timeout_ms=100) as engine:
            decision = engine.validate(SENTENCE, user="john.doe", dry_run=True)
            assert time.monotonic() - begin < 10
            assert askiam.Code.RAG_TIMEOUT in decision.reason_codes
            go.set()
    finally:
        go.set()


def test_remote_judge_that_lost_its_connection_is_asked_again(store):
    answers = iter([ConnectionResetError(), 0.99])

    def judge(case):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with askiam.Engine(store, judge=Judge(judge, remote=True), retry__delay_ms=1, retry__jitter_ms=1) as engine:
        assert engine.validate(SENTENCE, user="john.doe", dry_run=True).rag.result == "VALID"


def test_judge_with_evidence_is_joined(store):
    assert ask(store, judge=Judge(0.9, with_evidence=True)).rag.judge == "both"


def test_judge_may_call_its_own_engine(store):
    judge = Judge(lambda case: 0.99 if engine.extract("HR Analyst")["entities"]["role"] else None)
    with askiam.Engine(store, judge=judge) as engine:
        assert engine.validate(SENTENCE, user="john.doe", dry_run=True).rag.result == "VALID"


class Searching:
    def __init__(self, documents=(), patterns=()):
        self.found, self.past, self.queries = documents, patterns, []

    def documents(self, query):
        self.queries.append(query)
        return self.found(query) if callable(self.found) else self.found

    def patterns(self, role_id, except_user_id, before, limit):
        self.queries.append((role_id, except_user_id, before, limit))
        return self.past(limit) if callable(self.past) else self.past


def past(count, approved=True):
    now = datetime.datetime.now(datetime.timezone.utc)
    return [askiam.PastDecision(f"u{at}", now - datetime.timedelta(days=at + 1), approved) for at in range(count)]


def test_search_finds_documents_and_past_decisions(store):
    search = Searching(lambda query: (askiam.Found(f"d{at}", "Title é", "Text", 0.5) for at in range(2)), past(40))
    decision = ask(store, search=search)
    assert [document.id for document in decision.rag.documents] == ["d0", "d1"]
    assert "40 of 40" in decision.rag.reason
    query, (role, other, before, limit) = search.queries
    assert (query.role_id, query.application_id, query.top_k) == ("wd-hr-analyst", "workday", 5)
    assert isinstance(query.vector, array.array) and len(query.vector) == 256 and "HR Analyst" in query.text
    assert (role, other, limit) == ("wd-hr-analyst", "john.doe", 200) and before.tzinfo is not None


def test_search_without_patterns_has_no_evidence(store):
    class Plain:
        def documents(self, query):
            return []

    assert ask(store, search=Plain()).code is askiam.Code.APPROVED_BY_RULES


@pytest.mark.parametrize("found", [None, 5, [1], [None], ["text"], [askiam.Found("a", "b", "c", "x")], [askiam.Found(1, "b", "c", 1)],
                                   [askiam.Found("\ud800", "b", "c", 1)], lambda query: 1 / 0])  # fmt: skip
def test_search_that_gives_rubbish_abstains(store, found):
    decision = ask(store, search=Searching(found, past(40)))
    assert decision.code is askiam.Code.APPROVED_BY_RULES
    assert askiam.Code.RAG_UNAVAILABLE in decision.reason_codes


@pytest.mark.parametrize("rows", [None, [1], [askiam.PastDecision("u", "yesterday", True)], [askiam.PastDecision(3, past(1)[0].time, 1)],
                                  lambda limit: {}["x"]])  # fmt: skip
def test_past_decisions_that_are_rubbish_abstain(store, rows):
    assert askiam.Code.RAG_UNAVAILABLE in ask(store, search=Searching([], rows)).reason_codes


class Embedding:
    model = "letters-1"

    def __init__(self, vectors=None, dimension=26):
        self.vectors, self.dimension, self.asked = vectors, dimension, []

    def embed(self, texts):
        self.asked.append(texts)
        if self.vectors is not None:
            return self.vectors(texts)
        return [[text.lower().count(chr(97 + at)) for at in range(26)] for text in texts]


def test_embedder_is_asked_for_documents_and_queries(tmp_path):
    embedder = Embedding()
    with askiam.Engine(f"sqlite:{tmp_path}/iam.db", embedder=embedder) as engine:
        engine.migrate()
        engine.import_sample()
        assert sum(map(len, embedder.asked)) == 27
        embedder.asked.clear()
        decision = engine.validate(SENTENCE, user="john.doe", dry_run=True)
        assert decision and decision.rag.documents
        assert len(embedder.asked) == 1 and all(isinstance(text, str) for text in embedder.asked[0])


BAD_VECTORS = [lambda texts: None, lambda texts: [], lambda texts: [[1.0]] * len(texts), lambda texts: [["x"] * 26] * len(texts),
               lambda texts: [[float("nan")] * 26] * len(texts), lambda texts: [[1e300] * 26] * len(texts), lambda texts: 1 / 0,
               lambda texts: [[10**400] * 26] * len(texts)]  # fmt: skip


@pytest.mark.parametrize("vectors", BAD_VECTORS)
def test_embedder_that_gives_rubbish_abstains_and_fails_an_import(store, tmp_path, vectors):
    decision = ask(store, embedder=Embedding(vectors))
    assert decision.status is askiam.Verdict.VALID and decision.method in (askiam.Method.RAG, askiam.Method.MCP)
    with askiam.Engine(f"sqlite:{tmp_path}/new.db", embedder=Embedding(vectors)) as engine:
        engine.migrate()
        with pytest.raises(askiam.EmbedderUnavailable) as caught:
            engine.import_sample()
    assert caught.value.layer is askiam.Layer.EMBEDDER and not caught.value.retryable


@pytest.mark.parametrize("dimension", [0, -1, 4097, None, "3", True, 2.0])
def test_embedder_with_a_bad_dimension_is_refused(store, dimension):
    with pytest.raises(TypeError, match="dimension"):
        askiam.Engine(store, embedder=Embedding(dimension=dimension))


def test_log_records_reach_logging(store, caplog):
    with caplog.at_level(logging.INFO, "askiam"), askiam.Engine(store) as engine:
        decision = engine.validate(SENTENCE, user="john.doe", context={"trace_id": "trace-1"}, dry_run=True)
    (record,) = [record for record in caplog.records if record.name == "askiam.answer"]
    assert record.levelno == logging.INFO and decision.request_id in record.getMessage()
    assert record.askiam["trace_id"] == "trace-1" and record.askiam["status"] == "VALID"
    assert record.askiam["duration_ms"] > 0 and "sentence" not in record.askiam
    json.dumps(record.askiam)


def test_logger_of_ones_own_levels_and_silence(store, caplog):
    with caplog.at_level(logging.DEBUG):
        with askiam.Engine(store, logger=logging.getLogger("mine")) as engine:
            engine.validate(SENTENCE, user="john.doe", dry_run=True)
        assert {record.name for record in caplog.records} == {"mine.answer"}
        caplog.clear()
        for silent in ({"logger": False}, {"log__level": "error"}):
            with askiam.Engine(store, **silent) as engine:
                engine.validate(SENTENCE, user="john.doe", dry_run=True)
        assert not caplog.records


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_log_handler_that_fails_or_calls_the_engine_harms_nothing(store, monkeypatch):
    monkeypatch.setattr(logging, "raiseExceptions", False)
    refused = []

    class Handler(logging.Handler):
        def emit(self, record):
            try:
                engine.extract("HR Analyst")
            except RuntimeError as problem:
                refused.append(problem)
            raise OSError("the disk is full")

    logger = logging.getLogger("askiam-failing")
    logger.setLevel(logging.INFO)
    logger.addHandler(Handler())
    with askiam.Engine(store, logger=logger) as engine:
        assert engine.validate(SENTENCE, user="john.doe", dry_run=True)
    assert refused


def test_signal_handlers_run_after_a_call_as_ever(engine):
    seen = []
    previous = signal.signal(signal.SIGUSR1, lambda *_: seen.append(1))
    try:
        signal.raise_signal(signal.SIGUSR1)
        assert engine.validate(SENTENCE, user="john.doe", dry_run=True) and seen
    finally:
        signal.signal(signal.SIGUSR1, previous)
