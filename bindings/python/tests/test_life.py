# SPDX-License-Identifier: Apache-2.0
"""Engines that are closed, shared by threads, forked, collected, and made ten thousand times."""

import gc
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
import weakref

import askiam
import pytest
from conftest import SENTENCE


class Slow:
    """A judge that waits until it is let go."""

    kind = "slow"

    def __init__(self):
        self.begun, self.go = threading.Event(), threading.Event()

    def judge(self, case):
        self.begun.set()
        self.go.wait(20)
        return 0.99


def test_closed_engine_refuses_every_call(engine, tmp_path):
    assert not engine.closed
    engine.close()
    engine.close()
    assert engine.closed
    calls = [
        lambda: engine.validate(SENTENCE, user="john.doe"), lambda: list(engine.validate_batch([{"raw_request": "x"}])),
        lambda: engine.extract("x"), lambda: engine.status("x"), lambda: engine.import_folder(tmp_path), engine.import_sample,
        engine.audit_verify, engine.migrate, engine.describe, lambda: engine.erase_user("x"),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(askiam.Closed) as caught:
            call()
        assert caught.value.status is askiam.Status.CLOSED


def test_with_closes_also_after_an_exception(store):
    with pytest.raises(KeyError), askiam.Engine(store) as engine:
        raise KeyError
    assert engine.closed


def test_close_waits_for_the_call_that_runs(store):
    judge, answers = Slow(), []
    engine = askiam.Engine(store, judge=judge)
    worker = threading.Thread(target=lambda: answers.append(engine.validate(SENTENCE, user="john.doe")))
    worker.start()
    assert judge.begun.wait(20)
    closer = threading.Thread(target=engine.close)
    closer.start()
    while not engine.closed:
        time.sleep(0.001)
    with pytest.raises(askiam.Closed):
        engine.validate(SENTENCE, user="john.doe")
    assert closer.is_alive()
    judge.go.set()
    worker.join(20)
    closer.join(20)
    assert not closer.is_alive() and answers[0] and answers[0].rag.judge == "slow"


def test_cancelled_calls_come_back_before_their_judge(store):
    judge, outcomes = Slow(), []
    judge.remote = True
    engine = askiam.Engine(store, judge=judge)

    def ask():
        try:
            engine.validate(SENTENCE, user="john.doe")
        except askiam.Cancelled as problem:
            outcomes.append(problem)

    worker = threading.Thread(target=ask)
    worker.start()
    assert judge.begun.wait(20)
    engine.cancel()
    worker.join(10)
    assert not worker.is_alive() and outcomes[0].status is askiam.Status.CANCELLED
    judge.go.set()
    engine.close()
    engine.cancel()  # of a closed engine: nothing


def test_engines_closed_while_many_threads_ask(store):
    outcomes = []

    def ask(engine):
        try:
            while True:
                outcomes.append(engine.validate(SENTENCE, user="john.doe", dry_run=True).status)
        except askiam.Closed:
            outcomes.append("closed")

    for _ in range(5):
        engine = askiam.Engine(store)
        threads = [threading.Thread(target=ask, args=(engine,)) for _ in range(6)]
        for thread in threads:
            thread.start()
        time.sleep(0.03)
        closers = [threading.Thread(target=engine.close) for _ in range(2)]
        for thread in closers + threads:
            if thread in closers:
                thread.start()
            thread.join(30)
            assert not thread.is_alive()
    assert outcomes.count("closed") == 30
    assert set(outcomes) <= {"closed", askiam.Verdict.VALID}


def test_interrupted_close_raises_and_can_be_done_again(store):
    judge = Slow()
    engine = askiam.Engine(store, judge=judge)
    worker = threading.Thread(target=lambda: engine.validate(SENTENCE, user="john.doe"))
    worker.start()
    judge.begun.wait(20)
    previous = signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(InterruptedError("alarm")))
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        with pytest.raises(InterruptedError):
            engine.close()
    finally:
        signal.signal(signal.SIGALRM, previous)
    judge.go.set()
    worker.join(20)
    engine.close()


def test_close_from_within_a_backend_does_not_wait_for_itself(store):
    class Closing:
        def judge(self, case):
            engine.close()
            return 0.99

    for remote in (False, True):
        judge = Closing()
        judge.remote = remote
        engine = askiam.Engine(store, judge=judge)
        assert engine.validate(SENTENCE, user="john.doe").status is askiam.Verdict.VALID
        with pytest.raises(askiam.Closed):
            engine.validate(SENTENCE, user="john.doe")
        engine.close()


def test_engine_that_is_forgotten_by_its_own_remote_backend_is_collected(store):
    """The last reference goes on the very thread that destroying the engine would wait for."""
    judge = Slow()
    judge.remote = True
    engine = askiam.Engine(store, judge=judge, rag__timeout_ms=50)
    judge.engine = engine  # a cycle: only the collector frees it
    assert askiam.Code.RAG_TIMEOUT in engine.validate(SENTENCE, user="john.doe", dry_run=True).reason_codes
    gone, go = weakref.ref(engine), judge.go
    del engine, judge
    assert gone() is not None
    go.set()
    for _ in range(200):
        gc.collect()
        if gone() is None:
            break
        time.sleep(0.02)
    assert gone() is None


def test_one_engine_is_shared_by_threads(engine):
    failures = []

    def ask(number):
        for at in range(20):
            decision = engine.validate(SENTENCE, user="john.doe", request_id=f"t-{number}-{at}")
            if not decision or decision.request_id != f"t-{number}-{at}":
                failures.append(decision)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    assert engine.audit_verify().report and engine.validate(SENTENCE, user="john.doe").audit.seq == 161


