"""The output of the benchmark: the table, the chart, and the command with its options."""

import importlib
import json
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from models import needs, needs_baselines
from pose_demo.bench import Case, command
from pose_demo.bench.report import table
from pose_demo.estimators.holistic import FACE, HANDS
from pose_demo.types import InputError


def row(model="blazepose-full", *, size=(640, 480), threads=1, pipeline=20.0, package=40.0, notebook=50.0):
    """A row as `bench.measure_cases` yields it."""

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
        "failed": {},
    }


MISSING = {**Case("movenet-thunder").to_dict(), "missing": "it is <not> there"}
BROKEN = {**Case("yolov3-tiny").to_dict(), "error": "it cannot be read"}

# ---- table ----------------------------------------------------------------------------------------------------------


def test_table_has_a_line_per_row_and_a_dash_where_a_metric_does_not_apply():
    head, first, second, third, *_ = table([row(pipeline=21.5), MISSING, BROKEN]).splitlines()
    assert first.startswith("blazepose-full") and {"21.50", "43.00", "3.25", "640x480", "off"} <= set(first.split())
    assert first.split().count("-") == 4
    assert second.startswith("movenet-thunder") and second.endswith("it is <not> there")
    assert third.startswith("yolov3-tiny") and third.endswith("it cannot be read")
    assert len(head) == len(first)


def test_table_names_baselines_that_could_not_be_loaded():
    text = table([row() | {"failed": {"package": "not installed"}}])
    assert "blazepose-full: no comparison with package: not installed" in text.splitlines()


# ---- chart ----------------------------------------------------------------------------------------------------------

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def plot():
    """The module of the chart, which requires matplotlib."""
    pytest.importorskip("matplotlib")
    return importlib.import_module("pose_demo.bench.plot")


def drawn(plot, rows, machine="A CPU, 2 cores"):
    """The texts of the chart, and the lengths of its bars in milliseconds."""
    figure = plot.draw_chart(rows, machine)
    (axes,) = figure.axes
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    models = [label.get_text() for label in axes.get_yticklabels()]
    values = [text.get_text() for text in axes.texts]
    captions = [text.get_text() for text in figure.texts]
    return [*legend, *models, *values, *captions], [bar.get_width() for bar in axes.patches]


def test_bars_are_as_long_as_their_metrics(plot):
    texts, bars = drawn(plot, [row(pipeline=20.0), row(threads=2, pipeline=12.5)])
    assert bars == [20.0, 12.5, 50.0, 40.0]
    assert {"20.0", "12.5", "40.0", "50.0", "blazepose-full"} <= set(texts)
    assert {"pose_demo, 1 thread", "pose_demo, 2 threads", "notebook's loop"} <= set(texts)


def test_each_thread_count_has_one_color(plot):
    rows = [row("a"), row("a", threads=2), row("b", threads=2, package=None, notebook=40.0)]
    (axes,) = plot.draw_chart(rows, "").axes
    colors = [bar.get_facecolor() for bar in axes.patches]
    assert colors[1] == colors[4] != colors[0]


def test_caption_has_the_machine_and_the_case(plot):
    texts, _ = drawn(plot, [row()], machine="Fast & Co <7> $1$, 2 cores")
    assert texts[-1].startswith("Fast & Co <7> $1$, 2 cores\n640x480, without mask, 1 session; median of 30 frames")


def test_only_the_first_size_and_measured_rows_are_drawn(plot):
    rows = [MISSING, BROKEN, row("movenet-lightning", package=None), row(size=(1280, 720), pipeline=99.0)]
    texts, bars = drawn(plot, rows)
    assert len(bars) == 2 and "99.0" not in texts and "blazepose-full" not in texts


def test_bars_of_one_model_are_adjacent(plot):
    texts, bars = drawn(plot, [row("a"), row("b"), row("a", threads=2)])
    assert [text for text in texts if text in ("a", "b")] == ["a", "b"] and len(bars) == 7


def test_svg_is_reproducible_and_its_text_is_text(plot, tmp_path):
    files = [tmp_path / "first.svg", tmp_path / "second.svg"]
    for file in files:
        plot.save_chart([row()], "Fast & Co <7> $1$, 2 cores", file)
    first, second = (file.read_bytes() for file in files)
    texts = [text.text for text in ElementTree.fromstring(first).iter(f"{SVG}text")]
    assert first == second and b"<dc:date>" not in first
    assert "blazepose-full" in texts and any("Fast & Co <7> $1$" in text for text in texts if text)


def test_a_chart_without_rows_is_refused(plot):
    with pytest.raises(InputError, match="no row was measured"):
        plot.draw_chart([MISSING, BROKEN], "")


# ---- command --------------------------------------------------------------------------------------------------------


