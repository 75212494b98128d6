"""Observations."""

from flask_smorest import Blueprint

from api.resources import Filter, Resource, contains, equals, register
from domain.kernel.fields import OneOf, UtcDateTime
from domain.observations.models import Observation
from domain.observations.rules import ObservationKind
from domain.observations.synced import OBSERVATION
from domain.registry import COMMAND

blueprint = Blueprint("observations", __name__, description="What people saw at customers'.")

register(
    blueprint,
    Resource(
        collection="observations",
        entity=OBSERVATION,
        sorts={"occurred_at": Observation.occurred_at, "created_at": Observation.created_at},
        filters={
            "search": contains(Observation.product, Observation.competitor),
            "account_id": equals(Observation.account_id),
            "visit_id": equals(Observation.visit_id),
            "product_id": equals(Observation.product_id),
            "observed_by_id": equals(Observation.observed_by_id),
            "kind": equals(Observation.kind, OneOf(ObservationKind)),
            "observed_from": Filter(value=UtcDateTime(), condition=lambda moment: Observation.occurred_at >= moment),
            "observed_before": Filter(value=UtcDateTime(), condition=lambda moment: Observation.occurred_at < moment),
        },
        create=COMMAND["observation.add"],
        update=COMMAND["observation.update"],
        actions=[COMMAND["observation.remove"]],
    ),
)
