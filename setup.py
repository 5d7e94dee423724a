# SPDX-License-Identifier: MIT
"""The one thing that pyproject.toml cannot say: a wheel carries resources/ inside the package (see crmdesk/assets.py)."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithResources(build_py):
    """Copies resources/ to crmdesk/resources of what is built; an editable installation finds it in the checkout."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib, "crmdesk", "resources")
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(Path(__file__).parent / "resources", target)


setup(cmdclass={"build_py": BuildWithResources})
