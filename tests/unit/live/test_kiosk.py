"""What an unattended screen shows, on a simulated clock."""

from __future__ import annotations

import pytest

from pose_demo.live.kiosk import EMPTY_S, PRESET_S, Kiosk


@pytest.fixture
def kiosk():
    return Kiosk(presets=3)


def test_presets_follow_each_other(kiosk):
    changes = {now: preset for now in range(150) if (preset := kiosk.next_preset(float(now))) is not None}
    assert changes == {PRESET_S: 0, 2 * PRESET_S: 1, 3 * PRESET_S: 2, 4 * PRESET_S: 0}


def test_what_is_shown_stays_while_it_has_to(kiosk):
    kiosk.next_preset(0.0)
    kiosk.stay(PRESET_S - 1)
    assert kiosk.next_preset(PRESET_S + 1) is None
    assert kiosk.next_preset(2 * PRESET_S - 1) == 0


def test_a_visitor_has_left_when_nobody_is_there_for_a_while(kiosk):
    assert not kiosk.visitor_has_left(0, 0.0)  # nobody was there
    assert not kiosk.visitor_has_left(0, 10 * EMPTY_S)
    assert not kiosk.visitor_has_left(1, 10 * EMPTY_S + 1)
    assert not kiosk.visitor_has_left(0, 10 * EMPTY_S + 1 + EMPTY_S / 2)
    assert not kiosk.visitor_has_left(2, 10 * EMPTY_S + 2 + EMPTY_S / 2)  # was out of the picture for a moment
    left = [kiosk.visitor_has_left(0, 10 * EMPTY_S + 2 + EMPTY_S / 2 + second) for second in range(20)]
    assert left.index(True) == EMPTY_S and all(left[left.index(True) :])
