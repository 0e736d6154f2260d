"""Write the tables of the documents: the models from their registry, the measures of a sweep from theirs."""

from __future__ import annotations

import re
from pathlib import Path

from pose_demo.estimators import MODELS
from pose_demo.estimators.base import ModelInfo
from pose_demo.explore.replay.measures import MEASURES, Measure

ROOT = Path(__file__).parents[1]


def model_rows() -> list[str]:
    """The model table of README.md."""
    return ["| name | output | score | description |", "|---|---|---|---|", *map(_model_row, MODELS.values())]


def _model_row(model: ModelInfo) -> str:
    output = f"{len(model.skeleton.keypoints)} keypoints" if model.skeleton else "boxes"
    world = ", world keypoints" if model.has_world else ""
    mask = ", mask" if model.has_mask else ""
    return f"| `{model.name}` | {output}{world}{mask} | {model.score} | {model.description} |"


def measure_rows() -> list[str]:
    """The measure table of docs/explore.md."""
    return ["| column | measure | definition |", "|---|---|---|", *map(_measure_row, MEASURES.values())]


def _measure_row(measure: Measure) -> str:
    return f"| `{measure.name}` | {measure.label} | {measure.help} |"


TABLES = {"README.md": ("models", model_rows), "docs/explore.md": ("measures", measure_rows)}


def with_table(text: str, name: str, rows: list[str]) -> str:
    """The text of a document with the rows between its two marks."""
    marked = re.compile(rf"(<!-- {name}:[^\n]*-->\n).*?(<!-- /{name} -->)", re.DOTALL)
    table = "\n".join(rows)
    return marked.sub(lambda match: f"{match[1]}{table}\n{match[2]}", text)


if __name__ == "__main__":
    for document, (name, rows) in TABLES.items():
        path = ROOT / document
        path.write_text(with_table(path.read_text(encoding="utf-8"), name, rows()), encoding="utf-8")
