"""A model that was proven and predicts: scikit-learn's methods and attributes, as far as its type has them."""
from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, overload

from . import _html, _input, _native
from ._errors import InputError
from ._parts import Parts, place
from ._policy import Policy
from ._results import array, as_frame, csr, side_by_side, records

if TYPE_CHECKING:
    import numpy as np

_OUTLIER_DETECTORS = ("EllipticEnvelope", "IsolationForest", "LocalOutlierFactor", "OneClassSVM", "SGDOneClassSVM")
_BICLUSTERS = ("SpectralBiclustering", "SpectralCoclustering")  # no clusterers to scikit-learn
_DELEGATES = ("FrozenEstimator", "GridSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV", "Pipeline", "RandomizedSearchCV")
_NO_SET_OUTPUT = ("CountVectorizer", "TfidfVectorizer")
# What scikit-learn's Pipeline does not pass on.
_NOT_OF_PIPELINES = ("apply", "decision_path", "kneighbors", "mahalanobis", "staged_predict", "staged_predict_proba",
                     "staged_decision_function")
_OF_INDICATORS = ("OneVsRestClassifier", "MLPClassifier")  # of several outputs they know the columns, not labels
_F = TypeVar("_F", bound=Callable[..., Any])
METHODS = ("predict", "predict_proba", "predict_log_proba", "decision_function", "transform", "inverse_transform", "apply",
           "decision_path", "score_samples", "kneighbors", "mahalanobis", "staged_predict", "staged_predict_proba",
           "staged_decision_function")


