"""The configuration: every mistake at once, with file and key; secrets from outside; own files over shipped ones."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import config_folder, load, since

BOT = '[company]\nname = "Acme"\ndomains = ["acme.example"]\n'
BOX = '[icc]\naddress = "icc@acme.example"\npassword_env = "ICC"\n'


def _write(folder: Path, bot: str = BOT, mailboxes: str = BOX, **others: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in {"bot": bot, "mailboxes": mailboxes, **others}.items():
        (folder / f"{name}.toml").write_text(text)
    return folder


EXCHANGE = BOX + 'protocol = "exchange"\nhost = "mail.acme.example"\nauth = "ntlm"\nversion = "Exchange2016"\n'
THROUGH_EXCHANGE = BOT + '[outgoing]\nprotocol = "exchange"\n'


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"bot": BOT + "[web]\nprot = 1\n"}, "bot.toml: web.prot"),
        ({"bot": "[company]\nname = 'A'\n"}, "bot.toml: company.domains"),
        ({"bot": BOT + "time_zone = 'Mars/Base'\n"}, "bot.toml: company.time_zone: 'Mars/Base' is no time zone"),
        ({"bot": "[company\n"}, "bot.toml: "),
        ({"bot": BOT + "[outgoing]\nprotocol = 'maildir'\n"}, "bot.toml: outgoing.path"),
        ({"mailboxes": BOX + "start = 'yesterday'\n"}, "mailboxes.toml: icc: start"),
        ({"mailboxes": BOX + "poll_every = '60'\n"}, "mailboxes.toml: icc: poll_every: write it as"),
        ({"mailboxes": BOX + "tls = 'maybe'\n"}, "mailboxes.toml: icc: tls"),
        ({"mailboxes": BOX + "protocol = 'maildir'\n"}, "mailboxes.toml: icc: path"),
        ({"mailboxes": BOX + BOX.replace("[icc]", "[two]")}, "mailboxes.toml: two: address: icc already watches"),
        ({"mailboxes": BOX + "after_store = 'mvoe:x'\n"}, "mailboxes.toml: icc: after_store: use"),
        ({"mailboxes": '[icc]\naddress = "icc@acme.example"\n'}, "mailboxes.toml: icc: password_env: name"),
        (
            {"mailboxes": EXCHANGE.replace('host = "mail.acme.example"', "")},
            "mailboxes.toml: icc: host: name",
        ),
        ({"mailboxes": EXCHANGE.replace('auth = "ntlm"', "")}, "mailboxes.toml: icc: auth: name how"),
        ({"mailboxes": EXCHANGE.replace('version = "Exchange2016"', "")}, "mailboxes.toml: icc: version: name what"),
        ({"mailboxes": EXCHANGE.replace("Exchange2016", "2016")}, "mailboxes.toml: icc: version: Input should be"),
        ({"mailboxes": EXCHANGE + 'tls = "starttls"\n'}, "mailboxes.toml: icc: tls: Exchange knows"),
        ({"mailboxes": EXCHANGE.replace('password_env = "ICC"', "")}, "mailboxes.toml: icc: password_env: name"),
        ({"bot": THROUGH_EXCHANGE}, "mailboxes.toml: icc: protocol: mail leaves through Exchange"),
        (
            {"bot": THROUGH_EXCHANGE + 'from = "desk@acme.example"\n', "mailboxes": EXCHANGE},
            "bot.toml: outgoing.from: mail leaves through Exchange, and no mailbox there has the address",
        ),
        ({"bot": BOT + "[outgoing]\nfrom = 'Desk <d@acme.example>'\n"}, "bot.toml: outgoing.from"),
        ({"categories": "[a]\ntitle='A'\nqueue='icc'\nmistaken_for={b=2}\n[a.reasons]\n"}, "no category b"),
        ({"mailboxes": BOX.replace("icc@acme.example", "icc")}, "mailboxes.toml: icc: address: 'icc' is no mail"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_key(tmp_path: Path, files: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(_write(tmp_path / "config", **files), {"ICC": "secret"})
    assert told in str(caught.value)


def test_all_mistakes_are_told_together(tmp_path: Path) -> None:
    folder = _write(tmp_path / "config", BOT + "[web]\nport = 'x'\n", BOX + "tls = 'maybe'\nfoldr = 1\n")
    with pytest.raises(SettingsError) as caught:
        load(folder, {})
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert [line.split(":")[0] for line in lines] == ["bot.toml", "mailboxes.toml", "mailboxes.toml"]


def test_a_missing_secret_is_a_mistake_only_where_it_is_needed(tmp_path: Path) -> None:
    folder = _write(tmp_path / "config")
    with pytest.raises(SettingsError, match="password_env: the environment has no ICC"):
        load(folder, {})
    assert load(folder, {}, needs_secrets=False).secrets["icc"] == ""
    assert load(folder, {"ICC": "s3cret"}).secrets["icc"] == "s3cret"


def test_a_secret_file_is_read_without_its_line_end_and_never_shown(tmp_path: Path) -> None:
    folder = _write(tmp_path / "config", mailboxes=BOX.replace('password_env = "ICC"', 'password_file = "pw"'))
    (folder / "pw").write_text("s3cret\n")
    settings = load(folder, {})
    assert settings.secrets["icc"] == "s3cret"
    assert "s3cret" not in repr(settings)


def test_what_a_folder_does_not_have_comes_from_the_shipped_configuration(tmp_path: Path) -> None:
    settings = load(_write(tmp_path / "config"), {"ICC": "x"})
    assert set(settings.catalog) >= {"revision", "refund"}
    assert settings.company.time_zone == "America/New_York"


def test_own_templates_beside_the_configuration_come_first(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    settings = load(_write(tmp_path / "config"), {"ICC": "x"})
    assert settings.template_folders[0] == tmp_path / "templates"


def test_a_relative_store_lies_beside_the_configuration(tmp_path: Path) -> None:
    settings = load(_write(tmp_path / "config", BOT + "[store]\nurl = 'sqlite:///../a.sqlite3'\n"), {"ICC": "x"})
    assert settings.store_url.startswith(f"sqlite:///{tmp_path}/")
    assert settings.store_url.endswith("a.sqlite3")


def test_the_folder_is_named_or_found_or_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CREDITDESK_CONFIG", raising=False)
    assert (config_folder(None) / "categories.toml").is_file()
    _write(tmp_path / "config")
    assert config_folder(None) == Path("config")
    monkeypatch.setenv("CREDITDESK_CONFIG", "other")
    assert config_folder(None) == Path("other")
    assert config_folder("given") == Path("given")


def test_a_folder_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="creditdesk init"):
        load(tmp_path / "desk" / "config", {})


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("all", None),
        ("now", datetime(2026, 11, 24, 15, tzinfo=UTC)),
        (date(2026, 11, 1), datetime(2026, 11, 1, 4, tzinfo=UTC)),
        (datetime(2026, 11, 1, 12, tzinfo=UTC), datetime(2026, 11, 1, 12, tzinfo=UTC)),
    ],
)
def test_a_set_point_is_a_moment(start: object, expected: datetime | None) -> None:
    assert since(start, datetime(2026, 11, 24, 15, tzinfo=UTC), "America/New_York") == expected
