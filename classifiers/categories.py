"""The names that a verdict may use, as tables: categories, their reasons, and the kinds of automatic mail."""

CATEGORIES = ("revision", "refund", "tax_exempt", "po_verification", "dispute", "other")

REASONS: dict[str, tuple[str, ...]] = {
    "revision": (
        "po_number",
        "bill_to",
        "ship_to",
        "entity_name",
        "split_or_merge",
        "line_detail",
        "terms",
        "date",
        "format",
        "other",
    ),
    "refund": ("duplicate_payment", "overpayment", "return", "cancelled_order", "credit_balance", "other"),
    "tax_exempt": ("certificate", "renewal", "charged_in_error", "question"),
    "po_verification": ("new_po", "po_change", "mismatch", "confirmation", "cancellation", "funding"),
    "dispute": (
        "not_received",
        "short_shipment",
        "damaged_or_wrong",
        "price",
        "duplicate_invoice",
        "not_ordered",
        "service",
        "return_not_credited",
        "already_paid",
        "other",
    ),
    "other": (
        "invoice_copy",
        "payment_status",
        "remittance",
        "statement",
        "vendor_setup",
        "auto_reply",
        "bounce",
        "spam",
        "newsletter",
        "internal",
        "thanks",
        "wrong_department",
        "other",
    ),
}

# What the caller read in the headers decides alone; the text of a bounce quotes whatever we once wrote.
AUTOMATIC_REASONS = {
    "auto_reply": "auto_reply",
    "bounce": "bounce",
    "list": "newsletter",
    "newsletter": "newsletter",
    "bulk": "newsletter",
    "spam": "spam",
}

# Portals send real requests through mailing software: where the text is sure, it is believed over a list header.
TEXT_MAY_OVERRULE = frozenset({"list", "newsletter", "bulk"})

# A customer's portal also sends by machine, and what it says is a request like any other.
MACHINE_BUT_MEANT = frozenset({"auto_generated", "portal", "notice", "notification"})


def automatic_reason(kind: str | None) -> str | None:
    if not kind or kind in MACHINE_BUT_MEANT:
        return None
    return AUTOMATIC_REASONS.get(kind, "other")
