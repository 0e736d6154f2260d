"""The command ``dance``, and ``run`` with a moving reference."""

import json

import numpy as np
import pytest

from models import needs
from pose_demo import sample
from pose_demo.dance.reference import DanceReference
from pose_demo.dance.sequence import PoseSequence
from pose_demo.io.images import write_image
from pose_demo.io.keypoints import open_keypoints
from pose_demo.io.video_writer import VideoWriter
from pose_demo.offline.dance.source import read_dance
from pose_demo.pipeline import Result
from pose_demo.types import Estimate

LATE_S = 0.2  # six frames


@pytest.fixture(scope="module")
def late(tmp_path_factory):
    """The keypoints of the sample's dancer, 200 ms late, as a CSV file."""
    path = tmp_path_factory.mktemp("dance") / "late.csv"
    image = np.zeros((480, 640, 3), np.uint8)
    with open_keypoints(path) as writer:
        for index in range(300):
            estimate = Estimate(sample.ground_truth(max(0, index - 6)))
            writer.write(index, Result(image=image, estimate=estimate, timestamp=index / 30, stage_ms={}, model=""))
    return path


def test_timing_and_form_of_a_late_performance(pose_demo, late):
    code, out, _ = pose_demo("dance", "sample", late, "--json")
    result = json.loads(out)
    assert code == 0 and list(result)[:4] == ["reference", "performance", "timing_ms", "form"]
    assert (result["reference"], result["performance"]) == ("sample", "late.csv")
    assert result["timing_ms"] == pytest.approx(1000 * LATE_S, abs=10) and result["form"] > 0.97
    assert len(result["passages"]) == 3 and result["limbs"] and result["notes"] == []


def test_who_is_early_has_a_negative_timing(pose_demo, late):
    result = json.loads(pose_demo("dance", late, "sample", "--json")[1])
    assert result["timing_ms"] == pytest.approx(-1000 * LATE_S, abs=10)


def test_the_result_in_words(pose_demo, late):
    code, out, err = pose_demo("dance", "sample", late)
    assert code == 0 and out == ""
    lines = err.splitlines()
    assert lines[0] == "form 100 %, 200 ms late"
    assert [line.split()[0] for line in lines[1:]] == ["best", "best", "worst"]


def test_the_reference_is_saved_and_read_again(pose_demo, late, tmp_path):
    first = pose_demo("dance", "sample", late, "--json", "--save", tmp_path / "song.json")[1]
    again = json.loads(pose_demo("dance", tmp_path / "song.json", late, "--json")[1])
    assert DanceReference.from_json((tmp_path / "song.json").read_bytes()).name == "sample"
    assert again["timing_ms"] == pytest.approx(json.loads(first)["timing_ms"], abs=0.5)


def test_the_report_is_written(pose_demo, late, tmp_path):
    assert pose_demo("dance", "sample", late, "--report", tmp_path / "report.html")[0] == 0
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Form 100 %, 200 ms late" in html and html.count("data:image/jpeg") == 6


@pytest.mark.parametrize("option", ["--save", "--report"])
def test_a_file_that_cannot_be_written_is_told(pose_demo, late, tmp_path, option):
    code, _, err = pose_demo("dance", "sample", late, option, tmp_path / "missing" / "file")
    assert code == 2 and "missing" in err


def test_several_dancers_are_told(pose_demo, late):
    code, out, _ = pose_demo("dance", late, "sample:duo", "--json")
    result = json.loads(out)
    assert code == 0 and result["notes"] == ["sample:duo: 2 persons dance; the most prominent one is dancer 1"]
    assert len(result["group"]["lags_ms"]) == 2 and result["group"]["synchrony"] > 0.9
    assert [it["mirrored"] for it in result["dancers"]] == [False, True]
    assert [it["timing_ms"] for it in result["dancers"]] == pytest.approx([-200, -200], abs=10)


