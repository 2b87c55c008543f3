"""Lies of a .prq, each under right digests where digests are not the lie."""
import hashlib
import json
import struct

import numpy as np

from .prq import MISSING_NODES, NODE, NODES, SEGMENT, block_state, classes, classifier_state, good_prq, leaf, padded, prq
from .prq import ridge_object, ridge_state, split, state, tree_prq
from .rows import EXEC, RULE, UNKNOWN, add

LAYOUT, CANONICAL, STRUCTURE = "invalid state.layout", "invalid state.canonical", "invalid state.structure"
SEGMENTS, MANIFEST, OWNER, PADDING, TRAILING = (f"malformed container.{code}" for code in ("segment", "manifest", "owner", "padding",
    "trailing"))
GOOD = good_prq()
add("good.prq", GOOD, "", "nothing is wrong: what the others of this kind are made of")
add("good_tree.prq", tree_prq(), "", "nothing is wrong: what the trees of this kind are made of")

# --- trees
LEAF = NODES[2]


def nodes(**changed):
    rows = list(NODES)
    for index, row in changed.items():
        rows[int(index[1:])] = row
    return block_state(nodes=rows)


BLOCKS = {
    "child_out_of_range": (nodes(n1=split(0.25, 1, 6)), RULE, "a split's children are beyond the last node"),
    "child_largest": (nodes(n1=split(0.25, 1, 2**31 - 1)), RULE, "a split's right child is the largest that its bits can say"),
    "child_cycle": (nodes(n1=split(0.25, 1, 1)), RULE, "a split's child is its ancestor, and the other one itself"),
    "child_self": (nodes(n0=split(0.5, 0, 0)), RULE, "the root is its own child"),
    "child_two_parents": (nodes(n1=split(0.25, 1, 2)), RULE, "two splits have the same children"),
    "child_skips": (nodes(n0=split(0.5, 0, 3)), RULE, "a node that no walk reaches"),
    "feature_out_of_range": (block_state(n_features=3, nodes=[split(0.5, 3, 2, feature_bits=2),
                                                              split(0.25, 1, 4, feature_bits=2), *NODES[2:]]),
                             RULE, "a feature beyond the last"),
    "feature_of_leaf": (nodes(n2=(0x7FC00000, 1 << 31 | 2)), RULE, "a leaf with a feature: other bytes for the same tree"),
    "threshold_inf": (nodes(n0=split(np.inf, 0, 2)), RULE, "an infinite threshold"),
    "threshold_nan": (nodes(n0=split(np.nan, 0, 2)), RULE, "a NaN threshold: a leaf that leads elsewhere"),
    "leaf_leads_on": (nodes(n2=leaf(3, 0)), RULE, "a leaf leads to another"),
    "leaf_leads_back": (nodes(n4=leaf(0, 2)), RULE, "a leaf leads back to the root"),
    "leaf_leads_out": (nodes(n4=leaf(5, 2)), RULE, "a leaf leads beyond the last node"),
    "leaf_threshold": (nodes(n2=split(0.5, 0, 2)), RULE, "a leaf with a threshold: a split that is its own child"),
    "leaf_negative_nan": (nodes(n2=leaf(2, 0, 0xFFC00000)), RULE, "a leaf's NaN is negative: other bytes for the same tree"),
    "leaf_signalling_nan": (nodes(n2=leaf(2, 1, 0x7F800000)), RULE, "a leaf's NaN signals: other bytes for the same tree"),
    "leaf_row_out_of_range": (nodes(n4=leaf(4, 3)), RULE, "a leaf's row is beyond the last"),
    "leaf_row_largest": (nodes(n4=leaf(4, 2**22 - 1)), RULE, "a leaf's row is the largest that its bits can say"),
    "leaf_row_order": (nodes(n2=leaf(2, 1), n3=leaf(3, 0)), RULE, "leaves' rows out of order: other bytes for the same tree"),
    "leaf_row_unused": (block_state(leaves=((0.0, 1.0), (1.0, 0.0), (0.5, 0.5), (0.5, 0.5))), RULE, "a row that no leaf uses"),
    "leaf_nan": (block_state(leaves=((0.0, 1.0), (np.nan, 0.0), (0.5, 0.5))), RULE, "a NaN probability"),
    "leaf_cut": (block_state(leaves=((0.0, 1.0), (1.0, 0.0), (0.5,) * 2)[:2]), RULE, "a row of leaves is missing"),
    "leaf_shape": (state({0: np.uint32(2), 1: np.uint32(2), 3: np.array(NODES, NODE), 4: np.array([0], "<u4"), 5: np.zeros(5)}), RULE,
                   "five values in rows of two"),
    "nodes_none": (block_state(nodes=NODES[:0], roots=()), RULE, "no nodes and no trees"),
    "nodes_absent": (block_state(nodes=None), LAYOUT, "a required vector of nodes is absent"),
    "nodes_cut": (block_state(nodes=NODES[:4]), RULE, "the last node is missing"),
    "nodes_more": (block_state(nodes=NODES + [LEAF]), RULE, "a node more than the tree has"),
    "roots_beyond": (block_state(roots=(0, 5)), RULE, "a root beyond the last node"),
    "roots_inside": (block_state(roots=(0, 3)), RULE, "a root inside another tree"),
    "roots_unsorted": (block_state(roots=(3, 0)), RULE, "roots out of order"),
    "roots_late": (block_state(roots=(1,)), RULE, "the first tree begins at the second node"),
    "missing_flag": (block_state(missing=2, nodes=MISSING_NODES), RULE, "a flag of 2"),
    "missing_leaf": (block_state(missing=1, nodes=[*MISSING_NODES[:2], (0x7FC00000, 1 << 31 | 2), *NODES[3:]]), RULE,
                     "a leaf sends NaN left"),
    "missing_none": (block_state(missing=1, nodes=[split(0.5, 0, 2, has_missing=1), *MISSING_NODES[1:]]), RULE,
                     "no split sends NaN left, and the block says so: other bytes for the same tree"),
    "missing_unsaid": (block_state(nodes=MISSING_NODES), RULE, "a split sends NaN left, and the block does not say so"),
    "missing_refused": (block_state(missing=1, nodes=MISSING_NODES), STRUCTURE, "a split sends NaN left, and its owner refuses NaN"),
    "wide_needless": (block_state(nodes=[split(0.5, 0, 2), split(0.25, 0, 4), leaf(2, 0), leaf(3, 0), leaf(4, 0)],
                                  features=(0, 1, 0, 1, 2)), RULE, "the wide form of a tree that fits: other bytes for the same tree"),
    "wide_short": (block_state(features=(0, 1)), RULE, "two features for five nodes"),
    "numbers_short": (block_state(numbers=(0, 1)), RULE, "two numbers for five nodes"),
    "numbers_twice": (block_state(numbers=(0, 1, 2, 3, 3)), RULE, "two nodes have one number"),
    "numbers_beyond": (block_state(numbers=(0, 1, 2, 3, 2**32 - 1)), RULE, "a number beyond the last node"),
    "numbers_child_first": (block_state(numbers=(0, 3, 2, 1, 4)), RULE, "a child's number is below its parent's"),
    "numbers_depth_first": (block_state(numbers=(0, 1, 4, 2, 3)), RULE, "the numbers that are absent: other bytes for the same tree"),
    "features_more": (block_state(nodes=[leaf(0, 0)], leaves=((0.5, 0.5),), n_features=3), STRUCTURE,
                      "the tree has more features than its owner"),
    "features_none": (block_state(n_features=0), RULE, "no features"),
    "features_huge": (block_state(n_features=2**32 - 1), RULE, "2^32 - 1 features"),
    "width_more": (block_state(width=3, leaves=((0.0, 1.0, 0.0), (1.0, 0.0, 0.0), (0.5, 0.5, 0.0))), STRUCTURE,
                   "more probabilities than classes"),
    "width_huge": (block_state(width=2**31), RULE, "2^31 values a leaf"),
}
for key, (block, result, sentence) in BLOCKS.items():
    add(f"tree_{key}.prq", tree_prq(block), result, f"a decision tree in a .prq: {sentence}")
