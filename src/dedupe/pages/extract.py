"""One document in, one body out: a pure function, so that worker processes can run it and any run repeats it.

Text goes through the chrome cleaner. Pages are guarded, parsed once, read by trafilatura, and cleaned like text; a
page that must not be parsed, or of which trafilatura keeps next to nothing, is read whole and left to the cleaner.
``Body.extractor`` says which of these it was: ``text``, ``markdown``, ``trafilatura``, ``visible-text`` (all text of a
page) or ``stripped`` (all text, without a parser).
"""

from dataclasses import dataclass, replace

from dedupe.config import Config
from dedupe.pages import article, metadata
from dedupe.pages.cleaning import Cleaned, clean_article, clean_dump, is_furniture
from dedupe.pages.guards import guard, safe_characters, safe_head
from dedupe.pages.markdown import is_markdown, plain_words
from dedupe.pages.sniff import Sniffed, looks_like_html, sniff
from dedupe.pages.strip import strip_tags
from dedupe.pages.twice import decoded_once_more
from dedupe.records import Body, Document, DocumentId, Line, Skipped, Span, Stage
from dedupe.text.credits import find_credits

FAR_TOO_LITTLE = 500
"""Characters below which an extracted article is held against all text of its page. Measured on 311 real pages: at 250
six articles are lost, from 1,000 on teasers replace short articles."""
MUCH_REMOVED = 0.6
"""Share of a text set aside as chrome from which the body carries a warning."""
_NOTHING = metadata.PageMetadata()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """A document's text on its way to a body; ``visible`` is all text of its page where an article was extracted."""

    text: str
    visible: str = ""
    extractor: str = "text"
    warnings: tuple[str, ...] = ()
    about: metadata.PageMetadata = _NOTHING


def extract_body(document: Document, config: Config) -> Body | Skipped:
    """Turn a document into its body: the text, the stretches that are not chrome, and what the page says of itself.

    The same document and configuration give an equal result, however often and wherever this runs. Nothing that a
    document holds makes it raise: what cannot be used comes back as :class:`~dedupe.records.Skipped` with the reason.

    Args:
        document: One document with exactly one of text, html and content.
        config: ``clean`` and the size limits are read.
    """
    page = _read(document, config)
    if isinstance(page, Skipped):
        return page
    text, warnings = safe_characters(page.text)
    if not text.strip():
        return _skip(document, "body", "no text: empty or blank" if page.extractor == "text" else "no text on the page")
    skipped = too_long(document.id, len(text), config.max_text_chars)
    if skipped is not None:
        return skipped
    if warnings:
        page = replace(page, text=text, warnings=page.warnings + warnings)
    return _body(document, page, config)


def too_long(document_id: DocumentId, chars: int, limit: int) -> Skipped | None:
    """Return the reason why a text of so many code points is not used; ``None`` where it is."""
    if chars <= limit:
        return None
    return Skipped(id=document_id, stage="body", reason=f"{chars} characters of text, limit {limit}")


def _skip(document: Document, stage: Stage, reason: str) -> Skipped:
    return Skipped(id=document.id, stage=stage, reason=reason)


def _read(document: Document, config: Config) -> _Page | Skipped:
    """Decode a document and, where it is a page, extract its text."""
    size = max(len(document.content or b""), len(document.html or b""))
    if size > config.max_page_bytes:
        return _skip(document, "extract", f"{size} bytes, limit {config.max_page_bytes} (max_page_bytes)")
    if document.text is not None:
        return _Page(text=document.text)
    if isinstance(document.html, str):
        html, warnings = decoded_once_more(document.html)
        page = _from_html(html, document)
        return replace(page, warnings=warnings + page.warnings) if warnings else page
    content = document.content if document.html is None else document.html
    if content is None:
        return _skip(document, "read", "no text: neither text, html nor content is given")
    return _from_bytes(content, document)


def _from_bytes(content: bytes, document: Document) -> _Page | Skipped:
    """Sniff bytes and read them as what they are; bytes given as HTML are a page whatever they look like."""
    sniffed = sniff(content, document.charset)
    if sniffed.kind == "binary":
        return _skip(document, "extract", f"not text: {sniffed.reason}")
    if sniffed.kind == "text" and document.html is None:
        return _from_text(sniffed)
    page = _from_html(sniffed.text, document)
    return replace(page, warnings=sniffed.warnings + page.warnings)


