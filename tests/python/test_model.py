"""What a pratique.Model is to Python: its attributes, its errors, and that it is safe to copy, send and share."""
import pickle
import threading
import tracemalloc

import numpy as np
import pandas as pd
import pyarrow
import pytest
from scipy import sparse
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.image import PatchExtractor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import get_scorer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import Binarizer, FunctionTransformer, OneHotEncoder, StandardScaler

import pratique

RNG = np.random.default_rng(0)
X = RNG.normal(size=(200, 4))
Y = (X[:, 0] + X[:, 1] > 0).astype(int)
FRAME = pd.DataFrame({"age": X[:, 0], "city": RNG.choice(["Köln", "Rome", "Oslo"], 200), "visits": np.arange(200) % 7})


def loaded(estimator):
    return pratique.load(pickle.dumps(estimator))


@pytest.fixture(scope="module")
def forest():
    estimator = RandomForestClassifier(10, random_state=0).fit(X, np.array(["no", "yes"])[Y])
    return estimator, loaded(estimator)


@pytest.fixture(scope="module")
def framed():
    columns = ColumnTransformer([("n", StandardScaler(), ["age", "visits"]), ("c", OneHotEncoder(handle_unknown="ignore"), ["city"])])
    estimator = make_pipeline(columns, LogisticRegression()).fit(FRAME, Y)
    return estimator, loaded(estimator)


def test_has_what_its_type_has(forest):
    estimator, model = forest
    for name in (*pratique._model.METHODS, "score", "classes_", "n_features_in_", "feature_names_in_"):
        assert hasattr(model, name) == hasattr(estimator, name), name
        assert (name in dir(model)) == hasattr(estimator, name), name
    assert model.classes_.dtype == estimator.classes_.dtype and list(model.classes_) == ["no", "yes"]
    assert model.n_features_in_ == 4
    with pytest.raises(TypeError, match="inference only"):
        model.fit(X, Y)


def test_feature_names(framed):
    estimator, model = framed
    assert list(model.feature_names_in_) == list(estimator.feature_names_in_)
    assert model.feature_names_in_.dtype == object


def test_labels_are_as_wide_as_the_longest_class(forest):
    estimator, model = forest
    rows = X[Y == 0][:1]
    assert model.predict(rows).dtype == estimator.predict(rows).dtype == np.dtype("U3")


def test_decision_path_of_a_forest_is_two_things(forest):
    estimator, model = forest
    (got, ends), (expected, theirs) = model.decision_path(X), estimator.decision_path(X)
    assert (got != expected).nnz == 0 and np.array_equal(ends, theirs)


KINDS = {"array": np.asarray, "csr": sparse.csr_matrix, "csc": sparse.csc_matrix, "csr_array": sparse.csr_array, "frame": pd.DataFrame}
DTYPES = ["f8", "f4", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "?"]
# pandas and scipy have no columns of the other byte order, and scipy no float16.
ROWS = [("array", dtype) for dtype in ("f2", ">f8", ">f4", ">i4")] + [("frame", "f2")] + [(k, d) for k in KINDS for d in DTYPES]


@pytest.mark.parametrize("kind, dtype", ROWS)
def test_every_dtype(kind, dtype):
    estimator = make_pipeline(StandardScaler(with_mean=False), Ridge()).fit(X, X[:, 0])
    model, rows = loaded(estimator), KINDS[kind](np.abs(X * 3).astype(dtype))
    got, expected = model.predict(rows), estimator.predict(rows)
    assert got.dtype == expected.dtype
    np.testing.assert_allclose(got, expected, rtol=1e-5 if got.dtype == np.float32 else 1e-12, atol=1e-6 if got.dtype == np.float32 else 1e-13)


def test_sparse_rows_with_duplicates_and_wide_indices(forest):
    estimator, model = forest
    rows = sparse.csr_matrix((np.ones(4), np.array([1, 1, 0, 2]), np.array([0, 2, 4])), shape=(2, 4))
    assert np.array_equal(model.predict_proba(rows), estimator.predict_proba(rows))
    rows.indices, rows.indptr = rows.indices.astype(np.int64), rows.indptr.astype(np.int64)
    assert np.array_equal(model.predict_proba(rows), estimator.predict_proba(rows))


def test_indexes_of_a_mapped_file_are_copied_before_they_are_checked(tmp_path):
    from pratique import _input

    np.arange(4, dtype=np.int32).tofile(tmp_path / "indices")
    mapped = np.memmap(tmp_path / "indices", dtype=np.int32, mode="r+")
    assert not np.shares_memory(mapped, _input._private(mapped, np.int32))
    own = np.arange(4, dtype=np.int32)
    assert np.shares_memory(own, _input._private(own, np.int32))


