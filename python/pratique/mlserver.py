"""A runtime for MLServer: "implementation": "pratique.mlserver.PratiqueRuntime" in model-settings.json.

parameters.uri is the model, of any format; parameters.extra.method the method (predict, or transform, when not given). The policy is
that of the server: the file that PRATIQUE_POLICY names, or the built-in default. A rejected model never becomes ready.
"""
from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
from mlserver import MLModel
from mlserver.codecs import NumpyCodec, StringCodec
from mlserver.errors import InferenceError
from mlserver.types import InferenceRequest, InferenceResponse
from mlserver.utils import get_model_uri

from . import InputError
from ._input import Columns
from ._serving import load_to_serve


class PratiqueRuntime(MLModel):  # type: ignore[misc]
    async def load(self) -> bool:
        uri = await get_model_uri(self._settings)
        extra = (self._settings.parameters.extra if self._settings.parameters else None) or {}
        self._model, self._method = load_to_serve(uri, extra.get("method"))
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        try:
            method = getattr(self._model, self._method)
            result = await asyncio.get_running_loop().run_in_executor(None, method, self._rows(payload))
        except InputError as error:
            raise InferenceError(str(error)) from error
        parts = result if isinstance(result, list) else [result]
        names = [self._method] if not isinstance(result, list) else [f"{self._method}_{i}" for i in range(len(parts))]
        outputs = [_encode(name, part) for name, part in zip(names, parts)]
        return InferenceResponse(id=payload.id, model_name=self.name, model_version=self.version, outputs=outputs)

    def _rows(self, payload: InferenceRequest) -> Any:
        """One tensor of two dimensions, or a column each."""
        inputs = payload.inputs
        if len(inputs) == 1 and len(inputs[0].shape) == 2 and inputs[0].shape[1] != 1 and inputs[0].datatype != "BYTES":
            return NumpyCodec.decode_input(inputs[0])
        return Columns({i.name: _column(i) for i in inputs})


def _column(request_input: Any) -> list[Any]:
    if request_input.datatype == "BYTES":
        return list(StringCodec.decode_input(request_input))
    return list(np.asarray(NumpyCodec.decode_input(request_input)).ravel().tolist())


def _encode(name: str, part: Any) -> Any:
    array = part.toarray() if hasattr(part, "toarray") else np.asarray(part)
    if array.dtype.kind in "OU":
        return StringCodec.encode_output(name, [str(cell) for cell in array.ravel()])
    return NumpyCodec.encode_output(name, array)
