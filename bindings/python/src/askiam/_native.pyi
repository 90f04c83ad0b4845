# SPDX-License-Identifier: Apache-2.0
from typing import Any, final

version: str

def config_keys() -> list[tuple[str, str, str, bool]]: ...

@final
class Engine:
    def __new__(
        cls,
        config_file: bytes | None,
        environment: list[bytes] | None,
        settings: bytes,
        log: Any,
        judge: tuple[Any, str, bool, bool] | None,
        embedder: tuple[Any, str, int, bool] | None,
        search: tuple[Any, Any, bool] | None,
        /,
    ) -> Engine: ...
    @property
    def closed(self) -> bool: ...
    def validate(
        self,
        text: str,
        user: str | None,
        requester: str | None,
        request_id: str | None,
        context: dict[str, Any] | None,
        dry_run: bool,
        timeout_ms: int,
        /,
    ) -> tuple[int, bytes]: ...
    def validate_batch(
        self, requests: list[str | bytes], user: str | None, requester: str | None, dry_run: bool, timeout_ms: int, /
    ) -> list[tuple[int, bytes]]: ...
    def extract(
        self,
        text: str,
        user: str | None,
        requester: str | None,
        request_id: str | None,
        context: dict[str, Any] | None,
        dry_run: bool,
        timeout_ms: int,
        /,
    ) -> bytes: ...
    def status(self, request_id: str, requester: str | None, /) -> bytes: ...
    def import_path(self, path: bytes | None, progress: Any, /) -> tuple[bytes, list[str]]: ...
    def audit_verify(self, checkpoint: bytes | None, public_key: bytes | None, /) -> tuple[bool, bytes]: ...
    def erase_user(self, user: str, /) -> int: ...
    def migrate(self) -> tuple[int, int]: ...
    def describe(self) -> bytes: ...
    def cancel(self) -> None: ...
    def close(self) -> None: ...
