"""What a road server has said, kept for a while."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from domain.kernel.model import Row


class RoadDistances(Row):
    """The roads from one place to others. `id` stands for the road server and the place.

    `ends`, `seconds` and `metres` are arrays of one length, as `api.roads.cache` packs them.
    """

    __tablename__ = "road_distances"

    ends: Mapped[bytes] = mapped_column(LargeBinary)
    seconds: Mapped[bytes] = mapped_column(LargeBinary)
    metres: Mapped[bytes] = mapped_column(LargeBinary)
    fetched_at: Mapped[datetime]
