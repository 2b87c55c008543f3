"""What the cases of several families are made of."""
from types import SimpleNamespace

from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from data import frame, texts

SIZE = SimpleNamespace(trees=5)  # of the cases of every file kind; 200 when made live
LOG, BACK = ("predict_log_proba",), ("inverse_transform",)
STAGED = ("staged_predict", "staged_predict_proba", "staged_decision_function")
IGNORE = {"handle_unknown": "ignore"}


def scaled(model):
    return Pipeline([("scale", StandardScaler()), ("model", model)])


def forest(n=12, **keywords):
    return RandomForestClassifier(n, random_state=0, n_jobs=1, **keywords)


def lr(**keywords):
    return LogisticRegression(**{"max_iter": 500, "random_state": 0, **keywords})


CAT, NUM = ["city", "plan"], ["age", "income", "visits"]


def fill_scale():
    return Pipeline([("fill", SimpleImputer(strategy="median")), ("scale", StandardScaler())])


def columns(cat=CAT, num=NUM, encoder=None, **keywords):
    encoder = encoder or OneHotEncoder(handle_unknown="ignore")
    return ColumnTransformer([("cat", encoder, cat), ("num", fill_scale(), num)], **keywords)


def framed(model, **keywords):
    return Pipeline([("columns", columns(**keywords)), ("model", model)])


def tree(**keywords):
    return DecisionTreeClassifier(random_state=0, **keywords)


def encode(**keywords):
    return OneHotEncoder(**keywords)


def city_plan(*args, **keywords):
    return lambda: texts(frame(*args, **keywords))
