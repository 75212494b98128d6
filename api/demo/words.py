"""Names, notes and jobs of the demo company. People, companies and figures are invented."""

from typing import NamedTuple

from api.demo import catalogue
from api.demo.catalogue import COFFEE, COLD, WASH

FIRST_NAMES = (
    "Adrian", "Alina", "Andrea", "Annika", "Beat", "Bettina", "Carla", "Claudio", "Corina", "Daniel", "David", "Elena", "Fabian", "Flurina",
    "Gian", "Helena", "Ivo", "Jana", "Jasmin", "Jonas", "Katja", "Kilian", "Laura", "Leo", "Linda", "Livia", "Lukas", "Manuela", "Marc",
    "Martina", "Mathias", "Mira", "Nadine", "Nico", "Noah", "Patrik", "Petra", "Ramona", "Reto", "Sandro", "Selina", "Silvan", "Simone",
    "Sonja", "Stefan", "Tanja", "Tobias", "Ursina", "Valentin", "Vera",
)  # fmt: skip
SURNAMES = (
    "Aberer", "Amann", "Bachmann", "Brendle", "Breuss", "Burgener", "Ender", "Falkner", "Fehr", "Fetz", "Gadient", "Gall", "Ganahl",
    "Gantner", "Hobi", "Keckeis", "Kessler", "Lorenz", "Loretz", "Malin", "Mathis", "Nutt", "Plattner", "Rauch", "Rheinegger", "Riedi",
    "Ruosch", "Schlatter", "Senti", "Steger", "Sutter", "Tanner", "Thöny", "Walch", "Wildhaber", "Zindel", "Zogg",
)  # fmt: skip
SIGNS = (
    "Abendrot", "Alpsegen", "Auerhahn", "Bachforelle", "Bergfink", "Blauer Esel", "Dachsbau", "Drei Tannen", "Eichhorn", "Feldlerche",
    "Fuchsbau", "Gletscherblick", "Goldammer", "Haselhuhn", "Heugabel", "Holler", "Kornblume", "Kupferkessel", "Mondschein", "Morgensonne",
    "Murmel", "Nussbaum", "Quendel", "Rebstock", "Roter Hahn", "Salzstube", "Schlehdorn", "Schneehase", "Sennhütte", "Silberdistel",
    "Sonnenwinkel", "Steinbock", "Wacholder", "Wasserrad", "Weisser Stein", "Wiesengrund",
)  # fmt: skip
TRADES = ("Treuhand", "Präzisionstechnik", "Architektur", "Metallbau", "Holzbau", "Versicherungen", "Informatik", "Immobilien", "Optik", "Logistik")
SUBJECTS = ("Primarschule", "Kindergarten", "Weiterführende Schule", "Musikschule", "Tagesstruktur")

_CAFE_HOURS = ("Mo-Fr 07:30-18:30; Sa 08:00-17:00", "Tu-Su 08:00-18:00", "Mo-Sa 07:00-19:00; Su 09:00-17:00")
_INN_HOURS = (
    "Tu-Sa 11:00-14:00,17:30-23:00; Su 11:00-21:00",
    "We-Su 10:00-23:00",
    "Mo-Fr 08:30-14:00,17:00-23:00; Sa 17:00-23:30",
    "Th-Mo 11:30-14:00,18:00-22:30",
)
_SHOP_HOURS = ("Mo-Fr 08:00-12:00,13:30-18:30; Sa 08:00-16:00", "Mo-Fr 07:30-18:30; Sa 07:30-16:00")
_OFFICE_HOURS = ("Mo-Fr 08:00-12:00,13:30-17:00", "Mo-Th 08:00-17:30; Fr 08:00-16:00")


class Trade(NamedTuple):
    """A kind of customer. `share` is its number among 400, `equipment` how likely it has more than one machine."""

    industry: str
    share: int
    names: tuple[str, ...]
    kind: str
    classes: str
    hours: tuple[str, ...]
    contact: tuple[str, ...]
    branches: tuple[str, ...]
    equipment: int
    machines: tuple[str, ...]