two = [leaf(0, 0), leaf(0, 0)]
STRUCTURES = {
    "no_trees": (prq([{"type": "sklearn.tree.DecisionTreeClassifier", "role": "model", "owner": 0, "state": classifier_state()}]),
                 STRUCTURE, "a decision tree without its tree"),
    "two_trees": (tree_prq(block_state(nodes=two, roots=(0, 1), leaves=((0.5, 0.5),))), STRUCTURE, "a decision tree of two trees"),
    "role": (tree_prq(role="trees[1]"), STRUCTURE, "the first tree says that it is the second"),
    "child_type": (prq([{**ridge_object(), "role": "trees[0]", "owner": 2},
                        {"type": "sklearn.tree.DecisionTreeClassifier", "role": "model", "owner": 0, "state": classifier_state()}]),
                            STRUCTURE, "a Ridge in the place of a tree"),
    "child_of_ridge": (prq([{**ridge_object(), "role": "x", "owner": 2}, ridge_object()]), STRUCTURE, "a Ridge that owns a Ridge"),
    "root_is_part": (prq([{"type": "pratique.TreeBlock", "role": "model", "owner": 0, "state": block_state()}]), "invalid",
                     "a tree without an estimator"),
    "owner_self": (prq([ridge_object(owner=1)]), OWNER, "an object that owns itself"),
    "owner_none": (prq([ridge_object(), ridge_object()]), OWNER, "two roots"),
    "owner_beyond": (prq([ridge_object(owner=9), ridge_object()]), OWNER, "an owner beyond the last object"),
    "owner_before": (prq([ridge_object(owner=2), ridge_object(owner=1), ridge_object()]), OWNER, "two objects that own each other"),
    "owner_uint32": (prq([ridge_object(owner=2**32 - 1), ridge_object()]), OWNER, "the owner is 2^32 - 1"),
    "type_unknown": (prq([ridge_object(type="acme.Model")]), UNKNOWN, "a type that nobody knows"),
    "type_dotted": (prq([ridge_object(type="os.system")]), "unsupported", "a means of attack as a type: a name that nobody knows"),
    "type_path": (prq([ridge_object(type="../../lib/model.so")]), "unsupported", "a path as a type"),
    "type_empty": (prq([ridge_object(type="")]), MANIFEST, "an empty type"),
    "type_nul": (prq([ridge_object(type="sklearn.linear_model.Ridge\0")]), MANIFEST, "a NUL behind the name of a known type"),
    "type_case": (prq([ridge_object(type="sklearn.linear_model.ridge")]), "unsupported", "a type in another case"),
    "type_alias": (prq([ridge_object(type="sklearn.linear_model._ridge.Ridge")]), "unsupported", "a type by the name it has in a pickle"),
    "type_other": (prq([ridge_object(type="sklearn.preprocessing.StandardScaler")]), "invalid", "the state of another type"),
    "version": (prq([ridge_object()], version=3), "unsupported container.newer", "a version of the format that does not exist yet"),
    "version_one": (prq([ridge_object()], version=1), "unsupported container.older", "the version before the first release"),
    "version_zero": (prq([ridge_object()], version=0), MANIFEST, "no version of the format"),
    "no_objects": (prq([]), MANIFEST, "no objects"),
}
for key, (content, result, sentence) in STRUCTURES.items():
    add(f"prq_{key}.prq", content, result, sentence)


