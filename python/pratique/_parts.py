"""The estimators inside a model, by name."""
from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import _native
    from ._model import Model


class Parts(Mapping[str, Any]):
    """Names to Models; a name is an attribute, too. A Model is made when it is asked for, once."""

    def __init__(self, native: _native.Model, load: Callable[[int], Model], name_of: Callable[[int, str], str] | None) -> None:
        records = native.objects
        root = len(records) - 1
        owned = {role: i for i, (type_name, role, _, owner) in enumerate(records) if owner == root and not type_name.endswith("Block")}
        self._load = load
        self._made: dict[str, Any] = {}
        self._index: dict[str, int | None]
        if name_of is not None:
            self._index = {name_of(i, role): i for role, i in owned.items()}
            return
        places = {place(role): i for role, i in owned.items()}
        self._index = {name: places.get(k) for k, name in enumerate(native.part_names(root) or [])}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            index = self._index[name]
            self._made[name] = "passthrough" if index is None else self._load(index)
        return self._made[name]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name not in self._index:
            raise AttributeError(name)
        return self[name]

    def _begins_with_nothing(self) -> bool:
        return next(iter(self._index.values()), -1) is None

    def __iter__(self) -> Iterator[str]:
        return iter(self._index)

    def __len__(self) -> int:
        return len(self._index)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._index]

    def __repr__(self) -> str:
        return f"Parts({', '.join(self._index)})"


def place(role: str) -> int:
    """The k of "steps[k]"."""
    return int(role[role.rindex("[") + 1 : -1]) if role.endswith("]") else -1