def _from_text(sniffed: Sniffed) -> _Page:
    """Take a file's text as it is, or the words of a Markdown file."""
    if not is_markdown(sniffed.text):
        return _Page(text=sniffed.text, warnings=sniffed.warnings)
    text, fields = plain_words(sniffed.text)
    date = fields.get("date") or fields.get("published")
    about = metadata.PageMetadata(
        title=fields.get("title"), published=metadata.published(date, trust="medium", evidence="front matter")
    )
    return _Page(text=text, extractor="markdown", warnings=sniffed.warnings, about=about)


def _from_html(html: str, document: Document) -> _Page:
    """Extract a page's text: by trafilatura, by all its visible text, or by stripping where parsing is forbidden."""
    if "<" not in html:
        return _Page(text=html)
    guarded = guard(html)
    visible = strip_tags(guarded.html)
    tree = guarded.tripped or article.parse(guarded.html)
    if isinstance(tree, str):
        warnings = (*guarded.warnings, f"not parsed: {tree}")
        return _Page(text=visible, extractor="stripped", warnings=warnings, about=_about_head(guarded.html, document))
    about = metadata.read_metadata(tree, document.url)
    text = article.article_text(tree)
    if _too_little(text, visible):
        return _Page(text=visible, extractor="visible-text", warnings=guarded.warnings, about=about)
    return _Page(text=text, visible=visible, extractor="trafilatura", warnings=guarded.warnings, about=about)


def _about_head(html: str, document: Document) -> metadata.PageMetadata:
    """Return what the head says of a page that must not be parsed as a whole."""
    head = safe_head(html)
    tree = article.parse(head) if head else ""
    return _NOTHING if isinstance(tree, str) else metadata.read_metadata(tree, document.url)


def _too_little(text: str, visible: str) -> bool:
    """Tell whether an extracted article is so short that the cleaner's reading of the whole page is the better one."""
    if len(text) >= FAR_TOO_LITTLE or len(visible) <= len(text):
        return False
    return sum(end - start for start, end in clean_dump(visible).kept) > 2 * len(text)


def _body(document: Document, page: _Page, config: Config) -> Body | Skipped:
    """Set the chrome aside, find the credits and put the body together.

    In a text declared clean no line is looked at for what it is: neither headline nor date are guessed from its words.
    """
    if not config.clean or document.clean:
        return _put_together(document, page, _as_it_is(page.text), config)
    cleaned = clean_article(page.text, page.visible) if page.visible else clean_dump(page.text)
    if is_furniture(cleaned.lines):
        return _skip(document, "body", f"no body text: {_classes(cleaned.lines)}")
    if cleaned.removed > MUCH_REMOVED:
        page = replace(page, warnings=(*page.warnings, f"{cleaned.removed:.0%} of the text was set aside as chrome"))
    return _put_together(document, page, cleaned, config)


def _as_it_is(text: str) -> Cleaned:
    """Return a text that is a body already."""
    return Cleaned(text=text, lines=(), kept=(Span(0, len(text)),), removed=0.0)


def _put_together(document: Document, page: _Page, cleaned: Cleaned, config: Config) -> Body:
    """Make the body of a document's text, its page's metadata and what the caller says."""
    about, text, lines = page.about, cleaned.text, cleaned.lines
    return Body(
        id=document.id,
        original=text,
        kept=cleaned.kept,
        lines=lines,
        extractor=page.extractor,
        removed=cleaned.removed,
        warnings=page.warnings,
        title=document.title or about.title or metadata.title_of_text(text, lines),
        url=document.url,
        host=metadata.host_of(document.url, about.canonical),
        canonical=about.canonical,
        source=document.source or about.site,
        published=metadata.published_by_caller(document.published)
        or about.published
        or metadata.published_in_text(text, lines),
        credits=find_credits(text, lines or None) if config.origins else (),
        claims=about.claims,
    )


def _classes(lines: tuple[Line, ...]) -> str:
    """Say what the lines of a page without prose are: ``"all 12 lines are chrome (8 navigation, 4 consent)"``."""
    counts: dict[str, int] = {}
    for line in lines:
        counts[line.line_class] = counts.get(line.line_class, 0) + 1
    named = ", ".join(
        f"{count} {name}" for name, count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    )
    return f"all {len(lines)} lines are chrome ({named})"


def document_of(source: "Document | str | bytes", *, url: str | None = None) -> Document:
    """Make a document of a page or text held in memory; a string that opens with markup is a page."""
    if isinstance(source, Document):
        return source
    if isinstance(source, bytes):
        return Document(id="source", content=source, url=url)
    if looks_like_html(source):
        return Document(id="source", html=source, url=url)
    return Document(id="source", text=source, url=url)
