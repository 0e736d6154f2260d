"""Five bodies: proportions, hair styles and colors."""

from __future__ import annotations

from dataclasses import dataclass

from pose_demo.sample.color import Color


@dataclass(frozen=True)
class Body:
    """Proportions and appearance of one dancer.

    Attributes:
        height: body height; 1 is the reference body. Scales the whole body.
        legs: scale factor of the leg length, on top of ``height``; 1 is the reference body's.
        arms: scale factor of the arm length.
        shoulders: scale factor of the shoulder width.
        hips: scale factor of the hip width.
        girth: scale factor of the thickness of trunk and limbs.
        skin: RGB color of the skin.
        hair: RGB color of the hair, or of the cap.
        shirt: RGB color of the shirt.
        trousers: RGB color of the trousers.
        shoes: RGB color of the shoes.
        hair_style: 'short', 'bun', 'long', 'curls' or 'cap'.
        sleeve: fraction of the upper arm that the sleeve covers, 0 to 1.
    """

    height: float = 1.0
    legs: float = 1.0
    arms: float = 1.0
    shoulders: float = 1.0
    hips: float = 1.0
    girth: float = 1.0
    skin: Color = (232, 184, 152)
    hair: Color = (62, 40, 28)
    shirt: Color = (214, 74, 66)
    trousers: Color = (52, 68, 104)
    shoes: Color = (240, 240, 236)
    hair_style: str = "short"
    sleeve: float = 0.42


BODIES: dict[str, Body] = {
    "a": Body(),
    "b": Body(
        height=0.95, shoulders=0.92, hips=1.06, girth=0.93, skin=(150, 100, 72), hair=(30, 22, 22),
        shirt=(240, 190, 60), trousers=(46, 46, 58), shoes=(226, 92, 80), hair_style="bun", sleeve=0.3,
    ),
    "c": Body(
        height=1.05, legs=1.04, arms=1.03, girth=0.92, skin=(244, 206, 180), hair=(176, 112, 50),
        shirt=(58, 136, 124), trousers=(98, 84, 70), shoes=(50, 50, 56), hair_style="curls", sleeve=0.45,
    ),
    "d": Body(
        height=0.9, legs=0.96, shoulders=0.93, hips=1.1, girth=1.06, skin=(216, 160, 122), hair=(44, 28, 24),
        shirt=(122, 84, 160), trousers=(40, 58, 72), shoes=(236, 200, 90), hair_style="long", sleeve=0.34,
    ),
    "e": Body(
        height=0.98, shoulders=1.06, girth=1.14, skin=(112, 74, 54), hair=(40, 96, 150),
        shirt=(236, 126, 78), trousers=(64, 68, 84), shoes=(206, 60, 60), hair_style="cap", sleeve=0.5,
    ),
}  # fmt: skip
