"""What predicts without looking."""
import numpy as np
from sklearn.dummy import DummyClassifier, DummyRegressor

from cases.shared import LOG
from data import LABELS, Data, numbers
from rows import corners, row

corners("dummy", lambda: DummyClassifier(strategy="prior"), "word3", labels=LABELS, extra=LOG)
row("dummy_most_frequent", lambda: DummyClassifier(strategy="most_frequent"), lambda: numbers("three"), checked_in="never")
row("dummy_constant", lambda: DummyClassifier(strategy="constant", constant=4), lambda: numbers("three"), checked_in="never")
row("dummy_outputs", lambda: DummyClassifier(strategy="prior"), lambda: numbers("class23"), checked_in="never")
row("dummy_reg", DummyRegressor, lambda: numbers("value"))
row("dummy_reg_two", lambda: DummyRegressor(strategy="median"), lambda: numbers("value2"), checked_in="never")
row("dummy_reg_int", lambda: DummyRegressor(strategy="constant", constant=3), lambda: numbers("two"), checked_in="never")

# Drawn at random, as numpy's RandomState does.
for strategy in ("stratified", "uniform"):
    row(f"dummy_{strategy}", lambda s=strategy: DummyClassifier(strategy=s, random_state=7), lambda: numbers("word3"), extra=LOG)
    for y in LABELS + ("four", "one"):
        row(f"dummy_{strategy}_{y}", lambda s=strategy: DummyClassifier(strategy=s, random_state=2**32 - 1),
            lambda y=y: numbers(y), extra=LOG, checked_in="never")
    row(f"dummy_{strategy}_numpy", lambda s=strategy: DummyClassifier(strategy=s, random_state=np.int64(0)),
        lambda: long(), checked_in="never")
    row(f"dummy_{strategy}_weights", lambda s=strategy: DummyClassifier(strategy=s, random_state=3),
        lambda: numbers("four", weight=True), checked_in="never")


def long():
    """More rows than run at once."""
    data = numbers("four")
    return Data(data.X, data.y, np.resize(data.test, (5000, 1)))
