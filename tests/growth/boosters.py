"""XGBoost's and LightGBM's own files of any size, and the same inside of pickles, made of checked-in ones without either library."""
import json
import pathlib
import pickletools
import struct
import zlib

MODELS = pathlib.Path(__file__).parent.parent / "models/1.9.1"
NONE = 2**31 - 1  # XGBoost's parent of a root


class Typed(list):
    """An array of UBJSON that says of which type its elements are."""

    def __init__(self, kind, values):
        super().__init__(values)
        self.kind = kind


class Number:
    def __init__(self, kind, value):
        self.kind, self.value = kind, value


NUMBERS = {"i": "b", "U": "B", "I": ">h", "l": ">i", "L": ">q", "d": ">f", "D": ">d"}


def read_ubj(content):
    at = 0

    def take(code):
        nonlocal at
        size = struct.calcsize(code)
        at += size
        return struct.unpack_from(code, content, at - size)[0]

    def text():
        nonlocal at
        assert content[at:at + 1] == b"L"
        at += 1
        size = take(">q")
        at += size
        return content[at - size:at].decode()

    def value():
        nonlocal at
        mark = chr(take("B"))
        if mark == "S":
            return text()
        if mark in "TFZ":
            return {"T": True, "F": False, "Z": None}[mark]
        if mark in NUMBERS:
            return Number(mark, take(NUMBERS[mark]))
        if mark == "{":
            made = {}
            while content[at:at + 1] != b"}":
                key = text()
                made[key] = value()
            at += 1
            return made
        assert mark == "[", mark
        kind = None
        if content[at:at + 1] == b"$":
            kind, at = chr(content[at + 1]), at + 2
        assert content[at:at + 2] == b"#L"
        at += 2
        count = take(">q")
        return Typed(kind, [take(NUMBERS[kind]) for _ in range(count)]) if kind else [value() for _ in range(count)]

    return value()


def write_ubj(value):
    length = lambda n: b"L" + struct.pack(">q", n)
    word = lambda text: length(len(text.encode())) + text.encode()
    if isinstance(value, dict):
        return b"{" + b"".join(word(key) + write_ubj(inner) for key, inner in value.items()) + b"}"
    if isinstance(value, str):
        return b"S" + word(value)
    if value is None or isinstance(value, bool):
        return {True: b"T", False: b"F", None: b"Z"}[value]
    if isinstance(value, Number):
        return value.kind.encode() + struct.pack(NUMBERS[value.kind], value.value)
    if isinstance(value, Typed):
        code = NUMBERS[value.kind]
        return b"[$" + value.kind.encode() + b"#" + length(len(value)) + struct.pack(f"{code[:-1]}{len(value)}{code[-1]}", *value)
    return b"[#" + length(len(value)) + b"".join(map(write_ubj, value))


def plain(value):
    """As JSON has it."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, Number):
        return value.value
    return list(map(plain, value)) if isinstance(value, list) else value


def chain(tree, splits, sets=0, each=8):
    """A tree with one leaf on each level; the last `sets` splits are by a set of `each` categories."""
    nodes = 2 * splits + 1
    left = [k + 1 if k % 2 == 0 and k < nodes - 1 else -1 for k in range(nodes)]
    right = [k + 2 if k % 2 == 0 and k < nodes - 1 else -1 for k in range(nodes)]
    inner = range(0, nodes - 1, 2)
    by_set = list(inner)[splits - sets:]
    arrays = {"left_children": left, "right_children": right, "parents": [NONE] + [k - 1 - (k % 2 == 0) for k in range(1, nodes)],
              "split_indices": [2 if k in set(by_set) else 0 for k in range(nodes)] if sets else [0] * nodes,
              "split_type": [int(k % 2 == 0 and 2 * (splits - sets) <= k < nodes - 1) for k in range(nodes)],
              "split_conditions": [0.5 + k for k in range(nodes)], "base_weights": [0.25] * nodes, "default_left": [0] * nodes,
              "loss_changes": [0.0] * nodes, "sum_hessian": [1.0] * nodes, "categories": list(range(each)) * sets, "categories_nodes": by_set,
              "categories_segments": [each * k for k in range(sets)], "categories_sizes": [each] * sets}
    made = {key: Typed(value.kind, arrays[key]) if key in arrays else value for key, value in tree.items()}
    made["tree_param"] = {**tree["tree_param"], "num_nodes": str(nodes)}
    return made


def numbered(model, trees, features=None):
    """`trees` in the place of the model's own."""
    inner = model["learner"]["gradient_booster"]["model"]
    param = model["learner"]["learner_model_param"]
    if features:
        param["num_feature"] = str(features)
        trees = [{**tree, "tree_param": {**tree["tree_param"], "num_feature": str(features)}} for tree in trees]
        for key, value in (("feature_names", [f"x{k}" for k in range(features)]), ("feature_types", ["float"] * features)):
            model["learner"][key] = value
    like = trees[0]["id"].kind
    inner["trees"] = [{**tree, "id": Number(like, k) if like == "l" else Number("l", k)} for k, tree in enumerate(trees)]
    inner["gbtree_model_param"]["num_trees"] = str(len(trees))
    inner["tree_info"] = Typed("l", [0] * len(trees))
    inner["iteration_indptr"] = Typed("l", range(len(trees) + 1))
    return model


