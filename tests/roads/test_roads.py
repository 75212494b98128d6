"""Distances along roads: from a real OSRM server, from the cache, and straight lines where there are none."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from api.cli import main
from api.roads.cache import KEEP, RoadCache, Roads, forget_old, keys_of
from api.roads.osrm import OsrmServer, Table
from api.roads.provider import RoadDistancesProvider, RoadServer, distance_provider
from api.roads.tools import RoadsNotBuilt, Tools, build, find_tools, serving
from api.settings import BadSetting, Settings
from domain.geo.distances import Degrees, Source, StraightLines, degrees
from domain.geo.models import RoadDistances
from domain.geo.rules import DEFAULT_PROFILE, Position
from tests.support.company import NOW, Company
from tests.support.phone import Phone

VADUZ, SCHAAN, BALZERS = (47.1410, 9.5209), (47.1650, 9.5090), (47.0680, 9.5000)
MALBUN, VIENNA = (47.1020, 9.6100), (48.2080, 16.3720)
STRAIGHT = StraightLines(profile=DEFAULT_PROFILE)


@pytest.fixture
def provider(company: Company) -> Callable[..., RoadDistancesProvider]:
    """Make a provider of the company for a road server."""

    def make(url: str, *, table_size: int = 100, timeout_s: float = 10) -> RoadDistancesProvider:
        osrm = OsrmServer(url=url, table_size=table_size, timeout_s=timeout_s)
        cache = RoadCache(open_session=company.session, org_id=company.org_id, url=url, now=NOW)
        return RoadDistancesProvider(server=RoadServer(osrm), cache=cache, otherwise=STRAIGHT)

    return make


Make = Callable[..., RoadDistancesProvider]


def test_roads_are_longer_than_straight_lines_and_not_the_same_both_ways(osrm: str, provider: Make):
    places = np.array([VADUZ, SCHAAN, BALZERS, MALBUN])
    found = provider(osrm).matrix(places, places)
    assert found.source == Source.ROADS
    assert found.shortcoming is None
    assert (np.diag(found.metres) == 0).all()
    assert 2_700 < found.metres[0, 1] < 4_500
    assert 12_000 < found.metres[0, 3] < 18_000
    assert not np.array_equal(found.seconds, found.seconds.T)


def test_many_blocks_give_what_one_question_gives(osrm: str, company: Company, provider: Make):
    generator = np.random.default_rng(1)
    places = np.array(VADUZ) + generator.uniform(-0.01, 0.01, (23, 2))
    whole = OsrmServer(url=osrm).table(places, places[:17])
    in_blocks = OsrmServer(url=osrm, table_size=6).table(places, places[:17])
    assert np.array_equal(whole.seconds, in_blocks.seconds)
    assert np.array_equal(whole.metres, in_blocks.metres)


def test_what_was_asked_once_is_not_asked_again(osrm: str, provider: Make, answering: Callable[..., str]):
    places = np.array([VADUZ, SCHAAN, BALZERS])
    asked = provider(osrm)
    first = asked.matrix(places, places)
    # The same server, as the cache knows it, but it answers no more.
    silent = replace(asked, server=RoadServer(OsrmServer(url=answering(b"", status=500))))
    again = silent.matrix(places[::-1], places)
    assert again.source == Source.ROADS
    assert np.array_equal(again.metres, first.metres[::-1])


def test_of_one_more_place_only_its_own_roads_are_asked(osrm: str, company: Company, provider: Make):
    places = np.array([VADUZ, SCHAAN, BALZERS])
    asked = provider(osrm)
    asked.matrix(places, places)
    asked_for: list[tuple[int, int]] = []

    class Counting(OsrmServer):
        def table(self, starts: Degrees, ends: Degrees) -> Table:
            asked_for.append((len(starts), len(ends)))
            return super().table(starts, ends)

    more = np.array([VADUZ, SCHAAN, BALZERS, MALBUN])
    found = replace(asked, server=RoadServer(Counting(url=osrm))).matrix(more, more)

    assert asked_for == [(1, 4), (3, 1)]
    fresh = OsrmServer(url=osrm).table(more, more)
    assert np.array_equal(found.seconds, fresh.seconds)


def test_places_that_are_the_same_are_one(osrm: str, provider: Make):
    twice = np.array([VADUZ, VADUZ, SCHAAN])
    found = provider(osrm).matrix(twice, twice)
    assert found.metres[0, 1] == 0
    assert np.array_equal(found.metres[0], found.metres[1])


def test_a_place_off_the_map_is_reached_by_straight_lines_and_that_is_said(osrm: str, provider: Make):
    places = np.array([VADUZ, SCHAAN, VIENNA])
    found = provider(osrm).matrix(places, places)
    straight = STRAIGHT.matrix(places, places)
    assert found.source == Source.ROADS
    assert found.shortcoming is not None
    assert found.shortcoming.detail == (
        "The road server's map has no road between 5 pairs of these places: straight lines stand in for them."
    )
    assert found.metres[0, 2] == straight.metres[0, 2]
    assert found.metres[0, 1] != straight.metres[0, 1]


def test_each_organisation_has_a_cache_of_its_own(osrm: str, company: Company, other_company: Company, provider: Make):
    provider(osrm).matrix(np.array([VADUZ]), np.array([SCHAAN]))
    with other_company.session() as session:
        assert session.scalar(select(func.count()).select_from(RoadDistances)) == 0


def test_what_is_old_is_asked_again_and_forgotten(company: Company):
    def cache(now: datetime) -> RoadCache:
        return RoadCache(open_session=company.session, org_id=company.org_id, url="http://roads", now=now)

    [key] = keys_of(np.array([VADUZ]))
    ends = keys_of(np.array([SCHAAN]))
    cache(NOW).write({int(key): Roads(ends, np.array([300], np.int32), np.array([3_500], np.int32))})
    assert cache(NOW).read(np.array([key]))[int(key)].metres.tolist() == [3_500]
    assert cache(NOW + KEEP).read(np.array([key])) == {}
    assert forget_old(org_id=company.org_id, open_session=company.session, before=NOW) == 0
    assert forget_old(org_id=company.org_id, open_session=company.session, before=NOW + timedelta(days=1)) == 1
    assert cache(NOW).read(np.array([key])) == {}


def test_places_within_a_metre_have_one_number_and_others_have_not():
    here, nearly, elsewhere = keys_of(np.array([(47.14100, 9.52090), (47.141001, 9.520901), (47.14102, 9.5209)]))
    assert here == nearly
    assert here != elsewhere
    corners = keys_of(np.array([(-90, -180), (-90, 180), (90, -180), (90, 180.0)]))
    assert len(set(corners.tolist())) == 4


@pytest.mark.parametrize(
    ("body", "status", "after_s", "code"),
    [
        (b"<html>", 200, 0, "roads.not_understood"),
        (b'{"code": "Ok"}', 200, 0, "roads.not_understood"),
        (
            b'{"code": "Ok", "durations": [["x"]], "distances": [[1]], "sources": [], "destinations": []}',
            200,
            0,
            "roads.not_understood",
        ),
        (b'{"code": "TooBig"}', 400, 0, "roads.too_big"),
        (b'{"code": "InvalidUrl"}', 400, 0, "roads.not_understood"),
        (b"{}", 200, 3, "roads.too_slow"),
    ],
)
def test_a_server_that_does_not_answer_well_is_replaced_by_straight_lines(
    body: bytes, status: int, after_s: float, code: str, provider: Make, answering: Callable[..., str]
):
    places = np.array([VADUZ, SCHAAN])
    asked = provider(answering(body, status=status, after_s=after_s), timeout_s=0.5)
    matrix, way = asked.matrix(places, places), asked.way(places)
    assert (matrix.source, way.source) == (Source.STRAIGHT_LINES, Source.STRAIGHT_LINES)
    assert matrix.shortcoming is not None
    assert way.shortcoming is not None
    assert (matrix.shortcoming.code, way.shortcoming.code) == (code, code)
    assert np.array_equal(matrix.metres, STRAIGHT.matrix(places, places).metres)


def test_a_server_that_is_not_there_is_left_alone_for_a_while(provider: Make):
    asked = provider("http://127.0.0.1:1")
    places = np.array([VADUZ, SCHAAN])
    assert asked.matrix(places, places).shortcoming is not None
    assert asked.server.left_alone_until > 0
    found = asked.way(places)
    assert found.shortcoming is not None
    assert found.shortcoming.code == "roads.unreachable"


def test_too_many_places_are_not_asked_for(provider: Make):
    many = np.repeat(np.array([VADUZ]), 1_001, axis=0)
    found = provider("http://127.0.0.1:1").matrix(many, many)
    assert found.shortcoming is not None
    assert found.shortcoming.code == "roads.too_many_places"


def test_nothing_that_is_logged_says_where_anybody_is(provider: Make, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("urllib3").setLevel(logging.WARNING)
        provider("http://127.0.0.1:1").matrix(np.array([VADUZ]), np.array([SCHAAN]))
    assert "47.1" not in caplog.text
    assert "9.5" not in caplog.text


def test_the_way_of_a_day_follows_the_roads(osrm: str, provider: Make):
    found = provider(osrm).way(np.array([VADUZ, SCHAAN, BALZERS, VADUZ]))
    assert found.source == Source.ROADS
    assert len(found.legs) == 3
    assert len(found.line) > 100
    assert found.line[0] == pytest.approx((VADUZ[1], VADUZ[0]), abs=0.001)


def test_a_long_day_is_asked_in_parts_that_meet(osrm: str):
    places = np.array([VADUZ, SCHAAN, BALZERS, VADUZ, MALBUN, SCHAAN, VADUZ, BALZERS])
    whole, parts = OsrmServer(url=osrm).route(places), OsrmServer(url=osrm, table_size=4).route(places)
    assert parts.legs == whole.legs
    assert (parts.line[0], parts.line[-1]) == (whole.line[0], whole.line[-1])


def test_a_way_off_the_map_is_a_straight_line(osrm: str, provider: Make):
    found = provider(osrm).way(np.array([VADUZ, VIENNA]))
    assert found.source == Source.STRAIGHT_LINES
    assert found.shortcoming is not None
    assert found.shortcoming.code == "roads.off_the_map"


def test_without_a_road_server_distances_are_straight_lines(
    settings: Settings, sessions: sessionmaker[Session], company: Company
):
    found = distance_provider(settings, sessions, org_id=company.org_id, profile=DEFAULT_PROFILE, now=NOW)
    assert found.matrix(degrees([Position(lat=47, lng=9)]), degrees([Position(lat=47, lng=9)])).shortcoming is None
    assert isinstance(found, StraightLines)


def test_the_map_asks_for_the_way_through_its_stops(app: Flask, company: Company):
    phone = Phone.sign_in(app, company.rep)
    places = [{"lat": lat, "lng": lng} for lat, lng in (VADUZ, SCHAAN)]
    answer = phone.post("/roads/way", {"places": places})
    assert answer.status_code == 200, answer.text
    assert answer.json == {
        "source": "straight_lines",
        "shortcoming": None,
        "legs": [{"metres": 3662, "seconds": 485}],
        "line": {"type": "LineString", "coordinates": [[9.5209, 47.141], [9.509, 47.165]]},
        "attribution": None,
    }
    assert phone.post("/roads/way", {"places": places[:1]}).json["fields"] == {
        "places": ["Length must be between 2 and 200."]
    }


def test_the_doctor_says_whether_roads_can_be_had(osrm: str, settings: Settings, tmp_path: Path):
    def ask(url: str) -> str:
        environ = {"DATABASE_URL": settings.database_url, "FIELDBOOK_VAR": str(tmp_path), "ROADS_URL": url}
        return CliRunner(env=environ).invoke(main, ["doctor"]).output

    assert "Roads: no road server" in ask("")
    assert "Roads: the road server answers" in ask(osrm)
    assert "Roads: The road server cannot be reached." in ask("http://127.0.0.1:1")


def test_an_address_that_is_none_is_refused_at_the_start():
    with pytest.raises(BadSetting, match="ROADS_URL must look like"):
        Settings.from_env({"ROADS_URL": "localhost:5000"})


def test_the_command_line_builds_a_map_and_says_how_far_it_is(tools: Tools, extract: Path, tmp_path: Path):
    done = CliRunner(env={"FIELDBOOK_VAR": str(tmp_path)}).invoke(main, ["roads", "build", str(extract)])
    assert done.exit_code == 0, done.output
    assert "1 of 3: Reading the map" in done.output
    assert (tmp_path / "roads" / "map" / "map.osrm.mldgr").is_file()
    assert not (tmp_path / "roads" / "draft").exists()


def test_a_file_that_is_no_map_is_refused_and_the_old_map_stays(tools: Tools, tmp_path: Path):
    (tmp_path / "map").mkdir()
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(b"no map")
    with pytest.raises(RoadsNotBuilt, match="osrm-extract failed: "):
        build(tools, source=broken, folder=tmp_path, say=lambda _line: None)
    assert (tmp_path / "map").is_dir()
    with pytest.raises(RoadsNotBuilt, match=r"\.osm\.pbf"):
        build(tools, source=tmp_path / "list.csv", folder=tmp_path, say=lambda _line: None)


def test_without_a_map_nothing_is_served(tools: Tools, tmp_path: Path):
    with pytest.raises(RoadsNotBuilt, match="fieldbook roads build"):
        serving(tools, folder=tmp_path, host="127.0.0.1", port=5000)


def test_a_folder_without_programs_that_run_is_named(tmp_path: Path):
    for name in ("osrm-extract", "osrm-partition", "osrm-customize", "osrm-routed"):
        (tmp_path / name).touch(mode=0o644)
    with pytest.raises(RoadsNotBuilt, match=rf"ROADS_TOOLS names {tmp_path}, .*chmod \+x"):
        find_tools({"ROADS_TOOLS": str(tmp_path)})


@pytest.mark.skipif(find_spec("osrm") is not None, reason="the package with the programs is installed")
def test_without_the_programs_one_is_told_how_to_get_them(tmp_path: Path):
    with pytest.raises(RoadsNotBuilt, match=r"pip install .* ROADS_TOOLS .*docs/roads\.md"):
        find_tools({"PATH": str(tmp_path)})
