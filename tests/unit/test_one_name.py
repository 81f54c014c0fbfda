"""One name for one thing: modules and classes can be spoken of without saying which room they stand in."""

import re
from collections import Counter

from support.shared import ROOT

MODULES = [path for path in sorted((ROOT / "src/enrich").rglob("*.py")) if not path.stem.startswith("__")]
CLASS = re.compile(r"^class ([A-Z]\w+)", re.MULTILINE)


def _more_than_once(names):
    return sorted(name for name, count in Counter(names).items() if count > 1)


def test_no_two_modules_have_one_name():
    assert not _more_than_once(path.stem for path in MODULES)


def test_no_two_classes_have_one_name():
    assert not _more_than_once(name for path in MODULES for name in CLASS.findall(path.read_text(encoding="utf-8")))


def test_a_command_has_the_module_that_its_name_says():
    from enrich.cli import COMMANDS

    modules = {path.stem for path in (ROOT / "src/enrich/cli").glob("*_command.py")}
    in_flows = {"serve-nightly"}
    assert modules == {f"{name.replace('-', '_')}_command" for name in COMMANDS if name not in in_flows}
