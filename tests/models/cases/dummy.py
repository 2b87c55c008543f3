"""What predicts without looking."""
from sklearn.dummy import DummyClassifier, DummyRegressor

from cases.shared import LOG
from data import LABELS, numbers
from rows import corners, row

corners("dummy", lambda: DummyClassifier(strategy="prior"), "word3", labels=LABELS, extra=LOG)
row("dummy_most_frequent", lambda: DummyClassifier(strategy="most_frequent"), lambda: numbers("three"), checked_in="never")
row("dummy_constant", lambda: DummyClassifier(strategy="constant", constant=4), lambda: numbers("three"), checked_in="never")
row("dummy_outputs", lambda: DummyClassifier(strategy="prior"), lambda: numbers("class23"), checked_in="never")
row("dummy_reg", DummyRegressor, lambda: numbers("value"))
row("dummy_reg_two", lambda: DummyRegressor(strategy="median"), lambda: numbers("value2"), checked_in="never")
row("dummy_reg_int", lambda: DummyRegressor(strategy="constant", constant=3), lambda: numbers("two"), checked_in="never")
