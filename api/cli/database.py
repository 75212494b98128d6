"""Commands about the database."""

from datetime import UTC, datetime

import click

from api.cli.environment import database, read_settings


@click.command()
def migrate() -> None:
    """Bring the database to the version of this code. Safe to repeat, and while older code runs."""
    from api.runtime import migrations

    settings = read_settings()
    with database(settings):
        migrations.upgrade(settings.migration_database_url)
    click.echo("The database is up to date.")


@click.command()
def restored() -> None:
    """Say that the database was restored from a backup. Run it before the web is started again.

    Every device fetches everything anew, and sends what it has not sent: cursors of before are worth nothing now.
    """
    import psycopg

    from api.runtime import migrations

    settings = read_settings()
    with database(settings):
        migrations.upgrade(settings.migration_database_url)
        with psycopg.connect(settings.migration_database_url) as connection:
            connection.execute("update server_identity set id = gen_random_uuid()")
    click.echo("Devices will start anew. Web processes that run already must be restarted.")


@click.command()
@click.argument("message")
def revision(message: str) -> None:
    """Write a migration that makes the database fit the models. Read it before you commit it."""
    from api.runtime import migrations

    settings = read_settings()
    with database(settings):
        migrations.upgrade(settings.migration_database_url)
        migrations.new_revision(settings.migration_database_url, message=message)


@click.command()
@click.option("--scale", default=1, show_default=True, type=click.IntRange(1, 1000), help="How many times as large.")
@click.option("--seed", default=1, show_default=True, help="Another seed gives another company.")
def demo(scale: int, seed: int) -> None:
    """Load the demo company, Alpenfrost AG."""
    from api.demo.load import DemoAlreadyLoaded, load_demo
    from api.runtime import migrations

    settings = read_settings()
    with database(settings):
        migrations.upgrade(settings.migration_database_url)
        try:
            url = settings.migration_database_url
            load_demo(url, scale=scale, seed=seed, now=datetime.now(UTC), progress=click.echo)
        except DemoAlreadyLoaded as error:
            raise click.ClickException(f"{error} Nothing was changed.") from error
    click.echo("Alpenfrost AG is there: sign in as rep1@demo.example with the password demo-fieldbook.")
