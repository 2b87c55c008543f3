"""What is inside a model, what its columns are called, and what its results look like."""
import pickle

import numpy as np
import pandas as pd
import polars
import pyarrow
import pytest
from scipy import sparse
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.covariance import EllipticEnvelope, LedoitWolf
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    AdaBoostClassifier,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
    VotingClassifier,
)
from sklearn.feature_extraction import DictVectorizer, FeatureHasher
from sklearn.feature_selection import RFE
from sklearn.frozen import FrozenEstimator
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.linear_model import ARDRegression, BayesianRidge, LogisticRegression
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import GridSearchCV
from sklearn.multioutput import ClassifierChain, MultiOutputClassifier
from sklearn.neighbors import KernelDensity, KNeighborsClassifier
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import LabelBinarizer, LabelEncoder, MinMaxScaler, MultiLabelBinarizer, OneHotEncoder, StandardScaler
from sklearn.svm import OneClassSVM
from sklearn.utils import get_tags

import pratique

RNG = np.random.default_rng(1)
X = RNG.normal(size=(60, 3))
Y = np.array(["no", "yes"])[(X[:, 0] > 0).astype(int)]
FRAME = pd.DataFrame({"age": X[:, 0], "city": RNG.choice(["Köln", "Rome"], 60), "old": X[:, 1] > 0}, index=np.arange(60) * 10)


def loaded(estimator):
    return pratique.load(pickle.dumps(estimator))


def columns(dense=True):
    return ColumnTransformer([("n", StandardScaler(), ["age"]), ("c", OneHotEncoder(sparse_output=not dense), ["city"]), ("p", "passthrough", ["old"])],
                             sparse_threshold=0 if dense else 1)


def test_steps_are_models_of_their_own():
    estimator = Pipeline([("scale", StandardScaler()), ("nothing", "passthrough"), ("forest", RandomForestClassifier(3, random_state=0))]).fit(X, Y)
    model = loaded(estimator)
    assert list(model.named_steps) == ["scale", "nothing", "forest"] and model.named_steps.nothing == "passthrough"
    scaled = model.named_steps["scale"].transform(X)
    assert np.array_equal(scaled, estimator[0].transform(X))
    forest = model.named_steps.forest
    assert forest is model.named_steps.forest or forest.sha256 == model.named_steps.forest.sha256
    assert forest.type == "sklearn.ensemble.RandomForestClassifier" and np.array_equal(forest.predict_proba(scaled), estimator[-1].predict_proba(scaled))
    assert pratique.load(forest.to_bytes()).content_sha256 == loaded(estimator[-1]).content_sha256
    for missing in ("named_transformers_", "named_transformers"):
        assert not hasattr(model, missing) and missing not in dir(model)
    with pytest.raises(AttributeError):
        model.named_steps.absent
    with pytest.raises(KeyError):
        model.named_steps["absent"]


def test_parts_of_every_owner():
    search = GridSearchCV(make_pipeline(columns(), LogisticRegression()), {"logisticregression__C": [1.0]}, cv=2).fit(FRAME, Y)
    [pipeline] = loaded(search).parts.values()
    inner = pipeline.named_steps["columntransformer"].named_transformers_
    assert list(inner) == ["n", "c", "p"] and inner.p.short_type == "FunctionTransformer"
    assert np.array_equal(inner["c"].transform(FRAME[["city"]]), search.best_estimator_[0].named_transformers_["c"].transform(FRAME[["city"]]))
    voting = loaded(VotingClassifier([("a", LogisticRegression()), ("b", RandomForestClassifier(2, random_state=0))]).fit(X, Y))
    assert [part.short_type for part in voting.parts.values()] == ["LogisticRegression", "RandomForestClassifier"]
    union = FeatureUnion([("a", StandardScaler()), ("b", MinMaxScaler())]).fit(X)
    assert np.array_equal(loaded(union).named_transformers["b"].transform(X), union.named_transformers["b"].transform(X))
    assert not loaded(RandomForestClassifier(2).fit(X, Y)).parts  # its trees are no estimators here


def test_parts_stand_under_the_policy_of_the_whole():
    limits = {"version": 1, "name": "own", "allow": ["@all"], "deny": ["sklearn.linear_model.LogisticRegression"], "formats": ["pickle"]}
    content = pickle.dumps(make_pipeline(StandardScaler(), MinMaxScaler()).fit(X))
    assert pratique.load(content, limits).named_steps.standardscaler.type.endswith("StandardScaler")


def test_names_of_columns():
    estimator = columns().fit(FRAME)
    model = loaded(estimator)
    names = model.get_feature_names_out()
    assert names.dtype == object and list(names) == list(estimator.get_feature_names_out())
    assert list(model.get_feature_names_out(["age", "city", "old"])) == list(names)
    for wrong in (["age", "city"], ["a", "b", "c"]):
        with pytest.raises(pratique.InputError):
            model.get_feature_names_out(wrong)
        with pytest.raises(ValueError):
            estimator.get_feature_names_out(wrong)
    forest = loaded(RandomForestClassifier(2).fit(X, Y))
    assert "get_feature_names_out" not in dir(forest)
    with pytest.raises(AttributeError, match="no transform"):
        forest.get_feature_names_out()


