"""The report of a dance: what is on the page, and that it needs nothing else."""

import base64
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image as Pillow

from pose_demo import sample
from pose_demo.dance.comparison import DanceComparison, Passage
from pose_demo.dance.form import Deviation
from pose_demo.dance.pictures import PictureEncoder
from pose_demo.dance.reference import DanceReference
from pose_demo.dance.take_pictures import TakePictures
from pose_demo.dance.teacher import Teacher
from pose_demo.io.video_writer import VideoWriter
from pose_demo.messages import message
from pose_demo.offline.dance.compare import DanceResult
from pose_demo.offline.dance.dancers import Dance
from pose_demo.offline.dance.pictures import pictures
from pose_demo.offline.dance.report import page, pairs
from pose_demo.offline.dance.source import read_dance
from pose_demo.types import Frame


@pytest.fixture(scope="module")
def drawn():
    """The drawn dancer, whose images are known."""
    return read_dance("sample")


@pytest.fixture(scope="module")
def stored(drawn):
    """The same dance without images, as from a file."""
    return replace(drawn, images="")


def passage(start, form=0.9, timing_ms=100.0, **values):
    return Passage(start=start, end=start + 2, form=form, timing_ms=timing_ms, **values)


WRONG = passage(
    4.0,
    form=0.6,
    limbs={"right forearm": 31.0},
    wrong_limbs=("right forearm",),
    deviations={"right forearm": Deviation(31.0, "low")},
)
HIDDEN = Passage(start=6.0, end=8.0, reason="step back, I cannot see <your> feet")


def result(reference, performance, *passages, **values):
    comparison = {"timing_ms": 100.0, "form": 0.85, "limbs": {"right forearm": 12.0, "hips": 2.0}} | values
    return DanceResult(reference, performance, (DanceComparison(passages=passages, **comparison),))


def take_result(teacher, dancer, comparison, taken=None):
    """What `pose_demo.offline.dance.take_files` makes of a live take."""
    danced = Dance(DanceReference("Take 1", (dancer,)), images=taken or "")
    return DanceResult(Dance(teacher.reference, images=teacher.pictures or ""), danced, (comparison,))


class Page(HTMLParser):
    """The texts, and the addresses that a browser would load."""

    def __init__(self, html):
        super().__init__()
        self.texts, self.addresses, self.polylines = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.addresses += [given[name] for name in ("src", "href") if name in given]
        self.polylines += [given["points"]] if tag == "polyline" else []

    def handle_data(self, data):
        self.texts.append(data)


def test_the_report_needs_no_other_file(drawn, stored):
    html = page(result(drawn, stored, passage(0.0), passage(2.0), WRONG, HIDDEN))
    made = Page(html)
    assert made.addresses and all(address.startswith("data:image/jpeg;base64,") for address in made.addresses)
    assert not re.search(r"https?://|<script|@import|url\(", html)
    assert "Form 85 %, 100 ms late" in made.texts and "Dance: sample after sample - pose_demo" in made.texts


def test_the_worst_passages_come_first_with_a_pair_of_pictures_each(drawn, stored):
    made = Page(page(result(drawn, stored, passage(0.0), passage(2.0), WRONG)))
    heading = made.texts.index("Practise these")
    assert "0:04 to 0:06: right forearm 31 degrees too low, 100 ms late" in made.texts[heading : heading + 4]
    assert made.texts.index("These were best") > heading and len(made.addresses) == 6


def test_a_passage_without_a_number_is_a_gap_with_its_reason(stored):
    made = Page(page(result(stored, stored, passage(0.0), passage(2.0), WRONG, HIDDEN, passage(8.0))))
    assert HIDDEN.reason in made.texts
    assert [len(line.split()) for line in made.polylines] == [3, 1, 3, 1]  # form, then timing


def test_a_dance_without_any_number_has_no_chart(stored):
    made = Page(page(result(stored, stored, HIDDEN, form=None, timing_ms=None, limbs={}, reason="another dance")))
    assert "Another dance" in made.texts and not made.polylines and not made.addresses


