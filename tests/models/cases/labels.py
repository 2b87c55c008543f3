"""Transformers of labels: what they are fitted on is what a classifier has for y. And of lists of labels."""
import numpy as np
import scipy.sparse as sp
from sklearn.preprocessing import LabelBinarizer, LabelEncoder, MultiLabelBinarizer

from data import Data
from rows import row

BACK = {"ask": ("inverse_transform",)}
LIVE = {"checked_in": "never"}
WORDS = np.array(["rot", "grün", "blau", "黄色", "", "rot"])
KINDS = {
    "words": WORDS,
    "two_words": np.array(["ja", "nein", "ja"]),
    "objects": WORDS.astype(object),
    "ints": np.array([5, -3, 70, 5]),
    "int8": np.array([1, 2, 3, 1], dtype=np.int8),
    "int32": np.array([7, 1, 3], dtype=np.int32),
    "uint64": np.array([7, 2**63 + 5, 3], dtype=np.uint64),
    "floats": np.array([1.0, -2.0, 7.0]),
    "f32": np.array([1.0, 2.0, 7.0], dtype=np.float32),
    "bools": np.array([True, False, True]),
    "one": np.array(["nur", "nur"]),
}


def labels(y, test=None):
    return lambda: Data(y, None, y if test is None else test)


for name, y in KINDS.items():
    # np.vectorize of Python's str: what numpy makes of bool and int.
    options = {} if name == "words" else LIVE
    row(f"label_encoder_{name}", LabelEncoder, labels(y), changes=((1, 2),), **options)
    row(f"label_binarizer_{name}", LabelBinarizer, labels(y), changes=((1, 8),), **options)
    row(f"label_encoder_back_{name}", LabelEncoder, labels(y, np.arange(len(set(y.tolist())))[::-1]), **BACK, **options)
    n = len(set(y.tolist()))
    one = np.zeros((3, n if n > 2 else 1))
    one[0, -1], one[2, 0] = 1, 2
    row(f"label_binarizer_back_{name}", LabelBinarizer, labels(y, one), **BACK, **options)

row("label_encoder_fractions", LabelEncoder, labels(np.array([1.5, 0.1, 0.1])), **LIVE)
row("label_encoder_nan", LabelEncoder, labels(np.array([1.5, np.nan, 0.1])), **LIVE)
row("label_encoder_none", LabelEncoder, labels(np.array(["a", None, "b"], dtype=object)), **LIVE)
row("label_encoder_back_none", LabelEncoder, labels(np.array(["a", None, "b"], dtype=object), np.array([2, 0, 1])),
    **BACK, **LIVE)
row("label_encoder_column", LabelEncoder, labels(KINDS["ints"], KINDS["ints"].reshape(-1, 1)), **LIVE)
# Since 1.2 labels are cast to what the classes are.
CAST = {"since": (1, 2), "why": "labels are cast since 1.2", "checked_in": "never"}
row("label_encoder_cut", LabelEncoder, labels(np.array(["cat", "dög"]), np.array(["catfish", "dögs", "dög"])), **CAST)
row("label_encoder_numbers_as_text", LabelEncoder, labels(np.array(["1", "20", "-3"]), np.array([1, 20, -3])), **CAST)
row("label_encoder_bools_as_text", LabelEncoder, labels(np.array(["True", "False"]), np.array([True, False])), **CAST)
row("label_encoder_cut_floats", LabelEncoder, labels(np.array([1, 2, 5]), np.array([1.9, 5.0, 2.5])), **CAST)
row("label_encoder_wrapped", LabelEncoder, labels(KINDS["int8"], np.array([257, 2, 3])), **CAST)
row("label_encoder_narrow", LabelEncoder, labels(np.array([0.1, 2.5], dtype=np.float32), np.array([0.1, 2.5])), **CAST)
row("label_encoder_as_bools", LabelEncoder, labels(KINDS["bools"], np.array([3, 0, -1])), **CAST)
row("label_encoder_int_as_float", LabelEncoder, labels(KINDS["floats"], np.array([7, 1, -2])), **LIVE)


