"""Scalers, imputers, encoders."""
import numpy as np
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MaxAbsScaler, StandardScaler

from cases.shared import BACK, CAT, IGNORE, city_plan, encode, fill_scale, forest, tree
from data import few_numbers, frame, minus_one, numbers, only, small_ints, texts, with_constant, with_empty, words
from rows import everywhere, gappy, num

# Scalers.
for name, model in (("standard", StandardScaler), ("maxabs", MaxAbsScaler)):
    everywhere(name, model, gappy("two"), extra=BACK)
    everywhere(f"{name}_f32", model, gappy("two", dtype="f4"), extra=BACK)
    everywhere(f"{name}_constant", model, lambda: with_constant(numbers()))
    everywhere(f"{name}_weight" if name == "standard" else f"{name}_int", model,
        num(weight=True) if name == "standard" else lambda: small_ints(0))
everywhere("standard_no_mean", lambda: StandardScaler(with_mean=False), gappy("two"), extra=BACK)
everywhere("standard_no_std", lambda: StandardScaler(with_std=False), gappy("two"), extra=BACK)
everywhere("standard_neither", lambda: StandardScaler(with_mean=False, with_std=False), num())
everywhere("standard_csr", lambda: StandardScaler(with_mean=False), num(form="csr"))
everywhere("standard_csr_f32", lambda: StandardScaler(with_mean=False), num(form="csr", dtype="f4"))
everywhere("standard_int", StandardScaler, lambda: small_ints(0))
everywhere("maxabs_csr", MaxAbsScaler, num(form="csr"))
everywhere("maxabs_csr_f32", MaxAbsScaler, num(form="csr", dtype="f4"))
everywhere("maxabs_clip", lambda: MaxAbsScaler(clip=True), gappy("two"), since=(1, 9), why="clip is new in 1.9")
everywhere("maxabs_clip_csr", lambda: MaxAbsScaler(clip=True), num(form="csr"), since=(1, 9), why="clip is new in 1.9")
everywhere("maxabs_forest", lambda: Pipeline([("scale", MaxAbsScaler()), ("model", forest(5))]), num("word3"))

# Imputers.
for strategy in ("mean", "median", "most_frequent", "constant"):
    def impute(strategy=strategy, **more):
        return SimpleImputer(strategy=strategy, **more)

    everywhere(f"impute_{strategy}", impute, gappy(), changes=((1, 1),))
    everywhere(f"impute_{strategy}_f32", impute, gappy(dtype="f4"))
    everywhere(f"impute_{strategy}_indicator", lambda impute=impute: impute(add_indicator=True), gappy())
    everywhere(f"impute_{strategy}_empty", impute, lambda: with_empty(numbers(missing=True)),
        note="a column without any value is dropped, except by constant")
    everywhere(f"impute_{strategy}_keep_empty", lambda impute=impute: impute(keep_empty_features=True),
        lambda: with_empty(numbers(missing=True)), since=(1, 2))
    everywhere(f"impute_{strategy}_minus_one", lambda impute=impute: impute(missing_values=-1), minus_one)
everywhere("missing_indicator", MissingIndicator, gappy())
everywhere("missing_indicator_all", lambda: MissingIndicator(features="all", error_on_new=False), gappy())
everywhere("impute_constant_value", lambda: SimpleImputer(strategy="constant", fill_value=-99.5), gappy())
everywhere("impute_mean_csr", SimpleImputer, gappy(form="csr"))
everywhere("impute_indicator_empty", lambda: SimpleImputer(add_indicator=True), lambda: with_empty(numbers(missing=True)))
everywhere("impute_int", lambda: SimpleImputer(missing_values=-1, strategy="most_frequent"),
    lambda: small_ints(-1))
everywhere("impute_words", lambda: SimpleImputer(strategy="most_frequent"), lambda: texts(frame(gaps=CAT)), changes=((1, 1),))
everywhere("impute_words_constant", lambda: SimpleImputer(strategy="constant", fill_value="fehlt"),
    lambda: texts(frame(gaps=CAT)))
