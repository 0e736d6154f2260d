"""Timing and form of drawn dances with known lags and errors."""

from dataclasses import replace

import numpy as np
import pytest
from moving_body import body, dance, every, frame_times, hidden, noisy

from pose_demo.dance.comparison import DanceOptions, compare, report, rounded
from pose_demo.dance.sequence import PoseSequence
from pose_demo.types import InputError

TIMES = frame_times(15, 30)
REFERENCE = noisy(dance(TIMES), 2, 0)
DELAYS = (0.0, 0.08, 0.15, 0.3, -0.12)


def performance(case, delay=0.1, fps=30, **changes):
    """A performance that begins between two frames, by another body with another style."""
    rng = np.random.default_rng(case)
    times = frame_times(15.5, fps, -rng.uniform(0.2, 0.3))
    return noisy(dance(times, delay=delay, style=case, scale=rng.uniform(0.7, 1.2), **changes), 2, case)


@pytest.mark.parametrize("fps", [30, 10, 5])
def test_timing_and_form_of_known_delays(fps):
    found = [compare(REFERENCE, performance(case, delay, fps)) for case, delay in enumerate(DELAYS)]
    errors = [it.timing_ms - 1000 * delay for it, delay in zip(found, DELAYS, strict=True)]
    assert np.mean(np.abs(errors)) <= 10 and np.max(np.abs(errors)) <= 20
    assert all(passage.timing_ms is not None for it in found for passage in it.passages)
    assert min(it.form for it in found) > 0.95


@pytest.mark.parametrize("fps", [30, 10])
def test_form_does_not_depend_on_the_delay(fps):
    forms = [compare(REFERENCE, performance(3, delay, fps)).form for delay in (*DELAYS, 0.04, 0.9)]
    assert max(forms) / min(forms) <= 1.02


def test_timestamps_count_and_not_frames():
    rng = np.random.default_rng(1)
    irregular = np.sort(TIMES + rng.uniform(-0.016, 0.016, len(TIMES)))[rng.random(len(TIMES)) > 0.3]
    assert compare(REFERENCE, dance(irregular, delay=0.15)).timing_ms == pytest.approx(150, abs=8)


def test_a_delay_that_changes_is_told_by_passage():
    slower = replace(dance(TIMES * 0.99), timestamps=TIMES)  # after 15 s it is 0.15 s late
    found = compare(dance(TIMES), slower)
    timings = [passage.timing_ms for passage in found.passages]
    assert timings == pytest.approx([15, 45, 76, 106, 136], abs=12) and found.timing_ms == np.median(timings)
    assert found.form > 0.995  # each passage at its own lag


def test_of_periodic_moves_the_nearer_lag():
    angles = {limb: np.full(len(TIMES), 10.0) for limb in _LIMBS}
    swing = [angles | {"left upper arm": 90 + 40 * np.sin(2 * np.pi * (TIMES - delay) / 0.8)} for delay in (0, 0.1)]
    assert compare(*(body(TIMES, it) for it in swing)).timing_ms == pytest.approx(100, abs=2)


_LIMBS = [f"{side} {part}" for side in ("left", "right") for part in ("upper arm", "forearm", "thigh", "shin")]


def test_form_of_one_limb_at_a_constant_error():
    """One of twelve limbs is 30 degrees off, which is one sigma, all the time."""
    angles = {limb: 40 + 30 * np.sin(TIMES * (2 + index)) for index, limb in enumerate(_LIMBS)}
    wrong = angles | {"left forearm": angles["left forearm"] + 30}
    found = compare(body(TIMES, angles), body(TIMES, wrong))
    assert found.form == pytest.approx((11 + np.exp(-0.5)) / 12, abs=2e-3)
    assert found.limbs["left forearm"] == pytest.approx(30, abs=0.1) and found.limbs["left upper arm"] < 0.1


