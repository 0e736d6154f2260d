"""The delay of the stream on the page: estimated, measured with claps, or set by hand."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def _page() -> None:
    from dataclasses import replace
    from types import SimpleNamespace

    import streamlit as st
    from dance_claps import claps, reference
    from fakes import result_of

    from pose_demo.dance.matcher import DanceState
    from pose_demo.dance.schedule import Moment
    from pose_demo.dance.teacher import Teacher
    from pose_demo.ui.panels import dance_delay
    from pose_demo.ui.session import current

    session = current()
    session.source = st.session_state.get("source", "Webcam")
    session.camera.wanted = True
    dance_delay.library.claps = lambda: Teacher(SimpleNamespace(dancers=(reference(),)))
    late = st.session_state.get("late")  # of the claps that were danced; None while they go on
    performance = None if late is None else claps().shifted(late)
    moment = Moment(phase="dance" if late is None else "finished", position=0.0)
    state = DanceState(moment=moment, start=0, end=10, calibration=True, performance=performance)
    silent_s = st.session_state.get("silent", 0.0)
    status = SimpleNamespace(result=replace(result_of(), dance=state), latency_ms=30.0)
    session.stream = SimpleNamespace(status=lambda: status, silent_s=silent_s)
    dance_delay.options(session)
    st.text(repr(session.uploads.current.delay))
    st.text(repr((session.uploads.current.calibration, session.uploads.current.take)))


def page(**values):
    made = AppTest.from_function(_page, default_timeout=60)
    for name, value in values.items():
        made.session_state[name] = value
    return shown(made.run())


def shown(made):
    assert not made.exception
    return made


def button(made, label):
    return next(it for it in made.button if it.label == label)


def texts(made):
    return made.caption[0].value, *(it.value for it in made.text)


def test_the_estimate_is_taken_out_by_default_for_the_webcam():
    assert texts(page()) == ("Delay: 150 ms, estimated", "0.15", "(False, 0)")
    assert texts(page(source="Sample dancer"))[1] == "0.0"


def test_claps_replace_the_estimate_until_it_is_wanted_again():
    made = shown(button(page(), "Measure with claps").click().run())
    assert texts(made) == ("Delay: 150 ms, estimated", "0.15", "(True, 1)")
    assert [it.value for it in made.info] == ["Clap along with the teacher, in time with the music."]
    assert not made.number_input
    made.session_state["late"] = 0.23
    made = shown(shown(made.run()).run())
    assert texts(made)[0] == "Delay: 230 ms, measured" and texts(made)[2] == "(False, 0)"
    assert float(texts(made)[1]) == pytest.approx(0.23, abs=0.0005)
    assert made.number_input[0].value == 230 and not made.warning
    made = shown(button(made, "Use the estimate").click().run())
    assert texts(made)[0] == "Delay: 150 ms, estimated"


def test_what_cannot_be_is_told_and_the_estimate_stays():
    made = shown(button(page(), "Measure with claps").click().run())
    made.session_state["late"] = -0.3
    made = shown(shown(made.run()).run())
    assert texts(made) == ("Delay: 150 ms, estimated", "0.15", "(False, 0)")
    assert made.warning[0].value.startswith("Expected a delay from 0 to 1000 ms, got -")


def test_a_stream_that_ends_ends_the_calibration():
    made = shown(button(page(), "Measure with claps").click().run())
    made.session_state["silent"] = 4.0
    made = shown(shown(made.run()).run())
    assert made.warning[0].value.startswith("The stream ended before the claps did") and texts(made)[2] == "(False, 0)"


def test_it_can_be_cancelled_and_set_by_hand():
    made = shown(button(page(), "Measure with claps").click().run())
    made = shown(shown(button(made, "Cancel").click().run()).run())
    assert texts(made)[2] == "(False, 0)" and not made.warning
    made = shown(made.number_input[0].set_value(90).run())
    assert texts(made)[0] == "Delay: 90 ms, set by hand" and made.number_input[0].value == 90
    made = shown(button(made, "Measure with claps").click().run())
    assert texts(made)[2] == "(True, 1)"
