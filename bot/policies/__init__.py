"""The files in which people set how the desk keeps time: calendars.toml, sla.toml, reminders.toml → frozen values."""
