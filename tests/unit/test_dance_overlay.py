"""The overlay of a dance: layouts, sides, the bar, and the words."""

from dataclasses import replace

import numpy as np
import pytest
from dance_streams import DISCO, plan, pose, teacher

from pose_demo import dance_overlay
from pose_demo.dance import reasons
from pose_demo.dance.evaluation import Evaluation
from pose_demo.dance.group import Group
from pose_demo.dance.live_group import DancerState
from pose_demo.dance.matcher import DanceMatcher
from pose_demo.dance.pictures import PictureEncoder
from pose_demo.dance.schedule import Moment
from pose_demo.sample import Performance
from pose_demo.settings import Settings
from pose_demo.types import Box, Frame

GREY = 90


def canvas(width=640, height=480):
    return np.full((height, width, 3), GREY, np.uint8)


BESIDE = 412  # pixels: the view of the teacher, who dances from column 155 to 486 of 640, with space for the hands


def with_pictures(given):
    """The left half of the teacher's picture is red."""
    image = np.zeros((48, 64, 3), np.uint8)
    image[:, :32, 0] = 255
    encoder = PictureEncoder()
    encoder.add(Frame(image, 0.0))
    return replace(given, teacher=replace(given.teacher, pictures=encoder.pictures))


def state(given, phase="dance", **evaluation):
    poses = (pose(Performance(choreography=DISCO), 2.0),)
    moment = Moment(phase=phase, position=2.0, count=2 if phase == "count-in" else 0)
    found = DanceMatcher().update(given, poses, poses, 0.0, 0.3, (640, 480))
    return replace(found, moment=moment, evaluation=Evaluation(**evaluation))


def drawn(given, phase="preview", words=None, image=None, **evaluation):
    image = canvas() if image is None else image
    return dance_overlay.draw(image, state(given, phase, **evaluation), given, Settings(), words or {})


def test_beside_the_teacher_is_to_the_right_and_the_image_stays_where_it_was():
    image = drawn(with_pictures(plan()))
    assert image.shape == (480, 640 + BESIDE, 3)
    assert (image[:400, :640] == GREY).all() and image[240, 660, 0] > 240 and image[240, 1040, 0] < 15


@pytest.mark.parametrize("size", [(640, 480), (641, 480), (300, 201), (200, 201), (480, 640)])
def test_the_whole_image_has_an_even_width(size):
    height, width = drawn(with_pictures(plan()), image=canvas(*size)).shape[:2]
    assert height == size[1] and width > size[0] and width % 2 == 0


def test_nobody_is_cut_off():
    """The skeleton keeps its distance from the edges of its panel all the time."""
    given = plan()
    for position in np.arange(0.1, 8, 0.37):
        moment = Moment(phase="preview", position=float(position), count=0)
        shown = replace(state(given), moment=moment, teachers=given.shown_poses(float(position)))
        panel = dance_overlay.draw(canvas(), shown, given, Settings(), {})[:, 640:]
        columns = np.flatnonzero((panel != panel[5, 5]).any(axis=(0, 2)))
        assert columns.min() > 10 and columns.max() < panel.shape[1] - 10


@pytest.mark.parametrize(("mirrored", "mirror"), [(False, True), (True, True), (True, False)])
@pytest.mark.parametrize("x", [-700.0, 700.0])
def test_a_teacher_outside_of_the_image_has_a_view_of_it(x, mirrored, mirror):
    """A dance file may say that keypoints there are visible."""
    (dancer,) = teacher().reference.dancers
    outside = replace(teacher().reference, dancers=(replace(dancer, xy=dancer.xy + np.float32([x, 0])),))
    given = replace(plan(mirrored=mirrored, mirror=mirror), teacher=replace(teacher(), reference=outside))
    is_on_the_left = (x < 0) != given.flips_teacher
    assert given.columns == ((0, 180) if is_on_the_left else (460, 640))
    assert drawn(with_pictures(given)).shape == (480, 820, 3)


def test_a_teacher_who_is_not_visible_in_the_passage_is_shown_as_a_whole():
    (dancer,) = teacher().reference.dancers
    late = replace(dancer, scores=np.where(dancer.timestamps[:, None] > 8.5, dancer.scores, 0))
    reference = replace(teacher().reference, dancers=(late,))
    assert replace(plan(), teacher=replace(teacher(), reference=reference)).columns == (0, 640)