class _Available:
    """A method that is there only if the model's type has it, so that hasattr tells."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__

    @overload
    def __get__(self, model: None, owner: type) -> _Available: ...
    @overload
    def __get__(self, model: Model, owner: type) -> Callable[..., Any]: ...
    def __get__(self, model: Model | None, owner: type) -> Any:
        if model is None:
            return self
        if not model._has(self.__name__):
            raise AttributeError(f"{model.short_type} has no {self.__name__}{model._why_not(self.__name__)}", name=self.__name__, obj=model)
        return self._function.__get__(model, owner)


def _available(function: _F) -> _F:
    return _Available(function)  # type: ignore[return-value]


class Model:
    """What pratique.load returns. It cannot be made in another way, and it cannot be fitted.

    Safe to use from many threads at once; the GIL is free while it computes. `n_jobs` threads share the rows of a call.
    """

    def __init__(self, native: _native.Model, n_jobs: int | None = None, policy: _native.Policy | None = None) -> None:
        if not isinstance(native, _native.Model):
            raise TypeError("a Model is made by pratique.load")
        self._native = native
        self._policy = policy or _native.Policy()  # that it was loaded under: its parts are, too
        self._output = "default"
        self.n_jobs = n_jobs
        lacks = _NOT_OF_PIPELINES if self._passes_on("Pipeline") else ()
        self._methods = frozenset(name for name in METHODS if native.has(name) and name not in lacks)
        classes = native.classes
        self._classes: list[Any] | None = None if classes is None else [array(labels) for labels in classes]
        self._label_width = [labels.dtype.itemsize // 4 if labels.dtype.kind == "U" else 0 for labels in self._classes or []]

    # What it is.

    @property
    def type(self) -> str:
        """The class that was fitted: sklearn.ensemble.RandomForestClassifier."""
        return self._native.type

    @property
    def short_type(self) -> str:
        return self.type.rpartition(".")[2]

    @property
    def classes_(self) -> Any:
        if self._classes is None or self._kind() == "outlier_detector":
            raise AttributeError(f"{self.short_type} has no classes_", name="classes_", obj=self)
        if self._native.n_outputs == 1:
            return self._classes[0]
        if self._last().endswith(".ClassifierChain"):
            return self._classes_of_chain()
        if self._last().rpartition(".")[2] in _OF_INDICATORS:
            import numpy as np

            return np.arange(self._native.n_outputs)
        return list(self._classes)

    def _classes_of_chain(self) -> list[Any]:
        """In the order of the chain, as its estimators have them: predict's are those of the columns, as floats."""
        records = self._native.objects
        chain = self._way(records)[-1]
        members = sorted((place(record[1]), i) for i, record in enumerate(records) if record[3] == chain)
        return [Model(self._native.part(i, self._policy)).classes_ for _, i in members]

    @property
    def n_features_in_(self) -> int:
        if self._native.n_features == 0 or self._takes_labels() or self._last().endswith(".IsotonicRegression") or self._begins_with_nothing():
            raise AttributeError(f"{self.short_type} does not fix its number of features", name="n_features_in_", obj=self)
        return self._native.n_features

    @property
    def feature_names_in_(self) -> np.ndarray[Any, Any]:
        names = self._native.feature_names
        if not names or self._begins_with_nothing():
            raise AttributeError(f"{self.short_type} was fitted without feature names", name="feature_names_in_", obj=self)
        import numpy as np

        return np.array(names, dtype=object)

    @property
    def n_outputs(self) -> int:
        """How many columns y had."""
        return self._native.n_outputs

    def _begins_with_nothing(self) -> bool:
        """Whether it is a Pipeline whose first step, whose attributes scikit-learn asks for, is "passthrough"."""
        return self.short_type == "Pipeline" and self.named_steps._begins_with_nothing()

    def _takes_labels(self) -> bool:
        return "transform" in self._methods and self._native.rows_are("transform") == _input.LABELS

    @property
    def metadata(self) -> dict[str, Any]:
        """What the file says of itself. Claims: nothing of it is proven."""
        return json.loads(self._native.metadata) if self._native.metadata else {}

    @property
    def written_by(self) -> dict[str, Any]:
        """The releases that the file names. Claims, too."""
        return json.loads(self._native.written_by) if self._native.written_by else {}

    @property
    def sha256(self) -> str:
        """Of the .prq that to_bytes gives."""
        return self._native.sha256

    @property
    def content_sha256(self) -> str:
        """Of types, parameters and states: equal for equal models, whatever their metadata and golden samples."""
        return self._native.content_sha256

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Every estimator inside, owners first: path, type and the parameters as the file claims them."""
        records = self._native.objects
        paths: dict[int, str] = {}
        found = []
        for index in range(len(records) - 1, -1, -1):
            type_name, role, params, owner = records[index]
            paths[index] = role if owner is None else f"{paths[owner]}.{role}"
            found.append({"path": paths[index], "type": type_name, "params": _params(params)})
        return found

    @property
    def parts(self) -> Parts:
        """The estimators that the root owns, by their place: "steps[0]", "estimator". Each is a Model of its own, made and
        proven again when it is asked for."""
        return self._parts(lambda index, role: role)

    @property
    def named_steps(self) -> Parts:
        """The steps of a Pipeline by name, "passthrough" where a step changes nothing."""
        return self._named("named_steps", "sklearn.pipeline.Pipeline")

    @property
    def named_transformers_(self) -> Parts:
        """The transformers of a ColumnTransformer that take columns, by name."""
        return self._named("named_transformers_", "sklearn.compose.ColumnTransformer")

    @property
    def named_transformers(self) -> Parts:
        """The transformers of a FeatureUnion by name."""
        return self._named("named_transformers", "sklearn.pipeline.FeatureUnion")

    def _named(self, attribute: str, type_name: str) -> Parts:
        if self.type != type_name:
            raise AttributeError(f"{self.short_type} has no {attribute}", name=attribute, obj=self)
        return self._parts(None)

    def _parts(self, name_of: Callable[[int, str], str] | None) -> Parts:
        def load(index: int) -> Model:
            return Model(self._native.part(index, self._policy), self.n_jobs, self._policy)

        return Parts(self._native, load, name_of)

    @_available
    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray[Any, Any]:
        """What scikit-learn calls the columns of transform. input_features: None, or those of the fit."""
        import numpy as np

        names = self._native.feature_names_out()
        if input_features is not None:
            known = self._native.feature_names
            if not known:
                raise _refused("input.names", f"{self.short_type} was fitted without names, and gives columns none but its own")
            if list(input_features) != known:
                raise _refused("input.names", "input_features is not equal to feature_names_in_")
        return np.array(names, dtype=object)

    @_available
    def set_output(self, *, transform: str | None = None) -> Model:
        """As what `transform` gives its results, columns named by get_feature_names_out: "default" (arrays), "pandas", "polars",
        "pyarrow", or "input": as what X is. The values are transform's own. Sparse results have no such form."""
        if transform is not None:
            if transform not in ("default", "pandas", "polars", "pyarrow", "input"):
                raise _refused("input.output", f"there is no output {transform!r}", "default, pandas, polars, pyarrow or input")
            self._output = transform
        return self

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The root's parameters, as the file claims them."""
        return dict(self.objects[0]["params"])

    def to_bytes(self) -> bytes:
        """The model as a .prq, which pratique.load takes."""
        return self._native.to_bytes()

    def _has(self, method: str) -> bool:
        if method == "score":
            return self._kind() in ("classifier", "regressor")
        if method == "set_output" and self.short_type in _NO_SET_OUTPUT:
            return False
        if method in ("set_output", "get_feature_names_out"):
            return isinstance(self._native.feature_names_out(), list)
        return method in self._methods

    def _why_not(self, method: str) -> str:
        why = self._native.feature_names_out() if method in ("set_output", "get_feature_names_out") else None
        return f": {why}" if isinstance(why, str) else ""

    def __dir__(self) -> list[str]:
        missing = {name for name in (*METHODS, "score", "get_feature_names_out", "set_output") if not self._has(name)}
        for attribute in ("classes_", "n_features_in_", "feature_names_in_", "named_steps", "named_transformers_", "named_transformers"):
            if not hasattr(self, attribute):
                missing.add(attribute)
        return [name for name in super().__dir__() if name not in missing]

    # What it does.

    def _run(self, method: str, X: Any) -> Any:
        jobs = self.n_jobs
        threads = 1 if jobs is None else jobs if jobs > 0 else max(1, (os.cpu_count() or 1) + 1 + jobs)
        kind, value = _input.run(self._native, method, X, min(threads, 256))
        if kind == "array":
            labels = method == "predict" or (method == "inverse_transform" and self._takes_labels())
            width = max(self._label_width) if labels and self._label_width else 0
            return value if not isinstance(value, tuple) else array(value, width)
        if kind == "indexes" and self._classes is not None:  # of labels that are text
            return self._classes[0].take(value)
        if kind == "list":
            return [array(one) for one in value]
        if kind == "columns":
            return side_by_side(value, X)
        if kind == "records":
            return records(*value)
        result = csr(*value)
        if method == "decision_path" and self._native.n_nodes_ptr:
            import numpy as np

            return result, np.array(self._native.n_nodes_ptr)
        return result

    def _stages(self, method: str, X: Any) -> Iterator[Any]:
        result = self._run(method, X)
        yield from result if isinstance(result, list) else [result]

    @_available
    def predict(self, X: Any, return_std: bool = False, return_cov: bool = False) -> Any:
        """scikit-learn's predict, with its numbers and dtype; with return_std or return_cov, where its type knows it, two
        arrays. Covariances are of at most 4096 rows."""
        if return_std and return_cov:
            raise RuntimeError("At most one of return_std or return_cov can be requested.")
        if not return_std and not return_cov:
            return self._run("predict", X)
        also, option = ("predict_std", "return_std") if return_std else ("predict_cov", "return_cov")
        if not self._native.has(also):
            raise TypeError(f"predict of {self.short_type} has no {option}")
        return self._run("predict", X), self._run(also, X)

    @_available
    def predict_proba(self, X: Any) -> Any:
        """scikit-learn's predict_proba: one array, or a list of one an output."""
        return self._run("predict_proba", X)

    @_available
    def predict_log_proba(self, X: Any) -> Any:
        """scikit-learn's predict_log_proba."""
        return self._run("predict_log_proba", X)

    @_available
    def decision_function(self, X: Any) -> np.ndarray[Any, Any]:
        """scikit-learn's decision_function."""
        result: np.ndarray[Any, Any] = self._run("decision_function", X)
        return result

    @_available
    def transform(self, X: Any) -> Any:
        """scikit-learn's transform: an array, or a scipy.sparse.csr_matrix where scikit-learn gives one; else what set_output
        asked for."""
        result = self._run("transform", X)
        return result if self._output == "default" else as_frame(result, self._output, X, self.get_feature_names_out)

    @_available
    def inverse_transform(self, X: Any) -> Any:
        """scikit-learn's inverse_transform; of what takes records a list of dicts, or of tuples."""
        return self._run("inverse_transform", X)

    @_available
    def apply(self, X: Any) -> np.ndarray[Any, Any]:
        """The leaf of each row in each tree: (rows, trees), of a GradientBoostingClassifier (rows, stages, classes)."""
        result: np.ndarray[Any, Any] = self._run("apply", X)
        return result

    @_available
    def decision_path(self, X: Any) -> Any:
        """The nodes on each row's way, as a sparse matrix; of a forest with where each tree's nodes begin."""
        return self._run("decision_path", X)

    @_available
    def score_samples(self, X: Any) -> np.ndarray[Any, Any]:
        """scikit-learn's score_samples."""
        result: np.ndarray[Any, Any] = self._run("score_samples", X)
        return result

    @_available
    def kneighbors(self, X: Any, n_neighbors: int | None = None, return_distance: bool = True) -> Any:
        """scikit-learn's kneighbors: distances and indexes of the rows of the fit. n_neighbors is the model's own."""
        own = self._native.n_columns("kneighbors") // 2
        if n_neighbors not in (None, own):
            raise _refused("input.n_neighbors", f"n_neighbors is {n_neighbors}, and the model finds {own}", "set it before the model is saved")
        distances, indexes = self._run("kneighbors", X)
        return (distances, indexes) if return_distance else indexes

    @_available
    def mahalanobis(self, X: Any) -> np.ndarray[Any, Any]:
        """scikit-learn's mahalanobis: squared distances."""
        result: np.ndarray[Any, Any] = self._run("mahalanobis", X)
        return result

    @_available
    def staged_predict(self, X: Any) -> Iterator[Any]:
        """scikit-learn's staged_predict: predict after each stage."""
        return self._stages("staged_predict", X)

    @_available
    def staged_predict_proba(self, X: Any) -> Iterator[Any]:
        """scikit-learn's staged_predict_proba."""
        return self._stages("staged_predict_proba", X)

    @_available
    def staged_decision_function(self, X: Any) -> Iterator[Any]:
        """scikit-learn's staged_decision_function."""
        return self._stages("staged_decision_function", X)

    @_available
    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """scikit-learn's score: accuracy, or R². Needs scikit-learn, whose metrics it asks."""
        from sklearn import metrics

        measure = metrics.accuracy_score if self._kind() == "classifier" else metrics.r2_score
        return float(measure(y, self.predict(X), sample_weight=sample_weight))

    def fit(self, X: Any = None, y: Any = None, **params: Any) -> NoReturn:
        """Raises: a loaded model is for inference only."""
        raise TypeError("a pratique.Model is inference only: fit with scikit-learn, and pratique.dump the result")

    # How scikit-learn's own tools see it.

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_clone__(self) -> Model:
        return self

    def _kind(self) -> str | None:
        type_name = self._last()
        name = type_name.rpartition(".")[2]
        if name in _OUTLIER_DETECTORS:
            return "outlier_detector"
        if self._classes is not None and "predict" in self._methods:
            return "classifier"
        if ".cluster." in type_name and name not in _BICLUSTERS:
            return "clusterer"
        if ".mixture." in type_name:
            return "density_estimator"
        return "regressor" if "predict" in self._methods else None

    def _last(self) -> str:
        """The type whose methods the root's are: the last step's of a pipeline, the best one's of a search."""
        records = self._native.objects
        return records[self._way(records)[-1]][0]

    @staticmethod
    def _way(records: list[tuple[str, str, str, int | None]]) -> list[int]:
        """From the root to that, through those that pass a method on."""
        way = [len(records) - 1]
        while records[way[-1]][0].rpartition(".")[2] in _DELEGATES:
            owned = [i for i, record in enumerate(records) if record[3] == way[-1]]
            if not owned:
                break
            way.append(max(owned, key=lambda i: place(records[i][1])))
        return way

    def _passes_on(self, name: str) -> bool:
        if self.short_type == name or self.short_type not in _DELEGATES:
            return self.short_type == name
        records = self._native.objects
        return any(records[i][0].rpartition(".")[2] == name for i in self._way(records))

    @property
    def _estimator_type(self) -> str | None:
        return self._kind()

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import ClassifierTags, InputTags, RegressorTags, Tags, TargetTags, TransformerTags

        kind = self._kind()
        return Tags(
            estimator_type=kind,
            target_tags=TargetTags(required=kind in ("classifier", "regressor"), multi_output=self._native.n_outputs > 1),
            transformer_tags=TransformerTags() if "transform" in self._methods else None,
            classifier_tags=ClassifierTags(multi_class=self._classes is not None and len(self._classes[0]) > 2)
            if kind == "classifier" else None,
            regressor_tags=RegressorTags() if kind == "regressor" else None,
            requires_fit=False,
            input_tags=InputTags(sparse=True, allow_nan=True, string=any(t > 1 for t in self._native.takes)),
        )

    # How Python sees it.

    def __repr__(self) -> str:
        width = f", {self._native.n_features} features" if self._native.n_features else ""
        return f"<pratique.Model: {self.short_type}{width}, sha256 {self.sha256[:12]}>"

    def _repr_html_(self) -> str:
        return _html.render(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self.to_bytes(), self.n_jobs, self._output)


def _restore(prq: bytes, n_jobs: int | None, output: str) -> Model:
    """A pickled Model is its .prq: it goes through all stages again, under this process's own policy."""
    policy = Policy.from_environment()._native
    model = Model(_native.load_bytes(prq, policy, ""), n_jobs, policy)
    model._output = output
    return model


def _params(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text) if text else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _refused(code: str, message: str, help: str = "") -> InputError:
    return InputError(message, code=code, reason="invalid", verdict="rejected", message=message, help=help)
