"""What a case is, and in which releases it is checked in."""
import importlib.util
import re
from dataclasses import dataclass
from typing import Any, Callable, Optional

import sklearn

from data import CORNERS, Data, frame, numbers

CORPUS = ("1.1.3", "1.2.2", "1.3.2", "1.4.2", "1.6.1", "1.9.1")  # the releases that tests/models holds
# Of the first release that is read, the plain case of each class, and what it writes otherwise than the next.
FIRST = "1.0.2"
BETWEEN = ("1.5.2", "1.7.2", "1.8.0")  # releases that hold only the cases of which one says so: of what they alone did
WHOLE = ("1.3.2", "1.9.1")  # those that hold every case of `everywhere`
LZ4 = importlib.util.find_spec("lz4") is not None
SKOPS = importlib.util.find_spec("skops") is not None


def version(release):
    return tuple(int(part) for part in release.split(".")[:2])


RELEASE = version(sklearn.__version__)


@dataclass
class Row:
    name: str
    make: Callable[[], Any]
    data: Callable[[], Data]
    kinds: tuple = ("joblib",)
    extra: tuple = ()  # methods beside METHODS
    ask: tuple = ()  # methods instead of METHODS
    root: Optional[str] = None  # the key of the model in a dict
    since: tuple = (1, 0)
    until: tuple = (9, 9)
    why: str = ""  # of since and until
    note: str = ""
    checked_in: str = "ends"  # or "never" (made live only), or "everywhere"
    edit: Optional[Callable[[Any], Any]] = None  # what someone does to the fitted model before saving it
    rounded: bool = False  # by an order of sums or by functions of numpy that no standard fixes
    narrow: bool = False  # float32 sums on the way to float64 results
    back_from_transform: bool = False  # inverse_transform takes what transform gave, not X
    skops: bool = True  # whether skops saves the class
    changes: tuple = ()  # releases that changed something here: both sides of each are checked in, too
    also: tuple = ()  # of BETWEEN

    def fits(self, release):
        return self.since <= version(release) <= self.until

    def is_checked_in(self, release):
        if release in BETWEEN:
            return release in self.also
        fit = [r for r in CORPUS if self.fits(r)]
        if release == FIRST and self.fits(release) and self.checked_in != "never":
            return "_" not in self.name or (1, 1) in self.changes
        if release not in fit or self.checked_in == "never":
            return False
        if self.checked_in == "everywhere":
            return release in WHOLE or not ALIKE.search(self.name)
        kept = {fit[0], fit[-1]}
        for change in self.changes:
            before, after = [r for r in fit if version(r) < change], [r for r in fit if version(r) >= change]
            kept.update(before[-1:] + after[:1])
        return release in kept


ROWS = []
METHODS = ("predict", "predict_proba", "decision_function", "transform", "score_samples")
PICKLES = ("p2", "p3", "p4", "p5")
JOBLIBS = ("c0", "z", "gz", "bz2", "xz", "lzma") + (("lz4",) if LZ4 else ())
EVERY_KIND = ("joblib",) + JOBLIBS + PICKLES
SOME_KINDS = ("joblib", "c0", "p5")
# Cases that are also checked in as .skops: every class, and what skops has a node of its own for
# (slices, selectors, dtypes, object arrays, dicts with numbers as keys).
IN_SKOPS = set("""
    bundle elastic elastic_two_f32 encoder encoder_drop_first encoder_given encoder_int encoder_none encoder_objects
    ct_csr ct_matrix ct_mixed ct_nested encoder_rare_most extra extra_reg_missing extras extras_reg forest
    forest_balanced forest_missing forest_reg frame_forest frame_lr frame_mask frame_name_slice frame_selector
    frame_slice frame_weights frozen gradient grid hist hist_reg hist_text impute_constant_value impute_forest
    impute_mean_indicator impute_words kinds_binary lasso linreg linreg_two lr_binary lr_weights lr_words maxabs
    missing_indicator multi pipe_nested pipe_passthrough ridge standard standard_weight target threshold tree
    tree_missing tree_reg tree_weight tuned union""".split())

# Cases of `everywhere` that vary a number and not what a file looks like: only the WHOLE releases hold them.
ALIKE = re.compile(
    "_(balanced|weights?|entropy|log_loss|best_first|stump|int8|floats|monotonic|poisson|absolute|friedman|positive"
    "|f32_two|minus_one|no_bootstrap|rare_fraction|rare_none|given_numbers|drop_named|neither|name_slice|ints?)$"
    "|^(lasso|elastic)_(two|scaled|f32|csr|two_csr|two_f32)$|^(extra|forest)_(bool|words|f32|reg_outputs|reg_f32)$"
    "|^impute_(median|most_frequent)_(f32|empty|keep_empty)$")


def row(name, make, data, *args, **keywords):
    """One case. Of a new class few are checked in: the oldest and the newest release, its answers in one file."""
    ROWS.append(Row(name, make, data, *args, **keywords))


def everywhere(name, make, data, *args, **keywords):
    """A case that every release of the corpus holds, each answer in a file of its own: what was there first."""
    ROWS.append(Row(name, make, data, *args, checked_in="everywhere", **keywords))


def corners(name, make, target, corners=(), labels=(), **keywords):
    """NAME on plain data, which is checked in; NAME_CORNER and NAME_LABELS on those of CORNERS and TARGETS, made live."""
    row(name, make, lambda: numbers(target), **keywords)
    for corner in corners:
        row(f"{name}_{corner}", make, lambda corner=corner: CORNERS[corner](target), **{**keywords, "checked_in": "never"})
    for y in labels:
        row(f"{name}_{y}", make, lambda y=y: numbers(y), **{**keywords, "checked_in": "never"})


def num(*args, **keywords):
    return lambda: numbers(*args, **keywords)


def gappy(*args, **keywords):
    return lambda: numbers(*args, missing=True, **keywords)


def fra(*args, **keywords):
    return lambda: frame(*args, **keywords)