@pytest.mark.parametrize(
    ("mirrored", "mirror", "flipped"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_the_teacher_is_in_a_mirror_where_the_dancer_is(mirrored, mirror, flipped):
    image = drawn(with_pictures(plan(mirrored=mirrored, mirror=mirror)))
    assert (image[240, 1040, 0] > 240) == flipped


def test_inset_the_teacher_is_in_the_lower_right_corner():
    image = drawn(with_pictures(plan(layout="inset")))
    assert image.shape == (480, 640, 3) and (image[:290] == GREY).all() and (image[:470, :480] == GREY).all()
    assert image[400, 500, 0] > 240 and image[400, 620, 0] < 15


def test_a_small_image_has_a_small_inset():
    assert drawn(with_pictures(plan(layout="inset")), image=canvas(40, 200)).shape == (200, 40, 3)


def test_without_pictures_the_skeleton_dances():
    panel = drawn(plan())[:, 640:]
    (ground,) = {tuple(panel[5, 5].tolist())}
    assert 0.01 < (panel != ground).any(axis=2).mean() < 0.2


def test_the_ghost_lies_over_the_dancer_or_in_the_middle():
    given, image = plan(layout="ghost"), canvas()
    found = state(given)
    dance_overlay.draw_ghost(image, found, given, Settings())
    hip = found.ghost.xy[11].astype(int)
    assert image[hip[1], hip[0]].min() > GREY + 40
    alone = canvas()
    dance_overlay.draw_ghost(alone, replace(found, ghost=None), given, Settings())
    assert 250 < np.flatnonzero((alone != GREY).any(axis=(0, 2))).mean() < 390
    assert drawn(given).shape == (480, 640, 3)


def test_other_layouts_have_no_ghost():
    image = canvas()
    dance_overlay.draw_ghost(image, state(plan()), plan(), Settings())
    assert (image == GREY).all()


def test_the_bar_shows_the_share_of_the_passage():
    row = drawn(plan(layout="ghost"))[-1].astype(int)
    assert (row[:160] == row[0]).all() and (row[160:] == row[-1]).all()  # 2 of 8 seconds
    assert row[0].tolist() != row[-1].tolist()


def text_of(monkeypatch, *arguments, given=None, **options):
    texts = []
    real = dance_overlay.put_line
    monkeypatch.setattr(
        dance_overlay, "put_line", lambda image, text, *more: (texts.append(text), real(image, text, *more))
    )
    drawn(given or plan(), *arguments, **options)
    return list(dict.fromkeys(texts))


@pytest.mark.parametrize(
    ("phase", "evaluation", "expected"),
    [
        ("preview", {}, []),
        ("count-in", {}, ["2"]),
        ("dance", {}, []),
        ("dance", {"timing_ms": 20.0, "form": 0.91}, ["good 91 %"]),
        ("dance", {"timing_ms": 120.0, "form": 0.91}, ["late 91 %"]),
        ("dance", {"timing_ms": -120.0, "form": 0.5}, ["early 50 %"]),
        ("dance", {"timing_ms": 20.0, "form": 0.5}, ["50 %"]),
        ("dance", {"form": 0.9, "reason": reasons.STILL}, ["good 90 %"]),
        ("dance", {"form": 0.9, "reason": reasons.OTHER_MOVES}, ["good 90 %", "no timing: other moves"]),
        (
            "dance",
            {"reason": "step back: your feet are not in the picture"},
            ["step back: your feet are not in", "the picture"],
        ),
        ("finished", {"timing_ms": 120.0, "form": 0.875}, ["finished 88 %"]),
    ],
)
def test_the_words(monkeypatch, phase, evaluation, expected):
    assert text_of(monkeypatch, phase, **evaluation) == expected


def test_a_calibration_has_no_rating(monkeypatch):
    given = replace(plan(), calibration=True)
    assert text_of(monkeypatch, "count-in", given=given) == ["2"]
    texts = text_of(monkeypatch, "dance", given=given, timing_ms=120.0, form=0.5)
    assert texts == ["clap along with the teacher"]
    assert text_of(monkeypatch, "finished", given=given, timing_ms=120.0, form=0.5) == []


def test_the_words_are_in_the_language_of_the_user(monkeypatch):
    assert text_of(monkeypatch, "dance", {"late": "늦어요"}, timing_ms=120.0, form=0.9) == ["늦어요 90 %"]


def test_a_text_is_never_wider_than_the_image():
    image = drawn(plan(), "finished", image=canvas(200, 480), timing_ms=0.0, form=1.0)[:, :200]
    changed = np.flatnonzero((image[:440] != GREY).any(axis=(0, 2)))
    assert changed.min() > 0 and changed.max() < 199


# ---- several dancers


def texts_of_several(monkeypatch, phase="dance", synchrony=0.874, words=None):
    """Each text that is drawn with the middle of its baseline: two dancers, and one who is gone."""
    evaluations = (
        Evaluation(timing_ms=20.0, form=0.91),
        Evaluation(timing_ms=120.0, form=0.5),
        Evaluation(reason=reasons.TOO_LITTLE_VISIBLE[0]),
    )
    poses = [replace(pose(Performance(choreography=DISCO), 2.0), box=None)] * 3
    poses = [replace(it, xy=it.xy + np.float32([dx, 0])) for it, dx in zip(poses, (-150, 0, 150), strict=True)]
    dancers = [DancerState(number=k + 1, person=k, evaluation=it) for k, it in enumerate(evaluations)]
    dancers.append(DancerState(number=4, evaluation=evaluations[0]))
    given, texts = plan(layout="ghost"), {}
    group = Group(pairs=(), lags_ms=(), synchrony=synchrony)
    shown = replace(state(given, phase, form=0.91), dancers=tuple(dancers), group=group)
    monkeypatch.setattr(dance_overlay, "put_line", lambda *of: texts.update({of[1]: of[2]}))
    dance_overlay.draw(canvas(), shown, given, Settings(), words or {}, poses)
    return texts


def test_of_several_dancers_everybody_has_a_form_above_the_head(monkeypatch):
    texts = texts_of_several(monkeypatch)
    assert list(texts) == ["good 91 %", "late 50 %", "step back", "in sync 87 %"]
    places = [x for x, _ in texts.values()]
    assert places[0] < places[1] < places[2]
    assert all(0.16 * 480 < y < 0.5 * 480 for _, y in list(texts.values())[:3])


@pytest.mark.parametrize(
    ("phase", "synchrony", "expected"),
    [
        ("preview", 0.5, []),
        ("count-in", 0.5, ["2"]),
        ("dance", None, ["good 91 %", "late 50 %", "step back"]),
        ("finished", 0.5, ["good 91 %", "late 50 %", "step back", "finished", "in sync 50 %"]),
    ],
)
def test_the_words_for_several_dancers(monkeypatch, phase, synchrony, expected):
    assert list(texts_of_several(monkeypatch, phase, synchrony)) == expected


def test_the_synchrony_is_in_the_language_of_the_user(monkeypatch):
    assert "싱크로율 87 %" in texts_of_several(
        monkeypatch, words={"in sync {percent:.0f} %": "싱크로율 {percent:.0f} %"}
    )


def test_the_form_is_above_the_label_of_a_box(monkeypatch):
    """Heights of the form's baseline: with a box, and without boxes."""
    given = plan(layout="ghost")
    shown = pose(Performance(choreography=DISCO), 2.0)
    both = tuple(DancerState(number=k, person=0, evaluation=Evaluation(form=0.7)) for k in (1, 2))
    found = replace(state(given), dancers=both, group=Group(pairs=(), lags_ms=(), synchrony=None))
    heights = []
    monkeypatch.setattr(dance_overlay, "put_line", lambda *of: heights.append(round(of[2][1])))
    low = replace(shown, xy=shown.xy + np.float32([0, 80]), box=Box(200, 160, 400, 460))
    for settings in (Settings(), Settings(boxes=False)):
        dance_overlay.draw(canvas(), found, given, settings, {}, [low])
    top = float(low.bounding_box(0.3).y0)
    assert heights[0] == round(160 - 0.06 * 480) and heights[-1] == round(top - 0.01 * 480)


@pytest.mark.parametrize("size", [(640, 480), (480, 640), (480, 480), (641, 481)])
def test_the_teacher_beside_is_cut_off_again(size):
    given = plan(layout="beside")
    image = np.random.default_rng(0).integers(0, 255, (size[1], size[0], 3), np.uint8)
    found = dance_overlay.without_teacher(drawn(given, image=image.copy()), given, size)
    assert found.shape[0] == size[1] and abs(found.shape[1] - size[0]) <= 1
    assert np.array_equal(found[: size[1] - 20, : size[0] - 1], image[: size[1] - 20, : size[0] - 1])


def test_an_image_that_lacks_the_teacher_beside_it_stays_whole():
    image = np.zeros((48, 64, 3), np.uint8)
    assert dance_overlay.without_teacher(image, plan(layout="beside"), (64, 48)).shape == image.shape
