"""What tests share: records with defaults, loopback sites, processes to kill, real services. No tests stand here."""
