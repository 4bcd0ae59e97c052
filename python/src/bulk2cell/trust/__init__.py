"""How far a drug's answer on given cells can be believed, without any label of them."""
