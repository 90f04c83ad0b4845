# SPDX-License-Identifier: Apache-2.0
"""Decisions: the members of the contract's JSON as attributes.

A decision is made of the bytes that the library gave, and each attribute is read when it is first asked for: a program that looks at
the verdict alone, or hands the JSON on, pays for no more.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Callable
from typing import Any, TypeVar

from ._enums import CheckCode, Code, Method, Mode, RemedyCode, Verdict

__all__ = [
    "AuditEntry",
    "AuditReport",
    "Check",
    "Decision",
    "Document",
    "Duration",
    "Entities",
    "Entity",
    "Grant",
    "Mcp",
    "Query",
    "Rag",
    "Remedy",
    "Requester",
    "Suggestion",
]


_Kind = TypeVar("_Kind")
_Made = TypeVar("_Made")


@dataclasses.dataclass(frozen=True)
class Requester:
    """Who is accountable for the request."""

    id: str | None
    name: str | None


@dataclasses.dataclass(frozen=True)
class Entity:
    """A user, application or role, and the words that named it; score is how well they fit, 0 to 1."""

    id: str
    name: str | None
    mention: str | None
    score: float


@dataclasses.dataclass(frozen=True)
class Entities:
    """What the sentence was about; None where nothing was found. user is the beneficiary."""

    user: Entity | None
    application: Entity | None
    role: Entity | None


@dataclasses.dataclass(frozen=True)
class Duration:
    """When the access ends; None: without an end."""

    expires_at: datetime.datetime | None


@dataclasses.dataclass(frozen=True)
class Document:
    """A document that was looked at as evidence."""

    id: str
    title: str | None
    score: float


@dataclasses.dataclass(frozen=True)
class Rag:
    """What the evidence says: result is VALID, INVALID, ABSTAINED or SKIPPED, confidence the probability of that verdict."""

    result: str
    is_valid: bool | None
    confidence: float | None
    judge: str | None
    reason: str | None
    documents: tuple[Document, ...]
    cause: str | None


@dataclasses.dataclass(frozen=True)
class Check:
    """One check of the rules; hard: its failure cannot be outweighed by evidence."""

    code: CheckCode
    passed: bool
    hard: bool
    detail: str | None
    reason_code: Code | None


@dataclasses.dataclass(frozen=True)
class Query:
    """What was read for the rules."""

    name: str
    rows: int


@dataclasses.dataclass(frozen=True)
class Mcp:
    """What the rules say: result is PASSED, FAILED or SKIPPED; all checks, in their order."""

    result: str
    is_valid: bool | None
    reason: str | None
    checks: tuple[Check, ...]
    queries_executed: tuple[Query, ...]


@dataclasses.dataclass(frozen=True)
class Suggestion:
    """What may have been meant."""

    kind: str
    id: str
    name: str | None
    app_id: str | None
    score: float


@dataclasses.dataclass(frozen=True)
class Remedy:
    """One of the changes that together would make the decision VALID."""

    code: RemedyCode
    detail: str | None
    role_id: str | None
    app_id: str | None
    user_id: str | None


@dataclasses.dataclass(frozen=True)
class AuditEntry:
    """Where the decision was recorded; all None where it was not."""

    chain: str | None
    seq: int | None
    hash: str | None


@dataclasses.dataclass(frozen=True)
class Grant:
    """What became of a request: none, requested, granted, failed, revoked or expired."""

    state: str
    granted_at: datetime.datetime | None
    expires_at: datetime.datetime | None
    reason: str | None


@dataclasses.dataclass(frozen=True)
class AuditReport:
    """The outcome of Engine.audit_verify. True where the trail is sound."""

    sound: bool
    report: dict[str, Any]

    def __bool__(self) -> bool:
        return self.sound

    def to_dict(self) -> dict[str, Any]:
        """The report with its members: chains, entries, guarantees that were checked, the first break of each chain."""
        return dict(self.report)


def _time(text: str | None) -> datetime.datetime | None:
    return None if text is None else datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


_Values = dict[str, Any]
_new = object.__new__


def _maker(kind: type[_Kind], **convert: Callable[[Any], Any]) -> Callable[[_Values], _Kind]:
    """What makes instances of a dataclass from a JSON object: members that it does not have are left out, those that are absent are
    None. Fills the instance at once, as a constructor of a frozen class sets its fields one by one, and dearly."""
    names = tuple(field.name for field in dataclasses.fields(kind))  # type: ignore[arg-type]
    conversions = tuple(convert.items())

    def make(values: _Values) -> _Kind:
        instance = _new(kind)
        attributes = instance.__dict__
        for name in names:
            attributes[name] = values.get(name)
        for name, conversion in conversions:
            attributes[name] = conversion(values.get(name))
        return instance

    return make


def _optional(convert: Callable[[Any], _Made]) -> Callable[[Any], _Made | None]:
    return lambda value: None if value is None else convert(value)


def _each(convert: Callable[[Any], _Made]) -> Callable[[Any], tuple[_Made, ...]]:
    return lambda values: tuple(map(convert, values))


_entity = _optional(_maker(Entity, score=float))

# How each field comes out of its member; done when the field is first asked for.
_CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "status": Verdict,
    "reason_codes": _each(Code),
    "timestamp": _time,
    "duration_ms": float,
    "method": Method,
    "mode": Mode,
    "requester": _maker(Requester),
    "entities": _maker(Entities, user=_entity, application=_entity, role=_entity),
    "duration": _maker(Duration, expires_at=_time),
    "rag": _maker(Rag, confidence=_optional(float), documents=_each(_maker(Document, score=float))),
    "mcp": _maker(
        Mcp,
        checks=_each(_maker(Check, code=CheckCode, reason_code=_optional(Code))),
        queries_executed=_each(_maker(Query)),
    ),
    "suggestions": _each(_maker(Suggestion, score=float)),
    "remedies": _each(_maker(Remedy, code=RemedyCode)),
    "audit": _maker(AuditEntry),
    "grant": _optional(_maker(Grant, granted_at=_time, expires_at=_time)),
}


def _attribute(values: _Values, name: str) -> Any:
    """The field `name` of a decision from its JSON; only `grant` may be absent there."""
    value = values.get(name) if name == "grant" else values[name]
    conversion = _CONVERSIONS.get(name)
    return value if conversion is None else conversion(value)


@dataclasses.dataclass(frozen=True)
class Decision:
    """The answer to a request: a verdict with its reasons, its evidence, what would change it, and where it was recorded.

    The members are those of the contract's JSON. A decision is true in a boolean context where its status is VALID, and only
    there, so that `if engine.validate(...)` never lets anybody in by being an object. timestamp and the other times are aware
    datetimes in UTC. grant is None but for Engine.status.
    """

    request_id: str
    status: Verdict
    reason: str | None
    reason_codes: tuple[Code, ...]
    dry_run: bool
    timestamp: datetime.datetime
    duration_ms: float
    method: Method
    mode: Mode
    requester: Requester
    entities: Entities
    duration: Duration
    rag: Rag
    mcp: Mcp
    suggestions: tuple[Suggestion, ...]
    remedies: tuple[Remedy, ...]
    question: str | None
    audit: AuditEntry
    grant: Grant | None

    @classmethod
    def from_json(cls, text: str | bytes) -> Decision:
        """A decision from the JSON of the contract, as to_json, the command line program or a queue has it."""
        raw = text.encode() if isinstance(text, str) else bytes(text)
        values = json.loads(raw)
        if not isinstance(values, dict):
            raise ValueError("a decision is a JSON object")
        try:
            attributes = {name: _attribute(values, name) for name in _FIELDS}
        except (KeyError, TypeError, AttributeError) as problem:
            raise ValueError(f"this JSON is no decision: {problem!r}") from problem
        return _with(raw, **attributes)

    def to_json(self) -> str:
        """The JSON that the library gave, one line."""
        return _raw(self).decode()

    def to_dict(self) -> dict[str, Any]:
        """The JSON as new dicts and lists, which may be changed."""
        values: dict[str, Any] = json.loads(_raw(self))
        return values

    @property
    def code(self) -> Code:
        """The first reason code, which gave the status."""
        return self.reason_codes[0]

    def __bool__(self) -> bool:
        return self.status is Verdict.VALID

    def __getattr__(self, name: str) -> Any:
        # Reached for a field only before it was first read.
        attributes = self.__dict__
        if name in _FIELDS and "_raw" in attributes:
            values = attributes.get("_values")
            if values is None:
                values = attributes["_values"] = json.loads(attributes["_raw"])
            value = attributes[name] = _attribute(values, name)
            return value
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)

    def __reduce__(self) -> tuple[Any, tuple[bytes]]:
        return type(self).from_json, (_raw(self),)


_FIELDS = frozenset(field.name for field in dataclasses.fields(Decision))
_VERDICTS = (Verdict.ERROR, Verdict.VALID, Verdict.INVALID, Verdict.NEEDS_INFO)


def _plain(value: object) -> object:
    """What json cannot write by itself."""
    if isinstance(value, datetime.datetime):
        utc = value.astimezone(datetime.timezone.utc)
        return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    raise TypeError(f"{type(value).__name__} is no part of a decision")


def _raw(decision: Decision) -> bytes:
    """The JSON; written anew for a decision that was made by hand or by dataclasses.replace."""
    raw = decision.__dict__.get("_raw")
    if raw is None:
        values = dataclasses.asdict(decision)
        if values["grant"] is None:
            del values["grant"]
        raw = json.dumps(values, default=_plain, ensure_ascii=False, separators=(",", ":")).encode()
    return bytes(raw)


def _with(raw: bytes, **attributes: Any) -> Decision:
    decision = _new(Decision)
    decision.__dict__.update(attributes, _raw=raw)
    return decision


def from_native(verdict: int, raw: bytes) -> Decision:
    """What the extension gives. The verdict is known without reading the JSON."""
    decision = _new(Decision)
    attributes = decision.__dict__
    attributes["_raw"] = raw
    attributes["status"] = _VERDICTS[verdict]
    return decision


def stored(raw: bytes) -> Decision:
    """A decision with its grant, from the library's own JSON."""
    return _with(raw)
