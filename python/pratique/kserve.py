"""A model for the KServe SDK, by the v1 and the v2 protocol.

    python -m pratique.kserve --model_name fraud --path /mnt/models/model.prq --method predict_proba

The policy is that of the server: the file that PRATIQUE_POLICY names, or the built-in default. A model that is rejected does not
start the server; the report is in its log.
"""
from __future__ import annotations

import argparse
import uuid
from typing import Any

import kserve
import numpy as np
from kserve.errors import InvalidInput

from . import InputError
from ._input import Columns
from ._serving import load_to_serve, plain, rows


class PratiqueModel(kserve.Model):  # type: ignore[misc]
    def __init__(self, name: str, path: str, method: str | None = None) -> None:
        super().__init__(name)
        self._path = path
        self._method = method
        self.ready = False

    def load(self) -> bool:
        self._model, self._method = load_to_serve(self._path, self._method)
        self.ready = True
        return True

    async def predict(self, payload: Any, headers: Any = None, response_headers: Any = None) -> Any:
        method = getattr(self._model, self._method or "predict")
        try:
            if isinstance(payload, dict):
                return {"predictions": plain(method(rows(payload.get("instances", payload.get("inputs")))))}
            return self._respond(payload, method(_tensors(payload)))
        except InputError as error:
            raise InvalidInput(str(error)) from error

    def _respond(self, request: Any, result: Any) -> kserve.InferResponse:
        outputs = []
        for i, part in enumerate(result if isinstance(result, list) else [result]):
            array = part.toarray() if hasattr(part, "toarray") else np.asarray(part)
            text = array.dtype.kind in "OU"
            name = self._method if not isinstance(result, list) else f"{self._method}_{i}"
            output = kserve.InferOutput(name=name, shape=list(array.shape), datatype="BYTES" if text else _datatype(array.dtype))
            output.set_data_from_numpy(array.astype(object) if text else array, binary_data=False)
            outputs.append(output)
        return kserve.InferResponse(response_id=request.id or str(uuid.uuid4()), model_name=self.name, infer_outputs=outputs)


def _datatype(dtype: np.dtype[Any]) -> str:
    if dtype.kind == "f":
        return f"FP{8 * dtype.itemsize}"
    return "BOOL" if dtype.kind == "b" else f"{'INT' if dtype.kind == 'i' else 'UINT'}{8 * dtype.itemsize}"


def _cells(tensor: Any) -> np.ndarray[Any, Any]:
    array: np.ndarray[Any, Any] = tensor.as_numpy()
    if tensor.datatype == "BYTES":
        array = np.array([c.decode() if isinstance(c, bytes) else c for c in array.ravel()], dtype=object).reshape(array.shape)
    return array


def _tensors(request: Any) -> Any:
    """One tensor of two dimensions, or a column each."""
    inputs = request.inputs
    if len(inputs) == 1 and len(inputs[0].shape) == 2 and inputs[0].shape[1] != 1:
        return _cells(inputs[0])
    return Columns({tensor.name: _cells(tensor).ravel().tolist() for tensor in inputs})


def main() -> None:
    parser = argparse.ArgumentParser(parents=[kserve.model_server.parser])
    parser.add_argument("--path", default="/mnt/models/model.prq", help="the model, of any format")
    parser.add_argument("--method", help="predict (or transform) when not given")
    arguments = parser.parse_args()
    model = PratiqueModel(arguments.model_name, arguments.path, arguments.method)
    model.load()
    kserve.ModelServer().start([model])


if __name__ == "__main__":
    main()
