"""What a change of rules asks of a document again: so that a document it cannot concern is screened, and not judged.

Sound because the screen is that of the new rulebook as a whole: a rule that it does not want says nothing of the document; a rule that is
as it was says what it said; and a rule that changed and has something to lose is never spared.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.scanner import Scanner
from monitor.store.compared import Difference, compared
from monitor.store.flips import rules_found
from monitor.store.rescan_tables import RescanRow
from monitor.store.rows import chunks
from monitor.store.rulebooks import marks_known
from monitor.store.tables import WorkRow
from monitor.workers.looks import known_rules


def rules_asked_again(session: Session, keys: Sequence[int], scanner: Scanner) -> dict[int, frozenset[str]]:
    """Revision → the rules of which one must be able to say something, else the verdict stands. Others are judged whatever it says."""
    judged: dict[int, str] = {}
    for chunk in chunks(keys):
        query = select(WorkRow.revision_id, WorkRow.rulebook).join(RescanRow, RescanRow.id == WorkRow.rescan_id)
        query = query.where(
            WorkRow.revision_id.in_(chunk), RescanRow.reason == "rulebook", WorkRow.rulebook.is_not(None)
        )
        judged |= {key: digest for key, digest in session.execute(query) if digest is not None}
    if not judged:
        return {}
    changes = {digest: _change(session, digest, scanner) for digest in set(judged.values())}
    found = rules_found(session, list(judged))
    return {
        key: frozenset(changes[digest].new)
        for key, digest in judged.items()
        if not changes[digest].everything and found[key].isdisjoint(changes[digest].rules)
    }


def _change(session: Session, digest: str, scanner: Scanner) -> Difference:
    """What is different in the rulebook of the scanner from the one that judged."""
    return compared(marks_known(session, digest), known_rules(scanner))
