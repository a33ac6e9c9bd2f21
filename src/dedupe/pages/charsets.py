"""Which characters bytes stand for.

The character set is looked for in the order of trust: byte order mark, what the transport declared, what the page
declares in its head, and only then a guess. Label aliases follow the WHATWG Encoding Standard (``latin1`` means
windows-1252, ``gb2312`` means gb18030), because that is how the pages were written to be read.
"""

import codecs
import re

from dedupe.pages.labels import declared_in_page, python_charset
from dedupe.pages.wide import utf16_without_mark

_BOMS: tuple[tuple[bytes, str], ...] = (  # the longer one first: UTF-32-LE begins with UTF-16-LE's
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_SINGLE_BYTE = re.compile(r"cp125\d|windows-125\d|iso-?8859-\d+|koi8-[rut]|mac-\w+|cp874|cp866|ptcp154|kz1048")
_SAMPLE = 65_536
"""Bytes up to which multi-byte sequences are counted one by one."""
_WRONG_LABEL = 3
"""Multi-byte UTF-8 sequences from which valid UTF-8 outweighs a declared single-byte character set ..."""
_LEADS = range(0xC2, 0xF5)
_TELLING_LEADS = (0xC2, 0xC3, *range(0xE0, 0xF5))
"""... and their first bytes of which one is enough: what would be ``Ã©`` or ``â€™`` is nobody's own writing, while
``RENÉ’S`` in windows-1252 happens to be valid."""


def decode(content: bytes, declared: str | None = None) -> tuple[str, str, tuple[str, ...]]:
    """Turn bytes into characters.

    Returns:
        The text without byte order mark, the character set that was used, and warnings.
    """
    bom = byte_order_mark(content)
    if bom:
        mark, charset = bom
        return _lenient(content[len(mark) :], charset)
    wide = utf16_without_mark(content)
    if wide:  # whatever is declared: nothing else puts a NUL into every space
        return _lenient(content[: len(content) // 2 * 2], wide)
    for label, origin in ((declared, "declared"), (declared_in_page(content), "declared by the page")):
        named = python_charset(label)
        if named is None:
            continue
        charset = _outweighed(content, named)
        text = _strict(content, charset)
        if text is not None:
            return text, charset, ()
        if charset == "utf-8" and _nearly_utf8(content):
            return _lenient(content, "utf-8")
        guess, best, warnings = _guess(content)
        return guess, best, (f"not valid {label}, as {origin}; read as {best}", *warnings)
    return _guess(content)


def byte_order_mark(content: bytes) -> tuple[bytes, str] | None:
    """Return the byte order mark that bytes begin with, and its codec; ``None`` without one."""
    return next(((mark, charset) for mark, charset in _BOMS if content.startswith(mark)), None)


def _outweighed(content: bytes, charset: str) -> str:
    """Return ``utf-8`` where a single-byte label is contradicted by valid multi-byte UTF-8, else the label.

    A single-byte character set decodes anything, so its label can never be checked; UTF-8 checks itself.
    """
    if not _SINGLE_BYTE.fullmatch(charset) or content.isascii() or not _is_utf8(content):
        return charset
    if len(content) >= _SAMPLE or any(content.count(lead) for lead in _TELLING_LEADS):
        return "utf-8"
    return "utf-8" if sum(map(content.count, _LEADS)) >= _WRONG_LABEL else charset


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _nearly_utf8(content: bytes) -> bool:
    """Tell whether all but a few bytes are UTF-8: a page cut in mid-character, one pasted quotation mark."""
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = len(text) - len(text.encode("ascii", "ignore")) - broken
    return broken * 20 <= sound or (broken == 1 and sound > 0 and text.endswith("\ufffd"))


def _strict(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(charset)
    except (UnicodeError, ValueError, LookupError):
        return _cp1252(content) if charset == "cp1252" else None


def _lenient(content: bytes, charset: str) -> tuple[str, str, tuple[str, ...]]:
    text = _strict(content, charset)
    if text is not None:
        return text, charset, ()
    text = content.decode(charset, "replace")
    return text, charset, (f"{text.count(chr(0xFFFD))} bytes are not {charset}; replaced",)


def _cp1252(content: bytes) -> str:
    """Decode as browsers do: the five bytes that windows-1252 leaves undefined become C1 controls."""
    return content.decode("cp1252", "strict") if _defined(content) else "".join(map(_CP1252_TABLE.__getitem__, content))


def _defined(content: bytes) -> bool:
    return not any(byte in content for byte in b"\x81\x8d\x8f\x90\x9d")


_CP1252_TABLE = [
    bytes([byte]).decode("latin-1" if byte in b"\x81\x8d\x8f\x90\x9d" else "cp1252") for byte in range(256)
]


def _guess(content: bytes) -> tuple[str, str, tuple[str, ...]]:
    """Guess: ISO-2022-JP by its escapes, UTF-8 if it is valid or nearly so, charset_normalizer, then windows-1252."""
    text = _strict(content, "iso2022_jp") if b"\x1b$" in content[:_SAMPLE] else None
    if text is not None:
        return text, "iso2022_jp", ("no declared character set; guessed iso2022_jp",)
    text = _strict(content, "utf-8")
    if text is not None:
        return text, "utf-8", ()
    if _nearly_utf8(content):
        return _lenient(content, "utf-8")
    for charset in (*_detected(content), "cp1252"):
        text = _strict(content, charset)
        if text is not None:
            return text, charset, (f"no declared character set; guessed {charset}",)
    return _lenient(content, "utf-8")


def _detected(content: bytes) -> tuple[str, ...]:
    """Name the likely single- or multi-byte character set, looking at the stretch around the first byte beyond ASCII.

    charset_normalizer tells scripts apart well but takes short French for Baltic, so Western text is known by its own
    repertoire first.
    """
    sample = _telling(content)
    if not sample:
        return ()
    western = _western(sample)
    if western:
        return (western,)
    from charset_normalizer import from_bytes  # noqa: PLC0415 -- slow to import, and most corpora never need it

    best = from_bytes(sample, preemptive_behaviour=False, enable_fallback=False).best()
    charset = python_charset(best.encoding) if best is not None else None
    return (charset,) if charset else ()


# fmt: off
_WESTERN = frozenset(  # windows-1252 but for the letters that only Czech, Turkish and Icelandic would explain
    b"\x80\x82\x84\x85\x8b\x8c\x91\x92\x93\x94\x95\x96\x97\x99\x9b\x9c"  # euro, quotation marks, dashes, oe
    + bytes(i for i in range(0xA0, 0x100) if i not in b"\xa4\xa6\xac\xaf\xb2\xb3\xb8\xb9\xd0\xdd\xde\xf0\xfd\xfe")
)
# fmt: on
_WORD_BEYOND_ASCII = re.compile(rb"[\xc0-\xff]{4}")
_TURKISH = frozenset(b"\xd0\xdd\xde\xf0\xfd\xfe")  # g-breve, dotless i, s-cedilla in windows-1254
_ICELANDIC = frozenset(b"\xe1\xed\xf3\xfa\xe6")  # á í ó ú æ, which Turkish does not write


def _western(sample: bytes) -> str:
    """Return ``cp1252`` or ``cp1254`` where the bytes beyond ASCII are few and all of that repertoire, else nothing."""
    high = sample.translate(None, bytes(range(128)))
    letters = len(high) + sum(65 <= (byte & 0xDF) <= 90 for byte in sample)
    # Cyrillic, Greek, Arabic, Chinese: whole words lie beyond ASCII; a Western word has single letters there.
    if len(high) * 5 > letters * 2 or _WORD_BEYOND_ASCII.search(sample):
        return ""
    seen = frozenset(high)
    if seen <= _WESTERN:
        return "cp1252"
    turkish = seen & _TURKISH
    return "cp1254" if turkish and seen <= _WESTERN | _TURKISH and not seen & _ICELANDIC else ""


def _telling(content: bytes) -> bytes:
    """Return up to 8 kB around the first byte beyond ASCII: what a guess can be made from."""
    found = re.search(rb"[\x80-\xff]", content)
    if found is None:
        return b""
    start = max(0, found.start() - 1000)
    return content[start : start + 8192]
