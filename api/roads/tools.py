"""A road server of one's own, made from a map by OSRM's programs.

They come with the package `osrm-bindings` (the extra `roads`), whose Python part is not used, or from elsewhere.
"""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

MAP = "map"
TABLE_SIZE = 2_000
"""How many places our own server accepts in one table."""
_PROGRAMS = ("osrm-extract", "osrm-partition", "osrm-customize", "osrm-routed")


class RoadsNotBuilt(Exception):
    """The map could not be made, or is not there. The message is for the operator."""


@dataclass(frozen=True, kw_only=True)
class Tools:
    """Where OSRM's programs are, and the profile that says where a car may drive and how fast."""

    programs: Mapping[str, Path]
    profile: Path


def find_tools(environ: Mapping[str, str] = os.environ) -> Tools:
    """Return OSRM's programs: those of `ROADS_TOOLS`, of the package, or on the `PATH`.

    Raises:
        RoadsNotBuilt: there are none.
    """
    for folder in _folders(environ):
        found = {name: shutil.which(name, path=str(folder)) for name in _PROGRAMS}
        if all(found.values()):
            programs = {name: Path(path) for name, path in found.items() if path}
            profiles = (folder.parent / "share" / "profiles", folder.parent / "share" / "osrm" / "profiles")
            profile = next((path / "car.lua" for path in profiles if (path / "car.lua").is_file()), None)
            if profile is None:
                raise RoadsNotBuilt(f"{folder} has OSRM's programs, but {profiles[0]} has no car.lua.")
            return Tools(programs=programs, profile=profile)
    given = environ.get("ROADS_TOOLS")
    if given:
        raise RoadsNotBuilt(
            f"ROADS_TOOLS names {given}, where {_PROGRAMS[0]} and the others are missing or may not be run: "
            "correct the name, or make them executable (chmod +x)."
        )
    raise RoadsNotBuilt(
        "OSRM's programs are not here. With Python 3.12 or newer: "
        "pip install --only-binary osrm-bindings 'fieldbook[roads]'. If there is no wheel for this machine, or with "
        f"an older Python, let ROADS_TOOLS name the folder that holds {_PROGRAMS[0]} and the others (docs/roads.md)."
    )


def _folders(environ: Mapping[str, str]) -> list[Path]:
    given = environ.get("ROADS_TOOLS")
    if given:
        return [Path(given)]
    package = importlib.util.find_spec("osrm")
    of_package = [Path(place) / "bin" for place in (package.submodule_search_locations or [])] if package else []
    return [*of_package, *(Path(part) for part in environ.get("PATH", "").split(os.pathsep) if part)]


def build(tools: Tools, *, source: Path, folder: Path, say: Callable[[str], None]) -> Path:
    """Make the road server's map from `source` (OpenStreetMap, `.osm.pbf`) and return where it is.

    What was there before is replaced when the new map is whole.

    Raises:
        RoadsNotBuilt: with what the program said.
    """
    if not source.name.endswith((".osm.pbf", ".osm.bz2", ".osm")):
        raise RoadsNotBuilt(f"{source.name} is no map: one ends with .osm.pbf, such as those of download.geofabrik.de.")
    draft, base = folder / "draft", folder / "draft" / f"{MAP}.osrm"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    steps: tuple[tuple[str, str, list[str | Path]], ...] = (
        ("Reading the map", "osrm-extract", ["-p", tools.profile, "-o", base, source.absolute()]),
        ("Dividing it into cells", "osrm-partition", [base]),
        ("Measuring the roads", "osrm-customize", [base]),
    )
    for number, (what, program, arguments) in enumerate(steps, start=1):
        say(f"{number} of {len(steps)}: {what}")
        # In the draft's folder: some of the programs leave files where they are started.
        done = subprocess.run(
            [tools.programs[program], "-l", "WARNING", *arguments],
            cwd=draft,
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            shutil.rmtree(draft, ignore_errors=True)
            raise RoadsNotBuilt(f"{program} failed: {_reason(done)}")
    final = folder / MAP
    shutil.rmtree(final, ignore_errors=True)
    draft.rename(final)
    return final


def _reason(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    return lines[-1] if lines else f"exit code {done.returncode}. Is there enough memory?"


def serving(tools: Tools, *, folder: Path, host: str, port: int) -> list[str]:
    """Return the command that serves the map in `folder`.

    Raises:
        RoadsNotBuilt: there is no map yet.
    """
    base = folder / MAP / f"{MAP}.osrm"
    if not base.with_suffix(".osrm.mldgr").is_file():
        raise RoadsNotBuilt("There is no map yet. Make one: fieldbook roads build FILE.osm.pbf")
    # More talkative it would log where people drive.
    quiet, size = ["--verbosity", "WARNING"], ["--max-table-size", str(TABLE_SIZE)]
    place = ["--algorithm", "MLD", "--ip", host, "--port", str(port)]
    return [str(tools.programs["osrm-routed"]), *quiet, *place, *size, str(base)]
