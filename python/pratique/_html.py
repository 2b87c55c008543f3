"""A model for a notebook: its estimators, folded as they own each other, and what is proven of it."""
from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._model import Model

_MOST = 200
_STYLE = "font-family:monospace;border:1px solid #999;border-radius:4px;padding:2px 8px;margin:2px 0 2px 12px"


def render(model: Model) -> str:
    objects = model.objects
    shown = "".join(_one(entry) for entry in objects[1 : _MOST + 1] if not entry["type"].endswith("Block"))
    more = f"<div>and {len(objects) - 1 - _MOST} more</div>" if len(objects) - 1 > _MOST else ""
    methods = ", ".join(sorted(model._methods))
    proof = (f"content proven, nothing executed; sha256 {model.sha256[:16]}&hellip;; methods: {escape(methods)}")
    return (f'<div style="{_STYLE}"><details><summary><b>{escape(model.short_type)}</b> (pratique, inference only)</summary>'
            f"{shown}{more}</details><small>{proof}</small></div>")


def _one(entry: dict[str, Any]) -> str:
    params = ", ".join(f"{key}={value!r}" for key, value in entry["params"].items())
    if len(params) > 300:
        params = params[:300] + "…"
    return f'<div style="{_STYLE}">{escape(entry["path"])}: <b>{escape(entry["type"])}</b> <small>{escape(params)}</small></div>'
