# SPDX-License-Identifier: Apache-2.0
"""The engine: settings brought to life, and what may be asked of it."""

from __future__ import annotations

import asyncio
import atexit
import itertools
import json
import logging
import os
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, TypedDict, Union

from . import _native
from ._backends import Embedder, Judge, Search, native_embedder, native_judge, native_search
from ._decision import AuditReport, Decision, from_native, stored
from ._logging import LOGGER, Bridge

__all__ = ["Context", "Engine", "Request"]

_engines: weakref.WeakSet[Engine] = weakref.WeakSet()


class Context(TypedDict, total=False):
    """What the host knows of a call. ip is an address without port; timestamp is when the request was made, RFC 3339."""

    ip: str | None
    timestamp: str | None
    session_id: str | None
    user_agent: str | None
    trace_id: str | None


class _Sentence(TypedDict):
    raw_request: str


class Request(_Sentence, total=False):
    """A request of a batch, with the members of the contract."""

    user_id: str
    requester_id: str
    request_id: str
    request_context: Context


def _settings(store: str | None, settings: Mapping[str, Any] | None, named: Mapping[str, Any]) -> bytes:
    """One JSON object of everything, so that a key that is given twice is an error."""
    if store is not None and not isinstance(store, str):
        raise TypeError(f"store must be a str or None, not {type(store).__name__}")
    if settings is not None and not isinstance(settings, Mapping):
        raise TypeError(f"settings must be a mapping or None, not {type(settings).__name__}")
    whole: dict[str, Any] = dict(settings or {})
    dotted = {key.replace("__", "."): value for key, value in named.items()}
    if store is not None:
        dotted["store.url"] = store
    twice = sorted(whole.keys() & dotted.keys())
    if twice or (store is not None and "store__url" in named):
        raise ValueError(f"{(twice or ['store.url'])[0]} is given twice")
    whole.update(dotted)
    if any(not isinstance(key, str) for key in whole):
        raise TypeError("the keys of settings must be str")
    return json.dumps(whole, allow_nan=False, default=_listed).encode()


def _listed(value: object) -> list[Any]:
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"a setting is a str, bool, number or list of str, not {type(value).__name__}")


def _variables(environment: bool | Mapping[str, str]) -> list[bytes] | None:
    if environment is False:
        return None
    if environment is not True and not isinstance(environment, Mapping):
        raise TypeError(f"environment must be a bool or a mapping, not {type(environment).__name__}")
    variables = os.environ if environment is True else environment
    rows = [os.fsencode(f"{name}={value}") for name, value in variables.items()]
    if any(b"\0" in row for row in rows):
        raise ValueError("a variable of the environment holds a NUL")
    return rows


def _timeout_ms(timeout: float | None) -> int:
    if timeout is None:
        return 0
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)):
        raise TypeError(f"timeout must be a number of seconds or None, not {type(timeout).__name__}")
    if not 0 < timeout <= 3_600_000:
        raise ValueError("timeout must be more than 0 and at most 3600000 seconds")
    return max(1, int(timeout * 1000))


def _path(path: str | os.PathLike[str]) -> bytes:
    return os.fsencode(path)