def test_a_grid_is_measured_and_drawn(pose_demo, tmp_path):
    pytest.importorskip("matplotlib")
    needs_baselines("movenet-lightning")
    needs_baselines("blazepose-lite")
    chart = tmp_path / "speed.svg"
    options = ["--mask", "off", "on", "--sessions", 1, 2, "--frames", 2, "--json", "--plot", chart]
    code, out, _ = pose_demo("bench", "--models", "movenet-lightning", "blazepose-lite", *options)
    rows = json.loads(out)["rows"]
    assert code == 0 and [(r["mask"], r["sessions"]) for r in rows[:4]] == [(0, 1), (0, 2), (1, 1), (1, 2)]
    assert [r["notebook"] is None for r in rows] == [False, False, True, True, False, False, False, False]
    assert [r["package"] is None for r in rows] == [True] * 4 + [False] * 4
    texts = [text.text for text in ElementTree.parse(chart).iter(f"{SVG}text")]
    assert f"{rows[0]['pipeline']['ms']:.1f}" in texts and f"{rows[4]['package']['ms']:.1f}" in texts


def test_hands_and_face_are_measured(pose_demo):
    needs_baselines("blazepose-lite")
    for network in (HANDS, FACE):
        needs(network.name)
    options = ["--hands", "off", "on", "--face", "on", "--frames", 2, "--against", "notebook"]
    code, out, _ = pose_demo("bench", "--models", "blazepose-lite", *options)
    lines = [line.split() for line in out.splitlines() if line.startswith("blazepose-lite")]
    assert code == 0 and [line[2:5] for line in lines] == [["off", "off", "on"], ["off", "on", "on"]]


def test_one_baseline_can_be_selected(pose_demo):
    needs_baselines("blazepose-lite")
    code, out, _ = pose_demo("bench", "--models", "blazepose-lite", "--frames", 2, "--against", "notebook", "--json")
    (only,) = json.loads(out)["rows"]
    assert code == 0 and only["package"] is None and only["notebook"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("--models resnet", "invalid choice: 'resnet'"),
        ("--frames 0", "of at least 1, got"),
        ("--threads two", "of at least 1, got"),
        ("--sessions 1 -2", "of at least 1, got"),
        ("--sizes 640", "expected WIDTHxHEIGHT such as 640x480, got '640'"),
        ("--sizes 640x480 642x480", "a width divisible by 4, for example 640"),
        ("--sizes 8x8", "64 to 4096 pixels"),
        ("--mask maybe", "invalid choice: 'maybe'"),
        ("--against opencv", "invalid choice: 'opencv'"),
        ("--plot speed.jpg", "a name ending in .svg or .png"),
        ("--plot /no/such/folder/speed.svg", "cannot be written"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_measured(pose_demo, monkeypatch, arguments, reason):
    monkeypatch.setattr(command, "measure_cases", lambda *_: pytest.fail("measured"))
    code, out, err = pose_demo("bench", *arguments.split())
    assert code == 2 and reason in err and not out


def test_plot_without_matplotlib_is_refused_before_anything_is_measured(pose_demo, monkeypatch, tmp_path):
    monkeypatch.setattr(command, "measure_cases", lambda *_: pytest.fail("measured"))
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    code, out, err = pose_demo("bench", "--plot", tmp_path / "speed.svg")
    assert code == 2 and "pip install matplotlib" in err and not out
    assert not list(tmp_path.iterdir())


def test_the_command_does_not_import_matplotlib():
    code = "import sys, pose_demo.cli; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(("rows", "expected"), [([MISSING, row()], 0), ([MISSING, BROKEN], 2)])
def test_exit_code_is_0_if_any_row_was_measured(pose_demo, monkeypatch, rows, expected):
    monkeypatch.setattr(command, "measure_cases", lambda *_: iter(rows))
    code, out, _ = pose_demo("bench", "--json")
    assert code == expected and json.loads(out)["rows"] == rows


def test_no_chart_is_written_without_a_measured_row(pose_demo, monkeypatch, tmp_path):
    pytest.importorskip("matplotlib")
    monkeypatch.setattr(command, "measure_cases", lambda *_: iter([MISSING]))
    code, out, err = pose_demo("bench", "--plot", tmp_path / "speed.svg")
    assert code == 2 and "it is <not> there" in out and "no chart is written" in err
    assert not list(tmp_path.iterdir())


def test_ctrl_c_keeps_the_rows_measured_so_far(pose_demo, monkeypatch, tmp_path):
    pytest.importorskip("matplotlib")

    def interrupted(*_):
        yield row()
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "measure_cases", interrupted)
    options = "--json", "--models", "blazepose-full", "blazepose-lite", "--plot", tmp_path / "speed.svg"
    code, out, err = pose_demo("bench", *options)
    assert code == 130 and "stopped after 1 of 2 rows" in err
    assert [r["model"] for r in json.loads(out)["rows"]] == ["blazepose-full"]
    assert "blazepose-full" in (tmp_path / "speed.svg").read_text()
