"""A file is used only with the right hash, comes from the first place that has it, and nothing half-done remains."""

import errno
import hashlib
import http.server
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pose_demo import weights
from pose_demo.types import InputError
from pose_demo.weights import download, install, store
from pose_demo.weights.manifest import Part, Source, Weight, read_manifest

DATA = b"a small network" * 1000
OLD = b"what was there before"
REPOSITORY = Path(__file__).resolve().parents[3]


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def weight(name: str = "net", *sources: Source, data: bytes = DATA, parts: tuple[Part, ...] = ()) -> Weight:
    return Weight(
        name, f"{name}.tflite", "A net", "Apache-2.0", "", len(data), (sha(data),), sources, parts=parts,
        other_names=(f"official_{name}.tflite",),
    )  # fmt: skip


class Site(http.server.ThreadingHTTPServer):
    """A web server on this machine; ``files`` by path, ``asked`` is what was asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.stall_after: int | None = None  # bytes
        self.gate = threading.Event()  # answers come while it is set; what is stalled goes on when it is set again
        self.gate.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class _Answer(http.server.BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.gate.wait(20)
        data = self.server.files.get(self.path.lstrip("/"))
        if data is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: self.server.stall_after])
        if self.server.stall_after is not None:
            self.server.gate.clear()
            self.server.gate.wait(20)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.gate.set()
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty models folder and an empty manifest, and nothing remembered of other tests."""
    monkeypatch.setenv("POSE_DEMO_MODELS", str(tmp_path / "models"))
    for variable in ("POSE_DEMO_MODELS_MIRROR", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(store, "WEIGHTS", {})
    for memory in (store._hashes, store._failures, download._unreachable, download._reached):
        memory.clear()
    (tmp_path / "models").mkdir()
    return tmp_path / "models"


def register(*entries: Weight) -> None:
    store.WEIGHTS.update({entry.name: entry for entry in entries})


def remains(models: Path) -> list[str]:
    return sorted(file.name for file in models.iterdir() if file.name != ".lock")


# --- what is used -----------------------------------------------------------------------------------------------


def test_a_right_file_is_used(models: Path) -> None:
    register(weight())
    (models / "net.tflite").write_bytes(DATA)
    assert weights.path("net") == models / "net.tflite"
    assert weights.status("net").ready


def test_a_missing_file_names_the_command_that_gets_it(models: Path) -> None:
    register(weight())
    with pytest.raises(weights.MissingWeights, match="python -m pose_demo models fetch net"):
        weights.path("net")
    assert issubclass(weights.MissingWeights, InputError)
    assert remains(models) == []


def test_a_damaged_file_is_never_used(models: Path) -> None:
    register(weight())
    (models / "net.tflite").write_bytes(DATA[:-1] + b"?")
    with pytest.raises(weights.MissingWeights, match="damaged or another version"):
        weights.path("net")


def test_an_unknown_name_lists_the_known_ones() -> None:
    register(weight())
    with pytest.raises(InputError, match="'nett'; there are: net"):
        weights.path("nett")
    with pytest.raises(InputError, match="nett"):
        weights.fetch_all(["net", "nett"])


def test_the_hash_is_computed_once_and_again_when_the_file_changes(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(weight())
    (models / "net.tflite").write_bytes(DATA)
    real, calls = hashlib.file_digest, []
    monkeypatch.setattr(hashlib, "file_digest", lambda *args: calls.append(args) or real(*args))
    weights.path("net")
    weights.path("net")
    assert len(calls) == 1
    (models / "net.tflite").write_bytes(DATA[:-1] + b"?")
    os.utime(models / "net.tflite", ns=(1, 1))
    assert not weights.status("net").ready
    assert len(calls) == 2


# --- where it comes from ----------------------------------------------------------------------------------------


def test_what_is_there_is_not_fetched(models: Path, site: Site) -> None:
    register(weight("net", Source("https", site.url + "net")))
    (models / "net.tflite").write_bytes(DATA)
    assert weights.fetch("net") == models / "net.tflite"
    assert site.asked == []
    assert not (models / ".lock").exists()


@pytest.mark.parametrize("name", ["net.tflite", "official_net.tflite"])
def test_the_mirror_comes_first_and_knows_both_names(
    models: Path, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    register(weight("net", Source("https", site.url + "net")))
    (tmp_path / name).write_bytes(DATA)
    monkeypatch.setenv("POSE_DEMO_MODELS_MIRROR", str(tmp_path))
    assert weights.fetch("net").read_bytes() == DATA
    assert site.asked == []
    assert remains(models) == ["net.tflite"]


def test_a_wrong_file_in_the_mirror_is_passed_over(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register(weight("net", Source("https", site.url + "net")))
    site.files["net"] = DATA
    (tmp_path / "net.tflite").write_bytes(b"wrong")
    monkeypatch.setenv("POSE_DEMO_MODELS_MIRROR", str(tmp_path))
    assert weights.fetch("net").read_bytes() == DATA


def test_a_wrong_file_in_the_mirror_is_not_copied(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(weight())
    (tmp_path / "net.tflite").write_bytes(b"wrong")
    monkeypatch.setenv("POSE_DEMO_MODELS_MIRROR", str(tmp_path))
    with pytest.raises(weights.MissingWeights, match=r"net.tflite has not the SHA-256 of the manifest"):
        weights.fetch("net")
    assert remains(models) == []


def test_the_sources_are_tried_in_order_and_progress_tells_it(site: Site) -> None:
    register(weight("net", Source("https", site.url + "gone"), Source("https", site.url + "net")))
    site.files["net"] = DATA
    seen: list[weights.Progress] = []
    weights.fetch("net", seen.append)
    assert site.asked == ["/gone", "/net"]
    assert any("404" in progress.message for progress in seen)
    assert {progress.name for progress in seen} == {"net"}
    assert (seen[-1].source, seen[-1].message, seen[-1].done_bytes) == (site.url + "net", "ready", len(DATA))
    assert any(progress.total_bytes == len(DATA) and progress.message == "downloading" for progress in seen)


def test_a_package_file_by_file(site: Site) -> None:
    part = Part("models/net.bin", sha(DATA), len(DATA))
    register(weight("net", Source("cdn", site.url + "npm/net@1/"), parts=(part,)))
    site.files["npm/net@1/models/net.bin"] = DATA
    assert weights.fetch("net").read_bytes() == DATA


@pytest.mark.parametrize(
    ("served", "reason"),
    [(b"x" * len(DATA), "another content than expected"), (b"x" * 1_000_000, "more than the expected"), (None, "404")],
)
def test_a_wrong_answer_is_refused_and_leaves_what_was_there(
    models: Path, site: Site, served: bytes | None, reason: str
) -> None:
    register(weight("net", Source("https", site.url + "net")))
    (models / "net.tflite").write_bytes(OLD)
    if served is not None:
        site.files["net"] = served
    with pytest.raises(weights.MissingWeights, match=reason):
        weights.fetch("net")
    assert (models / "net.tflite").read_bytes() == OLD
    assert remains(models) == ["net.tflite"]


def test_the_error_names_every_place_its_reason_and_what_to_do(site: Site, tmp_path: Path) -> None:
    register(weight("net", Source("https", site.url + "net"), Source("https", "http://name.invalid/net")))
    with pytest.raises(weights.MissingWeights) as caught:
        weights.fetch("net")
    message = str(caught.value)
    for words in ("POSE_DEMO_MODELS_MIRROR is not set", f"{site.url}net: the server answered 404", "name.invalid"):
        assert words in message
    assert "models fetch net" in message
    assert "404" in weights.status("net").reason  # the list of models says it too


def test_one_failure_does_not_stop_the_others(site: Site) -> None:
    register(weight("bad", Source("https", site.url + "bad")), weight("good", Source("https", site.url + "good")))
    site.files["good"] = DATA
    results = weights.fetch_all(["bad", "good"])
    assert isinstance(results["bad"], weights.MissingWeights)
    assert results["good"] == weights.models_dir() / "good.tflite"


def test_an_unreachable_host_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    real, connections = download._connect, []
    monkeypatch.setattr(download, "_connect", lambda address: connections.append(address) or real(address))
    url = "http://127.0.0.1:9/"  # the discard port: nothing listens
    register(*(weight(name, Source("https", url + name)) for name in ("one", "two", "three")))
    results = weights.fetch_all(["one", "two", "three"])
    assert connections == [("127.0.0.1", 9)]
    assert all("it refused the connection" in str(error) for error in results.values())


def test_a_silent_name_server_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = threading.Event()

    def connect(*_: object, **__: object) -> None:
        waiting.wait(20)
        raise TimeoutError

    monkeypatch.setattr(download, "CONNECT_SECONDS", 0.05)
    monkeypatch.setattr(download.socket, "create_connection", connect)
    register(weight("net", Source("https", "http://one.invalid/"), Source("https", "http://two.invalid/")))
    with pytest.raises(weights.MissingWeights, match="did not answer within"):
        weights.fetch("net")
    waiting.set()


# --- nothing half-done ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOSPC, "is full; make room"), (errno.EROFS, "cannot be written; name another")]
)
def test_a_disk_that_cannot_take_it(
    models: Path, site: Site, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    register(weight("net", Source("https", site.url + "net")))
    site.files["net"] = DATA
    (models / "net.tflite").write_bytes(OLD)
    monkeypatch.setattr(install.os, "fsync", refuse)
    with pytest.raises(weights.MissingWeights, match=words):
        weights.fetch("net")
    assert (models / "net.tflite").read_bytes() == OLD
    assert remains(models) == ["net.tflite"]


def test_a_disk_that_fills_up_keeps_what_was_finished(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = os.fsync, []

    def fill_up(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, "full")
        real(descriptor)

    register(weight("one", Source("https", site.url + "net")), weight("two", Source("https", site.url + "net")))
    site.files["net"] = DATA
    monkeypatch.setattr(install.os, "fsync", fill_up)
    results = weights.fetch_all(["one", "two"])
    assert results["one"] == weights.path("one")
    assert "is full" in str(results["two"])


def test_a_folder_that_cannot_be_made(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register(weight())
    (models / "file").write_bytes(b"")
    monkeypatch.setenv("POSE_DEMO_MODELS", str(models / "file"))
    with pytest.raises(weights.MissingWeights, match="cannot be used"):
        weights.fetch("net")


def test_two_at_once_download_it_once(models: Path, site: Site) -> None:
    register(weight("net", Source("https", site.url + "net")))
    site.files["net"] = DATA
    site.gate.clear()  # the first download lasts until the other one is seen waiting
    results: list[Path] = []

    def listen(progress: weights.Progress) -> None:
        if "waiting for another process" in progress.message:
            site.gate.set()

    threads = [threading.Thread(target=lambda: results.append(weights.fetch("net", listen))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert results == [models / "net.tflite"] * 2
    assert site.asked == ["/net"]


KILLED = """
import sys
sys.path.insert(0, {repository!r})
from pose_demo import weights
from pose_demo.weights import store
from pose_demo.weights.manifest import Source, Weight
store.WEIGHTS["net"] = Weight("net", "net.tflite", "", "", "", {size}, ("{sha}",), (Source("https", {url!r}),))
weights.fetch("net", lambda progress: print(progress.done_bytes, flush=True))
"""


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL and flock")
def test_killed_half_way_nothing_half_written_remains(models: Path, site: Site) -> None:
    data = os.urandom(1_000_000)
    register(weight("net", Source("https", site.url + "net"), data=data))
    site.files["net"], site.stall_after = data, 600_000
    code = KILLED.format(repository=str(REPOSITORY), size=len(data), sha=sha(data), url=site.url + "net")
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert any(int(line) > 0 for line in process.stdout)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    left = remains(models)
    assert len(left) == 1 and left[0].startswith(install.TEMPORARY)  # its folder, and no model
    site.stall_after = None
    site.gate.set()
    assert weights.fetch("net").read_bytes() == data
    assert remains(models) == ["net.tflite"]


# --- the manifest -----------------------------------------------------------------------------------------------


def test_the_manifest_lists_what_the_project_asks_for() -> None:
    manifest = read_manifest(Path(store.__file__).with_name("manifest.json"))
    assert list(manifest) == [
        "movenet-lightning", "movenet-lightning-int8", "movenet-thunder", "movenet-multipose",
        "mediapipe-lite", "mediapipe-full", "mediapipe-heavy", "yolov3-tiny", "yolov3-tiny-cfg", "coco-names",
    ]  # fmt: skip
    order = ["https", "cdn", "npm", "pip"]
    for entry in manifest.values():
        assert entry.licence and entry.page.startswith("https://") and entry.title
        assert all(len(digest) == 64 for digest in (*entry.sha256, *(part.sha256 for part in entry.parts)))
        kinds = [source.kind for source in entry.sources]
        assert kinds == sorted(kinds, key=order.index)
        assert bool(entry.parts) == (kinds != ["https"])