everywhere("impute_forest", lambda: make_pipeline(*fill_scale().named_steps.values(), forest(5)), gappy("word3"))
everywhere("impute_indicator_tree", lambda: make_pipeline(SimpleImputer(add_indicator=True), tree()), gappy("word3"))

# Encoders. Text in a matrix, then in a frame, then numbers as categories.
everywhere("encoder", lambda: encode(**IGNORE), lambda: words("U8"))
everywhere("encoder_objects", lambda: encode(**IGNORE), lambda: words(object))
everywhere("encoder_error", lambda: encode(), lambda: words(object, unseen=False))
everywhere("encoder_dense", lambda: encode(sparse_output=False, **IGNORE), lambda: words(object), since=(1, 2))
everywhere("encoder_old_dense", lambda: encode(sparse=False, **IGNORE), lambda: words(object), until=(1, 3),
    why="sparse became sparse_output in 1.2 and went in 1.4")
everywhere("encoder_f32", lambda: encode(dtype=np.float32, **IGNORE), lambda: words(object))
everywhere("encoder_int", lambda: encode(dtype=np.int64, **IGNORE), lambda: words(object))
everywhere("encoder_drop_first", lambda: encode(drop="first"), lambda: words(object, unseen=False))
everywhere("encoder_drop_first_ignore", lambda: encode(drop="first", **IGNORE), lambda: words(object))
everywhere("encoder_drop_if_binary", lambda: encode(drop="if_binary", **IGNORE), city_plan())
everywhere("encoder_drop_named", lambda: encode(drop=["blau", "rot"], **IGNORE), lambda: words(object))
everywhere("encoder_given", lambda: encode(categories=[["rot", "blau"], ["黄色", "grün", "lila"]], **IGNORE),
    lambda: words(object))
everywhere("encoder_given_numbers", lambda: encode(categories=[[0, 1, 2.5]] * 4, **IGNORE), lambda: few_numbers(0.0))
GROUPS = {"since": (1, 1), "why": "groups of rare categories are new in 1.1"}
everywhere("encoder_rare_count", lambda: encode(min_frequency=12, handle_unknown="infrequent_if_exist"), city_plan(), **GROUPS)
everywhere("encoder_rare_fraction", lambda: encode(min_frequency=0.2, handle_unknown="infrequent_if_exist"), city_plan(), **GROUPS)
everywhere("encoder_rare_most", lambda: encode(max_categories=3, handle_unknown="infrequent_if_exist"), city_plan(), **GROUPS)
everywhere("encoder_rare_none", lambda: encode(min_frequency=1, handle_unknown="infrequent_if_exist"), city_plan(), **GROUPS,
    note="nothing is infrequent, so an unknown is all zeros")
everywhere("encoder_rare_ignore", lambda: encode(max_categories=2, **IGNORE), city_plan(), **GROUPS)
everywhere("encoder_rare_drop", lambda: encode(max_categories=3, drop="first", handle_unknown="infrequent_if_exist"),
    city_plan(), **GROUPS, note="the first category may be an infrequent one")
everywhere("encoder_warn", lambda: encode(max_categories=3, handle_unknown="warn"), city_plan(), since=(1, 6),
    why='handle_unknown="warn" is new in 1.6')
everywhere("encoder_none", lambda: encode(**IGNORE), city_plan(gaps=CAT))
everywhere("encoder_nan", lambda: encode(**IGNORE), city_plan(gaps=CAT, hole=np.nan))
everywhere("encoder_none_unseen", lambda: encode(**IGNORE), city_plan(gaps=(), test_gaps=CAT))
everywhere("encoder_numbers", lambda: encode(**IGNORE), lambda: few_numbers(0.0))
everywhere("encoder_numbers_nan", lambda: encode(**IGNORE), lambda: few_numbers(np.nan))
everywhere("encoder_ints", lambda: encode(**IGNORE), lambda: small_ints(0))
everywhere("encoder_vip", lambda: encode(**IGNORE), lambda: only(frame(vip=True), ["vip", "visits", "city"]))
everywhere("encoder_forest", lambda: make_pipeline(encode(**IGNORE), forest(5)), lambda: words(object), note="trees on CSR")
