"""OrdinalEncoder, TargetEncoder."""
import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder

from cases.shared import CAT, city_plan, forest
from data import TEXTS, Data, few_numbers, frame, integers, named, numbers, only, small_ints, words
from rows import RELEASE, row

VALUE = {"handle_unknown": "use_encoded_value", "unknown_value": -1}
NAN = {"handle_unknown": "use_encoded_value", "unknown_value": np.nan}
LIVE = {"checked_in": "never"}


def codes(data, rows):
    """The same fit, and codes as what is asked."""
    return lambda: Data(data().X, data().y, np.array(rows))


def seen(X):
    return Data(X, np.arange(len(X)), X)


def frames(kind, **options):
    return only(frame(kind, **{"gaps": (), **options}), ["city", "plan", "visits"])


def repeated(target="value"):
    """Few values a column, so that targets differ by category."""
    data = integers(target)
    return Data(np.abs(data.X) % 5, data.y, np.abs(data.test) % 7)


ordinal = OrdinalEncoder
row("ordinal", lambda: ordinal(**VALUE), city_plan(), changes=((1, 3),))
row("ordinal_numbers", ordinal, lambda: seen(np.array([[1.5, 2], [3, -0.0], [1e30, 7], [1.5, 7]])))
for name, data in TEXTS.items():
    row(f"ordinal_{name}", lambda: ordinal(**VALUE), data, **LIVE)
for name, dtype in (("f32", np.float32), ("int8", np.int8), ("int32", "int32"), ("i64", int), ("bool", bool)):
    row(f"ordinal_{name}", lambda dtype=dtype: ordinal(dtype=dtype, **VALUE), lambda: words(object), **LIVE)
row("ordinal_uint8", lambda: ordinal(dtype=np.uint8, handle_unknown="use_encoded_value", unknown_value=250),
    lambda: words(object), **LIVE)
row("ordinal_unknown_nan", lambda: ordinal(**NAN), city_plan(), **LIVE)
row("ordinal_none", lambda: ordinal(**VALUE), city_plan(gaps=CAT), **LIVE)
row("ordinal_nan", lambda: ordinal(**VALUE), city_plan(gaps=CAT, hole=np.nan), **LIVE)
ENCODED = {"since": (1, 1), "why": "encoded_missing_value is new in 1.1"}
row("ordinal_nan_encoded", lambda: ordinal(encoded_missing_value=-2, **VALUE), city_plan(gaps=CAT, hole=np.nan), **ENCODED)
row("ordinal_nan_int", lambda: ordinal(encoded_missing_value=-2, dtype=np.int16, **VALUE),
    city_plan(gaps=CAT, hole=np.nan), **LIVE, **ENCODED)
row("ordinal_none_unseen", lambda: ordinal(**VALUE), city_plan(gaps=(), test_gaps=CAT), **LIVE)
row("ordinal_given", lambda: ordinal(categories=[["rot", "blau"], ["黄色", "grün", "lila"]], **VALUE),
    lambda: words(object), **LIVE)
row("ordinal_few", lambda: ordinal(**VALUE), lambda: few_numbers(np.nan), **LIVE)
row("ordinal_few_nan", lambda: ordinal(encoded_missing_value=9, **NAN), lambda: few_numbers(np.nan), **LIVE, **ENCODED)
row("ordinal_ints", lambda: ordinal(**VALUE), lambda: small_ints(0), **LIVE)
row("ordinal_named", lambda: ordinal(**VALUE), lambda: named("two"), **LIVE)
row("ordinal_vip", lambda: ordinal(**VALUE), lambda: only(frame(vip=True), ["vip", "visits", "city"]), **LIVE)
row("ordinal_forest", lambda: make_pipeline(ordinal(**VALUE), forest(5)), lambda: words(object), **LIVE)
if RELEASE >= (1, 3):
    row("ordinal_rare", lambda: ordinal(max_categories=3, **VALUE), city_plan(), since=(1, 3))
    row("ordinal_rare_nan", lambda: ordinal(min_frequency=20, encoded_missing_value=-2, **VALUE),
        city_plan(gaps=CAT, hole=np.nan), since=(1, 3), **LIVE)
    row("ordinal_rare_none", lambda: ordinal(min_frequency=20, **VALUE), city_plan(gaps=CAT), since=(1, 3), **LIVE)
    row("ordinal_rare_all", lambda: ordinal(max_categories=1, **VALUE), city_plan(), since=(1, 3), **LIVE)

