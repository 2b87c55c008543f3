"""Text vectorizers."""
import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import FeatureUnion, make_pipeline

from data import DOCUMENTS, Data, frame
from rows import row

documents = DOCUMENTS["documents"]

row("count", CountVectorizer, documents)
row("tfidf", TfidfVectorizer, documents, changes=((1, 5),))
row("tfidf_logreg", lambda: make_pipeline(TfidfVectorizer(), LogisticRegression()), documents)
row("count_tfidf_nb", lambda: make_pipeline(CountVectorizer(), TfidfTransformer(), MultinomialNB()), documents, changes=((1, 5),))
row("hashing", lambda: HashingVectorizer(n_features=32), documents)
row("tfidf_frame", lambda: make_pipeline(ColumnTransformer([("text", TfidfVectorizer(), "city"), ("num", "passthrough", ["visits"])]),
                                         LogisticRegression()), lambda: frame(gaps=()))
for name, make in {
    "count_chars": lambda: CountVectorizer(analyzer="char", ngram_range=(1, 3)),
    "tfidf_char_wb": lambda: TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4)),
    "count_binary": lambda: CountVectorizer(binary=True, dtype=np.uint8),
    "count_cased": lambda: CountVectorizer(lowercase=False),
    "count_unaccented": lambda: CountVectorizer(strip_accents="unicode"),
    "count_ascii": lambda: CountVectorizer(strip_accents="ascii"),
    "tfidf_english": lambda: TfidfVectorizer(stop_words="english", ngram_range=(1, 2)),
    "tfidf_own_stop_words": lambda: TfidfVectorizer(stop_words=["the", "a"], sublinear_tf=True, norm="l1"),
    "tfidf_f32": lambda: TfidfVectorizer(dtype=np.float32),
    "tfidf_no_idf": lambda: TfidfVectorizer(use_idf=False, norm=None),
    "count_short": lambda: CountVectorizer(token_pattern=r"(?u)\b\w+\b"),
    "count_letters": lambda: CountVectorizer(token_pattern=r"[a-zA-Z]{2,}"),
    "count_not_space": lambda: CountVectorizer(token_pattern=r"\S+"),
    "count_bounded": lambda: CountVectorizer(token_pattern=r"\b[a-z]+\b"),
    "count_between": lambda: CountVectorizer(token_pattern=r"(?u)\b\w{2,4}\b"),
    "count_no_digits": lambda: CountVectorizer(token_pattern=r"[^\W\d_]+"),
    "hashing_int64": lambda: HashingVectorizer(n_features=8, dtype=np.int64),
    "hashing_plain": lambda: HashingVectorizer(n_features=64, alternate_sign=False, norm="l1", ngram_range=(1, 2)),
    "union_text": lambda: FeatureUnion([("words", TfidfVectorizer()), ("chars", CountVectorizer(analyzer="char"))]),
}.items():
    row(name, make, documents, checked_in="never")