_KITCHEN = (
    catalogue.COFFEE_MACHINES, catalogue.GRINDERS, catalogue.REFRIGERATORS, catalogue.FREEZERS, catalogue.ICE_MAKERS, catalogue.DISHWASHERS,
    catalogue.GLASSWASHERS,
)  # fmt: skip
_SMALL = (catalogue.COFFEE_MACHINES, catalogue.REFRIGERATORS, catalogue.DISHWASHERS)

TRADE_HOUSEHOLD = "Household"
TRADES_OF_CUSTOMERS = (
    Trade("Restaurant", 95, ("Restaurant {sign}", "Gasthaus {sign}", "Wirtschaft zum {sign}"), "end_customer", "AABBC", _INN_HOURS,
          ("Owner", "Head chef", "Manager"), ("Terrace bar", "Event kitchen", "Take-away"), 4, _KITCHEN),
    Trade("Hotel", 35, ("Hotel {sign}", "Kurhaus {sign}", "Berghotel {sign}"), "end_customer", "AAAB", ("24/7", "Mo-Su 06:30-23:00"),
          ("Director", "Food and beverage manager", "Housekeeping"), ("Breakfast kitchen", "Hotel bar", "Spa lounge", "Annexe"), 6, _KITCHEN),
    Trade("Café", 40, ("Café {surname}", "Café {sign}", "Kaffeehaus {sign}"), "end_customer", "ABBC", _CAFE_HOURS,
          ("Owner", "Shift leader"), ("Kiosk", "Garden counter"), 4, _KITCHEN),
    Trade("Bar", 20, ("Bar {sign}", "{sign} Lounge"), "end_customer", "BBC", ("Tu-Th 17:00-24:00; Fr,Sa 17:00-02:00",),
          ("Owner",), ("Second bar",), 3, _KITCHEN),
    Trade("Bakery", 25, ("Bäckerei {surname}", "Konditorei {surname}"), "end_customer", "ABC", ("Mo-Fr 06:00-18:30; Sa 06:00-16:00",),
          ("Owner", "Shop manager"), ("Shop", "Production"), 3, _SMALL),
    Trade("Butcher", 12, ("Metzgerei {surname}",), "end_customer", "BC", _SHOP_HOURS, ("Owner",), ("Production",), 3,
          (catalogue.REFRIGERATORS, catalogue.FREEZERS)),
    Trade("Grocery", 25, ("Dorfladen {surname}", "{sign} Bioladen", "Getränke {surname}"), "end_customer", "BCC", _SHOP_HOURS,
          ("Owner", "Shop manager"), ("Storage", "Second shop"), 3, (catalogue.REFRIGERATORS, catalogue.FREEZERS, catalogue.COFFEE_MACHINES)),
    Trade("School", 22, ("{subject} {street}",), "end_customer", "BC", ("Mo-Fr 07:30-17:30; PH,SH off",),
          ("Caretaker", "Head of school"), ("Canteen", "Staff room"), 3, _SMALL),
    Trade("Office", 50, ("{surname} {trade} AG", "{surname} & {surname2} {trade}", "{sign} {trade} AG"), "end_customer", "BCC", _OFFICE_HOURS,
          ("Office manager", "Reception"), ("Floor 2", "Canteen", "Meeting centre"), 2, _SMALL),
    Trade("Care home", 12, ("Haus {sign}", "Betreuung {street}"), "end_customer", "AB", ("24/7",),
          ("Head of kitchen", "Facility manager"), ("Ward kitchen", "Cafeteria"), 5, _KITCHEN),
    Trade(TRADE_HOUSEHOLD, 54, ("{first} {surname}", "Familie {surname}"), "end_customer", "C", (), ("Private",), (), 1,
          (catalogue.COFFEE_MACHINES, catalogue.GRINDERS, catalogue.REFRIGERATORS)),
    Trade("Dealer", 6, ("{surname} Gastrobedarf", "{surname} Küchentechnik"), "dealer", "AB", _SHOP_HOURS,
          ("Purchasing", "Sales"), ("Showroom",), 1, (catalogue.COFFEE_MACHINES,)),
    Trade("Service partner", 4, ("{surname} Kältetechnik", "{surname} Elektroservice"), "partner", "BC", _OFFICE_HOURS,
          ("Owner",), ("Workshop",), 1, (catalogue.REFRIGERATORS,)),
)  # fmt: skip

