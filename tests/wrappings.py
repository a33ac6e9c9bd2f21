"""Pages as quite different sites serve them: one article, and around it what such a site puts there."""

import html
import json
import re
from dataclasses import dataclass

COOKIES = (
    "We use cookies and similar technologies to improve your experience, analyse site traffic and show you personalised "
    "ads. By clicking “Accept all” you agree to the storing of cookies on your device. You can change your choices at "
    "any time in our privacy centre."
)
TEASERS = (
    "Sudan’s ruling council names new governors", "Markets slide as rate fears return",
    "Storm Malik batters northern coast", "Five things to know about the new tax",
    "Inside the race to build a quieter jet", "Ministers split over pipeline vote",
)  # fmt: skip
BLURB = (
    "The decision, which had been expected for weeks, drew criticism from unions and from two of the governing parties."
)
SECTIONS = ("News", "World", "Politics", "Economy", "Sport", "Culture", "Opinion", "Travel")


@dataclass(frozen=True)
class Article:
    """An article as lines, and the lines of its page above and below it."""

    site: int
    above: list[str]
    headline: str
    lines: list[str]
    below: list[str]


def tagged(tag: str, lines: list[str] | tuple[str, ...]) -> str:
    return "".join(f"<{tag}>{html.escape(line)}</{tag}>" for line in lines)


def paragraph(line: str) -> str:
    """Return a line as a newspaper marks it: bylines and subheads are no paragraphs."""
    if re.match(r"By [A-Z]|Updated|\d{1,2} [A-Z][a-z]+ \d{4}", line):
        return f'<div class="byline">{html.escape(line)}</div>'
    return f"<p>{html.escape(line)}</p>" if len(line) > 45 else f"<h2>{html.escape(line)}</h2>"


def newspaper(article: Article) -> str:
    """A news site of 2022: consent dialogue, menus, cards inside the article, JSON-LD with the text, most read."""
    body = [paragraph(line) for line in article.lines]
    body.insert(4, f'<div class="related-card"><span>Read also</span><a href="/1"><h4>{TEASERS[0]}</h4></a></div>')
    body.insert(8, '<div class="newsletter"><p>Get the top stories in your inbox every morning.</p><input></div>')
    hints = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "NewsArticle", "headline": article.headline, "articleBody": "\n".join(article.lines)},
            {"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem", "name": "World"}]},
        ],
    }
    menu = "".join(f"<li><a>{each}</a><ul>{tagged('li', SECTIONS)}</ul></li>" for each in SECTIONS)
    most_read = "".join(f"<li><h3>{html.escape(each)}</h3><p>{BLURB}</p></li>" for each in TEASERS)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{html.escape(article.headline)}</title>\n'
        f'<meta property="og:site_name" content="Daily {article.site}"><script>var a = "<p>no text</p>";</script>'
        f'<script type="application/ld+json">{json.dumps(hints)}</script></head>\n<body><div role="dialog"><h2>We value '
        f"your privacy</h2><p>{COOKIES}</p><button>Accept all</button></div><header><nav><ul>{menu}</ul></nav>"
        f"{tagged('div', article.above)}</header>\n<main><article><h1>{html.escape(article.headline)}</h1><ul><li>Share on "
        f"Facebook</li><li>Tweet</li></ul>{''.join(body)}</article><aside><h2>Most read</h2><ol>{most_read}</ol></aside>"
        f"<section>{tagged('p', article.below)}</section></main>\n<footer>{tagged('li', SECTIONS)}<p>© 2022 Daily Media. "
        "All rights reserved. No part of this site may be reproduced without permission.</p></footer></body></html>"
    )


