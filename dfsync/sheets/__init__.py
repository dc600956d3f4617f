"""Spreadsheets as people keep them: read into sites and contacts, and written for people to edit."""
