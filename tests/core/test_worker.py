"""Work in a child process: results and errors come back whole, limits hold, and a death is one clear error.

The numbers in limits are chosen to be far from what a healthy child takes: it starts with some 40 MB.
"""

import errno
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from core.errors import BadInputError, QuestionError, UnfinishedError
from core.ingest import ingest
from core.worker import Limits, Worker, memory_of, unfinished
from core.worker_child import kind_of
from tests.core import worker_jobs as jobs
from tests.core.ingest.helpers import GOOD, TODAY, check, table, write

ROOT = Path(__file__).parents[2]
MB = 1 << 20
linux = pytest.mark.skipif(sys.platform != "linux", reason="memory is watched and orphans are killed on Linux")


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """One for all tests: it goes on after each death."""
    with Worker() as shared:
        yield shared


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def failure(worker: Worker, *job: object) -> UnfinishedError:
    with pytest.raises(UnfinishedError) as raised:
        worker.run(*job)  # type: ignore[arg-type]
    return raised.value


def test_results_come_back_from_one_child_after_the_other(worker: Worker) -> None:
    assert worker.run(jobs.add, 1, 2) == 3
    assert worker.run(partial(jobs.add, other=5), 2) == 7
    child = worker.run(jobs.process)
    assert child == worker.run(jobs.process) == worker.pid != os.getpid()


def test_a_result_larger_than_a_pipe_holds_comes_back(worker: Worker) -> None:
    assert worker.run(bytes, 3 * MB) == bytes(3 * MB)
    assert worker.run(len, bytes(3 * MB)) == 3 * MB


def test_progress_is_told_and_prints_do_not_get_between(worker: Worker) -> None:
    told: list[tuple[str, float]] = []
    assert worker.run(jobs.shares, 5_000, progress=lambda stage, share: told.append((stage, share))) == "done"
    assert told[0] == ("read", 0.0)
    assert ("read", 1.0) in told
    assert told[-1] == ("check", 0.0)
    assert [share for stage, share in told if stage == "read"] == sorted(
        share for stage, share in told if stage == "read"
    )
    assert len(told) < 5_000


def test_errors_of_ours_come_back_whole_and_the_child_stays(worker: Worker) -> None:
    child = worker.run(jobs.process)
    with pytest.raises(BadInputError) as refused:
        worker.run(jobs.refuse)
    assert str(refused.value) == "orders.csv: is empty. Give another."
    assert type(refused.value) is BadInputError
    with pytest.raises(QuestionError) as asked:
        worker.run(jobs.ask)
    assert asked.value.question.setting == "settings.decimal"
    assert asked.value.question.choices[1] == (",", "1.500 is fifteen hundred")
    assert worker.run(jobs.process) == child


@pytest.mark.parametrize(
    ("number", "name"), [(signal.SIGSEGV, "SIGSEGV"), (signal.SIGKILL, "SIGKILL"), (signal.SIGABRT, "SIGABRT")]
)
def test_a_death_by_signal_is_one_clear_error_and_the_next_job_runs(worker: Worker, number: int, name: str) -> None:
    child = worker.run(jobs.process)
    error = failure(worker, jobs.die, number)
    assert str(error) == (
        f"the files: could not be read: the process that read it was ended; found {name}. "
        "Save the file anew, as CSV, and try again."
    )
    assert error.kind == "signal"
    assert not alive(child)
    assert worker.run(jobs.process) not in (child, os.getpid())


def test_a_crash_keeps_what_the_process_said_last_for_developers(worker: Worker) -> None:
    error = failure(worker, jobs.die, signal.SIGSEGV)
    assert "Segmentation fault" in error.detail
    assert "die" in error.detail
    assert "exit code 3" in str(failure(worker, jobs.leave, 3))


def test_any_other_exception_is_one_clear_error_with_its_traceback_apart(worker: Worker) -> None:
    error = failure(worker, jobs.fail, KeyError, "price")
    assert (
        str(error)
        == "the files: could not be read; found KeyError: 'price'. Save the file anew, as CSV, and try again."
    )
    assert "Traceback" in error.detail
    assert "worker_jobs.py" in error.detail
    assert str(failure(worker, jobs.fail, ValueError, "one\ntwo" + "x" * 1_000)).count("\n") == 0
    assert failure(worker, jobs.fail, SystemExit, 1).kind == "exception"
    assert failure(worker, jobs.unpicklable).kind == "exception"
    assert worker.run(jobs.add, 1, 2) == 3


def test_errors_are_logged_and_not_printed(worker: Worker, caplog: pytest.LogCaptureFixture) -> None:
    failure(worker, jobs.fail, KeyError, "price")
    assert "KeyError: 'price'" in caplog.text
    assert "worker_jobs.py" in caplog.text


@pytest.mark.parametrize(
    ("job", "kind", "sentence"),
    [
        (jobs.no_space, "disk", "the files: the disk is full. Free some space and import again."),
        (
            partial(jobs.fail, MemoryError),
            "memory",
            "the files: reading needs more than 4 GB of memory. Give fewer or smaller files. "
            "A large workbook takes less when it is saved as CSV.",
        ),
        (
            partial(jobs.fail, OSError, errno.EFBIG, "File too large"),
            "size",
            "the files: reading would write a file of over 64 GB. Give fewer or smaller files.",
        ),
    ],
)
def test_a_full_disk_and_memory_that_ran_out_have_their_own_sentence(
    worker: Worker, job: object, kind: str, sentence: str
) -> None:
    error = failure(worker, job)
    assert (error.kind, str(error)) == (kind, sentence)


