# SPDX-License-Identifier: Apache-2.0
"""Log records of the library, through logging: the logger "askiam" with a child for each stage ("askiam.rag")."""

from __future__ import annotations

import logging

LOGGER = logging.getLogger("askiam")
LOGGER.addHandler(logging.NullHandler())

_LEVELS = (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR)


class Bridge:
    """What the extension calls for each record: first `wants`, then, where somebody listens, `tell`."""

    __slots__ = ("_logger",)

    def __init__(self, logger: logging.Logger | logging.LoggerAdapter[logging.Logger]) -> None:
        self._logger = logger.logger if isinstance(logger, logging.LoggerAdapter) else logger

    def wants(self, level: int) -> bool:
        return self._logger.isEnabledFor(_LEVELS[level])

    def tell(self, level: int, time_ms: int, duration_ms: float, fields: dict[str, str]) -> None:
        """Makes a record whose `askiam` is a dict of all fields, and which is of the time of the event."""
        stage = fields.get("stage")
        logger = self._logger.getChild(stage) if stage else self._logger
        if not logger.isEnabledFor(_LEVELS[level]):
            return
        details: dict[str, object] = {**fields, "time_ms": time_ms}
        if duration_ms >= 0:
            details["duration_ms"] = duration_ms
        words = (fields.get("request_id"), fields.get("status"), fields.get("message"))
        logger.log(_LEVELS[level], "%s", " ".join(word for word in words if word), extra={"askiam": details})
