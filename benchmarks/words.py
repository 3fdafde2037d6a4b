"""The vocabulary that sample mail is built from: who writes, about what, in which words. Data only."""

from __future__ import annotations

from dataclasses import dataclass

FIRST_NAMES = (
    "Alicia",
    "Brent",
    "Carmen",
    "Darius",
    "Elena",
    "Frank",
    "Greta",
    "Hassan",
    "Irene",
    "Jonas",
    "Keiko",
    "Liam",
    "Monique",
    "Nadia",
    "Oscar",
    "Priya",
    "Quentin",
    "Rosa",
    "Stefan",
    "Tamara",
    "Uwe",
    "Valerie",
    "Wendell",
    "Ximena",
    "Yusuf",
    "Zofia",
    "Jörg",
    "Maren",
    "Anke",
    "Torsten",
)
LAST_NAMES = (
    "Abernathy",
    "Bauer",
    "Castellanos",
    "Drummond",
    "Eklund",
    "Farrow",
    "Gutierrez",
    "Hollis",
    "Ivanov",
    "Jacobsen",
    "Keller",
    "Lindqvist",
    "Mbeki",
    "Novak",
    "Okafor",
    "Petersen",
    "Quiroga",
    "Rasmussen",
    "Schreiber",
    "Thibault",
    "Underhill",
    "Vasquez",
    "Whitlock",
    "Yamada",
    "Zeller",
    "Müller",
    "Groß",
)
COMPANY_FIRST = (
    "Alder",
    "Beacon",
    "Cascade",
    "Dunmore",
    "Eastgate",
    "Fairhaven",
    "Granite",
    "Harbor",
    "Ironwood",
    "Juniper",
    "Kestrel",
    "Lakeshore",
    "Meridian",
    "Northfield",
    "Oakridge",
    "Pinecrest",
    "Quarry",
    "Riverbend",
    "Summit",
    "Tidewater",
    "Union",
    "Valley",
    "Westbrook",
    "Yarrow",
)
COMPANY_SECOND = (
    "Plumbing",
    "Electrical",
    "Fabrication",
    "Logistics",
    "Foods",
    "Medical",
    "Controls",
    "Packaging",
    "Builders",
    "Hydraulics",
    "Optics",
    "Textiles",
    "Marine",
    "Dental",
    "Instruments",
    "Pumps",
    "Lighting",
    "Coatings",
)
COMPANY_FORMS = ("Inc.", "LLC", "Corp.", "Co.", "Ltd.", "GmbH")
ITEMS = (
    "ball valve 1/2 in",
    "hex bolt M8 zinc",
    "LED panel 600x600",
    "pallet wrap 500 mm",
    "pump seal kit",
    "relay 24 V DC",
    "nitrile gloves L",
    "cable tray 3 m",
    "filter cartridge 5 um",
    "conveyor belt 12 m",
    "pressure gauge 0-10 bar",
    "thermal label roll",
    "stainless tube 18 mm",
    "battery pack 48 V",
    "hydraulic hose 2 m",
    "safety glasses clear",
)
STATES = ("Texas", "Ohio", "Georgia", "Oregon", "Florida", "Illinois", "Virginia", "Colorado", "Nevada", "Maine")


@dataclass(frozen=True, slots=True)
class Topic:
    """What one conversation is about. Slots: {inv} {po} {amount} {state} {date} {item} {company}."""

    subjects: tuple[str, ...]
    openings: tuple[str, ...]
    details: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()