def test_notes_and_the_mirror_image_are_told(stored):
    told = replace(stored, notes=("clip.mp4: 2 persons dance; the most prominent one is dancer 1",))
    texts = " ".join(Page(page(result(told, stored, passage(0.0), mirrored=True))).texts)
    assert "2 persons dance" in texts and "mirror image" in texts and "(mirrored)" in texts


def test_the_picture_of_the_performance_is_at_its_lag(drawn, stored):
    """A dancer who is a second late is in the same pose as the teacher a second before."""
    late = replace(stored, reference=replace(stored.reference, dancers=(stored.reference.dancers[0].shifted(1.0),)))
    pair = Page(page(result(stored, late, passage(2.0, timing_ms=1000.0)))).addresses
    assert _pixels(pair[0]).shape == _pixels(pair[1]).shape == (360, 480, 3)
    lit = [_pixels(it).max(axis=2) > 120 for it in pair]
    assert (lit[0] & lit[1]).sum() > 0.9 * (lit[0] | lit[1]).sum()


def test_a_faultless_dance_has_nothing_to_practise(stored):
    faultless = passage(0.0, timing_ms=0.0, form=0.97)
    texts = Page(page(result(stored, stored, faultless, faultless))).texts
    assert "Well done" in texts and "These were best" in texts and "Practise these" not in texts
    late = Page(page(result(stored, stored, passage(0.0), faultless))).texts
    assert "Well done" not in late and "Practise these" in late


def test_the_takes_of_a_visit_side_by_side(stored):
    takes = [result(stored, _named(stored, f"Take {n}"), passage(0.0), passage(2.0, form=n / 10)) for n in (7, 8, 9)]
    html = page(takes[2], takes)
    made = Page(html)
    at = made.texts.index("Takes side by side")
    assert made.texts[at + 1 : at + 5] == ["Take", "Form (%)", "Late (ms)", "Most off"]
    assert made.texts[at + 5 : at + 9] == ["Take 7", "85", "100", "right forearm 12°"]
    assert len(made.polylines) == 6 and re.findall(r'class="curve (line\d)"', html)[:3] == ["line0", "line1", "line2"]
    assert "Takes side by side" not in Page(page(takes[0], takes[:1])).texts


def test_of_a_group_lags_and_synchrony(stored):
    """The same dancer twice, one 100 ms later: 50 ms before and after the mean."""
    dancer = stored.reference.dancers[0]
    two = replace(stored.reference, dancers=(dancer, dancer.shifted(0.1)), bridged=stored.reference.bridged * 2)
    one = result(stored, replace(stored, reference=two), passage(0.0))
    texts = Page(page(replace(one, comparisons=one.comparisons * 2))).texts
    assert "Dancer 1: -50 ms from the mean of the group" in texts and "Dancer 2: form 85 %, 100 ms late" in texts
    assert any(re.fullmatch(r"Synchrony \d\d %", text) for text in texts)


def test_every_text_is_translated(stored):
    """A translation that marks its texts: everything else are numbers and names."""
    told = replace(stored, notes=(message("a note"),))
    takes = [result(told, _named(stored, name), passage(0.0), WRONG, HIDDEN, mirrored=True) for name in ("T1", "T2")]
    takes[0] = replace(takes[0], comparisons=takes[0].comparisons * 2)
    html = page(takes[0], takes, lambda text: f"[{text}]" if text else "", "ko")
    plain = " ".join(text for text in Page(html.split("</style>")[1]).texts if not text.startswith("["))
    words = set(re.findall(r"[A-Za-z]{2,}", plain)) - {"sample", "T1", "T2", "ms"}
    assert not words and '<html lang="ko">' in html


# ---- a live take -----------------------------------------------------------------------------------------------------


def _named(dance, name):
    return replace(dance, reference=replace(dance.reference, name=name))