def test_a_lowered_arm_is_named_at_its_passage_and_nothing_else():
    named, others = 0, 0
    for case in range(20):
        rng = np.random.default_rng((case, 5))
        side, start = ("left", "right")[case % 2], rng.uniform(1, 11)
        found = compare(REFERENCE, performance(case, DELAYS[case % 5], lowered=(side, 25, start, start + 3)))
        arm = {f"{side} upper arm", f"{side} forearm"}
        at = [it for it in found.passages if it.start < start + 3 and it.end > start]
        named += any(arm == set(it.wrong_limbs) for it in at)
        others += any(set(it.wrong_limbs) - (arm if it in at else set()) for it in found.passages)
    assert named >= 19 and others <= 1


def test_a_bent_arm_that_is_turned_as_a_whole_is_at_one_place():
    """The forearm points back over the shoulder: turned down with the upper arm, the wrist is higher."""
    swing = 20 * np.sin(2 * np.pi * TIMES / 3)
    angles = {
        f"{side} {limb}": swing for side in ("left", "right") for limb in ("upper arm", "forearm", "thigh", "shin")
    }
    bent = angles | {"right upper arm": 90 + swing, "right forearm": 240 + swing}
    turned = -25 * ((TIMES >= 6) & (TIMES < 9))
    lowered = bent | {f"right {limb}": bent[f"right {limb}"] + turned for limb in ("upper arm", "forearm")}
    (passage,) = (it for it in compare(body(TIMES, bent), body(TIMES, lowered)).passages if it.deviations)
    assert {limb: it.place for limb, it in passage.deviations.items()} == {
        "right upper arm": "low",
        "right forearm": "low",
    }


def wrong_limbs(reference, other):
    return {limb for passage in compare(reference, other).passages for limb in passage.wrong_limbs}


def test_a_style_is_not_wrong_but_a_large_constant_error_is():
    angles = {limb: 60 + 30 * np.sin(TIMES * (2 + index)) for index, limb in enumerate(_LIMBS)}
    wrong = {}
    for constant, more in ((14, 0), (14, 15), (0, 25), (40, 0)):
        error = constant + more * ((TIMES > 6) & (TIMES < 9))
        performed = body(TIMES, angles | {"right shin": angles["right shin"] - error})
        wrong[constant, more] = wrong_limbs(body(TIMES, angles), performed)
    assert wrong == {(14, 0): set(), (14, 15): set(), (0, 25): {"right shin"}, (40, 0): {"right shin"}}


def test_a_glitch_of_the_keypoints_is_no_wrong_limb():
    angles = {limb: 60 + 30 * np.sin(TIMES * (2 + index)) for index, limb in enumerate(_LIMBS)}
    glitch = 170 * ((TIMES > 7) & (TIMES < 7.3))  # a mean of 25 degrees over two seconds
    assert not wrong_limbs(body(TIMES, angles), body(TIMES, angles | {"left forearm": angles["left forearm"] + glitch}))


@pytest.mark.parametrize(("limb", "place"), [("left shin", "left"), ("right shin", "right")])
@pytest.mark.parametrize("back_view", [False, True])
def test_where_a_limb_is_as_the_dancer_sees_it(limb, place, back_view):
    angles = {limb: 5 + 5 * np.sin(TIMES * (2 + index)) for index, limb in enumerate(_LIMBS)}
    angles["left upper arm"] = 80 + 40 * np.sin(2 * TIMES)
    outwards = angles | {limb: angles[limb] + 30 * ((TIMES > 6) & (TIMES < 9))}
    views = [turned(it) if back_view else it for it in (body(TIMES, angles), body(TIMES, outwards))]
    (deviation,) = compare(*views).passages[2].deviations.values()
    assert deviation.place == place and deviation.degrees == pytest.approx(30, abs=1)


def turned(sequence):
    """The dancer seen from behind."""
    return replace(sequence, xy=np.array((640, 0)) + sequence.xy * (-1, 1))


