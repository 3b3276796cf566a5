"""/desk/training/: the privacy course and its questions. Open to everybody signed in; nothing else is before it is passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import translation
from django.views.decorators.http import require_http_methods

from hongxian.desk import door
from hongxian.org import course as courses
from hongxian.org import training

if TYPE_CHECKING:
    from django.http import HttpResponse


@require_http_methods(["GET", "POST"])
@door.staff_page(None)
def course(request: door.DeskRequest) -> HttpResponse:
    """GET reads the course; POST hands the answers in, all of them or none."""
    language = translation.get_language() or "zh-hans"
    known = courses.load(language)
    if request.method == "GET":
        return door.render(request, "desk/training/course.html", {"course": known, "chosen": {}, "missing": ()})
    answers = {question.key: request.POST.get(question.key, "") for question in known.questions}
    missing = tuple(key for key, answer in answers.items() if not answer)
    if missing:
        context = {"course": known, "chosen": answers, "missing": missing}
        return door.render(request, "desk/training/course.html", context, status=422)
    graded = courses.grade(answers, language=language)
    valid_until = None
    if graded.passed:
        name = f"{known.title} {known.version}"
        valid_until = training.certify(by=request.actor, course=name, score=graded.score, now=request.now)
    return door.render(request, "desk/training/result.html", {"graded": graded, "valid_until": valid_until, "next_url": "/"})
