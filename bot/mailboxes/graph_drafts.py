"""The Drafts folder of a mailbox in Microsoft 365, with a look into Sent Items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from bot.errors import PermanentError, UncertainError
from bot.graph.drafting import make_draft
from bot.graph.files import LARGEST_FILE
from bot.graph.refusals import GoneError
from bot.graph.session import AnswerLostError, GraphSession
from bot.mail.filed import FiledMessage, filed_message
from bot.mailboxes.account import GraphAccount
from bot.mailboxes.graph_folder import PAGE, GraphFolders, moment
from bot.mailboxes.header import HEAD_BYTES, head_of, message_ids_in

_LISTED = "id,receivedDateTime,lastModifiedDateTime"


class GraphDraftsFolder:
    """See ports.DraftsFolder. A pointer is Graph's id, after `drafts` or `sent`.

    Graph tells In-Reply-To of no draft, so that heads are read out of the messages, once for each change.
    """

    def __init__(self, account: GraphAccount) -> None:
        self._account = account
        self._session = GraphSession(account.server)
        self._folders = GraphFolders(self._session, account.user)
        self._heads: dict[tuple[str, str], bytes] = {}

    def put(self, raw: bytes) -> None:
        message_id = next(iter(message_ids_in(head_of(raw))), "")
        if not message_id:
            raise PermanentError("the message has no Message-ID, by which it could be found again")
        try:
            address = make_draft(self._session, self._folders.root, message_id, raw)
            self._session.patch(address, {"isRead": True})
            if self._account.drafts_folder != "Drafts":
                there = self._folders.made(self._account.drafts_folder)
                self._session.post(f"{address}/move", {"destinationId": there}, doing="putting a reply into Drafts")
        except AnswerLostError as error:
            raise UncertainError(
                f"{self._account.slug}: a reply may lie in Drafts, whole or in part: {error}"
            ) from error

    def lying(self) -> Sequence[FiledMessage]:
        return list(self._listed("drafts", {}))

    def sent_since(self, since: datetime) -> Sequence[FiledMessage]:
        moment_of_it = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return list(self._listed("sent", {"$filter": f"receivedDateTime ge {moment_of_it}"}))

    def read(self, filed: FiledMessage) -> bytes | None:
        place, _, item = filed.pointer.partition(":")
        address = f"{self._folders.root}/messages/{item}"
        try:
            # An id goes with its message: one that a person has sent lies elsewhere under the same.
            there = self._session.get(address, {"$select": "id,parentFolderId"}).get("parentFolderId")
            if there != self._folders.id_of(self._name(place)):
                return None
            return self._session.stream(f"{address}/$value", LARGEST_FILE, HEAD_BYTES).raw
        except GoneError:
            return None

    def close(self) -> None:
        self._session.close()

    def _name(self, place: str) -> str:
        return self._account.drafts_folder if place == "drafts" else self._account.sent_folder

    def _listed(self, place: str, wanted: dict[str, str]) -> Iterator[FiledMessage]:
        address = f"{self._folders.root}/mailFolders/{self._folders.id_of(self._name(place))}/messages"
        for page in self._session.pages(address, {"$select": _LISTED, "$top": "100", **wanted}, PAGE):
            for entry in page.get("value", ()):
                item = str(entry["id"])
                head = self._head(item, str(entry.get("lastModifiedDateTime", "")))
                if head is not None:
                    yield filed_message(f"{place}:{item}", head, moment(entry.get("receivedDateTime")))

    def _head(self, item: str, changed: str) -> bytes | None:
        """None where it left while it was listed."""
        if (item, changed) not in self._heads:
            try:
                start = self._session.stream(
                    f"{self._folders.root}/messages/{item}/$value", HEAD_BYTES, HEAD_BYTES
                ).start
            except GoneError:
                return None
            self._heads[item, changed] = head_of(start)
        return self._heads[item, changed]
