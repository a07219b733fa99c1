"""The borrowers' door: signing in by a code sent to the phone, and the sessions that are open."""
