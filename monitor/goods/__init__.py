"""What goods are held to: the nutrition standard of a day, the permitted health functions, and the duties that goods bring with them."""
