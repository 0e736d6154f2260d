"""Limits of control groups of both versions, in the groups that the process belongs to."""

from __future__ import annotations

from pose_demo.live.cgroup import read_limits


def _memory() -> list[tuple[str, ...]]:
    return list(read_limits("memory", "memory.max", "memory.limit_in_bytes"))


def test_without_control_groups_there_is_no_limit(groups):
    assert _memory() == []


def test_the_limits_of_all_groups_above_apply(groups):
    groups.belong_to("0::/system.slice/demo.service")
    groups.write("system.slice/demo.service/memory.max", "3\n")
    groups.write("system.slice/memory.max", "2")
    groups.write("other.slice/memory.max", "1")
    assert _memory() == [("3",), ("2",)]


def test_a_group_of_version_1_is_found_by_its_controller(groups):
    groups.belong_to("5:cpu,cpuacct:/", "4:memory:/demo", "0::/")
    groups.write("memory/demo/memory.limit_in_bytes", "7")
    assert _memory() == [("7",)]


def test_in_a_container_the_path_of_the_host_does_not_exist(groups):
    groups.belong_to("0::/../../docker/0123")
    groups.write("memory.max", "5")
    assert _memory() == [("5",)]


def test_a_limit_of_two_files_is_joined(groups):
    groups.write("cpu/cpu.cfs_quota_us", "50000\n")
    groups.write("cpu/cpu.cfs_period_us", "100000\n")
    assert list(read_limits("cpu", "cpu.max", "cpu.cfs_quota_us cpu.cfs_period_us")) == [("50000", "100000")]
