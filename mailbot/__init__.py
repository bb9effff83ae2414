"""mailbot: a ticket desk between two sides that only ever reply to mails."""