def test_how_limbs_are_held_decides_about_the_mirror_where_moves_hardly_do():
    still = {limb: np.full(len(TIMES), 120.0 if limb.startswith("left") else 20.0) for limb in _LIMBS}
    large, small = 20 + 20 * np.sin(2 * TIMES), 20 + 16 * np.sin(2 * TIMES)
    reference = body(TIMES, still | {"left thigh": large, "right thigh": small})
    other = body(TIMES, still | {"left thigh": small, "right thigh": large})  # its moves are a mirror image, no more
    assert not compare(reference, other).mirrored and compare(reference, other.mirrored()).mirrored


def test_the_mirror_image_counts_as_the_options_say():
    mirrored = performance(2).mirrored()
    found = compare(REFERENCE, mirrored)
    assert found.mirrored and found.timing_ms == pytest.approx(100, abs=20)
    assert not compare(REFERENCE, performance(2)).mirrored
    assert compare(REFERENCE, mirrored, DanceOptions(mirror="on")).timing_ms == found.timing_ms
    off = compare(REFERENCE, mirrored, DanceOptions(mirror="off"))
    assert off.timing_ms is None and "does not look like" in off.reason


def test_in_a_mirrored_dance_limbs_are_the_dancers_own():
    lowered = performance(4, lowered=("left", 30, 6, 9)).mirrored()
    assert {limb for it in compare(REFERENCE, lowered).passages for limb in it.wrong_limbs} == {
        "right upper arm",
        "right forearm",
    }


@pytest.mark.parametrize(("delay", "text"), [(4, "4.0 s after"), (-4, "shows 4.0 s later")])
def test_a_dance_at_another_time_has_no_timing(delay, text):
    found = compare(REFERENCE, performance(1, delay))
    assert found.timing_ms is None and found.form is None and text in found.reason
    assert all(it.timing_ms is None and it.form is None and it.reason for it in found.passages)


def test_a_few_seconds_of_another_dance_resemble_nothing():
    for seconds, text in ((1.6, "not in the picture"), (2.6, "does not look like")):
        for case in range(5, 8):
            other = noisy(dance(TIMES, seed=9 + case % 7, style=case), 2, case)
            found = compare(REFERENCE, hidden(hidden(other, -1, 6), 6 + seconds, 99))
            assert found.timing_ms is None and found.form is None and text in found.reason


def test_another_dance_has_no_timing():
    found = compare(REFERENCE, performance(1, seed=9))
    assert found.timing_ms is None and found.form is None and "does not look like" in found.reason


def test_another_passage_within_a_dance_is_named():
    own = performance(1, lowered=("left", 25, 6.1, 9))
    xy = own.xy.copy()
    rows = (own.timestamps > 3.1) & (own.timestamps < 6.1)
    xy[rows] = performance(1, -6).xy[rows]  # what the dance shows six seconds later
    found = compare(REFERENCE, PoseSequence(own.timestamps, xy, own.scores, own.size))
    assert [it.timing_ms is None for it in found.passages] == [False, True, False, False, False]
    assert "9.1 to 12.1 s" in found.passages[1].reason and found.passages[1].form < 0.9
    assert found.timing_ms == pytest.approx(100, abs=20)
    assert [len(it.wrong_limbs) for it in found.passages] == [0, 0, 2, 0, 0]


def test_who_starts_late_or_leaves_has_numbers_for_the_rest():
    found = compare(REFERENCE, hidden(hidden(performance(1), -1, 6), 12.2, 99))
    assert [it.timing_ms is None for it in found.passages] == [True, True, False, False, True]
    assert [it.form is None for it in found.passages] == [True, True, False, False, True]
    assert "not in the picture" in found.passages[0].reason and found.timing_ms == pytest.approx(100, abs=20)


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (("hip", "knee", "ankle"), "your hips and legs"),
        (("elbow", "wrist", "left_hip"), "your arms"),
        (("wrist", "elbow", "knee", "ankle"), "your legs"),
        (("shoulder", "elbow", "wrist", "hip"), "too little of you"),
        ((), "you are not in the picture"),
    ],
)
def test_no_number_without_half_of_the_limbs(parts, text):
    found = compare(REFERENCE, hidden(performance(1), -1, 99, *parts))
    assert found.timing_ms is None and found.form is None and text in found.reason
    assert not any(it.limbs or it.wrong_limbs for it in found.passages)


