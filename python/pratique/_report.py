"""What a check found: the JSON contract as dataclasses."""
from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from . import _native
from ._errors import InputError, PratiqueError, Unchecked, from_rejection
from ._load import Source, _is_path, _read
from ._policy import Policy, PolicyLike, native

TOOL = Path(__file__).parent / "bin" / "pratique"


@dataclass(frozen=True)
class Finding:
    code: str
    reason: str
    stage: str
    message: str
    severity: str = "error"
    path: str = ""
    help: str = ""
    offset: int | None = None
    rule: str = ""
    got: str = ""
    expected: str = ""


@dataclass(frozen=True)
class Root:
    """An estimator of the file; `verdict` and `reason` are its own, in a bundle."""

    type: str
    path: str
    n_features: int = 0
    verdict: str = ""
    reason: str = ""


@dataclass(frozen=True)
class TypeCount:
    name: str
    status: str
    count: int
    offset: int = 0


@dataclass(frozen=True)
class Report:
    """What a check of one file found. `json` is the whole document."""

    file: str
    verdict: str
    reason: str
    stage: str
    format: str
    size: int
    sha256: str
    findings: tuple[Finding, ...]
    types: tuple[TypeCount, ...]
    roots: tuple[Root, ...]
    dropped: tuple[str, ...]
    json: dict[str, Any] = field(repr=False, compare=False)

    @property
    def accepted(self) -> bool:
        return self.verdict == "accepted"

    def raise_for_verdict(self) -> Report:
        """Itself if the file was accepted; otherwise raises Rejected or Unchecked, as load would."""
        if self.accepted:
            return self
        first = self.json["findings"][0] if self.json["findings"] else {"message": f"{self.file} is {self.verdict}"}
        finding = {"code": "", "reason": self.reason, "stage": self.stage, **first, "verdict": self.verdict}
        raise from_rejection(finding)


def _known(kind: Any, document: dict[str, Any]) -> Any:
    return kind(**{f.name: document[f.name] for f in fields(kind) if f.name in document})


def report_of(document: dict[str, Any]) -> Report:
    """A Report from one line of `pratique scan --json`."""
    roots = document.get("roots") or ([document["root"]] if document.get("root") else [])
    return Report(
        file=document["file"], verdict=document["verdict"], reason=document["reason"], stage=document["stage"],
        format=document["format"], size=document["size"], sha256=document["sha256"],
        findings=tuple(_known(Finding, f) for f in document["findings"]),
        types=tuple(_known(TypeCount, t) for t in document["types"]), roots=tuple(_known(Root, r) for r in roots),
        dropped=tuple(document["dropped"]), json=document)


@contextmanager
def _policy_arguments(policy: PolicyLike) -> Iterator[list[str]]:
    if policy is None:
        yield []
        return
    text = native(policy).to_json()
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        yield ["--policy", file.name]


def _stdin_or_path(source: Source, policy: PolicyLike) -> tuple[str, bytes | None]:
    if _is_path(source):
        return os.fspath(source), None  # type: ignore[arg-type]
    return "-", _read(source, native(policy))


