"""DictVectorizer, FeatureHasher."""
import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction import DictVectorizer, FeatureHasher
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import MaxAbsScaler

from data import Data
from rows import row

LIVE = {"checked_in": "never"}
DICTS = [{"city": "Köln", "visits": 3, "vip": True}, {"city": "東京", "age": 4.5}, {"tags": ["a", "b"], "visits": 0}, {}] * 6
ASKED = [{"city": "東京", "visits": -2, "vip": False}, {"city": "unseen", "age": None, "other": 3}, {"tags": ["b", "c"]},
         {"city": 7, "age": 2**60}, {}]
PLAIN = [{"city": "Köln", "visits": 3, "vip": True, "zero": 0}, {"city": "東京", "age": -4.5}, {"": "", "a=b": 1}, {}]


def dicts(test=ASKED, fit=DICTS):
    return lambda: Data(fit, np.arange(len(fit)) % 2, test)


row("dicts", DictVectorizer, dicts())
row("dicts_dense", lambda: DictVectorizer(sparse=False), dicts(ASKED + [{"tags": ["b", "b", "a"]}, {"city=東京": 3, "city": "東京"}]))
row("dicts_f32", lambda: DictVectorizer(dtype=np.float32), dicts(), **LIVE)
row("dicts_int", lambda: DictVectorizer(dtype=np.int32), dicts(DICTS), **LIVE)
row("dicts_float", lambda: DictVectorizer(dtype=float), dicts(DICTS), **LIVE)
row("dicts_separator", lambda: DictVectorizer(separator=" 是 "), dicts(), **LIVE)
row("dicts_no_separator", lambda: DictVectorizer(separator=""), dicts())
row("dicts_unsorted", lambda: DictVectorizer(sort=False), dicts(), **LIVE)
row("dicts_restricted", DictVectorizer, dicts(), edit=lambda model: model.restrict([0, 2, 3], indices=True), **LIVE)
row("dicts_logreg", lambda: make_pipeline(DictVectorizer(), LogisticRegression()), dicts(DICTS), **LIVE)
row("dicts_union", lambda: FeatureUnion([("a", DictVectorizer()), ("b", FeatureHasher(8))]), dicts(PLAIN, PLAIN), **LIVE)

BACK = {"ask": ("inverse_transform",)}
ROWS = np.array([[1, 0, 0, 0.25, 0, -3, 0], [0] * 7, [0.1, 1, 2, 3, 4, 5, 1e300]])
row("dicts_back", DictVectorizer, dicts(ROWS), **BACK)
row("dicts_back_f32", lambda: DictVectorizer(sparse=False), dicts(ROWS[:2].astype(np.float32)), **BACK, **LIVE)
row("dicts_back_int", DictVectorizer, dicts(ROWS[:2].astype(np.int16)), **BACK, **LIVE)
row("dicts_back_unsorted", lambda: DictVectorizer(sort=False), dicts(ROWS), **BACK, **LIVE)
row("dicts_back_restricted", DictVectorizer, dicts(ROWS[:, :3]), edit=lambda model: model.restrict([0, 2, 3], indices=True), **BACK, **LIVE)
row("dicts_back_csr", DictVectorizer, dicts(sp.csr_matrix(([1.5, 1, 0, -1], [3, 0, 1, 6], [0, 2, 2, 4]), shape=(3, 7))), **BACK, **LIVE)
row("dicts_back_pipeline", lambda: make_pipeline(DictVectorizer(sparse=False), MaxAbsScaler()), dicts(ROWS), **BACK, **LIVE)

row("hasher", lambda: FeatureHasher(32), dicts(PLAIN))
for name, options in {"signless": {"alternate_sign": False}, "f32": {"dtype": np.float32}, "int": {"dtype": np.int64},
                      "one": {"n_features": 1}, "many": {"n_features": 2**20}}.items():
    row(f"hasher_{name}", lambda options=options: FeatureHasher(**{"n_features": 16, **options}), dicts(PLAIN), **LIVE)
row("hasher_uint8", lambda: FeatureHasher(16, dtype=np.uint8, alternate_sign=False), dicts([{"a": 255, "b": "text"}]), **LIVE)
PAIRS = [[["a", 1], ["b", 2.5], ["a", -3]], [["Köln", "x"], ["z", True]], [["", 0]], []]
row("hasher_pair", lambda: FeatureHasher(8, input_type="pair"), dicts(PAIRS, PAIRS), **LIVE)
STRINGS = [["a", "b", "a"], ["Köln", "東京", ""], [], ["x" * 40]]
row("hasher_string", lambda: FeatureHasher(8, input_type="string"), dicts(STRINGS, STRINGS))
row("hasher_logreg", lambda: make_pipeline(FeatureHasher(16), LogisticRegression()), dicts(PLAIN, PLAIN), **LIVE)
