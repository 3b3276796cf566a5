"""安全: suspicions of fraud, reported in one press, and the cases that the fraud desk makes of them. Who reported is protected."""
