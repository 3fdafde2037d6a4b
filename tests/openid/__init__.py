"""A provider of OpenID Connect for the tests."""
