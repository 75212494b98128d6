"""The geocoder that the operator chose: any of geopy's, asked no more often than it allows."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.customers.geocoding import Geocode, GeocoderUnavailable
from domain.geo.rules import Position


class BadGeocoder(Exception):
    """The geocoder cannot be used as it is set. The message is for the operator."""


@dataclass(frozen=True, kw_only=True)
class GeocoderChoice:
    """Which of geopy's geocoders, how it is made, and how often it may be asked."""

    name: str
    options: Mapping[str, Any]
    per_minute: int


def open_geocoder(choice: GeocoderChoice) -> Geocode:
    """Return what asks the geocoder.

    Raises:
        BadGeocoder: geopy has none of this name, or it does not take these options.
    """
    # geopy loads all its geocoders, which takes a second: whoever asks none does without.
    from geopy.exc import GeocoderNotFound, GeocoderQueryError, GeopyError
    from geopy.geocoders import get_geocoder_for_service

    try:
        geocoder = get_geocoder_for_service(choice.name)(**choice.options)
    except GeocoderNotFound as error:
        raise BadGeocoder(f"GEOCODER: geopy has no geocoder {choice.name!r}.") from error
    except (TypeError, ValueError, GeopyError) as error:
        raise BadGeocoder(f"GEOCODER_OPTIONS do not fit {choice.name}: {str(error).splitlines()[0]}") from error
    pace_s = 60 / choice.per_minute
    asked_at = -pace_s

    def ask(address: str) -> Position | None:
        nonlocal asked_at
        time.sleep(max(0.0, asked_at + pace_s - time.monotonic()))
        asked_at = time.monotonic()
        try:
            found = geocoder.geocode(address)
        except GeocoderQueryError:
            return None
        except (GeopyError, ValueError, KeyError, TypeError, IndexError) as error:
            # Its message may hold the address.
            raise GeocoderUnavailable(f"The geocoder could not be asked ({type(error).__name__}).") from None
        if found is None or not (-90 <= found.latitude <= 90 and -180 <= found.longitude <= 180):
            return None
        return Position(lat=round(found.latitude, 6), lng=round(found.longitude, 6))

    return ask