def _context(context: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if context is None or isinstance(context, dict):
        return context
    if not isinstance(context, Mapping):
        raise TypeError(f"context must be a mapping or None, not {type(context).__name__}")
    return dict(context)


def _line(request: object) -> bytes:
    """A request of a batch as JSON."""
    if isinstance(request, str):
        return str.encode(request, "utf-8", "surrogatepass")  # a lone surrogate is the library's to refuse, in its place
    if isinstance(request, bytes):
        return request
    if isinstance(request, Mapping):
        return json.dumps(request if isinstance(request, dict) else dict(request), allow_nan=False).encode()
    raise TypeError(f"a request of a batch is a mapping, or JSON as str or bytes, not {type(request).__name__}")


class Engine:
    """Decides requests for access. May be shared by threads; belongs to the process that made it.

    store: a URL, such as "sqlite:iam.db" or "postgresql://…". Settings have dotted keys; as keyword arguments "__" stands for the
    dot (decision__threshold=0.9), in the mapping `settings` the keys are dotted or nested. docs/configuration.md lists them,
    askiam.config_keys() tells them. Values: str, bool, numbers, lists of str.

    config_file: a JSON file of settings. environment: True reads ASKIAM_… of os.environ, a mapping reads that; the default reads nothing.
    What comes later wins: defaults, file, environment, settings.

    logger: where log records go, by default the logger "askiam"; False: nowhere. judge, search, embedder: backends written in Python.

    Raises ConfigError for an unknown setting or a bad value. The store is opened when it is first needed.
    """

    def __init__(
        self,
        store: str | None = None,
        /,
        *,
        settings: Mapping[str, Any] | None = None,
        config_file: str | os.PathLike[str] | None = None,
        environment: bool | Mapping[str, str] = False,
        logger: logging.Logger | None | bool = None,
        judge: Judge | None = None,
        search: Search | None = None,
        embedder: Embedder | None = None,
        **named: Union[str, bool, int, float, list[str], tuple[str, ...]],
    ) -> None:
        if logger is True or logger is None:
            logger = LOGGER
        if logger is not False and not isinstance(logger, logging.Logger):
            raise TypeError(f"logger must be a logging.Logger or False, not {type(logger).__name__}")
        told = logger or LOGGER
        self._native = _native.Engine(
            None if config_file is None else _path(config_file),
            _variables(environment),
            _settings(store, settings, named),
            None if logger is False else Bridge(logger),
            native_judge(judge, told),
            native_embedder(embedder, told),
            native_search(search, told),
        )
        _engines.add(self)

    def validate(
        self,
        text: str,
        *,
        user: str | None = None,
        context: Mapping[str, Any] | None = None,
        request_id: str | None = None,
        dry_run: bool = False,
        requester: str | None = None,
        timeout: float | None = None,
    ) -> Decision:
        """Decides one request and records the decision, durably, before it is returned; a dry run reads no ids and writes nothing.

        text: the sentence, at most 4,096 bytes of UTF-8. user: who "I" is. requester: who is accountable, by default user.
        request_id: an idempotency key. context: see Context; members that it does not list are ignored. timeout: seconds that the
        caller has left; the least of it and `request.timeout_ms` counts.

        A refusal is a decision with status INVALID. Raises Error where there is no verdict: BadData for a malformed request,
        StoreUnavailable, Conflict, Timeout and others; `error.decision` is then the decision with status ERROR, if there is one.
        """
        if context is not None and type(context) is not dict:
            context = _context(context)
        timeout_ms = 0 if timeout is None else _timeout_ms(timeout)
        return from_native(*self._native.validate(text, user, requester, request_id, context, dry_run, timeout_ms))

    async def validate_async(
        self,
        text: str,
        *,
        user: str | None = None,
        context: Mapping[str, Any] | None = None,
        request_id: str | None = None,
        dry_run: bool = False,
        requester: str | None = None,
        timeout: float | None = None,
    ) -> Decision:
        """The same as validate, on a thread of the running loop's default executor.

        Cancelling the await does not undo the decision: it is made and recorded all the same. With a request_id it can be asked for again.
        """
        return await asyncio.to_thread(
            self.validate,
            text,
            user=user,
            context=context,
            request_id=request_id,
            dry_run=dry_run,
            requester=requester,
            timeout=timeout,
        )

    def validate_batch(
        self,
        requests: Iterable[Request | Mapping[str, Any] | str | bytes],
        *,
        user: str | None = None,
        dry_run: bool = False,
        requester: str | None = None,
        timeout: float | None = None,
        size: int = 64,
    ) -> Iterator[Decision]:
        """Decides many requests, in their order, with as few commits as possible, and gives the decisions one by one.

        A request is a mapping with the members of the contract, {"user_id": …, "raw_request": …}, or its JSON as str or bytes, such
        as the lines of a file. user and requester stand where a request names nobody. `size` requests are taken from the iterable and
        decided at a time, 1 to 10,000; the next ones are taken when their decisions were consumed. No more than that is held in memory.

        A request that is malformed, or that cannot be decided, is answered with a decision of status ERROR and stops nothing. What
        the iterable raises is raised after the decisions on what it gave before; so is the TypeError of what is no request.
        """
        if isinstance(size, bool) or not isinstance(size, int):
            raise TypeError(f"size must be an int, not {type(size).__name__}")
        if not 1 <= size <= 10_000:
            raise ValueError("size must be from 1 to 10000")
        if isinstance(requests, (str, bytes, Mapping)):
            raise TypeError("requests must be an iterable of requests, not one of them")
        return self._batches(iter(requests), user, dry_run, requester, _timeout_ms(timeout), size)

    def _batches(
        self, requests: Iterator[Any], user: str | None, dry_run: bool, requester: str | None, timeout_ms: int, size: int
    ) -> Iterator[Decision]:
        failure: Exception | None = None
        while failure is None:
            some: list[str | bytes] = []
            try:
                for request in itertools.islice(requests, size):
                    some.append(_line(request))
            except Exception as problem:
                failure = problem  # raised after the answers to what came before it
            if not some:
                break
            for verdict, raw in self._native.validate_batch(some, user, requester, dry_run, timeout_ms):
                yield from_native(verdict, raw)
        if failure is not None:
            raise failure

    def extract(
        self, text: str, *, user: str | None = None, context: Mapping[str, Any] | None = None, timeout: float | None = None
    ) -> dict[str, Any]:
        """Reads a sentence without deciding: {"act", "mentions", "entities", "suggestions", "question", "reason_codes", …}."""
        found: dict[str, Any] = json.loads(
            self._native.extract(text, user, None, None, _context(context), True, _timeout_ms(timeout))
        )
        return found

    def status(self, request_id: str, *, requester: str | None = None) -> Decision:
        """The recorded decision of a request, with what became of its grant in `grant`.

        Raises NotFound for an unknown id, Conflict where several requesters used it and none is named.
        """
        return stored(self._native.status(request_id, requester))

    def import_folder(
        self, path: str | os.PathLike[str], *, progress: Callable[[str, int, float], object] | None = None
    ) -> dict[str, Any]:
        """Imports a folder, or one JSON file: all of it or nothing; rows that exist are replaced. Returns the rows by table.

        progress is called now and then with the file, the rows so far, and the share of bytes that was read. Raises BadData where
        a file is malformed or refers to what does not exist; `error.problems` then has all that was found. Warnings are logged.
        """
        return self._import(_path(path), progress)

    def import_sample(self) -> dict[str, Any]:
        """Imports the sample organisation that comes with the library."""
        return self._import(None, None)

    def _import(self, path: bytes | None, progress: Callable[[str, int, float], object] | None) -> dict[str, Any]:
        if progress is not None and not callable(progress):
            raise TypeError("progress must be callable or None")
        summary, warnings = self._native.import_path(path, progress)
        for warning in warnings:
            LOGGER.getChild("import").warning("%s", warning)
        rows: dict[str, Any] = json.loads(summary)
        return rows

    def migrate(self) -> tuple[int, int]:
        """Creates the store's schema, or brings an older one up to date. Returns the version before (0: there was none) and after."""
        return self._native.migrate()

    def audit_verify(
        self,
        *,
        checkpoint: str | os.PathLike[str] | None = None,
        public_key: str | os.PathLike[str] | None = None,
    ) -> AuditReport:
        """Checks the whole audit trail; the report is true where it is sound.

        checkpoint: a file with signed heads, with public_key, a PEM file, to check it by. The key of a keyed trail is the
        setting `audit.key_file`'s.
        """
        sound, report = self._native.audit_verify(
            None if checkpoint is None else _path(checkpoint), None if public_key is None else _path(public_key)
        )
        return AuditReport(sound, json.loads(report))

    def erase_user(self, user: str) -> int:
        """Erases sentences, decisions and facts of every request by or for a user, and says of how many; the trail still verifies."""
        return self._native.erase_user(user)

    def describe(self) -> dict[str, Any]:
        """What this build and this engine have: {"version": …, "backends": {"store": ["sqlite"], …}}."""
        found: dict[str, Any] = json.loads(self._native.describe())
        return found

    @property
    def closed(self) -> bool:
        """Whether calls are refused."""
        return self._native.closed

    def cancel(self) -> None:
        """Gives up what runs and what comes: every call ends soon with Cancelled. Waits for nothing, for good; close() is still due."""
        self._native.cancel()

    def close(self) -> None:
        """Closes the engine: later calls raise Closed, calls that run are waited for. Closing again does nothing.

        From within a backend of this engine it only refuses later calls; the rest happens with the last reference.
        """
        self._native.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __reduce__(self) -> Any:
        raise TypeError("an engine cannot be pickled or copied: it belongs to its process")


os.register_at_fork(after_in_child=_engines.clear)  # they are the parent's


@atexit.register
def _close_all() -> None:
    """Threads of the library must not call into an interpreter that is gone; nobody waits for their answers any more."""
    for engine in list(_engines):
        engine.cancel()
        engine.close()
