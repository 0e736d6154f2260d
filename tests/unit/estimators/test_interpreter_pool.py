"""A net's answers belong to whoever asked, whatever it is asked next."""

import gc
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from models import needs
from pose_demo import weights
from pose_demo.estimators import interpreter_pool
from pose_demo.estimators.interpreter_pool import Net, share_between, shared_net


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
    assert net.output_shapes == [(1, 17, 3)]


def test_a_net_may_be_asked_in_any_size_it_takes_again_and_again():
    needs("movenet-multipose")
    net, seen = shared_net(weights.path("movenet-multipose")), []

    def fill(tensor):
        seen.append(tensor.shape)
        tensor.fill(90)

    shapes = [(288, 384, 3), (384, 224, 3), (384, 224, 3), (288, 384, 3)]
    answers = [net.run(fill, shape)[0] for shape in shapes]
    assert seen == shapes and all(answer.shape == (6, 56) for answer in answers)
    assert np.array_equal(answers[0], answers[3]) and np.array_equal(answers[1], answers[2])


# ---- shared ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def one_lane():
    share_between(1)
    yield
    share_between(1)


@pytest.fixture
def file(tmp_path):
    """A net's file that no other test has loaded."""
    needs("movenet-thunder")
    return Path(shutil.copy(weights.path("movenet-thunder"), tmp_path))


def callers_at_once(net, count):
    """How many of so many callers get to run the net together."""
    inside, together = threading.Semaphore(0), []
    leave = threading.Event()

    def ask():
        def wait(tensor):
            together.append(1)
            inside.release()
            assert leave.wait(5)

        net.run(wait)

    threads = [threading.Thread(target=ask) for _ in range(count)]
    for thread in threads:
        thread.start()
    while inside.acquire(timeout=0.2):
        pass
    found = len(together)
    leave.set()
    for thread in threads:
        thread.join()
    assert len(together) == count  # everybody had their turn in the end
    return found


def test_callers_take_turns_on_one_lane_and_run_at_once_on_several(file, one_lane):
    net = shared_net(file)
    assert callers_at_once(net, 3) == 1
    share_between(2)
    assert callers_at_once(net, 3) == 2
    share_between(1)
    assert callers_at_once(net, 3) == 2  # a lane that is there stays


def test_lanes_give_the_same_answers(one_lane):
    needs("movenet-lightning")
    net = Net(weights.path("movenet-lightning"))
    (expected,) = net.run(grey(90))
    net.widen(2)
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(net.run(grey(90))[0])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8 and all(np.array_equal(answer, expected) for answer in answers)


def test_nets_that_come_later_have_as_many_lanes_and_those_with_threads_have_one(file, one_lane):
    share_between(2)
    assert callers_at_once(shared_net(file), 3) == 2 and callers_at_once(shared_net(file, 2), 3) == 1


def test_a_net_is_one_for_all_and_gone_with_the_last_who_uses_it(file):
    net = shared_net(file)
    assert shared_net(file) is net and shared_net(file, 2) is not net
    del net
    gc.collect()
    assert not [key for key in interpreter_pool._nets if key[0] == file]
