"""Naive Bayes. The discrete ones are given counts: what is not negative."""
import numpy as np
import scipy.sparse as sp
from sklearn.naive_bayes import BernoulliNB, CategoricalNB, ComplementNB, GaussianNB, MultinomialNB

from cases.shared import LOG
from data import CORNERS, LABELS, NUMERIC, SPARSE, Data, numbers
from rows import corners, row

COUNTS = ("f32", "ints", "fortran", "one_feature", "constant", "wide", "named") + SPARSE


def positive(X):
    if sp.issparse(X):
        return abs(X)
    X = abs(X)
    return X.where(X < 1e6, 1) if hasattr(X, "where") else np.where(X < 1e6, X, 1).astype(X.dtype)


def counts(name, target="three"):
    data = CORNERS[name](target)
    return Data(positive(data.X), data.y, positive(data.test))


corners("nb_gaussian", GaussianNB, "three", NUMERIC, labels=LABELS, extra=LOG)
row("nb_gaussian_priors", lambda: GaussianNB(priors=[0.2, 0.3, 0.5]), lambda: numbers("three"), checked_in="never")
for name, make in (("multinomial", MultinomialNB), ("complement", ComplementNB), ("bernoulli", BernoulliNB)):
    row(f"nb_{name}", make, lambda: counts("plain"), extra=LOG)
    for corner in COUNTS:
        row(f"nb_{name}_{corner}", make, lambda corner=corner: counts(corner), extra=LOG, checked_in="never")
    row(f"nb_{name}_words", make, lambda: counts("plain", "word2"), checked_in="never")
row("nb_complement_norm", lambda: ComplementNB(norm=True), lambda: counts("plain"), checked_in="never")
row("nb_complement_one", ComplementNB, lambda: counts("plain", "one"), checked_in="never")
row("nb_bernoulli_half", lambda: BernoulliNB(binarize=0.5), lambda: numbers("two"), checked_in="never")


def categories():
    X = np.random.default_rng(11).integers(0, 4, size=(90, 3))
    X[0] = 3
    return Data(X[:60], np.arange(60) % 3, X[60:])


row("nb_categorical", CategoricalNB, categories, extra=LOG)
