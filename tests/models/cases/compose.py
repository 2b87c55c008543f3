"""Pipelines, unions and column transformers; the cases of every file kind."""
import numpy as np
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.ensemble import RandomForestRegressor
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, MaxAbsScaler, StandardScaler

from cases.shared import CAT, IGNORE, LOG, NUM, SIZE, columns, encode, fill_scale, forest, framed, lr, scaled, tree
from data import CORNERS, frame, only, reordered
from rows import EVERY_KIND, SOME_KINDS, everywhere, fra, gappy, num, row

# The main pipeline.
everywhere("main_binary", lambda: scaled(forest(200)), num("two"), extra=LOG)
everywhere("main_three", lambda: scaled(forest(200)), num("word3"))
everywhere("kinds_binary", lambda: scaled(forest(SIZE.trees)), num("two"), kinds=EVERY_KIND)
everywhere("kinds_three", lambda: scaled(forest(SIZE.trees)), num("word3"), kinds=SOME_KINDS)
everywhere("kinds_frame", lambda: framed(lr()), fra("word2"), kinds=SOME_KINDS)
everywhere("bundle", lambda: scaled(tree()), num("word3"), kinds=("joblib", "c0", "p4"), root="model")
everywhere("bundle_lr", lambda: scaled(lr()), num("two"), kinds=("p4",), root="model")

everywhere("union", lambda: FeatureUnion([("scale", StandardScaler()), ("fill", SimpleImputer()),
                                   ("plain", Pipeline([("scale", StandardScaler())]))]), num())

# Integers and bools keep their dtype beside weights that are integers.
row("union_weighted", lambda: FeatureUnion([("keep", FunctionTransformer()), ("mask", MissingIndicator(features="all"))],
                                           transformer_weights={"keep": 3, "mask": 2}), lambda: CORNERS["ints"]("two"), since=(1, 1), why="1.0 has no names here")
row("union_weighted_floats", lambda: FeatureUnion([("keep", FunctionTransformer()), ("mask", MissingIndicator(features="all"))],
                                                  transformer_weights={"keep": 1.0, "mask": 0.5}), lambda: CORNERS["ints"]("two"), checked_in="never")

# Frames.
RARE = {"handle_unknown": "infrequent_if_exist"}
GROUPS = {"since": (1, 1), "why": "groups of rare categories are new in 1.1"}
everywhere("frame_lr", lambda: framed(lr()), fra("word2"), extra=LOG)
everywhere("frame_lr_three", lambda: framed(lr()), fra("word3"))
everywhere("frame_forest", lambda: framed(forest(10)), fra("word3"))
everywhere("frame_tree", lambda: framed(tree()), fra("word3"))
everywhere("frame_ridge", lambda: framed(Ridge()), fra("value"))
everywhere("frame_forest_reg", lambda: framed(RandomForestRegressor(10, random_state=0)), fra("value"))
everywhere("frame_index", lambda: framed(lr(), cat=[0, 1], num=[2, 3, 4]), fra())
everywhere("frame_slice", lambda: framed(tree(), cat=slice(0, 2), num=slice(2, None)), fra())
everywhere("frame_name_slice", lambda: framed(tree(), cat=slice("city", "plan"), num=slice("age", "visits")), fra())
everywhere("frame_mask", lambda: framed(tree(), cat=[True, True] + [False] * 4, num=np.arange(6) > 1), fra())
everywhere("frame_selector", lambda: framed(tree(), cat=make_column_selector(pattern="^(city|plan)$"),
                                     num=make_column_selector(dtype_include=np.number)), fra())
everywhere("frame_selector_exclude", lambda: framed(lr(), cat=make_column_selector(dtype_exclude=np.number)), fra())
everywhere("frame_passthrough", lambda: framed(tree(), remainder="passthrough"), fra())
everywhere("frame_passthrough_index", lambda: framed(tree(), cat=[0, 1], num=[3, 2], remainder="passthrough"), fra())
everywhere("frame_remainder", lambda: framed(lr(), num=["age"], remainder=fill_scale()), fra())
everywhere("frame_remainder_index", lambda: framed(lr(), cat=[0], num=[2], remainder=encode(**IGNORE)), fra(gaps=("age",)))
everywhere("frame_drop_part", lambda: make_pipeline(ColumnTransformer([
    ("gone", "drop", ["income"]), ("kept", "passthrough", ["rating", "visits"]),
    ("cat", encode(**IGNORE), CAT), ("num", fill_scale(), ["age"])]), tree()), fra())
everywhere("frame_sparse_1", lambda: framed(lr(), sparse_threshold=1), fra())
everywhere("frame_sparse_0", lambda: framed(lr(), sparse_threshold=0), fra())
everywhere("frame_sparse_tree", lambda: framed(tree(), sparse_threshold=1), fra("word3"), note="trees on CSR")
everywhere("frame_weights", lambda: framed(lr(), transformer_weights={"cat": 0.5, "num": 3.0}), fra())
everywhere("frame_reordered", lambda: framed(tree()), lambda: reordered(frame()), note="columns come in another order")
everywhere("frame_dense", lambda: framed(tree(), encoder=encode(sparse_output=False, **IGNORE)), fra(), since=(1, 2))
everywhere("frame_old_dense", lambda: framed(tree(), encoder=encode(sparse=False, **IGNORE)), fra(), until=(1, 3),
    why="sparse became sparse_output in 1.2 and went in 1.4")
