"""The takes of this visit: side by side, and one of them in detail, with downloads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from html import escape

import streamlit as st

from pose_demo.dance import library
from pose_demo.dance.comparison import Passage
from pose_demo.dance.takes import MAX_TAKES, ComparedTake, Takes
from pose_demo.dance.wording import best_and_worst, clock, line, summary
from pose_demo.messages import message
from pose_demo.offline.dance import take_files
from pose_demo.ui.components import limb_errors
from pose_demo.ui.components.dance_numbers import share_text, timing_text
from pose_demo.ui.errors import plain
from pose_demo.ui.fragments import fragment
from pose_demo.ui.translation import language, tr
from pose_demo.ui.widgets import translated_name

_CSS = """
<style>
  .pd-takes td:first-child { font-weight: 700; width: 1.6rem; }
  .pd-takes td:nth-child(2) { overflow-wrap: anywhere; }
</style>
"""
_File = tuple[Callable[[ComparedTake], str], str, str]
_REPORT = message("Report")
_FILES: dict[str, _File] = {  # label -> what makes the file, its name and type
    "CSV": (take_files.to_csv, "passages.csv", "text/csv"),
    "JSON": (take_files.to_json, "passages.json", "application/json"),
    message("Dance file"): (take_files.to_dance_file, "dance.json", "application/json"),
}
_NEED_SOMEBODY = (_REPORT, "Dance file")
_HELP = message(
    "The last {count} are kept, fewer of long dances, until you remove them or leave the page. Of a repeated passage "
    "each whole round is a take."
)


@fragment()
def panel(takes: Takes) -> None:
    """Show the takes; nothing without one."""
    if not takes.kept:
        return
    st.markdown(tr("**Takes**"), help=tr(_HELP, count=MAX_TAKES))
    st.html(_CSS + table(takes.kept))
    _detail(takes, _chosen(takes.kept))


def _chosen(kept: Sequence[ComparedTake]) -> ComparedTake:
    """The take to show: the last one, until another is chosen."""
    by_number = {take.number: take for take in kept}
    if len(kept) == 1:
        return kept[0]
    newest = kept[-1].number
    number = st.segmented_control(
        tr("Take"),
        list(by_number),
        default=newest,
        key=f"take-of-{newest}",  # another take is shown when it is finished
        required=True,
        label_visibility="collapsed",
        format_func=lambda number: tr("Take {number}", number=number),
    )
    return by_number.get(number or newest, kept[-1])


def table(kept: Sequence[ComparedTake]) -> str:
    """The takes as an HTML table."""
    titles = (tr("Take"), tr("Dance"), tr("Form"), tr("Timing"))
    head = "".join(f"<th scope='col'>{escape(title)}</th>" for title in titles)
    rows = "".join(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in _row(take))}</tr>" for take in kept)
    return f"<table class='pd-table pd-takes'><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(take: ComparedTake) -> tuple[str, str, str, str]:
    found, schedule = take.comparison, take.finished.plan.schedule
    speed = "" if schedule.speed == 1 else f", × {schedule.speed:g}"
    name = translated_name(take.reference) if take.reference in library.NAMES else take.reference
    part = f"{name}, {clock(schedule.start)}–{clock(take.finished.end)}{speed}"
    return str(take.number), part, share_text(found.form), timing_text(found.timing_ms)


def _detail(takes: Takes, take: ComparedTake) -> None:
    text = plain(tr(summary(take.comparison)))
    st.markdown(tr("**Take {number}:** {text}", number=take.number, text=text))
    if not take.is_whole:
        end = clock(take.finished.plan.schedule.end)
        st.caption(tr("Stopped at {position} of {end}.", position=clock(take.finished.end), end=end))
    if take.comparison.form is not None:
        _charts(takes.kept, take)
        _sentences(take.comparison.passages)
        with st.expander(tr("Per limb"), icon=":material/accessibility_new:", key="take-limbs"):
            limb_errors.show(take.comparison.limbs)
    _files(takes.kept, take)
    label = tr("Remove take {number}", number=take.number)
    st.button(label, icon=":material/delete:", on_click=takes.remove, args=(take,), key=f"remove-take-{take.number}")


def _charts(kept: Sequence[ComparedTake], take: ComparedTake) -> None:
    """Form and timing, in front of those of the earlier takes of the same passage."""
    from pose_demo.ui.components import dance_chart  # loaded where needed: it takes time and memory

    before = [it for it in kept if it.number < take.number and it.is_same_passage(take)]
    passages = [it.comparison.passages for it in (*before, take)]
    titles = {dance_chart.FORM: tr("Form in %"), dance_chart.TIMING: tr("Timing in ms, late above 0")}
    for column, (measure, title) in zip(st.columns(2), titles.items(), strict=True):
        with column:
            st.caption(title)
            dance_chart.show(passages, measure)


def _sentences(passages: Sequence[Passage]) -> None:
    """Up to three of the worst and of the best passages, in words."""
    best, worst = best_and_worst(passages)
    lists = [(tr("Practise these"), worst), (tr("These were best"), best)]
    shown = [(title, found) for title, found in lists if found]
    for column, (title, found) in zip(st.columns(len(shown)), shown, strict=True):
        lines = "\n".join(f"- {plain(tr(line(passage)))}" for passage in found)
        column.markdown(f"**{title}**\n\n{lines}")


def _files(kept: Sequence[ComparedTake], take: ComparedTake) -> None:
    """Downloads; they are made when the expander is opened."""
    same = [it for it in kept if it.is_same_passage(take)]
    report = partial(take_files.to_report, takes=same, translate=tr, language=language())
    files: dict[str, _File] = {_REPORT: (report, "report.html", "text/html"), **_FILES}
    with st.expander(tr("Download"), icon=":material/download:", key="take-files", on_change="rerun") as expander:
        if not expander.open:
            return
        with st.container(horizontal=True, gap="small"):
            for label, (make, suffix, mime) in files.items():
                if take.comparison.form is not None or label not in _NEED_SOMEBODY:
                    name = f"take-{take.number}-{suffix}"
                    st.download_button(tr(label), make(take), name, mime, key=name, on_click="ignore")
