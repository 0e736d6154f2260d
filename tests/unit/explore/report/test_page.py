"""The report as a page: well-formed, escaped, without a network."""

import re
from html.parser import HTMLParser

import pytest
from made_points import data, point

from pose_demo.explore.footage.ground_truth import CONSENSUS
from pose_demo.explore.replay.measures import MEASURES
from pose_demo.explore.report.data import TUNING, JointErrors
from pose_demo.explore.report.page import MAX_ROWS, page

VOID = {"meta", "br", "img", "link", "input"}
HOSTILE = '<b>&"'
MODELS = ("movenet-lightning", "movenet-thunder")
PARAMETERS = {"model": list(MODELS), "confidence": [0.2, 0.5]}
POINTS = [
    point(
        0.9 - 0.1 * (confidence == 0.5) - 0.05 * index,
        10.0 + 20 * index,
        {"model": model, "confidence": confidence},
        fps=50.0,
    )
    for index, model in enumerate(MODELS)
    for confidence in PARAMETERS["confidence"]
]
FULL = data(
    POINTS,
    PARAMETERS,
    present=point(0.85, 15.0, {"confidence": 0.4}),
    joints={"movenet-lightning": [JointErrors(index or None, 0.1) for index in range(17)]},
)


class Elements(HTMLParser):
    """Checks that elements are nested, and collects them with their text."""

    def __init__(self, text):
        super().__init__()
        self.open, self.names, self.texts = [], [], []
        self.feed(text)
        self.close()
        assert not self.open, "elements that are not closed"

    def handle_starttag(self, tag, attributes):
        self.names.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        if self.open[-1:] != ["style"]:
            self.texts.append(text)

    @property
    def text(self):
        return "".join(self.texts)


EMPTY = data([], clips=())
UNKNOWN = data([point(settings={"confidence": value}) for value in (0.2, 0.5)], {"confidence": [0.2, 0.5]})
SHORT_LIST = data(POINTS, PARAMETERS, kind=TUNING, candidates=(point(0.9, 10.0, why="the highest accuracy"),), fps=10.0)


@pytest.mark.parametrize("content", [FULL, EMPTY, UNKNOWN, SHORT_LIST, data([point(0.9, 10.0)])])
def test_every_report_is_well_formed_and_needs_no_network(content):
    text = page(content)
    names = Elements(text).names
    assert names.count("h1") == 1
    assert not {"script", "link", "img", "iframe"} & set(names)
    assert not re.search(r"http|url\(|@import|//", text)


def test_headings_of_a_full_report():
    titles = re.findall("<h2>(.*?)</h2>", page(FULL))
    assert titles == [
        "Best points",
        "Quality against time",
        "Effect of each parameter",
        "Two parameters together",
        "Errors of each joint",
        "Measures",
        "All points",
    ]


def test_empty_result_has_no_charts():
    text = page(EMPTY)
    assert "There is no result yet." in text
    assert "<svg" not in text
    assert "<h1>Sweep: no clip</h1>" in text


def test_names_of_clips_are_escaped():
    clips = ((HOSTILE, "whole clip", "true keypoints"),)
    rows = ({"clip": HOSTILE, "accuracy": 0.9},)
    text = page(data([point(0.9, 10.0)], clips=clips, rows=rows))
    assert HOSTILE not in text
    assert Elements(text).text.count(HOSTILE) == 4, "in the title, the heading, the clips and the table"


def test_values_and_sentences_are_escaped():
    candidate = point(0.9, 10.0, why=HOSTILE)
    content = data([candidate], {"effects": [[HOSTILE], []]}, kind=TUNING, candidates=(candidate,), summary=HOSTILE)
    assert HOSTILE not in page(content)


def test_best_points_are_the_most_accurate_first_with_their_settings():
    items = re.findall("<h3>(.*?)</h3>", page(FULL))
    assert items == ["MoveNet Lightning", "MoveNet Lightning (the present settings)"]
    text = Elements(page(FULL)).text
    assert "--set model=movenet-lightning --set confidence=0.2" in text
    assert "?model=movenet-lightning&confidence=0.2" in text