ENGLISH = (
    Topic(
        ("PO number missing on invoice {inv}", "Invoice {inv} - correction needed", "Please revise {inv}"),
        (
            "Invoice {inv} shows no PO number. Please reissue the invoice with PO {po} printed on it.",
            "The bill-to address on invoice {inv} is our old office. Please send a corrected invoice.",
            "Please revise invoice {inv}: the customer name must read {company}.",
        ),
        (
            "Only the header of the invoice has to change, the lines are correct.",
            "Our portal rejects the invoice as it stands, it has to be corrected and sent again.",
            "Please send the revised invoice as PDF, with the same number.",
        ),
        ("The revised invoice {inv} still shows the old PO number. Please correct it and reissue it.",),
    ),
    Topic(
        ("Refund request {inv}", "We paid invoice {inv} twice", "Credit balance on our account"),
        (
            "We paid invoice {inv} twice. Please refund the duplicate payment of {amount}.",
            "Our account shows a credit balance of {amount}. Please refund it to us by check.",
            "We returned the goods of {inv}. Please send us the refund of {amount}.",
        ),
        (
            "Please do not apply the overpayment to open invoices, we want the money returned by ACH.",
            "The second payment went out on {date} by mistake.",
            "Please let us know when the refund check is mailed.",
        ),
        ("When will the refund of {amount} be paid? The duplicate payment is still with you.",),
    ),
    Topic(
        ("Tax exemption certificate {state}", "Tax exempt: sales tax charged on {inv}", "Resale certificate attached"),
        (
            "Our tax exemption certificate for {state} is attached. Please update our account as tax exempt.",
            "We are tax exempt in {state}, but sales tax was charged on {inv}. Please remove the sales tax.",
            "Our resale certificate for {state} was renewed. Please put the new certificate on file.",
        ),
        (
            "The exemption covers all purchases in {state}.",
            "Please confirm that our account is marked as exempt from sales tax.",
            "The previous exemption certificate expired on {date}.",
        ),
        ("Was our exemption certificate put on file? Sales tax should no longer be charged in {state}.",),
    ),
    Topic(
        ("New purchase order {po}", "Purchase order {po} - please confirm", "Change to purchase order {po}"),
        (
            "Attached is our new purchase order {po}. Please confirm receipt of the PO.",
            "Please change PO {po}: we need two more of {item}. A revised purchase order is attached.",
            "Please acknowledge purchase order {po} and tell us the ship date.",
        ),
        (
            "The total of the purchase order is {amount}.",
            "Please verify price and quantity of {item} against the PO.",
            "Send the order acknowledgment to the buyer named on the purchase order.",
        ),
        ("We still wait for the confirmation of purchase order {po}. Please acknowledge the PO.",),
    ),
    Topic(
        ("Disputing invoice {inv}", "Short shipment on invoice {inv}", "Invoice {inv}: wrong price"),
        (
            "We dispute invoice {inv}: we were short shipped and never received the {item}.",
            "The price of {item} on invoice {inv} is wrong. We were quoted less and will not pay the difference.",
            "The {item} on invoice {inv} arrived damaged. We are not paying for it.",
        ),
        (
            "We will short pay the invoice by {amount} until a credit is issued.",
            "The packing slip shows that the {item} was missing from the shipment.",
            "Please issue a credit memo against {inv}.",
        ),
        ("We still dispute {inv}: the {item} was never received, and no credit has been issued.",),
    ),
    Topic(
        ("Copy of invoice {inv}", "Statement request", "Invoice copy needed"),
        (
            "Please send us a copy of invoice {inv}. We cannot find it.",
            "Please send a current statement of our account.",
        ),
        ("A PDF by e-mail is fine.", "We need the copy for our files."),
        ("Please send the invoice copy again, the attachment could not be opened.",),
    ),
)
GERMAN = (
    Topic(
        ("Bestellnummer fehlt auf Rechnung {inv}", "Rechnung {inv}: Korrektur erforderlich"),
        (
            "auf der Rechnung {inv} fehlt unsere Bestellnummer {po}. Bitte senden Sie uns eine korrigierte Rechnung.",
            "die Rechnungsanschrift auf {inv} ist falsch, bitte ändern Sie diese auf {company}.",
        ),
    ),
    Topic(
        ("Rückerstattung zu {inv}", "Doppelzahlung Rechnung {inv}"),
        ("wir haben die Rechnung {inv} am {date} doppelt bezahlt und bitten um Erstattung von {amount}.",),
    ),
    Topic(
        ("Bestellung {po}", "Auftragsbestätigung zu {po} fehlt"),
        ("anbei erhalten Sie unsere Bestellung {po} über {amount}. Bitte bestätigen Sie Preis und Liefertermin.",),
    ),
    Topic(
        ("Reklamation zu Rechnung {inv}", "Fehlmenge bei {po}"),
        ("die Lieferung zu {po} war unvollständig, es fehlte: {item}. Wir kürzen die Rechnung {inv} um {amount}.",),
    ),
)

FILLERS = (
    "I have copied my colleague, who will look after this while I am away next week.",
    "You can reach me at the number below between eight and four, except on Fridays.",
    "I tried to call your office this morning but could not get through to anyone.",
    "Thank you for your patience with us during the move to the new building.",
    "I hope that this reaches the right person; if not, kindly pass it on.",
)
GERMAN_FILLERS = (
    "Die Ware, unter anderem {item}, ist am {date} bei uns eingegangen, der Lieferschein liegt uns vor.",
    "Für Rückfragen stehen wir Ihnen selbstverständlich gerne zur Verfügung, am besten vormittags.",
    "Unser Monatsabschluss ist am {date}, daher wären wir für eine zügige Bearbeitung dankbar.",
    "Der Differenzbetrag von {amount} ergibt sich aus der Bestellung {po}, die wir nochmals beifügen.",
    "Bitte beachten Sie, dass Rechnungen ohne Bestellnummer nicht gebucht werden können.",
)
CLOSINGS = ("Thank you for your help.", "Please advise.", "Looking forward to hearing from you.", "Many thanks.")
GERMAN_CLOSINGS = ("Vielen Dank für Ihre Unterstützung.", "Wir bitten um kurze Rückmeldung.")
GERMAN_ANSWERS = (
    "gibt es hierzu schon etwas Neues? Der Vorgang zu {inv} ist bei uns noch offen.",
    "wie telefonisch besprochen lautet unsere Bestellnummer {po}.",
)
DISCLAIMER = (
    "This message and any files transmitted with it are confidential and intended solely for the use of the "
    "individual or entity to whom they are addressed. If you have received this message in error, please notify the "
    "sender and delete it. Views expressed are those of the author and do not necessarily represent those of the "
    "company. Before printing, think about the environment."
)
