"""Drives many reference clients against a server and says how it answered.

Against the demo company:

  python -m mobile_client.simulator http://127.0.0.1:8000 --email "rep{n}@demo.example" --people 6 \
      --password demo-fieldbook --phones 60 --within 30
"""

import argparse
import json
import os
import random
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

from mobile_client.client import Client
from mobile_client.faults import Duplicate, LoseAnswer, LoseRequest, chance
from mobile_client.transport import HttpTransport, Transport

from .fleet import Arrivals, Fleet, Phone, Round
from .meter import Meter, Metered
from .report import lines, summary


def main() -> None:
    """Run what the command line describes. Exit with 1 if a phone was not done or a mutation failed on the server."""
    options = _parser().parse_args()
    _allow_many_connections()
    meter = Meter()
    fleet = Fleet(
        [_phone(number, options, meter) for number in range(options.phones)],
        rng=random.Random(options.seed),
        say=_say,
    )
    found = {}
    if not options.new:
        _say(f"{options.phones:,} phones sign in and fetch everything")
        first = fleet.come(within_s=options.before, arrivals=Arrivals.EVEN, patience_s=options.patience)
        found["before"] = summary([first], meter)
        _print("Before: sign-in and first sync", found["before"])
        meter.clear()
    rounds = _rounds(fleet, options)
    found["rounds"] = summary(rounds, meter)
    _print(f"{len(rounds)} round(s) of {options.phones:,} phones", found["rounds"])
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    sys.exit(any(part["given_up"] or part["mutations"].get("failed") for part in found.values()))


def _rounds(fleet: Fleet, options: argparse.Namespace) -> list[Round]:
    began = monotonic()
    rounds = []
    for number in range(options.rounds):
        captured = fleet.work(options.mutations)
        sleep(max(0.0, began + number * options.every - monotonic()))
        _say(f"round {number + 1}: {captured:,} mutations wait; the phones come within {options.within:g} s")
        rounds.append(fleet.come(within_s=options.within, arrivals=options.arrivals, patience_s=options.patience))
    return rounds


def _phone(number: int, options: argparse.Namespace, meter: Meter) -> Phone:
    rng = random.Random(f"{options.seed}:{number}")
    transport: Transport = Metered(HttpTransport(options.address), meter=meter)
    for fault, rate in (
        (LoseRequest, options.lose_requests),
        (LoseAnswer, options.lose_answers),
        (Duplicate, options.duplicate),
    ):
        if rate:
            transport = fault(transport, hits=chance(rate, rng=rng))
    path = ":memory:" if options.store is None else options.store / f"phone-{options.first + number}.sqlite"
    client = Client(path=path, transport=transport, rng=rng, device_name=f"Simulated phone {options.first + number}")
    return Phone(client, rng=rng, sign_in=_sign_in(options, number % (options.people or options.phones)))


def _sign_in(options: argparse.Namespace, number: int) -> Callable[[Client], None]:
    email = options.email.replace("{n}", str(options.first + number))

    def sign_in(client: Client) -> None:
        client.sign_in(email=email, password=options.password, organisation=options.organisation)

    return sign_in


def _print(title: str, found: dict[str, object]) -> None:
    print(f"\n{title}", *lines(found), sep="\n")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _allow_many_connections() -> None:
    """Raise the number of open files to what this process may have: each phone has a connection of its own."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m mobile_client.simulator",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("address", help="where the server is, such as http://127.0.0.1:8000")
    who = parser.add_argument_group("who")
    who.add_argument("--email", required=True, help="of whom signs in; {n} stands for a person's number")
    who.add_argument(
        "--password", default=os.environ.get("FIELDBOOK_PASSWORD"), help="of all of them, or FIELDBOOK_PASSWORD"
    )
    who.add_argument("--organisation", help="its slug, where the server asks for it")
    who.add_argument("--phones", type=_at_least_one, default=10, metavar="N", help="how many phones (10)")
    who.add_argument("--people", type=_at_least_one, metavar="N", help="how many people they belong to (one each)")
    who.add_argument("--first", type=int, default=1, metavar="N", help="the first person's number (1)")
    who.add_argument("--store", type=Path, metavar="DIR", help="keep each phone's database in a file here (in memory)")
    when = parser.add_argument_group("when")
    when.add_argument(
        "--within", type=float, default=60, metavar="S", help="all phones come within so many seconds (60)"
    )
    when.add_argument("--arrivals", type=Arrivals, choices=list(Arrivals), default=Arrivals.RANDOM, help="how (random)")
    when.add_argument("--rounds", type=_at_least_one, default=1, metavar="N", help="how often all of them come (1)")
    when.add_argument(
        "--every", type=float, default=0, metavar="S", help="a new round begins so often (when the last is over)"
    )
    when.add_argument("--new", action="store_true", help="no sign-in beforehand: the phones come as new ones")
    when.add_argument(
        "--before", type=float, default=0, metavar="S", help="they sign in beforehand within so many seconds (0)"
    )
    when.add_argument("--patience", type=float, default=300, metavar="S", help="how long a phone goes on trying (300)")
    what = parser.add_argument_group("what")
    what.add_argument("--mutations", type=int, default=5, metavar="N", help="that a phone hands in, in each round (5)")
    what.add_argument(
        "--lose-requests", type=_share, default=0.0, metavar="P", help="this share never reaches the server (0)"
    )
    what.add_argument(
        "--lose-answers", type=_share, default=0.0, metavar="P", help="of this share the answer is lost (0)"
    )
    what.add_argument("--duplicate", type=_share, default=0.0, metavar="P", help="this share is delivered twice (0)")
    what.add_argument("--seed", type=int, default=1, help="the same seed makes the same phones and faults (1)")
    add("--json", type=Path, metavar="FILE", help="write the figures there as JSON, too")
    return parser


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise ValueError(text)
    return share


if __name__ == "__main__":
    main()
