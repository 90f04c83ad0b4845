# SPDX-License-Identifier: Apache-2.0
"""Backends written in Python: what a judge, a search and an embedder are given, and how their answers reach the library.

An exception in a backend, or an answer that is none, is logged with its traceback and becomes an abstention: the rules then
decide, and the decision says RAG_UNAVAILABLE.
"""

from __future__ import annotations

import array
import dataclasses
import datetime
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar, Union

__all__ = ["Case", "CaseDocument", "Embedder", "Found", "Judge", "Opinion", "PastDecision", "Precedent", "Query", "Search"]

_UTC = datetime.timezone.utc
_Answer = TypeVar("_Answer")


@dataclasses.dataclass(frozen=True)
class CaseDocument:
    """A document that the search found."""

    id: str
    title: str
    text: str


@dataclasses.dataclass(frozen=True)
class Precedent:
    """A past human decision on the role, with what is known today of the person that it was about."""

    approved: bool
    time: datetime.datetime
    known: bool
    attributes: dict[str, str]
    roles: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Case:
    """What a judge judges: entities, facts, evidence; never a word that the requester wrote.

    documents are best first, patterns newest first; remaining is how many seconds are left, None: no deadline.
    """

    user_id: str
    user_name: str | None
    application_id: str
    application_name: str | None
    role_id: str
    role_name: str | None
    role_description: str | None
    role_risk: str | None
    attributes: dict[str, str]
    roles: tuple[str, ...]
    documents: tuple[CaseDocument, ...]
    patterns: tuple[Precedent, ...]
    remaining: float | None


@dataclasses.dataclass(frozen=True)
class Opinion:
    """The probability, 0 to 1, that the access should be approved, and one sentence for a person."""

    probability: float
    reason: str | None = None


@dataclasses.dataclass(frozen=True)
class Query:
    """What a search looks for: made of resolved entities and catalogue text. vector is of the embedder, None without one."""

    text: str
    vector: array.array[float] | None
    model: str | None
    application_id: str
    role_id: str
    top_k: int
    remaining: float | None


@dataclasses.dataclass(frozen=True)
class Found:
    """A document that a search found; score is 0 to 1."""

    id: str
    title: str
    text: str
    score: float


@dataclasses.dataclass(frozen=True)
class PastDecision:
    """A human decision of the past on a role; time is an aware datetime."""

    user_id: str
    time: datetime.datetime
    approved: bool


class Judge(Protocol):
    """A judge. Optional attributes: kind (a short name for the decision, default "python"), remote (it may block: the engine runs it on a
    thread of its own and does not wait past the deadline), with_evidence (the built-in judge is asked too)."""

    def judge(self, case: Case) -> Union[Opinion, float, None]:
        """An opinion, a bare probability, or None to abstain. Called by several threads."""


class Search(Protocol):
    """A search. Optional: patterns(role_id, except_user_id, before, limit), which gives past decisions, newest first; remote, as for a
    judge."""

    def documents(self, query: Query) -> Iterable[Found]:
        """At most query.top_k documents about the role, the application, or neither of any, best first. Called by several threads."""


class Embedder(Protocol):
    """An embedder; dimension is how many numbers a vector has, model what the vectors depend on. Optional: remote, as for a judge."""

    dimension: int
    model: str

    def embed(self, texts: list[str]) -> Iterable[Sequence[float]]:
        """A vector for each text; brought to unit length by the library. Called by several threads."""


_Outcome = tuple[Union[_Answer, None], Union[tuple[str, bool], None]]


class Guard:
    """Runs the code of a backend: (answer, None), or where it raised, (None, (what to tell, whether a retry can help)).

    The exception is logged with its traceback. What it says does not reach the library: it may hold anything.
    """

    __slots__ = ("_kind", "_logger")

    def __init__(self, kind: str, logger: logging.Logger) -> None:
        self._kind = kind
        self._logger = logger

    def __call__(self, work: Callable[[], _Answer]) -> _Outcome[_Answer]:
        try:
            return work(), None
        except Exception as problem:
            name = type(problem).__name__
            self._logger.exception("the %s written in Python raised %s", self._kind, name)
            told = f"the {self._kind} written in Python raised {name}; the log has its traceback"
            return None, (told, isinstance(problem, OSError))


