"""Settings: flags, environment, AWS files and config.toml, layered, and where each came from.

Every error names its place, the key and what was expected. Reads files, never writes them.
"""

from __future__ import annotations

from tui.config.judging import suggestion as suggestion
from tui.config.layers import title as title
from tui.config.naming import beside as beside
from tui.config.naming import resolve_all as resolve_all
from tui.config.profile import profile_names as profile_names
from tui.config.resolving import Resolved as Resolved
from tui.config.resolving import Sources as Sources
from tui.config.resolving import context_layer as context_layer
from tui.config.resolving import gather as gather
from tui.config.resolving import path_of as path_of
from tui.config.resolving import resolve as resolve
from tui.config.settings import BinaryFormat as BinaryFormat
from tui.config.settings import Color as Color
from tui.config.settings import ConfigError as ConfigError
from tui.config.settings import ContextSettings as ContextSettings
from tui.config.settings import Defaults as Defaults
from tui.config.settings import Desktop as Desktop
from tui.config.settings import Download as Download
from tui.config.settings import History as History
from tui.config.settings import Notice as Notice
from tui.config.settings import Output as Output
from tui.config.settings import Pictures as Pictures
from tui.config.settings import Polling as Polling
from tui.config.settings import Settings as Settings
from tui.config.settings import TimestampFormat as TimestampFormat
from tui.config.settings import default_path as default_path
from tui.config.toml_file import load as load
