# SPDX-License-Identifier: GPL-3.0-or-later
"""validate.py SCHEMAS FOLDER: every export in FOLDER against its schema; asciicasts against the rules of version 2."""
import json
import pathlib
import re
import sys

import jsonschema


def validator(name):
    schema = json.loads((schemas / f"{name}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def check_cast(path):
    """https://docs.asciinema.org/manual/asciicast/v2: a header, then [time, code, data] with time never going back."""
    header, *events = [json.loads(line) for line in path.read_text().splitlines()]
    assert header["version"] == 2 and header["width"] > 0 and header["height"] > 0, path
    last = 0.0
    for time, code, data in events:
        assert time >= last and code in ("o", "i", "m", "r") and isinstance(data, str), path
        last = time
    assert any(code == "m" for _, code, _ in events), f"{path} has no marker"


schemas, folder = map(pathlib.Path, sys.argv[1:])
checked = 0
for path in sorted(folder.glob("*.diagram.json")):
    validator("diagram").validate(json.loads(path.read_text()))
    checked += 1
for path in sorted(folder.glob("*.trace.jsonl")):
    trace = validator("trace")
    for line in path.read_text().splitlines():
        trace.validate(json.loads(line))
    checked += 1
for path in sorted(folder.glob("*.html")):
    session = re.search(r'<script type="application/json" id="session">(.*?)</script>', path.read_text(), re.S)
    validator("session").validate(json.loads(session.group(1)))
    checked += 1
for path in sorted(folder.glob("*.cast")):
    check_cast(path)
    checked += 1
assert checked >= 4, "nothing to check"
print(f"{checked} files hold to their schemas")
