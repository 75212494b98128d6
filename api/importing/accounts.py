"""Imports customers: each row of a file becomes an account with one site, by the same commands as everywhere else.

Everything happens in one transaction: if a row is wrong, nothing is imported, unless such rows
are to be left out.
"""

import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from marshmallow import Schema, ValidationError
from sqlalchemy import ARRAY, Text, any_, bindparam, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.importing.table import Table, TableRow, column_key, read_table
from domain.customers import opening_hours
from domain.customers.models import Account, Site
from domain.customers.rules import AccountKind
from domain.kernel.command import Actor, Context, Door, Registry, digest_of, perform, validated
from domain.kernel.errors import DomainError
from domain.kernel.ids import new_id
from domain.kernel.integrity import as_domain_error
from domain.kernel.model import Record
from domain.people.models import Organisation
from domain.territories.models import Territory
from sync.scope import Everything

ACCOUNT_FIELDS = ("name", "kind", "account_class", "industry", "phone", "email", "notes", "external_id")
ADDRESS_FIELDS = ("street", "house_number", "postcode", "city", "country")
SITE_FIELDS = ("opening_hours", "access_notes")
OTHER_FIELDS = ("latitude", "longitude", "territory")
FIELDS = (*ACCOUNT_FIELDS, *ADDRESS_FIELDS, *SITE_FIELDS, *OTHER_FIELDS)

# Field → headers that mean it, besides its own name, the surest first.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "name": ("account", "account_name", "company", "company_name", "customer", "customer_name", "firma", "kunde"),
    "kind": ("account_kind", "customer_kind", "customer_type"),
    "account_class": ("class", "abc"),
    "industry": ("branch", "sector", "branche"),
    "phone": ("telephone", "tel", "phone_number", "telefon"),
    "email": ("e_mail", "mail", "email_address"),
    "notes": ("note", "comment", "bemerkung"),
    "external_id": ("osm_id", "customer_number", "customer_id", "account_id", "kundennummer", "id"),
    "street": ("street_name", "strasse", "addr_street", "address"),
    "house_number": ("housenumber", "house_no", "street_number", "hausnummer", "addr_housenumber"),
    "postcode": ("postal_code", "zip", "zip_code", "plz", "addr_postcode"),
    "city": ("place", "town", "village", "ort", "addr_city"),
    "country": ("country_code", "land"),
    "opening_hours": ("hours", "öffnungszeiten"),
    "access_notes": ("access", "directions"),
    "latitude": ("lat",),
    "longitude": ("lon", "lng", "long"),
    "territory": ("area", "gebiet"),
}
_COMPOSED_OF = ("industry", "street", "house_number")
_SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "kind": column_key,
    "account_class": str.upper,
    "country": str.upper,
}
_BATCH = 1000


class ImportRefused(Exception):
    """The import cannot even begin. The message is for the person who imports."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to import."""

    territory: str | None = None
    """Name of the territory for rows that do not name one. Not needed in an organisation with one territory."""
    create_territory: str | None = None
    """The same, made now if there is none of that name."""
    name_template: str | None = None
    """How a name is composed where there is none, such as `{kind} {street} {housenumber}`."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Column → field, where the header alone does not tell; an empty field passes the column over."""
    dry_run: bool = False
    skip_bad_rows: bool = False


class RowNote(NamedTuple):
    """What there is to say of a row, and of which column."""

    line: int
    column: str | None
    message: str

    def __str__(self) -> str:
        return f"line {self.line}{f', {self.column}' if self.column else ''}: {self.message}"


@dataclass(kw_only=True)
class Report:
    """What an import did, or would have done."""

    columns: dict[str, str]
    """Column → the field that it was read as."""
    ignored: list[str]
    name_template: str | None
    """How names were composed, or None if they came from a column."""
    errors: list[RowNote] = field(default_factory=list)
    """What is wrong with rows."""
    moved: list[RowNote] = field(default_factory=list)
    """What did not fit its field and was kept in another."""
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    saved: bool = False
    """Whether anything was kept: not in a dry run, and not with errors."""


@dataclass(frozen=True, kw_only=True)
class Customer:
    """A row that passed the checks: arguments for the commands, without ids."""

    line: int
    account: dict[str, Any]
    site: dict[str, Any]
    territory_id: UUID
    composed: bool
    """Whether the name was made up from other columns."""
    other_hours: str | None
    """What stands as opening hours, but cannot be read as such: people write there whatever helps."""

    @property
    def external_id(self) -> str | None:
        """What the other system calls it."""
        return self.account.get("external_id")


Progress = Callable[[str], None]


