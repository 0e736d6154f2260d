"""What the bench shows: the table, the picture, and the command with its options."""

import json
from xml.etree import ElementTree

import pytest

from models import needs
from pose_demo.bench import Case, command
from pose_demo.bench.plot import svg
from pose_demo.bench.report import table
from pose_demo.types import InputError


def row(model="blazepose-full", *, size=(640, 480), threads=1, pipeline=20.0, package=40.0, notebook=50.0):
    """A row as `bench.rows` yields them."""

    def speed(ms):
        return ms and {"ms": ms, "ms_p95": ms * 2, "cpu_ms": ms, "fps": 1000 / ms}

    return {
        **Case(model, size, threads=threads).to_dict(),
        "frames": 30,
        "net": None,
        "estimator": speed(pipeline),
        "pipeline": speed(pipeline),
        "package": speed(package),
        "notebook": speed(notebook),
        "overhead_ms": None,
        "times_net": None,
        "faster_than_package": package and package / pipeline,
        "faster_than_notebook": notebook / pipeline,
        "error_percent": {"pipeline": 3.25, "notebook": None},
        "rss_mb": 123.4,
    }


MISSING = {**Case("movenet-thunder").to_dict(), "missing": "it is <not> there"}

# ---- table ----------------------------------------------------------------------------------------------------------


def test_the_table_has_a_line_for_each_row_and_a_dash_for_what_cannot_be_compared():
    head, first, second, *_ = table([row(pipeline=21.5), MISSING]).splitlines()
    assert first.startswith("blazepose-full") and {"21.50", "43.00", "3.25", "640x480", "off"} <= set(first.split())
    assert first.split().count("-") == 4
    assert second.startswith("movenet-thunder") and second.endswith("it is <not> there")
    assert len(head) == len(first)


# ---- picture --------------------------------------------------------------------------------------------------------

SVG = "{http://www.w3.org/2000/svg}"


def drawn(rows, machine="A CPU, 2 cores"):
    """The texts, and the lengths of the bars: they are 13 high."""
    root = ElementTree.fromstring(svg(rows, machine))
    texts = [text.text for text in root.iter(f"{SVG}text")]
    return texts, [float(bar.get("width")) for bar in root.iter(f"{SVG}rect") if bar.get("height") == "13"]


def test_bars_are_as_long_as_their_figures():
    texts, (one, two, package, notebook) = drawn([row(pipeline=20.0), row(threads=2, pipeline=12.5)])
    assert notebook / one == pytest.approx(2.5, abs=0.01) and one / two == pytest.approx(1.6, abs=0.01)
    assert package / one == pytest.approx(2, abs=0.01) and notebook == 510  # the longest fills the card, no more
    assert {"20.0", "12.5", "40.0", "50.0", "blazepose-full"} <= set(texts)
    assert {"pose_demo, 1 thread", "pose_demo, 2 threads"} <= set(texts)


def test_the_caption_says_where_and_what():
    texts, _ = drawn([row()], machine="Fast & Co <7>, 2 cores")
    assert texts[-1].startswith("Fast & Co <7>, 2 cores; 640x480, without mask, 1 session; median of 30 frames")


def test_only_the_first_size_is_drawn_and_only_who_took_part():
    texts, bars = drawn([MISSING, row("movenet-lightning", package=None), row(size=(1280, 720), pipeline=99.0)])
    assert len(bars) == 2 and "99.0" not in texts and "blazepose-full" not in texts


def test_bars_of_one_model_stand_together():
    texts, bars = drawn([row("a"), row("b"), row("a", threads=2)])
    assert [text for text in texts if text in ("a", "b")] == ["a", "b"] and len(bars) == 7


def test_no_picture_without_figures():
    with pytest.raises(InputError, match="nothing was measured"):
        svg([MISSING], "")


# ---- command --------------------------------------------------------------------------------------------------------


def test_a_grid_for_real(pose_demo, tmp_path):
    needs("movenet-lightning")
    needs("blazepose-lite")
    picture = tmp_path / "speed.svg"
    options = ["--mask", "off", "on", "--sessions", 1, 2, "--frames", 2, "--json", "--plot", picture]
    code, out, _ = pose_demo("bench", "--models", "movenet-lightning", "blazepose-lite", *options)
    rows = json.loads(out)["rows"]
    assert code == 0 and [(r["mask"], r["sessions"]) for r in rows[:4]] == [(0, 1), (0, 2), (1, 1), (1, 2)]
    assert [r["notebook"] is None for r in rows] == [False, False, True, True, False, False, False, False]
    assert [r["package"] is None for r in rows] == [True] * 4 + [False] * 4
    texts = [text.text for text in ElementTree.parse(picture).iter(f"{SVG}text")]
    assert f"{rows[0]['pipeline']['ms']:.1f}" in texts and f"{rows[4]['package']['ms']:.1f}" in texts


def test_against_nobody_else(pose_demo):
    needs("blazepose-lite")
    code, out, _ = pose_demo("bench", "--models", "blazepose-lite", "--frames", 2, "--against", "notebook", "--json")
    (only,) = json.loads(out)["rows"]
    assert code == 0 and only["package"] is None and only["notebook"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("--models resnet", "invalid choice: 'resnet'"),
        ("--frames 0", "whole number of at least 1"),
        ("--threads two", "whole number of at least 1"),
        ("--sessions 1 -2", "whole number of at least 1"),
        ("--sizes 640", "expected WIDTHxHEIGHT such as 640x480, got '640'"),
        ("--sizes 640x480 642x480", "a width that 4 divides, for example 640"),
        ("--sizes 8x8", "64 to 4096 pixels"),
        ("--mask maybe", "invalid choice: 'maybe'"),
        ("--against opencv", "invalid choice: 'opencv'"),
        ("--plot speed.png", "a name ending in .svg"),
        ("--plot /no/such/folder/speed.svg", "cannot be written"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_measured(pose_demo, monkeypatch, arguments, reason):
    monkeypatch.setattr(command, "rows", lambda *_: pytest.fail("measured"))
    code, out, err = pose_demo("bench", *arguments.split())
    assert code == 2 and reason in err and not out


def test_ctrl_c_gives_what_was_measured_until_then(pose_demo, monkeypatch, tmp_path):
    def interrupted(*_):
        yield row()
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "rows", interrupted)
    options = "--json", "--models", "blazepose-full", "blazepose-lite", "--plot", tmp_path / "speed.svg"
    code, out, err = pose_demo("bench", *options)
    assert code == 130 and "stopped after 1 of 2 rows" in err
    assert [r["model"] for r in json.loads(out)["rows"]] == ["blazepose-full"]
    assert "blazepose-full" in (tmp_path / "speed.svg").read_text()
