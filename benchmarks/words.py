"""The vocabulary that sample mail is built from: who writes, about what, in which words. Data only."""

from __future__ import annotations

from dataclasses import dataclass

FIRST_NAMES = (
    "Alicia Brent Carmen Darius Elena Frank Greta Hassan Irene Jonas Keiko Liam Monique Nadia Oscar Priya Quentin "
    "Rosa Stefan Tamara Uwe Valerie Wendell Ximena Yusuf Zofia Jörg Maren Anke Torsten"
).split()
LAST_NAMES = (
    "Abernathy Bauer Castellanos Drummond Eklund Farrow Gutierrez Hollis Ivanov Jacobsen Keller Lindqvist Mbeki "
    "Novak Okafor Petersen Quiroga Rasmussen Schreiber Thibault Underhill Vasquez Whitlock Yamada Zeller Müller Groß"
).split()
COMPANY_FIRST = (
    "Alder Beacon Cascade Dunmore Eastgate Fairhaven Granite Harbor Ironwood Juniper Kestrel Lakeshore Meridian "
    "Northfield Oakridge Pinecrest Quarry Riverbend Summit Tidewater Union Valley Westbrook Yarrow"
).split()
COMPANY_SECOND = (
    "Plumbing Electrical Fabrication Logistics Foods Medical Controls Packaging Builders Hydraulics Optics Textiles "
    "Marine Dental Instruments Pumps Lighting Coatings"
).split()
COMPANY_FORMS = ("Inc.", "LLC", "Corp.", "Co.", "Ltd.", "GmbH")
ITEMS = (
    "ball valve 1/2 in", "hex bolt M8 zinc", "LED panel 600x600", "pallet wrap 500 mm", "pump seal kit", "relay 24 V DC",
    "nitrile gloves L", "cable tray 3 m", "filter cartridge 5 um", "conveyor belt 12 m", "pressure gauge 0-10 bar",
    "thermal label roll", "stainless tube 18 mm", "battery pack 48 V", "hydraulic hose 2 m", "safety glasses clear",
)  # fmt: skip
STATES = ("Texas", "Ohio", "Georgia", "Oregon", "Florida", "Illinois", "Virginia", "Colorado", "Nevada", "Maine")


@dataclass(frozen=True, slots=True)
class Topic:
    """What one conversation is about. Slots: {inv} {po} {amount} {state} {date} {item} {company}."""

    subjects: tuple[str, ...]
    openings: tuple[str, ...]


ENGLISH = (
    Topic(
        ("PO number missing on invoice {inv}", "Invoice {inv} - correction needed", "Please revise {inv}"),
        (
            "Invoice {inv} shows no PO number. Please reissue it with PO {po}, otherwise our system rejects it.",
            "The bill-to address on {inv} is our old office. Could you send a corrected invoice dated {date}?",
            "Please revise invoice {inv}: the legal entity must read {company}, and the reference is PO {po}.",
        ),
    ),
    Topic(
        ("Refund request {inv}", "We paid invoice {inv} twice", "Credit balance on our account"),
        (
            "We paid invoice {inv} twice, on {date} and again by check. Please refund {amount} to our account.",
            "Our account shows a credit balance of {amount}. Please issue a refund rather than applying it.",
            "The goods of order {po} went back on {date}. When can we expect the refund of {amount} for {inv}?",
        ),
    ),
    Topic(
        ("Tax exemption certificate {state}", "Sales tax charged on {inv}", "Resale certificate attached"),
        (
            "Please find our exemption certificate for {state} attached and remove the sales tax from {inv}.",
            "We are tax exempt in {state}, yet {inv} charges sales tax. Please credit the tax of {amount}.",
            "Our resale certificate was renewed on {date}. Please update our account for {state}.",
        ),
    ),
    Topic(
        ("New purchase order {po}", "PO {po} - please confirm", "Change to PO {po}"),
        (
            "Attached is purchase order {po} for {amount}. Please confirm receipt and the ship date.",
            "Quantity of {item} on PO {po} was changed on {date}; the new total is {amount}. Please verify.",
            "Your acknowledgment of PO {po} shows another price for {item} than our order of {amount}.",
        ),
    ),
    Topic(
        ("Disputing invoice {inv}", "Short shipment on {po}", "Invoice {inv}: wrong price"),
        (
            "We dispute invoice {inv}: the {item} arrived short, and we will not pay {amount} until it is credited.",
            "The price of {item} on {inv} does not match our quote. We are holding the payment of {amount}.",
            "The {item} of PO {po} came damaged on {date}. Please credit {amount} against {inv}.",
        ),
    ),
    Topic(
        ("Copy of invoice {inv}", "Payment status", "Statement request"),
        (
            "Could you please send us a copy of invoice {inv}? We cannot find it in our portal.",
            "Payment of {amount} for {inv} was released on {date}; remittance advice is attached.",
            "Please send a current statement of our account so that we can reconcile it before month end.",
        ),
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
        ("wir haben die Rechnung {inv} am {date} versehentlich doppelt bezahlt und bitten um Erstattung von {amount}.",),
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
    "The order was placed by our {state} branch and received at the dock on {date}; the packing slip is on file.",
    "Our accounts payable team closes the period on {date}, so an answer before then would help a great deal.",
    "I spoke with somebody in your office about {po} last week and was told to write to this address.",
    "For reference, the remaining items of the order, among them {item}, were invoiced separately and are not affected.",
    "If you need a signed copy or further paperwork, let me know and I will send it the same day.",
    "Please note that all invoices must show the purchase order number and be sent as PDF to this address.",
    "The amount in question is {amount}, which is the difference between the order and the invoice.",
    "Nobody here has a record of the delivery of {item}; the carrier's tracking ends in {state}.",
    "We value the cooperation between {company} and your team and would like to settle this quickly.",
    "The buyer in charge has left the company, so kindly send further correspondence to me.",
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
ANSWERS = (
    "Thank you, that is noted. Please also look at {inv}, which has the same problem.",
    "Any news on this? It is still open on our side as of {date}.",
    "Confirmed, the amount of {amount} is correct. Please go ahead.",
    "As discussed on the phone, the reference for {inv} is PO {po}.",
    "I do not agree. {item} was ordered once, and {inv} bills it twice.",
)
DISCLAIMER = (
    "This message and any files transmitted with it are confidential and intended solely for the use of the "
    "individual or entity to whom they are addressed. If you have received this message in error, please notify the "
    "sender and delete it. Views expressed are those of the author and do not necessarily represent those of the "
    "company. Before printing, think about the environment."
)
