"""Cases for the care team: recorded before anything is promised, told rung by rung until a person acknowledges."""
