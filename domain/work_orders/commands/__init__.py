"""What is done with work orders and appointments."""

from domain.work_orders.commands.field_work import COMMANDS as FIELD_WORK
from domain.work_orders.commands.jobs import COMMANDS as JOBS
from domain.work_orders.commands.planning import COMMANDS as PLANNING

COMMANDS = (*JOBS, *PLANNING, *FIELD_WORK)