# --- states that FlatBuffers' own verifier accepts
def misaligned():
    """coef's count is at 48, so that its doubles begin at 52: 4 modulo 8."""
    b = bytearray(112)
    struct.pack_into("<I", b, 0, 24)
    struct.pack_into("<9H", b, 4, 18, 20, 4, 8, 0, 0, 12, 16, 0)
    struct.pack_into("<iIIII", b, 24, 20, 2, 1, 48 - 36, 80 - 40)
    struct.pack_into("<Idd", b, 48, 2, 1.0, 2.0)
    struct.pack_into("<Id", b, 80, 1, 3.0)
    return bytes(b)


one = np.array([3.0])
shared_values = classes()


def dag(depth):
    """Tables that name one table twice, over and over: 2^depth when unfolded."""
    return state({0: np.uint32(2), 3: [shared_values] * depth}, share=True)


good_state = ridge_state()
STATES = {
    "misaligned": (misaligned(), LAYOUT, "doubles at an address that is no multiple of 8"),
    "shared_vector": (state({0: np.uint32(1), 1: np.uint32(1), 4: one, 5: one}, share=True), CANONICAL, "two fields share one vector"),
    "shared_string": (ridge_state(names=["a", "a"], share=True), CANONICAL, "two names share one text"),
    "dag": (dag(2), CANONICAL, "two entries of a vector are one table"),
    "dag_many": (dag(1000), CANONICAL, "a thousand entries of a vector are one table"),
    "unknown_field": (state({0: np.uint32(2), 1: np.uint32(1), 4: np.array([1.0, 2.0]), 5: one, 60: np.float64(99)}),
                      "unsupported state.newer", "a field that the schema does not have"),
    "enum": (ridge_state(dtype=77), RULE, "an enum's value that the schema does not have"),
    "bool": (ridge_state(one_dimensional=2), RULE, "a bool of 2"),
    "null_required": (ridge_state(coef=None), LAYOUT, "a required vector is absent"),
    "default_written": (ridge_state(keep=True), CANONICAL, "a default that is written out: other bytes for the same state"),
    "behind": (good_state + bytes(64), CANONICAL, "zeros behind the state"),
    "behind_pickle": (good_state + EXEC, CANONICAL, "a pickle behind the state"),
    "cut": (good_state[:-1], LAYOUT, "the last byte of the state is gone"),
    "tiny": (b"\1", LAYOUT, "a state of one byte"),
    "root_beyond": (struct.pack("<I", 2**31) + good_state[4:], LAYOUT, "the root is beyond the state"),
    "root_uint32": (struct.pack("<I", 2**32 - 4) + good_state[4:], LAYOUT, "the root is before the state, when added in 32 bits"),
    "vtable_before": (good_state.replace(struct.pack("<i", 20), struct.pack("<i", 2**31 - 1), 1), LAYOUT, "the vtable is before the state"),
    "coef_count": (good_state.replace(struct.pack("<Id", 2, 1.0), struct.pack("<Id", 2**29 + 2, 1.0)), LAYOUT,
                   "a vector of 2^32 + 16 bytes, 16 in 32 bits"),
    "pickle": (EXEC, LAYOUT, "a pickle in the place of a state"),
    "coef_more": (ridge_state(coef=(1.0, 2.0, 3.0)), RULE, "three coefficients for two features"),
    "coef_nan": (ridge_state(coef=(1.0, np.nan)), RULE, "a NaN coefficient"),
    "outputs_overflow": (ridge_state(n_features=2**24, n_outputs=2**16), RULE, "2^40 coefficients are declared and two are there"),
    "features_zero": (ridge_state(n_features=0, coef=()), RULE, "no features"),
    "features_huge": (ridge_state(n_features=2**32 - 1), RULE, "2^32 - 1 features"),
    "names_fewer": (ridge_state(names=["a"]), RULE, "one name for two features"),
    "names_twice": (ridge_state(names=["a", "a"]), RULE, "one name for two features, twice"),
    "names_utf8": (ridge_state(names=["a", b"\xff"]), RULE, "a name that is no UTF-8"),
}
for key, (content, result, sentence) in STATES.items():
    kind = "sklearn.tree.DecisionTreeClassifier" if key.startswith("dag") else "sklearn.linear_model.Ridge"
    add(f"prq_state_{key}.prq", prq([ridge_object(content, type=kind)]), result, sentence)


