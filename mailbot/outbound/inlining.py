"""CSS into style attributes, once for each template and not once for each mail (css-inline).

In: a template's source and the style sheet. Out: the same template with the styles in place. Jinja's tags are
hidden from the HTML parser meanwhile: statements as comments, which a parser leaves where they are even inside
a table, expressions as words.
"""

from __future__ import annotations

import re

import css_inline

_STATEMENT = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_HIDDEN = re.compile(r"<!--jinja-(\d+)-->|jinja-(\d+)-")

_MEDIA = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")


def inlined(source: str, css: str) -> str:
    """Put the styles of `css` into a template, a whole document or a fragment.

    `@media` rules cannot be inlined; a document keeps them in its head. Raises ValueError for CSS or HTML that
    cannot be read.
    """
    tags: list[str] = []

    def hide_statement(found: re.Match[str]) -> str:
        tags.append(found[0])
        return f"<!--jinja-{len(tags) - 1}-->"

    def hide_expression(found: re.Match[str]) -> str:
        tags.append(found[0])
        return f"jinja-{len(tags) - 1}-"

    def show(found: re.Match[str]) -> str:
        return tags[int(found[1] or found[2])]

    plain = _EXPRESSION.sub(hide_expression, _STATEMENT.sub(hide_statement, source))
    return _HIDDEN.sub(show, _styled(plain, css))


def _styled(html: str, css: str) -> str:
    if "<html" not in html:
        return css_inline.inline_fragment(html, _MEDIA.sub("", css), load_remote_stylesheets=False)
    inliner = css_inline.CSSInliner(
        extra_css=css, keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False
    )
    return inliner.inline(html)
