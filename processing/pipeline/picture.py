"""A figure of the archive as a picture."""

from __future__ import annotations

from processing.chart import chart_spec, draw
from processing.corrections import desk_figures
from processing.pipeline.scopes import active_corrections, load_scope, scope_of, statements_of
from processing.pipeline.work import Work
from processing.store import Where
from schemas.records import Alert, Figure, FigureDay

__all__ = ["figure_picture"]


def figure_picture(work: Work, figure: Figure, format: str) -> bytes:
    """Claims over time, low / central / high, the desk's figure and the alerts that stand, drawn as "svg", "png" or
    "html".

    Raises: UsageError where no claim has a day and a value, or vl-convert is not installed; StoreError.
    """
    corrections = active_corrections(work.store)
    said = statements_of(load_scope(work, scope_of(figure), corrections), figure)
    days = list(work.store.find(FigureDay, Where("figure", "=", figure.id), order="day"))
    alerts = [
        a
        for a in work.store.find(Alert, Where("figure", "=", figure.id))
        if a.state not in ("false_positive", "closed")
    ]
    desk = desk_figures([figure], corrections).get(figure.id)
    return draw(chart_spec(figure, said, days, alerts, desk), format)
