"""A small news site on this machine's own address, with copies, revisions and template pages, and its truth."""

import dataclasses
import threading
from collections.abc import Callable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from stories import CONSENT, NAVIGATION, as_page, headlines, sentence, story

LINKS_ON_A_PAGE = 20


@dataclasses.dataclass(frozen=True)
class Site:
    """Pages by path, and what each is: ``original``, ``copy``, ``revision`` or ``template``."""

    pages: dict[str, str]
    kinds: dict[str, str]
    texts: dict[str, int]

    def paths(self, *kinds):
        return sorted(path for path, kind in self.kinds.items() if kind in kinds)


def make_site(*, originals, copies, revisions, templates):
    """Write a site: the first originals are copied to another outlet, the next ones revised on the same one."""
    site = Site({}, {}, {})
    for number in range(originals):
        add(site, f"/news/{number}", "original", number, as_page(story(number, 6), title=f"Story {number}"))
    for number in range(copies):
        page = as_page(story(number, 6), title=f"Story {number}", ratio=1.5, seed=500 + number)
        add(site, f"/wire/{number}", "copy", number, page)
    for number in range(copies, copies + revisions):
        paragraphs = story(number, 6).split("\n\n")
        paragraphs[2] += " " + sentence(900_000 + number)
        page = as_page("\n\n".join(paragraphs), title=f"Story {number}", ratio=0.8, seed=77)
        add(site, f"/news/{number}/updated", "revision", number, page)
    for number in range(templates):
        add(site, f"/tag/{number}", "template", -number - 1, template_page(number))
    links = [f"http://{host_of(path)}{path}" for path in sorted(site.kinds, key=lambda path: path[::-1])]
    lists = range(0, len(links), LINKS_ON_A_PAGE)
    site.pages["/"] = anchors(f"http://127.0.0.1/list/{start}" for start in lists)
    for start in lists:
        site.pages[f"/list/{start}"] = anchors(links[start : start + LINKS_ON_A_PAGE])
    return site


def add(site, path, kind, text, page):
    site.pages[path], site.kinds[path], site.texts[path] = page, kind, text


def host_of(path):
    """Originals and revisions stand on one outlet, copies on another."""
    return "localhost" if path.startswith("/wire/") else "127.0.0.1"


def anchors(links):
    return "<html><body>" + "".join(f'<a href="{link}">read</a>\n' for link in links) + "</body></html>"


def template_page(number):
    """A page of navigation, a notice that every page has, and headlines: nothing that anybody wrote here."""
    menu = "".join(f"<li><a href='#'>{name}</a></li>" for name in NAVIGATION)
    teasers = "".join(f"<li><a href='#'>{line}</a></li>" for line in headlines(3_000 + number, 12))
    return (
        f"<html><head><title>Tag {number}</title></head><body><nav><ul>{menu}</ul></nav><h1>Tag {number}</h1>"
        f"<ul>{teasers}</ul><div class='cookie-consent'><p>{CONSENT}</p></div></body></html>"
    )


@contextmanager
def served(site, on_request: Callable[[int], None] = lambda _: None):
    """Serve a site from this process; ``on_request`` is told the number of each request before it is answered."""
    numbers, lock = [0], threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            with lock:
                numbers[0] += 1
                on_request(numbers[0])
            page = site.pages.get(self.path)
            port = self.server.server_address[1]
            body = (page or "").replace("http://127.0.0.1/", f"http://127.0.0.1:{port}/")
            body = body.replace("http://localhost/", f"http://localhost:{port}/").encode()
            self.send_response(200 if page else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
