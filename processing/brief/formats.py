"""A brief in Markdown, as one HTML page without scripts or outside parts, and as a Word document."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any

from processing.brief.blocks import Block, Heading, Items, Notes, Paragraph, Picture, Table, brief_blocks
from processing.brief.record import Brief, Citation
from schemas.errors import UsageError

if TYPE_CHECKING:
    from docx.document import Document

__all__ = ["FORMATS", "render", "to_docx", "to_html", "to_markdown"]

_SPECIAL = re.compile(r"([\\`*_<>|#~]|^[-+](?= ))")
_MARK = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_REF = re.compile(r"\[(\d+)\]")
_STYLE = """
html { color-scheme: light dark; }
body { font: 16px/1.5 Georgia, "Times New Roman", serif; color: #1a1a1a; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; line-height: 1.2; }
h2 { font-size: 1.2rem; margin-top: 2rem; border-bottom: 1px solid #bbb; }
h3 { font-size: 1rem; margin-bottom: .2rem; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #ddd; }
mark { background: #ffe9a8; color: inherit; }
.pages { font: 15px/2 system-ui, sans-serif; } .pages a { margin-right: 1rem; }
.parts ul { list-style: none; padding: 0; font: 14px/1.6 system-ui, sans-serif; columns: 16rem; } .parts .level3 { margin-left: 1rem; } .parts a { display: inline-block; min-width: 24px; min-height: 24px; }
figure { margin: .3rem 0; } figure svg { max-width: 100%; height: auto; }
.notes { font-size: .88rem; } .notes li { margin-bottom: .5rem; }
a { color: #1d4f91; overflow-wrap: anywhere; } sup { line-height: 0; }
@media (prefers-color-scheme: dark) { body { background: #14181c; color: #e6e9ec; } a { color: #7cc0f2; } mark { background: #5b4a12; } th, td, h2 { border-color: #343b43; } }
@media print { .pages, .parts { display: none; } figure { break-inside: avoid; } body { max-width: none; margin: 0; font-size: 10.5pt; } h2, h3 { break-after: avoid; } li, tr { break-inside: avoid; } }
"""


# ---------------------------------------------------------------- Markdown


def _md(text: str) -> str:
    """Plain text with what Markdown would read as markup escaped; citation numbers stay."""
    return _SPECIAL.sub(r"\\\1", text)


def to_markdown(brief: Brief) -> str:
    """The brief in CommonMark with pipe tables."""
    blocks = (block for block in brief_blocks(brief) if not isinstance(block, Picture))
    return "\n\n".join(_MARKDOWN[type(block)](block) for block in blocks) + "\n"


def _md_table(table: Table) -> str:
    rows = [table.head, tuple("---" for _ in table.head), *table.rows]
    return "\n".join(
        "| " + " | ".join(cell if i == 1 else _md(cell).replace("\n", " ") for cell in row) + " |"
        for i, row in enumerate(rows)
    )


def _md_note(note: Citation) -> str:
    sentence = _MARK.sub(r"**\1**", _md(note.sentence))
    archived = f"; archived: {_md(note.archived)}" if note.archived else ""
    return f"[{note.number}] “{sentence}” {_md(note.outlet)}, {note.published}, <{note.url}>{archived}"


_MARKDOWN: Mapping[type, Callable[[Any], str]] = {
    Heading: lambda b: f"{'#' * b.level} {_md(b.text)}",
    Paragraph: lambda b: _md(b.text),
    Items: lambda b: "\n".join(f"- {_md(item)}" for item in b.items),
    Table: _md_table,
    Notes: lambda b: "\n\n".join(_md_note(note) for note in b.notes),
}


# ---------------------------------------------------------------- HTML


def to_html(brief: Brief) -> str:
    """The brief as one page: no scripts, no outside parts, readable in print; citations link to their sources below."""
    blocks = brief_blocks(brief)
    body = "\n".join(_HTML[type(block)](block) for block in blocks)
    parts = [block for block in blocks if isinstance(block, Heading) and block.level > 1]
    links = "".join(
        f'<li class="level{block.level}"><a href="#{_anchor(block)}">{escape(block.text)}</a></li>' for block in parts
    )
    body = body.replace("</h1>", f'</h1>\n<nav aria-label="In this brief" class="parts"><ul>{links}</ul></nav>', 1)
    wide = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    head = f"{wide}<title>{escape(brief.title)}</title><style>{_STYLE}</style>"
    return f'<!doctype html>\n<html lang="en">\n<head>{head}</head>\n<body><main>\n{body}\n</main></body>\n</html>\n'


def _anchor(heading: Heading) -> str:
    return f"part-{'-'.join(re.findall(r'[a-z0-9]+', heading.text.casefold())) or heading.level}"


def _html_heading(heading: Heading) -> str:
    return f'<h{heading.level} id="{_anchor(heading)}">{escape(heading.text)}</h{heading.level}>'


def _html(text: str) -> str:
    return _REF.sub(r'<sup><a href="#note-\1">[\1]</a></sup>', escape(text))


def _html_table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.head)
    rows = "".join(f"<tr>{''.join(f'<td>{_html(cell)}</td>' for cell in row)}</tr>" for row in table.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _html_note(note: Citation) -> str:
    sentence = _MARK.sub(r"<mark>\1</mark>", escape(note.sentence))
    web = note.url.startswith(("https://", "http://"))
    link = f'<a href="{escape(note.url)}">{escape(note.url)}</a>' if web else escape(note.url)
    archived = f"; archived: {escape(note.archived)}" if note.archived else ""
    return (
        f'<li id="note-{note.number}">“{sentence}” {escape(note.outlet)}, {escape(note.published)}, '
        f"{link}{archived}</li>"
    )


_HTML: Mapping[type, Callable[[Any], str]] = {
    Heading: _html_heading,
    Picture: lambda b: f"<figure>{b.svg}</figure>",
    Paragraph: lambda b: f"<p>{_html(b.text)}</p>",
    Items: lambda b: f"<ul>{''.join(f'<li>{_html(item)}</li>' for item in b.items)}</ul>",
    Table: _html_table,
    Notes: lambda b: f'<ol class="notes">{"".join(_html_note(note) for note in b.notes)}</ol>',
}


# ---------------------------------------------------------------- Word


def to_docx(brief: Brief) -> bytes:
    """The brief as a .docx file. Raises: UsageError where python-docx is not installed."""
    try:
        import docx
    except ModuleNotFoundError as error:
        raise UsageError("a brief as .docx needs python-docx: pip install 'counterclaim[report]'") from error
    document = docx.Document()
    document.core_properties.title = brief.title
    document.core_properties.author = "counterclaim"
    document.core_properties.created = brief.until.replace(tzinfo=None)
    for block in brief_blocks(brief):
        _write(document, block)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _write(document: Document, block: Block) -> None:
    match block:
        case Heading(text, level):
            document.add_heading(_printable(text), level=level - 1)
        case Paragraph(text):
            document.add_paragraph(_printable(text))
        case Items(items):
            for item in items:
                document.add_paragraph(_printable(item), style="List Bullet")
        case Picture(svg, _):
            _write_picture(document, svg)
        case Table():
            _write_table(document, block)
        case Notes(notes):
            for note in notes:
                _write_note(document, note)


def _write_picture(document: Document, svg: str) -> None:
    """The picture as PNG; left out where nothing is installed that draws one."""
    try:
        from vl_convert import svg_to_png
    except ModuleNotFoundError:
        return
    from docx.shared import Cm

    document.add_picture(BytesIO(svg_to_png(svg.replace("currentColor", "#1a1a1a"), scale=2)), width=Cm(15))


def _write_table(document: Document, block: Table) -> None:
    table = document.add_table(rows=1, cols=len(block.head), style="Light Grid Accent 1")
    for cell, text in zip(table.rows[0].cells, block.head, strict=True):
        cell.text = text
    for row in block.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = _printable(text)


def _write_note(document: Document, note: Citation) -> None:
    paragraph = document.add_paragraph(f"[{note.number}] “")
    for index, part in enumerate(_MARK.split(_printable(note.sentence))):
        paragraph.add_run(part).bold = bool(index % 2)
    archived = f"; archived: {note.archived}" if note.archived else ""
    paragraph.add_run(_printable(f"” {note.outlet}, {note.published}, {note.url}{archived}"))


def _printable(text: str) -> str:
    """The text without characters that XML does not know."""
    return "".join(c for c in text if c in "\t\n" or ord(c) >= 32)


# ---------------------------------------------------------------- one door


FORMATS = ("md", "html", "docx")


def render(brief: Brief, format: str) -> bytes:
    """The brief in a format of FORMATS, as bytes. Raises: UsageError for another format, or where python-docx is
    missing."""
    if format == "md":
        return to_markdown(brief).encode("utf8")
    if format == "html":
        return to_html(brief).encode("utf8")
    if format == "docx":
        return to_docx(brief)
    raise UsageError(f"format {format!r}: allowed are {', '.join(FORMATS)}")
