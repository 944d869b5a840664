"""What holds for every test: none depends on the machine's speed."""

from __future__ import annotations

import os
import tempfile

from hypothesis import settings

# Keys that no test names are made here, never in the home of whoever runs the tests.
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="yinju-tests-")
# The bot splits off the process that searches before it knows of Milvus; here other tests may have
# asked that before, and its library would wake its threads in the new process, and break it.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"

settings.register_profile("yinju", deadline=None, max_examples=50)
settings.load_profile("yinju")


def pytest_xdist_auto_num_workers() -> int:
    """Two processes a core: dialogues wait for one another more than they compute."""
    return 2 * (os.cpu_count() or 1)
