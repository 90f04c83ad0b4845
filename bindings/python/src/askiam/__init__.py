# SPDX-License-Identifier: Apache-2.0
"""Ask for access in plain words; get a decision you can defend.

    import askiam

    with askiam.Engine("sqlite:iam.db") as engine:
        decision = engine.validate("I need access to HR Analyst role in Workday", user="john.doe")
        print(decision.status, decision.reason)
"""

from ._backends import (
    Case,
    CaseDocument,
    Embedder,
    Found,
    Judge,
    Opinion,
    PastDecision,
    Precedent,
    Query,
    Search,
)
from ._decision import (
    AuditEntry,
    AuditReport,
    Check,
    Decision,
    Document,
    Duration,
    Entities,
    Entity,
    Grant,
    Mcp,
    Rag,
    Remedy,
    Requester,
    Suggestion,
)
from ._engine import Context, Engine, Request
from ._enums import CheckCode, Code, Layer, Method, Mode, RemedyCode, Status, Verdict
from ._errors import (
    BadData,
    Cancelled,
    Closed,
    ConfigError,
    Conflict,
    EmbedderUnavailable,
    Error,
    Forked,
    InternalError,
    InvalidArgument,
    JudgeUnavailable,
    NotFound,
    NotPermitted,
    NotSupported,
    OutOfMemory,
    RateLimited,
    SearchUnavailable,
    StoreBusy,
    StoreCorrupt,
    StoreError,
    StoreFull,
    StoreNotInitialised,
    StoreReadOnly,
    StoreSchemaNewer,
    StoreUnavailable,
    Timeout,
    Unavailable,
)
from ._native import config_keys
from ._native import version as __version__

__all__ = [
    "AuditEntry", "AuditReport", "BadData", "Cancelled", "Case", "CaseDocument", "Check", "CheckCode", "Closed", "Code",
    "ConfigError", "Conflict", "Context", "Decision", "Document", "Duration", "Embedder", "EmbedderUnavailable", "Engine",
    "Entities", "Entity", "Error", "Forked", "Found", "Grant", "InternalError", "InvalidArgument", "Judge", "JudgeUnavailable",
    "Layer", "Mcp", "Method", "Mode", "NotFound", "NotPermitted", "NotSupported", "Opinion", "OutOfMemory", "PastDecision",
    "Precedent", "Query", "Rag", "RateLimited", "Remedy", "RemedyCode", "Request", "Requester", "Search", "SearchUnavailable", "Status",
    "StoreBusy", "StoreCorrupt", "StoreError", "StoreFull", "StoreNotInitialised", "StoreReadOnly", "StoreSchemaNewer",
    "StoreUnavailable", "Suggestion", "Timeout", "Unavailable", "Verdict", "__version__", "config_keys",
]  # fmt: skip
