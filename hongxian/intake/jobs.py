"""What the worker does for intake: read a workbook that is in line, take up again what a killed worker left, tidy uploads."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from hongxian.intake import importing, runs, uploads
from hongxian.intake.workbook import UnreadableWorkbook
from hongxian.kernel.refusal import NotAllowed

QUEUE = "intake"
FORGOTTEN_AFTER = timedelta(days=1)


@app.task(name="intake.import_workbook", queue=QUEUE, retry=RetryStrategy(max_attempts=5, exponential_wait=3))
def import_workbook(city_id: int, run_id: int) -> None:
    """Does one run from its upload; may be repeated at any moment. A run that has ended is left alone."""
    name = uploads.name_of(city_id=city_id, run_id=run_id)
    run = runs.RunRef(city_id, run_id)
    now = timezone.now()
    try:
        actor = runs.actor_of(city_id=city_id, run_id=run_id, now=now)
        done = importing.work(by=actor, run=run, content=uploads.take(name), now=now)
    except runs.NothingToDo:
        return
    except UnreadableWorkbook:
        uploads.drop(name)
        return
    except (NotAllowed, uploads.UploadGone) as refusal:
        runs.fail(run=run, failure=refusal.code, now=now)
        uploads.drop(name)
        return
    if not done.dry:  # after a dry run the same file may be sent for real
        uploads.drop(name)


def put_in_line(*, city_id: int, run_id: int, store_id: int) -> None:
    """
    Adds the job in the surrounding transaction; a store's imports are done one after the other.

    A second job for one run does no harm: it finds nothing to do. (A queueing lock would end the surrounding transaction.)
    """
    import_workbook.configure(lock=f"intake store {store_id}").defer(city_id=city_id, run_id=run_id)


@app.periodic(cron="* * * * *")
@app.task(name="intake.resume_interrupted", queue=QUEUE, queueing_lock="intake.resume_interrupted", pass_context=False)
async def resume_interrupted(timestamp: int) -> None:  # noqa: ARG001 - procrastinate gives the minute
    """
    Gives the jobs of workers that are no more to those that live, of every queue: a lock of theirs would hold up all that come after.

    Where the next of its kind is in line already (one at a time), that one does it.
    """
    for job in await app.job_manager.get_stalled_jobs():
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)


@app.periodic(cron="17 * * * *")
@app.task(name="intake.sweep_uploads", queue=QUEUE, queueing_lock="intake.sweep_uploads")
def sweep_uploads(timestamp: int) -> None:  # noqa: ARG001 - procrastinate gives the minute
    """Removes uploads that nobody sent off within a day."""
    uploads.sweep(now=timezone.now(), older_than=FORGOTTEN_AFTER)
