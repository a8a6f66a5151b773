"""The steps of an import, each a job of its own: recognise, check, publish. Nothing of a file is parsed in this process."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.errors import QuestionError
from core.ingest.mapping.files import save, shape
from core.ingest.recognise import recognise as look_at
from core.progress import Progress
from core.worker import Limits, Worker
from dashboard.data_folder import own_folder
from dashboard.importing import edit
from dashboard.importing.draft import Draft
from dashboard.words import _

# Looking at the first rows takes seconds; whole files may take long.
LOOKING = Limits(seconds=300, memory=2 << 30, file_size=8 << 30)
READING = Limits(seconds=3600)
# Small files are done before anybody sees a bar.
PATIENCE = 1.5


def add(one: Draft, given: Sequence[Any]) -> None:
    """Take further files or databases up, and look at them."""
    one.given += [item for item in given if item not in one.given]
    recognise(one)


def drop(one: Draft, name: str) -> None:
    """Leave a file out again."""
    for item in [item for item in one.given if item.name == name]:
        one.given.remove(item)
        if isinstance(item, Path) and item.is_relative_to(one.incoming.folder):
            item.unlink(missing_ok=True)
    one.found = tuple(found for found in one.found if found.file != name)
    one.asked = {key: asked for key, asked in one.asked.items() if asked.file != name}
    if one.given:
        recognise(one)


def recognise(one: Draft) -> None:
    """Look at the first rows of all files."""
    given, mapping, room = tuple(one.given), one.mapping, one.incoming.room()
    names = ", ".join(one.names)

    def look(say: Progress) -> Any:
        say("recognise", 0.0)
        with Worker(LOOKING) as worker:
            return worker.run(look_at, given, mapping, room, own_folder(), where=names)

    one.start("recognise", look)


def check(one: Draft) -> None:
    """Read the files whole, without publishing anything."""
    given, add_, basis = tuple(one.given), one.add, one.basis
    mapping = edit.whole(one.mapping, one.found, own_folder())

    def read(say: Progress) -> Any:
        from core.importing.importer import prepare

        prepared = prepare(given, own_folder(), mapping, add=add_, progress=say, limits=READING)
        return prepared, basis

    one.forget()
    one.start("check", read)


def publish(one: Draft, name: str) -> None:
    """Make what was checked the newest snapshot, and keep the mapping for the next file of that shape."""
    prepared, mapping = one.prepared, edit.whole(one.mapping, one.found, own_folder())
    shapes = tuple(shape([guess.header for guess in found.columns]) for found in one.found if found.table)

    def build(say: Progress) -> Any:
        imported = prepared.publish(say)
        if name:
            save(own_folder(), name, mapping, shapes)
        return imported

    one.start("publish", build)


def settle(one: Draft) -> None:
    """Take up what the job that has ended brought."""
    job = one.job
    if job is None or not job.wait(PATIENCE):
        return
    one.job = None
    if job.name == "publish":
        # Published or not, what was prepared is used up.
        one.prepared = one.checked = None
    if job.stopped:
        return
    if job.failed:
        one.problem = _("This came to an unexpected end, and nothing was changed. The server’s log says more.")
    elif isinstance(job.error, QuestionError):
        one.ask([job.error.question])
    elif job.error is not None:
        one.problem = str(job.error)
    elif job.name == "recognise":
        one.take(job.value)
    elif job.name == "check":
        one.prepared, one.checked = job.value
    else:
        one.published, one.changed = job.value.info, job.value.changed
        one.incoming.close()
