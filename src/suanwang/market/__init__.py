"""Metering to money: predicted price, double-entry ledger, bills. Money is moved, never edited."""