def test_output_as_frames():
    estimator = columns().fit(FRAME).set_output(transform="pandas")
    expected = estimator.transform(FRAME)
    model = loaded(columns().fit(FRAME))
    for X_, kind, asked in ((FRAME, "pandas", "pandas"), (FRAME, "pandas", "input"), (polars.from_pandas(FRAME), "polars", "input"),
                            (polars.from_pandas(FRAME), "polars", "polars"), (pyarrow.Table.from_pandas(FRAME, preserve_index=False), "pyarrow", "input")):
        got = model.set_output(transform=asked).transform(X_)
        assert type(got).__module__.split(".")[0] == kind
        if kind == "pandas":
            assert got.index.equals(FRAME.index)
        else:
            got = got.to_pandas()
        assert list(got.columns) == list(expected.columns)
        assert np.array_equal(got.to_numpy(dtype=float), expected.to_numpy(dtype=float))
    assert isinstance(model.set_output(transform="default").transform(FRAME), np.ndarray)
    assert pickle.loads(pickle.dumps(model.set_output(transform="pandas"))).transform(FRAME).shape == (60, 4)
    with pytest.raises(pratique.InputError):
        model.set_output(transform="excel")
    wide = loaded(columns(dense=False).fit(FRAME)).set_output(transform="pandas")
    with pytest.raises(pratique.InputError, match="sparse"):
        wide.transform(FRAME)


def test_text_and_numbers_side_by_side():
    estimator = ColumnTransformer([("p", "passthrough", ["city", "age"])]).fit(FRAME)
    got = loaded(estimator).set_output(transform="pandas").transform(FRAME)
    assert got["p__age"].dtype == np.float64 and got["p__city"].tolist() == FRAME.city.tolist()


def test_neighbours():
    estimator = KNeighborsClassifier(4).fit(X, Y)
    model = loaded(estimator)
    for ours, theirs in zip(model.kneighbors(X[:9]), estimator.kneighbors(X[:9])):
        assert np.array_equal(ours, theirs) and ours.dtype == theirs.dtype
    assert np.array_equal(model.kneighbors(X[:9], 4, return_distance=False), estimator.kneighbors(X[:9], 4, return_distance=False))
    with pytest.raises(pratique.InputError, match="the model finds 4"):
        model.kneighbors(X, n_neighbors=2)


def test_standard_deviations():
    for estimator in (BayesianRidge(), ARDRegression(), GaussianProcessRegressor(alpha=0.1), make_pipeline(StandardScaler(), BayesianRidge())):
        model = loaded(estimator.fit(X, X[:, 0]))
        ours, theirs = model.predict(X[:9] + 0.1, return_std=True), estimator.predict(X[:9] + 0.1, return_std=True)
        assert type(ours) is tuple and [part.shape for part in ours] == [part.shape for part in theirs]
        for a, b in zip(ours, theirs):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)
        assert np.array_equal(ours[0], model.predict(X[:9] + 0.1)) and not hasattr(model, "predict_std")


def test_stages():
    for estimator in (AdaBoostClassifier(n_estimators=4, random_state=0), GradientBoostingClassifier(n_estimators=4), HistGradientBoostingClassifier(max_iter=4)):
        model = loaded(estimator.fit(X, Y))
        for method in ("staged_predict", "staged_predict_proba", "staged_decision_function"):
            ours, theirs = getattr(model, method)(X), getattr(estimator, method)(X)
            assert iter(ours) is ours
            for a, b in zip(ours, theirs, strict=True):
                assert a.dtype == b.dtype and a.shape == b.shape
                assert np.array_equal(a, b) if a.dtype.kind == "U" else np.allclose(a, b, rtol=1e-12, atol=1e-15)
    regressor = GradientBoostingRegressor(n_estimators=4).fit(X, X[:, 1])
    assert all(np.array_equal(a, b) for a, b in zip(loaded(regressor).staged_predict(X), regressor.staged_predict(X), strict=True))
    assert not hasattr(loaded(regressor), "staged_predict_proba")


def test_distances_and_scores_of_samples():
    for estimator in (EllipticEnvelope(random_state=0), LedoitWolf()):
        np.testing.assert_allclose(loaded(estimator.fit(X)).mahalanobis(X), estimator.mahalanobis(X), rtol=1e-9)
    for estimator in (IsolationForest(n_estimators=5, random_state=0), KernelDensity(), GaussianMixture(2, random_state=0), OneClassSVM()):
        np.testing.assert_allclose(loaded(estimator.fit(X)).score_samples(X), estimator.score_samples(X), rtol=1e-9)


