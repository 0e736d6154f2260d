"""Hand-made TensorFlow.js graphs."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np


def string_attr(value: str) -> dict[str, str]:
    return {"s": base64.b64encode(value.encode()).decode()}


def integers_attr(*values: int) -> dict[str, Any]:
    return {"list": {"i": [str(value) for value in values]}}


def node(op: str, name: str, *inputs: str, **attributes: Any) -> dict[str, Any]:
    return {"op": op, "name": name, "input": list(inputs), "attr": {"T": {"type": "DT_FLOAT"}, **attributes}}


def graph(
    input_shape: tuple[int, ...], constants: dict[str, np.ndarray], *nodes: dict[str, Any]
) -> tuple[bytes, bytes]:
    """Build model.json and .bin of a graph that starts at ``input``; float constants are stored as float16."""
    shape = {"shape": {"dim": [{"size": str(n)} for n in input_shape]}}
    placeholder = {"op": "Placeholder", "name": "input", "attr": {"shape": shape, "dtype": {"type": "DT_INT32"}}}
    manifest, data = [], b""
    for name, values in constants.items():
        entry: dict[str, Any] = {"name": name, "shape": list(values.shape), "dtype": values.dtype.name}
        if values.dtype == np.float32:
            entry["quantization"], values = {"dtype": "float16", "original_dtype": "float32"}, values.astype(np.float16)
        manifest.append(entry)
        data += values.tobytes()
    consts = [{"op": "Const", "name": name, "attr": {}} for name in constants]
    model = {
        "modelTopology": {"node": [placeholder, *consts, *nodes]},
        "weightsManifest": [{"paths": ["net.bin"], "weights": manifest}],
    }
    return json.dumps(model).encode(), data
