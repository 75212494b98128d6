"""Positions from addresses: asked of a server that answers as Nominatim does, and never against a person's word."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from api.cli import main
from api.composition import REGISTRY
from api.geocoding import BadGeocoder, GeocoderChoice, open_geocoder
from api.jobs import contexts
from api.settings import BadSetting, Settings
from api.upkeep import periodic_jobs
from domain.customers.geocoding import ASK_AGAIN_AFTER, Filled, Geocode, address_line, fill_positions
from domain.customers.models import Site
from domain.kernel.ids import new_id
from tests.support.company import NOW, Company
from tests.support.phone import Phone

VADUZ = {"street": "Städtle", "house_number": "7", "postcode": "9490", "city": "Vaduz", "country": "LI"}
SCHAAN = {"street": "Landstrasse", "house_number": "1", "postcode": "9494", "city": "Schaan", "country": "LI"}
NOWHERE = {"street": "Nirgendweg", "house_number": "99", "postcode": "0000", "city": "Nirgends", "country": "LI"}


@dataclass
class Nominatim:
    """A server that answers in Nominatim's format, and what it was asked."""

    url: str = ""
    status: int = 200
    asked: list[str] = field(default_factory=list)
    known: dict[str, tuple[float, float]] = field(
        default_factory=lambda: {
            "Städtle 7, 9490 Vaduz, LI": (47.1392, 9.5228),
            "Landstrasse 1, 9494 Schaan, LI": (47.1665, 9.5100),
        }
    )

    @property
    def options(self) -> dict[str, str]:
        return {"scheme": "http", "domain": self.url.removeprefix("http://"), "user_agent": "fieldbook-tests"}

    def geocode(self, *, per_minute: int = 60_000) -> Geocode:
        return open_geocoder(GeocoderChoice(name="nominatim", options=self.options, per_minute=per_minute))


