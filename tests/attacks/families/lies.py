"""Trees of scikit-learn saved with another state than they have."""
import contextlib
import copyreg

import numpy as np
from sklearn.tree._tree import Tree


def owned(array):
    """A copy without the bytes that happen to be between the fields of a record."""
    copy = np.zeros(array.shape, array.dtype)
    if array.dtype.names is None:
        copy[...] = array
    for name in array.dtype.names or ():
        copy[name] = array[name]
    return copy


def reduced(tree, change):
    """What pickles the tree; `change(args, state)` alters both and gives the arguments."""
    make, args, state = tree.__reduce__()
    state = {**state, "nodes": owned(state["nodes"]), "values": owned(state["values"])}
    args = change(list(args), state)
    return make, args, {key: owned(value) if isinstance(value, np.ndarray) else value for key, value in state.items()}


@contextlib.contextmanager
def lying(change):
    """Every Tree that is pickled in here is changed, whoever pickles it."""
    copyreg.pickle(Tree, lambda tree: reduced(tree, change))
    try:
        yield
    finally:
        del copyreg.dispatch_table[Tree]
