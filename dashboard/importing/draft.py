"""The import that a reader has open: what was given, what it was taken for, what was corrected, and what came of it.

Streamlit does not say when a session has ended. A thread looks for imports whose reader is gone, and lets their files go.
"""

import threading
import time
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.errors import ClienteleError, Question
from core.ingest.mapping.model import Mapping_
from dashboard.data_folder import own_folder
from dashboard.importing.incoming import Incoming
from dashboard.importing.job import Job

if TYPE_CHECKING:
    from core.importing.importer import Prepared
    from core.ingest.recognise import Recognised
    from core.snapshot import SnapshotInfo

_KEY, _PROBLEM = "import", "import/problem"
Key = tuple[str, str, str]
# A browser that lost its connection may come back; one that was left open for hours will not.
GONE_SECONDS, STALE_SECONDS, LOOK_EVERY = 300, 6 * 3600, 30
_live: "weakref.WeakSet[Draft]" = weakref.WeakSet()
_watching = threading.Lock()


@dataclass(eq=False)
class Draft:
    """One import, from the first file to its publication.

    Parameters
    ----------
    incoming : Incoming
        The folder of its files.
    session : str
        Streamlit's id of the reader's session.
    used : float
        When the reader last saw it, on the clock of ``time.monotonic``.
    given : list of Path or Database
    mapping : Mapping_
        What the reader has decided.
    read_as : dict of str to str
        Title of the kept mapping that the reader chose for a file; "" for none.
    found : tuple of Recognised
        What the files were taken for.
    asked : dict of key to Question
        Every question so far.
    answers : dict of key to str
    prepared : Prepared or None
        What came of the last check.
    checked : object
        What that check was made of.
    add : bool
        Whether the lines are added to those of the last snapshot.
    job : Job or None
        What is going on.
    problem : str
        Why the last step came to nothing.
    published : SnapshotInfo or None
    changed : bool
        False when the files held nothing new, and the newest snapshot stays.
    """

    incoming: Incoming
    session: str = ""
    used: float = field(default_factory=time.monotonic)
    given: list[Any] = field(default_factory=list)
    mapping: Mapping_ = field(default_factory=Mapping_)
    read_as: dict[str, str] = field(default_factory=dict)
    found: "tuple[Recognised, ...]" = ()
    asked: dict[Key, Question] = field(default_factory=dict)
    answers: dict[Key, str] = field(default_factory=dict)
    prepared: "Prepared | None" = None
    checked: Any = None
    add: bool = False
    job: Job | None = None
    problem: str = ""
    published: "SnapshotInfo | None" = None
    changed: bool = True

    @property
    def names(self) -> list[str]:
        """The names of what was given, as they are shown."""
        return [one.name for one in self.given]

    @property
    def unanswered(self) -> list[Question]:
        """What the reader still has to say."""
        return [asked for key, asked in self.asked.items() if key not in self.answers]

    @property
    def basis(self) -> Any:
        """What a check is made of: when it changes, another one is needed."""
        return self.mapping, self.add, tuple(self.given)

    @property
    def fresh(self) -> bool:
        """Whether the last check still fits what the reader has decided."""
        return self.prepared is not None and self.checked == self.basis

    def ask(self, questions: Sequence[Question]) -> None:
        """Take up questions; what is asked again has not been answered well."""
        for asked in questions:
            self.asked[key_of(asked)] = asked
            self.answers.pop(key_of(asked), None)

    def take(self, found: "tuple[Recognised, ...]") -> None:
        """Take up what the files seem to be; questions that nobody answered and nobody asks any more are let go."""
        self.found = found
        files = {one.file for one in found}
        self.asked = {key: asked for key, asked in self.asked.items() if key in self.answers and key[0] in files}
        self.ask([asked for one in found for asked in one.questions])

    def start(self, name: str, work: Callable[..., Any]) -> None:
        """Do something that takes its time."""
        if self.job is not None:
            self.job.stop()
        self.problem = ""
        self.job = Job(name, work)
        weakref.finalize(self, self.job.stop)

    def forget(self) -> None:
        """Let the last check go."""
        if self.prepared is not None:
            self.prepared.discard()
        self.prepared = self.checked = None

    def close(self) -> None:
        """Let everything go that is not published."""
        if self.job is not None:
            self.job.stop()
        self.forget()
        self.incoming.close()


def key_of(asked: Question) -> Key:
    """What makes a question the same one."""
    return asked.file, asked.setting, asked.column


def current() -> Draft | None:
    """The open import of this session, or None."""
    found: Draft | None = st.session_state.get(_KEY)
    if found is not None and found.published is None and found.incoming.gone:
        close()
        return None
    if found is not None:
        found.used = time.monotonic()
    return found


def opened() -> Draft:
    """The open import, or a new one.

    Raises
    ------
    SnapshotError
        The data folder can't be written.
    """
    found = current()
    if found is not None and found.published is not None:
        close()
        found = None
    if found is None:
        context = get_script_run_ctx()
        found = st.session_state[_KEY] = Draft(Incoming(own_folder()), context.session_id if context else "")
        _live.add(found)
        _watch()
    return found


def sweep() -> None:
    """Close the imports whose reader has gone, or has left the page open for hours."""
    for one in list(_live):
        idle = time.monotonic() - one.used
        if idle > STALE_SECONDS or (idle > GONE_SECONDS and not _is_there(one.session)):
            one.close()
            _live.discard(one)


def _is_there(session: str) -> bool:
    return not st.runtime.exists() or st.runtime.get_instance().is_active_session(session)


def _watch() -> None:
    """Sweep now and then, in one thread, as long as there is an import."""

    def look() -> None:
        pause = threading.Event()
        try:
            while len(_live):
                pause.wait(LOOK_EVERY)
                sweep()
        finally:
            _watching.release()

    if _watching.acquire(blocking=False):
        threading.Thread(target=look, name="import sweep", daemon=True).start()


def close() -> None:
    """Give the open import up. Also for callbacks."""
    found: Draft | None = st.session_state.pop(_KEY, None)
    if found is not None:
        found.close()
        _live.discard(found)


def problem() -> str:
    """What went wrong before there was an import; said once."""
    return str(st.session_state.pop(_PROBLEM, ""))


def saying(do: Callable[[], None]) -> None:
    """Do something in a callback; an error of ours is kept for the page to say."""
    try:
        do()
    except ClienteleError as error:
        st.session_state[_PROBLEM] = str(error)
