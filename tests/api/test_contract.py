"""The answers fit the description, whatever is asked: Schemathesis, within a bounded budget."""

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from domain.people.permissions import Role
from tests.support.company import Company
from tests.support.phone import Phone

EXAMPLES_EACH = 8
NOT_ASKED = "/auth/(login|logout|refresh)|/sync/live|/devices/"
"""What would sign the tester out, or never end."""


def test_no_answer_is_a_server_error_or_outside_the_description(app: Flask, company: Company) -> None:
    company.site(company.account())
    company.product()
    # Somebody with every role gets past permissions, so that what is asked reaches the code behind them.
    headers = Phone.sign_in(app, company.person(*Role)).headers
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app).exclude(path_regex=NOT_ASKED)
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES_EACH,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case) -> None:
            case.call_and_validate(
                headers=headers, checks=[not_a_server_error, status_code_conformance, response_schema_conformance]
            )

        ask()
        asked += 1
    assert asked > 70