def xgboost(trees=1, splits=3, sets=0, each=8, features=None, name="xgboost_file_sets"):
    """The model as UBJSON reads it."""
    model = read_ubj((MODELS / name / "model.ubj").read_bytes())
    one = model["learner"]["gradient_booster"]["model"]["trees"][0]
    return numbered(model, [chain(one, splits, sets, each)] * trees, features)


def as_json(model):
    return json.dumps(plain(model)).encode()


def pickled(name, is_blob, change):
    """A checked-in pickle whose booster is changed: change(blob)."""
    content = (MODELS / name / "model.joblib").read_bytes()
    content = zlib.decompress(content) if content[:1] == b"\x78" else content
    out, last = b"", 0
    for opcode, argument, at in pickletools.genops(content):
        if opcode.name == "FRAME":
            out, last = out + content[last:at], at + 9
        elif isinstance(argument, (bytes, bytearray, str)) and is_blob(argument):
            new = change(argument)
            mark = b"X" if isinstance(argument, str) else b"B"
            new = new.encode() if isinstance(new, str) else bytes(new)
            size = len(argument.encode() if isinstance(argument, str) else argument)
            head = content.index(argument.encode() if isinstance(argument, str) else argument, at) - at
            out, last = out + content[last:at] + mark + struct.pack("<I", len(new)) + new, at + head + size
    return out + content[last:]


def xgboost_pickle(trees=1, splits=3):
    def change(blob):
        whole = read_ubj(blob)
        one = whole["Model"]["learner"]["gradient_booster"]["model"]["trees"][0]
        numbered(whole["Model"], [chain(one, splits)] * trees)
        return write_ubj(whole)
    return pickled("xgboost_regressor", lambda a: isinstance(a, bytes) and b"gradient_booster" in a, change)


def one_set(model):
    """Every split by a set has the same one, which is written once."""
    inner = model["learner"]["gradient_booster"]["model"]
    trees = []
    for tree in inner["trees"]:
        size = tree["categories_sizes"][0]
        trees.append({**tree, "categories": Typed(tree["categories"].kind, range(size)),
                      "categories_segments": Typed(tree["categories_segments"].kind, [0] * len(tree["categories_sizes"]))})
    inner["trees"] = trees
    return model


def lightgbm(trees=1, splits=3, sets=0, features=6, classes=1, words=8, shared=False):
    """The text that LightGBM writes of chains: the last `sets` splits of each tree are by sets of `words` times 32 categories; `shared`: by
    the same one."""
    row = lambda key, values: f"{key}={' '.join(map(str, values))}\n"
    leaves = splits + 1
    first, kept = splits - sets, min(sets, 1) if shared else sets
    tree = (f"num_leaves={leaves}\nnum_cat={kept}\n" + row("split_feature", [0] * first + [1] * sets) + row("split_gain", [1] * splits)
            + row("threshold", [f"{k}.5" for k in range(first)] + ([0] * sets if shared else list(range(sets)))) + row("decision_type", [10] * first + [1] * sets)
            + row("left_child", [~k for k in range(splits)]) + row("right_child", [*range(1, splits), ~splits])
            + row("leaf_value", ["0.25"] * leaves) + row("leaf_weight", [1] * leaves) + row("leaf_count", [1] * leaves)
            + row("internal_value", [0] * splits) + row("internal_weight", [1] * splits) + row("internal_count", [1] * splits)
            + (row("cat_boundaries", range(0, words * kept + 1, words)) + row("cat_threshold", [2**31 + 1] * words * kept) if sets else "")
            + "is_linear=0\nshrinkage=1\n\n\n")
    objective = f"multiclass num_class:{classes}" if classes > 1 else "regression"
    bodies = [f"Tree={k}\n{tree}" for k in range(trees * classes)]
    head = (f"tree\nversion=v4\nnum_class={classes}\nnum_tree_per_iteration={classes}\nlabel_index=0\nmax_feature_idx={features - 1}\n"
            f"objective={objective}\n" + row("feature_names", [f"x{k}" for k in range(features)])
            + row("feature_infos", ["[0:1]", ":".join(map(str, range(32 * words))) if sets else "[0:1]", *["[0:1]"] * (features - 2)])
            + row("tree_sizes", map(len, bodies)))
    return head + "\n" + "".join(bodies) + "end of trees\n\nfeature_importances:\n\nparameters:\nend of parameters\n\npandas_categorical:null\n"


def lightgbm_pickle(trees=1, splits=3):
    return pickled("lightgbm_regressor", lambda a: isinstance(a, str) and a.startswith("tree\n"), lambda blob: lightgbm(trees, splits))
