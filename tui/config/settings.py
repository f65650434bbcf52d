"""Everything that can be set, typed, with its default. Reads nothing."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import platformdirs
from msgspec import Meta, Struct
from msgspec.structs import asdict, replace

from tui.model.context import Context
from tui.model.layout import BY_ID

APP = "asyncinvoke"
Seconds = Annotated[float, Meta(gt=0, le=86_400)]
Days = Annotated[float, Meta(gt=0, le=36_500)]
Timeout = Annotated[float, Meta(ge=0, le=86_400)]


class ConfigError(Exception):
    """The configuration cannot be used: one line for each fault, with its place and its key.

    Attributes:
        faults: Those lines.
    """

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


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
    """A context with a name: what is said here goes before what is said for all.

    Attributes:
        profile: A profile of the AWS files; the one of the context's own name, if none is named.
        region: As ``--region``.
        endpoint_url: As ``--endpoint-url``.
        ca_bundle: As ``--ca-bundle``.
        defaults: What a form starts with there.
    """

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    ca_bundle: str | None = None
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


class Color(str, Enum):
    """Whether there are colours; ``auto`` is on a terminal, unless ``NO_COLOR`` says otherwise."""

    ON = "on"
    OFF = "off"
    AUTO = "auto"


class Output(str, Enum):
    """How headless commands write their data: the AWS CLI's formats."""

    JSON = "json"
    TEXT = "text"
    TABLE = "table"
    YAML = "yaml"
    YAML_STREAM = "yaml-stream"
    OFF = "off"


class BinaryFormat(str, Enum):
    """What a binary value on the command line is."""

    BASE64 = "base64"
    RAW = "raw-in-base64-out"


class TimestampFormat(str, Enum):
    """How the commands with the AWS CLI's names write the times of an answer."""

    WIRE = "wire"
    ISO_8601 = "iso8601"


class Settings(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Everything that config.toml may say. The first fourteen are options of the AWS CLI.

    Attributes:
        profile: A profile of the AWS files; none is the SDK's own choice.
        region: An AWS region.
        endpoint_url: Stands for every AWS endpoint.
        no_verify_ssl: Whether any certificate is trusted.
        ca_bundle: The file with the certificates to trust instead of the SDK's own.
        no_sign_request: Whether requests go without credentials.
        cli_read_timeout: Seconds to wait for the next bytes of an answer; 0 is for ever.
        cli_connect_timeout: Seconds to wait for a connection; 0 is for ever.
        cli_binary_format: What binary values on the command line are; none is what they look like.
        debug: Whether the log tells everything.
        color: Whether the screen and the tables have colours.
        output: How headless commands write their data; none is each one's own way.
        query: A JMESPath expression that headless commands ask of their data.
        no_paginate: Whether one page alone is listed.
        cli_timestamp_format: How the AWS CLI's own commands write times; none is as AWS does.
        log_file: The file that the log is written to.
        ledger: The ledger file, instead of the one in the platform's data directory.
        theme: One of Textual's themes, or ours.
        few_bytes: Whether only the cells that changed are written to the terminal.
        mouse: Whether the terminal gives clicks and the wheel to the program.
        pictures: How images and frames of videos are drawn, if at all.
        confirm: Whether a form says what it will send, and where, and asks before it does.
        templates: The folder of your own templates, instead of the one beside this file.
        keys: Keys with commas between them, by the first and second half of their action's id:
            ``{"table": {"new": "n,f2"}}``; an empty text is no key.
        filters: Texts that ``@name`` stands for in the table's filter, by name.
        defaults: See ``Defaults``.
        contexts: Contexts, by the names that ``--context`` and ``open`` call them by.
        open: The contexts that are open from the start, with commas between them.
        polling: See ``Polling``.
        history: See ``History``.
        download: See ``Download``.
        notice: See ``Notice``.
    """

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    no_verify_ssl: bool = False
    ca_bundle: str | None = None
    no_sign_request: bool = False
    cli_read_timeout: Timeout = 60.0
    cli_connect_timeout: Timeout = 10.0
    cli_binary_format: BinaryFormat | None = None
    debug: bool = False
    color: Color = Color.AUTO
    output: Output | None = None
    query: str | None = None
    no_paginate: bool = False
    cli_timestamp_format: TimestampFormat | None = None
    log_file: str | None = None
    ledger: str | None = None
    theme: str = "asyncinvoke"
    few_bytes: bool = True
    mouse: bool = True
    pictures: Pictures = Pictures.AUTO
    confirm: bool = True
    templates: str | None = None
    filters: dict[str, str] = {}
    keys: dict[str, dict[str, str]] = {}
    defaults: Defaults = Defaults()
    contexts: dict[str, ContextSettings] = {}
    open: str = ""
    polling: Polling = Polling()
    history: History = History()
    download: Download = Download()
    notice: Notice = Notice()

    def defaults_of(self, context: Context) -> Defaults:
        """What a form starts with in a context."""
        name = context.name or context.called
        own = self.contexts.get(name, ContextSettings()).defaults
        named = {name: value for name, value in asdict(own).items() if value}
        return replace(self.defaults, **named)

    def at(self, context: Context) -> Settings:
        """The same with the defaults that hold in a context."""
        return replace(self, defaults=self.defaults_of(context))

    @property
    def changed_keys(self) -> dict[str, str]:
        """``keys`` by whole ids: ``table.new``."""
        halves = self.keys.items()
        return {f"{one}.{two}": keys for one, told in halves for two, keys in told.items()}

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
            return _expanded("ledger", self.ledger)
        return Path(platformdirs.user_data_dir(APP)) / "ledger.sqlite3"

    @property
    def log_path(self) -> Path | None:
        """The file that the log is written to; None for no log.

        Raises:
            ConfigError: The home directory in its name is nobody's.
        """
        return _expanded("log-file", self.log_file) if self.log_file else None


def _expanded(key: str, path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise ConfigError(f"{key}: {path}: {error}") from error


def default_path() -> Path:
    """The platform's place for the configuration file."""
    return Path(platformdirs.user_config_dir(APP)) / "config.toml"
