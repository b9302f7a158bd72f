"""Builds the package; `setup.cfg` says all but one thing: the plan travels inside the wheel.

In the checkout it stands at the top, where its readers look for it.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithPlan(build_py):
    """Copies `policies.yaml` beside the modules of the package."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            folder = Path(self.build_lib, "jxplus", "policies")
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy("policies.yaml", folder)


setup(cmdclass={"build_py": BuildWithPlan})
