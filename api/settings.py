"""What the operator decides, read from the environment once and handed to whoever needs it."""

import os
import re
import secrets
import shlex
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import orjson

from api.geocoding import GeocoderChoice
from api.runtime.postgres import APP_ROLE, OWNER_ROLE, EmbeddedPostgres
from api.runtime.timeouts import Timeouts
from api.storage.bucket import Bucket
from domain.attachments.limits import Limits

ROOT = Path(__file__).resolve().parent.parent


class BadSetting(Exception):
    """An environment variable has a value that cannot be used."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that differs between two installations. Each field names its environment variable."""

    database_url: str
    """`DATABASE_URL`: the app's connections, `postgresql://…`; by default those of Fieldbook's own server."""
    migration_database_url: str
    """`MIGRATION_DATABASE_URL`: the owner of the tables, used by migrations only; `DATABASE_URL` by default."""
    app_role_to_set: str | None
    """The role that each of the app's connections takes with `SET ROLE`, when both URLs name the owner."""
    embedded_postgres: EmbeddedPostgres | None
    """Fieldbook's own server, or None when `DATABASE_URL` is given."""
    host: str
    """`HOST`: the address to listen on."""
    port: int
    """`PORT`: the TCP port to listen on."""
    web_processes: int
    """`WEB_PROCESSES`: how many processes answer requests."""
    web_threads: int
    """`WEB_THREADS`: how many requests one of them answers at a time."""
    device_requests_per_minute: int
    """`DEVICE_REQUESTS_PER_MINUTE`: how much one device may ask of one web process; 0 sets no limit."""
    organisation_requests_per_minute: int
    """`ORGANISATION_REQUESTS_PER_MINUTE`: how much one organisation may ask of one web process; 0 sets no limit."""
    first_syncs: int
    """`FIRST_SYNCS`: how many devices may be in the middle of their first sync, over all processes."""
    database_timeouts: Timeouts
    """`STATEMENT_TIMEOUT_S`, `LOCK_TIMEOUT_S`, `IDLE_TRANSACTION_TIMEOUT_S`: after how long the database gives up."""
    var_dir: Path
    """`FIELDBOOK_VAR`: the folder of all data that Fieldbook keeps outside the database."""
    secret_key: str
    """`FIELDBOOK_SECRET_KEY`: signs access tokens; made once and kept in `var/secrets` by default."""
    vapid_key_path: Path
    """`VAPID_KEY_PATH`: the PEM file of the key that signs web pushes; made at first start."""
    export_key_path: Path
    """`EXPORT_KEY_PATH`: the PEM file of the key for which phones encrypt exports; made at first start."""
    vapid_subject: str
    """`VAPID_SUBJECT`: how push services reach the operator, `mailto:…` or `https://…`."""
    push_allow_loopback: bool
    """`PUSH_ALLOW_LOOPBACK=1`: also accept push services on this machine, for development and tests."""
    fcm_credentials_path: Path | None
    """`FCM_CREDENTIALS` or `GOOGLE_APPLICATION_CREDENTIALS`: the service-account file, for store-packaged apps."""
    attachment_storage: Path | Bucket
    """`ATTACHMENT_STORAGE`: where attachments' contents are kept, a folder (by default `var/attachments`) or
    `s3://bucket/prefix`; of the latter `AWS_REGION`, `AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID` and
    `AWS_SECRET_ACCESS_KEY` say the rest."""
    attachment_limits: Limits
    """`ATTACHMENT_MAX_BYTES`, `ATTACHMENT_TYPES` (media types, separated by blanks): what may be attached.
    `ATTACHMENT_MAX_UNFINISHED`: how many uploads a person may have begun."""
    attachment_scan: Sequence[str] | None
    """`ATTACHMENT_SCAN`: a command that finds viruses; without it nothing is looked for."""
    geocoder: GeocoderChoice | None
    """`GEOCODER` (a name of geopy's, such as `nominatim`), `GEOCODER_OPTIONS` (what it is made with, a JSON object),
    `GEOCODER_REQUESTS_PER_MINUTE`: who is asked where an address is; nobody by default."""
    roads_url: str | None
    """`ROADS_URL`: an OSRM server, `http://…`; without it distances are straight lines."""
    roads_table_size: int
    """`ROADS_TABLE_SIZE`: how many places that server accepts in one table (its `--max-table-size`)."""
    roads_timeout_s: int
    """`ROADS_TIMEOUT_S`: how long one answer of that server may take."""
    visit_late_after_min: int
    """`VISIT_LATE_AFTER_MIN`: how many minutes after its planned time a manager is told of a visit not begun."""
    map_style_url: str | None
    """`MAP_STYLE_URL`: a MapLibre style, `https://…`; without it maps are drawn on a plain ground."""
    map_origins: Sequence[str]
    """From where maps may be loaded: that of the style, and those of `MAP_ORIGINS` (separated by blanks), from which
    it takes tiles, letters and symbols."""
    pwa_dist: Path
    """`FIELDBOOK_APP`: the folder of the built phone app."""
    log_level: str
    """`LOG_LEVEL`: debug, info, warning or error."""

    @property
    def request_threads(self) -> int:
        """How many requests a web process takes in: those it works on, and seven times as many that wait their turn.

        A thread that waits costs little. Without them the turn would go by who came first, whoever asks most.
        """
        return 8 * self.web_threads

    @property
    def runtime_dir(self) -> Path:
        """The folder of sockets between our own processes."""
        return self.var_dir / "run"

    @property
    def roads_dir(self) -> Path:
        """The folder of our own road server's map."""
        return self.var_dir / "roads"

    @property
    def address(self) -> str:
        """Where a browser on this machine reaches the app."""
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - these are only shown
        host = everywhere.get(self.host, self.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read the settings. An empty variable counts as not set.

        Raises:
            BadSetting: with a sentence for the operator.
        """
        given = {name: value for name, value in (os.environ if environ is None else environ).items() if value.strip()}
        var_dir = Path(given.get("FIELDBOOK_VAR", ROOT / "var")).absolute()
        embedded = None if "DATABASE_URL" in given else EmbeddedPostgres(var_dir / "postgres")
        if embedded:
            database_url, migration_url, app_role = embedded.url(), embedded.url(role=OWNER_ROLE), None
        else:
            database_url = _postgres_url("DATABASE_URL", given)
            separate_owner = "MIGRATION_DATABASE_URL" in given
            migration_url = _postgres_url("MIGRATION_DATABASE_URL", given) if separate_owner else database_url
            app_role = None if separate_owner else APP_ROLE
        fcm_credentials = given.get("FCM_CREDENTIALS") or given.get("GOOGLE_APPLICATION_CREDENTIALS")
        return cls(
            database_url=database_url,
            migration_database_url=migration_url,
            app_role_to_set=app_role,
            embedded_postgres=embedded,
            host=given.get("HOST", "127.0.0.1"),
            port=_whole_number("PORT", given, default=8000, highest=65535),
            web_processes=_whole_number("WEB_PROCESSES", given, default=2, highest=256),
            web_threads=_whole_number("WEB_THREADS", given, default=8, highest=256),
            device_requests_per_minute=_whole_number(
                "DEVICE_REQUESTS_PER_MINUTE", given, default=3_000, lowest=0, highest=10**6
            ),
            organisation_requests_per_minute=_whole_number(
                "ORGANISATION_REQUESTS_PER_MINUTE", given, default=30_000, lowest=0, highest=10**7
            ),
            first_syncs=_whole_number("FIRST_SYNCS", given, default=20, highest=10_000),
            database_timeouts=Timeouts(
                statement_s=_whole_number("STATEMENT_TIMEOUT_S", given, default=15, highest=3_600),
                lock_s=_whole_number("LOCK_TIMEOUT_S", given, default=10, highest=3_600),
                idle_transaction_s=_whole_number("IDLE_TRANSACTION_TIMEOUT_S", given, default=30, highest=3_600),
            ),
            var_dir=var_dir,
            secret_key=given.get("FIELDBOOK_SECRET_KEY") or _kept_secret(var_dir / "secrets" / "signing-key"),
            vapid_key_path=Path(given.get("VAPID_KEY_PATH", var_dir / "secrets" / "vapid.pem")),
            export_key_path=Path(given.get("EXPORT_KEY_PATH", var_dir / "secrets" / "export.pem")),
            vapid_subject=given.get("VAPID_SUBJECT", "mailto:operator@fieldbook.example"),
            push_allow_loopback=given.get("PUSH_ALLOW_LOOPBACK") == "1",
            fcm_credentials_path=Path(fcm_credentials) if fcm_credentials else None,
            attachment_storage=_storage(given, default=var_dir / "attachments"),
            attachment_limits=_limits(given),
            attachment_scan=shlex.split(given["ATTACHMENT_SCAN"]) if "ATTACHMENT_SCAN" in given else None,
            geocoder=_geocoder(given),
            roads_url=_http_url("ROADS_URL", given),
            roads_table_size=_whole_number("ROADS_TABLE_SIZE", given, default=100, lowest=2, highest=10_000),
            roads_timeout_s=_whole_number("ROADS_TIMEOUT_S", given, default=10, highest=600),
            visit_late_after_min=_whole_number("VISIT_LATE_AFTER_MIN", given, default=30, highest=24 * 60),
            map_style_url=given.get("MAP_STYLE_URL", "").strip() or None,
            map_origins=[
                _origin(name, url) for name in ("MAP_STYLE_URL", "MAP_ORIGINS") for url in given.get(name, "").split()
            ],
            pwa_dist=Path(given.get("FIELDBOOK_APP", ROOT / "mobile_client" / "pwa" / "dist")),
            log_level=given.get("LOG_LEVEL", "info").lower(),
        )


def _postgres_url(name: str, given: Mapping[str, str]) -> str:
    scheme, separator, rest = given[name].strip().partition("://")
    if not separator or scheme.partition("+")[0] not in {"postgres", "postgresql"}:
        raise BadSetting(f"{name} must look like postgresql://user:password@host:5432/database.")
    return f"postgresql://{rest}"


def _geocoder(given: Mapping[str, str]) -> GeocoderChoice | None:
    if "GEOCODER" not in given:
        return None
    try:
        options = orjson.loads(given.get("GEOCODER_OPTIONS", "{}"))
    except orjson.JSONDecodeError as error:
        raise BadSetting("GEOCODER_OPTIONS must be a JSON object.") from error
    if not isinstance(options, dict):
        raise BadSetting("GEOCODER_OPTIONS must be a JSON object.")
    per_minute = _whole_number("GEOCODER_REQUESTS_PER_MINUTE", given, default=60, highest=60_000)
    return GeocoderChoice(name=given["GEOCODER"].strip().lower(), options=options, per_minute=per_minute)


def _http_url(name: str, given: Mapping[str, str]) -> str | None:
    if name not in given:
        return None
    url = given[name].strip().rstrip("/")
    if not url.startswith(("http://", "https://")) or "?" in url or "#" in url:
        raise BadSetting(f"{name} must look like http://host:5000, without a query.")
    return url


def _origin(name: str, url: str) -> str:
    parts = urlsplit(url)
    # It goes into a header: nothing but a host may be in it.
    if parts.scheme not in {"http", "https"} or not re.fullmatch(r"[A-Za-z0-9.:\[\]-]+", parts.netloc):
        raise BadSetting(f"{name} must look like https://tiles.example.com/style.json.")
    return f"{parts.scheme}://{parts.netloc}"


def _whole_number(name: str, given: Mapping[str, str], *, default: int, lowest: int = 1, highest: int) -> int:
    text = given.get(name, str(default)).strip()
    if not text.isdecimal() or not lowest <= int(text) <= highest:
        raise BadSetting(f"{name} must be a whole number from {lowest} to {highest}, not {text!r}.")
    return int(text)


def _storage(given: Mapping[str, str], *, default: Path) -> Path | Bucket:
    place = given.get("ATTACHMENT_STORAGE", str(default))
    if "://" not in place:
        return Path(place).absolute()
    if not place.startswith("s3://") or place == "s3://":
        raise BadSetting("ATTACHMENT_STORAGE must be a folder, s3://bucket or s3://bucket/prefix.")
    name, _, prefix = place.removeprefix("s3://").partition("/")
    return Bucket(
        name=name,
        prefix=prefix.strip("/"),
        region=given.get("AWS_REGION", "us-east-1"),
        endpoint=given.get("AWS_ENDPOINT_URL"),
        access_key_id=given.get("AWS_ACCESS_KEY_ID"),
        secret_access_key=given.get("AWS_SECRET_ACCESS_KEY"),
    )


def _limits(given: Mapping[str, str]) -> Limits:
    default = Limits()
    return Limits(
        max_bytes=_whole_number("ATTACHMENT_MAX_BYTES", given, default=default.max_bytes, highest=2**40),
        media_types=frozenset(given.get("ATTACHMENT_TYPES", " ".join(default.media_types)).lower().split()),
        max_unfinished=_whole_number(
            "ATTACHMENT_MAX_UNFINISHED", given, default=default.max_unfinished, highest=10_000
        ),
    )


def _kept_secret(path: Path) -> str:
    """Return the secret in the file, made now if it is not there; of two processes that make it, one wins."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        draft.touch(mode=0o600, exist_ok=False)
        draft.write_text(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()
