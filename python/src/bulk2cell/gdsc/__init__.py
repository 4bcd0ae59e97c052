"""GDSC: lines, response, labels, drugs, and the layouts in which it is published."""