def test_sparse_results():
    estimator = TfidfVectorizer().fit(["a red fox", "a blue fox", "one sea"])
    model = loaded(estimator)
    for documents in (["red sea", "fox fox"], np.array(["red sea"]), pd.Series(["red sea", "blue"]), ["Ünïcode"]):
        got, expected = model.transform(documents), estimator.transform(documents)
        assert sparse.issparse(got) and got.dtype == expected.dtype and (got != expected).nnz == 0
    with pytest.raises(pratique.InputError, match="one text"):
        model.transform("red sea")


def test_frames(framed):
    estimator, model = framed
    expected = estimator.predict_proba(FRAME)
    for frame in (FRAME, FRAME[["visits", "city", "age"]], FRAME.assign(more=1), FRAME.astype({"city": "category"}),
                  FRAME.astype({"city": "string"}), FRAME.convert_dtypes()):
        np.testing.assert_allclose(model.predict_proba(frame), expected, rtol=1e-12, atol=1e-15)
    with pytest.raises(pratique.InputError, match="'city'") as error:
        model.predict(FRAME[["age", "visits"]])
    assert error.value.code == "input.missing_column"
    with pytest.raises(pratique.InputError, match="mixes text and numbers"):
        model.predict(FRAME.assign(city=[1, *FRAME.city[1:]]))


def kinds_of_columns():
    """A column of every kind that pandas has, with something missing where it can be."""
    numbers, words, truth = [1.5, 2.0, float("nan"), 4.0], ["a", "b", None, "c"], [True, False, True, True]
    return pd.DataFrame({
        "f8": numbers, "f4": np.array(numbers, "f4"), "i8": [1, 2, 3, 4], "u1": np.array([1, 2, 3, 4], "u1"), "bool": truth,
        "Int64": pd.array([1, 2, None, 4], "Int64"), "Float32": pd.array([1, 2, None, 4], "Float32"), "boolean": pd.array(truth, "boolean"),
        "sparse": pd.arrays.SparseArray([0.0, 0, 1, 0]), "category": pd.Categorical(words), "of numbers": pd.Categorical([3, 1, 3, 1]),
        "object": pd.Series(words, dtype=object), "str": pd.Series(words, dtype="str"), "string": pd.Series(words, dtype="string[python]"),
        "arrow": pd.Series(words, dtype="string[pyarrow]"), "ArrowDtype": pd.Series([1, 2, None, 4], dtype="int64[pyarrow]"), "text": ["x", "y", "x", "y"],
    })


@pytest.mark.parametrize("dtype", ["Int64", "UInt8", "Float32", "boolean"])
def test_nullable_columns_and_objects_that_are_numbers_are_float64(dtype):
    """As check_array has them, whether a value is missing or not."""
    frame = pd.DataFrame({"a": pd.array([0, 1, 1, 0], dtype), "b": np.array([1, 2, 3, 4], "i1")})
    estimator = Binarizer().fit(frame)
    objects = np.array([[0, 2], [1, 3]], dtype=object)
    for X in (frame, frame.astype(object), objects):
        result, expected = loaded(estimator).transform(X), estimator.transform(X)
        assert result.dtype == expected.dtype == np.float64
        assert np.array_equal(result, expected)


def test_rows_of_a_frame_are_those_of_the_whole(monkeypatch):
    """pandas keeps columns in blocks, and a block is read as it lies; one row, many, and frames without blocks give the same."""
    one = kinds_of_columns()
    frame = pd.concat([one] * 20, ignore_index=True)
    for some in (one, frame):
        for name, (_, values, *_) in zip(some, pratique._input._pandas_columns(some), strict=True):
            if isinstance(values, list):
                expected = list(some[name].to_numpy(dtype=object))
                assert [*map(type, values)] == [*map(type, expected)]
                assert all((pd.isna(a) and pd.isna(b)) or a == b for a, b in zip(values, expected))
    frame["string"], frame["arrow"] = frame["string"].fillna("z"), frame["arrow"].fillna("z")  # pandas.NA beside text scikit-learn refuses
    words = ["category", "object", "str", "string", "arrow", "text"]
    numbers = [name for name in frame if name not in words]
    columns = ColumnTransformer([("n", SimpleImputer(), numbers), ("w", OneHotEncoder(handle_unknown="ignore", sparse_output=False), words)])
    estimator = columns.fit(frame)
    model, expected = loaded(estimator), estimator.transform(frame)
    assert np.array_equal(model.transform(frame), expected)
    assert np.array_equal(np.concatenate([model.transform(frame[i : i + 1]) for i in range(len(frame))]), expected)
    assert np.array_equal(model.transform(frame[::-1])[::-1], expected)
    assert np.array_equal(model.transform(frame[frame.columns[::-1]].copy()), expected)
    monkeypatch.setattr(pratique._input, "_BLOCKS", "")
    assert np.array_equal(model.transform(frame), expected)


