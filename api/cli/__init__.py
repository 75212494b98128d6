"""The `fieldbook` command line. Each command loads what it needs when it is called."""

import importlib

import click

# Command → the module and the name under which it stands.
COMMANDS = {
    "serve": "api.cli.serve:serve",
    "web": "api.cli.processes:web",
    "live": "api.cli.processes:live",
    "worker": "api.cli.processes:worker",
    "migrate": "api.cli.database:migrate",
    "restored": "api.cli.database:restored",
    "revision": "api.cli.database:revision",
    "demo": "api.cli.database:demo",
    "org": "api.cli.people:org",
    "user": "api.cli.people:user",
    "plans": "api.cli.plans:plans",
    "import": "api.cli.importing:import_",
    "geocode": "api.cli.geocode:geocode",
    "territories": "api.cli.territories:territories",
    "roads": "api.cli.roads:roads",
    "sync": "api.cli.sync:sync",
    "openapi": "api.cli.openapi:openapi",
    "doctor": "api.cli.doctor:doctor",
}


class LazyGroup(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="fieldbook")
def main() -> None:
    """Fieldbook: an offline-sync backend with a phone app for field sales and field service."""
