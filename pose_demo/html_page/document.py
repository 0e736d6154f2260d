"""A whole HTML page, and its parts."""

from __future__ import annotations

from collections.abc import Mapping

from pose_demo.html_page.markup import Markup, element, join
from pose_demo.html_page.style import STYLE


def document(title: str, *content: str, language: str = "en") -> str:
    """A page with the style sheet; ``language`` is the tag (BCP 47) of its texts."""
    head = join(
        Markup('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
        element("title", f"{title} - pose_demo"),
        element("style", Markup(STYLE)),
    )
    body = element("main", *content)
    return "<!doctype html>\n" + element("html", element("head", head), element("body", body), lang=language)


def section(title: str, *content: str) -> Markup:
    """A part of the page below its title."""
    return element("section", element("h2", title), *content)


def definition_list(facts: Mapping[str, str], class_: str = "facts") -> Markup:
    """Names with their texts."""
    return element("dl", *(part for pair in facts.items() for part in definition(*pair)), class_=class_)


def definition(name: str, text: str) -> tuple[Markup, Markup]:
    """A name with its text, for a definition list."""
    return element("dt", name), element("dd", text)
