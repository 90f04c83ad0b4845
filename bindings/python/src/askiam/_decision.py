# SPDX-License-Identifier: Apache-2.0
"""Decisions: the members of the contract's JSON as attributes.

A decision is made of the bytes that the library gave, and read into attributes when one is first asked for: a program that looks
at the verdict alone, or hands the JSON on, pays for no more.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from typing import Any

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


def _pick(kind: type, values: dict[str, Any], **replaced: Any) -> Any:
    """An instance of a dataclass: members that it does not have are left out, those that are absent are None."""
    members = {field.name: values.get(field.name) for field in dataclasses.fields(kind)}
    return kind(**{**members, **replaced})


def _entity(values: dict[str, Any] | None) -> Entity | None:
    return None if values is None else _pick(Entity, values, score=float(values["score"]))


def _document(values: dict[str, Any]) -> Document:
    document: Document = _pick(Document, values, score=float(values["score"]))
    return document


def _suggestion(values: dict[str, Any]) -> Suggestion:
    suggestion: Suggestion = _pick(Suggestion, values, score=float(values["score"]))
    return suggestion


def _rag(values: dict[str, Any]) -> Rag:
    confidence = values["confidence"]
    result: Rag = _pick(
        Rag,
        values,
        confidence=None if confidence is None else float(confidence),
        documents=tuple(map(_document, values["documents"])),
    )
    return result


def _check(values: dict[str, Any]) -> Check:
    reason = values.get("reason_code")
    check: Check = _pick(Check, values, code=CheckCode(values["code"]), reason_code=None if reason is None else Code(reason))
    return check


def _mcp(values: dict[str, Any]) -> Mcp:
    result: Mcp = _pick(
        Mcp,
        values,
        checks=tuple(_check(item) for item in values["checks"]),
        queries_executed=tuple(_pick(Query, item) for item in values["queries_executed"]),
    )
    return result


def _grant(values: dict[str, Any] | None) -> Grant | None:
    if values is None:
        return None
    grant: Grant = _pick(
        Grant, values, granted_at=_time(values.get("granted_at")), expires_at=_time(values.get("expires_at"))
    )
    return grant


def _attributes(values: dict[str, Any]) -> dict[str, Any]:
    """The fields of a Decision from its JSON."""
    entities = values["entities"]
    return {
        "request_id": values["request_id"],
        "status": Verdict(values["status"]),
        "reason": values["reason"],
        "reason_codes": tuple(map(Code, values["reason_codes"])),
        "dry_run": values["dry_run"],
        "timestamp": _time(values["timestamp"]),
        "duration_ms": float(values["duration_ms"]),
        "method": Method(values["method"]),
        "mode": Mode(values["mode"]),
        "requester": _pick(Requester, values["requester"]),
        "entities": Entities(_entity(entities["user"]), _entity(entities["application"]), _entity(entities["role"])),
        "duration": Duration(_time(values["duration"]["expires_at"])),
        "rag": _rag(values["rag"]),
        "mcp": _mcp(values["mcp"]),
        "suggestions": tuple(map(_suggestion, values["suggestions"])),
        "remedies": tuple(_pick(Remedy, item, code=RemedyCode(item["code"])) for item in values["remedies"]),
        "question": values["question"],
        "audit": _pick(AuditEntry, values["audit"]),
        "grant": _grant(values.get("grant")),
    }


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
            attributes = _attributes(values)
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
        # Reached for fields only before the first of them was read.
        if name in _FIELDS and "_raw" in self.__dict__:
            self.__dict__.update(_attributes(json.loads(self.__dict__["_raw"])))
            return self.__dict__[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)

    def __reduce__(self) -> tuple[Any, tuple[bytes]]:
        return type(self).from_json, (_raw(self),)


_FIELDS = frozenset(field.name for field in dataclasses.fields(Decision))
_VERDICTS = (Verdict.ERROR, Verdict.VALID, Verdict.INVALID, Verdict.NEEDS_INFO)
_new = object.__new__


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
