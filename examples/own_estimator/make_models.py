"""make_models.py: writes models/ beside this file: fitted by the scikit-learn that runs it, and that one's own predictions."""

import pathlib
import pickle

import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from capped import CappedRegressor

models = pathlib.Path(__file__).parent / "models"
models.mkdir(exist_ok=True)
rng = np.random.default_rng(7)
X = rng.normal(size=(60, 4))
y = X @ [1.0, -2.0, 0.5, 3.0] + rng.normal(size=60)
np.save(models / "X.npy", X)
for name, model in {
    "capped": CappedRegressor(cap_column=2, alpha=0.5),
    "piped": make_pipeline(StandardScaler(), CappedRegressor(cap_column=3)),
}.items():
    model.fit(X, y)
    (models / f"{name}.pkl").write_bytes(pickle.dumps(model, protocol=4))
    np.save(models / f"{name}.npy", model.predict(X))
