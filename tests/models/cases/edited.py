"""Fitted models that someone or something changed before saving them."""
import tempfile
from pathlib import Path

import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import StandardScaler

from cases.shared import forest, lr, scaled
from rows import everywhere, num


def by_hand(*attributes):
    """Another of its class, to which these were given, as federated learning does: no n_features_in_."""
    def edit(model):
        made = type(model)()
        for name in attributes:
            setattr(made, name, getattr(model, name))
        return made
    return edit


def given(**attributes):
    def edit(model):
        vars(model).update({name: value(model) for name, value in attributes.items()})
        return model
    return edit


def mapped(name):
    def edit(model):
        path = Path(tempfile.mkdtemp()) / "array"
        value = getattr(model, name)
        array = np.memmap(path, value.dtype, "w+", shape=value.shape)
        array[:] = value
        setattr(model, name, array)
        return model
    return edit


BOTH = ("joblib", "p4")
everywhere("edited_linreg", LinearRegression, num("value"), BOTH, edit=by_hand("coef_", "intercept_"))
everywhere("edited_linreg_two", LinearRegression, num("value2"), edit=by_hand("coef_", "intercept_"))
everywhere("edited_lr", lr, num("word3"), BOTH, edit=by_hand("coef_", "intercept_", "classes_"))
everywhere("edited_scaler", StandardScaler, num(), BOTH, edit=by_hand("mean_", "scale_", "var_"))
everywhere("edited_forest_tuple", lambda: forest(4), num("word2"), BOTH, edit=given(estimators_=lambda model: tuple(model.estimators_)))
everywhere("edited_tool", lambda: scaled(lr()), num("two"), BOTH, edit=given(_mlflow_run_id=lambda model: "0af7", my_note_=lambda model: {"by": [1]}))
everywhere("edited_memmap", lr, num("three"), BOTH, edit=mapped("coef_"))
