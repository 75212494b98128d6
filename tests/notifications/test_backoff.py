from datetime import UTC, datetime

import pytest
from procrastinate.jobs import Job

from notifications.channels import Outcome, Verdict
from notifications.delivery import PushNotDelivered
from notifications.queue import Backoff


def wait_s(exception: Exception, *, attempts: int) -> float:
    job = Job(queue="pushes", lock=None, queueing_lock=None, task_name="notifications.send_push", attempts=attempts)
    now = datetime.now(UTC)
    decision = Backoff().get_retry_decision(exception=exception, job=job)
    assert decision is not None
    assert decision.retry_at is not None
    return (decision.retry_at - now).total_seconds()


def busy(retry_after_s: int | None) -> PushNotDelivered:
    return PushNotDelivered(Outcome(verdict=Verdict.TRY_AGAIN, reason="HTTP 429", retry_after_s=retry_after_s))


@pytest.mark.parametrize(("attempts", "shortest_s"), [(0, 10), (1, 20), (2, 40), (6, 640)])
def test_each_wait_is_twice_the_one_before(attempts: int, shortest_s: int):
    assert shortest_s <= wait_s(busy(None), attempts=attempts) < 2 * shortest_s + 10


def test_a_push_service_may_ask_for_more():
    assert wait_s(busy(3600), attempts=0) >= 3600


def test_a_push_service_may_not_ask_for_less():
    assert wait_s(busy(0), attempts=2) >= 40


def test_our_own_fault_is_tried_again_too():
    assert wait_s(ConnectionError(), attempts=0) >= 10


def test_after_eight_attempts_it_is_given_up():
    job = Job(queue="pushes", lock=None, queueing_lock=None, task_name="notifications.send_push", attempts=7)
    assert Backoff().get_retry_decision(exception=busy(None), job=job) is None
