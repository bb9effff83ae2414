"""The HTTP doors: the ticket pages of customers and vendors, and the captured mails of whoever tries mailbot out."""
