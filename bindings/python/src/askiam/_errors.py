# SPDX-License-Identifier: Apache-2.0
"""The exceptions. A refusal is none: it is a decision. An exception says that there is no verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._enums import Layer, Status

if TYPE_CHECKING:
    from ._decision import Decision

__all__ = [
    "BadData",
    "Cancelled",
    "Closed",
    "ConfigError",
    "Conflict",
    "EmbedderUnavailable",
    "Error",
    "Forked",
    "InternalError",
    "InvalidArgument",
    "JudgeUnavailable",
    "NotFound",
    "NotPermitted",
    "NotSupported",
    "OutOfMemory",
    "RateLimited",
    "SearchUnavailable",
    "StoreBusy",
    "StoreCorrupt",
    "StoreError",
    "StoreFull",
    "StoreNotInitialised",
    "StoreReadOnly",
    "StoreSchemaNewer",
    "StoreUnavailable",
    "Timeout",
    "Unavailable",
]


class Error(Exception):
    """Above all exceptions of this package.

    status: how the call ended. layer: the part that failed. retryable: whether the very same call may succeed later.
    message: what is wrong, where, and what to do, for people; it holds no secret. decision: where a request was to be decided,
    the decision with verdict ERROR that a service can answer with; else None. problems: what an import found, line by line.
    """

    status: Status
    layer: Layer
    retryable: bool
    message: str
    decision: Decision | None
    problems: tuple[str, ...]

    def __init__(
        self,
        message: str = "",
        *,
        status: Status = Status.INTERNAL,
        layer: Layer = Layer.NONE,
        retryable: bool = False,
        decision: Decision | None = None,
        problems: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.layer = layer
        self.retryable = retryable
        self.decision = decision
        self.problems = problems

    def __str__(self) -> str:
        return self.message


class InvalidArgument(Error, ValueError):
    """The caller's mistake."""


class OutOfMemory(Error, MemoryError):
    """Memory ran out; nothing is lost but the call."""


class BadData(Error, ValueError):
    """A malformed request, document, import file or record; the message has the place."""


class ConfigError(Error, ValueError):
    """An unknown setting or backend, or a bad value."""


class NotFound(Error, LookupError):
    """What was asked for does not exist."""


class Conflict(Error):
    """Somebody else was first, or the request id was used for another request."""


class Unavailable(Error):
    """A part that is needed cannot be reached, or does not answer properly."""


class StoreError(Error):
    """Above all that is wrong with a store."""


class StoreUnavailable(StoreError, Unavailable):
    """The store cannot be reached, or cannot be used now."""


class StoreBusy(StoreUnavailable):
    """The store is locked by somebody else."""


class StoreFull(StoreUnavailable):
    """No space is left on the store's device."""


class StoreReadOnly(StoreUnavailable):
    """The store cannot be written."""


class StoreCorrupt(StoreError):
    """The store is damaged, or is no askiam store."""


class StoreNotInitialised(StoreError):
    """The store has no schema yet: call Engine.migrate()."""


class StoreSchemaNewer(StoreError):
    """A newer libaskiam wrote the store."""


class SearchUnavailable(Unavailable):
    """The search cannot be reached; in a decision that is an abstention, not an exception."""


class EmbedderUnavailable(Unavailable):
    """The embedder cannot be reached, which an import needs."""


class JudgeUnavailable(Unavailable):
    """The judge cannot be reached; in a decision that is an abstention, not an exception."""


class Timeout(Error, TimeoutError):
    """The deadline passed."""


class Cancelled(Error):
    """The engine was being destroyed."""


class NotSupported(Error):
    """Not compiled in, or not provided by this backend."""


class NotPermitted(Error):
    """A file that was named may not be read or written."""


class RateLimited(Error):
    """Too many requests with this API key: come back later."""


class Forked(Error):
    """The engine belongs to the parent process: make one in each worker, after the fork."""


class Closed(Error):
    """The engine was closed."""


class InternalError(Error):
    """A bug in libaskiam."""


_CLASSES: dict[Status, type[Error]] = {
    Status.INVALID_ARGUMENT: InvalidArgument,
    Status.NO_MEMORY: OutOfMemory,
    Status.BAD_DATA: BadData,
    Status.CONFIG: ConfigError,
    Status.NOT_FOUND: NotFound,
    Status.EXISTS: Conflict,
    Status.CONFLICT: Conflict,
    Status.UNAVAILABLE: Unavailable,
    Status.BUSY: StoreBusy,
    Status.FULL: StoreFull,
    Status.READ_ONLY: StoreReadOnly,
    Status.CORRUPT: StoreCorrupt,
    Status.NOT_INITIALISED: StoreNotInitialised,
    Status.SCHEMA_NEWER: StoreSchemaNewer,
    Status.TIMEOUT: Timeout,
    Status.CANCELLED: Cancelled,
    Status.NOT_SUPPORTED: NotSupported,
    Status.NOT_PERMITTED: NotPermitted,
    Status.FORKED: Forked,
    Status.RATE_LIMITED: RateLimited,
    Status.INTERNAL: InternalError,
    Status.CLOSED: Closed,
}

_UNAVAILABLE: dict[Layer, type[Error]] = {
    Layer.STORE: StoreUnavailable,
    Layer.AUDIT: StoreUnavailable,
    Layer.SEARCH: SearchUnavailable,
    Layer.EMBEDDER: EmbedderUnavailable,
    Layer.JUDGE: JudgeUnavailable,
}


def class_of(status: Status, layer: Layer) -> type[Error]:
    """Which exception a failure is; Error for a status that this version does not know."""
    if status is Status.UNAVAILABLE:
        return _UNAVAILABLE.get(layer, Unavailable)
    return _CLASSES.get(status, Error)


def make(
    status: str,
    layer: str,
    retryable: bool,
    message: str,
    decision: tuple[int, bytes] | None,
    problems: list[str] | None,
) -> Error:
    """Called by the extension: the exception for a failure of the library."""
    from ._decision import from_native

    known, part = Status(status), Layer(layer)
    return class_of(known, part)(
        message,
        status=known,
        layer=part,
        retryable=retryable,
        decision=None if decision is None else from_native(*decision),
        problems=tuple(problems or ()),
    )
