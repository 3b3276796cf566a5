"""The door for machines: gateways call back here, on the desk's own port. No cookie, no form, no page."""
