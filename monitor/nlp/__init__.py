"""Text in, annotations out: folding, layout, clauses, words, contexts, numbers. Knows no rule."""
