"""`fieldbook import`: brings in what a company has in files."""

from pathlib import Path

import click


@click.group("import")
def import_() -> None:
    """Import data from files."""


@import_.command("accounts")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--org", metavar="SLUG", help="The organisation; not needed if there is only one.")
@click.option("--territory", metavar="NAME", help="The territory of rows that do not name one.")
@click.option("--create-territory", metavar="NAME", help="The same, made if there is none of that name.")
@click.option("--name-template", metavar="TEXT", help="How to compose a name, e.g. '{kind} {street} {housenumber}'.")
@click.option(
    "--column", "columns", multiple=True, metavar="HEADER=FIELD", help="What a column is; FIELD empty: pass it over."
)
@click.option("--skip-bad-rows", is_flag=True, help="Import the good rows; otherwise one bad row stops it all.")
@click.option("--dry-run", is_flag=True, help="Check and count, change nothing.")
def accounts(
    file: Path,
    org: str | None,
    territory: str | None,
    create_territory: str | None,
    name_template: str | None,
    columns: tuple[str, ...],
    *,
    skip_bad_rows: bool,
    dry_run: bool,
) -> None:
    """Import customers from a CSV file: an account and a site per row.

    Columns are recognised by their headers. A row whose external id is known updates that account.
    """
    from api.cli.operator import organisation_session
    from api.composition import REGISTRY
    from api.importing.accounts import ImportRefused, Options, import_accounts
    from api.importing.table import UnreadableTable

    pairs = dict(column.partition("=")[::2] for column in columns)
    options = Options(
        territory=territory,
        create_territory=create_territory,
        name_template=name_template,
        columns=pairs,
        dry_run=dry_run,
        skip_bad_rows=skip_bad_rows,
    )
    with organisation_session(org) as session:
        try:
            report = import_accounts(
                session, registry=REGISTRY, data=file.read_bytes(), options=options, progress=click.echo
            )
        except (ImportRefused, UnreadableTable) as error:
            raise click.ClickException(str(error)) from error
    for column, field in report.columns.items():
        click.echo(f"  {column} → {field}")
    if report.ignored:
        click.echo(f"  not used: {', '.join(report.ignored)}")
    if report.name_template:
        click.echo(f"  names composed as: {report.name_template}")
    for note in report.moved:
        click.echo(f"  {note}")
    for problem in report.errors:
        click.echo(f"  {problem}", err=True)
    click.echo(
        f"{report.created} new, {report.updated} changed, {report.unchanged} as before, {report.skipped} left out."
    )
    if report.errors and not skip_bad_rows:
        raise click.ClickException(f"{len(report.errors)} problems: nothing was imported.")
    if dry_run:
        click.echo("Dry run: nothing was changed.")
