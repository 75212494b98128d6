"""Who may do what: the one table of roles and permissions."""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """What a person does. One person may hold several."""

    REP = "rep"
    TECHNICIAN = "technician"
    DISPATCHER = "dispatcher"
    MANAGER = "manager"
    ADMIN = "admin"


class Permission(StrEnum):
    """Something that a role allows."""

    EDIT_CUSTOMERS = "customers.edit"
    EDIT_ASSETS = "assets.edit"
    MANAGE_CATALOG = "catalog.manage"
    MANAGE_TERRITORIES = "territories.manage"
    MANAGE_USERS = "users.manage"
    MANAGE_SETTINGS = "settings.manage"
    WORK_VISITS = "visits.work"
    MANAGE_VISITS = "visits.manage"
    MANAGE_WORKING_TIME = "working_time.manage"
    MANAGE_SURVEYS = "surveys.manage"
    WORK_TASKS = "tasks.work"
    MANAGE_TASKS = "tasks.manage"
    MANAGE_AGREEMENTS = "agreements.manage"
    PLACE_ORDERS = "orders.place"
    CREATE_WORK_ORDERS = "work_orders.create"
    WORK_APPOINTMENTS = "appointments.work"
    DISPATCH = "appointments.dispatch"
    MANAGE_DEVICES = "devices.manage"
    REVIEW_REFUSALS = "sync.review"
    MANAGE_ATTACHMENTS = "attachments.manage"


P = Permission
ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.REP: frozenset(
        {P.EDIT_CUSTOMERS, P.EDIT_ASSETS, P.WORK_VISITS, P.PLACE_ORDERS, P.CREATE_WORK_ORDERS, P.WORK_TASKS}
    ),
    Role.TECHNICIAN: frozenset({P.EDIT_ASSETS, P.WORK_APPOINTMENTS, P.CREATE_WORK_ORDERS, P.WORK_TASKS}),
    Role.DISPATCHER: frozenset(
        {
            P.EDIT_CUSTOMERS,
            P.EDIT_ASSETS,
            P.CREATE_WORK_ORDERS,
            P.DISPATCH,
            P.REVIEW_REFUSALS,
            P.MANAGE_WORKING_TIME,
            P.MANAGE_AGREEMENTS,
            P.WORK_TASKS,
            P.MANAGE_TASKS,
        }
    ),
    Role.MANAGER: frozenset(P) - {P.MANAGE_USERS, P.MANAGE_DEVICES, P.MANAGE_SETTINGS},
    Role.ADMIN: frozenset(P),
}


def permissions_of(roles: Iterable[str]) -> frozenset[str]:
    """Return all that `roles` allow together."""
    return frozenset(str(permission) for role in roles for permission in ROLE_PERMISSIONS[Role(role)])