ACCESS_NOTES = (
    "Deliveries through the courtyard.", "Ring at the side entrance; the front door opens at ten.", "Park behind the building.",
    "Machine room in the basement, key at reception.", "Not between 11:30 and 13:30.", "Lift is too small for machines over 80 cm.",
    "Ask for the badge at the desk.", "Steep access road, chains in winter.",
)  # fmt: skip
ACCOUNT_NOTES = (
    "Pays within ten days, prefers monthly invoices.", "Renovation of the kitchen planned for next year.", "Closed for two weeks in July.",
    "Wants a quote for a second machine.", "Looking for organic coffee.", "Decides together with the sister company.",
)  # fmt: skip

PURPOSES = (
    "Regular visit", "Coffee order", "Present the new roast", "Review of the contract", "Quote for a dishwasher", "Refill cleaning agents",
    "Check satisfaction after the repair", "Tasting with the team",
)  # fmt: skip
VISIT_NOTES = {
    "order": (
        "Usual order, and two bags more for the weekend.", "Took the organic blend to try.", "Order for the event on Saturday.",
        "Stock was nearly gone, ordered for a month.", "Happy with the new grinder, ordered beans and tablets.",
    ),
    "no_order": ("Stock lasts until next month.", "Budget is spent for this quarter.", "Had ordered by phone last week.", "Owner on holiday, nothing needed."),
    "follow_up": (
        "Wants a quote for a glasswasher until Friday.", "Interested in a second machine for the terrace.",
        "Asked for a tasting with the kitchen team.", "Fridge is ten years old, send the leaflet.",
    ),
    "not_available": ("Closed on account of illness.", "Nobody there, left a card.", "Manager was called away."),
}  # fmt: skip
VISIT_CANCEL_REASONS = ("Customer asked for next week.", "Customer is closed that day.", "Rep ill.")
ORDER_NOTES = ("Deliver before ten.", "Please call before delivery.", "Leave with the neighbour if closed.", "Together with the next delivery.")
ORDER_CANCEL_REASONS = ("Ordered twice by mistake.", "Customer changed their mind.")

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
    ("No steam", "The steam wand gives only hot water since this morning.", "Steam valve was scaled up. Replaced it and descaled the boiler.",
     ("Steam wand valve",)),
    ("Machine leaks", "Water below the machine, more and more.", "Group gaskets were worn. Replaced both gaskets and screens.",
     ("Group gasket 73 mm", "Shower screen 57 mm")),
    ("Coffee runs too slowly", "An espresso takes a minute.", "Discs were blunt. Replaced and set to 25 seconds for 30 ml.",
     ("Grinding discs 64 mm, pair",)),
    ("Does not heat", "The display shows E12, the machine stays cold.", "Heating element had an earth fault. Replaced, insulation measured.",
     ("Boiler heating element 2.7 kW",)),
    ("Milk foam is weak", "Cappuccino without foam.", "Milk hose was cracked, frother head clogged. Both replaced, staff shown how to clean.",
     ("Milk hose, food grade, 1 m", "Milk frother head")),
    ("Pump is loud", "Loud noise when brewing.", "Pump bearing gone. Replaced, pressure set to 9 bar.", ("Rotary pump 150 l/h",)),
)  # fmt: skip
_COLD_FAULTS = (
    ("Fridge does not cool", "Twelve degrees inside since last night.", "Condenser fan stood still. Fan motor replaced, condenser cleaned, 4 °C after an hour.",
     ("Condenser fan motor",)),
    ("Door does not close", "The door opens again by itself.", "Gasket torn, hinge worn. Both replaced.", ("Door gasket 600 series", "Door hinge, spring loaded")),
    ("Ice on the back wall", "Thick ice inside, drawers stick.", "Defrost heater was dead. Replaced and thawed.", ("Defrost heater",)),
    ("Wrong temperature shown", "Display shows -40.", "Probe broken. Replaced and calibrated.", ("Temperature probe",)),
    ("No ice cubes", "The ice maker runs, but no cubes fall.", "Inlet valve blocked. Replaced, circuit sanitised.", ("Ice maker inlet valve",)),
    ("Compressor clicks", "It clicks every minute and gets warm.", "Start relay burnt. Replaced, current is in range.", ("Start relay and capacitor",)),
)  # fmt: skip
_GAS_FAULTS = (
    ("Loses refrigerant", "Alarm of the leak detector.", "Leak at the filter drier. Replaced, evacuated, filled with 140 g R290, pressure held.",
     ("Filter drier", "Refrigerant R290, 150 g")),
    ("Compressor dead", "Cold store warms up, food was moved.", "Compressor replaced, circuit evacuated and refilled.",
     ("Compressor R290 1/2 hp", "Filter drier", "Refrigerant R290, 150 g")),
)  # fmt: skip
_WASH_FAULTS = (
    ("Does not drain", "Water stays in the tank.", "Drain pump blocked by glass. Pump replaced, strainer renewed.", ("Drain pump", "Strainer insert")),
    ("Glasses stay dull", "White film on all glasses.", "Rinse aid dosing was off. Hose set replaced, dosing adjusted.", ("Dosing hose set",)),
    ("Does not heat", "Dishes come out cold.", "Tank heating replaced.", ("Tank heating element 3 kW",)),
    ("Stops in mid-programme", "Stops after three minutes with a beep.", "Door switch loose contact. Replaced.", ("Door switch",)),
    ("Wash arm turns no more", "Plates on the left stay dirty.", "Bearing of the lower arm worn. Arm replaced.", ("Wash arm, lower",)),
)  # fmt: skip
_CARE = "Everything checked by the list, seals and filters fine, readings noted on the sticker."

