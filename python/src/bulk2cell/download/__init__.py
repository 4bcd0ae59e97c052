"""Files over the network and out of archives: checked, limited, whole or not at all."""
