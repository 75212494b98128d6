"""What the demo company sells: 250 products in 12 categories. All brands are invented; prices are in Swiss francs."""

from typing import NamedTuple

COFFEE_MACHINES = "Coffee machines"
GRINDERS = "Grinders"
REFRIGERATORS = "Refrigerators"
FREEZERS = "Freezers"
ICE_MAKERS = "Ice makers"
DISHWASHERS = "Dishwashers"
GLASSWASHERS = "Glasswashers"
COFFEE_BEANS = "Coffee beans"
CLEANING_AGENTS = "Cleaning agents"
WATER_FILTERS = "Water filters"
SPARE_PARTS = "Spare parts"
SERVICES = "Services"

MACHINES = (COFFEE_MACHINES, GRINDERS, REFRIGERATORS, FREEZERS, ICE_MAKERS, DISHWASHERS, GLASSWASHERS)


class Item(NamedTuple):
    """A product. `price` is in francs; `family` tells what kind of machine a spare part fits."""

    category: str
    sku: str
    name: str
    description: str
    unit: str
    kind: str
    price: float
    family: str | None = None


COFFEE, COLD, WASH = "coffee", "cold", "wash"
FAMILY_OF = {
    COFFEE_MACHINES: COFFEE,
    GRINDERS: COFFEE,
    REFRIGERATORS: COLD,
    FREEZERS: COLD,
    ICE_MAKERS: COLD,
    DISHWASHERS: WASH,
    GLASSWASHERS: WASH,
}

# Category, prefix of the article number, what it is, then models with their price and versions with their surcharge.
_MACHINE_LINES: tuple[tuple[str, str, str, tuple[tuple[str, float], ...], tuple[tuple[str, float], ...]], ...] = (
    (
        COFFEE_MACHINES,
        "CM",
        "Professional coffee machine",
        (
            ("Valbruna Classica", 5890),
            ("Valbruna Leva", 7450),
            ("Monteferro Duo", 9280),
            ("Monteferro Maestro", 12400),
            ("Kessa Office", 2190),
            ("Kessa Bistro", 4360),
            ("Kessa Grande", 8190),
        ),
        (("", 0), ("with milk cooler", 980), ("black", 150), ("with payment terminal", 1450)),
    ),
    (
        GRINDERS,
        "GR",
        "Coffee grinder",
        (("Moltina 64", 690), ("Moltina 75", 980), ("Moltina 83 Silent", 1490), ("Kessa Mill", 540)),
        (("", 0), ("on demand", 260), ("black", 60)),
    ),
    (
        REFRIGERATORS,
        "RF",
        "Commercial refrigerator",
        (
            ("Frigal 400", 1690),
            ("Frigal 600 GN", 2390),
            ("Frigal Counter 2-door", 2780),
            ("Frigal Counter 3-door", 3420),
            ("Nordal Display 350", 1980),
            ("Nordal Bar 140", 940),
        ),
        (("", 0), ("stainless steel", 420), ("glass door", 360), ("with lock", 90)),
    ),
    (
        FREEZERS,
        "FZ",
        "Commercial freezer",
        (
            ("Frigal 400 F", 1990),
            ("Frigal 600 GN F", 2890),
            ("Nordal Chest 300", 780),
            ("Nordal Chest 500", 1080),
            ("Frigal Blast 5", 4650),
            ("Frigal Blast 10", 7980),
            ("Nordal Ice Cream 12", 3380),
        ),
        (("", 0), ("stainless steel", 380)),
    ),
    (
        ICE_MAKERS,
        "IM",
        "Ice maker",
        (("Glacio 25", 1280), ("Glacio 45", 1890), ("Glacio 80", 2980), ("Glacio Flake 90", 3650)),
        (("", 0), ("water cooled", 180), ("with drain pump", 290)),
    ),
    (
        DISHWASHERS,
        "DW",
        "Commercial dishwasher",
        (
            ("Purella Under 500", 3290),
            ("Purella Under 500 Plus", 3980),
            ("Purella Hood 800", 6480),
            ("Purella Hood 800 Heat", 8290),
            ("Purella Pot 650", 9750),
        ),
        (("", 0), ("with water softener", 390), ("with dosing pumps", 260), ("with drain pump", 240)),
    ),
    (
        GLASSWASHERS,
        "GW",
        "Glasswasher",
        (("Purella Glass 350", 2180), ("Purella Glass 400", 2590), ("Purella Glass 400 Osmo", 4980)),
        (("", 0), ("with water softener", 340), ("with drain pump", 220), ("bistro edition", 180)),
    ),
)