def import_accounts(
    session: Session, *, registry: Registry, data: bytes, options: Options, progress: Progress = lambda _line: None
) -> Report:
    """Import the accounts of a CSV file into the organisation of `session`, and commit; or change nothing.

    A row whose external id is known updates that account. Empty cells and a composed name leave what is there.

    Raises:
        UnreadableTable, ImportRefused: the file or the options do not fit. Nothing was changed.
    """
    table = read_table(data)
    columns = map_columns(table, options.columns)
    template = _name_template(table, columns, options.name_template)
    report = Report(
        columns=columns, ignored=[name for name in table.columns if name not in columns], name_template=template
    )
    # A large import takes longer than a request may.
    session.execute(text("set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0"))
    importer = _Importer(session, registry, report)
    try:
        importer.find_territories(options)
        customers = importer.check(table, columns, template)
        if report.errors and not options.skip_bad_rows:
            session.rollback()
            return report
        report.skipped = len(report.errors)
        for start in range(0, len(customers), _BATCH):
            importer.save(customers[start : start + _BATCH])
            progress(f"{min(start + _BATCH, len(customers)):,} of {len(customers):,} rows")
        if options.dry_run:
            session.rollback()
        else:
            session.commit()
            report.saved = True
    except IntegrityError as error:
        # Somebody else made the same record meanwhile.
        session.rollback()
        raise ImportRefused(f"{as_domain_error(error).detail} Try again.") from error
    except BaseException:
        session.rollback()
        raise
    return report


def map_columns(table: Table, given: Mapping[str, str]) -> dict[str, str]:
    """Return column → field, by what the person says, then by the header.

    Raises:
        ImportRefused: a column or field that does not exist, or two columns for one field.
    """
    chosen = {column_key(column): field_name for column, field_name in given.items()}
    if missing := sorted(set(chosen) - set(table.columns)):
        raise ImportRefused(f"The file has no column {', '.join(missing)}. It has: {', '.join(table.columns)}.")
    if unknown := sorted(set(chosen.values()) - {*FIELDS, ""}):
        raise ImportRefused(f"There is no field {', '.join(unknown)}. There are: {', '.join(FIELDS)}.")
    for field_name in set(chosen.values()) - {""}:
        both = [column for column, its_field in chosen.items() if its_field == field_name]
        if len(both) > 1:
            raise ImportRefused(f"Columns {' and '.join(both)} cannot both be the {field_name}.")
    headers: dict[str, tuple[str, ...]] = {name: (name, *SYNONYMS.get(name, ())) for name in FIELDS}
    if "kind" in table.columns and not _holds_account_kinds(table):
        # Most files mean what sort of business it is.
        headers["kind"] = headers["kind"][1:]
        headers["industry"] = (headers["industry"][0], "kind", *headers["industry"][1:])
    free = [column for column in table.columns if column not in chosen]
    mapped = {column: field_name for column, field_name in chosen.items() if field_name}
    for field_name in FIELDS:
        if field_name not in mapped.values():
            found = next((header for header in headers[field_name] if header in free), None)
            if found:
                mapped[found] = field_name
    return {column: mapped[column] for column in table.columns if column in mapped}


def _holds_account_kinds(table: Table) -> bool:
    return all(column_key(row.cells["kind"]) in {"", *AccountKind} for row in table.rows)


def _name_template(table: Table, columns: Mapping[str, str], given: str | None) -> str | None:
    if given is None:
        if "name" in columns.values():
            return None
        column_of = {field_name: column for column, field_name in columns.items()}
        parts = [f"{{{column_of[name]}}}" for name in _COMPOSED_OF if name in column_of]
        if not parts:
            raise ImportRefused(
                "No column gives the name. Say how to compose it, such as --name-template '{street} {house_number}'."
            )
        return " ".join(parts)
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(given) if name is not None]
    except ValueError as error:
        raise ImportRefused(f"The name template cannot be read: {error}.") from error
    if unknown := sorted({name for name in names if column_key(name) not in {*table.columns, *columns.values()}}):
        raise ImportRefused(f"The name template names {', '.join(unknown)}; the file has: {', '.join(table.columns)}.")
    return given


def _compose(template: str, cells: Mapping[str, str], values: Mapping[str, str]) -> str:
    """Return a name such as `Camp site Landstrasse 7`: missing parts leave no gap."""
    pieces = []
    for literal, name, _, _ in string.Formatter().parse(template):
        key = column_key(name or "")
        pieces += [literal, cells.get(key) or values.get(key) or ""]
    composed = " ".join("".join(pieces).replace("_", " ").split()).strip(" ,;-")
    return composed[:1].upper() + composed[1:]


