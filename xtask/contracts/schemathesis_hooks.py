"""Corrects what a JSON Schema cannot express, for Schemathesis. docs/contracts.md says how to run it.

A body that the schema accepts may still have a card number with a wrong check digit, a date in
the past, or a whole number written with a point. These are corrected before a request is sent, so that
every body that the schema accepts is one that the API accepts. Bodies that are wrong on purpose stay
wrong.
"""

import datetime
import re

import schemathesis

MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()


@schemathesis.hook
def before_call(context, case, kwargs):
    body = case.body
    if isinstance(body, dict):
        correct(body, ("credit_card", "number"), with_check_digit)
        correct(body, ("order_validity", "custom_expiration_date"), in_a_month)
        for path in [
            ("certificate", "individual", "id"),
            ("order_validity", "years"),
            ("order_validity", "days"),
        ]:
            correct(body, path, without_point)


def correct(body, path, how):
    *objects, name = path
    for step in objects:
        body = body.get(step) if isinstance(body, dict) else None
    if isinstance(body, dict) and name in body:
        body[name] = how(body[name])


def with_check_digit(number):
    if not isinstance(number, str) or not re.fullmatch("[0-9]{12,19}", number):
        return number
    # A number of zeros has a right check digit, but is refused too.
    number = "4" + number[1:]
    total = 0
    for place, digit in enumerate(reversed(number[:-1])):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return number[:-1] + str(-total % 10)


def in_a_month(date):
    form = "[0-9]{2} (?:" + "|".join(MONTHS) + ") [0-9]{4}"
    if not isinstance(date, str) or not re.fullmatch(form, date, re.IGNORECASE):
        return date
    day = datetime.date.today() + datetime.timedelta(days=30)
    return f"{day.day:02} {MONTHS[day.month - 1]} {day.year}"


def without_point(number):
    return int(number) if isinstance(number, float) and number.is_integer() else number
