"""Where the demo company works: the eleven municipalities of Liechtenstein, with invented streets."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from domain.geo.polygons import DECIMALS, Point, hull

METRES_PER_DEGREE = 111_320
_MARGIN_M = 60
_CORNERS = 12


class Spot(NamedTuple):
    """A settled area: its middle in WGS 84 degrees and its radius in metres."""

    lat: float
    lng: float
    radius_m: int


@dataclass(frozen=True, kw_only=True)
class Municipality:
    """A municipality, and how many of the 400 accounts are there."""

    name: str
    region: str
    postcode: str
    accounts: int
    spots: tuple[Spot, ...]
    streets: tuple[str, ...]


OBERLAND = "Oberland"
UNTERLAND = "Unterland"
REGIONS = (OBERLAND, UNTERLAND)

# The spots keep to the villages, away from the Rhine in the west and the slopes in the east.
MUNICIPALITIES = (
    Municipality(
        name="Balzers",
        region=OBERLAND,
        postcode="9496",
        accounts=45,
        spots=(Spot(47.0675, 9.5030, 320), Spot(47.0626, 9.4960, 200), Spot(47.0712, 9.5038, 220)),
        streets=(
            "Burgweg",
            "Unterm Schloss",
            "Gagozstrasse",
            "Palduinstrasse",
            "Rietle",
            "Am Brunnen",
            "Züghüslestrasse",
        ),
    ),
    Municipality(
        name="Triesen",
        region=OBERLAND,
        postcode="9495",
        accounts=55,
        spots=(Spot(47.1072, 9.5268, 280), Spot(47.1128, 9.5240, 220), Spot(47.1020, 9.5272, 200)),
        streets=("Feldstrasse", "Mühleweg", "Sonnenhalde", "Lindenplatz", "Alte Spinnerei", "Maschlinaweg", "Säga"),
    ),
    Municipality(
        name="Triesenberg",
        region=OBERLAND,
        postcode="9497",
        accounts=30,
        spots=(Spot(47.1186, 9.5432, 200), Spot(47.1276, 9.5387, 120), Spot(47.1022, 9.6092, 140)),
        streets=("Bergstrasse", "Walserweg", "Hofistrasse", "Am Kulm", "Lawenaweg", "Tobelstrasse"),
    ),
    Municipality(
        name="Vaduz",
        region=OBERLAND,
        postcode="9490",
        accounts=75,
        spots=(
            Spot(47.1398, 9.5210, 240),
            Spot(47.1342, 9.5215, 200),
            Spot(47.1452, 9.5190, 240),
            Spot(47.1500, 9.5145, 180),
        ),
        streets=(
            "Marktgasse",
            "Rebenweg",
            "Residenzgasse",
            "Bannholzstrasse",
            "Altenbachweg",
            "Zum Weinberg",
            "Austrasse",
        ),
    ),
    Municipality(
        name="Schaan",
        region=OBERLAND,
        postcode="9494",
        accounts=75,
        spots=(Spot(47.1658, 9.5098, 320), Spot(47.1712, 9.5100, 240), Spot(47.1600, 9.5085, 220)),
        streets=("Bahnhofplatz", "Lindengasse", "Im Rossfeld", "Specki", "Werkstrasse", "Quellenweg", "Steckergasse"),
    ),
    Municipality(
        name="Planken",
        region=OBERLAND,
        postcode="9498",
        accounts=4,
        spots=(Spot(47.1857, 9.5445, 100),),
        streets=("Waldstrasse", "Auf der Halde", "Obergasse"),
    ),
    Municipality(
        name="Eschen",
        region=UNTERLAND,
        postcode="9492",
        accounts=45,
        spots=(Spot(47.2112, 9.5225, 280), Spot(47.1975, 9.5425, 160)),
        streets=("Kirchweg", "Am Bühl", "Essanestrasse", "Simsgasse", "Haldenweg", "Schönbühl"),
    ),
    Municipality(
        name="Mauren",
        region=UNTERLAND,
        postcode="9493",
        accounts=35,
        spots=(Spot(47.2190, 9.5435, 280), Spot(47.2158, 9.5680, 120)),
        streets=("Peter-Büchel-Weg", "Weiherring", "Krummenacker", "Gänsenbachstrasse", "Torfstrasse"),
    ),
    Municipality(
        name="Gamprin",
        region=UNTERLAND,
        postcode="9487",
        accounts=15,
        spots=(Spot(47.2190, 9.5100, 150), Spot(47.2128, 9.5072, 140)),
        streets=("Haldenstrasse", "Kirchhügel", "Badäl", "Oberbühl"),
    ),
    Municipality(
        name="Ruggell",
        region=UNTERLAND,
        postcode="9491",
        accounts=15,
        spots=(Spot(47.2390, 9.5272, 260),),
        streets=("Giessenstrasse", "Rietstrasse", "Kanalweg", "Nellengasse"),
    ),
    Municipality(
        name="Schellenberg",
        region=UNTERLAND,
        postcode="9488",
        accounts=6,
        spots=(Spot(47.2310, 9.5462, 130),),
        streets=("Burgruineweg", "Tannwald", "Hinterdorf"),
    ),
)


def polygon_around(municipalities: Iterable[Municipality]) -> dict[str, Any]:
    """Return the land of some municipalities as a GeoJSON MultiPolygon: what lies around their spots."""
    spots = (spot for municipality in municipalities for spot in municipality.spots)
    ring = hull(corner for spot in spots for corner in _corners(spot))
    return {"type": "MultiPolygon", "coordinates": [[[list(point) for point in ring]]]}


def _corners(spot: Spot) -> Iterator[Point]:
    distance = (spot.radius_m + _MARGIN_M) / METRES_PER_DEGREE
    for number in range(_CORNERS):
        angle = 2 * math.pi * number / _CORNERS
        lng = spot.lng + distance * math.cos(angle) / math.cos(math.radians(spot.lat))
        yield round(lng, DECIMALS), round(spot.lat + distance * math.sin(angle), DECIMALS)
