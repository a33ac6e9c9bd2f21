"""Names of character sets: what a label means, and where a page declares its own.

Aliases follow the WHATWG Encoding Standard (``latin1`` means windows-1252, ``gb2312`` means gb18030), because that is
how the pages were written to be read.
"""

import codecs
import re

_WHATWG: dict[str, str] = {
    label: codec
    for codec, labels in (
        ("utf-8", "utf8 utf8mb4 utf8n utf-8-sig unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8"),
        ("utf-16-le", "unicode utf-16 csunicode iso-10646-ucs-2 ucs-2 unicodefeff"),
        ("utf-16-be", "unicodefffe"),
        ("cp1252", "ascii us-ascii latin1 latin-1 l1 iso-8859-1 iso8859-1 iso88591 iso_8859-1 windows-1252"),
        ("cp1252", "x-cp1252 x-user-defined"),
        ("cp1254", "iso-8859-9 iso8859-9 iso88599 x-cp1254"),
        ("cp1250", "x-cp1250"),
        ("cp1251", "x-cp1251 win-1251 windows1251"),
        ("cp1253", "x-cp1253"),
        ("cp1255", "x-cp1255"),
        ("cp1256", "x-cp1256"),
        ("cp874", "iso-8859-11 iso8859-11 tis-620 windows-874 dos-874"),
        ("iso8859-2", "iso88592"),
        ("iso8859-5", "iso88595"),
        ("iso8859-6", "iso-8859-6-e iso-8859-6-i csiso88596e csiso88596i iso88596"),
        ("iso8859-7", "sun_eu_greek iso88597"),
        ("iso8859-8", "iso-8859-8-e iso-8859-8-i csiso88598e csiso88598i iso88598 logical visual"),
        ("iso8859-15", "csisolatin9 iso885915"),
        ("koi8-r", "koi koi8"),
        ("koi8-u", "koi8-ru"),
        ("mac-roman", "mac csmacintosh x-mac-roman"),
        ("mac-cyrillic", "x-mac-cyrillic x-mac-ukrainian"),
        ("gb18030", "gb2312 gbk x-gbk gb_2312 gb_2312-80 csgb2312 chinese windows-936"),
        ("big5hkscs", "big5 x-x-big5 cn-big5"),
        ("cp932", "shift_jis shift-jis sjis x-sjis windows-31j"),
        ("euc_jp", "x-euc-jp cseucpkdfmtjapanese"),
        ("iso2022_jp", "csiso2022jp"),
        ("cp949", "euc-kr euc_kr cseuckr ks_c_5601-1987 ks_c_5601-1989 csksc56011987 ksc5601 ksc_5601 iso-ir-149"),
        ("cp949", "korean windows-949"),
    )
    for label in labels.split()
}
"""Labels that Python does not know, or takes for less than browsers do, to Python's codecs."""

_TEXT_CODECS = re.compile(
    r"utf-?(?:8|16-[lb]e|32-[lb]e)|cp\d+|windows-125\d|iso-?8859-\d+|koi8-[rut]|gb18030|big5(?:hkscs)?|euc[-_]\w+|"
    r"iso-?2022[-_]\w+|mac-\w+|shift_jis\w*|hz|tis-620|ptcp154|kz1048|johab"
)
_DECLARATION = re.compile(
    rb"<!--|<body\b|<meta\b[^<>]{0,512}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE
)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^<>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)

_HEAD_BYTES = 65_536
"""How far into a page its declared character set is looked for; browsers look up to the end of its head."""


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


def declared_in_page(content: bytes) -> str | None:
    """Return the label that a page gives in its head, outside comments; ``None`` where it gives none."""
    head = content[:_HEAD_BYTES]
    label = _in_meta(head)
    if label is None:
        found = _XML_ENCODING.match(head)
        label = found[1].decode("ascii") if found else None
    # A declaration that could be read byte by byte cannot be in UTF-16 (WHATWG, "prescan a byte stream").
    return "utf-8" if label and label.lower().startswith("utf-16") else label


def _in_meta(head: bytes) -> str | None:
    position = 0
    while found := _DECLARATION.search(head, position):
        if found[1]:
            return found[1].decode("ascii")
        position = head.find(b"-->", found.start() + 2) if found[0] == b"<!--" else -1
        if position < 0:
            return None
    return None