class _Importer:
    def __init__(self, session: Session, registry: Registry, report: Report) -> None:
        self.session = session
        self.registry = registry
        self.report = report
        self.org_id: UUID = session.info["org_id"]
        self.now = session.info["now"]
        self.country = session.get_one(Organisation, (self.org_id, self.org_id)).country
        self.territories: dict[str, list[UUID]] = {}
        self.default_territory: UUID | None = None
        self.schemas: dict[str, Schema] = {}

    def find_territories(self, options: Options) -> None:
        """Learn the territories by name, and which is the default.

        Raises:
            ImportRefused: the one that the options name does not exist, or more than one has that name.
        """
        known = self.session.execute(select(Territory.name, Territory.id).where(Territory.org_id == self.org_id)).all()
        for name, territory_id in known:
            self.territories.setdefault(name.casefold(), []).append(territory_id)
        wanted = options.territory or options.create_territory
        if wanted is None:
            self.default_territory = known[0].id if len(known) == 1 else None
            return
        if options.create_territory and wanted.casefold() not in self.territories:
            made = self._run("territory.create", id=new_id(), name=wanted)
            self.territories[wanted.casefold()] = [made.id]
        found = self.territories.get(wanted.casefold(), [])
        if len(found) > 1:
            raise ImportRefused(f"There are {len(found)} territories named {wanted}.")
        if not found:
            names = ", ".join(sorted(row.name for row in known)) or "none"
            raise ImportRefused(f"There is no territory {wanted}. There are: {names}. Make it with --create-territory.")
        self.default_territory = found[0]

    def check(self, table: Table, columns: Mapping[str, str], template: str | None) -> list[Customer]:
        """Return the rows that are fit to be saved; the others leave an error in the report."""
        column_of = {field_name: column for column, field_name in columns.items()}
        schemas = (self._schema("account.create"), self._schema("site.create"))
        first_line: dict[str, int] = {}
        customers = []
        for row in table.rows:
            try:
                customer = self._customer(row, columns, template)
                _check_arguments(schemas, customer)
                if customer.other_hours:
                    said = f"Cannot be read, so a new site has it in its access notes: {customer.other_hours}"
                    self.report.moved.append(RowNote(row.line, column_of["opening_hours"], said))
                if customer.external_id:
                    earlier = first_line.setdefault(customer.external_id, row.line)
                    if earlier != row.line:
                        raise _BadCell("external_id", f"{customer.external_id} is in line {earlier}, too.")
                customers.append(customer)
            except _BadCell as error:
                column = column_of.get(error.field_name, error.field_name or None)
                self.report.errors.append(RowNote(row.line, column, error.message))
        return customers

    def save(self, customers: Sequence[Customer]) -> None:
        """Create or update these customers."""
        accounts, sites = self._known([customer.external_id for customer in customers if customer.external_id])
        for customer in customers:
            try:
                account = accounts.get(customer.external_id or "")
                if account is None:
                    self._create_site(customer, self._create_account(customer))
                    self.report.created += 1
                    continue
                changed = self._update_account(customer, account)
                site = sites.get(account.id)
                if site is None:
                    self._create_site(customer, account)
                    changed = True
                else:
                    changed |= self._update_site(customer, site)
                self.report.updated += changed
                self.report.unchanged += not changed
            except DomainError as error:
                # The row was checked, so this is about what else is there: nothing of the file is kept.
                raise ImportRefused(f"line {customer.line}: {error.detail}") from error
        self.session.flush()

    def _customer(self, row: TableRow, columns: Mapping[str, str], template: str | None) -> Customer:
        if row.surplus:
            raise _BadCell("", f"Has more cells than the header: {', '.join(row.surplus)}.")
        values = {field_name: row.cells[column] for column, field_name in columns.items() if row.cells[column]}
        for name, spell in _SPELLINGS.items():
            if name in values:
                values[name] = spell(values[name])
        composed = "name" not in values
        if composed and template:
            values["name"] = _compose(template, row.cells, values)
        if not values.get("name"):
            raise _BadCell("name", "There is no name.")
        other_hours = None if _is_readable(values.get("opening_hours")) else values.pop("opening_hours")
        account = {name: values[name] for name in ACCOUNT_FIELDS if name in values}
        site: dict[str, Any] = {name: values[name] for name in ("name", "external_id", *SITE_FIELDS) if name in values}
        site["address"] = {name: values[name] for name in ADDRESS_FIELDS if name in values}
        if position := _position(values):
            site["position"] = position
        return Customer(
            line=row.line,
            account=account,
            site=site,
            territory_id=self._territory(values.get("territory")),
            composed=composed,
            other_hours=other_hours,
        )

    def _territory(self, name: str | None) -> UUID:
        if name:
            found = self.territories.get(name.casefold(), [])
            if len(found) != 1:
                raise _BadCell(
                    "territory", f"There {'are several territories' if found else 'is no territory'} named {name}."
                )
            return found[0]
        if self.default_territory is None:
            raise _BadCell("territory", "Say in which territory: by a column or with --territory.")
        return self.default_territory

    def _known(self, external_ids: Sequence[str]) -> tuple[dict[str, Account], dict[UUID, Site]]:
        """Return the accounts that have these ids, and the site that came with each."""
        ids = bindparam(None, list(external_ids), type_=ARRAY(Text()), unique=True)
        query = select(Account).where(Account.org_id == self.org_id, Account.external_id == any_(ids))
        accounts = {account.external_id or "": account for account in self.session.scalars(query)}
        ids = bindparam(None, list(accounts), type_=ARRAY(Text()), unique=True)
        sites = self.session.scalars(select(Site).where(Site.org_id == self.org_id, Site.external_id == any_(ids)))
        return accounts, {site.account_id: site for site in sites}

    def _create_account(self, customer: Customer) -> Record:
        return self._run("account.create", id=new_id(), territory_id=customer.territory_id, **customer.account)

    def _create_site(self, customer: Customer, account: Record) -> None:
        values = {**customer.site, "address": {"country": self.country, **customer.site["address"]}}
        if customer.other_hours:
            notes = (values.get("access_notes"), f"Opening hours: {customer.other_hours}")
            values["access_notes"] = "\n".join(filter(None, notes))
        self._run("site.create", id=new_id(), account_id=account.id, **values)

    def _update_account(self, customer: Customer, account: Account) -> bool:
        values = dict(customer.account)
        if customer.composed:
            del values["name"]
        return self._update("account", account, values)

    def _update_site(self, customer: Customer, site: Site) -> bool:
        values = {**customer.site, "address": {**site.address, **customer.site["address"]}}
        # Named after the account when it was made; since then somebody may have said what it really is.
        del values["name"]
        return self._update("site", site, values)

    def _update(self, entity: str, record: Record, values: Mapping[str, Any]) -> bool:
        """Write what differs. Tells whether anything did."""
        schema = self._schema(f"{entity}.update")
        given = {name: value for name, value in values.items() if name in schema.fields}
        loaded = schema.load({f"{entity}_id": str(record.id), **given})
        changes = {name: value for name, value in given.items() if getattr(record, name) != loaded[name]}
        if changes:
            self._run(f"{entity}.update", **{f"{entity}_id": record.id}, **changes)
        return bool(changes)

    def _schema(self, command: str) -> Schema:
        # Making one costs more than using it for a row.
        if command not in self.schemas:
            self.schemas[command] = self.registry.commands[command].schema()
        return self.schemas[command]

    def _run(self, command: str, /, **args: Any) -> Record:
        ctx = Context(
            session=self.session,
            registry=self.registry,
            org_id=self.org_id,
            actor=Actor(user_id=None),
            scope=Everything(),
            now=self.now,
            occurred_at=self.now,
            command_id=new_id(),
            door=Door.CLI,
        )
        wire = {key: str(value) if isinstance(value, UUID) else value for key, value in args.items()}
        # Each command is new: its id was made just now.
        its_command = self.registry.commands[command]
        return perform(its_command, wire, validated(its_command, wire), ctx, digest=digest_of(command, wire))


