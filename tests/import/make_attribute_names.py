#!/usr/bin/env python3
"""make_attribute_names.py [--methods] PACKAGE...: every name that scikit-learn's own code could ask of an object, as rows of a C++ table.

PACKAGE is an unpacked sklearn folder of one release. Attributes that the code reads or sets, functions, classes, parameters, and
texts that look like a name, since getattr takes those. An attribute with any other name changes no answer of an estimator.
src/import/sklearn/attribute_names.inc was made of 1.0.2, 1.1.3, 1.2.0, 1.2.2, 1.3.0, 1.3.2, 1.4.0, 1.4.2, 1.5.0, 1.5.2, 1.6.0, 1.6.1,
1.7.0, 1.7.2, 1.8.0, 1.9.0 and 1.9.1.

With --methods: what classes call a method, and none of them an attribute of its objects. An attribute of such a name hides the method.
src/import/sklearn/method_names.inc was made of 1.0.2, 1.1.3, 1.2.2, 1.3.2, 1.4.2, 1.5.2, 1.6.1, 1.7.2, 1.8.0 and 1.9.1, and of the
packages of XGBoost 3.2.0 and LightGBM 4.7.0.
"""
import ast
import re
import sys
import textwrap
from pathlib import Path


def names_of(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id.startswith("_"):
            yield node.id  # class attributes
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.fullmatch(r"([A-Za-z_]\w*)?", node.value) and [node.value] or ()


def methods_of(tree):
    """Functions of classes; a property is none, and no attribute hides it."""
    for node in ast.walk(tree):
        for function in node.body if isinstance(node, ast.ClassDef) else []:
            if isinstance(function, ast.FunctionDef) and not any("property" in ast.unparse(d) or "setter" in ast.unparse(d)
                                                                 for d in function.decorator_list):
                yield function.name


def set_by(tree):
    """What objects hold: attributes of self, and parameters of __init__, which set_params sets."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and ast.unparse(node.value) == "self":
            yield node.attr
        elif isinstance(node, ast.FunctionDef) and node.name == "__init__":
            yield from (argument.arg for argument in node.args.args + node.args.kwonlyargs)


def main():
    packages = sys.argv[1:]
    of_methods = packages[:1] == ["--methods"]
    names, held = set(), set()
    for package in map(Path, packages[of_methods:]):
        for path in package.rglob("*.py"):
            if not {"tests", "externals", "datasets"} & set(path.relative_to(package).parts):
                tree = ast.parse(path.read_text())
                names.update(methods_of(tree) if of_methods else names_of(tree))
                held.update(set_by(tree) if of_methods else ())
    names -= held
    rows = " ".join(f'"{name}",' for name in sorted(names) if name.isascii() and not name.startswith("__"))
    print(textwrap.fill(rows, 120, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False))


if __name__ == "__main__":
    main()
