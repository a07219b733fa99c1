"""Nothing that people write becomes markup, and no page needs a looser content security policy."""

import pytest

from tests.architecture import markup
from tests.architecture.markup import Page
from tests.architecture.source import Source, product, told


def test_no_template_lets_text_become_markup_or_asks_for_a_looser_policy() -> None:
    pages = markup.pages("*.html")
    found = [finding for page in pages for finding in markup.templates(page)]
    assert pages
    assert not found, told(found)


def test_no_script_makes_markup_from_text() -> None:
    pages = markup.pages("*.js")
    found = [finding for page in pages for finding in markup.scripts(page)]
    assert pages
    assert not found, told(found)


def test_no_code_lets_text_become_markup() -> None:
    found = [finding for source in product() for finding in markup.markup_in_code(source)]
    assert not found, told(found)


@pytest.mark.parametrize(
    "line",
    [
        "{{ note|safe }}",
        "{{ notes|join:', '|safeseq }}",
        "{% autoescape off %}{{ note }}{% endautoescape %}",
        "<script>alert(1)</script>",
        '<script type="text/javascript" defer>alert(1)</script>',
        "<style>p { color: red }</style>",
        '<p class="x" style="color: red">',
        '<button type="button" onclick="go()">',
        '<a href="javascript:go()">',
        '<script src="https://cdn.example/x.js"></script>',
        '<img src="//cdn.example/x.png">',
        '<div hx-on:click="go()">',
        '<base href="/">',
    ],
)
def test_a_planted_template_is_found_on_its_line(line: str) -> None:
    found = markup.templates(Page("src/xindai/console/templates/planted.html", f"<main>\n{line}\n</main>\n"))
    assert {finding.line for finding in found} == {2}


def test_what_our_templates_do_is_free() -> None:
    text = """
        <script src="{% static "xd/shell.js" %}" defer></script>
        <script nonce="{{ request.csp_nonce }}">start()</script>
        <a href="{{ entry.href }}" class="xd-button" data-on="x">{{ entry.label }}</a>
        <a href="https://www.apache.org/licenses/LICENSE-2.0">{% translate "Licence" %}</a>
    """
    assert markup.templates(Page("src/xindai/console/templates/planted.html", text)) == []


@pytest.mark.parametrize(
    "line",
    ["box.innerHTML = name", "box.insertAdjacentHTML('beforeend', name)", "eval(name)", "setTimeout('go()', 10)"],
)
def test_a_planted_script_is_found(line: str) -> None:
    assert markup.scripts(Page("src/xindai/console/static/planted.js", f"const x = 1\n{line}\n"))


def test_a_script_that_sets_text_is_free() -> None:
    text = "box.textContent = name\nsetTimeout(go, 10)\nbox.append(document.createElement('p'))\n"
    assert markup.scripts(Page("src/xindai/console/static/planted.js", text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "from django.template import Template\npage = Template(note)\n",
        "from django.template import engines\npage = engines['django'].from_string(note)\n",
        "from django.utils.safestring import mark_safe\npage = mark_safe(note)\n",
        "from django.utils.safestring import SafeString\npage = SafeString(note)\n",
        "from django.utils.html import format_html\npage = format_html(f'<b>{note}</b>')\n",
        "from django.utils.html import format_html\npage = format_html('<b>' + note)\n",
        "from django.utils.html import format_html_join\npage = format_html_join('', note, rows)\n",
        "from django.utils.html import format_html\npage = format_html('<b style=\"x\">{}</b>', note)\n",
        "import x\nfrom django.views.decorators.csrf import csrf_exempt\n",
    ],
)
def test_planted_code_is_found_on_its_line(text: str) -> None:
    assert {finding.line for finding in markup.markup_in_code(Source("xindai/console/planted.py", text))} == {2}


def test_a_plain_pattern_with_values_is_free() -> None:
    text = (
        "from django.utils.html import format_html, format_html_join\n"
        "from django.utils.safestring import SafeString\n"
        "def page(note: str) -> SafeString:\n"
        "    return format_html('<b class=\"x\">{}</b>{}', note, format_html_join('', '<i>{}</i>', [(note,)]))\n"
    )
    assert markup.markup_in_code(Source("xindai/console/planted.py", text)) == []
