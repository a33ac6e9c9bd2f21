"""Which characters bytes stand for.

The character set is looked for in the order of trust: byte order mark, what the transport declared, what the page
declares in its head, and only then a guess. Label aliases follow the WHATWG Encoding Standard (``latin1`` means
windows-1252, ``gb2312`` means gb18030), because that is how the pages were written to be read.
"""

import codecs
import re

_BOMS: tuple[tuple[bytes, str], ...] = (  # the longer one first: UTF-32-LE begins with UTF-16-LE's
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_WHATWG: dict[str, str] = {
    "ascii": "cp1252", "us-ascii": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "l1": "cp1252",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "iso_8859-1": "cp1252", "windows-1252": "cp1252",
    "x-cp1252": "cp1252", "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874", "windows-874": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "chinese": "gb18030",
    "big5": "big5hkscs", "x-x-big5": "big5hkscs", "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932",
    "x-sjis": "cp932", "windows-31j": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "korean": "cp949",
    "utf8": "utf-8", "unicode": "utf-16-le", "utf-16": "utf-16-le", "utf8mb4": "utf-8", "utf-8-sig": "utf-8",
}  # fmt: skip

_TEXT_CODECS = re.compile(
    r"utf-?(?:8|16-[lb]e|32-[lb]e)|cp\d+|windows-125\d|iso-?8859-\d+|koi8-[rut]|gb18030|big5(?:hkscs)?|euc[-_]\w+|"
    r"iso-?2022-\w+|mac-\w+|shift_jis\w*|hz|tis-620|ptcp154|kz1048|johab"
)
_SINGLE_BYTE = re.compile(r"cp125\d|windows-125\d|iso-?8859-\d+|koi8-[rut]|mac-\w+|cp874|cp866|ptcp154|kz1048")
_META_CHARSET = re.compile(rb"<meta\b[^<>]{0,512}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^<>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)

_HEAD_BYTES = 4096
"""How far into a page its declared character set is looked for; browsers look at 1,024 bytes, some pages come late."""
_SAMPLE = 65_536
"""Bytes up to which multi-byte sequences are counted one by one."""
_WRONG_LABEL = 3
"""Multi-byte UTF-8 sequences from which valid UTF-8 outweighs a declared single-byte character set."""


def decode(content: bytes, declared: str | None = None) -> tuple[str, str, tuple[str, ...]]:
    """Turn bytes into characters.

    Returns:
        The text without byte order mark, the character set that was used, and warnings.
    """
    bom = byte_order_mark(content)
    if bom:
        mark, charset = bom
        return _lenient(content[len(mark) :], charset)
    for label, origin in ((declared, "declared"), (_declared_in_page(content), "declared by the page")):
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


def python_charset(label: str | None) -> str | None:
    """Translate a declared label to Python's codec name; ``None`` for a label that names no character set."""
    if not label:
        return None
    name = label.strip().strip("\"'").lower()
    name = _WHATWG.get(name, name)
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError, UnicodeError):
        return None
    found = _WHATWG.get(found, found)
    return found if _TEXT_CODECS.fullmatch(found) else None  # never "zip", "rot13", "unicode_escape"


def byte_order_mark(content: bytes) -> tuple[bytes, str] | None:
    """Return the byte order mark that bytes begin with, and its codec; ``None`` without one."""
    return next(((mark, charset) for mark, charset in _BOMS if content.startswith(mark)), None)


def _declared_in_page(content: bytes) -> str | None:
    head = content[:_HEAD_BYTES]
    found = _META_CHARSET.search(head) or _XML_ENCODING.match(head)
    if not found:
        return None
    label = found[1].decode("ascii")
    # A declaration that could be read byte by byte cannot be in UTF-16 (WHATWG, "prescan a byte stream").
    return "utf-8" if label.lower().startswith("utf-16") else label


def _outweighed(content: bytes, charset: str) -> str:
    """Return ``utf-8`` where a single-byte label is contradicted by valid multi-byte UTF-8, else the label.

    A single-byte character set decodes anything, so its label can never be checked; UTF-8 checks itself.
    """
    if not _SINGLE_BYTE.fullmatch(charset) or content.isascii() or not _is_utf8(content):
        return charset
    leads = sum(content.count(lead) for lead in range(0xC2, 0xF5)) if len(content) < _SAMPLE else _WRONG_LABEL
    return "utf-8" if leads >= _WRONG_LABEL else charset


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


def utf16_without_mark(content: bytes) -> str:
    """Return the codec where every other byte of mostly-Latin text is NUL, else an empty string."""
    head = content[:1024]
    if len(head) < 4 or 0 not in head:
        return ""
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd * 10 >= half * 6 and even * 20 <= half:
        return "utf-16-le"
    if even * 10 >= half * 6 and odd * 20 <= half:
        return "utf-16-be"
    return ""


def _guess(content: bytes) -> tuple[str, str, tuple[str, ...]]:
    """Guess: UTF-8 if it is valid or nearly so, UTF-16 by its NULs, then charset_normalizer, then windows-1252."""
    wide = utf16_without_mark(content)
    if wide:
        return _lenient(content[: len(content) // 2 * 2], wide)
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
