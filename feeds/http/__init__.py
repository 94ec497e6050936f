"""RFC 9110 and its neighbours, as far as they need neither the application nor a socket."""
