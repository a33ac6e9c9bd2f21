"""Which bytes of an SQLite file hold nothing: by the file format (https://www.sqlite.org/fileformat2.html).

Damage there changes no answer and cannot be named, because nothing keeps a sum of it: room between and behind the cells of
a page, cells that were freed, pages that wait to be written again, and fields of the header that nobody relies on.
"""

import struct

SPARE_HEADER = (
    range(18, 19),
    range(24, 28),
    range(40, 44),
    range(44, 48),
    range(48, 52),
    range(56, 60),
    range(72, 100),
)
"""Write version (set anew whenever the file is opened), change counter, schema cookie, schema format and text encoding
(all but a few bits are passed over), suggested cache size, bytes for expansion, and the version that wrote last."""


def unused(content, page_size):
    """Return one byte a byte of the file: what is there, by the first letter of its kind, or 0 where something is.

    ``h`` spare fields of the header, ``f`` pages on the free list, ``r`` room on a page, ``k`` the type of a record's
    number, which stands for nothing: the number is the cell's.
    """
    marks = bytearray(len(content))
    for field in SPARE_HEADER:
        marks[field.start : field.stop] = b"h" * len(field)
    free = _free_pages(content, page_size, marks)
    roots = [number for number in range(1, len(content) // page_size + 1) if number not in free]
    for number in roots:
        _mark_tree_page(content, page_size, number, marks)
    return marks


def _free_pages(content, page_size, marks):
    """Mark the pages of the free list; return their numbers."""
    free = set()
    trunk = struct.unpack_from(">I", content, 32)[0]
    while trunk and trunk not in free:
        free.add(trunk)
        begin = (trunk - 1) * page_size
        following, count = struct.unpack_from(">II", content, begin)
        for leaf in struct.unpack_from(f">{count}I", content, begin + 8):
            free.add(leaf)
            marks[(leaf - 1) * page_size : leaf * page_size] = b"f" * page_size
        marks[begin + 8 + 4 * count : begin + page_size] = b"f" * (page_size - 8 - 4 * count)
        trunk = following
    return free


def _mark_tree_page(content, page_size, number, marks):
    """Mark the room on a table page: what no cell and no pointer to one takes up; pages of overflow hold no cells."""
    begin = (number - 1) * page_size
    header = begin + (100 if number == 1 else 0)
    kind, _, count, _, _ = struct.unpack_from(">BHHHB", content, header)
    if kind not in {5, 13}:
        return
    pointers = header + (8 if kind == 13 else 12)
    cells = [begin + place for place in struct.unpack_from(f">{count}H", content, pointers)]
    used = bytearray(page_size)
    used[: pointers - begin + 2 * count] = b"u" * (pointers - begin + 2 * count)
    for cell in cells:
        length = _cell_length(content, cell, kind, page_size)
        used[cell - begin : cell - begin + length] = b"u" * length
    for place, taken in enumerate(used):
        if not taken:
            marks[begin + place] = ord("r")
    if kind == 13 and number != 1:
        for cell in cells:
            _, first = _varint(content, cell)
            _, second = _varint(content, cell + first)
            marks[cell + first + second + 1] = ord("k")


def _cell_length(content, cell, kind, page_size):
    """Return the bytes of a cell of a table page; at least four, as SQLite gives to each."""
    if kind == 5:
        return 4 + _varint(content, cell + 4)[1]
    payload, first = _varint(content, cell)
    _, second = _varint(content, cell + first)
    largest, least = page_size - 35, (page_size - 12) * 32 // 255 - 23
    if payload <= largest:
        return max(4, first + second + payload)
    local = least + (payload - least) % (page_size - 4)
    return first + second + (local if local <= largest else least) + 4


def _varint(content, place):
    """Return a number of variable length, and how many bytes it takes."""
    value = 0
    for length in range(1, 9):
        byte = content[place + length - 1]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, length
    return value << 8 | content[place + 8], 9
