# SPDX-License-Identifier: Apache-2.0
"""Many requests: in a stream, and in an event loop."""

import asyncio
import collections
import json

import askiam
import pytest
from conftest import SENTENCE

REQUEST = {"user_id": "john.doe", "raw_request": SENTENCE}


def test_batch_answers_in_order_and_records_all(engine):
    requests = [{**REQUEST, "request_id": f"b-{at}"} for at in range(150)]
    decisions = list(engine.validate_batch(requests, size=64))
    assert [decision.request_id for decision in decisions] == [f"b-{at}" for at in range(150)]
    assert sorted(decision.audit.seq for decision in decisions) == list(range(1, 151))
    assert engine.audit_verify()


def test_batch_takes_mappings_and_json(engine):
    requests = [REQUEST, json.dumps(REQUEST), json.dumps(REQUEST).encode(), collections.ChainMap(REQUEST)]
    assert all(engine.validate_batch(requests, dry_run=True))


def test_batch_streams_no_further_than_its_size(engine):
    taken = []

    def requests():
        for at in range(10**9):
            taken.append(at)
            yield REQUEST

    answers = engine.validate_batch(requests(), dry_run=True, size=3)
    assert taken == []
    assert next(answers)
    assert taken == [0, 1, 2]
    for _ in range(3):
        next(answers)
    assert len(taken) == 6
    answers.close()


def test_empty_batch_has_no_answers(engine):
    assert list(engine.validate_batch([])) == []


def test_user_stands_where_a_request_names_nobody(engine):
    mine, other = engine.validate_batch(
        [{"raw_request": SENTENCE}, {**REQUEST, "user_id": "nobody.here"}], user="john.doe", dry_run=True
    )
    assert mine.requester.id == "john.doe" and mine
    assert other.requester.id == "nobody.here" and not other


def test_one_bad_request_stops_nothing(engine):
    good, bad, after = engine.validate_batch([REQUEST, {"user_id": "john.doe"}, REQUEST])
    assert good and after
    assert bad.status is askiam.Verdict.ERROR and bad.code is askiam.Code.INVALID_REQUEST
    assert bad.request_id


def test_lone_surrogate_in_a_mapping_is_an_error_decision(engine):
    (bad,) = engine.validate_batch([{"user_id": "john.doe", "raw_request": "\ud800"}])
    assert bad.code is askiam.Code.INVALID_REQUEST


def test_lone_surrogate_in_a_line_is_an_error_decision(engine):
    good, bad, after = engine.validate_batch([REQUEST, '{"user_id": "john.doe", "raw_request": "\udcff"}', REQUEST])
    assert good and after and bad.code is askiam.Code.INVALID_REQUEST


def test_batch_answers_what_came_before_a_failure(engine):
    def broken():
        yield REQUEST
        yield REQUEST
        raise KeyError("the source")

    for requests, expected, problem in ((broken(), 2, KeyError), ([REQUEST, 5, REQUEST], 1, TypeError)):
        answers = []
        with pytest.raises(problem):
            for answer in engine.validate_batch(requests):
                answers.append(answer)
        assert len(answers) == expected and all(answers)


@pytest.mark.parametrize("requests", [None, 5, "text", b"bytes", {}, [1], [None], [["x"]], [{"raw_request": object()}]])
def test_what_is_no_batch_is_a_type_error(engine, requests):
    with pytest.raises(TypeError):
        list(engine.validate_batch(requests))


def test_arguments_of_a_batch_are_checked_at_once(engine):
    for size in (0, -1, 10_001):
        with pytest.raises(ValueError, match="size"):
            engine.validate_batch([], size=size)
    for size in (True, 1.0, "1", None):
        with pytest.raises(TypeError, match="size"):
            engine.validate_batch([], size=size)
    with pytest.raises(ValueError):
        list(engine.validate_batch([{"raw_request": float("nan")}]))


def test_an_error_of_the_iterable_passes_through(engine):
    def requests():
        yield REQUEST
        raise RuntimeError("the queue is gone")

    with pytest.raises(RuntimeError, match="queue"):
        list(engine.validate_batch(requests(), dry_run=True))


def test_store_without_schema_gives_error_decisions(tmp_path):
    with askiam.Engine(f"sqlite:{tmp_path}/none.db", logger=False) as engine:
        first, second = engine.validate_batch([REQUEST, REQUEST])
    assert first.code is second.code is askiam.Code.STORE_UNAVAILABLE


def test_async_answers_and_lets_the_loop_turn(engine):
    async def main():
        turns = 0

        async def turn():
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        turning = asyncio.create_task(turn())
        decisions = await asyncio.gather(
            *(engine.validate_async(SENTENCE, user="john.doe", request_id=f"a-{at}") for at in range(50))
        )
        turning.cancel()
        return decisions, turns

    decisions, turns = asyncio.run(main())
    assert all(decisions) and turns > 50
    assert sorted(decision.audit.seq for decision in decisions) == list(range(1, 51))


def test_async_failures_are_raised_where_they_are_awaited(engine):
    async def main():
        with pytest.raises(askiam.BadData):
            await engine.validate_async(" ", user="john.doe")
        with pytest.raises(TypeError):
            await engine.validate_async(None, user="john.doe")

    asyncio.run(main())


def test_cancelled_await_leaves_the_decision_made(engine):
    async def main():
        task = asyncio.create_task(engine.validate_async(SENTENCE, user="john.doe", request_id="c-1"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert engine.validate(SENTENCE, user="john.doe", request_id="c-1")
    assert engine.audit_verify().report