def test_every_dancer_is_compared_in_words_too(pose_demo, late, tmp_path):
    err = pose_demo("dance", late, "sample:duo", "--report", tmp_path / "report.html")[2]
    (second,) = [text for text in err.splitlines() if text.startswith("dancer 2: form 9")]
    assert "ms early (mirrored)" in second
    assert second.capitalize() in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def duet(tmp_path_factory):
    """The saved duet, and a keypoint file of its second part alone, 100 ms late."""
    folder = tmp_path_factory.mktemp("duet")
    times = np.arange(0, 12, 1 / 20)
    both = sample.performances(sample.CHOREOGRAPHIES["duet"])
    frames = [sample.performance_poses(both, float(time)) for time in times]
    dancers = tuple(PoseSequence.from_poses(times, [it[part] for it in frames], (640, 480)) for part in range(2))
    (folder / "duet.json").write_text(DanceReference("duet", dancers).to_json())
    second = DanceReference("second", (dancers[1].shifted(0.1),))
    (folder / "second.json").write_text(second.to_json())
    (folder / "exchanged.json").write_text(DanceReference("exchanged", dancers[::-1]).to_json())
    return folder


@pytest.mark.parametrize(
    ("performance", "dancer", "parts"), [("second", None, [2]), ("exchanged", None, [2, 1]), ("exchanged", 1, [1, 1])]
)
def test_everybody_has_the_part_that_fits_best_or_the_chosen_one(pose_demo, duet, performance, dancer, parts):
    options = [] if dancer is None else ["--dancer", dancer]
    result = json.loads(pose_demo("dance", duet / "duet.json", duet / f"{performance}.json", "--json", *options)[1])
    assert result["part"] == parts[0] and [it["part"] for it in result.get("dancers", [result])] == parts
    forms = [it["form"] for it in result.get("dancers", [result])]
    assert all(((form or 0) > 0.98) == (part == right) for form, part, right in zip(forms, parts, [2, 1], strict=False))
    assert result["notes"] == [f"duet: compared with the part of dancer {parts[0]}"]


def test_a_dancer_who_is_not_in_the_reference_is_told(pose_demo, duet):
    code, _, err = pose_demo("dance", duet / "duet.json", duet / "second.json", "--dancer", 3)
    assert code == 2 and "duet: there is no dancer 3; choose one from 1 to 2" in err


def test_the_mirror_image_only_where_it_is_wanted(pose_demo, late):
    assert json.loads(pose_demo("dance", "sample", late, "--mirror", "on", "--json")[1])["mirrored"] is True


@pytest.mark.parametrize(
    ("performance", "expected"),
    [("sample:empty", "sample:empty: nobody dances in it"), ("sample:nowhere", "no such scene"), ("no.mp4", "no.mp4")],
)
def test_bad_input_ends_with_2_and_the_reason(pose_demo, performance, expected):
    code, out, err = pose_demo("dance", "sample", performance, "--json")
    assert code == 2 and out == "" and err.startswith("error: ") and expected in err


def test_a_photo_is_no_performance(pose_demo, tmp_path):
    write_image(tmp_path / "photo.png", sample.frame(0).image)
    code, _, err = pose_demo("dance", "sample", tmp_path / "photo.png")
    assert code == 2 and "photo.png: a photo, and a dance moves" in err


# ---- run ------------------------------------------------------------------------------------------------------------


def test_a_processed_video_is_compared_with_a_moving_reference(pose_demo, tmp_path):
    """The same 2.4 s, 100 ms late."""
    needs("movenet-lightning")
    with VideoWriter(tmp_path / "late.mp4", 15) as writer:
        for index in range(36):
            writer.write(sample.frame(max(0, 2 * index - 3), size=(320, 240)).image, index / 15)
    reference = read_dance("sample").reference.trimmed(0, 2.4)
    (tmp_path / "song.json").write_text(reference.to_json())
    options = ("--model", "movenet-lightning", "--json", "--reference", tmp_path / "song.json")
    code, out, err = pose_demo("run", tmp_path / "late.mp4", *options)
    dance = json.loads(out)["dance"]
    assert code == 0 and dance["timing_ms"] == pytest.approx(100, abs=40) and dance["form"] > 0.9
    assert "ms late" in err


def test_a_run_in_which_nobody_dances_has_no_number(pose_demo):
    needs("movenet-lightning")
    options = ("--model", "movenet-lightning", "--max-frames", 3, "--json", "--reference", "sample")
    dance = json.loads(pose_demo("run", "sample:empty", *options)[1])["dance"]
    assert dance["timing_ms"] is dance["form"] is None and "nobody dances in it" in dance["reason"]