def test_names_of_columns_that_look_like_methods(framed):
    """A frame is a frame, whatever its columns are called; of several levels or of numbers it has no names."""
    estimator = make_pipeline(StandardScaler(), Ridge()).fit(frame := pd.DataFrame(X, columns=["tocsr", "shape", "_mgr", "columns"]), X[:, 0])
    np.testing.assert_allclose(loaded(estimator).predict(frame), estimator.predict(frame), rtol=1e-12, atol=1e-13)
    plain = make_pipeline(StandardScaler(), Ridge()).fit(X, X[:, 0])
    for labels in (pd.MultiIndex.from_product([["a", "b"], [1, 2]]), range(4), pd.Index([1.5, 2.5, 3.5, 4.5])):
        assert np.array_equal(loaded(plain).predict(pd.DataFrame(X, columns=labels)), loaded(plain).predict(X))


def test_columns_of_other_lengths_are_refused(framed):
    _, model = framed
    for columns in ({"age": [1.0, 2.0], "visits": [1], "city": ["Rome", "Oslo"]}, {"age": [1.0], "visits": [1], "city": []}):
        with pytest.raises(pratique.InputError, match="rows, and the frame") as error:
            model.predict(pratique._input.Columns(columns))
        assert error.value.code == "input.shape"


def test_a_row_of_arrow_that_is_null_is_refused(framed):
    """Below a null struct stands anything, such as zeros."""
    class Stream:
        def __init__(self, *rows):
            self.rows = pyarrow.chunked_array([pyarrow.array(rows)])

        def __arrow_c_stream__(self, requested_schema=None):
            return self.rows.__arrow_c_stream__(requested_schema)

    row = FRAME.iloc[0].to_dict()
    assert list(framed[1].predict(Stream(row, row))) == list(framed[1].predict(FRAME.iloc[:1])) * 2
    with pytest.raises(pratique.InputError, match="null"):
        framed[1].predict(Stream(row, None))


@pytest.mark.parametrize("rows", [
    X[:, :2], X[0], X[None], [[1, 2], [3]], "text", X.astype(complex), X.astype("M8[s]"), X[:0], np.full((1, 4), np.inf), [[object()] * 4],
    [["\ud800"] * 4], pd.DataFrame({"t": pd.to_datetime(["2020-01-01"])}), None, {}, sparse.csr_matrix(X.astype(complex))], ids=lambda rows: type(rows).__name__)
def test_bad_input_is_a_typed_error(forest, rows):
    _, model = forest
    with pytest.raises(pratique.InputError) as error:
        model.predict_proba(rows)
    assert isinstance(error.value, ValueError) and error.value.code.startswith("input.") and error.value.message


LIES = {
    "indptr": [np.array([0, 2, 10**9]), np.array([1, 0, 4]), np.array([0, -1, 4]), np.array([4, 2, 4]), np.array([0, 4]), np.array([0, 2**62, 4]), np.array([0.0, 2, 4]),
               np.array([[0, 2, 4]])],
    "indices": [np.array([1, 0, 0, 4]), np.array([1, 0, 0, -1]), np.array([1, 0, 0, 2**32]), np.array([1, 0]), np.array([1, 0, 0, None])],
    "data": [np.ones(2), np.ones((4, 1)), np.array(list("abcd")), np.array([None] * 4)],
    "_shape": [(10**9, 4), (-1, 4), (2, -4)],
}


@pytest.mark.parametrize(("part", "lie"), [(part, lie) for part, lies in LIES.items() for lie in lies])
def test_crafted_sparse_rows_are_refused(forest, part, lie):
    rows = sparse.csr_matrix((np.ones(4), np.array([1, 0, 0, 2]), np.array([0, 2, 4])), shape=(2, 4))
    setattr(rows, part, lie)
    with pytest.raises(pratique.InputError) as caught:
        forest[1].predict(rows)
    assert caught.value.code in ("input.csr", "input.dtype", "input.width")


def test_pickles_as_its_prq(forest, monkeypatch, tmp_path):
    _, model = forest
    again = pickle.loads(pickle.dumps(model))
    assert again.sha256 == model.sha256 and np.array_equal(again.predict_proba(X), model.predict_proba(X))
    policy = tmp_path / "policy.json"
    policy.write_text('{"version": 1, "name": "no trees", "allow": ["@all"], "deny": ["@tree"]}')
    monkeypatch.setenv("PRATIQUE_POLICY", str(policy))
    with pytest.raises(pratique.Rejected):
        pickle.loads(pickle.dumps(model))
    spoiled = model.to_bytes()
    with pytest.raises(pratique.Rejected):
        pratique.load(spoiled[:-70] + bytes([spoiled[-70] ^ 1]) + spoiled[-69:])


