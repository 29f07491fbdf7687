"""Notices to citizens (SMS, e-mail): their texts, and the process that sends them from the journal."""
