"""Write the model table of README.md from the registry."""

from __future__ import annotations

import re
from pathlib import Path

from pose_demo.estimators import MODELS
from pose_demo.estimators.base import ModelInfo

README = Path(__file__).parents[1] / "README.md"
MARKED = re.compile(r"(<!-- models:[^\n]*-->\n).*?(<!-- /models -->)", re.DOTALL)


def row(model: ModelInfo) -> str:
    """One line of the table."""
    output = f"{len(model.skeleton.keypoints)} keypoints" if model.skeleton else "boxes"
    mask = ", mask" if model.has_mask else ""
    return f"| `{model.name}` | {output}{mask} | {model.score} | {model.description} |"


if __name__ == "__main__":
    lines = ["| name | output | score | description |", "|---|---|---|---|", *map(row, MODELS.values())]
    table = "\n".join(lines)
    text = README.read_text(encoding="utf-8")
    README.write_text(MARKED.sub(rf"\1{table}\n\2", text), encoding="utf-8")
