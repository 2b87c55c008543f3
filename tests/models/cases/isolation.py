"""Trees of random splits: isolation, embedding."""
import numpy as np
from sklearn.ensemble import IsolationForest, RandomTreesEmbedding

from data import GAPS, NUMERIC, SPARSE, Data, numbers
from rows import corners, gappy, num, row

MISSING = dict(since=(1, 6), why="scikit-learn 1.6 taught isolation forests missing values")


def isolation(**keywords):
    return lambda: IsolationForest(**{"n_estimators": 5, "random_state": 0, **keywords})


def embedding(**keywords):
    return lambda: RandomTreesEmbedding(**{"n_estimators": 4, "random_state": 0, "max_depth": 3, **keywords})


def live(*args, **keywords):
    row(*args, checked_in="never", **keywords)


def infinite():
    data = numbers("two", missing=True)
    data.test[3, 2], data.test[5, 0], data.test[6, 1] = np.inf, -np.inf, 1e300
    return data


def later_gaps():
    return Data(numbers("two").X, numbers("two").y, numbers("two", missing=True).test)


corners("isolation", isolation(), "two", NUMERIC + SPARSE, changes=((1, 3), (1, 6)))
live("isolation_missing", isolation(n_estimators=20), gappy("two"), **MISSING)
live("isolation_missing_f32", isolation(), gappy("two", dtype="f4"), **MISSING)
live("isolation_missing_later", isolation(n_estimators=20), later_gaps, **MISSING)
live("isolation_infinite", isolation(), infinite, **MISSING)
row("isolation_features", isolation(max_features=0.5), num("two"), changes=((1, 3),))
live("isolation_features_one", isolation(max_features=1), num("two", form="csr"))
live("isolation_features_bootstrap", isolation(max_features=4, bootstrap=True), num("two", dtype="f4"))
live("isolation_samples", isolation(max_samples=7), num("two"))
live("isolation_samples_one", isolation(max_samples=1), num("two"))
live("isolation_samples_two", isolation(max_samples=2), num("two"))
live("isolation_contamination", isolation(contamination=0.1, n_estimators=60), num("two"))
live("isolation_contamination_csr", isolation(contamination=0.2, max_features=0.7), num("two", form="csr"))
live("isolation_weight", isolation(), num("two", weight=True))

corners("embedding", embedding(), "two", NUMERIC + SPARSE, extra=("apply",), changes=((1, 3),))
live("embedding_dense", embedding(sparse_output=False), num("two"), extra=("apply",))
live("embedding_best_first", embedding(max_leaf_nodes=5, max_depth=6), num("two"), extra=("apply",))
live("embedding_missing_later", embedding(), later_gaps, since=(1, 6), why="scikit-learn 1.6 taught random splits missing values")
