"""What bytes are, and which characters they stand for."""

import pytest

from dedupe.pages.charsets import decode
from dedupe.pages.labels import declared_in_page, python_charset
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
        (b"GIF89a\x01\0\x01\0", "GIF"),
        (b"ID3\x04\0\0\0\0", "MP3"),
        (b"PAR1\x15\x04\x15", "Parquet"),
        (b"{\\rtf1\\ansi hello}", "RTF"),
        (b"\xef\xbb\xbf\r\n{\\rtf1\\ansi hello}", "RTF"),
        (b"\n\n%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>", "PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n/x {moveto} def", "PostScript"),
        (bytes(range(256)) * 4, "control characters"),
        ("Plain words in thirty-two bits.".encode("utf-32-le"), "control characters"),
        (b'{"headline": "Ferry", "body": "<p>The harbour ferry was turned back.</p>"}', "JSON"),
        (b'\xef\xbb\xbf [{"text": "One"},\n {"text": "Two"}]\n', "JSON"),
        (b'{"text": "One"}\n{"text": "Two"}\n\n{"text": "Three"}\n', "JSON"),
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
        "\r\n" * 5_000 + "<!DOCTYPE html><html><p>x",
        "<!-- <x> " + "license " * 2_000 + "-->\n<html><p>x</p>",
        "<aside>More</aside><p>One</p>",
        "<news:item id='1'><para>One\ntwo</para></news:item>\n",
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
        "<cough> he said, and </nobody> answered.",
        "ID3 is how an MP3 begins; GIF89a, PAR1 and BZh are words, too.",
        "GIF89a is a format.",
        "BZhang said on Monday that the port was shut.",
        "PAR1 is a road in the north of the island.",
        "%PDF- is how a PDF begins.",
        "[Updated] The ferry was turned back [on Monday]",
        "{The ferry} was turned {back}",
        '{"one": 1} and then words {"two": 2}',
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


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("charset", sorted(OTHERS))
def test_utf16_without_a_mark_is_known_in_every_script(charset, codec):
    for text, kind in ((OTHERS[charset], "text"), (f"<html><body><p>{OTHERS[charset]}</p></body></html>", "html")):
        found = sniff(text.encode(codec), "utf-8")  # whatever the transport says
        assert (found.text, found.kind, found.charset) == (text, kind, codec)


def test_numbers_and_text_in_eight_bits_are_not_taken_for_utf16():
    for content in (
        b"".join(n.to_bytes(2, "little") for n in range(2_000)),
        b"\1\0\2\0" * 400,
        b"\0\0\0\0",
    ):
        assert sniff(content).kind == "binary"
    assert sniff(b"thisappnamecanbreak" * 60 + b"\x01").charset == "utf-8"  # nothing but ideographs, and no space
    assert sniff(b"Bush hid the facts, and a stray \x01 stood among them.").charset == "utf-8"


@pytest.mark.parametrize("declared", ["iso-2022-jp", None])
def test_japanese_in_seven_bits_is_read(declared):
    assert sniff(OTHERS["cp932"].encode("iso2022_jp"), declared).text == OTHERS["cp932"]


@pytest.mark.parametrize("words", ["The mayor’s office", "A café", "Price: 10 €"])
def test_one_sequence_is_enough_against_a_label_where_nobody_writes_what_it_would_be(words):
    assert decode(words.encode(), "ISO-8859-1")[0] == words


def test_what_happens_to_be_valid_utf8_is_read_as_declared():
    assert decode("RENÉ’S".encode("cp1252"), "windows-1252")[0] == "RENÉ’S"


def test_a_declaration_is_found_below_long_scripts_and_not_in_comments():
    head = "<html><head><!-- <meta charset=koi8-r> -->" + "<script>var a = 1;</script>" * 400
    page = head + '<meta charset="windows-1251"></head><body><p>Мир'
    assert sniff(page.encode("cp1251")).text == page
    assert declared_in_page(b"<!-- " * 20_000 + b"<meta charset=koi8-r>") is None
    assert declared_in_page(b"<body><meta charset=koi8-r>") is None


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("iso-8859-8-i", "iso8859-8"),
        ("x-euc-jp", "euc_jp"),
        ("windows-949", "cp949"),
        ("x-mac-cyrillic", "mac-cyrillic"),
        ("ISO-2022-JP", "iso2022_jp"),
        (" KOI8 ", "koi8-r"),
    ],
)
def test_labels_that_python_does_not_know_are_known(label, codec):
    assert python_charset(label) == codec


def test_a_page_cut_in_mid_character_is_still_utf8():
    found = sniff((FRENCH * 3).encode()[:-3])
    assert found.charset == "utf-8"
    assert found.text.startswith(FRENCH)


def test_empty_bytes_are_empty_text():
    assert sniff(b"") == sniff(b"")
    assert (sniff(b"").kind, sniff(b"").text) == ("text", "")
