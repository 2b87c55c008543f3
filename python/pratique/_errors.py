"""What goes wrong, as exceptions that carry the finding: where in the model, what was there and what was expected."""
from __future__ import annotations

from typing import Any


class PratiqueError(Exception):
    """A finding. `code` is stable: `pratique explain CODE` documents it."""

    def __init__(self, text: str = "", /, **finding: Any) -> None:
        super().__init__(text)
        self.verdict: str = finding.get("verdict", "unchecked")
        self.stage: str = finding.get("stage", "none")
        self.reason: str = finding.get("reason", "internal")
        self.code: str = finding.get("code", "")
        self.path: str = finding.get("path", "")
        self.offset: int | None = finding.get("offset")
        self.rule: str = finding.get("rule", "")
        self.got: str = finding.get("got", "")
        self.expected: str = finding.get("expected", "")
        self.message: str = finding.get("message", text)
        self.help: str = finding.get("help", "")

    def __str__(self) -> str:
        where = [self.path] if self.path else []
        text = ": ".join([*where, self.message])
        if self.got and self.got not in self.message:
            text += f"; got {self.got}"
        if self.expected and self.expected not in self.message:
            text += f"; expected {self.expected}"
        if self.code:
            text += f" [{self.code}]"
        return f"{text}\n{self.help}" if self.help else text

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), dict(self.__dict__))


def _restore(kind: type[PratiqueError], finding: dict[str, Any]) -> PratiqueError:
    return kind(finding.get("message", ""), **finding)


class Rejected(PratiqueError):
    """The file must not be used: it is dangerous, broken, over a limit, or the policy says no."""


class Unchecked(PratiqueError):
    """The file could not be checked: a class, release or format that pratique does not know. It is not accepted."""


class Unreadable(Unchecked, OSError):
    """The file could not be read."""


class PredictionMismatch(Rejected):
    """The model does not give scikit-learn's outputs for the samples; nothing was written."""


class InputError(PratiqueError, ValueError):
    """X is not what the model takes: its width, its columns, their types or values."""


class PolicyError(PratiqueError, ValueError):
    """A policy that is none: an unknown key, a wrong type."""


def from_rejection(finding: dict[str, Any]) -> PratiqueError:
    message = finding["message"]
    code, reason = finding["code"], finding["reason"]
    if code.startswith(("input.", "output.")):
        return InputError(message, **finding)
    if reason == "io":
        return Unreadable(message, **finding)
    if code == "golden.mismatch":
        return PredictionMismatch(message, **finding)
    return (Rejected if finding["verdict"] == "rejected" else Unchecked)(message, **finding)
