"""What a summary consists of, before it is laid out as plain text or as HTML."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Block", "Document", "Facts", "Item", "Listing", "Paragraph", "Section", "TextTable"]


@dataclass(frozen=True)
class TextTable:
    """A table of texts.

    Attributes
    ----------
    header : tuple of str
    rows : tuple of tuple of str
    n_labels : int
        The first columns, which hold words; the others hold numbers and are aligned at the point.
    caption : str
        What the table holds, where the section has more than one.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    n_labels: int = 1
    caption: str = ""


@dataclass(frozen=True)
class Facts:
    """Short facts, each under a word."""

    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Item:
    """One point of a list: a word on what it is, the text, and what to do about it."""

    tag: str
    text: str
    remedy: str = ""


@dataclass(frozen=True)
class Listing:
    """Points in order."""

    items: tuple[Item, ...]


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str


Block = TextTable | Facts | Listing | Paragraph


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it; the heading may be empty."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A title and sections."""

    title: str
    sections: tuple[Section, ...] = field(default=())
