"""Writes .skops files from values, node by node, so that any node can be another than skops would write."""
import io
import json

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.tree._tree import Tree

from .archives import Entry, crafted_zip
from .lies import reduced


def npy(array):
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def node(loader, module, cls, **fields):
    return {"__class__": cls, "__module__": module, "__loader__": loader, **fields}


def text(json_text):
    return node("JsonNode", "builtins", "str", content=json_text, is_json=True)


def sequence(kind, items):
    return node(kind.capitalize() + "Node", "builtins", kind, content=items)


def type_node(cls, module="builtins"):
    return node("TypeNode", module, cls)


class Writer:
    """`special` maps the id of a Python object to the node that stands for it; `change` is made to each Tree."""

    def __init__(self, special=None, change=lambda args, state: tuple(args)):
        self.members, self.special, self.change = {}, special or {}, change

    def array(self, value, **fields):
        number = 1000 + len(self.members)
        self.members[f"{number}.npy"] = npy(value)
        cls = "ndarray" if isinstance(value, np.ndarray) else type(value).__name__
        return node("NdArrayNode", "numpy", cls, type="numpy", file=f"{number}.npy", __id__=number, **fields)

    def dict(self, value):
        keys = sequence("list", [type_node("str") for _ in value])
        return node("DictNode", "builtins", "dict", content={key: self.node(item) for key, item in value.items()}, key_types=keys)

    def tree(self, value):
        _, args, state = reduced(value, self.change)
        return node("TreeNode", "sklearn.tree._tree", "Tree", __reduce__={"args": self.node(args)}, content=self.dict(state))

    def node(self, value):
        if id(value) in self.special:
            return self.special[id(value)]
        if isinstance(value, (np.ndarray, np.generic)):
            return self.array(value)
        if isinstance(value, dict):
            return self.dict(value)
        if isinstance(value, (list, tuple)):
            return sequence(type(value).__name__, [self.node(item) for item in value])
        if isinstance(value, Tree):
            return self.tree(value)
        if isinstance(value, BaseEstimator):
            cls = type(value)
            return node("ObjectNode", cls.__module__, cls.__name__, content=self.dict(value.__getstate__()))
        return text(json.dumps(value))


def schema_text(root, protocol=2, **more):
    return json.dumps({**root, "protocol": protocol, "_skops_version": "0.16.0", **more}, separators=(",", ":"))


def skops(value, special=None, change=None, edit=lambda schema: schema, members=None, **more):
    """`edit` changes the text of schema.json; `members` are added to those of the arrays."""
    writer = Writer(special, *([change] if change else []))
    schema = edit(schema_text(writer.node(value), **more))
    content = {**writer.members, **(members or {}), "schema.json": schema.encode()}
    return crafted_zip([Entry(name.encode(), data, 8 if len(data) > 200 else 0) for name, data in content.items()])
