"""Files from the network and from archives: checked, limited, whole or not at all."""
