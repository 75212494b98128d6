"""Names and remarks of the demo company. People, companies and figures are invented."""

from typing import NamedTuple

from api.demo import catalogue

FIRST_NAMES = (
    "Adrian", "Alina", "Andrea", "Annika", "Beat", "Bettina", "Carla", "Claudio", "Corina", "Daniel", "David",
    "Elena", "Fabian", "Flurina", "Gian", "Helena", "Ivo", "Jana", "Jasmin", "Jonas", "Katja", "Kilian", "Laura",
    "Leo", "Linda", "Livia", "Lukas", "Manuela", "Marc", "Martina", "Mathias", "Mira", "Nadine", "Nico", "Noah",
    "Patrik", "Petra", "Ramona", "Reto", "Sandro", "Selina", "Silvan", "Simone", "Sonja", "Stefan", "Tanja",
    "Tobias", "Ursina", "Valentin", "Vera",
)  # fmt: skip
SURNAMES = (
    "Aberer", "Amann", "Bachmann", "Brendle", "Breuss", "Burgener", "Ender", "Falkner", "Fehr", "Fetz", "Gadient",
    "Gall", "Ganahl", "Gantner", "Hobi", "Keckeis", "Kessler", "Lorenz", "Loretz", "Malin", "Mathis", "Nutt",
    "Plattner", "Rauch", "Rheinegger", "Riedi", "Ruosch", "Schlatter", "Senti", "Steger", "Sutter", "Tanner",
    "Thöny", "Walch", "Wildhaber", "Zindel", "Zogg",
)  # fmt: skip
SIGNS = (
    "Abendrot", "Alpsegen", "Auerhahn", "Bachforelle", "Bergfink", "Blauer Esel", "Dachsbau", "Drei Tannen",
    "Eichhorn", "Feldlerche", "Fuchsbau", "Gletscherblick", "Goldammer", "Haselhuhn", "Heugabel", "Holler",
    "Kornblume", "Kupferkessel", "Mondschein", "Morgensonne", "Murmel", "Nussbaum", "Quendel", "Rebstock",
    "Roter Hahn", "Salzstube", "Schlehdorn", "Schneehase", "Sennhütte", "Silberdistel", "Sonnenwinkel", "Steinbock",
    "Wacholder", "Wasserrad", "Weisser Stein", "Wiesengrund",
)  # fmt: skip
TRADES = (
    "Treuhand",
    "Präzisionstechnik",
    "Architektur",
    "Metallbau",
    "Holzbau",
    "Versicherungen",
    "Informatik",
    "Immobilien",
    "Optik",
    "Logistik",
)
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
    catalogue.COFFEE_MACHINES,
    catalogue.GRINDERS,
    catalogue.REFRIGERATORS,
    catalogue.FREEZERS,
    catalogue.ICE_MAKERS,
    catalogue.DISHWASHERS,
    catalogue.GLASSWASHERS,
)
_SMALL = (catalogue.COFFEE_MACHINES, catalogue.REFRIGERATORS, catalogue.DISHWASHERS)

