"""Interpreter pools: every caller gets the result for their own input, and all streams share the networks."""

import gc
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from models import loaded, needs
from pose_demo import weights
from pose_demo.estimators import MODELS, interpreter_pool, supports_detector
from pose_demo.estimators.interpreter_pool import InterpreterPool, ModelFile, set_pool_size, shared_pool

ON_LITERT = [name for name in MODELS if name.startswith(("movenet", "blazepose"))]


@pytest.fixture
def pool():
    needs("movenet-lightning")
    return shared_pool(ModelFile(weights.path("movenet-lightning")))


def gray(level):
    return lambda tensor: tensor.fill(level)


def test_a_result_is_not_overwritten_by_the_next_inference(pool):
    (first,) = pool.run(gray(30))
    before = first.copy()
    (second,) = pool.run(lambda tensor: tensor.__setitem__(slice(None), np.arange(192, dtype=np.uint8)[:, None]))
    assert np.array_equal(first, before) and not np.array_equal(first, second)


def test_equal_inputs_have_equal_results(pool):
    assert np.array_equal(pool.run(gray(90))[0], pool.run(gray(90))[0])


def test_an_error_while_filling_the_input_leaves_the_pool_usable(pool):
    def fail(tensor):
        raise RuntimeError("no image")

    with pytest.raises(RuntimeError, match="no image"):
        pool.run(fail)
    assert pool.run(gray(0))[0].shape[-2:] == (17, 3)


def test_inference_waits_while_a_profiler_keeps_a_view_of_the_input(pool):
    kept = []
    threading.Timer(0.05, kept.clear).start()
    (found,) = pool.run(lambda tensor: kept.append(tensor) or tensor.fill(90))
    assert np.array_equal(found, pool.run(gray(90))[0])


def test_a_view_that_is_kept_for_good_is_an_error(pool, monkeypatch):
    monkeypatch.setattr(interpreter_pool, "_MAX_WAITS", 3)
    kept = []
    with pytest.raises(RuntimeError, match="reference to internal data"):
        pool.run(kept.append)
    kept.clear()
    assert pool.run(gray(0))[0].shape[-2:] == (17, 3)


def test_output_shapes_are_known_before_the_first_inference(pool):
    assert pool.output_shapes == [(1, 17, 3)]


def test_infer_reads_views_of_the_outputs(pool):
    (expected,) = pool.run(gray(90))
    assert pool.infer(gray(90), lambda outputs: outputs[0].tolist()) == expected.tolist()


def test_the_input_size_can_change_from_one_inference_to_the_next():
    needs("movenet-multipose")
    pool, input_shapes = shared_pool(ModelFile(weights.path("movenet-multipose"))), []

    def fill(tensor):
        input_shapes.append(tensor.shape)
        tensor.fill(90)

    shapes = [(288, 384, 3), (384, 224, 3), (384, 224, 3), (288, 384, 3)]
    results = [pool.run(fill, shape)[0] for shape in shapes]
    assert input_shapes == shapes and all(result.shape == (6, 56) for result in results)
    assert np.array_equal(results[0], results[3]) and np.array_equal(results[1], results[2])


# ---- shared pools ---------------------------------------------------------------------------------------------------


@pytest.fixture
def pool_size_1():
    set_pool_size(1)
    yield
    set_pool_size(1)


@pytest.fixture
def file(tmp_path):
    """A network file that no other test has loaded."""
    needs("movenet-thunder")
    return Path(shutil.copy(weights.path("movenet-thunder"), tmp_path))


def concurrent_callers(pool, count):
    """How many of ``count`` callers run the network at the same time."""
    started, finish, running = threading.Semaphore(0), threading.Event(), []

    def call():
        def wait(tensor):
            running.append(1)
            started.release()
            assert finish.wait(5)

        pool.run(wait)

    threads = [threading.Thread(target=call) for _ in range(count)]
    for thread in threads:
        thread.start()
    while started.acquire(timeout=0.2):
        pass
    concurrent = len(running)
    finish.set()
    for thread in threads:
        thread.join()
    assert len(running) == count  # the waiting callers ran in the end
    return concurrent


def test_a_file_that_is_damaged_later_changes_no_result(tmp_path, file, pool_size_1):
    """A file that LiteRT has mapped into memory would also end the process once it is shorter."""
    copy = shutil.copy(file, tmp_path / "copy.tflite")
    pool = InterpreterPool(ModelFile(Path(copy)))
    before = run_zeros(pool)
    Path(copy).write_bytes(bytes(Path(copy).stat().st_size))
    pool.grow(2)
    for _ in range(2):
        assert all(np.array_equal(a, b) for a, b in zip(run_zeros(pool), before, strict=True))


def run_zeros(pool):
    return pool.run(lambda tensor: tensor.fill(0))


def test_there_is_one_concurrent_caller_per_slot(file, pool_size_1):
    pool = shared_pool(ModelFile(file))
    assert concurrent_callers(pool, 3) == 1
    set_pool_size(2)
    assert concurrent_callers(pool, 3) == 2
    set_pool_size(1)
    assert concurrent_callers(pool, 3) == 2  # slots are never removed


def test_all_slots_give_the_same_results(pool_size_1):
    needs("movenet-lightning")
    pool = InterpreterPool(ModelFile(weights.path("movenet-lightning")))
    (expected,) = pool.run(gray(90))
    pool.grow(2)
    results = []
    threads = [threading.Thread(target=lambda: results.append(pool.run(gray(90))[0])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8 and all(np.array_equal(result, expected) for result in results)


def test_the_pool_size_applies_to_later_pools_but_not_to_networks_with_several_threads(file, pool_size_1):
    set_pool_size(2)
    assert (
        concurrent_callers(shared_pool(ModelFile(file)), 3) == 2
        and concurrent_callers(shared_pool(ModelFile(file), 2), 3) == 1
    )


def test_a_pool_is_shared_and_freed_with_its_last_user(file):
    pool = shared_pool(ModelFile(file))
    assert shared_pool(ModelFile(file)) is pool and shared_pool(ModelFile(file), 2) is not pool
    del pool
    gc.collect()
    assert not [key for key in interpreter_pool._pools if key[0] == ModelFile(file)]


@pytest.mark.parametrize("model", ON_LITERT)
def test_a_second_estimator_of_a_model_loads_no_further_interpreter(model, monkeypatch):
    loads, load = [], interpreter_pool.Interpreter

    def count_loads(**arguments):
        loads.append(arguments)
        return load(**arguments)

    with loaded(model) as first:
        monkeypatch.setattr(interpreter_pool, "Interpreter", count_loads)
        with loaded(model) as second:
            assert first is not second and not loads
        with loaded(model, threads=7):  # a pool of its own, which shows that loads are counted
            assert loads


@pytest.mark.parametrize("model", [name for name in ON_LITERT if supports_detector(name)])
def test_a_top_down_estimator_shares_the_interpreters_too(model, monkeypatch):
    with loaded(model), loaded("movenet-multipose"):
        monkeypatch.setattr(interpreter_pool, "Interpreter", None)  # loading another one raises an error
        with loaded(model, detector="movenet-multipose"):
            pass
