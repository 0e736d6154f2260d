"""The background modes in golden images."""

from __future__ import annotations

import pytest

from pose_demo.background import GRADIENTS, MODES, BackgroundOptions, Compositor


@pytest.mark.parametrize("mode", MODES)
def test_mode(mode, scene, golden):
    golden(f"background-{mode}", _compose(scene, BackgroundOptions(mode=mode)))


@pytest.mark.parametrize("name", GRADIENTS)
def test_gradient(name, scene, golden):
    golden(f"background-gradient-{name}", _compose(scene, BackgroundOptions(mode="gradient", gradient=name)))


def test_knn(scene, golden):
    """A person enters a room that was learned without people."""
    options = BackgroundOptions(mode="gradient", mask_source="knn", knn_dilation=10)
    compositor = Compositor()
    for _ in range(30):
        compositor.apply(scene.room, None, options)
    golden("background-gradient-knn", compositor.apply(scene.context.frame.image, None, options))


def _compose(scene, options):
    return Compositor().apply(scene.context.frame.image, scene.mask, options, scene.background_image)
