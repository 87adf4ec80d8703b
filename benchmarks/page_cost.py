"""What each page costs, in plain pages: run as a program it measures the database that DATABASE_URL names.

Everything happens in this process, through the whole stack of middleware. A round asks for the plain page, the
page and the plain page again, so that a busy machine slows both; the cost is the median over the rounds of the
page's processor time divided by that of the plain pages around it.
"""

import argparse
import gc
import json
import os
import statistics
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

WARM_UP = 3


@dataclass(frozen=True)
class Cost:
    """What one page cost. `ratio` in plain pages by processor time, `clock_ratio` and `clock_ms` by the clock."""

    name: str
    kind: str
    goal: float
    most_queries: int
    reader: str
    url: str
    status: int
    ratio: float
    clock_ratio: float
    clock_ms: float
    queries: int
    size_bytes: int
    plain_ms: float


class Browser:
    """Asks for pages as one reader; knows the stack of middleware and nothing of the network."""

    def __init__(self, reader: str = "", *, pages_are_kept: bool = False) -> None:
        from django.core.handlers.base import BaseHandler
        from django.test import RequestFactory, override_settings

        self.handler = BaseHandler()
        # Every page is made anew, but for those that are measured as kept.
        with override_settings(PUBLIC_PAGE_SECONDS=60 if pages_are_kept else 0):
            self.handler.load_middleware()
        self.requests = RequestFactory()
        if reader:
            self.requests.cookies["sessionid"] = signed_in(reader)

    def ask(self, url: str, **headers: str) -> tuple[Any, float, float]:
        """The answer, and the seconds it took: of the processor, and by the clock."""
        request = self.requests.get(url, headers=headers)
        began, began_cpu = time.perf_counter(), time.process_time()
        response = self.handler.get_response(request)
        body = response.content
        return response, time.process_time() - began_cpu, time.perf_counter() - began if body is not None else 0.0


def signed_in(email: str) -> str:
    """The key of a session opened a moment ago with a password and a code."""
    from django.test import Client

    from core.models import User

    person = User.objects.get(email=email)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    now = int(time.time())
    session["account_authentication_methods"] = [{"method": "mfa", "at": now}]
    session["account_authentication_methods_user"] = str(person.pk)
    session["seen_at"], session["began_at"] = now, now
    session.save()
    return str(session.session_key)


def measure(rounds: int, only: str = "") -> list[Cost]:
    """The cost of every page of benchmarks.pages, or of those of one kind."""
    from benchmarks.pages import pages

    public, again = Browser(), Browser(pages_are_kept=True)
    readers = {"": public}
    found = []
    for page in pages():
        if only not in ("", page.kind.value[0]):
            continue
        browser = again if page.kind.is_asked_again else readers.get(page.reader) or Browser(page.reader)
        if browser is not again:
            readers[page.reader] = browser
        found.append(_cost(page, browser, public, rounds))
    return found


def _cost(page: Any, browser: Browser, public: Browser, rounds: int) -> Cost:
    from django.urls import reverse

    plain = reverse("plain")
    headers = _if_changed(page, browser)
    response, queries = _looked_at(page.url, browser, headers)
    for _turn in range(WARM_UP):
        browser.ask(page.url, **headers)
        public.ask(plain)
    gc.collect()
    ratios, clocks, plains, times = [], [], [], []
    for _round in range(rounds):
        _answer, before, before_clock = public.ask(plain)
        _answer, cost, cost_clock = browser.ask(page.url, **headers)
        _answer, after, after_clock = public.ask(plain)
        ratios.append(cost / ((before + after) / 2))
        clocks.append(cost_clock / ((before_clock + after_clock) / 2))
        plains.append((before + after) / 2)
        times.append(cost_clock)
    return Cost(
        name=page.name,
        kind=page.kind.value[0],
        goal=page.kind.goal,
        most_queries=page.kind.most_queries,
        reader=page.reader,
        url=page.url,
        status=response.status_code,
        ratio=statistics.median(ratios),
        clock_ratio=statistics.median(clocks),
        clock_ms=statistics.median(times) * 1000,
        queries=queries,
        size_bytes=len(response.content),
        plain_ms=statistics.median(plains) * 1000,
    )


def _if_changed(page: Any, browser: Browser) -> dict[str, str]:
    """What a browser that has been here before sends along, if the page gave it anything to send."""
    from benchmarks.pages import Kind

    if page.kind != Kind.UNCHANGED:
        return {}
    first, _cpu, _clock = browser.ask(page.url)
    given = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}
    return {name: first[header] for name, header in given.items() if header in first}


def _looked_at(url: str, browser: Browser, headers: dict[str, str]) -> tuple[Any, int]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser.ask(url, **headers)  # what is read once for a process is not what the page costs
    with CaptureQueriesContext(connection) as queries:
        response, _cpu, _clock = browser.ask(url, **headers)
    return response, len(queries)


def main(arguments: list[str]) -> int:
    """Prints a JSON list of costs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page_cost")
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--only", default="", help="only pages of this kind")
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    import django

    django.setup()
    print(json.dumps([asdict(cost) for cost in measure(options.rounds, options.only)], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
