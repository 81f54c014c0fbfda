"""Whether two descriptions name the same work: the verifier, and the decision among candidates."""
