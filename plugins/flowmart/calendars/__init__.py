"""Working calendars: what ``flowmart.yaml`` says of them."""