def test_arguments_are_quoted_for_the_shell():
    effect = {"name": "canny", "low": 100, "high": 200}
    text = Elements(page(data([point(0.9, 10.0, {"effects": [effect]})]))).text
    assert "--set 'effects=canny(low=100,high=200)'" in text
    assert "effects=canny%28low%3D100%2Chigh%3D200%29" in text, "the link is encoded"


def test_short_list_has_its_sentences_and_the_frame_rate():
    text = Elements(page(SHORT_LIST)).text
    assert "The highest accuracy." in text
    assert "The short list has points that reach 10 fps only." in text
    assert "Medians over all points" in text


def test_missing_values_are_en_dashes():
    cells = re.findall("<td>(.*?)</td>", page(UNKNOWN).split("All points")[1])
    assert cells[0] == "sample"
    assert set(cells[1 : -len(MEASURES) - 1]) == {"–"}


def test_nothing_is_best_when_nothing_is_known():
    text = Elements(page(UNKNOWN)).text
    assert "no settings are better than others" in text
    assert "Quality against time" not in text


def test_consensus_is_never_called_truth():
    known = f"{CONSENSUS} keypoints of the heaviest ready models (MoveNet Thunder)"
    text = Elements(page(data(POINTS, PARAMETERS, clips=(("clip", "whole clip", known),)))).text
    assert known in text
    assert "They favor the models that they are made of." in text
    assert "tru" not in text.lower().split("measures")[0], "neither true nor truth, before the definitions"


def test_present_settings_are_marked_in_the_chart():
    assert page(FULL).count('class="present"') == 1
    assert 'class="present"' not in page(data(POINTS, PARAMETERS))


def test_one_dot_for_all_points_in_the_same_place():
    points = [point(0.9, 10.0, {"match.similarity": value}) for value in (0.6, 0.7, 0.8)]
    text = page(data(points, {"match.similarity": [0.6, 0.7, 0.8]}))
    chart = text.split("Quality against time")[1].split("</figure>")[0]
    assert chart.count("<circle") == 1
    assert "and 2 other points" in chart
    assert "2 other points with the same accuracy and time." in text


def test_points_far_below_are_left_out_and_counted():
    values = ((0.99, 0.1), (0.98, 0.2), (0.98, 0.3), (0.1, 0.4))
    points = [point(value, 10.0 + confidence, {"confidence": confidence}) for value, confidence in values]
    text = page(data(points))
    assert "1 point below 0.89 not drawn." in text
    assert text.split("Quality against time")[1].split("</figure>")[0].count("<circle") == 3


def test_points_with_other_threads_are_other_points():
    text = page(data([point(0.9, 10.0), point(0.9, 20.0, threads=2)], {"threads": [1, 2]}))
    chart = text.split("Quality against time")[1].split("</figure>")[0]
    assert re.findall(r'class="dot c0( front)?"', chart) == ["", " front"]


def test_present_settings_on_the_short_list_are_listed_once():
    best = point(0.9, 10.0, why="best")
    text = page(data(POINTS, PARAMETERS, kind=TUNING, candidates=(best,), present=point(0.9, 10.0, why="present")))
    assert re.findall("<h3>(.*?)</h3>", text) == ["MoveNet Lightning (the present settings)"]


def test_every_measure_is_defined():
    text = Elements(page(EMPTY)).text
    for measure in MEASURES.values():
        assert measure.help in text
    assert "1000 / mean ms. Higher is better. fps" in text


def test_full_table_is_collapsed_and_limited():
    rows = tuple({"clip": f"clip {index}"} for index in range(MAX_ROWS + 1))
    text = page(data([point(0.9, 10.0)], rows=rows))
    assert "<details><summary>2,000 rows, of 2,001; results.csv has all</summary>" in text
    assert f"clip {MAX_ROWS - 1}<" in text
    assert f"clip {MAX_ROWS}<" not in text


def test_joints_without_a_found_keypoint_have_an_en_dash():
    text = Elements(page(FULL)).text.split("Errors of each joint")[1]
    assert "nose–, missed 10 %" in text
    assert "right ankle16.0 %, missed 10 %" in text
