"""Adapters that turn reports into pictures, workbooks and HTML. Their libraries are loaded when something is made."""
