"""What bytes are, and which characters they stand for."""

import pytest

from dedupe.pages.charsets import decode, python_charset
from dedupe.pages.sniff import sniff

FRENCH = "Le président a déclaré que l’été était déjà passé à Paris, “très” tôt – selon l’agence."
ENGLISH = "The president said it’s “time” for a café — and that is all he said about the matter."
GERMAN = "Der Präsident sagte am Mittwoch in München, die Gespräche seien „schwierig“ und müßten warten."
OTHERS = {
    "cp1251": "Президент России Владимир Путин встретился в Москве с президентом Ирана.",
    "koi8-r": "Президент России Владимир Путин встретился в Москве с президентом Ирана.",
    "cp1250": "Prezydent Rosji spotkał się w Moskwie z prezydentem Iranu. Omówili stosunki, żądając współpracy.",
    "cp1253": "Ο πρόεδρος της Ρωσίας Βλαντιμίρ Πούτιν συναντήθηκε στη Μόσχα",
    "cp1254": "Rusya Devlet Başkanı Vladimir Putin çarşamba günü Moskova'da İran Cumhurbaşkanı ile görüştü.",
    "gb18030": "俄罗斯总统普京周三在莫斯科会见了伊朗总统莱希。双方讨论了双边关系。",
    "cp932": "ロシアのプーチン大統領は水曜日、モスクワでイランのライシ大統領と会談した。",
    "cp949": "블라디미르 푸틴 러시아 대통령은 수요일 모스크바에서 이란 대통령을 만났다",
}


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"PK\x03\x04\x14\0", "zip"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"RIFF\x10\0\0\0WEBP", "RIFF"),
        (b"\0\0\0\x18ftypmp42", "MP4"),
        (bytes(range(256)) * 4, "control characters"),
    ],
)
def test_a_binary_is_refused_with_what_it_looks_like(content, named):
    found = sniff(content)
    assert found.kind == "binary"
    assert named in found.reason


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><p>x",
        "<html><body>x</body></html>",
        '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0"><html>x</html>',
        "\ufeff  <!-- saved -->\n<HTML><BODY>x</BODY></HTML>",
        "<div><p>One</p><p>Two</p></div>",
        '<?xml version="1.0"?><rss><channel></channel></rss>',
    ],
)
def test_a_page_is_known_by_its_markup(text):
    assert sniff(text.encode()).kind == "html"


@pytest.mark.parametrize(
    "text",
    [
        "Plain words, nothing else.",
        "# A heading\n\nSome *words* with a <br> in them, and <b>one</b> bold.",
        "a < b and b > c",
        "<3 this song",
        "if x <p or y: return",
    ],
)
def test_text_that_mentions_markup_stays_text(text):
    assert sniff(text.encode()).kind == "text"


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_outweighs_what_was_declared(charset):
    assert decode(FRENCH.encode(charset), "latin-1")[0] == FRENCH


def test_the_transport_outweighs_the_page():
    page = '<meta charset="koi8-r"><p>' + OTHERS["cp1251"]
    assert OTHERS["cp1251"] in decode(page.encode("cp1251"), "windows-1251")[0]


def test_the_page_outweighs_a_guess():
    page = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2">příliš žluťoučký'
    assert "příliš žluťoučký" in sniff(page.encode("iso-8859-2")).text


def test_labels_mean_what_browsers_take_them_for():
    assert decode("“quoted” – so".encode("cp1252"), "ISO-8859-1")[0] == "“quoted” – so"
    assert python_charset("gb2312") == "gb18030"


def test_a_label_that_is_no_character_set_is_ignored():
    for label in ("zip", "rot13", "unicode_escape", "", "no-such", "base64", "a\0b"):
        assert python_charset(label) is None


def test_valid_utf8_outweighs_a_single_byte_label():
    """A single-byte character set decodes anything, so its label cannot be checked; UTF-8 checks itself."""
    assert decode(FRENCH.encode(), "windows-1252")[0] == FRENCH


def test_a_wrong_label_is_reported():
    text, charset, warnings = decode(GERMAN.encode("cp1252"), "utf-8")
    assert (text, charset) == (GERMAN, "cp1252")
    assert "not valid utf-8" in warnings[0]


@pytest.mark.parametrize("text", [FRENCH, ENGLISH, GERMAN])
def test_western_text_without_a_label_reads_like_its_utf8_copy(text):
    assert sniff(text.encode("cp1252")).text == sniff(text.encode()).text == text


@pytest.mark.parametrize("charset", sorted(OTHERS))
def test_other_scripts_are_guessed_from_their_bytes(charset):
    found = sniff(OTHERS[charset].encode(charset))
    assert found.text == OTHERS[charset]
    assert found.warnings


def test_utf16_without_a_mark_is_known_by_its_nuls():
    assert sniff("Nothing but plain words.".encode("utf-16-le")).text == "Nothing but plain words."


def test_a_page_cut_in_mid_character_is_still_utf8():
    found = sniff((FRENCH * 3).encode()[:-3])
    assert found.charset == "utf-8"
    assert found.text.startswith(FRENCH)


def test_empty_bytes_are_empty_text():
    assert sniff(b"") == sniff(b"")
    assert (sniff(b"").kind, sniff(b"").text) == ("text", "")
