"""What the page says below the picture while somebody dances, and about the takes."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pose_demo.settings import Settings
from pose_demo.ui.panels import dance
from pose_demo.ui.session import Session


def _live(phase: str, **values: object) -> None:
    from dataclasses import replace
    from types import SimpleNamespace

    from dance_streams import danced, steady
    from fakes import result_of

    from pose_demo.dance.evaluation import Evaluation
    from pose_demo.dance.schedule import Moment
    from pose_demo.plan import Uploads
    from pose_demo.settings import Settings
    from pose_demo.ui.panels import dance
    from pose_demo.ui.session import Session

    session = Session()
    note, delay, drift = values.pop("note", ""), values.pop("delay", 0.0), values.pop("drift", 0.0)
    moment = Moment(phase=phase, position=5.0, count=2 if phase == "count-in" else 0, round=int(values.pop("round", 0)))
    state = replace(danced(None, steady(10, 0.2))[-1], moment=moment, evaluation=Evaluation(**values))
    status = SimpleNamespace(result=replace(result_of(), dance=state))
    session.stream = SimpleNamespace(status=lambda: status, drift=drift)
    session.takes.note, session.uploads.current = note, Uploads(delay=delay)
    dance.panel(session, Settings.from_dict({"dance.reference": "disco"}))


def _shown(phase, **values):
    page = AppTest.from_function(_live, kwargs={"phase": phase, **values}, default_timeout=60).run()
    assert not page.exception
    return page


def _texts(elements):
    return [element.value for element in elements]


def test_the_numbers_of_the_last_seconds_are_shown_with_the_delay_that_is_taken_out():
    page = _shown("dance", form=0.874, timing_ms=138.0, limbs={"left forearm": 31.0}, delay=0.06, drift=0.02)
    assert _texts(page.metric) == ["87 %", "140 ms late"]
    assert _texts(page.caption) == ["0:05 of 0:08", "The delay of the stream, 80 ms, is taken out."]


def test_without_a_number_the_reason_is_told():
    page = _shown("dance", reason="step back: your feet are not in the picture", round=1)
    assert _texts(page.metric) == ["–", "–"]
    first, second = _texts(page.caption)
    assert first == "0:05 of 0:08, round 2" and second.endswith("Step back: your feet are not in the picture.")


@pytest.mark.parametrize(
    ("phase", "text"),
    [("preview", "Press **Dance**"), ("count-in", "The dance begins in 2 s."), ("finished", "Finished.")],
)
def test_each_phase_says_what_comes(phase, text):
    page = _shown(phase)
    assert page.caption[0].value.startswith(text) and bool(page.metric) == (phase == "count-in")


def test_a_take_that_was_stopped_too_early_is_told():
    assert _texts(_shown("preview", note="The take was too short.").info) == ["The take was too short."]


# ---- the takes


def _takes(danced_until: float, count: int) -> None:
    import streamlit as st
    from dance_streams import compared_take

    from pose_demo.dance import reasons
    from pose_demo.dance.comparison import Passage
    from pose_demo.dance.form import Deviation
    from pose_demo.dance.takes import Takes
    from pose_demo.ui.panels import dance_takes

    if "takes" not in st.session_state:
        low = {"left forearm": Deviation(25.0, "low")}
        passages = (
            Passage(start=0.0, end=3.0, form=0.99, timing_ms=10.0),
            Passage(start=3.0, end=6.0, form=0.6, timing_ms=140.0, wrong_limbs=tuple(low), deviations=low),
        )
        rated = {"form": 0.8, "timing_ms": 75.0, "limbs": {"left forearm": 12.0}}
        takes = st.session_state["takes"] = Takes()
        takes.kept = (
            *(compared_take(*passages, number=i + 1, danced_until=danced_until, **rated) for i in range(count)),
            compared_take(number=count + 1, reason=reasons.NOBODY),
        )
    dance_takes.panel(st.session_state["takes"])


def _page_of_takes(danced_until=8.0, count=2):
    page = AppTest.from_function(
        _takes, kwargs={"danced_until": danced_until, "count": count}, default_timeout=60
    ).run()
    assert not page.exception
    return page


def test_the_last_take_is_shown_and_another_one_when_it_is_chosen():
    page = _page_of_takes()
    assert [it for it in _texts(page.markdown) if it.startswith("**Take 3:** you are not in the picture")]
    page.segmented_control[0].set_value(1).run()
    texts = _texts(page.markdown)
    assert "**Take 1:** form 80 %, 80 ms late" in texts
    assert [it for it in texts if it.startswith("**Practise these**") and "left forearm 25 degrees too low" in it]
    assert [it for it in texts if it.startswith("**These were best**") and "no limb clearly off" in it]


def test_a_stopped_take_says_how_far_it_was_danced():
    page = _page_of_takes(danced_until=6.0)
    page.segmented_control[0].set_value(1).run()
    assert "Stopped at 0:06 of 0:08." in _texts(page.caption)


def test_a_take_can_be_removed():
    page = _page_of_takes(count=1)
    page.button(key="remove-take-2").click().run()
    assert not page.segmented_control and "**Take 1:** form 80 %, 80 ms late" in _texts(page.markdown)
    page.button(key="remove-take-1").click().run()
    assert not page.markdown and not page.button


def test_a_take_ends_when_its_dance_is_taken_away():
    session = Session()
    dance.begin_take(session)
    assert session.takes.is_running and session.uploads.current.take == 1
    dance.panel(session, Settings())
    assert not session.takes.is_running and session.uploads.current.take == 0
