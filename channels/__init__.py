"""How patients reach the service. One folder a channel; channels never import each other."""
