"""The command line: exit codes, one JSON object on stdout, messages on stderr, no traceback."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from clips import data_of, song
from files import names
from image_files import animation, file_of
from PIL import Image as Pillow
from sound_files import overwrite_sound, streams, write_video_with_sound

from models import needs
from pose_demo import sample
from pose_demo.effects import EFFECTS
from pose_demo.estimators import MODELS
from pose_demo.io.images import read_image, write_image
from pose_demo.io.keypoints import ANGLE_COLUMNS, COLUMNS
from pose_demo.io.video import VideoReader

PROJECT = Path(__file__).resolve().parents[2]
RUN_KEYS = ["model", "frames", "frames_with_person", "width", "height", "ms_p50", "ms_p95", "fps", "joint_angles"]


@pytest.fixture
def run(pose_demo):
    """``run(INPUT, ...)`` runs MoveNet Lightning: (exit code, the printed object)."""
    needs("movenet-lightning")

    def run(source, *arguments):
        code, out, _ = pose_demo("run", source, "--model", "movenet-lightning", "--json", *arguments)
        return code, json.loads(out)

    return run


def csv_rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


# ---- run ------------------------------------------------------------------------------------------------------------


def test_sample_is_processed_and_reported(run):
    code, metrics = run("sample", "--max-frames", 4)
    assert code == 0 and list(metrics) == RUN_KEYS
    assert [metrics[key] for key in RUN_KEYS[:5]] == ["movenet-lightning", 4, 4, 640, 480]
    assert 0 < metrics["ms_p50"] <= metrics["ms_p95"] and metrics["fps"] > 0


def test_the_match_with_a_reference_pose_is_reported(run, tmp_path):
    options = ("--max-frames", 3, "--set", "match.reference=t-pose", "--set", "match.similarity=0.2")
    metrics = run("sample", *options, "--keypoints", tmp_path / "k.csv")[1]
    rows = csv_rows(tmp_path / "k.csv")[::17]
    scores = [float(row["match_score"]) for row in rows]
    assert list(metrics) == [*RUN_KEYS, "match"]
    assert metrics["match"]["best"] == pytest.approx(max(scores), abs=1e-4)
    assert metrics["match"]["worst"] == pytest.approx(min(scores), abs=1e-4)
    assert metrics["match"]["share"] == 1 and {row["match"] for row in rows} == {"1"}


def test_the_match_is_also_on_the_line_for_people(pose_demo):
    needs("movenet-lightning")
    options = ("--model", "movenet-lightning", "--max-frames", 1, "--set", "match.reference=t-pose")
    code, out, err = pose_demo("run", "sample", *options, "--reference", "sample:duo")
    assert code == 0 and out == "" and "  match.best=0." in err and "  match.share=0.0" in err
    assert "passages" not in err


def test_no_person_is_detected_in_the_empty_room(run):
    assert run("sample:empty", "--max-frames", 4)[1]["frames_with_person"] == 0


@pytest.mark.parametrize("name", ["photo.heic", "photo.avif", "photo.jfif", "photo"])
def test_photo_of_a_phone_is_processed_whole(run, tmp_path, name):
    image = sample.frame(45, size=(1280, 960)).image
    options = {"photo.heic": {"file_format": "HEIF", "tile_size": 512}, "photo.avif": {"file_format": "AVIF"}}
    (tmp_path / name).write_bytes(file_of(image, **options.get(name, {"file_format": "JPEG"})))
    code, metrics = run(tmp_path / name, "--keypoints", tmp_path / "k.csv")
    assert code == 0 and [metrics[key] for key in RUN_KEYS[1:5]] == [1, 1, 1280, 960]
    nose = next(row for row in csv_rows(tmp_path / "k.csv") if row["keypoint"] == "nose")
    truth = sample.ground_truth(45, size=(1280, 960))[0].xy[0]
    assert np.hypot(float(nose["x"]) - truth[0], float(nose["y"]) - truth[1]) < 40


def test_animation_is_processed_with_its_own_times(run, tmp_path):
    dance = [Pillow.fromarray(sample.frame(3 * index, size=(320, 240)).image) for index in range(6)]
    durations = [40, 100, 20, 250, 60, 0]
    data = file_of(dance[0], "GIF", save_all=True, append_images=dance[1:], duration=durations)
    (tmp_path / "dance.gif").write_bytes(data)
    code, metrics = run(tmp_path / "dance.gif", "--output", tmp_path / "o.mp4", "--keypoints", tmp_path / "k.csv")
    assert code == 0 and metrics["frames"] == metrics["frames_with_person"] == 6
    expected = [0, 0.04, 0.14, 0.16, 0.41, 0.47]
    noses = [row for row in csv_rows(tmp_path / "k.csv") if row["keypoint"] == "nose"]
    assert [float(row["timestamp"]) for row in noses] == pytest.approx(expected, abs=1e-3)
    with VideoReader(tmp_path / "o.mp4") as reader:
        assert [frame.timestamp for frame in reader] == pytest.approx(expected, abs=1e-3)


def test_incomplete_animation_is_processed_up_to_its_end_with_a_warning(pose_demo, tmp_path):
    needs("movenet-lightning")
    data = animation("GIF", (50,) * 8, noise=True)
    (tmp_path / "dance.gif").write_bytes(data[: len(data) // 2])
    code, out, err = pose_demo("run", tmp_path / "dance.gif", "--json")
    assert code == 0 and 1 <= json.loads(out)["frames"] < 8
    assert "the file is damaged after frame" in err and "incomplete" in err


@pytest.mark.parametrize("highest", [1, 255, 65535])
def test_person_in_a_picture_of_floats_is_found(run, tmp_path, highest):
    gray = sample.frame(45, size=(320, 240)).image.mean(axis=2)
    (tmp_path / "gray.tif").write_bytes(file_of((gray / 255 * highest).astype(np.float32), "TIFF"))
    assert run(tmp_path / "gray.tif")[1]["frames_with_person"] == 1


@pytest.mark.parametrize("option", ["--background", "--glasses"])
def test_image_options_take_every_format_and_name_what_is_no_image(pose_demo, make_clip, tmp_path, option):
    needs("movenet-lightning")
    (tmp_path / "image").write_bytes(file_of(np.full((48, 64, 3), 90, np.uint8), "HEIF"))
    assert pose_demo("run", "sample", "--max-frames", 1, option, tmp_path / "image")[0] == 0
    code, _, err = pose_demo("run", "sample", "--max-frames", 1, option, make_clip(2))
    assert code == 2 and "expected an image, got a video" in err


def test_video_and_keypoints_are_written(run, make_clip, tmp_path):
    code, metrics = run("sample", "--max-frames", 6, "--output", tmp_path / "o.mp4", "--keypoints", tmp_path / "k.csv")
    assert code == 0 and metrics["frames"] == 6 and names(tmp_path) == ["k.csv", "o.mp4"]
    with VideoReader(tmp_path / "o.mp4") as reader:
        assert (reader.width, reader.height, len(list(reader))) == (640, 480, 6)
    rows = csv_rows(tmp_path / "k.csv")
    assert list(rows[0]) == [*COLUMNS, *ANGLE_COLUMNS]
    assert (rows[0]["width"], rows[0]["height"]) == ("640", "480")
    assert (
        len(rows) == 6 * 17
        and rows[-1]["frame"] == "5"
        and float(rows[-1]["timestamp"]) == pytest.approx(5 / 30, abs=1e-4)
    )
    assert all(0 <= float(row["score"]) <= 1 for row in rows)


@pytest.mark.parametrize("options", [(), ("--no-sound",)])
def test_sound_is_kept_or_left_out(run, tmp_path, options):
    clip = write_video_with_sound(tmp_path / "clip.mp4")
    assert run(clip, "--output", tmp_path / "o.mp4", *options)[0] == 0
    assert (streams(tmp_path / "o.mp4")[1] is None) == bool(options)


def test_a_choreography_is_processed_with_its_music(run, tmp_path):
    assert run("sample:jumps", "--max-frames", 20, "--output", tmp_path / "o.mp4")[1]["frames_with_person"] == 20
    _, sound = streams(tmp_path / "o.mp4")
    assert sound == ("aac", pytest.approx(0, abs=0.03), pytest.approx(20 / 30, abs=0.05))


def test_damaged_sound_gives_a_warning(pose_demo, tmp_path):
    clip = write_video_with_sound(tmp_path / "clip.mp4")
    overwrite_sound(clip, 1)
    code, _, err = pose_demo("run", clip, "--output", tmp_path / "o.mp4")
    assert code == 0 and "warning: the sound could not be kept" in err


def test_output_of_an_image_is_an_image(run, photo, tmp_path):
    code, metrics = run(photo, "--output", tmp_path / "out.png")
    assert code == 0 and metrics["frames"] == 1 and read_image(tmp_path / "out.png").shape == (48, 64, 3)


def test_without_json_stdout_is_empty_and_the_metrics_go_to_stderr(pose_demo):
    needs("movenet-lightning")
    code, out, err = pose_demo("run", "sample", "--max-frames", 2)
    assert code == 0 and not out and "frames=2" in err


def test_settings_come_from_the_file_then_set_then_model(run, tmp_path):
    settings = tmp_path / "settings.json"
    settings.write_text('{"model": "yolov3-tiny", "person_confidence": 1.0}')
    code, metrics = run("sample", "--max-frames", 1, "--settings", settings)
    assert (code, metrics["model"], metrics["frames_with_person"]) == (0, "movenet-lightning", 0)
    _, metrics = run("sample", "--max-frames", 1, "--settings", settings, "--set", "person_confidence=0.1")
    assert metrics["frames_with_person"] == 1


def test_set_changes_the_drawing(run, photo, tmp_path):
    no_overlay = [f"--set={name}=off" for name in ("skeleton", "keypoints", "boxes")]
    run(photo, "--output", tmp_path / "out.png", *no_overlay, "--set", "mirror=on")
    assert np.array_equal(read_image(tmp_path / "out.png"), read_image(photo)[:, ::-1])


def test_detector_off_means_none(run):
    for name in ("none", "off"):
        assert run("sample", "--max-frames", 1, "--detector", name)[0] == 0


def test_uploaded_image_of_an_effect_is_drawn(run, tmp_path):
    needs("movenet-lightning")
    write_image(tmp_path / "dancer.png", sample.frame(0).image)
    Pillow.new("RGBA", (60, 20), (255, 0, 0, 255)).save(tmp_path / "red.png")
    arguments = ("--set", "effects=glasses", "--output", tmp_path / "out.png")
    run(tmp_path / "dancer.png", *arguments)
    plain = read_image(tmp_path / "out.png")
    run(tmp_path / "dancer.png", *arguments, "--glasses", tmp_path / "red.png")
    red = (read_image(tmp_path / "out.png") == (255, 0, 0)).all(axis=2)
    assert red.sum() > 10 and not (plain == (255, 0, 0)).all(axis=2).any()


def test_every_effect_with_an_upload_has_an_option(pose_demo):
    _, out, _ = pose_demo("run", "--help")
    assert [name for name in EFFECTS if f"--{name} FILE" in out] == [
        name for name, effect in EFFECTS.items() if effect.upload
    ]


def test_own_background_and_reference_require_their_files(pose_demo):
    for setting, option in (("background.mode=image", "--background"), ("match.reference=own", "--reference")):
        code, _, err = pose_demo("run", "sample", "--set", setting)
        assert code == 2 and option in err


def not_an_image(folder):
    (folder / "page.jpg").write_text("<html>")


def empty_video(folder):
    (folder / "empty.mp4").write_bytes(b"")


def text_file(folder):
    (folder / "notes.txt").write_text("hello\n" * 100)


def settings_file(content):
    return lambda folder: (folder / "s.json").write_text(content)


def no_files(folder):
    pass


@pytest.mark.parametrize(
    ("prepare", "arguments", "reason"),
    [
        (no_files, "missing.mp4", "cannot be opened"),
        (no_files, "missing.png", "cannot be opened"),
        (no_files, ".", "not a file"),
        (no_files, "n" * 300, "too long"),
        (no_files, "sample:moon", "no such scene"),
        (not_an_image, "page.jpg", "not an image"),
        (empty_video, "empty.mp4", "0 bytes"),
        (text_file, "notes.txt", "not a video"),
        (no_files, "sample --model resnet", "invalid choice"),
        (no_files, "sample --set model=resnet", "expected one of"),
        (no_files, "sample --set confidence=nan", "expected a number"),
        (no_files, "sample --set confidence=2", "expected a number"),
        (no_files, "sample --set speed=9", "unknown option"),
        (no_files, "sample --set confidence", "KEY=VALUE"),
        (no_files, "sample --max-frames 0", "at least 1"),
        (no_files, "sample --max-frames -3", "expected"),
        (no_files, "sample --max-frames few", "at least 1"),
        (no_files, "sample --settings missing.json", "cannot be opened"),
        (settings_file("{"), "sample --settings s.json", "not JSON"),
        (settings_file("[]"), "sample --settings s.json", "expected an object"),
        (settings_file("[" * 99_999), "sample --settings s.json", "at most 20 levels"),
        (settings_file('{"confidence": 1' + "0" * 400 + "}"), "sample --settings s.json", "expected a number"),
        (settings_file("9" * 2_000_000), "sample --settings s.json", "at most 1 MB"),
        (no_files, "sample --output out.png", "ending in .mp4"),
        (no_files, "sample --output out.avi", "ending in .mp4"),
        (no_files, "sample --output missing/out.mp4", "cannot be written"),
        (no_files, "sample --keypoints missing/k.csv", "cannot be written"),
        (no_files, "", "required"),
    ],
)
def test_invalid_input_ends_with_exit_code_2_and_a_message(
    pose_demo, tmp_path, monkeypatch, prepare, arguments, reason
):
    needs("movenet-lightning")
    prepare(tmp_path)
    monkeypatch.chdir(tmp_path)
    before = names(tmp_path)
    code, out, err = pose_demo("run", *arguments.split())
    assert code == 2 and not out and reason in err
    assert names(tmp_path) == before


@pytest.mark.parametrize("name", ["out.gif", "missing/out.png"])
def test_image_that_cannot_be_written_is_refused(pose_demo, photo, tmp_path, name):
    needs("movenet-lightning")
    code, _, err = pose_demo("run", photo, "--output", tmp_path / name)
    assert code == 2 and name in err and names(tmp_path) == ["photo.png"]


def test_missing_model_is_refused_with_the_command_to_fetch_it(pose_demo, tmp_path, monkeypatch):
    monkeypatch.setenv("POSE_DEMO_MODELS", str(tmp_path))
    code, _, err = pose_demo("run", "sample", "--model", "movenet-thunder")
    assert code == 2 and "models fetch movenet-thunder" in err


@pytest.mark.parametrize(
    ("name", "frames", "start"),
    [("trimmed", 15, 0), ("browser's recording", 60, 0), ("late picture", 60, 0.5), ("AVI with H.264", 60, 2 / 30)],
)
def test_video_is_processed_to_its_end_on_the_clock_of_a_player(pose_demo, tmp_path, name, frames, start):
    needs("movenet-lightning")
    (tmp_path / "clip").write_bytes(data_of(name))
    code, out, err = pose_demo("run", tmp_path / "clip", "--json", "--keypoints", tmp_path / "o.json")
    assert code == 0 and json.loads(out)["frames"] == frames
    assert "damaged" not in err and "100%" in err and f"{frames}/{frames}" in err
    assert json.loads((tmp_path / "o.json").read_text())["frames"][0]["timestamp"] == pytest.approx(start, abs=1e-3)


def test_song_with_a_cover_is_refused(pose_demo, tmp_path):
    (tmp_path / "song.m4a").write_bytes(song())
    code, out, err = pose_demo("run", tmp_path / "song.m4a")
    assert code == 2 and not out and "song.m4a: the file has sound and a cover picture but no video" in err


@pytest.mark.parametrize("rest", [b"", bytes(100_000)], ids=["truncated", "overwritten"])
def test_damaged_video_is_processed_up_to_the_error_with_a_warning(pose_demo, noise_clip, rest):
    needs("movenet-lightning")
    noise_clip.write_bytes(noise_clip.read_bytes()[:60_000] + rest)
    code, out, err = pose_demo("run", noise_clip, "--json")
    assert code == 0 and 1 <= json.loads(out)["frames"] < 30
    assert "warning: the file is damaged after frame" in err


def test_complete_video_has_no_warning(pose_demo, noise_clip):
    needs("movenet-lightning")
    code, out, err = pose_demo("run", noise_clip, "--json")
    assert code == 0 and json.loads(out)["frames"] == 30 and "warning" not in err


# ---- models, eval, bench --------------------------------------------------------------------------------------------


def test_models_are_listed_as_json_and_as_text(pose_demo):
    code, out, _ = pose_demo("models", "--json")
    listed = json.loads(out)["models"]
    assert code == 0 and [model["name"] for model in listed] == list(MODELS)
    assert all(list(model) == ["name", "title", "description", "ready", "reason"] for model in listed)
    assert all(model["ready"] or model["reason"] for model in listed)
    code, out, _ = pose_demo("models")
    assert code == 0 and all(name in out for name in MODELS)


def test_missing_models_are_listed_with_the_reason(pose_demo, tmp_path, monkeypatch):
    monkeypatch.setenv("POSE_DEMO_MODELS", str(tmp_path))
    code, out, _ = pose_demo("models", "--json")
    assert code == 0 and not any(model["ready"] for model in json.loads(out)["models"])


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("fetch nonsense", "no model or weight file is named"),
        ("fetch", "name the models"),
        ("nonsense", "invalid choice"),
    ],
)
def test_unknown_names_cannot_be_fetched(pose_demo, arguments, reason):
    code, _, err = pose_demo("models", *arguments.split())
    assert code == 2 and reason in err


def test_existing_files_are_not_fetched_again(pose_demo):
    needs("movenet-lightning")
    code, _, err = pose_demo("models", "fetch", "movenet-lightning")
    assert code == 0 and "1 of 1 files are ready" in err


def test_files_that_cannot_be_fetched_take_a_line_each(pose_demo, tmp_path, monkeypatch):
    monkeypatch.setenv("POSE_DEMO_MODELS", str(tmp_path))
    code, _, err = pose_demo("models", "fetch", "rtmpose-t", "rtmo-t")
    first, second, advice, count = err.splitlines()
    assert code == 2 and first.startswith("error: rtmpose-t: ") and second.startswith("error: rtmo-t: ")
    assert "tests have no network" in second and "POSE_DEMO_MODELS_MIRROR is not set" in second
    assert "models fetch rtmpose-t rtmo-t" in advice and "0 of 2 files" in count


def test_eval_prints_metrics(pose_demo, tmp_path, photo):
    pytest.importorskip("pycocotools")
    needs("movenet-lightning")
    empty = {"images": [{"id": 1, "file_name": "photo.png"}], "annotations": [], "categories": []}
    (tmp_path / "a.json").write_text(json.dumps(empty))
    code, out, _ = pose_demo("eval", "--annotations", tmp_path / "a.json", "--images", tmp_path, "--streams", "--json")
    keys = {"mean_oks", "pck", "ap", "ap50", "ar", "false_persons_on_empty", "ms_p50", "ms_p95", "stream_found"}
    assert code == 0 and keys <= json.loads(out).keys()


def test_eval_refuses_a_file_in_another_format(pose_demo, photo):
    code, _, err = pose_demo("eval", "--annotations", photo, "--images", photo.parent)
    assert code == 2 and "not JSON" in err


def test_bench_refuses_unknown_models(pose_demo):
    assert pose_demo("bench", "--models", "resnet")[0] == 2
