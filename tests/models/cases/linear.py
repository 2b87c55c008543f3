"""Linear models."""
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge

from cases.shared import LOG, lr, scaled
from data import as_column, numbers
from rows import everywhere, num

NO_MULTI_CLASS = "multi_class went in 1.8"

# Logistic regression.
everywhere("lr_binary", lambda: scaled(lr()), num("two"), extra=LOG)
everywhere("lr_bool", lambda: scaled(lr()), num("bool"))
everywhere("lr_words", lambda: scaled(lr()), num("word2"))
everywhere("lr_multinomial", lambda: scaled(lr()), num("word3"), extra=LOG)
everywhere("lr_numbered", lambda: scaled(lr()), num("three"))
everywhere("lr_bare", lambda: lr(max_iter=5000), num("three"))
everywhere("lr_balanced", lambda: scaled(lr(class_weight="balanced")), num("two"))
everywhere("lr_weights", lambda: scaled(lr(class_weight={-1: 2.0, 4: 0.5, 70: 1.0})), num("three"))
everywhere("lr_no_intercept", lambda: scaled(lr(fit_intercept=False)), num("two"))
everywhere("lr_three_no_intercept", lambda: scaled(lr(fit_intercept=False)), num("word3"))
everywhere("lr_f32", lambda: lr(max_iter=5000), num("two", dtype="f4"))
everywhere("lr_three_f32", lambda: scaled(lr()), num("three", dtype="f4"))
everywhere("lr_csr", lambda: lr(max_iter=5000), num("two", form="csr"))
everywhere("lr_three_csr", lambda: lr(max_iter=5000), num("word3", form="csr"))
everywhere("lr_csc", lambda: lr(max_iter=5000), num("two", form="csc"))
everywhere("lr_sample_weight", lambda: lr(max_iter=5000), num("two", weight=True))
everywhere("lr_liblinear", lambda: scaled(lr(solver="liblinear")), num("two"))
everywhere("lr_l1", lambda: scaled(lr(solver="liblinear", penalty="l1", C=0.2)), num("two"))
everywhere("lr_liblinear_three", lambda: scaled(lr(solver="liblinear")), num("word3"), until=(1, 7),
    why="1.8 refuses liblinear on three classes")
everywhere("lr_ovr", lambda: scaled(lr(multi_class="ovr")), num("word3"), extra=LOG, until=(1, 7), why=NO_MULTI_CLASS)
everywhere("lr_ovr_two", lambda: scaled(lr(multi_class="ovr")), num("two"), until=(1, 7), why=NO_MULTI_CLASS)
everywhere("lr_multinomial_two", lambda: scaled(lr(multi_class="multinomial")), num("two"), extra=LOG,
    until=(1, 7), why=NO_MULTI_CLASS)
everywhere("lr_multinomial_named", lambda: scaled(lr(multi_class="multinomial")), num("word3"),
    until=(1, 7), why=NO_MULTI_CLASS)

# Linear regression of four kinds.
for name, model, options in (
        ("linreg", LinearRegression, {}),
        ("ridge", Ridge, {"alpha": 0.7}),
        ("lasso", Lasso, {"alpha": 0.05, "random_state": 0}),
        ("elastic", ElasticNet, {"alpha": 0.05, "l1_ratio": 0.3, "random_state": 0})):
    def make(model=model, options=options, **more):
        return model(**options, **more)

    everywhere(name, make, num("value"))
    everywhere(f"{name}_two", make, num("value2"))
    everywhere(f"{name}_scaled", lambda make=make: scaled(make()), num("value"))
    everywhere(f"{name}_f32", make, num("value", dtype="f4"))
    everywhere(f"{name}_two_f32", make, num("value2", dtype="f4"))
    everywhere(f"{name}_csr", make, num("value", form="csr"))
    everywhere(f"{name}_two_csr", make, num("value2", form="csr"))
    everywhere(f"{name}_no_intercept", lambda make=make: make(fit_intercept=False), num("value"))
    everywhere(f"{name}_two_no_intercept", lambda make=make: make(fit_intercept=False), num("value2"))
    everywhere(f"{name}_positive", lambda make=make: make(positive=True), num("value"))
everywhere("linreg_column", LinearRegression, lambda: as_column(numbers("value")), note="y is one column, so predict is 2-d")
everywhere("ridge_column", Ridge, lambda: as_column(numbers("value")), note="y is one column: predict is 2-d up to 1.5")
everywhere("ridge_weight", Ridge, num("value", weight=True))
