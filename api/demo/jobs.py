"""What technicians of the demo company can do, and the jobs that they do."""

from typing import NamedTuple

from api.demo.catalogue import COFFEE, COLD, WASH

SKILLS = ("Coffee machines", "Refrigeration", "Gas (refrigerants)", "Dishwashers", "Electrical", "Water treatment")
_COFFEE, _COLD, _GAS, _WASH, _ELECTRIC, _WATER = range(6)


class Job(NamedTuple):
    """A type of work: its length in minutes and the skills that it needs, as (index into SKILLS, level)."""

    name: str
    duration_min: int
    skills: tuple[tuple[int, int], ...]
    family: str
    cases: tuple[tuple[str, str, str, tuple[str, ...]], ...]
    """Title, what the customer said, what the technician noted, parts by name."""


_COFFEE_FAULTS = (
    (
        "No steam",
        "The steam wand gives only hot water since this morning.",
        "Steam valve was scaled up. Replaced it and descaled the boiler.",
        ("Steam wand valve",),
    ),
    (
        "Machine leaks",
        "Water below the machine, more and more.",
        "Group gaskets were worn. Replaced both gaskets and screens.",
        ("Group gasket 73 mm", "Shower screen 57 mm"),
    ),
    (
        "Coffee runs too slowly",
        "An espresso takes a minute.",
        "Discs were blunt. Replaced and set to 25 seconds for 30 ml.",
        ("Grinding discs 64 mm, pair",),
    ),
    (
        "Does not heat",
        "The display shows E12, the machine stays cold.",
        "Heating element had an earth fault. Replaced, insulation measured.",
        ("Boiler heating element 2.7 kW",),
    ),
    (
        "Milk foam is weak",
        "Cappuccino without foam.",
        "Milk hose was cracked, frother head clogged. Both replaced, staff shown how to clean.",
        ("Milk hose, food grade, 1 m", "Milk frother head"),
    ),
    (
        "Pump is loud",
        "Loud noise when brewing.",
        "Pump bearing gone. Replaced, pressure set to 9 bar.",
        ("Rotary pump 150 l/h",),
    ),
)
_COLD_FAULTS = (
    (
        "Fridge does not cool",
        "Twelve degrees inside since last night.",
        "Condenser fan stood still. Fan motor replaced, condenser cleaned, 4 °C after an hour.",
        ("Condenser fan motor",),
    ),
    (
        "Door does not close",
        "The door opens again by itself.",
        "Gasket torn, hinge worn. Both replaced.",
        ("Door gasket 600 series", "Door hinge, spring loaded"),
    ),
    (
        "Ice on the back wall",
        "Thick ice inside, drawers stick.",
        "Defrost heater was dead. Replaced and thawed.",
        ("Defrost heater",),
    ),
    ("Wrong temperature shown", "Display shows -40.", "Probe broken. Replaced and calibrated.", ("Temperature probe",)),
    (
        "No ice cubes",
        "The ice maker runs, but no cubes fall.",
        "Inlet valve blocked. Replaced, circuit sanitised.",
        ("Ice maker inlet valve",),
    ),
    (
        "Compressor clicks",
        "It clicks every minute and gets warm.",
        "Start relay burnt. Replaced, current is in range.",
        ("Start relay and capacitor",),
    ),
)
_GAS_FAULTS = (
    (
        "Loses refrigerant",
        "Alarm of the leak detector.",
        "Leak at the filter drier. Replaced, evacuated, filled with 140 g R290, pressure held.",
        ("Filter drier", "Refrigerant R290, 150 g"),
    ),
    (
        "Compressor dead",
        "Cold store warms up, food was moved.",
        "Compressor replaced, circuit evacuated and refilled.",
        ("Compressor R290 1/2 hp", "Filter drier", "Refrigerant R290, 150 g"),
    ),
)
_WASH_FAULTS = (
    (
        "Does not drain",
        "Water stays in the tank.",
        "Drain pump blocked by glass. Pump replaced, strainer renewed.",
        ("Drain pump", "Strainer insert"),
    ),
    (
        "Glasses stay dull",
        "White film on all glasses.",
        "Rinse aid dosing was off. Hose set replaced, dosing adjusted.",
        ("Dosing hose set",),
    ),
    ("Does not heat", "Dishes come out cold.", "Tank heating replaced.", ("Tank heating element 3 kW",)),
    (
        "Stops in mid-programme",
        "Stops after three minutes with a beep.",
        "Door switch loose contact. Replaced.",
        ("Door switch",),
    ),
    (
        "Wash arm turns no more",
        "Plates on the left stay dirty.",
        "Bearing of the lower arm worn. Arm replaced.",
        ("Wash arm, lower",),
    ),
)
_CARE = "Everything checked by the list, seals and filters fine, readings noted on the sticker."