def appended(encoder):
    """What people do for labels that are not known."""
    encoder.classes_ = np.append(encoder.classes_, "<unknown>")
    return encoder


row("label_encoder_appended", LabelEncoder, labels(WORDS, np.append(WORDS, "<unknown>")), edit=appended, **LIVE)

for name, options in {"signed": {"neg_label": -1, "pos_label": 1}, "negative": {"neg_label": -2, "pos_label": 0},
                      "shifted": {"neg_label": 3, "pos_label": 500}, "sparse": {"sparse_output": True}}.items():
    make = lambda options=options: LabelBinarizer(**options)
    for kind in ("words", "two_words", "int8", "one"):
        row(f"label_binarizer_{name}_{kind}", make, labels(KINDS[kind]), **LIVE)
    row(f"label_binarizer_back_{name}", make, labels(WORDS, np.array([[0, 1, 0, 0, 0], [5, 5, 0, -1, 1], [-1, -1, -1, 0, -1.5]])),
        **BACK, **LIVE)
    row(f"label_binarizer_back_{name}_two", make, labels(KINDS["two_words"], np.array([[-2.0], [-1], [-0.9], [0.4], [0.5], [0.6], [251.5], [252]])),
        **BACK, **LIVE)
row("label_binarizer_unseen", LabelBinarizer, labels(WORDS, np.array(["rot", "lila", "blau"])))
row("label_binarizer_unseen_ints", LabelBinarizer, labels(KINDS["ints"], np.array([70, 9, -3], dtype=np.int16)), **LIVE)
row("label_binarizer_back_two_columns", LabelBinarizer, labels(KINDS["two_words"], np.array([[1, 0], [0, 1.0], [0.6, 0.4]])),
    **BACK, **LIVE)
row("label_binarizer_back_nan", LabelBinarizer, labels(KINDS["ints"], np.array([[1, np.nan, 7], [np.inf, 2, np.nan]])),
    **BACK, **LIVE)

GENRES = [["drama", "krimi"], ["科幻"], [], ["drama", "drama", "x y"]]
row("multilabel", MultiLabelBinarizer, labels(GENRES, [["krimi", "drama"], [], ["drama", "unbekannt", "科幻", 7], ["x y"]]))
row("multilabel_sparse", lambda: MultiLabelBinarizer(sparse_output=True), labels(GENRES), **LIVE)
row("multilabel_ints", MultiLabelBinarizer, labels([[3, 1], [2], [-7, 3]], [[1, 2, 3], [1.0, True, "a"], [99, -7]]))
row("multilabel_given", lambda: MultiLabelBinarizer(classes=["z", "a", "m"]), labels([["a"], ["z"]], [["a", "z"], ["m", "q"]]),
    **LIVE)
row("multilabel_given_ints", lambda: MultiLabelBinarizer(classes=[3, 1, 2]), labels([[1], [2]], [[1, 3], [2, 9]]), **LIVE)
row("multilabel_back", MultiLabelBinarizer, labels(GENRES, np.array([[1, 0, 0, 1], [0, 0, 0, 0], [1, 1, 1, 1]])), **BACK)
row("multilabel_back_ints", MultiLabelBinarizer, labels([[3, 1], [2], [-7, 3]], np.array([[0, 1, 1, 0], [1, 0, 0, 0]], dtype=bool)), **BACK, **LIVE)
row("multilabel_back_given", lambda: MultiLabelBinarizer(classes=["z", "a", "m"]), labels([["a"], ["z"]], np.eye(3)[::-1]), **BACK, **LIVE)
row("multilabel_back_csr", lambda: MultiLabelBinarizer(sparse_output=True),
    labels(GENRES, sp.csr_matrix(([1, 1, 0, 1], [3, 0, 1, 2], [0, 2, 2, 4]), shape=(3, 4))), **BACK, **LIVE)
row("multilabel_asked", MultiLabelBinarizer, labels(GENRES), edit=lambda model: (model.transform(GENRES), model)[1], **LIVE)
