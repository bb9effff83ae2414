"""Values to bytes, bytes to the relay: composing mails, and handing them to the smarthost or the capture."""