def test_what_libraries_say_of_memory_and_disks_is_understood(worker: Worker) -> None:
    assert failure(worker, jobs.out_of_memory_in_duckdb).kind == "memory"
    assert failure(worker, jobs.abort_without_memory).kind == "memory"
    assert kind_of(RuntimeError("IO Error: Could not write file: No space left on device")) == "disk"
    assert kind_of(RuntimeError("This limit was set by the 'max_temp_directory_size' setting")) == "disk"
    assert kind_of(RuntimeError("anything else")) == "exception"


def test_a_job_that_takes_too_long_is_ended() -> None:
    with Worker(Limits(seconds=0.5)) as worker:
        child = worker.pid
        error = failure(worker, jobs.wait)
        assert str(error) == "the files: reading was stopped after 0.5 seconds. Give fewer or smaller files."
        assert not alive(child or 0)
        # Nor does a job get more time because it tells of its progress.
        with pytest.raises(UnfinishedError, match=r"stopped after 0\.5 seconds"):
            worker.run(jobs.forever, progress=lambda *_: None)
    assert "after 120 minutes" in str(unfinished("time", Limits(), "orders.csv"))


@linux
def test_a_job_that_takes_too_much_memory_is_ended() -> None:
    with Worker(Limits(memory=200 * MB)) as worker:
        error = failure(worker, jobs.fill_memory, 4 * MB)
        assert error.kind == "memory"
        assert "needs more than 0.2 GB of memory" in str(error)
        assert worker.run(jobs.ask_for_memory, 10 * MB) == 10 * MB
        # What is far above the limit is not even given.
        assert failure(worker, jobs.ask_for_memory, 8 << 30).kind == "memory"


@pytest.mark.skipif(os.name != "posix", reason="the size of a file is limited by the system")
def test_a_file_that_grows_too_large_is_a_clear_error(tmp_path: Path) -> None:
    with Worker(Limits(file_size=2 * MB)) as worker:
        worker.run(jobs.write_file, tmp_path / "small", MB)
        error = failure(worker, jobs.write_file, tmp_path / "large", 3 * MB)
        assert error.kind == "size"
        assert (tmp_path / "large").stat().st_size == 2 * MB


def test_an_import_runs_in_it(worker: Worker, tmp_path: Path) -> None:
    path = write(tmp_path, table(*GOOD))
    stages: list[str] = []
    clean = worker.run(
        partial(ingest, today=TODAY), (path,), None, tmp_path, progress=lambda stage, _: stages.append(stage)
    )
    check(clean)
    assert clean.report.total().kept.money == 357_500
    assert list(dict.fromkeys(stages)) == ["read", "check", "convert"]


def test_a_fault_in_the_progress_callback_ends_the_child_and_is_passed_on(worker: Worker) -> None:
    child = worker.run(jobs.process)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        worker.run(jobs.wait, progress=stop)
    assert worker.pid is None
    assert not alive(child)
    assert worker.run(jobs.add, 1, 2) == 3


def test_a_child_that_was_killed_between_two_jobs_is_replaced(worker: Worker) -> None:
    child = worker.run(jobs.process)
    os.kill(child, signal.SIGKILL)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert worker.run(jobs.add, 1, 2) == 3


def test_a_child_outlives_the_thread_that_started_it() -> None:
    with Worker() as worker:
        found: list[int] = []
        thread = threading.Thread(target=lambda: found.append(worker.run(jobs.process)))
        thread.start()
        thread.join()
        assert worker.run(jobs.process) == found[0]


@linux
def test_nothing_is_left_behind(worker: Worker) -> None:
    worker.run(jobs.process)

    def open_files() -> int:
        return len(os.listdir("/proc/self/fd"))

    before = open_files(), threading.active_count()
    with Worker() as other:
        failure(other, jobs.die, signal.SIGSEGV)
        failure(other, jobs.fail, KeyError)
        child = other.run(jobs.process)
    assert not Path(f"/proc/{child}").exists()
    assert (open_files(), threading.active_count()) == before
    assert memory_of(child) == 0


PARENT = """
import sys
from core.worker import Worker
from tests.core import worker_jobs
with Worker() as worker:
    worker.run(worker_jobs.wait, progress=lambda *_: print(worker.pid, flush=True))
"""


@linux
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_child_dies_with_its_parent(number: int) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    watched = os.pidfd_open(child)
    parent.send_signal(number)
    parent.wait()
    # Readable once it has ended.
    assert select.select([watched], [], [], 30)[0]
    os.close(watched)
    parent.stdout.close()
    assert not alive(child)


@linux
def test_ctrl_c_ends_the_child_and_is_passed_on() -> None:
    # A suite that runs in the background of a shell hands down that Ctrl+C is ignored.
    heard = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
    parent = subprocess.Popen(
        [sys.executable, "-c", heard + PARENT], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGINT)
    _, errors = parent.communicate()
    assert errors.strip().endswith("KeyboardInterrupt")
    assert not alive(child)
