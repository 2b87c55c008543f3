"""What may be loaded. The service's, never the artefact's: nothing is looked up near a file."""
from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any, Union

from . import _native
from ._errors import PolicyError, PratiqueError

PolicyLike = Union["Policy", str, "os.PathLike[str]", Mapping[str, Any], None]
ENVIRONMENT = "PRATIQUE_POLICY"


class Policy:
    """A policy of the JSON that README.md documents; without arguments the built-in default.

    Policy("/etc/acme/models.json") reads a file, Policy({"version": 1, ...}) takes a document.
    """

    def __init__(self, source: str | os.PathLike[str] | Mapping[str, Any] | None = None) -> None:
        if source is None:
            self._native = _native.Policy()
            return
        try:
            if isinstance(source, Mapping):
                self._native = _native.Policy.from_json(json.dumps(dict(source)))
            else:
                self._native = _native.Policy.from_file(os.fsencode(source))
        except PratiqueError as error:
            raise PolicyError(error.message, code="policy.invalid", reason="invalid", verdict="rejected") from None

    @classmethod
    def from_environment(cls) -> Policy:
        """The policy of the file that the variable PRATIQUE_POLICY names, or the default. For servers and workers, which
        have no caller to give them one."""
        return cls(os.environ.get(ENVIRONMENT) or None)

    def as_dict(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self._native.to_json())
        return document

    @property
    def name(self) -> str:
        return self._native.name

    @property
    def digest(self) -> str:
        """SHA-256 of the JSON it came from."""
        return self._native.digest

    def __repr__(self) -> str:
        return f"Policy(name={self.name!r}, sha256={self.digest[:12]})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _from_json, (self._native.to_json(),)


def _from_json(text: str) -> Policy:
    return Policy(json.loads(text))


def native(policy: PolicyLike) -> _native.Policy:
    return (policy if isinstance(policy, Policy) else Policy(policy))._native
