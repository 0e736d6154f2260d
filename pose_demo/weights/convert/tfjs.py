"""Reader of TensorFlow.js graph models: nodes and weights.

Source: the format of tfjs-converter; model.json lists dtype and shape of each weight in the order of the .bin file.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

DTYPES = {"DT_FLOAT": np.float32, "DT_INT32": np.int32, "DT_BOOL": np.bool_}


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the graph.

    Attributes:
        op: TensorFlow op, such as ``Mul``.
        name: unique name.
        inputs: names of the nodes it reads; ``name:1`` for the second output of a node.
        attributes: protobuf AttrValues as JSON.
    """

    op: str
    name: str
    inputs: tuple[str, ...]
    attributes: dict[str, dict[str, Any]]

    def integer(self, key: str, default: int = 0) -> int:
        """Return an integer attribute of a node (TensorFlow AttrValue in JSON)."""
        return int(self.attributes.get(key, {}).get("i", default))

    def integers(self, key: str) -> list[int]:
        """Return a list-of-integers attribute of a node (TensorFlow AttrValue in JSON)."""
        return [int(value) for value in self.attributes.get(key, {}).get("list", {}).get("i", [])]

    def string(self, key: str) -> str:
        """Return a string attribute of a node (TensorFlow AttrValue in JSON)."""
        return base64.b64decode(self.attributes.get(key, {}).get("s", "")).decode()

    def strings(self, key: str) -> list[str]:
        """Return a list-of-strings attribute of a node (TensorFlow AttrValue in JSON)."""
        return [base64.b64decode(value).decode() for value in self.attributes.get(key, {}).get("list", {}).get("s", [])]

    def boolean(self, key: str) -> bool:
        """Return a boolean attribute of a node (TensorFlow AttrValue in JSON)."""
        return bool(self.attributes.get(key, {}).get("b", False))

    def dtype(self, key: str) -> npt.DTypeLike:
        """Return a dtype attribute of a node (TensorFlow AttrValue in JSON)."""
        return DTYPES[self.attributes.get(key, {}).get("type", "DT_FLOAT")]


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes in topological order, and constants by name; float16 constants stay float16."""

    nodes: tuple[Node, ...]
    constants: dict[str, Array]

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of the input; -1 for a dynamic dimension."""
        placeholder = next(node for node in self.nodes if node.op == "Placeholder")
        return tuple(int(dimension["size"]) for dimension in placeholder.attributes["shape"]["shape"]["dim"])

    @property
    def input_size(self) -> tuple[int, int]:
        """Input size (height, width) in pixels of an input ``(1, height, width, 3)``; -1 if dynamic."""
        _, height, width, _ = self.input_shape
        return height, width


def read_graph(model: bytes, weights: bytes) -> Graph:
    """Read a graph model.

    Args:
        model: content of model.json.
        weights: content of its single .bin file.

    Raises:
        ValueError: the size of ``weights`` differs from what ``model`` lists.
    """
    description = json.loads(model)
    nodes = tuple(_node(raw) for raw in description["modelTopology"]["node"] if raw["op"] != "Const")
    return Graph(nodes, _constants(description["weightsManifest"], weights))


def _node(raw: dict[str, Any]) -> Node:
    inputs = tuple(name.removesuffix(":0") for name in raw.get("input", []) if not name.startswith("^"))
    return Node(raw["op"], raw["name"], inputs, raw.get("attr", {}))


def _constants(manifest: list[dict[str, Any]], weights: bytes) -> dict[str, Array]:
    constants: dict[str, Array] = {}
    start = 0
    for entry in (entry for group in manifest for entry in group["weights"]):
        dtype = np.dtype(entry.get("quantization", entry)["dtype"])
        count = int(np.prod(entry["shape"]))
        constants[entry["name"]] = np.frombuffer(weights, dtype, count, start).reshape(entry["shape"])
        start += count * dtype.itemsize
    if start != len(weights):
        raise ValueError(f"model.json lists {start} bytes of weights, but the .bin file has {len(weights)}")
    return constants
