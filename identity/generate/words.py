"""Word lists for made-up companies and people.

Every company name is put together from syllables that are no company's name, every domain from
such a name; ``people.Registry`` also keeps them apart from free-mail and disposable domains.
"""

from __future__ import annotations

ROOT_HEADS = tuple(
    "Amber Ashen Barrow Birken Bramble Brindle Bristow Calder Candle Cinder Clover Cobble "
    "Copper Crag Dapple Delven Drift Elden Ember Fallow Fenn Fernal Flint Garnet Gravel "
    "Grimmer Hallow Harrow Hazel Hearth Hollen Ivern Jasper Juniper Kelder Kestrel Lantern "
    "Larken Linden Loden Marl Meadow Merle Mossel Nettle Norden Oaken Orchard Osprey Pebble "
    "Pewter Quarry Quill Raven Rowan Rushen Saffron Sedge Shale Silver Sorrel Spindle "
    "Starling Tallow Tamar Thistle Thorn Timber Umber Velden Walder Willow Winter Wither "
    "Wolden Yarrow".split()
)
ROOT_TAILS = tuple(
    "acre barn beck bourne brook burn by combe croft dale den fell field ford gate grove ham "
    "haven heath hithe holm holt hurst ings keld leigh lock march mead mere mill moor ness "
    "ridge shaw stead stoke thorpe thwaite toft vale wath wick wold worth".split()
)
TRADES = (
    ("Instruments", "Industrial Instruments"),
    ("Tooling", "Machinery"),
    ("Logistics", "Logistics"),
    ("Freight", "Logistics"),
    ("Foods", "Food & Beverage"),
    ("Bakeries", "Food & Beverage"),
    ("Software", "Software"),
    ("Analytics", "Software"),
    ("Systems", "Software"),
    ("Robotics", "Machinery"),
    ("Optics", "Industrial Instruments"),
    ("Pharma", "Healthcare"),
    ("Diagnostics", "Healthcare"),
    ("Clinics", "Healthcare"),
    ("Textiles", "Consumer Goods"),
    ("Furniture", "Consumer Goods"),
    ("Cosmetics", "Consumer Goods"),
    ("Energy", "Energy"),
    ("Solar", "Energy"),
    ("Insurance", "Financial Services"),
    ("Leasing", "Financial Services"),
    ("Payments", "Financial Services"),
    ("Builders", "Construction"),
    ("Timberworks", "Construction"),
    ("Glass", "Construction"),
    ("Publishing", "Media"),
    ("Studios", "Media"),
    ("Travel", "Hospitality"),
    ("Hotels", "Hospitality"),
    ("Security", "Business Services"),
    ("Staffing", "Business Services"),
    ("Consulting", "Business Services"),
    ("Telecom", "Telecommunications"),
    ("Chemicals", "Chemicals"),
    ("Coatings", "Chemicals"),
    ("Aerospace", "Aerospace"),
)
FIRST_NAMES = tuple(
    "Ada Adrian Agnes Aisha Alban Alice Amara Amelie Anders Anita Anna Anton Arjun Arthur "
    "Astrid Aurelie Bastian Beatrice Benedikt Bianca Björn Brigitte Bruno Camille Carla "
    "Carlos Cecilia Chiara Claire Clara Conrad Dagmar Daniel Daria David Deepa Diego Dominik "
    "Dora Edith Edgar Eleanor Elias Elif Elena Emil Emma Enzo Erik Esther Eva Fabian Farid "
    "Fatima Felix Finn Florence Frederik Frida Gabriel Georg Gerda Gita Greta Gustav Hana "
    "Hannah Harald Hedda Helena Henrik Hugo Ida Igor Imran Ines Ingrid Irene Isak Isabel Ivan "
    "Jakob Jan Jana Jasmin Joanna Johan Jonas Josefine Judith Julian Karin Kai Katja Kenji "
    "Klara Konrad Lars Laura Lea Leon Lina Linus Louis Lucia Ludwig Luisa Magnus Maja Marcel "
    "Margot María Marek Marta Mateo Mathilde Maurice Maxim Mei Michael Mila Milan Mira Moritz "
    "Nadia Naomi Niklas Nina Noor Nora Olga Oliver Omar Oskar Otto Patricia Paul Pavel Petra "
    "Philippa Priya Quentin Rafael Rahel Ralf Ravi Rebecca René Rita Robin Rosa Ruben Ruth "
    "Sabine Salma Samuel Sandra Sara Selma Silvia Simon Sofia Søren Stella Sven Tamara Tariq "
    "Theo Theresa Thomas Tilda Tobias Tomás Ulrike Uma Ursula Valentin Vera Victor Viola "
    "Walter Wanda Wilhelm Xenia Yara Yannick Yusuf Zeno Zoë".split()
)
LAST_NAMES = tuple(
    "Abel Adler Ahlberg Albrecht Almeida Amsel Andersson Arndt Asante Aubert Bachmann "
    "Baptiste Barlow Bauer Beckett Bellini Berger Bergström Bertrand Bianchi Blanc Böhm "
    "Bonnet Brandt Bright Brunner Calloway Carver Castell Chandra Clement Conti Cortez Dahl "
    "Danner Delacroix Dietrich Dogan Dubois Dufour Durand Ebner Eckhart Edwards Eklund Engel "
    "Eriksen Evans Fabri Falk Farrow Faure Ferrari Fiedler Fischer Fontaine Forster Fraser "
    "Friis Fuchs Gallagher Garnier Gerlach Gibbs Girard Granger Greco Gruber Gupta Haas Hahn "
    "Hansen Hartley Hauser Heller Hendricks Herzog Hofer Holm Horvat Huber Iversen Jansen "
    "Jensen Johansson Jovanovic Jung Kaiser Kapoor Kaya Keller Kessler Khan Klein Köhler "
    "Kovac Krause Krüger Kumar Lacroix Lambert Lang Larsen Laurent Leclerc Lehmann Lemaire "
    "Lindberg Linde Lombardi Lorenz Lund Maier Mancini Marchand Marino Martens Mehta Meier "
    "Mercer Meyer Molnar Monroe Moreau Morin Müller Nagel Nakamura Neumann Nielsen Nilsson "
    "Novak Nowak Nyström Oberlin Olsen Ortega Otto Parker Patel Pereira Petit Pfeiffer Pohl "
    "Prescott Quinn Rasmussen Reuter Ricci Richter Rivera Romano Roth Rousseau Russo Sand "
    "Santos Sauer Schäfer Schmidt Schreiber Schwarz Seidel Sharma Silva Simon Sinclair "
    "Sjöberg Sommer Stein Strand Suzuki Svensson Tanaka Tessier Thorsen Torres Ueda Ullmann "
    "Urban Vance Vasquez Vidal Vogel Vogt Wagner Walsh Weber Weiss Werner Whitfield Winkler "
    "Wolff Yamada Yilmaz Zeller Ziegler Zimmermann".split()
)
DEPARTMENTS: dict[str, tuple[str, ...]] = {
    "Finance": ("CFO", "Head of Finance", "Financial Controller", "Accountant"),
    "Operations": ("COO", "VP Operations", "Operations Manager", "Operations Analyst"),
    "IT": ("CTO", "Head of IT", "Systems Engineer", "Data Engineer"),
    "Marketing": ("CMO", "Marketing Director", "Marketing Manager", "Content Specialist"),
    "Sales": ("Chief Revenue Officer", "Sales Director", "Account Executive", "Sales Analyst"),
    "Procurement": ("Head of Procurement", "Category Manager", "Buyer", "Procurement Assistant"),
    "Human Resources": ("HR Director", "People Partner", "Recruiter", "HR Assistant"),
    "Product": ("Chief Product Officer", "VP Product", "Product Manager", "Product Designer"),
}
FREE_MAIL = (
    ("gmail.com", 48),
    ("outlook.com", 12),
    ("hotmail.com", 9),
    ("yahoo.com", 9),
    ("icloud.com", 8),
    ("gmx.de", 5),
    ("web.de", 4),
    ("orange.fr", 3),
    ("proton.me", 2),
)
"""Free-mail hosts with how often each is drawn."""
ROLE_MAILBOXES = ("info", "sales", "support", "office", "contact")
LEAD_SOURCES = ("Web", "Paid Search", "Paid Social", "Webinar", "Referral", "Event")
OPPORTUNITY_ROLES = (
    "Decision Maker",
    "Economic Buyer",
    "Technical Buyer",
    "Influencer",
    "Evaluator",
    "Business User",
)
BLOG_POSTS = (
    "month-end-close-checklist",
    "order-automation-guide",
    "spreadsheet-to-system",
    "supplier-scorecards",
    "forecasting-for-small-teams",
    "what-is-a-data-contract",
    "five-reports-your-cfo-reads",
)
