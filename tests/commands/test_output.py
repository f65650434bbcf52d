from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, invocation
from tui.commands import exit_codes, output
from tui.model.invocation import Status
from tui.model.problem import Problem
