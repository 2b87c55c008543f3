"""Trees that lie: the same lies in a pickle, a joblib file and a .skops."""
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

from .lies import lying
from .rows import RULE, add, dumped, joblibbed
from .skops_file import skops

rng = np.random.default_rng(0)
TREE = DecisionTreeClassifier(random_state=0, max_depth=3).fit(rng.normal(size=(40, 2)), np.arange(40) % 2)
FOREST = RandomForestClassifier(3, max_depth=2, random_state=0).fit(rng.normal(size=(40, 2)), np.arange(40) % 2)


def crafted(change, model=TREE, protocol=4):
    with lying(change):
        return dumped(model, protocol)


def crafted_joblib(change, model=TREE):
    with lying(change):
        return joblibbed(model)


def node(**fields):
    def change(args, state):
        for name, (index, value) in fields.items():
            state["nodes"][name][index] = value
        return tuple(args)
    return change


def state_of(**values):
    def change(args, state):
        for name, value in values.items():
            state[name] = value(state) if callable(value) else value
        return tuple(args)
    return change


def argument(index, value):
    def change(args, state):
        args[index] = value
        return tuple(args)
    return change


def both_children_are_one(args, state):
    state["nodes"]["right_child"][0] = state["nodes"]["left_child"][0]
    return tuple(args)


def retyped(args, state):
    state["nodes"] = state["nodes"].astype([(name, "f8") for name in state["nodes"].dtype.names])
    return tuple(args)


def without_nodes(args, state):
    del state["nodes"]
    return tuple(args)


def first_leaf(state):
    return int(np.flatnonzero(state["nodes"]["left_child"] < 0)[0])


def leaf_with_children(args, state):
    leaf = first_leaf(state)
    state["nodes"]["left_child"][leaf], state["nodes"]["right_child"][leaf] = leaf + 1, leaf + 2
    return tuple(args)


TREES = {
    "child_out_of_range": (node(left_child=(0, 10**6)), RULE, "a child is no node"),
    "child_next_after_last": (state_of(nodes=lambda s: with_last_child(s)), RULE, "a child is the node after the last"),
    "child_negative": (node(right_child=(0, -7)), RULE, "a child is negative"),
    "child_int64": (node(left_child=(0, 2**32 + 1)), RULE, "a child that 32 bits would make a good one"),
    "child_min_int64": (node(left_child=(0, -2**63)), RULE, "a child of -2^63"),
    "child_cycle": (node(left_child=(1, 0)), RULE, "a child is its own ancestor"),
    "child_self": (node(left_child=(0, 0)), RULE, "a node is its own child"),
    "child_two_parents": (both_children_are_one, RULE, "both children are one node"),
    "child_of_two": (leaf_with_children, RULE, "two nodes share their children"),
    "one_child": (node(right_child=(0, -1)), RULE, "a split has one child"),
    "feature_out_of_range": (node(feature=(0, 2)), RULE, "a feature beyond the last"),
    "feature_negative": (node(feature=(0, -3)), RULE, "a negative feature at a split"),
    "feature_int64": (node(feature=(0, 2**32)), RULE, "a feature that 32 bits would make 0"),
    "threshold_nan": (node(threshold=(0, np.nan)), RULE, "a NaN threshold"),
    "threshold_minus_inf": (node(threshold=(0, -np.inf)), RULE, "a threshold of minus infinity"),
    "half_leaf": (node(left_child=(0, -1)), RULE, "a leaf for one side and a split for the other"),
    "missing_flag": (node(missing_go_to_left=(0, 2)), RULE, "a flag of 2"),
    "nodes_cut": (state_of(nodes=lambda s: s["nodes"][:-1].copy()), RULE, "the last node is missing"),
    "nodes_none": (state_of(nodes=lambda s: s["nodes"][:0].copy()), RULE, "no nodes"),
    "nodes_two_dimensions": (state_of(nodes=lambda s: s["nodes"][None].copy()), "invalid state.type", "nodes in two dimensions"),
    "nodes_retyped": (retyped, "unsupported", "records of another layout"),
    "nodes_absent": (without_nodes, "invalid state.type", "no nodes at all"),
    "node_count_huge": (state_of(node_count=2**31), RULE, "node_count is not the number of nodes"),
    "node_count_negative": (state_of(node_count=-1), RULE, "a negative node_count"),
    "node_count_bigint": (state_of(node_count=2**80), "invalid state.type", "a node_count of 81 bits"),
    "values_cut": (state_of(values=lambda s: s["values"][:-1].copy()), RULE, "values of fewer nodes"),
    "values_flat": (state_of(values=lambda s: s["values"].ravel().copy()), RULE, "values in one dimension"),
    "values_nan": (state_of(values=lambda s: s["values"] * np.nan), "unsupported state.not_finite", "NaN probabilities"),
    "values_negative": (state_of(values=lambda s: -s["values"]), "unsupported state.unsupported_value", "negative probabilities"),
    "max_depth_zero": (state_of(max_depth=0), RULE, "a max_depth below the depth"),
    "n_features_more": (argument(0, 3), RULE, "the tree has more features than its owner"),
    "n_features_negative": (argument(0, -1), RULE, "a negative number of features"),
    "n_classes_more": (argument(1, np.array([3])), RULE, "the tree has more classes than its owner"),
    "n_classes_huge": (argument(1, np.array([2**62])), RULE, "2^62 classes"),
    "n_outputs_more": (argument(2, 2), RULE, "the tree has more outputs than its owner"),
}


def with_last_child(state):
    nodes = state["nodes"].copy()
    split = int(np.flatnonzero(nodes["left_child"] >= 0)[-1])
    nodes["right_child"][split] = len(nodes)
    return nodes


for name, (change, result, sentence) in TREES.items():
    add(f"tree_{name}.pkl", crafted(change), result, f"a decision tree: {sentence}")
    add(f"tree_{name}.joblib", crafted_joblib(change), result, f"a decision tree in a joblib file: {sentence}")
    add(f"tree_{name}.skops", skops(TREE, change=change), result, f"a decision tree in a .skops file: {sentence}")
for name in ("child_out_of_range", "feature_out_of_range", "threshold_nan", "node_count_huge"):
    change, result, sentence = TREES[name]
    add(f"forest_{name}.joblib", crafted_joblib(change, FOREST), result, f"a forest: {sentence}")
    add(f"forest_{name}.skops", skops(FOREST, change=change), result, f"a forest in a .skops file: {sentence}")
