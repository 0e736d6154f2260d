"""Weights are fetched from the first source that has them, verified, and every failure is reported with its reason."""

import hashlib
import io
import threading
import zipfile
from pathlib import Path

import pytest
from weight_fakes import DATA, AddWeight, Server

from pose_demo import weights
from pose_demo.weights import Part, Source, download, fetching, sources

OLD = b"an older version"


def files_in(models: Path) -> list[str]:
    return sorted(file.name for file in models.iterdir() if file.name != ".lock")


# --- the order of sources ---------------------------------------------------------------------------------------


def test_ready_weight_is_not_fetched(models: Path, server: Server, add_weight: AddWeight) -> None:
    add_weight("net", Source("https", server.url + "net"))
    (models / "net.tflite").write_bytes(DATA)
    assert fetching.fetch("net") == models / "net.tflite"
    assert server.requests == []
    assert not (models / ".lock").exists()


def test_missing_models_folder_is_created(models: Path, server: Server, add_weight: AddWeight) -> None:
    add_weight("net", Source("https", server.url + "net"))
    server.files["net"] = DATA
    models.rmdir()
    assert fetching.fetch("net") == models / "net.tflite"


@pytest.mark.parametrize("name", ["net.tflite", "official_net.tflite"])
def test_mirror_folder_is_tried_first_with_every_alias(
    models: Path, server: Server, add_weight: AddWeight, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    add_weight("net", Source("https", server.url + "net"))
    (tmp_path / name).write_bytes(DATA)
    monkeypatch.setenv("POSE_DEMO_MODELS_MIRROR", str(tmp_path))
    assert fetching.fetch("net").read_bytes() == DATA
    assert server.requests == []
    assert files_in(models) == ["net.tflite"]


def test_next_source_is_tried_after_a_wrong_file_in_the_mirror(
    server: Server, add_weight: AddWeight, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_weight("net", Source("https", server.url + "net"))
    server.files["net"] = DATA
    (tmp_path / "net.tflite").write_bytes(b"wrong")
    monkeypatch.setenv("POSE_DEMO_MODELS_MIRROR", str(tmp_path))
    assert fetching.fetch("net").read_bytes() == DATA


def test_wrong_file_in_the_mirror_is_not_copied(
    models: Path, add_weight: AddWeight, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_weight("net")
    (tmp_path / "net.tflite").write_bytes(b"wrong")
    monkeypatch.setenv("POSE_DEMO_MODELS_MIRROR", str(tmp_path))
    with pytest.raises(weights.MissingWeights, match=r"the SHA-256 of .*net.tflite is not in the manifest"):
        fetching.fetch("net")
    assert files_in(models) == []


def test_sources_are_tried_in_order_with_progress(server: Server, add_weight: AddWeight) -> None:
    add_weight("net", Source("https", server.url + "gone"), Source("https", server.url + "net"))
    server.files["net"] = DATA
    steps: list[fetching.Progress] = []
    fetching.fetch("net", steps.append)
    assert server.requests == ["/gone", "/net"]
    assert any(step.message == "failed" and "404" in step.reason for step in steps)
    assert {step.name for step in steps} == {"net"}
    assert (steps[-1].source, steps[-1].message, steps[-1].done_bytes) == (server.url + "net", "ready", len(DATA))
    assert any(step.total_bytes == len(DATA) and step.message == "downloading" for step in steps)


def test_package_is_downloaded_file_by_file_from_a_cdn(server: Server, add_weight: AddWeight) -> None:
    part = Part("models/net.bin", hashlib.sha256(DATA).hexdigest(), len(DATA))
    add_weight("net", Source("cdn", server.url + "npm/net@1/"), parts=(part,))
    server.files["npm/net@1/models/net.bin"] = DATA
    assert fetching.fetch("net").read_bytes() == DATA


def zipped(**members: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, data in members.items():
            bundle.writestr(f"20230831/{name}/end2end.onnx" if data else f"{name}/", data)
    return archive.getvalue()


@pytest.mark.parametrize("is_pinned", [True, False], ids=["known archive", "unknown archive"])
def test_a_file_is_taken_out_of_a_zip_archive_whatever_its_folder(
    models: Path, server: Server, add_weight: AddWeight, is_pinned: bool
) -> None:
    server.files["net.zip"] = zipped(folder=b"", net=DATA)
    checksum = hashlib.sha256(server.files["net.zip"]).hexdigest() if is_pinned else ""
    add_weight("net", Source("https", server.url + "net.zip", member="end2end.onnx", sha256=checksum))
    assert fetching.fetch("net").read_bytes() == DATA
    assert files_in(models) == ["net.tflite"]


def test_a_file_may_be_a_range_of_bytes_of_its_part(server: Server, add_weight: AddWeight) -> None:
    packed = b"another network" + DATA + b"a third one"
    part = Part("packed.data", hashlib.sha256(packed).hexdigest(), len(packed))
    add_weight("net", Source("cdn", server.url + "npm/net@1/"), parts=(part,), byte_range=(15, 15 + len(DATA)))
    server.files["npm/net@1/packed.data"] = packed
    assert fetching.fetch("net").read_bytes() == DATA


# --- failures ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (b"x" * len(DATA), "does not have the expected SHA-256"),
        (b"x" * 1_000_000, "larger than the expected"),
        (None, "404"),
    ],
)
def test_wrong_response_is_refused_and_the_old_file_stays(
    models: Path, server: Server, add_weight: AddWeight, response: bytes | None, reason: str
) -> None:
    add_weight("net", Source("https", server.url + "net"))
    (models / "net.tflite").write_bytes(OLD)
    if response is not None:
        server.files["net"] = response
    with pytest.raises(weights.MissingWeights, match=reason):
        fetching.fetch("net")
    assert (models / "net.tflite").read_bytes() == OLD
    assert files_in(models) == ["net.tflite"]


@pytest.mark.parametrize(
    ("archive", "checksum", "reason"),
    [
        (DATA, "", "the archive cannot be read"),
        (zipped(net=DATA)[:-30], "", "the archive cannot be read"),
        (zipped(folder=b""), "", "the archive has no file end2end.onnx"),
        (zipped(net=OLD), "", "the file does not have the expected SHA-256"),
        (zipped(net=DATA), "0" * 64, "the archive does not have the expected SHA-256"),
    ],
    ids=["no archive", "truncated", "without the file", "another file", "another archive"],
)
def test_a_wrong_archive_is_refused(
    models: Path, server: Server, add_weight: AddWeight, archive: bytes, checksum: str, reason: str
) -> None:
    server.files["net.zip"] = archive
    add_weight("net", Source("https", server.url + "net.zip", member="end2end.onnx", sha256=checksum))
    with pytest.raises(weights.MissingWeights, match=reason):
        fetching.fetch("net")
    assert files_in(models) == []


def test_of_a_zip_bomb_only_the_expected_size_is_unpacked() -> None:
    assert len(sources._unzip(zipped(net=bytes(1_000_000)), "end2end.onnx", 1000)) == 1000


def test_error_lists_every_source_with_its_reason_and_the_next_step(server: Server, add_weight: AddWeight) -> None:
    add_weight("net", Source("https", server.url + "net"), Source("https", "http://name.invalid/net"))
    with pytest.raises(weights.MissingWeights) as caught:
        fetching.fetch("net")
    message = str(caught.value)
    for text in ("POSE_DEMO_MODELS_MIRROR is not set", f"{server.url}net: the server answered 404", "name.invalid"):
        assert text in message
    assert "models fetch net" in message
    assert "404" in weights.status("net").reason


def test_other_weights_are_fetched_after_a_failure(server: Server, add_weight: AddWeight) -> None:
    add_weight("bad", Source("https", server.url + "bad"))
    add_weight("good", Source("https", server.url + "good"))
    server.files["good"] = DATA
    results = fetching.fetch_all(["bad", "good"])
    assert isinstance(results["bad"], weights.MissingWeights)
    assert results["good"] == weights.models_dir() / "good.tflite"


def test_unreachable_host_is_probed_once(add_weight: AddWeight, monkeypatch: pytest.MonkeyPatch) -> None:
    real, connections = download._connect, []
    monkeypatch.setattr(download, "_connect", lambda address: connections.append(address) or real(address))
    url = "http://127.0.0.1:9/"  # the discard port, where no server listens
    for name in ("one", "two", "three"):
        add_weight(name, Source("https", url + name))
    results = fetching.fetch_all(["one", "two", "three"])
    assert connections == [("127.0.0.1", 9)]
    assert all("the host refused the connection" in str(error) for error in results.values())


def test_unresponsive_name_server_times_out(add_weight: AddWeight, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = threading.Event()

    def connect(*_: object, **__: object) -> None:
        waiting.wait(20)
        raise TimeoutError

    monkeypatch.setattr(download, "CONNECT_S", 0.05)
    monkeypatch.setattr(download.socket, "create_connection", connect)
    add_weight("net", Source("https", "http://one.invalid/"), Source("https", "http://two.invalid/"))
    with pytest.raises(weights.MissingWeights, match="did not answer within"):
        fetching.fetch("net")
    waiting.set()