class _BadCell(Exception):
    def __init__(self, field_name: str, message: str) -> None:
        self.field_name = field_name
        self.message = message
        super().__init__(message)


def _check_arguments(schemas: Sequence[Schema], customer: Customer) -> None:
    """Refuse values that the commands would refuse, naming the field."""
    anything = str(UUID(int=0))
    arguments = ({"territory_id": anything, **customer.account}, {"account_id": anything, **customer.site})
    for schema, values in zip(schemas, arguments, strict=True):
        try:
            schema.load({"id": anything, **values})
        except ValidationError as error:
            field_name, message = next(_first_messages(error.normalized_messages()))  # type: ignore[no-untyped-call]
            raise _BadCell({"lat": "latitude", "lng": "longitude"}.get(field_name, field_name), message) from error


def _first_messages(messages: Mapping[str, Any], parent: str = "") -> Iterator[tuple[str, str]]:
    for name, value in messages.items():
        if isinstance(value, Mapping):
            yield from _first_messages(value, name)
        else:
            yield (parent if name == "_schema" else name), str(value[0])


def _is_readable(hours: str | None) -> bool:
    if hours is None:
        return True
    try:
        opening_hours.check(hours)
    except opening_hours.UnreadableOpeningHours:
        return False
    return True


def _position(values: Mapping[str, str]) -> dict[str, float] | None:
    given = {name: values[name] for name in ("latitude", "longitude") if name in values}
    if not given:
        return None
    for name in ("latitude", "longitude"):
        if name not in given:
            raise _BadCell(name, "A position needs latitude and longitude.")
    degrees = {}
    for name, value in given.items():
        try:
            degrees[name] = float(value.replace(",", "."))
        except ValueError as error:
            raise _BadCell(name, f"{value} is not a number of degrees.") from error
    return {"lat": degrees["latitude"], "lng": degrees["longitude"]}