_BEANS = (
    ("Alpenglut Espresso", 24.5),
    ("Alpenglut Crema", 22.9),
    ("Alpenglut Decaf", 26.8),
    ("Drei Schwestern Organic", 29.5),
    ("Rheintal House Blend", 19.8),
    ("Falknis Dark Roast", 23.6),
    ("Sareis Single Origin Ethiopia", 34.0),
    ("Sareis Single Origin Colombia", 31.5),
)
_BEAN_PACKS = (("1 kg", "bag", 1.0), ("500 g", "bag", 0.54), ("case of 6 kg", "case", 5.7))

_CLEANING = (
    ("Cleaning tablets, coffee machine, tin of 100", "tin", 38.5),
    ("Cleaning tablets, coffee machine, tin of 60", "tin", 26.9),
    ("Milk system cleaner, 1 l", "bottle", 17.4),
    ("Milk system cleaner, 5 l", "canister", 68.0),
    ("Descaler, liquid, 1 l", "bottle", 14.9),
    ("Descaler, liquid, 5 l", "canister", 59.0),
    ("Descaler, powder, 1 kg", "tin", 21.5),
    ("Grinder cleaning granulate, 430 g", "tin", 29.8),
    ("Backflush powder, 900 g", "tin", 24.6),
    ("Dishwasher detergent, liquid, 12 kg", "canister", 74.0),
    ("Dishwasher detergent, liquid, 25 kg", "canister", 142.0),
    ("Dishwasher detergent, powder, 10 kg", "bucket", 69.0),
    ("Rinse aid, 5 l", "canister", 46.0),
    ("Rinse aid, 10 l", "canister", 86.0),
    ("Glasswasher detergent, 5 kg", "canister", 52.0),
    ("Glasswasher rinse aid, 5 l", "canister", 49.0),
    ("Regeneration salt, 10 kg", "bag", 18.9),
    ("Stainless steel care, 500 ml", "bottle", 13.5),
    ("Surface disinfectant, 1 l", "bottle", 15.8),
    ("Ice maker sanitiser, 1 l", "bottle", 22.7),
)
_FILTERS = (
    ("Clarion C50 filter cartridge", 58.0),
    ("Clarion C150 filter cartridge", 92.0),
    ("Clarion C300 filter cartridge", 128.0),
    ("Clarion C500 filter cartridge", 176.0),
    ("Clarion C1100 filter cartridge", 264.0),
    ("Clarion filter head 3/8 inch", 64.0),
    ("Clarion flow meter", 148.0),
    ("Tank filter, set of 4", 46.0),
    ("Carbon filter for ice makers", 72.0),
    ("Sediment prefilter 10 inch", 24.0),
    ("Full desalination cartridge", 318.0),
    ("Partial desalination cartridge", 286.0),
    ("Reverse osmosis unit Osmo 60", 1980.0),
    ("Water hardness test kit", 12.5),
)
_PARTS = {
    COFFEE: (
        ("Group gasket 73 mm", 9.8),
        ("Shower screen 57 mm", 12.4),
        ("Portafilter, double spout", 86.0),
        ("Portafilter, single spout", 82.0),
        ("Steam wand valve", 64.0),
        ("Steam wand, complete", 118.0),
        ("Rotary pump 150 l/h", 196.0),
        ("Vibration pump 48 W", 58.0),
        ("Boiler heating element 2.7 kW", 164.0),
        ("Boiler safety valve 1.8 bar", 48.0),
        ("Pressure switch", 74.0),
        ("Flow meter", 68.0),
        ("Solenoid valve, 3-way", 79.0),
        ("Brewing unit, complete", 289.0),
        ("Brewing unit seal kit", 26.0),
        ("Milk hose, food grade, 1 m", 11.6),
        ("Milk frother head", 94.0),
        ("Grinding discs 64 mm, pair", 78.0),
        ("Grinding discs 75 mm, pair", 98.0),
        ("Control board coffee machine", 412.0),
        ("Touch panel coffee machine", 368.0),
        ("Temperature sensor NTC", 32.0),
    ),
    COLD: (
        ("Compressor R290 1/4 hp", 386.0),
        ("Compressor R290 1/2 hp", 492.0),
        ("Condenser fan motor", 78.0),
        ("Evaporator fan motor", 84.0),
        ("Door gasket 400 series", 58.0),
        ("Door gasket 600 series", 72.0),
        ("Door hinge, spring loaded", 46.0),
        ("Digital thermostat", 118.0),
        ("Temperature probe", 28.0),
        ("Filter drier", 24.0),
        ("Refrigerant R290, 150 g", 42.0),
        ("Defrost heater", 96.0),
        ("Start relay and capacitor", 38.0),
        ("Grid shelf GN 2/1", 54.0),
        ("Ice maker water pump", 132.0),
        ("Ice maker inlet valve", 58.0),
        ("LED lighting strip", 44.0),
    ),
    WASH: (
        ("Wash pump 0.75 kW", 348.0),
        ("Rinse pump", 226.0),
        ("Drain pump", 138.0),
        ("Tank heating element 3 kW", 146.0),
        ("Boiler heating element 6 kW", 238.0),
        ("Wash arm, lower", 88.0),
        ("Wash arm, upper", 88.0),
        ("Rinse arm nozzle set", 42.0),
        ("Door seal dishwasher", 48.0),
        ("Door switch", 34.0),
        ("Dosing pump detergent", 164.0),
        ("Dosing pump rinse aid", 158.0),
        ("Dosing hose set", 26.0),
        ("Inlet valve 3/4 inch", 54.0),
        ("Level pressure switch", 62.0),
        ("Strainer insert", 38.0),
        ("Control board dishwasher", 386.0),
    ),
}
_SERVICES = (
    ("Technician hour", "hour", 148.0),
    ("Technician hour, evening and weekend", "hour", 222.0),
    ("Travel flat rate Liechtenstein", "trip", 78.0),
    ("Installation coffee machine", "job", 390.0),
    ("Installation refrigeration", "job", 320.0),
    ("Installation dishwasher", "job", 420.0),
    ("Yearly maintenance coffee machine", "job", 360.0),
    ("Yearly maintenance refrigeration", "job", 280.0),
    ("Yearly maintenance dishwasher", "job", 310.0),
    ("Leak test refrigeration circuit", "job", 190.0),
    ("Barista training, half a day", "course", 480.0),
    ("Barista training, full day", "course", 860.0),
    ("Disposal of an old machine", "piece", 95.0),
    ("Loan machine, per week", "week", 120.0),
)

