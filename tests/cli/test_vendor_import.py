"""`mailbot vendor import` of files as spreadsheets write them. In process, on a real store."""

import codecs

import pytest
from click.testing import CliRunner

from mailbot.__main__ import mailbot
from tests.cli.test_commands import Commands
from tests.given import SETTINGS

TEXT = "id,name,contact\nfuenf,Fünf & Söhne,Straße 5\n"


@pytest.fixture
def commands(tmp_path) -> Commands:
    config = tmp_path / "config.toml"
    config.write_text(SETTINGS)
    return Commands(config)


@pytest.fixture
def bring(commands, tmp_path):
    """Imports octets from a real file; the answer, and what stderr or the error says."""

    def run(octets: bytes | str) -> tuple[str, str]:
        file = tmp_path / "vendors.csv"
        file.write_bytes(octets.encode() if isinstance(octets, str) else octets)
        done = CliRunner().invoke(mailbot, ["vendor", "import", str(file), "--config", str(commands.config)])
        return done.stdout, done.stderr or str(done.exception or "")

    return run


def vendor(commands: Commands, name: str):
    return {one["id"]: one for one in commands.json("vendor", "list")}[name]


@pytest.mark.parametrize(
    "octets",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").replace("\n", "\r\n").encode("utf-16"),
        ("sep=;\r\n" + TEXT.replace(",", ";").replace("\n", "\r\n") + ";;\r\n").encode("utf-8-sig"),
        TEXT.replace("id,name", " ID ,Name").encode(),
    ],
    ids=["utf-8", "with mark", "utf-16-le", "utf-16-be", "semicolons", "tabs, utf-16", "sep line", "upper case"],
)
def test_every_form_that_a_spreadsheet_writes_is_read(commands, bring, octets):
    assert bring(octets) == ("1 vendors read, 1 new or changed.\n", "")
    assert (vendor(commands, "fuenf")["name"], vendor(commands, "fuenf")["contact"]) == ("Fünf & Söhne", "Straße 5")


def test_plain_csv_of_a_western_excel_is_read_with_a_word(commands, bring):
    said, told = bring(TEXT.encode("cp1252"))

    assert said == "1 vendors read, 1 new or changed.\n"
    assert told.startswith("Line 2 is not UTF-8, so the file was read as Windows-1252; ")
    assert vendor(commands, "fuenf")["name"] == "Fünf & Söhne"


@pytest.mark.parametrize(
    ("octets", "says"),
    [
        (b"id,name\na,A\nb,\xff\x81\n", 'line 3 is neither UTF-8 nor Windows-1252; save it as "CSV UTF-8"'),
        (TEXT.encode("utf-16-le"), "line 1 has octets that are no text"),
        (codecs.BOM_UTF16_LE + b"a", "broken UTF-16"),
        (b"", "the file is empty"),
        ("id,name\na,A\nb,B\na,C\n", 'line 4: "a" is on line 2, too'),
        ("id,name\n../x,X\n", 'line 2: id: "../x" is no id'),
        ("id,name\nv y,X\n", 'line 2: id: "v y" is no id'),
        ("id,name\n,X\n", 'line 2: id: "" is no id'),
        ("id,name\na,\n", "line 2: name: this must not be empty"),
        ("id,email\na,a@a.example\n", 'line 2: "a" is new, so it needs a name'),
        ("id,name\nacme,Other\n", 'line 2: "acme" is a vendor of the config, which counts; change it there'),
        ("id,name,emial\na,A,a@a.example\n", "unknown column 'emial'; did you mean \"email\"?"),
        ("id,name,name\na,A,B\n", "column 'name' is there 2 times"),
        ("name\nA\n", "the column id is required"),
        ("id,name\na,A, Inc.\n", "line 2: 3 cells below 2 columns"),
        ('id,name\na,"A\n', "line 2: "),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_is_imported(commands, bring, octets, says):
    before = commands.json("vendor", "list")

    said, told = bring(octets)

    assert said == ""
    assert told.startswith("nothing was imported:\n")
    assert says in told
    assert commands.json("vendor", "list") == before


def test_all_faults_of_a_file_are_told_at_once(bring):
    _, told = bring("id,name,email\na,A,nobody\nb,,b@b.example\nacme,X,\n")

    assert [line.partition(":")[0] for line in told.splitlines()] == [
        "nothing was imported",
        *("line 2", "line 3"),
        "line 4",
    ]


def test_a_column_that_is_not_there_leaves_a_known_vendor_as_it_is_and_an_empty_cell_empties(commands, bring):
    bring(
        "id,name,email,ticket_email,also,contact,timezone\nv,Vee,v@v.example,t@v.example,v.example,+1 555,Asia/Tokyo\n"
    )
    before = vendor(commands, "v")

    bring("id,email\nv,new@v.example\n")
    after = vendor(commands, "v")
    bring("id,contact,also\nv,,\n")

    assert after == before | {"email": "new@v.example"}
    assert vendor(commands, "v") == after | {"contact": "", "also": []}
