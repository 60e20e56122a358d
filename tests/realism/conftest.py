from __future__ import annotations

import pytest

from rumbo.realism.drives import Drives, read_drives
from tools.drives import FOLDER


@pytest.fixture(scope="session")
def drives() -> Drives:
    """The real drives, which `make setup-dev` fetched; without them these tests fail and say how to get them."""
    return read_drives(FOLDER)
