"""How robots talk: addresses, headers, subjects and first sentences, in the languages of the customers."""

from __future__ import annotations

import re
from collections.abc import Sequence


def holds(text: str, form: re.Pattern[str], hints: Sequence[str]) -> bool:
    """Whether the form is found. The hints, of which it needs one, are looked for first: that is ten times cheaper."""
    if text.isascii():
        lower = text.lower()
        if not any(hint in lower for hint in hints):
            return False
    return form.search(text) is not None


NO_REPLY = re.compile(
    r"(?:.*[._-])?(?:no[._-]?reply|do[._-]?not[._-]?reply|not?[._-]?responder|ne[._-]?pas[._-]?repondre"
    r"|nicht[._-]?antworten"
    r"|mailer[._-]?daemon|postmaster|bounces?|auto[._-]?(?:reply|responder|mailer|notify))(?:[._+-].*)?$"
)
DAEMON = re.compile(
    r"mailer[._-]?daemon|post[._-]?master|mail delivery (?:sub)?system|mail administrator|bounce[sd]?[._@-]|mdaemon"
    r"|sns\.amazonaws\.com|mail\.?delivery|delivery subsystem|microsoft exchange|mail router|internet mail"
    r"|network mail|nondelivery"
    r"|<root@|<mmdf@|<smtp@|mail system|^\s*(?:<>)?\s*$",
    re.I,
)
# Each of them, in ASCII, holds one of these.
DAEMON_HINTS = ("daemon", "post", "mail", "bounce", "amazonaws", "exchange", "delivery", "<root@", "<mmdf@", "<smtp@")

AUTO_REPLY_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-autoreply-from",
    "x-auto-reply",
    "x-mail-autoreply",
)
CHALLENGE_HEADERS = ("x-challenge", "x-spamarrest-ref", "x-spamarrest-key", "x-boxtrapper", "x-tmda-confirm")

AUTO_REPLY_SUBJECT = re.compile(
    r"(?:automatic reply|auto(?:mated)?[ -]?(?:reply|response|responder)|autoreply|auto ?:|ooo ?:|o\.o\.o\."
    r"|out of (?:the )?office ?(?:[:\-–—(]|re\b|auto|reply|response|notif|message)"
    r"|away from (?:the office|my desk|my mail) ?(?:[:\-–—(]|re\b)"
    r"|on (?:vacation|annual leave|leave|holiday) ?(?::|re\b)"
    r"|vacation reply|abwesenheits(?:notiz|meldung|nachricht)|automatische antwort|abwesend|abwesenheit ?:"
    r"|nicht im (?:büro|haus)|réponse automatique|absence du bureau|absent du bureau|message d['’]absence"
    r"|respuesta automática|fuera de (?:la )?oficina|ausente de la oficina|resposta automática|ausência temporária"
    r"|fora do escritório|risposta automatica|fuori (?:sede|ufficio)|automatisch antwoord|afwezig(?:heid)?\b|autosvar"
    r"|frånvaro|fraværende|automaattinen vastaus|automatická odpověď|autoodpowiedź|automatyczna odpowiedź|автоответ"
    r"|自動応答|自动回复)"
    r"|.{1,80} (?:is|ist|est) (?:out of the office|away from the office|nicht im büro|absent|außer haus)\b"
    r"|(?:ich|i)['’ ]?(?:m|am|bin) (?:out of (?:the )?office|abwesend)\b",
    re.I,
)
RECALL_SUBJECT = re.compile(r"\s*(?:recall|rückruf|rappel|recuperar) ?:", re.I)

ABSENT = re.compile(
    r"\b(?:(?:am|is|are|be|'m|’m) (?:currently |now )?(?:out of (?:the )?office|on vacation|on holiday"
    r"|on (?:spring|winter|summer|fall|holiday) break"
    r"|on (?:annual |maternity |paternity |parental |medical |sick )?leave"
    r"|away from (?:the office|my desk))"
    r"|nicht im (?:büro|haus)|en congé|de vacaciones|en vacances|im urlaub|fuera de la oficina)\b",
    re.I,
)
# A person announces an absence in a subject of its own; a robot answers.
ANSWER_SUBJECT = re.compile(r"\s*(?:re|aw|antw|sv|rv|tr|absence|abwesenheit)\b", re.I)
BACK_ON = re.compile(
    r"\b(?:(?:I|we)(?:\s(?:will|shall)|['’]ll) (?:be back|return|be returning)\b|serai de retour"
    r"|bin wieder (?:da|im|erreichbar)"
    r"|zurück am|regresar[ée]|estaré de vuelta)",
    re.I,
)
# A person who writes about an absence wants something as well.
ASKS = re.compile(
    r"\b(?:please|pls|plz|kindly|can you|could you|would you|need (?:you|to|a|the)|attached|see below|correct|fix"
    r"|resend|bitte)\b"
    r"|\?|\$\s?\d|\b[A-Z]{0,3}-?\d{5,}\b",
    re.I,
)
REFUSED_DOCUMENT = re.compile(
    r"\b(?:could not be processed|unable to process|not accepted"
    r"|(?:was|were|has been|have been) (?:rejected|returned unpaid|deleted from)"
    r"|correct and (?:resend|resubmit)|(?:send|submit) the invoice again|failed validation)\b",
    re.I,
)
FOR_YOUR_RECORDS = re.compile(
    r"automatic copy.{0,120}for your records.{0,200}no action is (?:needed|required)", re.I | re.S
)

