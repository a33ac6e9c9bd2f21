"""The words of a Markdown file: addresses, pictures and marks of emphasis are no words of the text.

Left in, ``[ferry](https://example.com/a/b)`` puts five tokens between two words of a sentence, and a page saved as
Markdown no longer equals its plain copy. Only files are treated so, and only when they show links or a front matter;
a text that a caller gives is compared as it was given. Linear: no pattern looks across a line.
"""

import re

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n((?:[\w-]+:[^\n]*\n|[ \t]+[^\n]*\n|-[ \t][^\n]*\n){1,60})---[ \t]*\n")
_FIELD = re.compile(r"^(title|date|published|author)[ \t]*:[ \t]*([^\n]+)$", re.MULTILINE | re.IGNORECASE)
_PICTURE = re.compile(r"!\[[^\[\]\n]{0,500}\]\([^()\n]{0,2000}\)")
_LINK = re.compile(r"\[([^\[\]\n]{1,500})\]\([^()\n]{0,2000}(?:\([^()\n]{0,200}\)[^()\n]{0,500})?\)")
_HEADING = re.compile(r"^#{1,6}[ \t]+(?=\S)", re.MULTILINE)
_STRONG = re.compile(r"(?<![\w*])(\*{1,3})(?=\S)([^*\n]{1,500})(?<=\S)\1(?![\w*])")


def is_markdown(text: str) -> bool:
    """Tell whether a text is Markdown that would read differently as plain words: links, pictures, a front matter."""
    return _LINK.search(text) is not None or _FRONT_MATTER.match(text) is not None


def plain_words(text: str) -> tuple[str, dict[str, str]]:
    """Return a Markdown text without its markup, and the title, date and author that its front matter names."""
    fields: dict[str, str] = {}
    matter = _FRONT_MATTER.match(text)
    if matter:
        fields = {name.lower(): value.strip().strip("\"'") for name, value in _FIELD.findall(matter[1])}
        text = text[matter.end() :]
    text = _PICTURE.sub("", text)
    text = _LINK.sub(r"\1", text)
    text = _HEADING.sub("", text)
    return _STRONG.sub(r"\2", text), fields
