"""The story of the three nodes, scene by scene, by the actions of the people who live on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.demo.nodes.scenes import figures, hub, reports, requests, series

if TYPE_CHECKING:
    from vaern.node.demo.nodes.scenes.scene import Scene

SCENES: tuple[Scene, ...] = (
    *series.BEFORE,
    *reports.COMES,
    *series.TAKEN,
    *hub.REVEAL,
    *series.FOUND,
    *reports.HOME,
    *requests.ASSISTANCE,
    *figures.FIGURES,
    *reports.RECALL,
)


def scene_called(code: str) -> Scene:
    """Return a scene by its code."""
    return next(scene for scene in SCENES if scene.code == code)