JOBS = (
    Job("Coffee machine repair", 75, ((_COFFEE, 2), (_ELECTRIC, 1)), COFFEE, _COFFEE_FAULTS),
    Job(
        "Coffee machine maintenance",
        60,
        ((_COFFEE, 1),),
        COFFEE,
        (("Yearly maintenance", "Due by contract.", _CARE, ("Brewing unit seal kit",)),),
    ),
    Job(
        "Water filter change",
        30,
        ((_WATER, 1),),
        COFFEE,
        (("Filter change", "Counter has run out.", "Cartridge changed, hardness 6 °dH.", ()),),
    ),
    Job("Refrigeration repair", 90, ((_COLD, 2), (_ELECTRIC, 1)), COLD, _COLD_FAULTS),
    Job("Refrigerant circuit repair", 120, ((_COLD, 3), (_GAS, 2)), COLD, _GAS_FAULTS),
    Job("Refrigeration maintenance", 60, ((_COLD, 1),), COLD, (("Yearly maintenance", "Due by contract.", _CARE, ()),)),
    Job("Dishwasher repair", 75, ((_WASH, 2), (_ELECTRIC, 1)), WASH, _WASH_FAULTS),
    Job(
        "Dishwasher maintenance",
        60,
        ((_WASH, 1),),
        WASH,
        (("Yearly maintenance", "Due by contract.", _CARE, ("Rinse arm nozzle set",)),),
    ),
    Job(
        "Electrical inspection",
        45,
        ((_ELECTRIC, 3),),
        WASH,
        (
            (
                "Inspection of electrical safety",
                "Required every three years.",
                "Earth and insulation measured, protocol handed over.",
                (),
            ),
        ),
    ),
)

TECHNICIAN_SKILLS = (
    ((_COFFEE, 4), (_ELECTRIC, 3), (_WATER, 3), (_WASH, 2)),
    ((_COLD, 5), (_GAS, 4), (_ELECTRIC, 3)),
    ((_WASH, 4), (_COFFEE, 3), (_ELECTRIC, 2), (_WATER, 2)),
    ((_COFFEE, 3), (_COLD, 3), (_GAS, 2), (_ELECTRIC, 2)),
    ((_WASH, 3), (_COLD, 2), (_ELECTRIC, 4)),
    ((_COFFEE, 5), (_WATER, 4), (_ELECTRIC, 2), (_WASH, 2)),
    ((_COLD, 4), (_GAS, 3), (_ELECTRIC, 3), (_WASH, 2)),
    ((_WASH, 4), (_COFFEE, 2), (_COLD, 2), (_ELECTRIC, 3)),
)

CANNOT_COMPLETE = (
    ("Part has to be ordered", "Part is not in the van. Ordered, machine secured."),
    ("No access to the machine", "Kitchen in full service, no access to the machine."),
)
NO_SHOW = ("Nobody there, doors locked.", "Closed that day, rang twice.")
JOB_CANCEL = ("Works again by itself.", "Customer bought a new machine.")
