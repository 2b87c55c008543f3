"""Loads scikit-learn models from people you do not trust: nothing of a file is executed, all of it is proven, and the model
predicts with scikit-learn's numbers.

    model = pratique.load("model.joblib")
    model.predict_proba(X)
"""
from ._errors import InputError, PolicyError, PratiqueError, PredictionMismatch, Rejected, Unchecked, Unreadable
from ._load import convert, dump, load
from ._model import Model
from ._native import __version__
from ._policy import Policy
from ._report import Finding, Report, diff, explain, get_untrusted_types, inspect, scan, types, validate

__all__ = [
    "Finding", "InputError", "Model", "Policy", "PolicyError", "PratiqueError", "PredictionMismatch", "Rejected", "Report",
    "Unchecked", "Unreadable", "__version__", "convert", "diff", "dump", "explain", "get_untrusted_types", "inspect", "load",
    "scan", "types", "validate",
]
