"""The review page. Views parse the form, call a step or a query, and answer."""
