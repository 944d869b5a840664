"""Files of formats that are no text, made for tests; and what readers make of texts."""

# ruff: noqa: E501 - files stand as they are written

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from io import BytesIO

import docx

from retrieval.corpus.readers import reader
from retrieval.corpus.readers.raw import RawDocument


def pdf_of(pages: list[list[str]]) -> bytes:
    """A PDF with the lines of each page, and one of pictures where a page has none."""
    unicode = "1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfrange <0000> <ffff> <0000> endbfrange"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>", "",
        "<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[5 0 R]/ToUnicode 4 0 R>>",
        f"<</Length {len(unicode)}>>stream\n{unicode}\nendstream",
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/A/DW 600>>",
    ]  # fmt: skip
    kids = []
    for lines in pages:
        shown = " T* ".join(f"<{line.encode('utf-16-be').hex()}> Tj" for line in lines)
        stream = f"BT /F1 12 Tf 14 TL 50 750 Td {shown} ET" if lines else ""
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}\nendstream")
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>"
            f"/Contents {len(objects)} 0 R>>"
        )
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>"
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    return (
        out + f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF".encode()
    )


def zipped(members: dict[str, str | bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def word_of(paragraphs: Iterable[str]) -> bytes:
    """A Word document of these paragraphs, and a table of them; what XML cannot hold is left out."""
    document = docx.Document()
    said = [
        "".join(c for c in text if (c.isprintable() and c.isascii()) or "\u4e00" <= c <= "\u9fff")
        for text in paragraphs
    ]
    for text in said:
        document.add_paragraph(text)
    table = document.add_table(len(said), 2)
    for cell, text in zip(table._cells[::2], said, strict=True):
        cell.text = text
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def book_of(chapter: str) -> bytes:
    """An EPUB with this as the markup of its first chapter."""
    return zipped({**EPUB, "OEBPS/a.xhtml": chapter})


CONTAINER = '<container><rootfiles><rootfile full-path="OEBPS/a.opf"/></rootfiles></container>'
PACKAGE = """<?xml version="1.0"?><package><metadata><dc:title>熊猫传</dc:title>
<dc:creator>熊大</dc:creator><dc:date>2021-03</dc:date><dc:language>zh</dc:language></metadata><manifest>
<item id="n" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>
<item id="t" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
<item id="b" href="b%20.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>"""
_NCX = """<ncx><navMap><navPoint><navLabel><text>第二回 下山</text></navLabel>
<content src="b .xhtml#x"/></navPoint></navMap></ncx>"""
EPUB: dict[str, str | bytes] = {
    "META-INF/container.xml": CONTAINER, "OEBPS/a.opf": PACKAGE, "OEBPS/toc.ncx": _NCX,
    "OEBPS/nav.xhtml": "<nav><p>目录</p></nav>",
    "OEBPS/a.xhtml": "<html><head><title/></head><body><h1>第一回 出山</h1><p>且说熊猫。</p></body></html>",
    "OEBPS/b .xhtml": "<html><body><p>话说竹子。</p></body></html>",
}  # fmt: skip


def read(format_name: str, text: str) -> RawDocument:
    (found,) = reader(format_name)(text)
    assert isinstance(found, RawDocument)
    return found


def texts(format_name: str, text: str) -> list[str]:
    return [block.text for block in read(format_name, text).blocks]