JOBS = (
    Job("Coffee machine repair", 75, ((_COFFEE, 2), (_ELECTRIC, 1)), COFFEE, _COFFEE_FAULTS),
    Job("Coffee machine maintenance", 60, ((_COFFEE, 1),), COFFEE,
        (("Yearly maintenance", "Due by contract.", _CARE, ("Brewing unit seal kit",)),)),
    Job("Water filter change", 30, ((_WATER, 1),), COFFEE, (("Filter change", "Counter has run out.", "Cartridge changed, hardness 6 °dH.", ()),)),
    Job("Refrigeration repair", 90, ((_COLD, 2), (_ELECTRIC, 1)), COLD, _COLD_FAULTS),
    Job("Refrigerant circuit repair", 120, ((_COLD, 3), (_GAS, 2)), COLD, _GAS_FAULTS),
    Job("Refrigeration maintenance", 60, ((_COLD, 1),), COLD, (("Yearly maintenance", "Due by contract.", _CARE, ()),)),
    Job("Dishwasher repair", 75, ((_WASH, 2), (_ELECTRIC, 1)), WASH, _WASH_FAULTS),
    Job("Dishwasher maintenance", 60, ((_WASH, 1),), WASH, (("Yearly maintenance", "Due by contract.", _CARE, ("Rinse arm nozzle set",)),)),
    Job("Electrical inspection", 45, ((_ELECTRIC, 3),), WASH,
        (("Inspection of electrical safety", "Required every three years.", "Earth and insulation measured, protocol handed over.", ()),)),
)  # fmt: skip

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
