"""A net's answers belong to whoever asked, whatever it is asked next."""

import numpy as np
import pytest
from at_hand import needs

from pose_demo import weights
from pose_demo.estimators.litert import shared_net


@pytest.fixture
def net():
    needs("movenet-lightning")
    return shared_net(weights.path("movenet-lightning"))


def grey(level):
    return lambda tensor: tensor.fill(level)


def test_an_answer_does_not_change_with_the_next_question(net):
    (first,) = net.run(grey(30))
    before = first.copy()
    (second,) = net.run(lambda tensor: tensor.__setitem__(slice(None), np.arange(192, dtype=np.uint8)[:, None]))
    assert np.array_equal(first, before) and not np.array_equal(first, second)


def test_the_same_question_has_the_same_answer(net):
    assert np.array_equal(net.run(grey(90))[0], net.run(grey(90))[0])


def test_a_question_that_fails_leaves_the_net_usable(net):
    def fail(tensor):
        raise RuntimeError("no picture")

    with pytest.raises(RuntimeError, match="no picture"):
        net.run(fail)
    assert net.run(grey(0))[0].shape[-2:] == (17, 3)


def test_shapes_are_known_before_the_first_question(net):
    assert net.input_shape == (192, 192, 3) and net.output_shapes == [(1, 17, 3)]


def test_a_net_whose_outputs_are_made_while_it_runs_can_be_loaded():
    needs("movenet-multipose")
    net = shared_net(weights.path("movenet-multipose"), 1, (1, 288, 384, 3))
    assert net.input_shape == (288, 384, 3) and net.run(grey(0))[0].shape == (6, 56)
