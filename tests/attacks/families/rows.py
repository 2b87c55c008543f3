"""What every family of attacks uses: the rows of the manifest, and models to hide an attack in."""
import io
import os
import pickle

import joblib
import numpy as np
from sklearn.linear_model import Ridge

ROWS = []  # (file, verdict, reason, code, what is wrong)
FILES = {}
X = np.arange(12.0).reshape(6, 2)
Y = np.array([0, 1, 0, 1, 1, 0])


def add(name, content, result, sentence):
    """`result` is "reason code"; the verdict follows from the reason, and none means accepted."""
    reason, _, code = result.partition(" ")
    verdict = {"": "accepted", "unsupported": "unchecked"}.get(reason, "rejected")
    assert name not in FILES and "\t" not in sentence and "\n" not in sentence, name
    FILES[name] = content
    ROWS.append((name, verdict, reason, code, sentence))


class Calls:
    def __init__(self, function=os.system, args=("id",)):
        self.how = function, args

    def __reduce__(self):
        return self.how


def ridge(**attributes):
    model = Ridge().fit(X, Y)
    vars(model).update(attributes)
    return model


def dumped(value, protocol=4):
    return pickle.dumps(value, protocol=protocol)


def joblibbed(value, **options):
    out = io.BytesIO()
    joblib.dump(value, out, **options)
    return out.getvalue()


DANGEROUS = "dangerous type.dangerous"
UNKNOWN_CALL = "unknown_call type.unknown_call"
UNKNOWN = "unsupported type.unknown"
RULE = "invalid state.rule"
EXEC = dumped(Calls())  # os.system("id")
GOOD = dumped(ridge())
add("good.pkl", GOOD[:2] + GOOD[11:], "", "nothing is wrong: what the tests put names into; without a frame")
