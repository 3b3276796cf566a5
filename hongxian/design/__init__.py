"""
The shared look: base templates, styles, the one script, template tags and the headers that keep pages closed.

Start at templates/design/base.html; the components that pages use are listed at the top of
static/hongxian/app.css, what elements can ask of the script at the top of static/hongxian/app.js.
Texts are written in Chinese; English stands in locale/en.
"""
