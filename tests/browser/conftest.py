import pytest
from playwright.sync_api import expect, sync_playwright

from github_server import GitHubServer
from tab import CHROMIUM, Tab, sign_in, without_language_server, without_start_window

# The machine may be busy: what does come is not missed for want of patience.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def new_context(browser, request):
    """Makes separate browser profiles; an error of the page's own script fails the test. A module that wants the
    page's language server says LANGUAGE_SERVER = True."""
    contexts, errors = [], []

    def make(*, start_window=False, **options):
        # Nothing moves: drawing what does takes much of a machine without a graphics card.
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-US", "reduced_motion": "reduce", **options})
        context.set_default_timeout(20_000)
        if not start_window:
            without_start_window(context)
        if not getattr(request.module, "LANGUAGE_SERVER", False):
            without_language_server(context)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert not errors, errors


@pytest.fixture
def context(new_context, person):
    context = new_context()
    sign_in(context, person)
    return context


@pytest.fixture
def tab(context, person):
    """A new notebook without a runtime; one that the test connects ends with it."""
    tab = Tab(context.new_page(), person, person.create())
    yield tab
    person.end_runtime(tab.notebook)


@pytest.fixture
def github():
    server = GitHubServer()
    yield server
    kept = server.contract()
    server.stop()
    assert kept["violations"] == []


@pytest.fixture
def hub(github, make_server, tmp_path):
    """Somebody on a server that takes the contract server for GitHub."""
    return make_server("hub", arguments=github.arguments(tmp_path)).start().sign_in()


@pytest.fixture
def hub_page(new_context, hub):
    context = new_context()
    sign_in(context, hub)
    return context.new_page()
