"""`python3 -m tests`: every test of this folder, counted in the last line."""

from __future__ import annotations

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))

suite = unittest.defaultTestLoader.discover(HERE, top_level_dir=os.path.dirname(HERE))
result = unittest.TextTestRunner(stream=sys.stderr, verbosity=1).run(suite)
failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
print(f"{max(result.testsRun - failed - len(result.skipped), 0)} passed, {failed} failed", flush=True)
sys.exit(0 if failed == 0 else 1)
