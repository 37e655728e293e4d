"""Lens panels as data, and how Kibana 9 writes them into a saved object.

Shapes are those that Kibana 8.9 and later export for Lens by value: `datasourceStates.formBased` with one layer, and
one of the visualizations lnsXY, lnsMetric, lnsDatatable, lnsPie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from itertools import pairwise
from typing import Any, Literal

__all__ = ["LAYER", "Column", "Panel", "count", "days", "lens_attributes", "metric", "percentile", "ranges", "terms"]

LAYER = "layer"
_ORDINAL = ("terms", "range")


@dataclass(frozen=True, slots=True)
class Column:
    """One dimension or metric of a panel. `field` is a field of the data view, "___records___" for a count; `params`
    are Lens's own."""

    id: str
    label: str
    operation: str
    field: str
    type: Literal["string", "number", "date", "boolean"] = "number"
    params: dict[str, Any] = made_by(default_factory=dict)

    @property
    def bucketed(self) -> bool:
        """Whether the column parts documents rather than sums them up."""
        return self.operation in ("terms", "range", "date_histogram")

    def state(self) -> dict[str, Any]:
        """The column as Lens stores it."""
        scale = (
            "interval" if self.operation == "date_histogram" else "ordinal" if self.operation in _ORDINAL else "ratio"
        )
        return {
            "label": self.label,
            "customLabel": True,
            "dataType": self.type,
            "operationType": self.operation,
            "sourceField": self.field,
            "isBucketed": self.bucketed,
            "scale": scale,
            "params": self.params,
        }


def count(label: str = "number", id: str = "count") -> Column:
    """How many documents."""
    return Column(id, label, "count", "___records___", params={"emptyAsNull": True})


def terms(
    field: str,
    label: str,
    *,
    size: int = 10,
    by: str | None = "count",
    type: Literal["string", "number", "boolean"] = "string",
    most: str | None = None,
) -> Column:
    """The most frequent values of a keyword. `by`: the metric column to order by, None for the alphabet; `most`: a
    field whose sum orders."""
    order: dict[str, Any] = {"orderBy": {"type": "column", "columnId": by}, "orderDirection": "desc"}
    if by is None:
        order = {"orderBy": {"type": "alphabetical", "fallback": False}, "orderDirection": "asc"}
    if most is not None:
        order = {
            "orderBy": {"type": "custom"},
            "orderDirection": "desc",
            "orderAgg": metric("sum", most, f"sum of {most}").state(),
        }
    params = {"size": size, **order, "otherBucket": False, "missingBucket": False, "parentFormat": {"id": "terms"}}
    return Column(field, label, "terms", field, type, params)


def days(field: str, label: str = "day") -> Column:
    """By calendar day."""
    return Column(
        field,
        label,
        "date_histogram",
        field,
        "date",
        {"interval": "1d", "includeEmptyRows": False, "dropPartials": False},
    )


def metric(
    operation: Literal["max", "min", "sum", "average", "unique_count"], field: str, label: str, *, date: bool = False
) -> Column:
    """One number of a field; `date`: the field is a time."""
    params: dict[str, Any] = {"emptyAsNull": True} if operation in ("sum", "unique_count") else {}
    return Column(f"{operation}_{field}", label, operation, field, "date" if date else "number", params)


def percentile(field: str, of: int, label: str) -> Column:
    """A percentile (1..99) of a number."""
    return Column(f"p{of}_{field}", label, "percentile", field, "number", {"percentile": of})


def ranges(field: str, label: str, edges: Sequence[float]) -> Column:
    """How many values lie between one edge and the next; the last one is open upwards."""
    pairs: list[tuple[float, float | None]] = [*pairwise(edges), (edges[-1], None)]
    made = [
        {"from": low, "to": high, "label": f"{low:g} to {high:g}" if high is not None else f"{low:g} and more"}
        for low, high in pairs
    ]
    return Column(field, label, "range", field, "string", {"type": "range", "ranges": made, "maxBars": "auto"})


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel. `view`: the data view's name; `query`: KQL; `shape`: an XY series type, or table, metric, donut.

    The columns' order is that in which documents are parted: the most frequent values overall come before the days. Of
    XY panels the days are the horizontal axis, or the first bucketed column where there are none; the other one splits
    into series."""

    key: str
    title: str
    view: str
    shape: Literal["bar_stacked", "bar_horizontal_stacked", "line", "table", "metric", "donut"]
    columns: tuple[Column, ...]
    query: str = ""


def lens_attributes(panel: Panel) -> dict[str, Any]:
    """The attributes of a Lens object; the reference to its data view is the dashboard's to give."""
    types = {"table": "lnsDatatable", "metric": "lnsMetric", "donut": "lnsPie"}
    layer = {
        "columnOrder": [c.id for c in panel.columns],
        "columns": {c.id: c.state() for c in panel.columns},
        "incompleteColumns": {},
    }
    return {
        "title": panel.title,
        "description": "",
        "visualizationType": types.get(panel.shape, "lnsXY"),
        "type": "lens",
        "references": [
            {
                "type": "index-pattern",
                "id": f"counterclaim-{panel.view}",
                "name": f"indexpattern-datasource-layer-{LAYER}",
            }
        ],
        "state": {
            "datasourceStates": {"formBased": {"layers": {LAYER: layer}}},
            "visualization": _visualization(panel),
            "query": {"query": panel.query, "language": "kuery"},
            "filters": [],
            "internalReferences": [],
            "adHocDataViews": {},
        },
    }


def _visualization(panel: Panel) -> dict[str, Any]:
    buckets = [c.id for c in panel.columns if c.bucketed]
    metrics = [c.id for c in panel.columns if not c.bucketed]
    layer = {"layerId": LAYER, "layerType": "data"}
    if panel.shape == "table":
        return {**layer, "columns": [{"columnId": c.id} for c in panel.columns]}
    if panel.shape == "metric":
        return {**layer, "metricAccessor": metrics[0]}
    if panel.shape == "donut":
        shown = {"numberDisplay": "value", "categoryDisplay": "default", "legendDisplay": "show", "nestedLegend": False}
        return {"shape": "donut", "layers": [{**layer, "primaryGroups": buckets, "metrics": metrics, **shown}]}
    axis = next((c.id for c in panel.columns if c.operation == "date_histogram"), buckets[0])
    split = {"splitAccessor": next(b for b in buckets if b != axis)} if len(buckets) > 1 else {}
    return {
        "layers": [{**layer, "seriesType": panel.shape, "xAccessor": axis, "accessors": metrics, **split}],
        "preferredSeriesType": panel.shape,
        "legend": {"isVisible": True, "position": "right"},
        "valueLabels": "hide",
        "fittingFunction": "None",
        "axisTitlesVisibilitySettings": {"x": True, "yLeft": True, "yRight": True},
    }
