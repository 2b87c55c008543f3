"""An MLflow flavour: models that load with pickle switched off.

    info = pratique.mlflow.log_model(estimator, name="model", input_example=X[:5])
    mlflow.pyfunc.load_model(info.model_uri).predict(X)

The artefact is a .prq. What may be loaded is the policy of the server that loads it: the file that PRATIQUE_POLICY names, or the
built-in default; the artefact has no say.
"""
from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import mlflow
import mlflow.models
import mlflow.pyfunc
from mlflow.models.signature import infer_signature
from mlflow.models.utils import _save_example
from mlflow.tracking.artifact_utils import _download_artifact_from_uri
from mlflow.utils.environment import _PythonEnv

from . import Model, __version__, dump, load
from ._load import METHODS
from ._policy import Policy, PolicyLike

FLAVOR_NAME = "pratique"
_FILE = "model.prq"


def save_model(estimator: Any, path: str | os.PathLike[str], *, input_example: Any = None, signature: Any = None,
               pyfunc_predict_fn: str = "predict", metadata: Mapping[str, Any] | None = None, pip_requirements: list[str] | None = None,
               mlflow_model: Any = None) -> None:
    """Saves a fitted estimator, or a pratique.Model, as an MLflow model.

    input_example: rows, which become the model's golden samples with the estimator's own outputs, too, and from which the
    signature is inferred. pyfunc_predict_fn: the method that mlflow.pyfunc calls; transform, of what has none.
    """
    if pyfunc_predict_fn not in METHODS:
        raise ValueError(f"pyfunc_predict_fn is one of {', '.join(METHODS)}")
    content = estimator.to_bytes() if isinstance(estimator, Model) else dump(estimator, samples=input_example)
    model = load(content)
    method = pyfunc_predict_fn if hasattr(model, pyfunc_predict_fn) else "transform"
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _FILE).write_bytes(content)
    document = mlflow.models.Model() if mlflow_model is None else mlflow_model
    if input_example is not None:
        _save_example(document, input_example, str(folder))
        if signature is None and not hasattr(input_example, "tocsr"):
            signature = infer_signature(input_example, getattr(model, method)(input_example))
    if signature:
        document.signature = signature
    if metadata is not None:
        document.metadata = dict(metadata)
    requirements = pip_requirements or [f"mlflow=={mlflow.__version__}", f"pratique=={__version__}", "numpy", "pandas", "scipy"]
    (folder / "requirements.txt").write_text("".join(f"{one}\n" for one in requirements))
    _PythonEnv.current().to_yaml(str(folder / "python_env.yaml"))
    mlflow.pyfunc.add_to_model(document, loader_module=__name__, python_env="python_env.yaml")
    document.add_flavor(FLAVOR_NAME, pratique_version=__version__, data=_FILE, type=model.type, sha256=model.sha256,
                        content_sha256=model.content_sha256, predict_fn=method)
    document.model_size_bytes = len(content)
    document.save(str(folder / "MLmodel"))


def log_model(estimator: Any, artifact_path: str | None = None, *, name: str | None = None, input_example: Any = None,
              signature: Any = None, pyfunc_predict_fn: str = "predict", metadata: Mapping[str, Any] | None = None,
              pip_requirements: list[str] | None = None, registered_model_name: str | None = None, **log: Any) -> Any:
    """Logs a fitted estimator, as mlflow.sklearn.log_model does; returns MLflow's ModelInfo. `log` is for mlflow's Model.log:
    run_id, tags, model_type and the like."""
    import pratique.mlflow

    return mlflow.models.Model.log(
        artifact_path=artifact_path, name=name, flavor=pratique.mlflow, registered_model_name=registered_model_name,
        metadata=None if metadata is None else dict(metadata), estimator=estimator, input_example=input_example, signature=signature,
        pyfunc_predict_fn=pyfunc_predict_fn, pip_requirements=pip_requirements, **log)


def load_model(model_uri: str, policy: PolicyLike = None) -> Model:
    """The pratique.Model of a model URI or folder, under `policy` or else that of this process's environment."""
    folder = Path(_download_artifact_from_uri(artifact_uri=model_uri))
    return load(folder / _FILE, Policy.from_environment() if policy is None else policy)


class _PyFunc:
    def __init__(self, model: Model, method: str) -> None:
        self._model = model
        self._method = method

    def predict(self, data: Any, params: dict[str, Any] | None = None) -> Any:
        return getattr(self._model, self._method)(data)

    def get_raw_model(self) -> Model:
        return self._model


def _load_pyfunc(path: str) -> _PyFunc:
    """Called by mlflow.pyfunc with the model's folder."""
    method = mlflow.models.Model.load(path).flavors[FLAVOR_NAME].get("predict_fn", "predict")
    if method not in METHODS:
        raise ValueError("the model names a method that is none")
    return _PyFunc(load(Path(path) / _FILE, Policy.from_environment()), method)
