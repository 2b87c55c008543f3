"""What solves for each row when it is asked: factors, topics, sparse codes."""
import re

import numpy as np
import scipy.sparse as sp
from sklearn import decomposition
from sklearn.decomposition import (NMF, DictionaryLearning, LatentDirichletAllocation, MiniBatchDictionaryLearning,
                                   MiniBatchSparsePCA, SparseCoder, SparsePCA)
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline

from cases.shared import BACK
from data import Data
from rows import RELEASE, row

BOTH = {"extra": BACK, "back_from_transform": True}


def parts(dtype="f8", form="dense", zeros=True, sign=1):
    """40 rows of 7 features that are sums of 3 parts, to fit; 13 to ask. Of sign -1 some are negative."""
    rng = np.random.default_rng(4)
    X = rng.gamma(1.0, size=(53, 3)) @ rng.gamma(0.5, size=(3, 7)) + 0.05 * rng.random((53, 7))
    X = np.round(X, 3) + (0 if zeros else 1e-3)
    if zeros:
        X[rng.random(X.shape) < (0.2 if form == "dense" else 0.5)] = 0.0
        X[52] = 0.0
    if sign < 0:
        X = X - X.mean(axis=0)
    X = X.astype(dtype)
    fit, test = X[:40], X[40:]
    if form != "dense":
        fit, test = sp.csr_matrix(fit), sp.csr_matrix(test)
    return Data(fit, None, test)


def counts(dtype="f8", form="csr"):
    """Words of documents."""
    X = np.random.default_rng(2).poisson(0.7, size=(45, 12)).astype(dtype)
    X[40] = 0
    return Data(X[:32], None, X[32:]) if form == "dense" else Data(sp.csr_matrix(X[:32]), None, sp.csr_matrix(X[32:]))


def each(name, make, data, **keywords):
    """Plain, which is checked in, and what follows the dtype and the form."""
    row(name, make, data, **keywords)
    row(f"{name}_f32", make, lambda: data(dtype="f4"), **{**keywords, "checked_in": "never"})


def nmf(**keywords):
    return lambda: NMF(3, **{"init": "nndsvda", "random_state": 0, "max_iter": 50, **keywords})


each("nmf", nmf(), parts, changes=((1, 2),), **BOTH)
row("nmf_csr", nmf(), lambda: parts(form="csr"), checked_in="never", **BOTH)
row("nmf_weights", nmf(alpha_W=0.02, l1_ratio=0.4), parts, checked_in="never")
row("nmf_short", nmf(max_iter=3, tol=0), parts, checked_in="never")
for loss, zeros in (("frobenius", True), ("kullback-leibler", True), ("itakura-saito", False), (0.5, False), (1.5, True), (3.0, True)):
    for form in ("dense", "csr"):
        row(re.sub(r"\W", "_", f"nmf_mu_{loss}_{form}"), nmf(solver="mu", beta_loss=loss, max_iter=40),
            lambda form=form, zeros=zeros: parts(form=form, zeros=zeros),
            checked_in="ends" if (loss, form) == ("kullback-leibler", "dense") else "never")
row("nmf_mu_weights", nmf(solver="mu", beta_loss="kullback-leibler", alpha_W=0.01, l1_ratio=0.5), parts, checked_in="never")
row("nmf_mu_l1", nmf(solver="mu", beta_loss="kullback-leibler", alpha_W=0.01, l1_ratio=1.0), parts, checked_in="never")
row("nmf_mu_f32", nmf(solver="mu"), lambda: parts(dtype="f4"), checked_in="never")


def many(form="dense"):
    """More rows to ask than a block has: their answers depend on each other."""
    data = parts(form=form)
    rng = np.random.default_rng(6)
    X = rng.gamma(1.0, size=(5000, 3)) @ rng.gamma(0.5, size=(3, 7))
    X[rng.random(X.shape) < 0.5] = 0.0
    return Data(data.X, np.arange(40) % 3, X if form == "dense" else sp.csr_matrix(X))


row("nmf_many", nmf(), many, checked_in="never", **BOTH)
row("nmf_mu_many_csr", nmf(solver="mu", beta_loss="kullback-leibler", max_iter=40), lambda: many("csr"), checked_in="never")
for name, last in (("classified", lambda: LogisticRegression()), ("trees", lambda: RandomForestClassifier(5, random_state=0)),
                   ("neighbors", lambda: KNeighborsClassifier(3)), ("boosted", lambda: HistGradientBoostingClassifier(max_iter=5))):
    row(f"nmf_many_{name}", lambda last=last: make_pipeline(nmf()(), last()), many, checked_in="never")