# --- segments and the manifest
def lies(**segment):
    return prq([ridge_object(segment=segment)], written_by=None)


def rle(size):
    """A zstd frame of one run of zeros, block by block."""
    blocks = b""
    for begin in range(0, size, 1 << 17):
        count = min(1 << 17, size - begin)
        blocks += struct.pack("<I", count << 3 | 2 | (begin + count == size))[:3] + b"\0"
    return b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", size) + blocks


def zstd(content, asks=b"\xa0"):
    """A zstd frame that stores. `asks`: its header's flags, and the window or dictionary it asks for."""
    return b"\x28\xb5\x2f\xfd" + asks + struct.pack("<I", len(content)) + struct.pack("<I", len(content) << 3 | 1)[:3] + content


def compressed(stored, size=None):
    size = len(good_state) if size is None else size
    return prq([ridge_object(stored=stored, segment={"codec": 1, "size": size})])


ZSTD = "malformed container.zstd"
digest = bytearray(GOOD)
digest[-1] ^= 1
ONE_BYTE = np.array([(0, 1, 1, 0, (0, 0, 0, 0))], SEGMENT)
golden = {0: "predict", 1: "scikit-learn", 2: np.zeros(1, SEGMENT), 3: np.zeros(1, SEGMENT)}


def with_golden(content, **lies):
    """Golden samples of `content` behind the good model."""
    def whole(offset):
        rows = np.zeros(2, SEGMENT)
        for row in rows:
            row["offset"], row["stored_size"], row["size"] = offset, len(content), len(content)
            row["sha256"] = np.frombuffer(hashlib.sha256(content).digest(), "<u8")
            for name, value in lies.items():
                row[name] = value
            offset += 64
        return prq([ridge_object()], golden=[{0: "predict", 1: "scikit-learn", 2: rows[:1], 3: rows[1:]}])

    return padded(padded(whole(len(padded(whole(0))))) + content) + content


