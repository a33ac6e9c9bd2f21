"""Values that an option cannot take: the complaint names the option, the value and what would do."""

import pytest

from commands import run
from dedupe.cli.exits import ExitCode
from dedupe.cli.saying import plainly


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["scan", "seeds", "--format", "xml"], ["--format", "'xml'", "'table', 'json', 'jsonl', 'csv'"]),
        (["scan", "seeds", "--preset", "lax"], ["--preset", "'lax'", "'strict', 'balanced', 'generous', 'corpus'"]),
        (["scan", "seeds", "--jobs", "0"], ["--jobs", "0", "1"]),
        (["scan", "seeds", "-j", "two"], ["--jobs", "'two'", "valid integer"]),
        (["scan", "seeds", "--jobs", "9" * 20], ["--jobs", "9" * 20, "1024"]),
        (["scan", "seeds", "--threshold", "high"], ["--threshold", "'high'", "valid"]),
        (["scan", "seeds", "--threshold", "7"], ["threshold", "7.0", "from 0.5 to 1.0"]),
        (["scan", "seeds", "--field", "body"], ["--field", "'body'", "NAME=COLUMN"]),
        (["index", "create", "new", "--ttl", "-1"], ["--ttl", "-1", "0"]),
        (["index", "create", "new", "--ttl", "inf"], ["--ttl", "inf", "365000"]),
        (["index", "create", "new", "--ttl", "1e300"], ["--ttl", "1e300", "365000"]),
        (["index", "query", "some", "words", "--top", "0"], ["--top", "0", "1"]),
        (["params", "--num-perm", "1000000000000"], ["--num-perm", "1000000000000", "4096"]),
        (["params", "--recall", "1"], ["recall=1.0", "recall above 0 and below 1"]),
        (["."], ["'.' is a path, not a command; did you mean: dedupe scan ."]),
        (["params", "--num-perm", "none"], ["--num-perm", "'none'", "valid integer"]),
    ],
    ids=lambda value: " ".join(value) if "--" in str(value) and len(value) > 3 else None,
)
def test_a_complaint_names_option_value_and_what_would_do(arguments, named):
    done = run(*arguments)
    assert done.exit_code == ExitCode.USAGE
    said = done.stderr.splitlines()[-1]
    assert all(word in said for word in named), said
    assert "Value error" not in said
    assert "unable to parse" not in said
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("message", "given", "said"),
    [
        ("Value error, 'x' is not one of 'a', 'b'.", "x", "'x' is not one of 'a', 'b'."),
        ("0 is not in the range x>=1.", "0", "0 is not in the range x>=1."),
        ("Input should be greater than or equal to 1", "-5", "should be greater than or equal to 1, not '-5'"),
        ("Input should be a valid number, unable to parse it", ["1", "b"], "should be a valid number, not '1', 'b'"),
        ("Missing argument.", None, "Missing argument."),
    ],
)
def test_the_value_is_said_once(message, given, said):
    assert plainly(message, given) == said