everywhere("frame_pandas", lambda: framed(lr(), encoder=encode(sparse_output=False, **IGNORE)).set_output(transform="pandas"),
    fra(), since=(1, 2))
everywhere("frame_f32", lambda: framed(tree(), encoder=encode(dtype=np.float32, **IGNORE)), fra())
everywhere("frame_drop_first", lambda: framed(lr(), encoder=encode(drop="first", **IGNORE)), fra())
everywhere("frame_drop_if_binary", lambda: framed(lr(), encoder=encode(drop="if_binary", **IGNORE)), fra())
everywhere("frame_rare", lambda: framed(lr(), encoder=encode(min_frequency=12, **RARE)), fra(), **GROUPS)
everywhere("frame_rare_most", lambda: framed(tree(), encoder=encode(max_categories=2, **RARE)), fra("word3"), **GROUPS)
everywhere("frame_error", lambda: framed(tree(), encoder=encode()), fra(unseen=False))
everywhere("frame_none", lambda: framed(lr()), fra(gaps=("city", "plan", "age")))
everywhere("frame_nan", lambda: framed(lr()), fra(gaps=("city", "plan", "age"), hole=np.nan))
everywhere("frame_none_unseen", lambda: framed(tree()), fra(test_gaps=("city", "plan", "age", "income")))
everywhere("frame_fill_words", lambda: framed(lr(), encoder=make_pipeline(
    SimpleImputer(strategy="constant", fill_value="fehlt"), encode(**IGNORE))), fra(gaps=CAT, hole=np.nan))
everywhere("frame_fill_common", lambda: framed(tree(), encoder=make_pipeline(
    SimpleImputer(strategy="most_frequent"), encode(**IGNORE))), fra(gaps=CAT, hole=np.nan))
everywhere("frame_fill_none", lambda: framed(tree(), encoder=make_pipeline(
    SimpleImputer(missing_values=None, strategy="most_frequent"), encode(**IGNORE))), fra(gaps=CAT),
    until=(1, 8), why="the corpus has pandas 3 there, whose text columns turn None into NaN")
everywhere("frame_codes", lambda: framed(tree()), fra(codes=True), note="categories that look like numbers")
everywhere("frame_vip", lambda: framed(tree(), cat=["vip", "city"], remainder="drop"), fra(vip=True))
everywhere("frame_number_categories", lambda: framed(tree(), cat=["visits"], num=["age", "income"]), fra())
everywhere("frame_numeric", lambda: scaled(forest(5)), lambda: only(frame(gaps=()), NUM), note="fitted on names")

# ColumnTransformer by itself, and pipelines of other shapes.
everywhere("ct_dense", lambda: columns(sparse_threshold=0), fra())
everywhere("ct_sparse", lambda: columns(sparse_threshold=1), fra())
everywhere("ct_mixed", lambda: ColumnTransformer([("num", fill_scale(), NUM)], remainder="passthrough"), fra(gaps=("age",)),
    note="text passes through")
everywhere("ct_pandas", lambda: columns(encoder=encode(sparse_output=False, **IGNORE)).set_output(transform="pandas"), fra(),
    since=(1, 2))
everywhere("ct_short_names", lambda: columns(verbose_feature_names_out=False), fra())
everywhere("ct_matrix", lambda: ColumnTransformer([
    ("a", StandardScaler(), [3, 0]), ("b", SimpleImputer(add_indicator=True), slice(-2, None)),
    ("c", "passthrough", [1])]), gappy())
everywhere("ct_matrix_mask", lambda: ColumnTransformer([("a", StandardScaler(), np.arange(6) % 2 == 0), ("b", "drop", [1])],
                                                remainder=MaxAbsScaler()), num())
everywhere("ct_matrix_twice", lambda: ColumnTransformer([
    ("a", StandardScaler(), [0, 1]), ("b", MaxAbsScaler(), [1, 0]), ("none", StandardScaler(), [])],
    remainder="passthrough"), num(dtype="f4"), note="a column twice, and a selection of nothing")
everywhere("ct_matrix_forest", lambda: make_pipeline(
    ColumnTransformer([("a", fill_scale(), [-1, 2])], remainder=SimpleImputer()), forest(5)), gappy("word3"))
everywhere("ct_csr", lambda: ColumnTransformer([("a", MaxAbsScaler(), [0, 4, 2])], remainder="passthrough"), num(form="csr"))
everywhere("ct_nested", lambda: make_pipeline(
    ColumnTransformer([("inner", columns(), CAT + NUM)], remainder="passthrough"), lr()), fra())
everywhere("pipe_nested", lambda: Pipeline([("first", fill_scale()), ("second", Pipeline([("inner", scaled(forest(5)))]))]),
    gappy("word3"))
everywhere("pipe_passthrough", lambda: Pipeline([("none", "passthrough"), ("scale", StandardScaler()), ("model", lr())]),
    num())
everywhere("pipe_none", lambda: Pipeline([("none", None), ("model", tree())]), num())
everywhere("pipe_transform", lambda: fill_scale(), gappy())
everywhere("pipe_ends_passthrough", lambda: Pipeline([("scale", StandardScaler()), ("last", "passthrough")]), num())
everywhere("pipe_one", lambda: Pipeline([("model", tree())]), num("word3"))