CATEGORIES = (*MACHINES, COFFEE_BEANS, CLEANING_AGENTS, WATER_FILTERS, SPARE_PARTS, SERVICES)


def items() -> list[Item]:
    """Return the whole catalogue, in the order of the categories."""
    return [*_machines(), *_consumables(), *_parts(), *_services()]


def _machines() -> list[Item]:
    return [
        Item(
            category,
            f"{prefix}-{number}{version_no}",
            f"{model}, {version}" if version else model,
            f"{what} {model}{', ' + version if version else ''}. Delivered within ten days, two years' warranty.",
            "piece",
            "goods",
            price + surcharge,
        )
        for category, prefix, what, models, versions in _MACHINE_LINES
        for number, (model, price) in enumerate(models, start=10)
        for version_no, (version, surcharge) in enumerate(versions)
    ]


def _consumables() -> list[Item]:
    beans = [
        Item(
            COFFEE_BEANS,
            f"CB-{number}{pack_no}",
            f"{name}, {pack}",
            f"Whole beans, roasted every Tuesday. {name}, {pack}.",
            unit,
            "goods",
            round(price * factor, 1),
        )
        for number, (name, price) in enumerate(_BEANS, start=10)
        for pack_no, (pack, unit, factor) in enumerate(_BEAN_PACKS)
    ]
    cleaning = [
        Item(CLEANING_AGENTS, f"CA-{number}", name, f"{name}. Safety data sheet on request.", unit, "goods", price)
        for number, (name, unit, price) in enumerate(_CLEANING, start=100)
    ]
    filters = [
        Item(WATER_FILTERS, f"WF-{number}", name, f"{name}, for drinking water.", "piece", "goods", price)
        for number, (name, price) in enumerate(_FILTERS, start=100)
    ]
    return beans + cleaning + filters


def _parts() -> list[Item]:
    return [
        Item(SPARE_PARTS, f"SP-{start + offset}", name, f"Spare part: {name}.", "piece", "part", price, family)
        for (family, parts), start in zip(_PARTS.items(), (100, 200, 300), strict=True)
        for offset, (name, price) in enumerate(parts)
    ]


def _services() -> list[Item]:
    return [
        Item(SERVICES, f"SV-{number}", name, f"{name}.", unit, "service", price)
        for number, (name, unit, price) in enumerate(_SERVICES, start=100)
    ]
