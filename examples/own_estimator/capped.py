"""A regressor of one's own: a ridge regression that never predicts more than a column of X says, say the stock of a shop."""

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import Ridge
from sklearn.utils.validation import check_is_fitted, validate_data


class CappedRegressor(RegressorMixin, BaseEstimator):
    def __init__(self, cap_column=0, alpha=1.0):
        self.cap_column = cap_column
        self.alpha = alpha

    def fit(self, X, y):
        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        if not 0 <= self.cap_column < X.shape[1]:
            raise ValueError("cap_column is a column of X")
        ridge = Ridge(alpha=self.alpha).fit(X, y)
        self.coef_, self.intercept_ = ridge.coef_, ridge.intercept_
        return self

    def predict(self, X):
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        return np.minimum(X @ self.coef_ + self.intercept_, X[:, self.cap_column])
