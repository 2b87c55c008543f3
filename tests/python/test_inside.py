"""What is inside a model, what its columns are called, and what its results look like."""
import pickle

import numpy as np
import pandas as pd
import polars
import pyarrow
import pytest
from scipy import sparse
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.feature_extraction import DictVectorizer, FeatureHasher
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import LabelBinarizer, LabelEncoder, MinMaxScaler, MultiLabelBinarizer, OneHotEncoder, StandardScaler

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
