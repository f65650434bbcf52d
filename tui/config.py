"""config.toml → frozen, typed settings, and the context that flags, environment and files name.

Every error names the file, the key and what was expected. Reads files, never writes them.
"""

from __future__ import annotations

import configparser
import os
import re
import sys
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Annotated

import msgspec
import platformdirs
from msgspec import Meta, Struct
from msgspec.structs import asdict, replace

from tui.model.context import Context
from tui.model.layout import BY_ID, check_layout

APP = "asyncinvoke"
Seconds = Annotated[float, Meta(gt=0, le=86_400)]
Days = Annotated[float, Meta(gt=0, le=36_500)]


class ConfigError(Exception):
    """The configuration cannot be used; the text names the file, the key and what was expected."""


class Defaults(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What a new invocation's form starts with.

    Attributes:
        model_id: The model.
        s3_uri: The output folder, with the placeholders ``{date}``, ``{model}`` and ``{user}``.
        kms_key_id: ARN of a key or alias.
        bucket_owner: Twelve digits.
        endpoint_name: The endpoint of a SageMaker inference.
        upload_to: The folder that its input is uploaded to, with the same placeholders; without
            one the input is sent with the request.
    """

    model_id: str = ""
    s3_uri: str = ""
    kms_key_id: str = ""
    bucket_owner: str = ""
    endpoint_name: str = ""
    upload_to: str = ""


class ContextSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What holds for one profile alone.

    Attributes:
        defaults: What is named here goes before the general ones.
    """

    defaults: Defaults = Defaults()


class Polling(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """How often AWS is asked. Up to a tenth is added to every pause, at random.

    Attributes:
        fastest: Seconds between two polls while young invocations run.
        slowest: Seconds between two polls while only old ones run.
        idle: Seconds between two polls while none runs, and between two that look for what others
            started and ended in the meantime.
    """

    fastest: Seconds = 2.0
    slowest: Seconds = 15.0
    idle: Seconds = 60.0

    def __post_init__(self) -> None:
        if not self.fastest <= self.slowest <= self.idle:
            raise ValueError("expected fastest ≤ slowest ≤ idle")


class History(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What is looked at and what the ledger keeps.

    Attributes:
        horizon: How many days back the first look goes; older ones are loaded on demand.
        keep_inputs: Whether model inputs are written to the ledger, drafts included. Without them
            a request whose answer never came can be found again, but not sent again.
        keep_days: After how many days an invocation that has ended, and a submission that is
            settled, is dropped. What is pending or unknown stays.
        resend: Whether a submission that AWS does not list is sent again, with the same token,
            without asking.
    """

    horizon: Days = 7.0
    keep_inputs: bool = True
    keep_days: Days = 90.0
    resend: bool = False


class Download(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Where downloads go.

    Attributes:
        folder: The one that is offered.
        layout: The folders below it, for each invocation: ``{id}``, ``{target}``, ``{date}`` of its
            submission, ``{model}`` and ``{user}`` stand for its own.
    """

    folder: str = "."
    layout: str = BY_ID


class Desktop(str, Enum):
    """How a terminal is asked for a desktop notification."""

    OFF = "off"
    OSC_9 = "osc9"
    OSC_777 = "osc777"


class Pictures(str, Enum):
    """How images are drawn: by a protocol of the terminal, or of half blocks."""

    AUTO = "auto"
    KITTY = "kitty"
    SIXEL = "sixel"
    BLOCKS = "blocks"
    OFF = "off"


class Notice(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """How the end of an invocation is told to someone who is not looking at the table.

    Attributes:
        bell: Whether the terminal's bell rings.
        desktop: Whether, and how, the terminal is asked for a desktop notification.
        toast: Whether a line appears over whatever screen is open.
    """

    bell: bool = True
    desktop: Desktop = Desktop.OSC_9
    toast: bool = True


class Settings(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Everything that config.toml may say.

    Attributes:
        profile: As ``--profile``.
        region: As ``--region``.
        endpoint_url: As ``--endpoint-url``.
        ca_bundle: As ``--ca-bundle``.
        ledger: The ledger file, instead of the one in the platform's data directory.
        theme: One of Textual's themes, or ours.
        few_bytes: Whether only the cells that changed are written to the terminal.
        pictures: How images and frames of videos are drawn, if at all.
        confirm: Whether a form says what it will send, and where, and asks before it does.
        templates: The folder of your own templates, instead of the one beside this file.
        filters: Texts that ``@name`` stands for in the table's filter, by name.
        defaults: See ``Defaults``.
        contexts: What holds for one profile alone, by its name.
        polling: See ``Polling``.
        history: See ``History``.
        download: See ``Download``.
        notice: See ``Notice``.
    """

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    ca_bundle: str | None = None
    ledger: str | None = None
    theme: str = "asyncinvoke"
    few_bytes: bool = True
    pictures: Pictures = Pictures.AUTO
    confirm: bool = True
    templates: str | None = None
    filters: dict[str, str] = {}
    defaults: Defaults = Defaults()
    contexts: dict[str, ContextSettings] = {}
    polling: Polling = Polling()
    history: History = History()
    download: Download = Download()
    notice: Notice = Notice()

    def defaults_of(self, context: Context) -> Defaults:
        """What a form starts with in a context."""
        own = self.contexts.get(context.profile or "default", ContextSettings()).defaults
        named = {name: value for name, value in asdict(own).items() if value}
        return replace(self.defaults, **named)

    @property
    def template_folder(self) -> Path:
        """The folder of the person's own templates."""
        return Path(self.templates) if self.templates else default_path().with_name("templates")

    @property
    def ledger_path(self) -> Path:
        """The ledger file.

        Raises:
            ConfigError: The home directory in its name is nobody's.
        """
        if self.ledger:
            try:
                return Path(self.ledger).expanduser()
            except RuntimeError as error:
                raise ConfigError(f"ledger: {self.ledger}: {error}") from error
        return Path(platformdirs.user_data_dir(APP)) / "ledger.sqlite3"


def default_path() -> Path:
    """The platform's place for the configuration file."""
    return Path(platformdirs.user_config_dir(APP)) / "config.toml"


def load(path: Path, *, is_required: bool = False) -> Settings:
    """The settings in a file; a file that does not exist means the defaults.

    Raises:
        ConfigError: The file cannot be read, is not TOML, or says what it may not.
    """
    try:
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if is_required:
            raise ConfigError(f"{path}: there is no such file") from None
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        members = tomllib.loads(content)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: is not TOML: {error}") from error
    try:
        settings = msgspec.convert(members, Settings)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {_in_words(str(error), content)}") from error
    try:
        check_layout(settings.download.layout)
    except ValueError as error:
        key = "download.layout"
        raise ConfigError(f"{path}: line {_line_of(key, content)}: {key}: {error}") from error
    try:
        folder = path.parent / Path(settings.templates or "templates").expanduser()
    except RuntimeError as error:
        raise ConfigError(f"{path}: templates: {settings.templates}: {error}") from error
    return replace(settings, templates=str(folder))


def resolve_context(
    settings: Settings, flags: Context, environment: Mapping[str, str] | None = None
) -> Context:
    """The context that calls go through: flags first, then the environment, then the files.

    A profile that was asked for brings its own region; otherwise config.toml's region wins.

    Raises:
        ConfigError: The endpoint URL is none.
    """
    env = os.environ if environment is None else environment
    asked = flags.profile or env.get("AWS_PROFILE") or env.get("AWS_DEFAULT_PROFILE")
    profile = asked or settings.profile
    region = (
        flags.region
        or env.get("AWS_REGION")
        or env.get("AWS_DEFAULT_REGION")
        or (asked and _region_of_profile(asked, env))
        or settings.region
        or _region_of_profile(profile or "default", env)
    )
    endpoint_url = flags.endpoint_url or env.get("AWS_ENDPOINT_URL") or settings.endpoint_url
    if endpoint_url and not re.fullmatch(r"https?://[^\s/?#]+\S*", endpoint_url):
        raise ConfigError(f"endpoint-url: {endpoint_url!r} is not like https://host:port")
    return replace(
        flags,
        profile=profile,
        region=region,
        endpoint_url=endpoint_url,
        ca_bundle=flags.ca_bundle or env.get("AWS_CA_BUNDLE") or settings.ca_bundle,
    )


def _region_of_profile(profile: str, env: Mapping[str, str]) -> str | None:
    """The region of a profile of the AWS configuration file, read without the SDK."""
    parser = configparser.RawConfigParser()
    try:
        path = Path(env.get("AWS_CONFIG_FILE") or "~/.aws/config").expanduser()
        parser.read(path, encoding="utf-8")
    except (OSError, RuntimeError, configparser.Error, UnicodeDecodeError):
        return None  # the SDK reads the same file later and says what is wrong with it
    names = [f"profile {profile}", f'profile "{profile}"', f"profile '{profile}'"]
    if profile == "default":
        names.insert(0, profile)
    regions = (parser.get(name, "region", fallback=None) for name in names)
    return next(filter(None, regions), None)


def _in_words(message: str, content: str) -> str:
    """The validation message with the key first, and its line where the key can be found."""
    what, _, path = message.partition(" - at `$.")
    unknown = re.search(r"unknown field `([^`]+)`", what)
    inner = path.rstrip("`")
    if unknown:
        owner = re.search(r"at `\$\.([^`]+)`", message)
        inner = f"{owner[1]}.{unknown[1]}" if owner else unknown[1]
        what = "is not a setting; config.example.toml lists them all"
    line = _line_of(inner, content)
    place = f"line {line}: " if line else ""
    return f"{place}{inner}: {what[0].lower()}{what[1:]}" if inner else what


def _line_of(key: str, content: str) -> int:
    """The line that sets a dotted key or, failing that, the table it is in; 0 when neither does."""
    lines: dict[str, int] = {}
    table = ""
    for number, text in enumerate(content.splitlines(), 1):
        if header := re.match(r"\s*\[+([^\]]+)\]", text):
            name = table = _plain(header[1])
        elif setting := re.match(r"([^=#]+)=", text):
            name = f"{table}.{_plain(setting[1])}".lstrip(".")
        else:
            continue
        lines.setdefault(name, number)
    while key and key not in lines:
        key = key.rpartition(".")[0]
    return lines.get(key, 0)


def _plain(key: str) -> str:
    """A TOML key without its spaces and quotes."""
    return re.sub(r"[\s\"']", "", key)