def test_other_threads_run_during_a_call(store):
    judge = Slow()
    with askiam.Engine(store, judge=judge) as engine:
        worker = threading.Thread(target=lambda: engine.validate(SENTENCE, user="john.doe", dry_run=True))
        worker.start()
        assert judge.begun.wait(20)  # this thread runs although that one is inside the library
        judge.go.set()
        worker.join(20)


MAY_FORK = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # which Python says of every program with threads


@MAY_FORK
def test_forked_child_is_told_and_makes_its_own(engine, store):
    assert engine.validate(SENTENCE, user="john.doe")
    child = os.fork()
    if child == 0:
        code = 1
        try:
            try:
                engine.validate(SENTENCE, user="john.doe")
            except askiam.Forked:
                engine.close()
                with askiam.Engine(store) as own:
                    code = 0 if own.validate(SENTENCE, user="john.doe") else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert engine.validate(SENTENCE, user="john.doe").audit.seq == 3
    assert engine.audit_verify()


def test_forked_child_ends_cleanly_with_its_parents_engine_open(store):
    program = f"""
import os, sys, askiam
engine = askiam.Engine({store!r})
engine.validate({SENTENCE!r}, user="john.doe")
child = os.fork()
if child == 0:
    sys.exit(7)  # with all that Python does at its end
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
assert engine.validate({SENTENCE!r}, user="john.doe").audit.seq == 2 and engine.audit_verify()
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0 and not ended.stderr, ended.stderr


@MAY_FORK
def test_child_forked_during_a_call_can_close(store):
    judge = Slow()
    engine = askiam.Engine(store, judge=judge)
    worker = threading.Thread(target=lambda: engine.validate(SENTENCE, user="john.doe", dry_run=True))
    worker.start()
    judge.begun.wait(20)
    child = os.fork()
    if child == 0:
        try:
            engine.close()  # must not wait for a thread that is not here
        finally:
            os._exit(0)
    deadline = time.monotonic() + 20
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            pytest.fail("the child hangs")
        time.sleep(0.01)
    judge.go.set()
    worker.join(20)
    engine.close()


@pytest.mark.parametrize("ending", ["", "sys.exit(3)", "raise ValueError", "os.kill(os.getpid(), signal.SIGINT)"])
def test_programs_end_cleanly_with_engines_open(store, ending):
    """Also with a call that runs on a daemon thread."""
    program = f"""
import os, signal, sys, threading, time, askiam
class Judge:
    remote = True
    def judge(self, case):
        time.sleep(0.05)
        return 0.9
engines = [askiam.Engine({store!r}, judge=Judge()) for _ in range(3)]
ask = lambda: engines[0].validate({SENTENCE!r}, user="john.doe", dry_run=True)
threading.Thread(target=ask, daemon=True).start()
engines[1].validate({SENTENCE!r}, user="john.doe", dry_run=True)
{ending}
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    wanted = {"": 0, "sys.exit(3)": 3, "raise ValueError": 1}.get(ending, -signal.SIGINT)
    assert ended.returncode == wanted, ended.stderr
    assert "Fatal" not in ended.stderr


def test_subinterpreters_are_refused():
    interpreters = pytest.importorskip("_xxsubinterpreters" if sys.version_info < (3, 13) else "_interpreters")
    program = "import sys; sys.path[:] = {!r}\ntry:\n    import askiam\nexcept ImportError: pass\nelse: raise SystemError('imported')"
    own = interpreters.create()
    try:
        failure = interpreters.run_string(own, program.format(sys.path))
    finally:
        interpreters.destroy(own)
    assert failure is None


def resident():
    """KiB of memory that the process holds."""
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    raise OSError("no VmRSS")


@pytest.mark.slow
def test_ten_thousand_engines_leave_no_memory_behind(store):
    class Judge:
        def judge(self, case):
            return 0.9

    def cycle(number):
        engine = askiam.Engine(store, judge=Judge(), rag__top_k=3)
        if number % 100 == 0:
            engine.validate(SENTENCE, user="john.doe", dry_run=True)
        if number % 2:
            engine.close()

    for number in range(300):
        cycle(number)
    gc.collect()
    before, objects = resident(), len(gc.get_objects())
    for number in range(10_000):
        cycle(number)
    gc.collect()
    assert resident() - before < 4096, "KiB grown"
    assert len(gc.get_objects()) - objects < 100


def test_engines_in_cycles_are_collected(store):
    class Judge:
        def judge(self, case):
            return 0.9

    gone = []
    for _ in range(20):
        judge = Judge()
        judge.engine = askiam.Engine(store, judge=judge)
        gone.append(weakref.ref(judge.engine))
        judge.engine.validate(SENTENCE, user="john.doe", dry_run=True)
        del judge
    gc.collect()
    assert not any(engine() for engine in gone)


@pytest.mark.slow
def test_many_calls_leave_no_memory_behind(engine):
    def calls(count):
        for _ in range(count):
            engine.validate(SENTENCE, user="john.doe", dry_run=True).rag
            with pytest.raises(askiam.BadData):
                engine.validate("", user="john.doe")
            list(engine.validate_batch([{"user_id": "john.doe", "raw_request": SENTENCE}, "{"], dry_run=True))

    calls(300)
    gc.collect()
    before = resident()
    calls(1500)
    gc.collect()
    assert resident() - before < 3072, "KiB grown"
