"""Shapes, sizes and values of attributes."""
import re

import numpy as np
import scipy.sparse as sp
from sklearn.ensemble import AdaBoostClassifier
from sklearn.linear_model import LogisticRegression, PoissonRegressor, RidgeClassifier

from .rows import GOOD, RULE, X, Y, add, dumped, ridge


def logistic(**attributes):
    model = LogisticRegression().fit(X, Y)
    vars(model).update(attributes)
    return model


def names(*values):
    return np.array(values, dtype=object)


def objects(*values):
    array = np.empty(len(values), dtype=object)
    for i, value in enumerate(values):
        array[i] = value
    return array


def sparse(shape=(1, 2), indptr=(0, 2), indices=(0, 1), data=(1.0, 2.0)):
    """A matrix whose parts need not fit each other."""
    matrix = sp.csr_matrix((1, 2))
    vars(matrix).update(_shape=shape, indptr=np.array(indptr), indices=np.array(indices), data=np.array(data))
    return matrix


def poisson(**loss):
    model = PoissonRegressor().fit(X, Y + 1.0)
    vars(model._base_loss).update(loss)
    return model


def ridge_classifier(**labels):
    model = RidgeClassifier().fit(X, Y)
    vars(model._label_binarizer).update(labels)
    return model


for name, model, result, sentence in (
        ("coef_sparse", logistic(coef_=sparse()), "", "nothing is wrong: sparsify() leaves coefficients so"),
        ("coef_sparse_outside", logistic(coef_=sparse(indices=(0, 2))), "invalid state.type", "a coefficient beyond the last column"),
        ("coef_sparse_negative", logistic(coef_=sparse(indices=(0, -1))), "invalid state.type", "a coefficient before the first column"),
        ("coef_sparse_long", logistic(coef_=sparse(indptr=(0, 3))), "invalid state.type", "a row longer than its data"),
        ("coef_sparse_backwards", logistic(coef_=sparse((2, 2), (0, 2, 1))), "invalid state.type", "a row that ends before it begins"),
        ("coef_sparse_short", logistic(coef_=sparse((2, 2))), "invalid state.type", "fewer rows than the shape says"),
        ("coef_sparse_huge", logistic(coef_=sparse((1, 2**31))), "unsupported state.unsupported_value",
         "sixteen gigabytes of zeros"),
        ("coef_sparse_ridge", ridge(coef_=sparse()), "unsupported state.unsupported_value", "a sparse matrix where no sparsify() puts one"),
        ("link_none", poisson(link=None), "unsupported state.unsupported_value", "a loss without a link"),
        ("labels_multilabel", ridge_classifier(y_type_="multilabel-indicator"), "unsupported state.unsupported_value",
         "a classifier of several labels a row"),
        ("coef_nan", ridge(coef_=np.array([np.nan, 1])), "unsupported state.not_finite", "a NaN coefficient"),
        ("coef_wide", ridge(coef_=np.ones(3)), RULE, "three coefficients for two features"),
        ("coef_none", ridge(coef_=None), "invalid state.type", "no coefficients"),
        ("coef_text", ridge(coef_="12"), "invalid state.type", "text for coefficients"),
        ("coef_three_dimensions", ridge(coef_=np.ones((1, 1, 2))), "invalid state.type", "coefficients in three dimensions"),
        ("coef_empty", ridge(coef_=np.ones((0, 2))), "invalid state.type", "coefficients of no output"),
        ("intercept_inf", ridge(intercept_=np.inf), "unsupported state.not_finite", "an infinite intercept"),
        ("n_features_negative", ridge(n_features_in_=-1), "invalid", "a negative number of features"),
        ("n_features_huge", ridge(n_features_in_=2**63), "invalid", "2^63 features"),
        ("attribute_unknown", ridge(_validate_data="x"), "unsupported state.unknown_attribute",
         "an attribute that could change predictions"),
        ("attribute_method", ridge(predict=np.log1p), "unsupported state.unknown_attribute", "an attribute that hides a method"),
        ("names_number", ridge(feature_names_in_=names(1, 2)), "invalid", "feature names that are numbers"),
        ("names_fewer", ridge(feature_names_in_=names("a")), RULE, "one name for two features"),
        ("names_twice", ridge(feature_names_in_=names("a", "a")), "unsupported state.unsupported_value", "one name for two features, twice"),
        ("names_nul", ridge(feature_names_in_=names("a\0b", "c")), RULE, "a NUL in a name"),
        ("classes_fewer", logistic(classes_=np.array([0])), "unsupported", "one class for a binary model"),
        ("classes_more", logistic(classes_=np.arange(3)), "unsupported", "three classes for a binary model"),
        ("classes_same", logistic(classes_=np.array([1, 1])), "invalid", "the same class twice"),
        ("classes_mixed", logistic(classes_=np.array([1, "a"], dtype=object)), "unsupported", "classes of mixed types"),
        ("classes_array_of_text", logistic(classes_=objects(np.array(["a", "b"]), "c")), "unsupported", "an array in the place of a class"),
        ("classes_array_of_bools", logistic(classes_=objects(np.array([False, True]), True)), "unsupported", "an array in the place of a class"),
        ("classes_scalar", logistic(classes_=objects(np.str_("a"), "b")), "", "nothing is wrong: a numpy scalar is a class, too"),
        ("classes_complex", logistic(classes_=np.array([1j, 2j])), "unsupported", "complex classes"),
):
    add(f"state_{name}.pkl", dumped(model), result, sentence)
for name, version, sentence in (("text", b"../..", "a version that is none"), ("future", b"1.10.", "a release that is none"),
                                ("newer", b"2.0.0", "a release that this build does not read"),
                                ("old", b"0.9.1", "a release before any that this build reads")):
    add(f"state_version_{name}.pkl", GOOD.replace(b"\x051.9.1", b"\x05" + version), "unsupported state.version", sentence)
NO_UNICODE = dumped(logistic(classes_=objects(np.str_("a"), "b"))).replace(b"a\0\0\0", b"\xff\xff\xff\xff")
add("state_classes_no_unicode.pkl", NO_UNICODE, "invalid state.type", "a class whose characters are none")
BOOST = AdaBoostClassifier(n_estimators=1, random_state=0).fit(X, Y)
BOOST.estimators_[0].classes_ = Y[:2] + 1
add("state_member_classes.pkl", dumped(BOOST), "unsupported state.unsupported_value", "one of a boost's estimators has other classes than the boost")

# Python copies a state at BUILD and what a call takes; what the stream changes later is no part of it.
PLAIN = dumped(ridge(), 2)
STATE = re.search(rb"}(q.)\(", PLAIN).group(1).replace(b"q", b"h")
LATER = STATE + b"X\x06\x00\x00\x00coef_2K\x01s0."
add("state_changed_later.pkl", PLAIN[:-1] + LATER, "malformed pickle.changed", "the stream changes a state that Python has copied")
add("state_changed_before.pkl", PLAIN[:-2] + LATER[:-1] + b"b.", "", "nothing is wrong: the state is changed before it is used")
