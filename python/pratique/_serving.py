"""What servers share: the model under the server's own policy, rows out of JSON, and results as JSON."""
from __future__ import annotations

import logging
import os
from typing import Any

from ._errors import InputError, PratiqueError
from ._input import Columns
from ._load import METHODS, load
from ._model import Model
from ._policy import Policy
from ._report import validate

logger = logging.getLogger("pratique")


def load_to_serve(path: str | os.PathLike[str], method: str | None) -> tuple[Model, str]:
    """The model, and the method to serve. What refuses it goes to the log, and is raised: a server must not become ready."""
    policy = Policy.from_environment()
    try:
        model = load(path, policy)
    except PratiqueError as error:
        report = validate(path, policy)
        logger.error("%s: %s, %s: %s", path, report.verdict, report.reason, error)
        for finding in report.findings:
            logger.error("  %s %s: %s", finding.code, finding.path, finding.message)
        raise
    chosen = method or ("predict" if hasattr(model, "predict") else "transform")
    if chosen not in METHODS or not hasattr(model, chosen):
        raise InputError(f"{model.short_type} has no {chosen}", code="input.method", reason="invalid")
    logger.info("%s: accepted, %s, sha256 %s, policy %s", path, model.type, model.sha256, policy.digest)
    return model, chosen


def rows(instances: Any) -> Any:
    """Rows of JSON: lists of cells, objects of named cells, or documents."""
    if not isinstance(instances, list) or not instances:
        raise InputError("instances is a list of rows", code="input.empty", reason="invalid")
    if all(isinstance(row, dict) for row in instances):
        names = list(instances[0])
        for i, row in enumerate(instances):
            if row.keys() != instances[0].keys():
                raise InputError(f"row {i} has other columns than the first one", code="input.jsonl", reason="invalid")
        return Columns({str(name): [row[name] for row in instances] for name in names})
    return instances


def plain(result: Any) -> Any:
    """An array, a list of arrays or a sparse matrix as JSON has it."""
    if isinstance(result, (list, tuple)):
        return [plain(part) for part in result]
    return result.toarray().tolist() if hasattr(result, "toarray") else result.tolist()
