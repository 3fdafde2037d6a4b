"""The keys of the page: one table, shown by `?` and in the palette, and obeyed by the script.

A key stands at its control in the template as data-key. Without script the control is there all the same.
"""

from __future__ import annotations

# Key, what it does, and where: anywhere, in a list, or at an item.
KEYS: tuple[tuple[str, str, str], ...] = (
    ("?", "Show all keys", "Anywhere"),
    ("Ctrl+K", "Find an action or a page by name", "Anywhere"),
    ("/", "Search, or go to an item", "Anywhere"),
    ("u", "Undo what was just done", "Anywhere"),
    ("Esc", "Leave the field, close what is open", "Anywhere"),
    ("j", "Next item", "Lists and items"),
    ("k", "Previous item", "Lists and items"),
    ("Enter", "Open the item", "Lists"),
    (".", "Show the new work", "Lists"),
    ("x", "Choose the item, or take it out again", "Lists"),
    ("a", "Approve, send, go to the next", "Item"),
    ("e", "Edit the text", "Item"),
    ("s", "Save the changes", "Item"),
    ("d", "Reject the draft, with the reason", "Item"),
    ("g", "Fill the first gap", "Item"),
    ("f", "Attach a file", "Item"),
    ("p", "Put a text into the draft", "Item"),
    ("t", "Sort it differently", "Item"),
    ("i", "Correct the numbers that were read", "Item"),
    ("1 to 6", "Sort what is unsorted, the likeliest first", "Item"),
    ("m", "Assign it to me", "Item"),
    ("b", "Assign it to a colleague", "Item"),
    ("w", "Wait for the customer", "Item"),
    ("n", "Write a note", "Item"),
    ("r", "Write a reply", "Item"),
    ("y", "Resolve it", "Item"),
    ("o", "Reopen it", "Item"),
    ("c", "Look at the customer: items, invoices, contacts", "Item"),
    ("h", "What the marks in the mail say", "Item"),
    ("v", "Look at the first file of the mail", "Item"),
    ("Ctrl+Enter", "Approve from inside the text", "Item"),
    ("Ctrl+S", "Save from inside the text", "Item"),
    ("Ctrl+I", "Put a text in where the cursor stands", "Item"),
)
