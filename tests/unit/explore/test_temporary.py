"""Where no temporary folder can be made, the commands and the page say so."""

import errno

import pytest

from pose_demo.explore.temporary import result_folder
from pose_demo.io import temporary


@pytest.fixture
def full(monkeypatch):
    def fail(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(temporary.tempfile, "TemporaryDirectory", fail)


def test_commands_name_the_reason_and_what_to_do(full, pose_demo, tmp_path):
    (tmp_path / "spec.toml").write_text('[sweep]\nmodel = ["movenet-lightning"]\n')
    for command in (("sweep", tmp_path / "spec.toml", "sample"), ("tune", "sample")):
        code, _, err = pose_demo(*command)
        assert code == 2 and "got No space left on device" in err and "TMPDIR" in err


def test_a_given_folder_needs_no_temporary_one(full, tmp_path):
    with result_folder(tmp_path) as folder:
        assert folder == tmp_path
