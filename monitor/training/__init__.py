"""Training of the claim model: labelled passages, a spaCy classifier made of them, and figures by left-out documents."""
