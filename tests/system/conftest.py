import pytest

from colibri import text_of


@pytest.fixture(scope="module")
def page(person):
    """A connected notebook with a living kernel."""
    page = person.open(person.create())
    assert text_of(page.run("1+1")) == "2"
    yield page
    page.close()
    person.end_runtime(page.notebook)
