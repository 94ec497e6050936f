"""What is kept: the model, the contract of a store, and its backends."""