def striped(count, fps, base=0):
    """Pictures whose gray level tells their number, with a white left half."""
    encoder = PictureEncoder()
    for index in range(count):
        image = np.full((48, 64, 3), base + index, np.uint8)
        image[:, :32] = 255
        encoder.add(Frame(image, index / fps))
    return encoder.pictures


def level(image):
    return round(float(image[:, 40:].mean()))


def test_a_take_is_shown_in_its_own_pictures_beside_the_teacher_at_that_moment(drawn):
    """At 3.0 s and a lag of 0.35 s the nearest picture of the take is that of 3.4 s: the teacher was at 3.05 s."""
    dancer = drawn.reference.dancers[0]
    teacher = Teacher(DanceReference("disco", (dancer,)), striped(90, 15.0))
    taken = TakePictures(striped(45, 5.0, base=100), teacher_flipped=False)
    comparison = DanceComparison(timing_ms=350.0, form=0.9, limbs={}, passages=())
    made = take_result(teacher, dancer, comparison, taken)
    (pair,) = pairs(made, [passage(2.0, timing_ms=350.0)])
    assert level(pair.performance) == pytest.approx(117, abs=2)
    with_skeleton = pictures(made.reference, [3.05])[0]
    assert (pair.reference == with_skeleton).all() and (pair.reference != teacher.pictures.at(3.05)).any()
    slow = replace(made, speed=0.5)  # 350 ms of the stream are 175 ms of the dance
    assert level(pairs(slow, [passage(2.0, timing_ms=350.0)])[0].performance) == pytest.approx(116, abs=2)
    html = page(made)
    assert "Take 1 after Disco" in html


def test_where_both_were_seen_in_a_mirror_the_teacher_is_flipped(drawn):
    teacher = Teacher(drawn.reference, striped(90, 15.0))
    taken = TakePictures(striped(45, 5.0), teacher_flipped=True)
    comparison = DanceComparison(timing_ms=0.0, form=0.9, limbs={}, passages=())
    made = take_result(teacher, drawn.reference.dancers[0], comparison, taken)
    (pair,) = pairs(made, [passage(2.0, timing_ms=0.0)])
    assert pair.reference[2, -1].min() > 250 and pair.performance[2, 0].min() > 250


def test_a_take_without_pictures_is_shown_as_skeletons(drawn):
    teacher = Teacher(drawn.reference)
    comparison = DanceComparison(timing_ms=0.0, form=0.9, limbs={}, passages=(passage(2.0),))
    html = page(take_result(teacher, drawn.reference.dancers[0], comparison))
    assert html.count("data:image/jpeg") == 2


def _pixels(address):
    data = base64.b64decode(address.removeprefix("data:image/jpeg;base64,"))
    return np.asarray(Pillow.open(io.BytesIO(data)).convert("RGB"))


# ---- pictures -------------------------------------------------------------------------------------------------------


def test_a_picture_is_the_image_with_the_skeleton(tmp_path, drawn):
    with VideoWriter(tmp_path / "dance.mp4") as writer:
        for index in range(30):
            writer.write(sample.frame(index).image, index / 30)
    for images in ("sample", str(tmp_path / "dance.mp4")):
        (picture,) = pictures(replace(drawn, images=images), [0.5])
        plain = np.asarray(Pillow.fromarray(sample.frame(15).image).resize((480, 360)))
        assert picture.shape == (360, 480, 3)
        changed = np.abs(picture.astype(int) - plain).max(axis=2) > 60
        assert 0.003 < changed.mean() < 0.05
        x, y = (drawn.reference.dancers[0].xy[15, 5:11].mean(axis=0) * 0.75).astype(int)  # near the upper body
        assert changed[y - 60 : y + 60, x - 80 : x + 80].mean() > 2 * changed.mean()


def test_without_a_person_at_that_time_there_is_no_skeleton(stored):
    (picture,) = pictures(stored, [60.0])
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) == 1


def test_a_wrong_limb_has_another_color(stored):
    good, wrong = pictures(stored, [1.0, 1.0], [{"right forearm": 0.0}, {"right forearm": 90.0}])
    assert (good != wrong).any(axis=2).sum() > 100
