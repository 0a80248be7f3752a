"""Compares Python's jsonschema with `certcentral check`. docs/contracts.md says how to run it."""

import json
import sys

from jsonschema import Draft202012Validator

schema_file, verdicts_file = sys.argv[1:]
with open(schema_file, encoding="utf-8") as file:
    schema = json.load(file)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)

orders = valid = differ = 0
with open(verdicts_file, encoding="utf-8") as verdicts:
    for line in verdicts:
        verdict = json.loads(line)
        with open(verdict["file"], encoding="utf-8") as file:
            order = json.load(file)
        orders += 1
        valid += verdict["valid"]
        if validator.is_valid(order) != verdict["valid"]:
            differ += 1
            print(f"{verdict['file']}: check says {verdict['valid']}", file=sys.stderr)
print(f"jsonschema: {orders} orders, {valid} of them valid, {differ} judged differently")
sys.exit(0 if differ == 0 and orders >= 150 else 1)
