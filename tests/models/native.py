"""Boosters as their own libraries keep them in files, asked as these ask them."""
from pathlib import Path


class NativeBooster:
    """`read` makes the library's Booster of a path; `ask` gives its predictions."""

    def __init__(self, booster):
        self.booster = booster

    def save(self, path):
        self.booster.save_model(str(path))

    def get_params(self, deep=True):
        return {}


class XGBoostFile(NativeBooster):
    __module__ = "xgboost.core"  # what a reader calls it

    def predict(self, X):
        import xgboost
        return self.booster.predict(xgboost.DMatrix(X, feature_types=self.booster.feature_types, enable_categorical=True))

    @classmethod
    def read(cls, path):
        import xgboost
        return cls(xgboost.Booster(model_file=str(path)))


class LightGBMFile(NativeBooster):
    __module__ = "lightgbm.basic"

    def predict(self, X):
        return self.booster.predict(X)

    @classmethod
    def read(cls, path):
        import lightgbm
        return cls(lightgbm.Booster(model_file=str(path)))


KINDS = {"json": XGBoostFile, "ubj": XGBoostFile, "txt": LightGBMFile}


def load(path):
    return KINDS[Path(path).suffix[1:]].read(path)
