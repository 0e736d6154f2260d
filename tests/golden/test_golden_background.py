"""What every background looks like."""

from __future__ import annotations

import pytest

from pose_demo.background import BEHIND, GRADIENTS, Background, Compositor


@pytest.mark.parametrize("behind", BEHIND)
def test_behind(behind, drawing, golden):
    golden(f"behind-{behind}", _composed(drawing, Background(behind=behind)))


@pytest.mark.parametrize("name", GRADIENTS)
def test_gradient(name, drawing, golden):
    golden(f"behind-gradient-{name}", _composed(drawing, Background(behind="gradient", gradient=name)))


def test_knn(drawing, golden):
    """The person walks into a room that has been seen empty."""
    image, options = drawing.scene.frame.image, Background(behind="gradient", source="knn", knn_dilation=10)
    compositor = Compositor()
    for _ in range(30):
        compositor.apply(drawing.room, None, options)
    golden("behind-gradient-knn", compositor.apply(image, None, options))


def _composed(drawing, options):
    return Compositor().apply(drawing.scene.frame.image, drawing.mask, options, drawing.picture)