def test_a_number_without_the_feet():
    assert compare(REFERENCE, hidden(performance(1), -1, 99, "ankle")).timing_ms == pytest.approx(100, abs=20)


def test_a_reference_that_shows_too_little():
    found = compare(hidden(REFERENCE, 0, 6), performance(1))
    assert [it.form is None for it in found.passages] == [True, True, False, False, False]
    assert "the reference shows too little" in found.passages[0].reason


def test_who_faces_the_other_way_has_no_number():
    found = compare(REFERENCE, turned(performance(1)))
    assert found.timing_ms is None and found.form is None and "face the other way" in found.reason


def test_a_still_pose_has_form_and_no_timing():
    angles = dict.fromkeys(_LIMBS, np.full(len(TIMES), 30.0))
    found = compare(*(noisy(body(TIMES, angles), 2, seed) for seed in (0, 1)))
    assert found.timing_ms is None and found.form > 0.95 and "hardly moves" in found.reason


def test_gaps_are_bridged_up_to_300_ms():
    frames = every(performance(1), 9)
    assert compare(REFERENCE, frames).timing_ms == pytest.approx(100, abs=20)
    found = compare(REFERENCE, every(performance(1), 10))
    assert found.timing_ms is None and "3.0 frames per second are too few" in found.reason


def test_sequences_without_a_dance():
    empty = every(REFERENCE, 1, len(TIMES))
    for reference, other, text in (
        (REFERENCE, empty, "you are not in the picture"),
        (REFERENCE, REFERENCE.shifted(1e9), "you are not in the picture"),
        (empty, REFERENCE, "too short"),
        (every(REFERENCE, 1000), REFERENCE, "too short"),
    ):
        found = compare(reference, other)
        assert found.timing_ms is None and found.form is None and text in found.reason


def test_a_reference_of_more_than_an_hour_is_refused():
    with pytest.raises(InputError, match="at most an hour"):
        compare(PoseSequence(np.array([0.0, 4000]), REFERENCE.xy[:2], REFERENCE.scores[:2], (640, 480)), REFERENCE)


@pytest.mark.parametrize("options", [{"mirror": "yes"}, {"passage": 0.5}, {"largest_lag": 0}, {"confidence": 2}])
def test_options_out_of_range(options):
    with pytest.raises(InputError, match=next(iter(options))):
        DanceOptions(**options)


def test_passages_are_the_reference_in_equal_parts():
    found = compare(REFERENCE, performance(1), DanceOptions(passage=4))
    assert [it.start for it in found.passages] == pytest.approx([0, 3.74, 7.48, 11.22], abs=0.03)
    assert [it.end for it in found.passages[:-1]] == pytest.approx([it.start for it in found.passages[1:]])


def test_a_rounded_number_is_never_minus_0():
    assert [str(rounded(value, 1)) for value in (-0.02, -0.06, None)] == ["0.0", "-0.1", "None"]


def test_the_report_has_json_values():
    found = compare(REFERENCE, performance(6, lowered=("left", 25, 6, 9)))
    values = report(found)
    assert values["timing_ms"] == round(found.timing_ms, 1) and values["form"] == round(found.form, 4)
    passage = values["passages"][2]
    assert passage["wrong_limbs"] == list(passage["deviations"]) == list(found.passages[2].wrong_limbs)
    assert passage["deviations"]["left forearm"]["place"] in ("low", "high", "left", "right")
    assert set(passage) == {"start", "end", "timing_ms", "form", "limbs", "wrong_limbs", "deviations", "reason"}
