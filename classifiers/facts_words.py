"""Words that say what a number is the number of: a table that a clerk can read and extend."""

INVOICE, PO, NEITHER = "invoice", "po", "neither"

_NAMING = {
    INVOICE: "invoice invoices inv invs bill bills factura facturas facture factures rechnung fattura",
    PO: "po pos p.o p.o.s p/o purchase pedido commande bestellung blanket",
    NEITHER: (
        "memo cm cn rma ra rga quote quotes quotation estimate proposal sq order orders so requisition req ticket case"
        " account acct customer vendor supplier user phone tel telephone ext extension fax cell mobile zip suite ste"
        " room bldg building box route hwy street store dock lockbox tracking bol pro waybill packing slip"
        " remittance remit check checks cheque chk ck wire ach eft trace routing deposit batch voucher receipt auth"
        " certificate cert permit license licence exemption contract agreement policy grant resolution project job"
        " serial sn part model sku item items line lines unit units asset tag lot quantity qty clin mod code"
        " version ein id w9 form rev dr page clause section act ending badge confirmation incident claim reklamation"
        " deduction debit dm"
    ),
}
LABELS = {word: kind for kind, words in _NAMING.items() for word in words.split()}

# 'Order 5510' is an order of ours, 'purchase order 5510' a customer's PO.
PURCHASE_ORDER = frozenset(("order", "orders"))

_FILLERS = "number numbers no nr num nos # n° º ref reference is was the a our your for : -"
_JOINERS = "and & or through thru to plus und et y , / + -"
_NO_SERIES = "RE FW FWD AW US USA AP AR NO NET ISO EDI EST PST CST MST PM AM ID EU UK ON IS AND THE FOR OUR"
FILLERS = frozenset(_FILLERS.split())
JOINERS = frozenset(_JOINERS.split())
NO_SERIES = frozenset(_NO_SERIES.split())

# What else a naming word may name, for people who read the facts.
FURTHER_KINDS = {
    **dict.fromkeys(("memo", "cm", "cn"), "credit_memo"),
    **dict.fromkeys(("order", "orders", "so"), "order"),
    **dict.fromkeys(("account", "acct", "customer"), "account"),
    **dict.fromkeys(("certificate", "cert", "permit", "exemption"), "certificate"),
}
