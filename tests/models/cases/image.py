"""PatchExtractor: X of three dimensions and more."""
import numpy as np
from sklearn.feature_extraction.image import PatchExtractor
from sklearn.pipeline import make_pipeline

from data import Data
from rows import row


def images(*shape, dtype="f8", order="C"):
    """Images of numbers that all differ, some beyond float64's integers."""
    X = np.random.default_rng(5).normal(scale=100, size=shape)
    X = X > 0 if dtype == "?" else np.abs(X) if np.dtype(dtype).kind == "u" else X
    X = np.asarray(X.astype(dtype), order=order)
    if dtype in ("i8", "u8"):
        X.flat[:2] = np.iinfo(dtype).max, 2**53 + 1
    return lambda: Data(X, None, X)


def live(name, make, data):
    row(name, make, data, checked_in="never")


def of(*patch_size):
    return lambda: PatchExtractor(patch_size=patch_size)


row("patches", of(3, 2), images(3, 7, 5))
row("patches_colour", of(3, 2), images(2, 6, 5, 3))
row("patches_tenth", lambda: PatchExtractor(random_state=3), images(2, 21, 34))
live("patches_tenth_colour", PatchExtractor, images(2, 21, 34, 4))
live("patches_whole", of(7, 5), images(3, 7, 5))
live("patches_points", of(1, 1), images(3, 7, 5, 2))
live("patches_one_image", of(2, 4), images(1, 9, 8))
live("patches_one_channel", of(2, 4), images(2, 9, 8, 1))
live("patches_five_dimensions", of(2, 4), images(2, 5, 6, 3, 2))
live("patches_fortran", of(3, 2), images(4, 7, 5, order="F"))
live("patches_fortran_colour", of(3, 2), images(4, 7, 5, 3, order="F"))
live("patches_fortran_five", of(3, 2), images(4, 7, 5, 3, 2, order="F"))
live("patches_big_endian", of(3, 2), images(4, 7, 5, dtype=">f8"))
live("patches_many", of(4, 4), images(700, 12, 13))  # in several blocks
for dtype in ("u1", "f4", "f2", "i8", "u8", "i2", "?"):
    live(f"patches_{np.dtype(dtype).name}", of(3, 2), images(3, 7, 5, 3, dtype=dtype))
live("patches_passthrough", lambda: make_pipeline("passthrough", PatchExtractor(patch_size=(3, 2)), "passthrough"), images(3, 7, 5))