TRADE_HOUSEHOLD = "Household"
TRADES_OF_CUSTOMERS = (
    Trade(
        "Restaurant",
        95,
        ("Restaurant {sign}", "Gasthaus {sign}", "Wirtschaft zum {sign}"),
        "end_customer",
        "AABBC",
        _INN_HOURS,
        ("Owner", "Head chef", "Manager"),
        ("Terrace bar", "Event kitchen", "Take-away"),
        4,
        _KITCHEN,
    ),
    Trade(
        "Hotel",
        35,
        ("Hotel {sign}", "Kurhaus {sign}", "Berghotel {sign}"),
        "end_customer",
        "AAAB",
        ("24/7", "Mo-Su 06:30-23:00"),
        ("Director", "Food and beverage manager", "Housekeeping"),
        ("Breakfast kitchen", "Hotel bar", "Spa lounge", "Annexe"),
        6,
        _KITCHEN,
    ),
    Trade(
        "Café",
        40,
        ("Café {surname}", "Café {sign}", "Kaffeehaus {sign}"),
        "end_customer",
        "ABBC",
        _CAFE_HOURS,
        ("Owner", "Shift leader"),
        ("Kiosk", "Garden counter"),
        4,
        _KITCHEN,
    ),
    Trade(
        "Bar",
        20,
        ("Bar {sign}", "{sign} Lounge"),
        "end_customer",
        "BBC",
        ("Tu-Th 17:00-24:00; Fr,Sa 17:00-02:00",),
        ("Owner",),
        ("Second bar",),
        3,
        _KITCHEN,
    ),
    Trade(
        "Bakery",
        25,
        ("Bäckerei {surname}", "Konditorei {surname}"),
        "end_customer",
        "ABC",
        ("Mo-Fr 06:00-18:30; Sa 06:00-16:00",),
        ("Owner", "Shop manager"),
        ("Shop", "Production"),
        3,
        _SMALL,
    ),
    Trade(
        "Butcher",
        12,
        ("Metzgerei {surname}",),
        "end_customer",
        "BC",
        _SHOP_HOURS,
        ("Owner",),
        ("Production",),
        3,
        (catalogue.REFRIGERATORS, catalogue.FREEZERS),
    ),
    Trade(
        "Grocery",
        25,
        ("Dorfladen {surname}", "{sign} Bioladen", "Getränke {surname}"),
        "end_customer",
        "BCC",
        _SHOP_HOURS,
        ("Owner", "Shop manager"),
        ("Storage", "Second shop"),
        3,
        (catalogue.REFRIGERATORS, catalogue.FREEZERS, catalogue.COFFEE_MACHINES),
    ),
    Trade(
        "School",
        22,
        ("{subject} {street}",),
        "end_customer",
        "BC",
        ("Mo-Fr 07:30-17:30; PH,SH off",),
        ("Caretaker", "Head of school"),
        ("Canteen", "Staff room"),
        3,
        _SMALL,
    ),
    Trade(
        "Office",
        50,
        ("{surname} {trade} AG", "{surname} & {surname2} {trade}", "{sign} {trade} AG"),
        "end_customer",
        "BCC",
        _OFFICE_HOURS,
        ("Office manager", "Reception"),
        ("Floor 2", "Canteen", "Meeting centre"),
        2,
        _SMALL,
    ),
    Trade(
        "Care home",
        12,
        ("Haus {sign}", "Betreuung {street}"),
        "end_customer",
        "AB",
        ("24/7",),
        ("Head of kitchen", "Facility manager"),
        ("Ward kitchen", "Cafeteria"),
        5,
        _KITCHEN,
    ),
    Trade(
        TRADE_HOUSEHOLD,
        54,
        ("{first} {surname}", "Familie {surname}"),
        "end_customer",
        "C",
        (),
        ("Private",),
        (),
        1,
        (catalogue.COFFEE_MACHINES, catalogue.GRINDERS, catalogue.REFRIGERATORS),
    ),
    Trade(
        "Dealer",
        6,
        ("{surname} Gastrobedarf", "{surname} Küchentechnik"),
        "dealer",
        "AB",
        _SHOP_HOURS,
        ("Purchasing", "Sales"),
        ("Showroom",),
        1,
        (catalogue.COFFEE_MACHINES,),
    ),
    Trade(
        "Service partner",
        4,
        ("{surname} Kältetechnik", "{surname} Elektroservice"),
        "partner",
        "BC",
        _OFFICE_HOURS,
        ("Owner",),
        ("Workshop",),
        1,
        (catalogue.REFRIGERATORS,),
    ),
)

ACCESS_NOTES = (
    "Deliveries through the courtyard.",
    "Ring at the side entrance; the front door opens at ten.",
    "Park behind the building.",
    "Machine room in the basement, key at reception.",
    "Not between 11:30 and 13:30.",
    "Lift is too small for machines over 80 cm.",
    "Ask for the badge at the desk.",
    "Steep access road, chains in winter.",
)
ACCOUNT_NOTES = (
    "Pays within ten days, prefers monthly invoices.",
    "Renovation of the kitchen planned for next year.",
    "Closed for two weeks in July.",
    "Wants a quote for a second machine.",
    "Looking for organic coffee.",
    "Decides together with the sister company.",
)

