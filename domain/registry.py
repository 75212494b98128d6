"""Every command and every synced entity, listed by hand: nothing is found by scanning."""

import domain.assets.commands
import domain.assets.synced
import domain.attachments.commands
import domain.attachments.synced
import domain.call_plans.commands
import domain.call_plans.synced
import domain.catalog.commands
import domain.catalog.synced
import domain.contracts.commands
import domain.contracts.synced
import domain.customers.commands
import domain.customers.synced
import domain.kernel.conflicts
import domain.observations.commands
import domain.observations.synced
import domain.orders.commands
import domain.orders.synced
import domain.people.commands
import domain.people.synced
import domain.surveys.commands
import domain.surveys.synced
import domain.tasks.commands
import domain.tasks.reactions
import domain.tasks.synced
import domain.territories.commands
import domain.territories.synced
import domain.territory_plans.commands
import domain.territory_plans.synced
import domain.visits.commands
import domain.visits.reactions
import domain.visits.synced
import domain.work_orders.commands
import domain.work_orders.reactions
import domain.work_orders.synced
import domain.working_time.commands
import domain.working_time.synced

COMMANDS = (
    *domain.kernel.conflicts.COMMANDS,
    *domain.people.commands.COMMANDS,
    *domain.working_time.commands.COMMANDS,
    *domain.territories.commands.COMMANDS,
    *domain.customers.commands.COMMANDS,
    *domain.territory_plans.commands.COMMANDS,
    *domain.catalog.commands.COMMANDS,
    *domain.assets.commands.COMMANDS,
    *domain.contracts.commands.COMMANDS,
    *domain.call_plans.commands.COMMANDS,
    *domain.visits.commands.COMMANDS,
    *domain.surveys.commands.COMMANDS,
    *domain.observations.commands.COMMANDS,
    *domain.orders.commands.COMMANDS,
    *domain.work_orders.commands.COMMANDS,
    *domain.tasks.commands.COMMANDS,
    *domain.attachments.commands.COMMANDS,
)

ENTITIES = (
    domain.kernel.conflicts.CONFLICT,
    *domain.people.synced.ENTITIES,
    *domain.working_time.synced.ENTITIES,
    *domain.territories.synced.ENTITIES,
    *domain.customers.synced.ENTITIES,
    *domain.territory_plans.synced.ENTITIES,
    *domain.catalog.synced.ENTITIES,
    *domain.assets.synced.ENTITIES,
    domain.contracts.synced.AGREEMENT,
    domain.call_plans.synced.CALL_PLAN,
    domain.visits.synced.VISIT,
    *domain.surveys.synced.ENTITIES,
    domain.observations.synced.OBSERVATION,
    *domain.orders.synced.ENTITIES,
    *domain.work_orders.synced.ENTITIES,
    *domain.tasks.synced.ENTITIES,
    domain.attachments.synced.ATTACHMENT,
)

REACTIONS = (
    *domain.visits.reactions.REACTIONS,
    *domain.work_orders.reactions.REACTIONS,
    *domain.tasks.reactions.REACTIONS,
)

UPCASTS = {**domain.visits.commands.UPCASTS}
"""Every name and shape that an app in the field may still send: nothing is ever taken out."""

COMMAND = {command.name: command for command in COMMANDS}