SEGMENT_LIES = {
    "offset_more": (lies(offset=lambda offset: offset + 64), SEGMENTS, "a segment begins later than it must"),
    "offset_zero": (lies(offset=0), SEGMENTS, "a segment is the manifest itself"),
    "offset_misaligned": (lies(offset=lambda offset: offset + 1), SEGMENTS, "a segment begins at an odd place"),
    "offset_wraps": (lies(offset=2**64 - 64, stored_size=128, size=128), SEGMENTS, "offset and size wrap around 2^64"),
    "offset_huge": (lies(offset=2**63), SEGMENTS, "a segment begins at 2^63"),
    "size_huge": (lies(stored_size=2**64 - 1, size=2**64 - 1), SEGMENTS, "a segment of 2^64 - 1 bytes"),
    "size_zero": (lies(stored_size=0, size=0), "malformed", "a segment of no bytes"),
    "size_two": (lies(size=10**6), SEGMENTS, "a segment that is not compressed has two sizes"),
    "codec": (lies(codec=77), "malformed", "a compression that does not exist"),
    "digest": (bytes(digest), "mismatch container.digest", "a coefficient was changed"),
    "overlap": (prq([ridge_object(role="x", owner=2), ridge_object(segment={"offset": lambda offset: offset - 128})]),
                SEGMENTS, "two objects share a segment"),
    "gap": (prq([ridge_object(role="x", owner=2), ridge_object()], pad=lambda body: padded(body) + bytes(64 if body else 0)), SEGMENTS,
            "64 bytes stand between two segments"),
    "padding": (prq([ridge_object(role="x", owner=2), ridge_object()], pad=lambda body: body + b"\1" * (-len(body) % 64)), PADDING,
                "the bytes between two segments are not zero"),
    "trailing": (GOOD + b"\0", TRAILING, "a byte stands behind the last segment"),
    "cut": (GOOD[:-1], SEGMENTS, "the last byte is gone"),
    "cut_manifest": (GOOD[:100], "malformed container.truncated", "the file ends in the manifest"),
    "manifest_size": (struct.pack("<I", 2**32 - 1) + GOOD[4:], "malformed container.truncated", "a manifest of 4 GiB"),
    "manifest_root": (GOOD[:4] + struct.pack("<I", 2**31) + GOOD[8:], MANIFEST, "the manifest's root is beyond it"),
    "manifest_tiny": (struct.pack("<I", 8) + GOOD[4:12], "malformed container.magic", "a manifest of eight bytes, and nothing else"),
    "golden": (prq([ridge_object()], golden=[golden]), MANIFEST, "golden samples of no bytes"),
    "golden_twice": (prq([ridge_object()], golden=[{**golden, 2: np.repeat(ONE_BYTE, 2), 3: ONE_BYTE}]), MANIFEST, "golden samples in two segments"),
    "golden_digest": (with_golden(b"1", sha256=0), "mismatch container.digest", "golden samples under another digest"),
    "golden_zstd": (with_golden(b"1", codec=1), ZSTD, "golden samples that say they are compressed, and are not"),
    "two_segments": (prq([ridge_object(segments=2)]), MANIFEST, "an object in two segments"),
    "manifest_kept": (prq([ridge_object()], how={"keep": True}), "malformed container.canonical", "the manifest writes what is nought"),
    "root_role": (prq([ridge_object(role="regressor")]), STRUCTURE, "the root is not called model"),
    "zstd_bomb": (compressed(rle(1 << 26), 1 << 26), "limit limit.inflate_ratio", "64 MiB in 2 kB of zstd"),
    "zstd_size": (compressed(zstd(good_state), 10**6), ZSTD, "a frame holds less than the segment declares"),
    "zstd_declares": (compressed(rle(1 << 26)), ZSTD, "a frame holds more than the segment declares"),
    "zstd_unsized": (compressed(b"\x28\xb5\x2f\xfd\x00\x58" + struct.pack("<I", len(good_state) << 3 | 1)[:3] + good_state), ZSTD,
                     "a frame without its content size"),
    "zstd_window": (compressed(zstd(good_state, b"\x80\xf8")),
                    ZSTD, "a frame asks for a window of gigabytes"),
    "zstd_window_large": (compressed(zstd(good_state, b"\x80\x90")), "limit limit.zstd_window_log", "a frame asks for a window of 256 MiB"),
    "zstd_block": (compressed(b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", len(good_state)) + struct.pack("<I", 8 << 3 | 5)[:3] + b"\xff" * 8), ZSTD,
                   "the block of a sound frame does not decompress"),
    "inflates": (lies(size=2**35, codec=1), "limit limit.inflated_bytes", "a segment declares 32 GiB"),
    "depth": (prq([ridge_object(role="x", owner=i + 2) for i in range(101)] + [ridge_object()]), "limit limit.depth", "101 levels of owners"),
    "manifest_newer": (prq([ridge_object()], newer=np.uint32(1)), "unsupported container.newer", "the manifest has a field that does not exist yet"),
    "zstd_dictionary": (compressed(zstd(good_state, b"\xa1\x07")),
                        ZSTD, "a frame asks for a dictionary"),
    "zstd_two": (compressed(zstd(good_state[:64]) + zstd(good_state[64:])), ZSTD, "two frames"),
    "zstd_skippable": (compressed(zstd(good_state) + b"\x50\x2a\x4d\x18" + struct.pack("<I", len(EXEC)) + EXEC), ZSTD,
                       "a pickle stands in a skippable frame"),
    "zstd_trailing": (compressed(zstd(good_state) + EXEC), ZSTD, "a pickle stands behind the frame"),
    "zstd_broken": (compressed(zstd(good_state)[:-5]), ZSTD, "the frame is cut"),
    "zstd_none": (compressed(good_state), ZSTD, "a segment that says it is compressed, and is not"),
}
for key, (content, result, sentence) in SEGMENT_LIES.items():
    add(f"prq_segment_{key}.prq", content, result, sentence)

# --- claims
WIDENS = json.dumps({"policy": {"version": 1, "allow": ["@all", "acme.Model", "os.system"]}, "allow": ["acme.Model"], "trusted": True,
                     "limits": {"memory": 2**64 - 1}})
add("claims_type.prq", prq([ridge_object(type="acme.Model")], metadata=WIDENS), UNKNOWN, "the metadata allows a type that nobody knows")
add("claims_params.prq", prq([ridge_object(type="acme.Model", params=WIDENS)]), UNKNOWN, "the parameters allow a type that nobody knows")
add("claims_limit.prq", prq([ridge_object(stored=rle(1 << 26), segment={"codec": 1, "size": 1 << 26})], metadata=WIDENS),
    "limit limit.inflate_ratio", "the metadata raises a limit")
add("claims_rule.prq", prq([ridge_object(ridge_state(coef=(1.0, np.nan)))], metadata=WIDENS), RULE,
    "the metadata allows all, and a coefficient is NaN")
add("claims_written_by.prq", prq([ridge_object()], written_by='{"sklearn":["99.0\\u001b[31m"]}'), "",
    "a good model that claims a release which is none: a claim, shown escaped")
add("claims_deep.prq", prq([ridge_object()], metadata='{"x":' + "[" * 10000 + "]" * 10000 + "}"), "",
    "a good model whose metadata has 10,000 levels: claims, read to a bounded depth")
