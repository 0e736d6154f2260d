"""Collect the texts of the page in the catalogues of its languages, and compile them for `gettext`.

A translator fills in the empty ``msgstr`` of ``pose_demo/ui/locale/*/LC_MESSAGES/pose_demo.po`` and runs it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from pose_demo import overlay, sample
from pose_demo.effects import EFFECTS
from pose_demo.estimators import MODELS
from pose_demo.explore.replay.measures import MEASURES
from pose_demo.fields import Spec, specs
from pose_demo.matching.limb_angles import LIMBS
from pose_demo.matching.rules import RULES
from pose_demo.skeletons import BLAZEPOSE_33
from pose_demo.ui.explore import TOOLS
from pose_demo.ui.parameters import PARAMETERS
from pose_demo.ui.presets import PRESETS
from pose_demo.ui.sources import SOURCES
from pose_demo.ui.translation import LANGUAGES
from pose_demo.ui.widgets import display_name

ROOT = Path(__file__).parents[1]
_FOLDER = ROOT / "pose_demo/ui/locale"
_DATE = datetime(2026, 1, 1, tzinfo=UTC)  # written into the catalogues, which then change with the texts only
_KEYWORDS = {"tr": None, "message": None, "plural": (1, 2)}


def path(language: str, suffix: str = "po") -> Path:
    """The catalogue of a language."""
    return _FOLDER / language / "LC_MESSAGES" / f"pose_demo.{suffix}"


def template() -> Catalog:
    """Every text of the page, without translations."""
    catalogue = Catalog(project="pose_demo", charset="utf-8", fuzzy=False)
    found = extract_from_dir(ROOT / "pose_demo", [("**.py", "python")], keywords=_KEYWORDS)
    for name, _, msgid, _, _ in sorted(found, key=lambda it: (it[0], it[1])):
        catalogue.add(msgid, locations=[(f"pose_demo/{name}", "")])
    for text in _registered():
        catalogue.add(text, locations=[("registries", "")])
    return catalogue


def _registered() -> Iterator[str]:
    """The texts of what is registered: options, models, effects, rules, measures, presets, scenes, keypoints."""
    for spec in (*PARAMETERS.values(), *(spec for effect in EFFECTS.values() for spec in specs(effect).values())):
        yield from _of_option(spec)
    yield from (model.description for model in MODELS.values() if model.description)
    yield from (effect.title for effect in EFFECTS.values())
    yield from (
        text for effect in EFFECTS.values() if effect.upload for text in (effect.upload.label, effect.upload.help)
    )
    yield from (*PRESETS, *SOURCES, *TOOLS, *map(display_name, sample.SCENES))
    yield from (text for rule in RULES.values() for text in (rule.title, rule.help))
    yield from (text for measure in MEASURES.values() for text in (measure.label, measure.help))
    yield from (*LIMBS, *overlay.WORDS)
    yield from map(display_name, BLAZEPOSE_33.keypoints)


def _of_option(spec: Spec) -> Iterator[str]:
    yield spec.label
    if spec.help:
        yield spec.help
    for option in spec.options:
        if option not in MODELS:
            yield from (option, display_name(option))


def read(language: str) -> Catalog:
    """The catalogue of a language, with what is translated so far."""
    source = path(language)
    catalogue = read_po(BytesIO(source.read_bytes()) if source.exists() else BytesIO(), locale=language)
    return _with_header(catalogue)


def _with_header(catalogue: Catalog) -> Catalog:
    catalogue.creation_date = catalogue.revision_date = _DATE
    catalogue.project, catalogue.version, catalogue.fuzzy = "pose_demo", "", False
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = "pose_demo"
    catalogue.header_comment = "# The texts of the page; `make texts` adds new ones."
    return catalogue


def updated(language: str) -> Catalog:
    """The catalogue of a language with every text of the page, and no other."""
    catalogue = read(language)
    catalogue.update(template(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return _with_header(catalogue)


def po_bytes(catalogue: Catalog) -> bytes:
    """A catalogue as text; it changes with the texts only."""
    file = BytesIO()
    write_po(file, catalogue, width=120, sort_by_file=True, omit_header=False, include_lineno=False)
    return file.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """A catalogue as `gettext` reads it."""
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def main() -> None:
    for language in (language for language in LANGUAGES if language != "en"):
        catalogue = updated(language)
        path(language).parent.mkdir(parents=True, exist_ok=True)
        path(language).write_bytes(po_bytes(catalogue))
        path(language, "mo").write_bytes(mo_bytes(read(language)))
        missing = [entry.id for entry in catalogue if entry.id and not entry.string]
        print(f"{language}: {len(catalogue)} texts, {len(missing)} without a translation")


if __name__ == "__main__":
    main()
