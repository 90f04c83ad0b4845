# SPDX-License-Identifier: Apache-2.0
"""The closed lists of the contract. They grow by addition: a value that this version does not know becomes a member of its own,
equal to its text, instead of an error."""

from __future__ import annotations

import enum
from typing import TypeVar

__all__ = ["CheckCode", "Code", "Layer", "Method", "Mode", "RemedyCode", "Status", "Verdict"]

_Member = TypeVar("_Member", bound="OpenEnum")


class OpenEnum(str, enum.Enum):
    """An enum of texts that takes texts it does not know."""

    def __new__(cls: type[_Member], value: str) -> _Member:
        member = str.__new__(cls, value)
        member._value_ = value
        return member

    @classmethod
    def _missing_(cls: type[_Member], value: object) -> _Member | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return cls._value2member_map_.setdefault(value, member)  # type: ignore[return-value]

    @property
    def known(self) -> bool:
        """Whether this version has heard of it."""
        return self._name_ in type(self).__members__

    def __str__(self) -> str:
        return str(self.value)

    def __reduce_ex__(self, protocol: object) -> tuple[type[OpenEnum], tuple[str]]:
        return type(self), (str(self.value),)


class Verdict(OpenEnum):
    """How a request ended."""

    VALID = "VALID"
    INVALID = "INVALID"
    NEEDS_INFO = "NEEDS_INFO"
    ERROR = "ERROR"


class Method(OpenEnum):
    """What decided: the evidence (RAG), the rules (MCP), or neither."""

    RAG = "RAG"
    MCP = "MCP"
    NONE = "NONE"


class Mode(OpenEnum):
    """The rule by which evidence and rules are weighed."""

    GUARDED = "guarded"
    RAG_FIRST = "rag_first"


class Code(OpenEnum):
    """Why; the first code of a decision gave its status."""

    APPROVED_BY_EVIDENCE = "APPROVED_BY_EVIDENCE"
    APPROVED_BY_RULES = "APPROVED_BY_RULES"
    USER_UNKNOWN = "USER_UNKNOWN"
    USER_INACTIVE = "USER_INACTIVE"
    REQUESTER_UNKNOWN = "REQUESTER_UNKNOWN"
    REQUESTER_INACTIVE = "REQUESTER_INACTIVE"
    APP_UNKNOWN = "APP_UNKNOWN"
    ROLE_UNKNOWN = "ROLE_UNKNOWN"
    ROLE_NOT_IN_APP = "ROLE_NOT_IN_APP"
    APP_INACTIVE = "APP_INACTIVE"
    ROLE_INACTIVE = "ROLE_INACTIVE"
    ALREADY_ASSIGNED = "ALREADY_ASSIGNED"
    PREREQUISITE_MISSING = "PREREQUISITE_MISSING"
    SOD_CONFLICT = "SOD_CONFLICT"
    RESTRICTED = "RESTRICTED"
    POLICY_DENY = "POLICY_DENY"
    POLICY_NOT_ALLOWED = "POLICY_NOT_ALLOWED"
    REJECTED_BY_EVIDENCE = "REJECTED_BY_EVIDENCE"
    NOT_A_REQUEST = "NOT_A_REQUEST"
    UNSUPPORTED_INTENT = "UNSUPPORTED_INTENT"
    MISSING_ROLE = "MISSING_ROLE"
    MISSING_APP = "MISSING_APP"
    MISSING_USER = "MISSING_USER"
    AMBIGUOUS_ROLE = "AMBIGUOUS_ROLE"
    AMBIGUOUS_APP = "AMBIGUOUS_APP"
    AMBIGUOUS_USER = "AMBIGUOUS_USER"
    MULTIPLE_REQUESTS = "MULTIPLE_REQUESTS"
    BAD_DURATION = "BAD_DURATION"
    UNCLEAR = "UNCLEAR"
    INVALID_REQUEST = "INVALID_REQUEST"
    REQUEST_ID_CONFLICT = "REQUEST_ID_CONFLICT"
    STORE_UNAVAILABLE = "STORE_UNAVAILABLE"
    AUDIT_UNAVAILABLE = "AUDIT_UNAVAILABLE"
    INTERNAL = "INTERNAL"
    LOW_CONFIDENCE = "LOW_CONFIDENCE"
    RAG_TIMEOUT = "RAG_TIMEOUT"
    RAG_UNAVAILABLE = "RAG_UNAVAILABLE"


class CheckCode(OpenEnum):
    """The checks of the rules, in their order."""

    USER_ACTIVE = "USER_ACTIVE"
    APP_ACTIVE = "APP_ACTIVE"
    ROLE_ACTIVE = "ROLE_ACTIVE"
    ROLE_IN_APP = "ROLE_IN_APP"
    NOT_ASSIGNED = "NOT_ASSIGNED"
    PREREQUISITES_HELD = "PREREQUISITES_HELD"
    NO_SOD_CONFLICT = "NO_SOD_CONFLICT"
    NOT_RESTRICTED = "NOT_RESTRICTED"
    POLICY = "POLICY"


class RemedyCode(OpenEnum):
    """What would have to change."""

    HOLD_PREREQUISITE = "HOLD_PREREQUISITE"
    DROP_CONFLICT = "DROP_CONFLICT"
    ACTIVATE_USER = "ACTIVATE_USER"
    ACTIVATE_APPLICATION = "ACTIVATE_APPLICATION"
    ACTIVATE_ROLE = "ACTIVATE_ROLE"
    LIFT_RESTRICTION = "LIFT_RESTRICTION"
    CHANGE_CONTEXT = "CHANGE_CONTEXT"
    SHORTEN_DURATION = "SHORTEN_DURATION"
    AMEND_POLICY = "AMEND_POLICY"
    CHOOSE_ROLE = "CHOOSE_ROLE"
    CHOOSE_APPLICATION = "CHOOSE_APPLICATION"
    CHOOSE_USER = "CHOOSE_USER"


class Status(OpenEnum):
    """How a call ended; CLOSED is this package's own."""

    OK = "OK"
    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    NO_MEMORY = "NO_MEMORY"
    BAD_DATA = "BAD_DATA"
    CONFIG = "CONFIG"
    NOT_FOUND = "NOT_FOUND"
    EXISTS = "EXISTS"
    CONFLICT = "CONFLICT"
    UNAVAILABLE = "UNAVAILABLE"
    BUSY = "BUSY"
    FULL = "FULL"
    READ_ONLY = "READ_ONLY"
    CORRUPT = "CORRUPT"
    NOT_INITIALISED = "NOT_INITIALISED"
    SCHEMA_NEWER = "SCHEMA_NEWER"
    TIMEOUT = "TIMEOUT"
    CANCELLED = "CANCELLED"
    NOT_SUPPORTED = "NOT_SUPPORTED"
    NOT_PERMITTED = "NOT_PERMITTED"
    FORKED = "FORKED"
    INTERNAL = "INTERNAL"
    RATE_LIMITED = "RATE_LIMITED"
    CLOSED = "CLOSED"


class Layer(OpenEnum):
    """The part of the library, or of what it stands on, that an error comes from."""

    NONE = "NONE"
    REQUEST = "REQUEST"
    CONFIG = "CONFIG"
    STORE = "STORE"
    SEARCH = "SEARCH"
    EMBEDDER = "EMBEDDER"
    JUDGE = "JUDGE"
    IMPORT = "IMPORT"
    AUDIT = "AUDIT"
    ENGINE = "ENGINE"
