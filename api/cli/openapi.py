"""`fieldbook openapi`: the API's description, for tools that generate clients."""

from pathlib import Path

import click

from api.cli.environment import database, read_settings


@click.command()
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; standard output by default.")
def openapi(output: Path | None) -> None:
    """Print the API's description in OpenAPI 3.1."""
    from api.app import create_app
    from api.runtime import migrations

    settings = read_settings()
    with database(settings):
        migrations.upgrade(settings.migration_database_url)
        app = create_app(settings)
        answer = app.test_client().get("/api/openapi.json")
        app.extensions["fieldbook"].close()
    if output:
        output.write_bytes(answer.data)
    else:
        click.echo(answer.data)