PURPOSES = (
    "Regular visit",
    "Coffee order",
    "Present the new roast",
    "Review of the contract",
    "Quote for a dishwasher",
    "Refill cleaning agents",
    "Check satisfaction after the repair",
    "Tasting with the team",
)
VISIT_NOTES = {
    "order": (
        "Usual order, and two bags more for the weekend.",
        "Took the organic blend to try.",
        "Order for the event on Saturday.",
        "Stock was nearly gone, ordered for a month.",
        "Happy with the new grinder, ordered beans and tablets.",
    ),
    "no_order": (
        "Stock lasts until next month.",
        "Budget is spent for this quarter.",
        "Had ordered by phone last week.",
        "Owner on holiday, nothing needed.",
    ),
    "follow_up": (
        "Wants a quote for a glasswasher until Friday.",
        "Interested in a second machine for the terrace.",
        "Asked for a tasting with the kitchen team.",
        "Fridge is ten years old, send the leaflet.",
    ),
    "not_available": ("Closed on account of illness.", "Nobody there, left a card.", "Manager was called away."),
}
VISIT_CANCEL_REASONS = ("Customer asked for next week.", "Customer is closed that day.", "Rep ill.")
ORDER_NOTES = (
    "Deliver before ten.",
    "Please call before delivery.",
    "Leave with the neighbour if closed.",
    "Together with the next delivery.",
)
ORDER_CANCEL_REASONS = ("Ordered twice by mistake.", "Customer changed their mind.")

# Class, every so many weeks, minutes, purpose.
CALL_PLANS = (
    ("A", 1, 45, "Regular visit"),
    ("B", 3, 30, "Coffee order"),
    ("C", 8, 30, "Refill cleaning agents"),
)
_SPOKE = ("Who did you speak to?", "text", False, None, None, None, ())
_CUPS = ("How many cups a day?", "number", True, "cups", 0, 3000, ())
_BEANS = (
    "Whose beans are in the hopper?",
    "choice",
    True,
    None,
    None,
    None,
    ("Ours", "Bergbohne", "Röstwerk Süd", "Others"),
)
_CLEANED = ("Is the machine cleaned every day?", "yes_no", True, None, None, None, ())
_SERVED = (
    "What do they serve?",
    "choices",
    False,
    None,
    None,
    None,
    ("Espresso", "Cappuccino", "Decaf", "Iced coffee"),
)
_COUNTER = ("The counter", "photo", False, None, None, None, ())
# Name, classes, purposes, and the questions of each version: text, kind, must, unit, least, most, options.
SURVEYS = (
    (
        "Coffee counter check",
        ("A", "B"),
        (),
        ((_CUPS, _BEANS, _COUNTER), (_CUPS, _BEANS, _CLEANED, _SERVED, _COUNTER)),
    ),
    (
        "After the repair",
        (),
        ("Check satisfaction after the repair",),
        (
            (
                _SPOKE,
                ("Does the machine run well?", "yes_no", True, None, None, None, ()),
                ("How satisfied are they, from 1 to 5?", "number", True, None, 1, 5, ()),
            ),
        ),
    ),
    ("Summer drinks", ("A",), (), ()),
)
SURVEY_TEXTS = ("The owner.", "The head chef.", "The shift leader, a quarter of an hour.", "The new manager.")
# Trigger, outcome, title, due in days, whose, whether it counts.
TASK_RULES = (
    ("visit_completed", "follow_up", "Send what was promised", 3, "doer", True),
    ("visit_completed", "not_available", "Call and agree on another day", 2, "doer", True),
    ("work_order_completed", None, "Ask whether the machine runs well", 14, "account_rep", False),
)
OWN_TASKS = (
    "Bring the new price list",
    "Find out who decides about the dishwasher",
    "Return the sample grinder",
    "Congratulate on the anniversary",
)
COMPETITORS = ("Bergbohne", "Röstwerk Süd", "Kaltwerk", "Spülprofi")
COMPETITOR_PRODUCTS = (
    ("House blend 1 kg", 2190),
    ("Crema 1 kg", 1990),
    ("Espresso Forte 1 kg", 2450),
    ("Detergent 10 l", 5900),
)
COMPETITOR_NOTES = ("Offers three months free of charge.", "Sample on the counter.", "Came by last week.", None, None)
SHELF_NOTES = ("At eye level.", "Bottom shelf, hardly seen.", "Next to the till.", None, None)