def _tool(arguments: list[str], stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([str(TOOL), *arguments], input=stdin if stdin is not None else b"", capture_output=True, check=False)


def _documents(arguments: list[str], stdin: bytes | None = None) -> list[dict[str, Any]]:
    done = _tool(arguments, stdin)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    if not found:
        text = done.stderr.decode("utf-8", "replace").strip()
        raise Unchecked(text, message=text, reason="internal" if done.returncode < 0 else "unsupported")
    return found


def scan(paths: Source | Iterable[str | os.PathLike[str]], policy: PolicyLike = None, *, jobs: int | None = None,
         exclude: Iterable[str] = (), progress: bool = False) -> Iterator[Report]:
    """Checks files and folders: container, types and content. Each is checked in another process, which may break without
    harm; a file that breaks it is reported as unchecked.

    Yields a Report a file, in the order of their names; text, images and the like in folders are "not_a_model".
    progress: count files by tqdm, if it is installed.
    """
    many = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    arguments = ["scan", "--json", "--jobs", str(jobs or 1), *(w for glob in exclude for w in ("--exclude", glob))]
    names = b"".join(os.fsencode(os.fspath(p)) + b"\0" for p in many)  # type: ignore[arg-type]
    return _scan(arguments, names, policy, progress)


def _scan(arguments: list[str], names: bytes, policy: PolicyLike, progress: bool) -> Iterator[Report]:
    with _policy_arguments(policy) as chosen, tempfile.TemporaryFile() as errors, tempfile.NamedTemporaryFile() as listed:
        listed.write(names)
        listed.flush()
        command = [str(TOOL), *arguments, *chosen, "--files-from", listed.name, "--null"]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors)
        assert process.stdout is not None
        complete = False
        bar = _bar() if progress else None
        try:
            for line in process.stdout:
                document = json.loads(line)
                if document["record"] == "end":
                    complete = True
                else:
                    if bar is not None:
                        bar.update()
                    yield report_of(document)
            process.wait()
        finally:
            if process.poll() is None:
                process.kill()
            process.stdout.close()
            process.wait()
            if bar is not None:
                bar.close()
        if not complete:
            errors.seek(0)
            text = errors.read().decode("utf-8", "replace").strip() or "the scan ended before its end"
            raise PratiqueError(text, message=text)


def _bar() -> Any:
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    return tqdm(unit=" files")


def validate(source: Source, policy: PolicyLike = None, root: str | None = None) -> Report:
    """Checks one file, its golden samples too."""
    allowed = native(policy)
    if _is_path(source):
        text = _native.validate_path(os.fsencode(source), allowed, root or "")  # type: ignore[arg-type]
    else:
        name = getattr(source, "name", None)  # of what open() gives for a descriptor it is a number
        name = os.fsencode(name) if name and _is_path(name) else b"<bytes>"
        text = _native.validate_bytes(_read(source, allowed), name, allowed, root or "")
    return report_of(json.loads(text))


def inspect(source: Source, policy: PolicyLike = None, root: str | None = None) -> dict[str, Any]:
    """What is in a file and how it is used, without a verdict: the document of `pratique inspect --json`."""
    name, stdin = _stdin_or_path(source, policy)
    with _policy_arguments(policy) as chosen:
        return _documents(["inspect", "--json", *chosen, *(["--root", root] if root else []), "--", name], stdin)[0]


def diff(a: str | os.PathLike[str], b: str | os.PathLike[str], policy: PolicyLike = None, root: str | None = None, *,
         input: str | os.PathLike[str] | None = None) -> dict[str, Any]:
    """What differs between two models: the document of `pratique diff --json`."""
    with _policy_arguments(policy) as chosen:
        more = [*(["--root", root] if root else []), *(["--input", os.fspath(input)] if input is not None else [])]
        return _documents(["diff", "--json", *chosen, *more, "--", os.fspath(a), os.fspath(b)])[0]


def types(name: str | None = None) -> list[dict[str, Any]]:
    """The estimator types that this build knows: documents of `pratique types --json`."""
    return _documents(["types", "--json", *([name] if name else [])])


def explain(code: str) -> str:
    """What a finding's code means."""
    done = _tool(["explain", "--", code])
    if done.returncode != 0:
        text = done.stderr.decode("utf-8", "replace").strip()
        raise InputError(text, message=text, code="input.code")
    return done.stdout.decode("utf-8")


def get_untrusted_types(source: Source) -> list[str]:
    """The types in a .skops file that skops would ask to trust, as skops.io.get_untrusted_types; they decide nothing here."""
    document = validate(source).json
    if "skops_untrusted" in document:
        return list(document["skops_untrusted"])
    return sorted(t["name"] for t in document["types"] if t["status"] in ("unknown", "dangerous", "denied"))


__all__ = ["Finding", "Policy", "Report", "Root", "TypeCount", "diff", "explain", "get_untrusted_types", "inspect", "scan",
           "types", "validate"]