def _time(time_ms: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(time_ms / 1000, _UTC)


def _case(values: dict[str, Any]) -> Case:
    values["roles"] = tuple(values["roles"])
    values["documents"] = tuple(CaseDocument(*item) for item in values["documents"])
    values["patterns"] = tuple(
        Precedent(approved, _time(time_ms), known, attributes, tuple(roles))
        for approved, time_ms, known, attributes, roles in values["patterns"]
    )
    return Case(**values)


def _opinion(answer: object) -> tuple[float | None, str | None]:
    if answer is None:
        return None, None
    if isinstance(answer, Opinion):
        return float(answer.probability), answer.reason
    if isinstance(answer, (int, float)) and not isinstance(answer, bool):
        return float(answer), None
    raise TypeError(f"a judge gives an Opinion, a number or None, not {type(answer).__name__}")


def _method(backend: object, name: str) -> Callable[..., Any]:
    method = getattr(backend, name, None)
    if not callable(method):
        raise TypeError(f"{type(backend).__name__} has no method {name}()")
    found: Callable[..., Any] = method
    return found


def native_judge(judge: Judge | None, logger: logging.Logger) -> tuple[Any, str, bool, bool] | None:
    """The form in which the extension takes a judge."""
    if judge is None:
        return None
    guard, ask = Guard("judge", logger), _method(judge, "judge")
    kind = getattr(judge, "kind", "python")
    if not isinstance(kind, str) or not kind:
        raise TypeError("a judge's kind must be a str, not empty")

    def call(values: dict[str, Any]) -> _Outcome[tuple[float | None, str | None]]:
        return guard(lambda: _opinion(ask(_case(values))))

    return call, kind, bool(getattr(judge, "remote", False)), bool(getattr(judge, "with_evidence", False))


def native_embedder(embedder: Embedder | None, logger: logging.Logger) -> tuple[Any, str, int, bool] | None:
    """The form in which the extension takes an embedder."""
    if embedder is None:
        return None
    guard, ask = Guard("embedder", logger), _method(embedder, "embed")
    dimension, model = getattr(embedder, "dimension", None), getattr(embedder, "model", None)
    if not isinstance(dimension, int) or isinstance(dimension, bool) or not 1 <= dimension <= 4096:
        raise TypeError("an embedder's dimension must be an int from 1 to 4096")
    if not isinstance(model, str) or not model:
        raise TypeError("an embedder's model must be a str, not empty")

    def vectors(texts: list[str]) -> list[list[float]]:
        found = [[float(number) for number in vector] for vector in ask(texts)]
        if len(found) != len(texts) or any(len(vector) != dimension for vector in found):
            raise ValueError(f"an embedder gives a vector of {dimension} numbers for each of {len(texts)} texts")
        return found

    def call(texts: list[str]) -> _Outcome[list[list[float]]]:
        return guard(lambda: vectors(texts))

    return call, model, dimension, bool(getattr(embedder, "remote", False))


def _vector(data: bytes | None) -> array.array[float] | None:
    return None if data is None else array.array("f", data)


def native_search(search: Search | None, logger: logging.Logger) -> tuple[Any, Any, bool] | None:
    """The form in which the extension takes a search."""
    if search is None:
        return None
    guard, ask = Guard("search", logger), _method(search, "documents")
    ask_patterns = _method(search, "patterns") if hasattr(search, "patterns") else None

    def found(
        text: str, vector: bytes | None, model: str | None, application: str, role: str, top_k: int, remaining: float | None
    ) -> list[tuple[str, str, str, float]]:
        query = Query(text, _vector(vector), model, application, role, top_k, remaining)
        return [(item.id, item.title, item.text, float(item.score)) for item in ask(query)]

    def past(role: str, except_user: str, before_ms: int, limit: int) -> list[tuple[str, int, bool]]:
        assert ask_patterns is not None
        rows = ask_patterns(role, except_user, _time(before_ms), limit)
        return [(row.user_id, round(row.time.timestamp() * 1000), bool(row.approved)) for row in rows]

    def documents(*query: Any) -> _Outcome[list[tuple[str, str, str, float]]]:
        return guard(lambda: found(*query))

    def patterns(*query: Any) -> _Outcome[list[tuple[str, int, bool]]]:
        return guard(lambda: past(*query))

    return documents, None if ask_patterns is None else patterns, bool(getattr(search, "remote", False))