def test_threads_share_a_model(forest):
    _, model = forest
    expected, wrong = model.predict_proba(X), []

    def work():
        for _ in range(50):
            if not np.array_equal(model.predict_proba(X), expected):
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    model.n_jobs = -1
    assert np.array_equal(model.predict_proba(X), expected)
    model.n_jobs = None


def test_scikit_learn_takes_it(forest, framed):
    estimator, model = forest
    labels = np.array(["no", "yes"])[Y]
    assert is_classifier(model) and not is_regressor(model)
    assert clone(model) is model
    assert model.score(X, labels) == estimator.score(X, labels)
    for name in ("accuracy", "roc_auc", "neg_log_loss"):
        assert get_scorer(name)(model, X, labels) == get_scorer(name)(estimator, X, labels)
    ours = permutation_importance(model, X, labels, random_state=0, n_repeats=2)
    theirs = permutation_importance(estimator, X, labels, random_state=0, n_repeats=2)
    assert np.array_equal(ours.importances, theirs.importances)
    regressor = Ridge().fit(X, X[:, 0])
    assert is_regressor(loaded(regressor)) and loaded(regressor).score(X, X[:, 0]) == pytest.approx(regressor.score(X, X[:, 0]))


def test_prefit_tools_take_it(forest):
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.frozen import FrozenEstimator
    from sklearn.model_selection import cross_val_predict

    estimator, model = forest
    labels = np.array(["no", "yes"])[Y]
    ours = cross_val_predict(FrozenEstimator(model), X, labels, method="predict_proba")
    assert np.array_equal(ours, cross_val_predict(FrozenEstimator(estimator), X, labels, method="predict_proba"))
    assert CalibratedClassifierCV(FrozenEstimator(model)).fit(X, labels).predict_proba(X).shape == (200, 2)


def test_shows_itself(framed):
    _, model = framed
    html = model._repr_html_()
    assert "OneHotEncoder" in html and "<script" not in html and model.sha256[:16] in html
    assert "Pipeline" in repr(model)
    assert [o["type"].rpartition(".")[2] for o in model.objects][:2] == ["Pipeline", "LogisticRegression"]


@pytest.mark.parametrize("dtype", ["f8", "f4", "f2", ">f8", "u1", "i8", "?"])
@pytest.mark.parametrize("shape", [(2, 7, 5), (1, 7, 5, 1), (3, 12, 11, 3), (2, 5, 6, 2, 2)])
def test_images(shape, dtype):
    pixels = (100 * np.random.default_rng(0).random(shape)).astype(dtype)
    estimator = PatchExtractor(patch_size=(3, 2))
    model = loaded(estimator)
    for images in (pixels, np.asfortranarray(pixels), pixels[:, ::-1, ::-1]):
        got, want = model.transform(images), estimator.transform(images)
        assert got.dtype == want.dtype and got.shape == want.shape and np.array_equal(got, want)
    pratique.load(pratique.dump(estimator, samples=np.ascontiguousarray(pixels)))


def test_what_is_no_image_is_refused(forest):
    model = loaded(PatchExtractor(patch_size=(3, 2)))
    pixels = np.ones((2, 7, 5, 3))
    for images in (pixels[0, 0], pixels[:, :2], np.full_like(pixels, np.nan), pixels.astype(str), pixels.astype(object), pixels[..., :0],
                   pixels[:0], FRAME, sparse.csr_matrix(X), "text", [1, 2]):
        with pytest.raises(pratique.InputError):
            model.transform(images)
    with pytest.raises(pratique.InputError, match="4 dimensions"):
        forest[1].predict(pixels)
    assert model.transform(pixels.tolist()).shape == (40, 3, 2, 3)
    for last in (StandardScaler().fit(X), FunctionTransformer()):
        with pytest.raises(pratique.Unchecked, match="images"):
            loaded(Pipeline([("patches", PatchExtractor(patch_size=(3, 2))), ("last", last)]))


def test_memory_stays_flat(forest):
    _, model = forest
    content, row = model.to_bytes(), X[:1]

    def work(times):
        for _ in range(times):
            pratique.load(content).predict_proba(row)
            try:
                model.predict(X[:, :1])
            except pratique.InputError:
                pass

    def resident():
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[1]) * 4096

    work(4000)
    before = resident()
    tracemalloc.start()
    work(4000)
    objects = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    work(4000)
    assert objects < 100_000 and resident() - before < 8 << 20
