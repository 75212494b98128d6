"""Who may do what."""

import pytest

from domain.people.permissions import ROLE_PERMISSIONS, Permission, Role, permissions_of


def test_every_role_is_in_the_table():
    assert set(ROLE_PERMISSIONS) == set(Role)


def test_several_roles_allow_together_what_each_allows():
    assert permissions_of(["rep", "technician"]) == {
        "customers.edit",
        "assets.edit",
        "visits.work",
        "orders.place",
        "work_orders.create",
        "appointments.work",
        "tasks.work",
    }


def test_an_admin_may_do_everything():
    assert permissions_of(["admin"]) == {str(permission) for permission in Permission}


@pytest.mark.parametrize("role", [Role.REP, Role.TECHNICIAN, Role.DISPATCHER, Role.MANAGER])
def test_only_an_admin_manages_people_their_devices_and_settings(role: Role):
    assert not permissions_of([role]) & {Permission.MANAGE_USERS, Permission.MANAGE_DEVICES, Permission.MANAGE_SETTINGS}


def test_a_technician_takes_no_orders_and_a_rep_does_no_repairs():
    assert Permission.PLACE_ORDERS not in permissions_of([Role.TECHNICIAN])
    assert Permission.WORK_APPOINTMENTS not in permissions_of([Role.REP])