def weblog(article: Article) -> str:
    """A WordPress page: comments that look like text, related posts, archives, a form."""
    replies = "".join(
        f'<li class="comment"><cite class="fn">reader{number}</cite> says:<a>January {number}, 2022 at 9:14 am</a><p>I do '
        "not believe a word of this, and neither does anybody I know. They always say the same.</p></li>"
        for number in (20, 21, 22)
    )
    return (
        f'<!DOCTYPE html><html><head><meta charset="UTF-8"/><title>{html.escape(article.headline)} &#8211; Blog</title>'
        '<meta name="generator" content="WordPress 5.8.3"/><script>/* <![CDATA[ */ var x={}; /* ]]> */</script></head>'
        f'<body class="single-post"><p class="site-title">Blog {article.site}</p>{tagged("p", article.above)}<div '
        f'class="hentry"><h1 class="entry-title">{html.escape(article.headline)}</h1><div class="entry-content">'
        f'{"".join(map(paragraph, article.lines))}<div class="sharedaddy"><h3>Share this:</h3></div></div></div><div '
        f'id="comments"><h2>3 thoughts on &ldquo;{html.escape(article.headline)}&rdquo;</h2><ol class="comment-list">'
        f'{replies}</ol><h3>Leave a Reply</h3><p class="comment-notes">Your email address will not be published.</p></div>'
        f'<div id="secondary"><h2>Recent Posts</h2><ul>{tagged("li", TEASERS)}</ul>{tagged("p", article.below)}</div>'
        "<p>Proudly powered by WordPress</p></body></html>"
    )


def amp(article: Article) -> str:
    """An AMP page: elements that no parser of HTML knows."""
    body = "".join(f'{paragraph(each)}<amp-ad width="300"><div>Advertisement</div></amp-ad>' for each in article.lines)
    return (
        f'<!doctype html><html ⚡><head><meta charset="utf-8"><title>{html.escape(article.headline)}</title><style '
        "amp-boilerplate>body{-webkit-animation:none}</style><noscript><style>body{animation:none}</style></noscript>"
        f'</head><body><amp-consent id="c"><p>{COOKIES}</p></amp-consent><amp-sidebar>{tagged("li", SECTIONS)}'
        f'</amp-sidebar><header>{tagged("span", article.above)}</header><div class="content"><h1>'
        f'{html.escape(article.headline)}</h1><amp-img src="x.jpg"></amp-img>{body}</div><template type="amp-mustache">'
        f"{{{{title}}}}</template>{tagged('a', TEASERS)}{tagged('div', article.below)}</body></html>"
    )


def div_soup(article: Article) -> str:
    """A page of divisions whose names say nothing."""
    lines = [*SECTIONS, *article.above, article.headline, *article.lines, *article.below, *TEASERS, "Privacy policy"]
    spans = "".join(f'<div class="css-{n:x}"><span>{html.escape(line)}</span></div>' for n, line in enumerate(lines))
    return f'<html><head><title>{html.escape(article.headline)}</title></head><body><div id="root">{spans}</div></body></html>'


def table(article: Article) -> str:
    """A page of 1999: one table, a menu in its first cell, line breaks for paragraphs."""
    return (
        f"<HTML><HEAD><TITLE>{html.escape(article.headline)}</TITLE></HEAD><BODY BGCOLOR=white><TABLE><TR><TD WIDTH=150>"
        f"<FONT SIZE=2>{'<BR>'.join(SECTIONS)}</FONT></TD><TD><CENTER>{'<BR>'.join(map(html.escape, article.above))}"
        f"</CENTER><H2>{html.escape(article.headline)}</H2><FONT FACE=Arial>"
        f"{'<BR><BR>'.join(map(html.escape, article.lines))}</FONT><HR><UL>"
        f"{''.join(f'<LI><A HREF=x>{html.escape(each)}</A>' for each in TEASERS)}</UL>"
        f"{'<BR>'.join(map(html.escape, article.below))}</TABLE><P>Best viewed in 800x600</BODY></HTML>"
    )


def minified(article: Article) -> str:
    """One line without any tag or quotation mark that may be left out, not even ``<body>``."""
    return (
        f"<!doctype html><meta charset=utf-8><title>{html.escape(article.headline)}</title><nav>{tagged('a', SECTIONS)}"
        f"</nav><section>{tagged('p', article.above)}</section><article><h1>{html.escape(article.headline)}</h1>"
        f"{''.join(f'<p class=c{n}>{html.escape(line)}' for n, line in enumerate(article.lines))}</article><aside>"
        f"{tagged('p', article.below)}</aside><footer><ul>{''.join(f'<li>{each}' for each in SECTIONS)}</ul></footer>"
    )


WRAPPINGS = {each.__name__: each for each in (newspaper, weblog, amp, div_soup, table, minified)}
