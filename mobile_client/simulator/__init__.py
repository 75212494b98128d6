"""Many reference clients from one process, to find out what a server carries. See docs/simulator.md.

python -m mobile_client.simulator --help
"""

from .fleet import Arrivals, Fleet, Phone, Round
from .meter import Meter, Metered, percentile

__all__ = ["Arrivals", "Fleet", "Meter", "Metered", "Phone", "Round", "percentile"]
