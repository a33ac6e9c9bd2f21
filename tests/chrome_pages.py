"""Pages with and without furniture, and what is left of them."""

from dedupe.text import chrome

PARAGRAPHS = [
    f"The council of {town} voted on Monday to rebuild the old bridge, which had been closed since the flood of {year}, "
    f"and set aside {year - 1900} million crowns for the work that is to begin next spring."
    for town, year in zip(
        (
            "Arden",
            "Belmont",
            "Carrow",
            "Dunmore",
            "Elsworth",
            "Farley",
            "Garrick",
            "Harlow",
            "Inverey",
            "Jarrow",
            "Kelso",
            "Lorne",
        ),
        range(1961, 1985, 2),
        strict=True,
    )
]


def kept(text):
    """What of a text is its body."""
    return "\n".join(text[start:end] for start, end in chrome.body_spans(chrome.classify(text), text))
