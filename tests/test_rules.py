"""The house's walls: who may import what, one home for each library, and who reads the clock."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "mailbot").rglob("*.py"))

CORE = {"core"}
MAY_IMPORT = {
    "core": CORE,
    "inbound": CORE | {"inbound"},
    "outbound": CORE | {"outbound", "shipped"},
    "store": CORE | {"store", "errors", "faults"},
    "service": CORE
    | {
        "inbound",
        "outbound",
        "store",
        "service",
        "config",
        "config_sections",
        "clock",
        "errors",
        "email_address",
        "faults",
    },
    "smtpd": {"service", "smtpd"},
    "web": CORE
    | {
        "service",
        "store",
        "outbound",
        "web",
        "config",
        "setting_readers",
        "clock",
        "errors",
        "shipped",
        "email_address",
    },
    "cli": None,
    "logs": CORE,
    "scheduler": {"errors", "scheduler"},
    "config": CORE | {"config", "config_sections", "errors", "toml_reader", "setting_readers", "time_settings"},
    "time_settings": CORE | {"toml_reader", "setting_readers", "holiday_calendar"},
    "config_sections": CORE | {"config_sections", "errors", "setting_readers", "time_settings", "toml_reader"},
    "setting_readers": CORE | {"errors", "email_address", "setting_readers"},
    "email_address": {"errors", "email_address"},
    "toml_reader": {"toml_reader"},
    "holiday_calendar": {"holiday_calendar"},
    "clock": {"clock"},
    "faults": {"faults"},
    "errors": {"errors"},
    "shipped": {"shipped"},
    "app": None,
    "__main__": None,
}

HOME = {
    "aiosmtpd": {"smtpd"},
    "sqlalchemy": {"store", "service"},  # service: only the Connection that it hands through
    "alembic": {"store"},
    "jinja2": {"outbound", "web"},
    "apscheduler": {"scheduler"},
    "email_validator": {"email_address"},
    "mailparser": {"inbound"},
    "flufl": {"inbound"},
    "icalendar": {"inbound"},
    "chardet": {"inbound"},
    "cryptography": {"outbound"},
    "css_inline": {"outbound"},
    "babel": {"outbound", "web"},
    "holidays": {"holiday_calendar"},
    "starlette": {"web"},
    "uvicorn": {"web"},
    "click": {"cli", "__main__"},
    "dns": {"cli"},
    "tomllib": {"toml_reader"},
}


def room(file: Path) -> str:
    return file.relative_to(ROOT / "mailbot").parts[0].removesuffix(".py")


def imports(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_room_imports_what_it_may(file):
    allowed = MAY_IMPORT[room(file)] if room(file) != "__init__" else set()

    rooms = {name.split(".")[1] for name in imports(file) if name.startswith("mailbot.")}

    assert allowed is None or rooms <= allowed


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_each_library_has_its_home(file):
    outside = {name.split(".")[0] for name in imports(file)} - set(sys.stdlib_module_names) - {"mailbot"}

    assert all(room(file) in HOME.get(library, {room(file)}) for library in outside)
    assert room(file) != "core" or not outside


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_only_the_clock_reads_the_clock(file):
    if room(file) in ("clock", "scheduler"):  # the scheduler sets APScheduler's next run on APScheduler's own clock
        return
    calls = [node.func for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]

    read = {ast.unparse(call) for call in calls} & {
        "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"
    }  # fmt: skip

    assert not read


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_core_does_no_io(file):
    if room(file) != "core":
        return
    names = {name.split(".")[0] for name in imports(file)}

    assert not names & {"os", "io", "pathlib", "socket", "subprocess", "logging", "asyncio", "threading", "tempfile"}
