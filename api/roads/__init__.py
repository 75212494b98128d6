"""Roads: distances along them from an OSRM server, and such a server of one's own."""