def batches(**keywords):
    return lambda: decomposition.MiniBatchNMF(3, **{"init": "nndsvda", "random_state": 0, "batch_size": 20, "max_iter": 20, **keywords})


IN_1_1 = {"since": (1, 1), "why": "MiniBatchNMF is of 1.1"}
each("nmf_batch", batches(), parts, changes=((1, 2),), **BOTH, **IN_1_1)
row("nmf_batch_csr", batches(beta_loss="kullback-leibler"), lambda: parts(form="csr"), checked_in="never", **IN_1_1)
row("nmf_batch_many", batches(), many, checked_in="never", **IN_1_1)
row("nmf_batch_iterations", batches(transform_max_iter=7, alpha_W=0.01, l1_ratio=0.3, tol=1e-3), parts, checked_in="never", **IN_1_1)


def lda(**keywords):
    return lambda: LatentDirichletAllocation(3, **{"max_iter": 4, "random_state": 0, **keywords})


each("topics", lda(), counts)
row("topics_dense", lda(learning_method="online", doc_topic_prior=0.2), lambda: counts(form="dense"), checked_in="never")
row("topics_exact", lda(mean_change_tol=1e-9, max_doc_update_iter=300), counts, checked_in="never")
row("topics_none", lda(max_doc_update_iter=0), counts, checked_in="never")

signed = lambda **keywords: parts(sign=-1, **keywords)  # noqa: E731
BACK_SINCE = BOTH if RELEASE >= (1, 2) else {}
each("sparse_pca", lambda: SparsePCA(3, alpha=0.1, max_iter=20, random_state=0), signed, **BACK_SINCE)
row("sparse_pca_ridge", lambda: SparsePCA(4, ridge_alpha=0.5, max_iter=20, random_state=0), signed, checked_in="never")
row("sparse_pca_many", lambda: SparsePCA(9, alpha=0.1, max_iter=10, random_state=0), signed, checked_in="never")
each("sparse_pca_batch", lambda: MiniBatchSparsePCA(3, alpha=0.1, random_state=0), signed, since=(1, 1),
     why="1.0 keeps one of the arrays of float32 in float64")

BACK_OF_CODES = BOTH if RELEASE >= (1, 8) else {}


def dictionary(kind=DictionaryLearning, **keywords):
    return lambda: kind(8, **{"max_iter" if kind is DictionaryLearning else "batch_size": 10, "random_state": 0, **keywords})


each("dictionary", dictionary(transform_n_nonzero_coefs=3), signed, changes=((1, 2), (1, 8)), **BACK_OF_CODES)
row("dictionary_default", dictionary(), signed, checked_in="never")
row("dictionary_split", dictionary(split_sign=True, transform_n_nonzero_coefs=2), signed, checked_in="never", **BACK_OF_CODES)
row("dictionary_threshold", dictionary(transform_algorithm="threshold", transform_alpha=0.2, positive_code=True, fit_algorithm="cd"), signed,
    checked_in="never")
row("dictionary_alpha", dictionary(transform_algorithm="threshold", alpha=0.3), signed, changes=((1, 2),))
for name, keywords in (("cd", {}), ("positive", {"positive_code": True, "fit_algorithm": "cd"}), ("short", {"transform_max_iter": 2})):
    row(f"dictionary_{name}", dictionary(transform_algorithm="lasso_cd", transform_alpha=0.1, **keywords), signed,
        changes=((1, 8),), checked_in="ends" if name == "cd" else "never")
each("dictionary_batch", dictionary(MiniBatchDictionaryLearning, transform_algorithm="threshold", transform_alpha=0.1), signed,
     changes=((1, 2), (1, 8)))


def atoms():
    D = np.random.default_rng(1).normal(size=(10, 7))
    return D / np.linalg.norm(D, axis=1, keepdims=True)


row("coder", lambda: SparseCoder(atoms(), transform_n_nonzero_coefs=4), signed, changes=((1, 8),), **BACK_OF_CODES)
row("coder_cd", lambda: SparseCoder(atoms(), transform_algorithm="lasso_cd", transform_alpha=0.05), signed, checked_in="never")
row("coder_threshold", lambda: SparseCoder(atoms(), transform_algorithm="threshold", transform_alpha=0.05, split_sign=True), signed,
    checked_in="never")
