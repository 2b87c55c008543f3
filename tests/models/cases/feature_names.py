"""What columns are called: get_feature_names_out of the ways in which names are made."""
import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.impute import SimpleImputer
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, MaxAbsScaler, StandardScaler

from cases.shared import IGNORE, columns, encode
from data import Data, named
from rows import fra, gappy, num, row


IN_1_1 = {"since": (1, 1), "why": "passthrough, feature_names_out and infrequent categories are new in 1.1"}


def live(name, make, data, **keywords):
    row(name, make, data, checked_in="never", **keywords)


def categories(values, dtype):
    """One column of a few values, each many times."""
    X = np.array(list(values) * 6 + [values[0]] * 9, dtype=dtype).reshape(-1, 1)
    return lambda: Data(X, np.arange(len(X)) % 2, X[:len(values)])


FLOATS = [0.1, 1e16, 1e-5, 123456789.0, -0.5, 1e22, 9999999999999998.0, 0.0001, 3.0, 1 / 3]
ONE_HOT = {"handle_unknown": "ignore"}
live("names_floats", lambda: encode(**ONE_HOT), categories(FLOATS, "f8"))
live("names_floats_f32", lambda: encode(**ONE_HOT), categories([x for x in FLOATS if x < 1e6], "f4"), note="numpy 2.3 writes larger ones otherwise")
live("names_floats_gap", lambda: encode(**ONE_HOT), categories([1.5, np.nan, 2], "f8"))
live("names_floats_f32_rare", lambda: encode(max_categories=3, handle_unknown="infrequent_if_exist"), categories([0.1, 0.2, 0.3, 0.4], "f4"), **IN_1_1)
live("names_floats_rare", lambda: encode(max_categories=3, handle_unknown="infrequent_if_exist"), categories([0.1, 0.2, 0.3, 0.4], "f8"), **IN_1_1)
live("names_ints", lambda: encode(drop="first"), categories([5, -3, 10**15], "i8"))
live("names_bools", lambda: encode(**ONE_HOT), categories([True, False], bool))
live("names_objects", lambda: encode(**ONE_HOT), categories(["a", "é", None], object))
live("names_object_ints", lambda: encode(**ONE_HOT), categories([1, 7, 3], object))

union = [("a", StandardScaler()), ("b", PCA(2)), ("c", "passthrough")]
row("names_union", lambda: FeatureUnion(union), num(), **IN_1_1)
live("names_union_frame", lambda: FeatureUnion(union), lambda: named("two"), **IN_1_1)
live("names_union_short", lambda: FeatureUnion([("a", StandardScaler()), ("b", PCA(2))], verbose_feature_names_out=False), num(),
     since=(1, 5))
live("names_union_twice", lambda: FeatureUnion([("a", StandardScaler()), ("b", MaxAbsScaler())], verbose_feature_names_out=False),
     num(), since=(1, 5), note="two columns of one name: there are no names")
live("names_union_nested", lambda: FeatureUnion([("x", FeatureUnion(union)), ("y", make_pipeline(SimpleImputer(), FeatureUnion(union)))]), num(), **IN_1_1)
live("names_ct_short", lambda: ColumnTransformer([("a", StandardScaler(), [0, 2])], remainder="passthrough",
                                                 verbose_feature_names_out=False), num())
live("names_ct_short_twice", lambda: ColumnTransformer([("a", StandardScaler(), [0, 2]), ("b", MaxAbsScaler(), [2])],
                                                       verbose_feature_names_out=False), num())
row("names_ct_format", lambda: ColumnTransformer([("a", StandardScaler(), [0, 2]), ("b", MaxAbsScaler(), [2])], remainder="passthrough",
                                                 verbose_feature_names_out="{feature_name}<{{{transformer_name}}}>"), num(), since=(1, 6))
live("names_ct_format_other", lambda: ColumnTransformer([("a", StandardScaler(), [0, 2]), ("b", MaxAbsScaler(), [1])],
                                                        verbose_feature_names_out="{feature_name}-{transformer_name}"), num(), since=(1, 6))
live("names_ct_pandas", lambda: columns(encoder=encode(sparse_output=False, **IGNORE), remainder="passthrough",
                                        verbose_feature_names_out=False).set_output(transform="pandas"), fra(), since=(1, 2))
live("names_chain", lambda: make_pipeline(SimpleImputer(add_indicator=True), StandardScaler(), TruncatedSVD(3)), gappy())
live("names_chain_frame", lambda: make_pipeline(SimpleImputer(add_indicator=True), StandardScaler()).set_output(transform="pandas"),
     lambda: named("two"), since=(1, 2))
live("names_function", lambda: Pipeline([("f", FunctionTransformer(feature_names_out="one-to-one")), ("s", StandardScaler())]), num(), **IN_1_1)
live("names_function_none", lambda: Pipeline([("f", FunctionTransformer()), ("s", StandardScaler())]), num())
