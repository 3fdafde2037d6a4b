"""Access tokens of a directory, asked by Microsoft's own library: how they are got, kept, renewed and refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.errors import LoginRefusedError, MailboxUnreachableError, TransientError
from bot.oauth.login import Vault
from bot.oauth.microsoft import MicrosoftLogin
from bot.oauth.token_cache import TokenCache
from tests.contract.places import make_login
from tests.microsoft.directory import PERSON, Directory, Refusal
from tests.microsoft.https import pem_with_key

SCOPE = "https://outlook.office365.com/.default"
KEY, OLD_KEY = Fernet.generate_key().decode(), Fernet.generate_key().decode()


class Kept:
    """Where sealed bytes lie, and whether they can be put there."""

    def __init__(self) -> None:
        self.sealed: dict[str, bytes] = {}
        self.is_full = False

    def save(self, name: str, sealed: bytes) -> None:
        if self.is_full:
            raise TransientError("the disk is full")
        self.sealed[name] = sealed

    def cache(self, *keys: str) -> TokenCache:
        return TokenCache("northgate", keys, Vault(self.sealed.get, self.save))


@pytest.fixture
def kept() -> Kept:
    return Kept()


def person(directory: Directory, kept: Kept, *keys: str) -> MicrosoftLogin:
    return MicrosoftLogin(make_login(directory, grant="device_code", secret=""), kept.cache(*(keys or (KEY,))))


def test_an_app_asks_once_and_then_has_its_token(directory: Directory, kept: Kept) -> None:
    tokens = MicrosoftLogin(make_login(directory), kept.cache()).tokens(SCOPE)
    assert tokens.token() == tokens.token() == directory.given[0]
    assert directory.grants == ["client_credentials"]
    assert kept.sealed == {}


def test_each_server_gets_tokens_of_its_own(directory: Directory, kept: Kept) -> None:
    login = MicrosoftLogin(make_login(directory), kept.cache())
    graph = login.tokens("https://graph.microsoft.com/.default").token()
    assert directory.opens(graph, "https://graph.microsoft.com/")
    assert not directory.opens(graph, "https://outlook.office365.com/")
    assert directory.opens(login.tokens(SCOPE).token(), "https://outlook.office365.com/")


def test_a_certificate_is_as_good_as_a_secret(directory: Directory, kept: Kept, tmp_path: Path) -> None:
    pem = pem_with_key(tmp_path, "desk", kind="rsa").read_text()
    login = make_login(directory, grant="certificate", secret="", certificate=pem)
    assert MicrosoftLogin(login, kept.cache()).tokens(SCOPE).token() == directory.given[0]


def test_a_token_is_kept_encrypted_for_the_next_process(directory: Directory, kept: Kept) -> None:
    first = MicrosoftLogin(make_login(directory), kept.cache(KEY)).tokens(SCOPE).token()
    assert first.encode() not in kept.sealed["northgate"]
    assert MicrosoftLogin(make_login(directory), kept.cache(KEY)).tokens(SCOPE).token() == first
    assert len(directory.grants) == 1


def test_a_person_signs_in_once_and_the_desk_goes_on_alone(directory: Directory, kept: Kept) -> None:
    told: list[str] = []
    assert person(directory, kept).sign_in(SCOPE, told.append) == PERSON
    assert "CREDIT-1" in told[0]
    login = person(directory, kept)
    first = login.tokens(SCOPE).token()
    again = login.tokens(SCOPE).renewed(first)
    assert again != first
    # The directory takes a refresh token once: only who kept the one that came with it can go on.
    assert person(directory, kept).tokens(SCOPE).renewed(again) not in (first, again)
    assert directory.grants[-2:] == ["refresh_token", "refresh_token"]


def test_a_new_refresh_token_is_kept_before_its_token_is_used(directory: Directory, kept: Kept) -> None:
    login = person(directory, kept)
    login.sign_in(SCOPE, lambda _: None)
    first = login.tokens(SCOPE).token()
    kept.is_full = True
    with pytest.raises(TransientError, match="full"):
        login.tokens(SCOPE).renewed(first)
    kept.is_full = False
    # What could not be kept is kept at the next chance, and nothing is asked of the directory for it.
    asked = len(directory.grants)
    second = login.tokens(SCOPE).token()
    assert len(directory.grants) == asked
    assert person(directory, kept).tokens(SCOPE).renewed(second) != second


def test_what_another_process_has_renewed_is_taken_over(directory: Directory, kept: Kept) -> None:
    person(directory, kept).sign_in(SCOPE, lambda _: None)
    one, other = person(directory, kept), person(directory, kept)
    first = one.tokens(SCOPE).token()
    assert other.tokens(SCOPE).token() == first
    renewed = one.tokens(SCOPE).renewed(first)
    # The refresh token that this one knows was used up by the first.
    assert other.tokens(SCOPE).renewed(first) == renewed


def test_a_key_is_changed_without_a_new_sign_in(directory: Directory, kept: Kept) -> None:
    person(directory, kept, OLD_KEY).sign_in(SCOPE, lambda _: None)
    token = person(directory, kept, KEY, OLD_KEY).tokens(SCOPE).token()
    # Read once under both keys, it is sealed anew, and the old key can go.
    assert person(directory, kept, KEY).tokens(SCOPE).token() == token
    with pytest.raises(LoginRefusedError, match="none of the keys in CREDITDESK_TOKEN_KEYS"):
        person(directory, kept, OLD_KEY).tokens(SCOPE).token()


def test_where_nobody_has_signed_in_that_is_told(directory: Directory, kept: Kept) -> None:
    with pytest.raises(LoginRefusedError, match="creditdesk sign-in northgate"):
        person(directory, kept).tokens(SCOPE).token()


def test_a_sign_in_that_ran_out_is_told_and_a_new_one_mends_the_running_desk(directory: Directory, kept: Kept) -> None:
    running = person(directory, kept)
    running.sign_in(SCOPE, lambda _: None)
    token = running.tokens(SCOPE).token()
    directory.forget_sign_ins()
    for _ in range(2):
        with pytest.raises(LoginRefusedError, match=r"sign in again: creditdesk sign-in northgate \(AADSTS700082\)"):
            running.tokens(SCOPE).renewed(token)
    person(directory, kept).sign_in(SCOPE, lambda _: None)
    assert running.tokens(SCOPE).renewed(token) != token


def test_a_code_that_nobody_entered_is_told(directory: Directory, kept: Kept) -> None:
    directory.device_is_confirmed = False
    with pytest.raises(LoginRefusedError, match="nobody entered the code in time"):
        person(directory, kept).sign_in(SCOPE, lambda _: None)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("65001", "an administrator has to grant it to the app"),
        ("7000222", "the client secret has expired"),
        ("700027", "the certificate is not the one"),
        ("7000112", "is switched off in the directory"),
        ("53003", "a policy of the directory forbids"),
        ("50057", "the account that signed in is locked"),
        ("99999", "refused by the test"),
    ],
)
def test_what_the_directory_refuses_is_told_with_what_to_do(
    directory: Directory, kept: Kept, code: str, words: str
) -> None:
    directory.refusal = Refusal(code, error="unknown")
    tokens = MicrosoftLogin(make_login(directory), kept.cache()).tokens(SCOPE)
    with pytest.raises(LoginRefusedError, match=words) as told:
        tokens.token()
    assert "Trace ID" not in str(told.value) or code == "99999"
    directory.refusal = None
    assert tokens.token()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tenant": "nobody.example"}, "the directory nobody.example is not known"),
        ({"client_id": "another"}, "has no app another"),
        ({"secret": "wrong"}, "the client secret is wrong"),
        ({"grant": "certificate", "certificate": "no certificate"}, "cannot be used"),
    ],
)
def test_a_mistake_of_the_configuration_is_told_by_its_key(
    directory: Directory, kept: Kept, changes: dict[str, str], words: str
) -> None:
    login = MicrosoftLogin(make_login(directory, **changes), kept.cache())
    with pytest.raises(LoginRefusedError, match=words) as told:
        login.tokens(SCOPE).token()
    assert "wrong secret" not in str(told.value)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_directory_that_is_down_is_no_refusal(directory: Directory, kept: Kept, status: int) -> None:
    tokens = MicrosoftLogin(make_login(directory), kept.cache()).tokens(SCOPE)
    directory.status = status
    with pytest.raises(MailboxUnreachableError, match="does not answer"):
        tokens.token()
    directory.status = 200
    assert tokens.token()


def test_a_directory_with_an_unknown_certificate_gets_no_secret(directory: Directory, kept: Kept) -> None:
    with pytest.raises(MailboxUnreachableError, match="does not answer"):
        MicrosoftLogin(make_login(directory, ca_file=None), kept.cache()).tokens(SCOPE).token()
    assert directory.grants == []