@pytest.mark.parametrize("estimator", [
    make_pipeline(StandardScaler(), KNeighborsClassifier(3)), make_pipeline(StandardScaler(), GradientBoostingClassifier(n_estimators=2)),
    make_pipeline("passthrough", IsolationForest(n_estimators=2)), make_pipeline(StandardScaler(), EllipticEnvelope()), make_pipeline(StandardScaler(), KMeans(2)),
    GridSearchCV(RandomForestClassifier(2), {"max_depth": [2]}, cv=2), GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [2]}, cv=2),
    GridSearchCV(make_pipeline(StandardScaler(), GaussianMixture(2)), {"gaussianmixture__n_components": [2]}, cv=2), RFE(LogisticRegression()),
    FrozenEstimator(RandomForestClassifier(2)), FrozenEstimator(make_pipeline(StandardScaler(), KNeighborsClassifier(3))),
    VotingClassifier([("a", LogisticRegression())]), make_pipeline(PCA(2), StandardScaler()),
    ClassifierChain(LogisticRegression(), order=[1, 0]), MultiOutputClassifier(LogisticRegression())], ids=lambda e: type(e).__name__)
def test_has_what_it_passes_on(estimator):
    y = np.array([Y == "no", X[:, 1] > 1]).T.astype(int) + 3 if "Multi" in str(estimator) or "Chain" in str(estimator) else Y
    if isinstance(estimator, FrozenEstimator):
        estimator = FrozenEstimator(estimator.estimator.fit(X, y))
    model = loaded(estimator.fit(X, y))
    for name in (*pratique._model.METHODS, "classes_", "n_features_in_", "feature_names_in_"):
        assert hasattr(model, name) == hasattr(estimator, name), name
        assert hasattr(model, name) == (name in dir(model)), name
    assert get_tags(model).estimator_type == get_tags(estimator).estimator_type
    if hasattr(model, "classes_"):
        assert np.array_equal(model.classes_, estimator.classes_) and np.asarray(model.classes_).dtype == np.asarray(estimator.classes_).dtype


def test_what_its_type_does_not_know():
    model = loaded(LogisticRegression().fit(X, Y))
    with pytest.raises(TypeError, match="return_std"):
        model.predict(X, return_std=True)
    for method in ("kneighbors", "staged_predict", "mahalanobis", "transform", "set_outputs"):
        assert not hasattr(model, method)


def test_records():
    dicts = [{"city": "Köln", "age": 3, "tags": ["a", "b"]}, {"city": "Rome", "old": True}, {}, {"age": np.float32(1.5), "tags": ("a",), "new": 2**70}]
    for estimator in (DictVectorizer(), DictVectorizer(sparse=False), FeatureHasher(16)):
        rows = dicts if isinstance(estimator, DictVectorizer) else [{k: v for k, v in row.items() if k != "tags"} for row in dicts]
        model = loaded(estimator.fit(rows))
        for X_ in (rows, tuple(rows), pd.Series(rows), iter(rows)):
            got, expected = model.transform(X_), estimator.transform(rows)
            assert sparse.issparse(got) == sparse.issparse(expected)
            assert np.array_equal(*(part.toarray() if sparse.issparse(part) else part for part in (got, expected)))
    words = FeatureHasher(8, input_type="string").fit([["a"]])
    assert np.array_equal(loaded(words).transform([["a", "b"], []]).toarray(), words.transform([["a", "b"], []]).toarray())
    pairs = FeatureHasher(8, input_type="pair").fit([[("a", 1)]])
    assert np.array_equal(loaded(pairs).transform([[("a", 1), ("b", "x")]]).toarray(), pairs.transform([[("a", 1), ("b", "x")]]).toarray())
    model = loaded(DictVectorizer().fit(dicts))
    for bad in ([1], ["text"], "text", {"a": 1}, [{1: 2}], [{"a": object()}], [{"a": [[1]]}], [{"a": {"b": 1}}], [{"\ud800": 1}], FRAME, 7, [None], [[("a", 1, 2)]]):
        with pytest.raises(pratique.InputError) as error:
            model.transform(bad)
        assert error.value.code.startswith("input."), bad


def test_labels():
    for estimator in (LabelEncoder(), LabelBinarizer()):
        for labels in (["b", "a", "c", "b"], [3, 1, 2, 3], np.array([2.0, 1.0, 2.0])):
            model = loaded(estimator.fit(labels))
            for rows in (labels, np.array(labels), pd.Series(labels)):
                got, expected = model.transform(rows), estimator.transform(labels)
                assert np.array_equal(got, expected) and got.dtype == expected.dtype
            back, theirs = model.inverse_transform(got), estimator.inverse_transform(expected)
            assert np.array_equal(back, theirs)
    many = MultiLabelBinarizer().fit([{"a", "b"}, {"c"}])
    assert np.array_equal(loaded(many).transform([{"c", "a"}, []]), many.transform([{"c", "a"}, []]))