# Back: codes of categories, of unknown, missing and infrequent ones.
BACK = {"ask": ("inverse_transform",)}
row("ordinal_back", lambda: ordinal(**VALUE), codes(city_plan(), [[0, 1], [-1, 0], [4, -1]]), **BACK)
row("ordinal_back_nan", lambda: ordinal(**VALUE), codes(city_plan(gaps=CAT, hole=np.nan), [[0, np.nan], [np.nan, 0]]),
    **BACK, **LIVE)
row("ordinal_back_none", lambda: ordinal(**VALUE), codes(city_plan(gaps=CAT), [[5, 2], [-1, 0]]), **BACK, **LIVE)
row("ordinal_back_words", ordinal, codes(lambda: words("U8"), [[0, 1], [3, 2], [-1, -4]]), **BACK, **LIVE)
row("ordinal_back_numbers", ordinal, codes(lambda: few_numbers(1.0), [[0, 1, 2, 0], [-1, -3, 1.7, 0.2]]), **BACK)
row("ordinal_back_gaps", lambda: ordinal(encoded_missing_value=-5), codes(lambda: few_numbers(np.nan), [[-5, 3, 2, 0]]),
    **BACK, **LIVE, **ENCODED)
row("ordinal_back_unknown", lambda: ordinal(**VALUE), codes(lambda: few_numbers(np.nan), [[-1, 0, 2, 0], [1, -1, 1, -1]]),
    **BACK, **LIVE)
row("ordinal_back_ints", ordinal, codes(lambda: small_ints(0), [[0, 1, 2, 3]]), **BACK, **LIVE)
if RELEASE >= (1, 3):
    row("ordinal_back_rare", lambda: ordinal(max_categories=3, **VALUE), codes(city_plan(), [[0, 1], [2, 0], [-1, 1]]),
        since=(1, 3), **BACK, **LIVE)
    row("ordinal_back_rare_nan", lambda: ordinal(min_frequency=20, encoded_missing_value=-2, **VALUE),
        codes(city_plan(gaps=CAT, hole=np.nan), [[0, 0], [1, 1], [3, 0]]), since=(1, 3), **BACK, **LIVE)

if RELEASE >= (1, 3):
    from sklearn.preprocessing import TargetEncoder

    target = TargetEncoder
    row("target_encoder", target, lambda: frames("value"), since=(1, 3))
    for name, kind in (("two", "two"), ("words2", "word2"), ("bool", "bool"), ("count", "count")):
        row(f"target_encoder_{name}", target if name != "count" else lambda: target(target_type="continuous"),
            lambda kind=kind: frames(kind), since=(1, 3), **LIVE)
    for smooth in (0.0, 5.0, 1000.0):
        row(f"target_encoder_smooth_{smooth:.0f}", lambda smooth=smooth: target(smooth=smooth), lambda: repeated(), since=(1, 3),
            **LIVE)
    row("target_encoder_ints", target, lambda: repeated(), since=(1, 3), **LIVE)
    row("target_encoder_flat", target, lambda: repeated("flat"), since=(1, 3), **LIVE)
    row("target_encoder_numbers", target, lambda: numbers("value"), since=(1, 3), **LIVE)
    row("target_encoder_gaps", target, lambda: numbers("value", missing=True), since=(1, 3), **LIVE)
    row("target_encoder_named", target, lambda: named("value"), since=(1, 3), **LIVE)
    for name, data in TEXTS.items():
        row(f"target_encoder_text_{name}", target, data, since=(1, 3), **LIVE)
    row("target_encoder_none", target, lambda: frames("value", gaps=CAT), since=(1, 3), **LIVE)
    row("target_encoder_nan", target, lambda: frames("value", gaps=CAT, hole=np.nan), since=(1, 3), **LIVE)
    row("target_encoder_given", lambda: target(categories=[[0, 1, 2, 3, 4, 9]] * 6), lambda: repeated(), since=(1, 3), **LIVE)
    row("target_encoder_linreg", lambda: make_pipeline(target(), LinearRegression()), lambda: repeated(), since=(1, 3), **LIVE)
    if RELEASE >= (1, 4):
        row("target_encoder_three", target, lambda: frames("three"), since=(1, 4), why="multiclass is new in 1.4")
        row("target_encoder_words3", target, lambda: frames("word3"), since=(1, 4), **LIVE)
        row("target_encoder_three_ints", target, lambda: repeated("three"), since=(1, 4), **LIVE)
