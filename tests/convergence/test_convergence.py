"""I1 to I10 under faults: whatever happens, in whatever order, when it is quiet again everything is right."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.convergence.machine import ConvergenceMachine
from tests.convergence.server import Server

BUDGET = settings(
    max_examples=12,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_whatever_happens_everything_converges(server: Server):
    class Machine(ConvergenceMachine):
        pass

    Machine.server = server
    run_state_machine_as_test(Machine, settings=BUDGET)