BOUNCE_SUBJECT = re.compile(
    r"undeliver|returned mail|return(?:ed|ing) (?:e-?mail|message|to sender)|non[- ]?delivery|ndn ?:|delivery[- ]status"
    r"|delivery (?:status )?(?:notification|failure|failed|has failed|problem|error|report|delayed)"
    r"|mail delivery|failure notice|mail system error|could ?n['’o]t (?:be )?(?:deliver|send)|not deliver"
    r"|message (?:delivery )?(?:failure|not delivered|status|undelivered|delayed|quarantined)"
    r"|mail (?:failed|failure|error|could not)|e-?mail delivery|warning: (?:could not send|message)|nondeliverable"
    r"|rejected (?:e-?mail|mail|message)|user unknown|unknown user|bounce|failed mail"
    r"|unzustellbar|zustellung fehlgeschlagen|fehlgeschlagene zustellung|nicht zugestellt|konnte nicht zugestellt"
    r"|zustellfehler|non remis|échec de (?:la )?remise|non distribu|no se puede entregar|no entregado"
    r"|mensagem não|mancata consegna|onbestelbaar|niet bezorgd|nelze doručit|配信|недостав|メール|送信",
    re.I,
)
# Each of them, in ASCII, holds one of these.
BOUNCE_SUBJECT_HINTS = (
    *(
        "deliver",
        "return",
        "ndn",
        "fail",
        "mail",
        "send",
        "message",
        "user",
        "bounce",
        "zustell",
        "zugestellt",
        "remis",
    ),
    *("distribu", "entreg", "mancata", "onbestelbaar", "bezorgd"),
)
BOUNCE_TEXT = re.compile(
    r"\b5[0-9]{2}[ -](?:#?5\.\d\.\d|.{0,60}(?:user|mailbox|recipient|relay|reject|unknown|denied))"
    r"|\b[45]\.[0-9]\.[0-9]{1,2}\b|(?:could|can) ?not be delivered|couldn['’]t be delivered|un?able to be delivered"
    r"|was(?:n['’]t| not) (?:be )?delivered|unable to deliver|undeliverable|undelivered|not been delivered"
    r"|permanent (?:fatal )?errors?|delivery (?:has failed|failed|to .{1,120} (?:failed|has been delayed))"
    r"|failed to deliver|did not reach|returned to sender|unknown (?:user|recipient|address|local)"
    r"|(?:user|recipient|mailbox|account)(?:'s)? (?:is )?(?:unknown|full|unavailable|disabled|not found|doesn|does not)"
    r"|(?:user|recipient) name is not|no such (?:user|recipient|mailbox|person|account|address)|unroute?able"
    r"|address(?:es)? (?:had|couldn|could not|failed|not found)|mailbox (?:is )?(?:full|closed|disabled)|over quota"
    r"|exceeded.{0,30}(?:quota|storage)|host (?:unknown|not found)|nicht zugestellt|konnte.{0,60}zugestellt werden"
    r"|Reporting-MTA|Final-Recipient|invalid (?:recipient|address|user)|relay(?:ing)? denied|not listed in"
    r"|message (?:was|has been) (?:rejected|returned|bounced)|rejected (?:by|your)|non (?:è stato|remis)"
    r"|\"notificationType\"\s?:\s?\"(?:Bounce|Complaint)",
    re.I,
)
FAILED_ACTION = re.compile(r"^Action:\s*(?:failed|delayed)", re.I | re.M)
DONE_ACTION = re.compile(r"^Action:\s*(?:delivered|relayed|expanded)", re.I | re.M)
# Each form in lower case with a word that it cannot do without: looking for that is a hundred times cheaper.
CHALLENGES = (
    ("delivery of your", re.compile(r"to (?:complete|confirm) (?:the )?delivery of your (?:e-?mail|message)")),
    ("sender verification", re.compile(r"sender verification")),
    ("arrest", re.compile(r"spam ?arrest")),
    ("boxtrapper", re.compile(r"boxtrapper")),
    ("not spam", re.compile(r"confirm that (?:you are|your (?:e-?mail|message)) .{0,40}not spam")),
    ("human", re.compile(r"confirm that (?:you are|your (?:e-?mail|message)) .{0,40}human")),
    ("verify that you", re.compile(r"verify that you are (?:a )?(?:human|person)")),
    ("verification before", re.compile(r"requires? verification before")),
    (
        "approved senders",
        re.compile(r"please confirm (?:your )?(?:request|message|e-?mail) .{0,60}approved senders"),
    ),
)
