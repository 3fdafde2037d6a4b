"""What the department does with mail. Pure decisions over values; `now` is passed in."""