@pytest.fixture
def nominatim() -> Iterator[Nominatim]:
    service = Nominatim()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            [query] = parse_qs(asked.query)["q"]
            assert asked.path == "/search"
            assert self.headers["User-Agent"] == "fieldbook-tests"
            service.asked.append(query)
            found = service.known.get(query)
            places = [{"lat": str(found[0]), "lon": str(found[1]), "display_name": query}] if found else []
            body = json.dumps(places).encode()
            self.send_response(service.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield service
    server.shutdown()
    thread.join()
    server.server_close()


def site(company: Company, address: dict[str, Any] | None = None, **changes: Any) -> Site:
    given = {"name": "Shop", "address": address or {}, **changes}
    made: Site = company.do("site.create", id=new_id(), account_id=company.account().id, **given)
    return made


def where(company: Company, site: Site) -> tuple[float, float] | None:
    position = company.read(Site, site.id).position
    return (position.lat, position.lng) if position else None


@pytest.fixture
def fill(sessions: sessionmaker[Session], company: Company, nominatim: Nominatim) -> Callable[..., Filled]:
    """Do what the worker does."""

    def run(**changes: Any) -> Filled:
        given = {"geocode": nominatim.geocode(), "now": NOW, "most": 100, **changes}
        return fill_positions(contexts(sessions, REGISTRY, org_id=company.org_id), **given)

    return run


Fill = Callable[..., Filled]


def test_a_site_with_an_address_gets_its_place_and_every_phone_sees_it(app: Flask, company: Company, fill: Fill):
    shop = site(company, VADUZ)
    assert fill() == Filled(placed=1, asked=1)
    phone = Phone.sign_in(app, company.rep)
    phone.pull()
    assert phone.document("site", shop.id)["position"] == {"lat": 47.1392, "lng": 9.5228, "accuracy_m": None}


def test_a_place_that_a_person_has_set_is_never_asked_for(company: Company, fill: Fill, nominatim: Nominatim):
    pinned = site(company, VADUZ, position={"lat": 47.0, "lng": 9.0})
    assert fill() == Filled()
    assert nominatim.asked == []
    assert where(company, pinned) == (47.0, 9.0)


def test_a_place_that_a_person_has_corrected_stays_even_if_the_address_changes(company: Company, fill: Fill):
    shop = site(company, VADUZ)
    fill()
    company.do("site.update", company.rep, site_id=shop.id, position={"lat": 47.1395, "lng": 9.5230})
    company.do("site.update", company.rep, site_id=shop.id, address=SCHAAN)
    assert fill() == Filled()
    assert where(company, shop) == (47.1395, 9.5230)


def test_a_site_that_moved_is_asked_for_again(company: Company, fill: Fill):
    shop = site(company, VADUZ)
    fill()
    company.do("site.update", site_id=shop.id, address=SCHAAN)
    assert fill().placed == 1
    assert where(company, shop) == (47.1665, 9.5100)


def test_somebody_who_sets_the_place_meanwhile_is_right(company: Company, fill: Fill, nominatim: Nominatim):
    shop = site(company, VADUZ)

    def slowly(address: str) -> Any:
        company.do("site.update", company.rep, site_id=shop.id, position={"lat": 47.0, "lng": 9.0})
        return nominatim.geocode()(address)

    assert fill(geocode=slowly) == Filled(asked=1)
    assert where(company, shop) == (47.0, 9.0)


def test_an_address_is_asked_for_once_whoever_is_there(company: Company, fill: Fill, nominatim: Nominatim):
    first, second = site(company, VADUZ), site(company, VADUZ)
    assert fill() == Filled(placed=2, asked=1)
    assert where(company, first) == where(company, second)
    fill(now=NOW + 2 * ASK_AGAIN_AFTER)
    assert len(nominatim.asked) == 1


def test_what_is_not_found_is_listed_and_asked_for_again_after_a_month(
    app: Flask, company: Company, fill: Fill, nominatim: Nominatim
):
    lost, without, late = site(company, NOWHERE), site(company, {"street": "Hauptstrasse"}), site(company, SCHAAN)
    assert fill(most=1) == Filled(
        not_found=1, asked=1, stopped="So many addresses are asked for at a time; the others come next."
    )

    items = Phone.sign_in(app, company.rep).get("/sites/without-position").json["items"]
    reasons = {each["site_id"]: each["reason"] for each in items}
    assert reasons == {str(lost.id): "not_found", str(without.id): "no_address", str(late.id): "waiting"}

    fill()
    assert nominatim.asked.count("Nirgendweg 99, 0000 Nirgends, LI") == 1
    fill(now=NOW + ASK_AGAIN_AFTER + timedelta(hours=1))
    assert nominatim.asked.count("Nirgendweg 99, 0000 Nirgends, LI") == 2


def test_others_see_no_sites_of_an_area_that_is_not_theirs(app: Flask, company: Company):
    account = company.account(territory_id=company.other_territory_id)
    company.do("site.create", id=new_id(), account_id=account.id, name="Far")
    assert Phone.sign_in(app, company.rep).get("/sites/without-position").json == {"items": []}


@pytest.mark.parametrize("status", [429, 500, 403])
def test_a_geocoder_that_has_enough_is_left_alone(company: Company, fill: Fill, nominatim: Nominatim, status: int):
    site(company, VADUZ)
    site(company, SCHAAN)
    nominatim.status = status
    filled = fill()
    assert filled.stopped is not None
    assert "Vaduz" not in filled.stopped
    assert (filled.placed, len(nominatim.asked)) == (0, 1)
    nominatim.status = 200
    assert fill().placed == 2


def test_it_is_asked_no_more_often_than_it_allows(nominatim: Nominatim, monkeypatch: pytest.MonkeyPatch):
    waits: list[float] = []
    monkeypatch.setattr("api.geocoding.time.sleep", waits.append)
    ask = nominatim.geocode(per_minute=30)
    ask("Städtle 7, 9490 Vaduz, LI")
    ask("Landstrasse 1, 9494 Schaan, LI")
    assert waits[0] == 0
    assert 1 < waits[1] <= 2


@pytest.mark.parametrize(
    ("address", "line"),
    [
        (VADUZ, "Städtle 7, 9490 Vaduz, LI"),
        ({"city": "Vaduz"}, "Vaduz"),
        ({"street": "Städtle", "postcode": "9490"}, "Städtle, 9490"),
        ({"street": "Städtle", "house_number": "7", "country": "LI"}, None),
        ({}, None),
    ],
)
def test_an_address_needs_a_town_to_be_looked_up(address: dict[str, Any], line: str | None):
    assert address_line(address) == line


def test_the_worker_looks_for_places_when_there_is_somebody_to_ask(
    settings: Settings, sessions: sessionmaker[Session], company: Company, nominatim: Nominatim
):
    assert "customers.geocode" not in {job.name for job in periodic_jobs(settings, sessions)}
    choice = GeocoderChoice(name="nominatim", options=nominatim.options, per_minute=60_000)
    shop = site(company, VADUZ)
    jobs = {job.name: job for job in periodic_jobs(replace(settings, geocoder=choice), sessions)}
    jobs["customers.geocode"].run(NOW)
    assert where(company, shop) == (47.1392, 9.5228)


@pytest.fixture
def fieldbook(settings: Settings, company: Company, tmp_path: Any) -> Callable[..., Result]:
    environ = {
        "DATABASE_URL": settings.database_url,
        "MIGRATION_DATABASE_URL": settings.migration_database_url,
        "FIELDBOOK_VAR": str(tmp_path / "var"),
    }
    return lambda *given, **more: CliRunner(env=environ | more).invoke(main, ["geocode", "--org", company.slug, *given])


def test_the_command_line_looks_them_up_and_lists_the_rest(
    company: Company, fieldbook: Callable[..., Result], nominatim: Nominatim
):
    site(company, VADUZ)
    site(company, NOWHERE, name="Lost")
    assert "No geocoder is chosen" in fieldbook().output

    chosen = {"GEOCODER": "nominatim", "GEOCODER_OPTIONS": json.dumps(nominatim.options)}
    done = fieldbook(**chosen, GEOCODER_REQUESTS_PER_MINUTE="60000")

    assert done.exit_code == 0, done.output
    assert "1 sites have a position now (2 addresses looked up)." in done.output
    assert "Lost: the geocoder does not know the address" in done.output
    assert "Lost: the geocoder does not know" in fieldbook("--list").output


def test_a_geocoder_that_is_set_wrong_is_refused_with_a_sentence(fieldbook: Callable[..., Result]):
    with pytest.raises(BadSetting, match="GEOCODER_OPTIONS must be a JSON object"):
        Settings.from_env({"GEOCODER": "nominatim", "GEOCODER_OPTIONS": "[]"})
    with pytest.raises(BadGeocoder, match="no geocoder 'nobody'"):
        open_geocoder(GeocoderChoice(name="nobody", options={}, per_minute=60))
    with pytest.raises(BadGeocoder, match="do not fit nominatim"):
        open_geocoder(GeocoderChoice(name="nominatim", options={"colour": "red"}, per_minute=60))
    assert "GEOCODER_OPTIONS do not fit" in fieldbook(GEOCODER="nominatim").output
